/** One correction on the table: what the agent had said, what the user said, what it was sorted into. */
import { Tooltip } from '@mantine/core';
import { IconCheck, IconExternalLink, IconX } from '@tabler/icons-react';
import { useMemo, type MouseEvent, type ReactNode } from 'react';
import { correctionKindTitles, type Correction } from '../../../shared/model/correction';
import { Flag } from '../../components/flag';
import { SafeText } from '../../components/safe-text';
import { cx } from '../../lib/class-names';
import { formatScore } from '../../lib/format';
import { formatHash } from '../../lib/navigation';
import { putDragged } from './drag';
import classes from './correction-card.module.css';

/** Characters of the user's words a card shows; the session has the rest. */
const TEXT_LENGTH = 900;
const AGENT_LENGTH = 260;

interface CorrectionCardProps {
  correction: Correction;
  isCurrent: boolean;
  isPicked: boolean;
  modeNames: ReadonlyMap<string, string>;
  /** Against the card that was asked about; only among alike ones. */
  similarity?: number | undefined;
  onSelect: (event: MouseEvent) => void;
  onJudge: (verdict: 'confirmed' | 'rejected' | null) => void;
  onRemoveMode: (failureModeId: string) => void;
  /** Ids that go along when this card is dragged. */
  dragIds: string[];
}

export function CorrectionCard(props: CorrectionCardProps): ReactNode {
  const { correction, isCurrent, isPicked, modeNames, similarity, onSelect, onJudge, onRemoveMode, dragIds } =
    props;
  const text = correction.text.slice(0, TEXT_LENGTH);
  const marks = useMemo(
    () =>
      correction.cue === null || correction.cue.end > text.length
        ? []
        : [{ start: correction.cue.start, end: correction.cue.end, kind: 'cue' as const }],
    [correction.cue, text.length],
  );
  const agent = correction.agentText.replace(/\s+/gu, ' ').trim();
  const isRejected = correction.state === 'rejected';
  return (
    <article
      className={cx(
        classes.card,
        isCurrent && classes.current,
        isPicked && classes.picked,
        isRejected && classes.rejected,
      )}
      aria-label={`Correction in turn ${String(correction.turnNo)} of session ${correction.sessionId}`}
      aria-current={isCurrent}
      draggable
      onDragStart={(event) => {
        putDragged(event.dataTransfer, { kind: 'corrections', ids: dragIds });
      }}
      onClick={onSelect}
    >
      <div className={classes.agent}>
        <div className={classes.clamp}>
          <span className={classes.who}>agent, turn {correction.turnNo - 1}</span>
          {agent === '' ? (
            <span className={classes.nothing}>said nothing in words</span>
          ) : (
            <SafeText text={agent.length > AGENT_LENGTH ? `…${agent.slice(-AGENT_LENGTH)}` : agent} />
          )}
        </div>
      </div>
      <div className={classes.text}>
        <SafeText text={text} marks={marks} />
        {correction.text.length > TEXT_LENGTH && '…'}
      </div>
      <div className={classes.foot}>
        {correction.failureModeIds.map((id) => (
          <Flag
            key={id}
            tone="mode"
            title="Click to take it off"
            onClick={() => {
              onRemoveMode(id);
            }}
          >
            {modeNames.get(id) ?? id}
          </Flag>
        ))}
        {correction.proposal !== null && correction.failureModeIds.length === 0 && (
          <Flag isProposed tone="mode">
            {modeNames.get(correction.proposal.failureModeId) ?? correction.proposal.failureModeId}{' '}
            {formatScore(correction.proposal.probability)}
          </Flag>
        )}
        <Tooltip
          label={correction.reasons.length === 0 ? 'No reason was kept' : correction.reasons.join(' · ')}
          multiline
          maw={420}
        >
          <span className={classes.kind}>
            {correctionKindTitles[correction.kind]} · {formatScore(correction.score)}
          </span>
        </Tooltip>
        {similarity !== undefined && <span>alike {formatScore(similarity)}</span>}
        <span className={classes.state}>
          {correction.isSetAside
            ? 'set aside'
            : correction.state === 'confirmed'
              ? 'confirmed'
              : isRejected
                ? 'rejected'
                : 'proposed'}
        </span>
        <CardEnd correction={correction} onJudge={onJudge} />
      </div>
    </article>
  );
}

/** The verdict and the way to the session. */
function CardEnd({ correction, onJudge }: Pick<CorrectionCardProps, 'correction' | 'onJudge'>): ReactNode {
  const isRejected = correction.state === 'rejected';
  return (
    <span className={classes.end}>
      <button
        type="button"
        className={cx(classes.verdict, correction.state === 'confirmed' && classes.yes)}
        aria-pressed={correction.state === 'confirmed'}
        title="A correction (c)"
        onClick={() => {
          onJudge(correction.state === 'confirmed' ? null : 'confirmed');
        }}
      >
        <IconCheck size={14} aria-hidden />
        <span className={classes.srOnly}>A correction</span>
      </button>
      <button
        type="button"
        className={cx(classes.verdict, isRejected && classes.no)}
        aria-pressed={isRejected}
        title="No correction (r)"
        onClick={() => {
          onJudge(isRejected ? null : 'rejected');
        }}
      >
        <IconX size={14} aria-hidden />
        <span className={classes.srOnly}>No correction</span>
      </button>
      <a
        className={classes.place}
        href={formatHash({
          screen: 'session',
          sessionId: correction.sessionId,
          spanId: correction.spanId,
        })}
        title={`${correction.sourceName}, line ${String(correction.line)}`}
      >
        <span className={classes.session}>{correction.sessionId}</span>
        <span>turn {correction.turnNo}</span>
        <IconExternalLink size={12} aria-hidden />
      </a>
    </span>
  );
}
