import { IconArrowRight, IconChevronRight } from '@tabler/icons-react';
import { memo, useMemo, type ReactNode } from 'react';
import type { Correction } from '../../../../shared/model/correction';
import type { SpanRow as Span } from '../../../../shared/model/span';
import { SafeText } from '../../../components/safe-text';
import { TextView } from '../../../components/text-view';
import { cx } from '../../../lib/class-names';
import {
  formatClock,
  formatCompact,
  formatMicroseconds,
  formatOffset,
  formatTokens,
} from '../../../lib/format';
import { laneColor, laneInk, laneLetters } from '../../../lib/lanes';
import { findMarks } from '../../../lib/visible-text';
import { useSession } from '../session-context';
import { callArguments, callResult, firstLine, foldText } from './excerpt';
import { marksOf } from './marks';
import { SpanFlags } from './span-flags';
import { WholeSpan } from './whole-span';
import classes from './span-row.module.css';

interface SpanRowProps {
  span: Span;
  /** At the very top, where no line need part it from what was before. */
  isFirst: boolean;
  level: number;
  turnNo: number | null;
  isSelected: boolean;
  isExpanded: boolean;
  /** What is searched for; empty when nothing is. */
  query: string;
  onToggle: (spanId: string) => void;
}

/** One span in the conversation: who, what, when; and what was found about it. */
export const SpanRow = memo(function SpanRow(props: SpanRowProps): ReactNode {
  const { span, isFirst, level, turnNo, isSelected, isExpanded, query, onToggle } = props;
  const { data, select } = useSession();
  const correction = data.correctionOf.get(span.spanId);
  const findings = data.findingsOf.get(span.spanId);
  return (
    <div
      className={cx(
        classes.row,
        turnNo !== null && !isFirst && classes.opening,
        isSelected && classes.selected,
        span.isRewound && classes.rewound,
      )}
      aria-current={isSelected ? 'true' : undefined}
      onClick={() => select(span.spanId, { by: 'conversation' })}
      onDoubleClick={() => onToggle(span.spanId)}
    >
      <Margin span={span} turnNo={turnNo} />
      <div
        className={cx(classes.body, span.isDerived && classes.derived)}
        style={{ borderColor: laneColor(span.lane), marginLeft: Math.min(level, 8) * 16 }}
        title={span.isDerived ? 'rebuilt from the history that later calls repeat' : undefined}
      >
        <Content
          span={span}
          correction={correction}
          isExpanded={isExpanded}
          query={query}
          onToggle={onToggle}
        />
        <SpanFlags span={span} findings={findings} correction={correction} isSelected={isSelected} />
      </div>
      <Time span={span} opensTurn={turnNo !== null} />
    </div>
  );
});

function Margin({ span, turnNo }: { span: Span; turnNo: number | null }): ReactNode {
  return turnNo !== null ? (
    <span className={classes.turnNo} aria-label={`turn ${turnNo}`}>
      {turnNo}
    </span>
  ) : (
    <span className={classes.letter} style={{ color: laneInk(span.lane) }} title={span.lane}>
      {laneLetters[span.lane]}
    </span>
  );
}

function Time({ span, opensTurn }: { span: Span; opensTurn: boolean }): ReactNode {
  const { data } = useSession();
  const { startTimeMs } = data.session;
  const clock = startTimeMs === null || span.startUs === null ? null : startTimeMs + span.startUs / 1000;
  const turnStart = data.turnOf.get(span.turnNo)?.startUs ?? null;
  const offset = span.startUs === null || turnStart === null ? null : (span.startUs - turnStart) / 1000;
  if (span.startUs === null && span.durationUs === null) return <span className={classes.time} />;
  // Of what was said, when it was there to be read; of a call, how long it took.
  const saidAfter = offset === null ? null : offset + (span.durationUs ?? 0) / 1000;
  const isCall = span.kind !== 'user' && span.kind !== 'llm';
  const said =
    (opensTurn || turnStart === null) && clock !== null
      ? formatClock(clock)
      : isCall && span.durationUs !== null
        ? formatMicroseconds(span.durationUs)
        : formatOffset(saidAfter);
  const title = [
    clock === null ? '' : formatClock(clock),
    offset === null ? '' : `${formatOffset(offset)} after the turn began`,
    span.durationUs === null ? 'end not recorded' : `took ${formatMicroseconds(span.durationUs)}`,
  ];
  return (
    <span className={classes.time} title={title.filter(Boolean).join(', ')}>
      {said}
    </span>
  );
}

interface ContentProps {
  span: Span;
  correction: Correction | undefined;
  isExpanded: boolean;
  query: string;
  onToggle: (spanId: string) => void;
}

function Content({ span, correction, isExpanded, query, onToggle }: ContentProps): ReactNode {
  switch (span.kind) {
    case 'user':
    case 'llm':
      if (span.textLength === 0) return <Silent span={span} isExpanded={isExpanded} onToggle={onToggle} />;
      return (
        <Said span={span} correction={correction} isExpanded={isExpanded} query={query} onToggle={onToggle} />
      );
    case 'system':
    case 'event':
    case 'chain':
    case 'agent':
    case 'tool':
    case 'retrieval':
    case 'embedding':
    case 'memory':
    case 'guardrail':
    case 'environment':
      return <Call span={span} isExpanded={isExpanded} query={query} onToggle={onToggle} />;
  }
}

/** Who speaks, where it is not who one would think. */
const ORIGINS: Partial<Record<NonNullable<Span['origin']>, string>> = {
  simulated: 'simulated user',
  harness: 'put in by the program',
  agent: 'written by the parent agent',
  command: 'local command',
};

function Said({ span, correction, isExpanded, query, onToggle }: ContentProps): ReactNode {
  const isAside = span.kind === 'user' && (span.origin === 'harness' || span.origin === 'command');
  const folded = useMemo(
    () =>
      isAside
        ? {
            shown: firstLine(span.text, 240),
            isFolded: span.textLength > 240 || span.text.trim().includes('\n'),
          }
        : foldText(span.text, span.textLength),
    [isAside, span.text, span.textLength],
  );
  const { data } = useSession();
  const cue = correction?.cue ?? data.actOf.get(span.spanId)?.cue;
  const marks = useMemo(() => marksOf(folded.shown, cue, query), [folded.shown, cue, query]);
  const origin = span.origin === null ? undefined : ORIGINS[span.origin];
  return (
    <div className={cx(isAside && classes.aside, span.kind === 'user' && !isAside && classes.user)}>
      {origin !== undefined && span.origin !== 'simulated' && (
        <span className={classes.origin}>{origin}</span>
      )}
      {isExpanded && folded.isFolded ? (
        <WholeSpan span={span} correction={correction} query={query} />
      ) : (
        <TextView text={folded.shown} marks={marks} />
      )}
      {folded.isFolded && (
        <Fold isExpanded={isExpanded} length={span.textLength} onClick={() => onToggle(span.spanId)} />
      )}
    </div>
  );
}

function Fold({
  isExpanded,
  length,
  onClick,
}: {
  isExpanded: boolean;
  length: number;
  onClick: () => void;
}): ReactNode {
  return (
    <button
      type="button"
      className={classes.fold}
      onClick={(event) => {
        event.stopPropagation();
        onClick();
      }}
      onDoubleClick={(event) => event.stopPropagation()}
    >
      {isExpanded ? 'show less' : `show all ${formatCompact(length)} characters`}
    </button>
  );
}

/** A model call that said nothing: it only asked for tools, or was stopped. */
function Silent({ span, isExpanded, onToggle }: Omit<ContentProps, 'correction' | 'query'>): ReactNode {
  const tokens = span.outputTokens === null ? '' : `, ${formatTokens(span.outputTokens)} out`;
  return (
    <>
      <div className={classes.silent} onClick={() => isExpanded && onToggle(span.spanId)}>
        <SafeText text={(span.model ?? 'model call').slice(0, 80)} />, no text{tokens}
      </div>
      {isExpanded && <WholeSpan span={span} correction={undefined} query="" />}
    </>
  );
}

/** An icon, since not every font has the character. */
function Arrow(): ReactNode {
  return <IconArrowRight size={12} className={classes.arrow} aria-label="returned" />;
}

function Call({ span, isExpanded, query, onToggle }: Omit<ContentProps, 'correction'>): ReactNode {
  const isTool = span.toolName !== null || span.kind === 'tool' || span.kind === 'retrieval';
  const args = useMemo(() => callArguments(span.argumentsPreview), [span.argumentsPreview]);
  const result = useMemo(
    () => callResult(span.text, span.textLength, isTool),
    [span.text, span.textLength, isTool],
  );
  const isShort = (span.toolName ?? span.name).length + args.length + result.length < 58;
  return (
    <>
      <div className={classes.call}>
        <button
          type="button"
          className={classes.chevron}
          aria-label={isExpanded ? 'Fold the call' : 'Unfold the call'}
          aria-expanded={isExpanded}
          onClick={(event) => {
            event.stopPropagation();
            onToggle(span.spanId);
          }}
        >
          <IconChevronRight size={13} className={cx(isExpanded && classes.open)} />
        </button>
        <span className={classes.line}>
          <b className={classes.name}>
            <SafeText text={(span.toolName ?? span.name).slice(0, 120)} />
          </b>
          {isTool && (
            <>
              (<SafeText text={args} marks={findMarks(args, query, 20)} />)
            </>
          )}
          {(isShort || !isTool) && !isExpanded && (
            <span className={classes.result}>
              {isTool ? <Arrow /> : ' '}
              <SafeText text={result} marks={findMarks(result, query, 20)} />
            </span>
          )}
        </span>
      </div>
      {!isShort && isTool && !isExpanded && (
        <div className={cx(classes.line, classes.result, classes.below)}>
          <Arrow />
          <SafeText text={result} marks={findMarks(result, query, 20)} />
        </div>
      )}
      {isExpanded && <WholeSpan span={span} correction={undefined} query={query} />}
    </>
  );
}
