import type { ReactNode } from 'react';
import type { SpanDetail, SpanRow } from '../../../../shared/model/span';
import { LaneMark } from '../../../components/flag';
import { SafeText } from '../../../components/safe-text';
import {
  formatCompact,
  formatCost,
  formatCount,
  formatMicroseconds,
  formatPercent,
} from '../../../lib/format';
import { useSession } from '../session-context';
import { isShownAsCorrection } from '../session-data';
import { FindingCard } from './finding-card';
import { CorrectionCard } from './correction-card';
import classes from './inspector.module.css';

/** What is known of a span, and what was found and said about it. `detail` comes later than `span`. */
export function Summary({ span, detail }: { span: SpanRow; detail: SpanDetail | undefined }): ReactNode {
  const { data, selection } = useSession();
  const own = (data.findingsOf.get(span.spanId) ?? []).filter(
    (finding) => !isShownAsCorrection(finding, data),
  );
  // A span may also be part of the evidence of findings that are flagged elsewhere.
  const others = data.findings.filter(
    (finding) => finding.spanId !== span.spanId && finding.evidence.includes(span.spanId),
  );
  const correction = data.correctionOf.get(span.spanId);
  const labels = data.labelsOf.get(span.spanId) ?? [];
  return (
    <div className={classes.summary}>
      {own.map((finding) => (
        <FindingCard
          key={finding.findingId}
          finding={finding}
          isChosen={finding.findingId === selection.findingId}
        />
      ))}
      {span.kind === 'user' && span.agentId === null && (
        <CorrectionCard span={span} correction={correction} />
      )}
      {others.map((finding) => (
        <FindingCard key={finding.findingId} finding={finding} isElsewhere isChosen={false} />
      ))}
      {labels.length > 0 && (
        <section className={classes.section}>
          <h3>From the export</h3>
          {labels.map((label) => (
            <div key={label.labelId} className={classes.label}>
              <b>
                <SafeText text={label.name.slice(0, 200)} />
              </b>{' '}
              {label.value !== null && <>{label.value} </>}
              {label.text !== null && <SafeText text={label.text.slice(0, 2000)} />}
              <div className={classes.dim}>
                {label.kind}, by {label.annotatorKind}
                {label.annotator !== null && (
                  <>
                    {' '}
                    (<SafeText text={label.annotator.slice(0, 100)} />)
                  </>
                )}
                {label.explanation !== null && (
                  <>
                    : <SafeText text={label.explanation.slice(0, 2000)} />
                  </>
                )}
              </div>
            </div>
          ))}
        </section>
      )}
      <Facts span={span} detail={detail} />
    </div>
  );
}

type Fact = [name: string, value: ReactNode];

function textFact(name: string, value: string | null | undefined): Fact[] {
  return value === null || value === undefined || value === ''
    ? []
    : [[name, <SafeText key="" text={value.slice(0, 2000)} />]];
}

function tokenFacts(span: SpanRow, detail: SpanDetail | undefined, contextWindow: number | null): Fact[] {
  const parts: [string, number | null | undefined][] = [
    ['in', span.inputTokens],
    ['out', span.outputTokens],
    ['cache read', detail?.cacheReadTokens],
    ['cache written', detail?.cacheWriteTokens],
    ['reasoning', detail?.reasoningTokens],
  ];
  const said = parts.filter((part): part is [string, number] => typeof part[1] === 'number');
  const facts: Fact[] = [];
  if (said.length > 0)
    facts.push(['tokens', said.map(([name, count]) => `${formatCount(count)} ${name}`).join(', ')]);
  if (span.contextTokens !== null) {
    const share =
      contextWindow === null || contextWindow < span.contextTokens
        ? ''
        : `, ${formatPercent(span.contextTokens / contextWindow)} of ${formatCompact(contextWindow)}`;
    facts.push(['context', `${formatCount(span.contextTokens)} tokens${share}`]);
  }
  if (typeof detail?.costUsd === 'number') facts.push(['cost', formatCost(detail.costUsd)]);
  return facts;
}

function timeFacts(span: SpanRow, detail: SpanDetail | undefined): Fact[] {
  const facts: Fact[] = [];
  if (typeof detail?.startTime === 'string')
    facts.push([
      'start',
      <span key="" className={classes.mono}>
        {detail.startTime}
      </span>,
    ]);
  if (typeof detail?.endTime === 'string')
    facts.push([
      'end',
      <span key="" className={classes.mono}>
        {detail.endTime}
      </span>,
    ]);
  if (span.durationUs !== null) facts.push(['duration', formatMicroseconds(span.durationUs)]);
  else if (span.startUs !== null) facts.push(['duration', 'the source has no end']);
  else facts.push(['time', 'the source has none']);
  return facts;
}

function Facts({ span, detail }: { span: SpanRow; detail: SpanDetail | undefined }): ReactNode {
  const { data, select } = useSession();
  const agent = data.agents.find((candidate) => candidate.agentId === span.agentId);
  const parent = span.parentSpanId;
  const facts: Fact[] = [
    [
      'kind',
      <span key="" className={classes.kind}>
        <LaneMark lane={span.lane} isSmall /> {span.kind}
        {span.origin !== null && `, ${span.origin}`}
        {span.lane !== 'user' && span.pillar !== span.lane && `, pillar ${span.pillar}`}
      </span>,
    ],
    ...textFact('name', span.name),
    ...textFact('tool', span.toolName === span.name ? null : span.toolName),
    ...textFact('model', span.model),
    ...textFact('provider', detail?.provider),
    ...textFact('operation', detail?.operation),
    ['status', span.status === 'unset' ? 'not said by the source' : span.status],
    ...textFact('error', span.errorType),
    ...textFact('message', detail?.statusMessage),
    ...timeFacts(span, detail),
    ...tokenFacts(span, detail, data.contextWindow),
    ...textFact('agent', agent === undefined ? null : `${agent.name}, depth ${span.depth}`),
    ...textFact('call id', detail?.toolCallId),
    ...textFact('trace', span.traceId),
    ...textFact('span', span.spanId),
    ...(parent === null
      ? []
      : ([
          [
            'parent',
            data.indexOf.has(parent) ? (
              <button key="" type="button" className={classes.link} onClick={() => select(parent)}>
                <SafeText text={parent.slice(0, 200)} />
              </button>
            ) : (
              <span key="">
                <SafeText text={parent.slice(0, 200)} />, not in this session
              </span>
            ),
          ],
        ] satisfies Fact[])),
    [
      'place',
      `span ${formatCount(span.position + 1)} of ${formatCount(data.spanCount)}, ${span.turnNo === 0 ? 'before the first turn' : `turn ${span.turnNo}`}`,
    ],
    ...(span.isRewound ? ([['branch', 'left: the user went back']] satisfies Fact[]) : []),
    ...(span.isDerived
      ? ([['derived', 'rebuilt from the history that later calls repeat']] satisfies Fact[])
      : []),
    ...textFact('source', detail === undefined ? null : `${detail.sourceName}:${detail.line}`),
  ];
  return (
    <dl className={classes.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
