/** One correction on the table: what the agent had said, what the user said, what it was sorted into. */
import { Tooltip } from '@mantine/core';
import { IconCheck, IconExternalLink, IconX } from '@tabler/icons-react';
import { useMemo, useState, type MouseEvent, type ReactNode } from 'react';
import { correctionKindTitles, type Correction } from '../../../shared/model/correction';
import { userActSchema, userActWords } from '../../../shared/model/user-turn';
import { Flag } from '../../components/flag';
import { SafeText } from '../../components/safe-text';
import { cx } from '../../lib/class-names';
import { formatScore } from '../../lib/format';
import { formatHash } from '../../lib/navigation';
import { visible } from '../../lib/visible-text';
import { isDragged, putDragged, takeDragged, type Dragged } from './drag';
import type { Link } from './table-data';
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
  onRemoveCode: (code: string) => void;
  /** Said of it and others: that they belong together or apart. */
  links: readonly Link[];
  onUnlink: (link: Link) => void;
  onDropped: (dragged: Dragged) => void;
  /** Ids that go along when this card is dragged. */
  dragIds: string[];
}

export function CorrectionCard(props: CorrectionCardProps): ReactNode {
  const { correction, isCurrent, isPicked, similarity, onSelect, onJudge, onDropped, dragIds } = props;
  const [isOver, setOver] = useState(false);
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
        isOver && classes.over,
      )}
      aria-label={`Correction in turn ${String(correction.turnNo)} of session ${visible(correction.sessionId)}`}
      aria-current={isCurrent}
      draggable
      onDragStart={(event) => {
        putDragged(event.dataTransfer, { kind: 'corrections', ids: dragIds });
      }}
      onDragOver={(event) => {
        if (!isDragged(event.dataTransfer)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const dragged = takeDragged(event.dataTransfer);
        if (dragged !== null) onDropped(dragged);
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
        <Said {...props} />
        <Tooltip
          label={[
            ...(correction.act === null ? [] : [`The turn: ${actTitle(correction.act)}`]),
            ...(correction.reasons.length === 0 ? ['No reason was kept'] : correction.reasons),
          ].join(' · ')}
          multiline
          maw={420}
        >
          <span className={classes.kind}>
            {correctionKindTitles[correction.kind]}
            {correction.act !== null && (
              <span className={classes.act}>, {actTitle(correction.act)}</span>
            )} · {formatScore(correction.score)}
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

function actTitle(act: string): string {
  const known = userActSchema.safeParse(act);
  return known.success ? userActWords[known.data].title : act;
}

/** What people said of it: failure modes, codes, what it belongs with; and what the machine proposes. */
function Said(props: CorrectionCardProps): ReactNode {
  const { correction, modeNames, links, onRemoveMode, onRemoveCode, onUnlink } = props;
  return (
    <>
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
      {correction.codes.map((code) => (
        <Flag
          key={code}
          title="A free code. Click to take it off"
          onClick={() => {
            onRemoveCode(code);
          }}
        >
          <SafeText text={code} />
        </Flag>
      ))}
      {correction.proposal !== null && correction.failureModeIds.length === 0 && (
        <Flag isProposed tone="mode">
          {modeNames.get(correction.proposal.failureModeId) ?? correction.proposal.failureModeId}{' '}
          {formatScore(correction.proposal.probability)}
        </Flag>
      )}
      {links.map((link) => (
        <Flag
          key={`${link.link} ${link.correctionIds.join(' ')}`}
          tone={link.link === 'must' ? 'good' : 'warn'}
          title="You said so; the next grouping keeps to it. Click to take it back"
          onClick={() => {
            onUnlink(link);
          }}
        >
          {link.link === 'must' ? 'together with' : 'apart from'} {link.correctionIds.length - 1} other
          {link.correctionIds.length === 2 ? '' : 's'}
        </Flag>
      ))}
    </>
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
        title={`${visible(correction.sourceName)}, line ${String(correction.line)}`}
      >
        <span className={classes.session}>{correction.sessionId}</span>
        <span>turn {correction.turnNo}</span>
        <IconExternalLink size={12} aria-hidden />
      </a>
    </span>
  );
}
