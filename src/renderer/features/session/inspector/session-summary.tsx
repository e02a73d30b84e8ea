import { useMemo, useState, type ReactNode } from 'react';
import { correctionKindTitles } from '../../../../shared/model/correction';
import type { Finding } from '../../../../shared/model/signal';
import type { Label } from '../../../../shared/model/span';
import { Flag, LaneMark } from '../../../components/flag';
import { KeyHint } from '../../../components/kbd';
import { SafeText } from '../../../components/safe-text';
import {
  formatCompact,
  formatCost,
  formatCount,
  formatDateTime,
  formatDuration,
  formatPlural,
  formatTokens,
} from '../../../lib/format';
import { useSession } from '../session-context';
import { DriftCurve } from '../score/drift-curve';
import { ScorePanel } from '../score/score-panel';
import { isShownAsCorrection } from '../session-data';
import classes from './inspector.module.css';

/** Characters of a label's text shown at first, and at most. */
const FOLDED = 240;
const UNFOLDED = 20_000;
/** More than this of one kind are counted, not listed. */
const LISTED = 200;

/** The session as a whole: what was found in it, what was said of it, its figures. Shown while no span is selected. */
export function SessionSummary({ isSpanMissing }: { isSpanMissing: boolean }): ReactNode {
  return (
    <>
      <div className={classes.tabs}>
        <span className={classes.heading}>Session</span>
        <span className={classes.hints}>
          <KeyHint keys="j">first turn</KeyHint>
          <KeyHint keys="n">first finding</KeyHint>
        </span>
      </div>
      <div className={classes.summary}>
        {isSpanMissing && (
          <p className={classes.dim}>
            The span named in the address is not in this session, or has not been loaded yet.
          </p>
        )}
        <ExportLabels />
        <ScorePanel />
        <DriftCurve />
        <Corrections />
        <Findings />
        <Figures />
      </div>
    </>
  );
}

/** Feedback, scores and labels of the export, by whom; what analysts say of the session stands elsewhere and in other words. */
function ExportLabels(): ReactNode {
  const { data } = useSession();
  const labels = data.labels.filter((label) => label.spanId === null);
  if (labels.length === 0) return null;
  return (
    <section className={classes.section}>
      <h3>{formatPlural(labels.length, 'label')} from the export</h3>
      {labels.slice(0, LISTED).map((label) => (
        <div key={label.labelId} className={classes.label}>
          <Flag title="came with the export; it is no annotation of yours">
            <SafeText text={label.name.slice(0, 120)} />
          </Flag>{' '}
          {label.value !== null && <b>{label.value} </b>}
          {label.text !== null && <FoldedText text={label.text} />}{' '}
          <span className={classes.dim}>
            {label.kind}, by {annotatorWords[label.annotatorKind]}
            {label.annotator !== null && (
              <>
                {' '}
                (<SafeText text={label.annotator.slice(0, 100)} />)
              </>
            )}
          </span>
          {label.explanation !== null && (
            <div className={classes.dim}>
              <FoldedText text={label.explanation} />
            </div>
          )}
        </div>
      ))}
    </section>
  );
}

/** A text out of the export: its beginning, and the rest when asked for. */
function FoldedText({ text }: { text: string }): ReactNode {
  const [isWhole, setIsWhole] = useState(false);
  const isLong = text.length > FOLDED;
  return (
    <>
      <SafeText text={isLong && !isWhole ? `${text.slice(0, FOLDED)}…` : text.slice(0, UNFOLDED)} />
      {isLong && (
        <>
          {' '}
          <button
            type="button"
            className={classes.unfold}
            aria-expanded={isWhole}
            onClick={() => setIsWhole(!isWhole)}
          >
            {isWhole ? 'show less' : `show all ${formatCompact(text.length)} characters`}
          </button>
        </>
      )}
    </>
  );
}

const annotatorWords: Record<Label['annotatorKind'], string> = {
  human: 'a person',
  llm: 'a model',
  code: 'a program',
  unknown: 'somebody unknown',
};

function Corrections(): ReactNode {
  const { data, select } = useSession();
  const shown = data.corrections.filter((correction) => correction.state !== 'rejected');
  if (shown.length === 0) return null;
  return (
    <section className={classes.section}>
      <h3>{formatPlural(shown.length, 'correction')}</h3>
      {shown.slice(0, LISTED).map((correction) => (
        <button
          key={correction.correctionId}
          type="button"
          className={classes.jump}
          onClick={() => select(correction.spanId)}
        >
          <span className={classes.place}>turn {correction.turnNo}</span>
          <Flag tone="warn" isProposed={correction.state === 'proposed'}>
            {correctionKindTitles[correction.kind]}
          </Flag>
          <span className={classes.words}>
            <SafeText text={correction.text.slice(0, 160).replaceAll('\n', ' ')} />
          </span>
        </button>
      ))}
    </section>
  );
}

function Findings(): ReactNode {
  const { data, signalTitles } = useSession();
  const bySignal = useMemo(() => {
    const groups = new Map<string, Finding[]>();
    for (const finding of data.findings) {
      if (isShownAsCorrection(finding, data)) continue;
      groups.set(finding.signal, [...(groups.get(finding.signal) ?? []), finding]);
    }
    return [...groups].sort((a, b) => b[1].length - a[1].length);
  }, [data]);
  if (data.findings.length === 0)
    return <p className={classes.dim}>No detector found anything in this session.</p>;
  return bySignal.map(([signal, findings]) => (
    <section key={signal} className={classes.section}>
      <h3>
        {signalTitles.get(signal) ?? signal}, {formatCount(findings.length)}
      </h3>
      {findings.slice(0, LISTED).map((finding) => (
        <FindingLine key={finding.findingId} finding={finding} />
      ))}
      {findings.length > LISTED && (
        <p className={classes.dim}>and {formatCount(findings.length - LISTED)} more</p>
      )}
    </section>
  ));
}

function FindingLine({ finding }: { finding: Finding }): ReactNode {
  const { data, select } = useSession();
  const span = data.spans[data.indexOf.get(finding.spanId) ?? -1];
  return (
    <button
      type="button"
      className={classes.jump}
      onClick={() => select(finding.spanId, { findingId: finding.findingId })}
    >
      <span className={classes.place}>turn {finding.turnNo}</span>
      {span !== undefined && <LaneMark lane={span.lane} isSmall />}
      <span className={classes.words}>
        <SafeText text={finding.reason.slice(0, 200)} />
      </span>
    </button>
  );
}

function Figures(): ReactNode {
  const { data } = useSession();
  const { session } = data;
  const facts: [string, string | null][] = [
    ['title', session.title],
    ['session', session.sessionId],
    ['start', session.startTimeMs === null ? null : formatDateTime(session.startTimeMs)],
    ['duration', session.durationMs === null ? null : formatDuration(session.durationMs)],
    ['turns', `${formatCount(session.turnCount)}, ${formatCount(session.userTurnCount)} opened by a user`],
    ['spans', formatCount(session.spanCount)],
    ['model calls', formatCount(session.llmCallCount)],
    ['tool calls', `${formatCount(session.toolCallCount)}, ${formatPlural(session.toolErrorCount, 'error')}`],
    [
      'stopped',
      `${formatPlural(session.interruptionCount, 'interruption')}, ${formatPlural(session.rejectionCount, 'refusal')}`,
    ],
    [
      'tokens',
      session.inputTokens === null
        ? null
        : `${formatTokens(session.inputTokens)} in, ${formatTokens(session.outputTokens)} out`,
    ],
    ['cost', session.costUsd === null ? null : formatCost(session.costUsd)],
    ['agent', [session.agentName, session.agentVersion].filter((part) => part !== null).join(' ')],
    ['model', session.model],
    ['feature', session.feature],
    ['cohort', session.cohort],
    ['user', session.userId],
    ['source', `${session.sourceName}, read as ${session.format}`],
  ];
  return (
    <dl className={classes.facts}>
      {facts
        .filter((fact): fact is [string, string] => fact[1] !== null && fact[1] !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <SafeText text={value.slice(0, 400)} />
            </dd>
          </div>
        ))}
    </dl>
  );
}
