import type { ReactNode } from 'react';
import type { Overview } from '../../../shared/contract/overview';
import type { Share } from '../../../shared/model/codebook';
import { ShareBar } from '../../components/share-bar';
import {
  formatCompact,
  formatCost,
  formatCount,
  formatInterval,
  formatPercent,
  formatPlural,
} from '../../lib/format';
import { openSessions } from '../../lib/session-query';
import classes from './figures.module.css';

/** The workspace in a line of figures; each leads to its sessions. */
export function Figures({ overview }: { overview: Overview }): ReactNode {
  const signals = overview.bySignal.filter((one) => one.findings > 0).map((one) => one.signal);
  return (
    <div className={classes.figures}>
      <Figure
        title="Sessions"
        value={formatCount(overview.sessions)}
        detail={`${formatPlural(overview.turns, 'turn')}, ${formatPlural(overview.spans, 'span')}`}
        opens="Show all sessions"
        onOpen={() => openSessions({})}
      />
      <ShareFigure
        title="With findings"
        share={overview.withFindings}
        color="var(--fail)"
        opens="Show the sessions with findings"
        onOpen={() => openSessions({ signals }, { key: 'findingCount', descending: true })}
      />
      <ShareFigure
        title="With corrections"
        share={overview.withCorrections}
        color="var(--warn)"
        opens="Show the sessions with corrections"
        onOpen={() => openSessions({ correction: 'any' }, { key: 'correctionCount', descending: true })}
      />
      <ShareFigure
        title="With failed tool calls"
        share={overview.withToolErrors}
        color="var(--lane-tools)"
        opens="Show the sessions with the most failed tool calls first"
        onOpen={() => openSessions({}, { key: 'toolErrorCount', descending: true })}
      />
      <Figure
        title="Tokens"
        value={formatCompact(overview.inputTokens + overview.outputTokens)}
        detail={`${formatCompact(overview.inputTokens)} in, ${formatCompact(overview.outputTokens)} out`}
        opens="Show the sessions with the most input tokens first"
        onOpen={() => openSessions({}, { key: 'inputTokens', descending: true })}
      />
      {overview.costUsd !== null && (
        <Figure
          title="Cost"
          value={formatCost(overview.costUsd)}
          detail={
            overview.sessions > 0 ? `${formatCost(overview.costUsd / overview.sessions)} a session` : ''
          }
          opens="Show the sessions that cost most first"
          onOpen={() => openSessions({}, { key: 'costUsd', descending: true })}
        />
      )}
    </div>
  );
}

interface FigureProps {
  title: string;
  value: ReactNode;
  detail: ReactNode;
  opens: string;
  onOpen: () => void;
}

function Figure({ title, value, detail, opens, onOpen }: FigureProps): ReactNode {
  return (
    <button type="button" className={classes.figure} title={opens} onClick={onOpen}>
      <span className={classes.title}>{title}</span>
      <span className={classes.value}>{value}</span>
      <span className={classes.detail}>{detail}</span>
    </button>
  );
}

interface ShareFigureProps {
  title: string;
  share: Share;
  color: string;
  opens: string;
  onOpen: () => void;
}

/** A share of the sessions with its 95% interval. */
function ShareFigure({ title, share, color, opens, onOpen }: ShareFigureProps): ReactNode {
  return (
    <button type="button" className={classes.figure} title={opens} onClick={onOpen}>
      <span className={classes.title}>{title}</span>
      <span className={classes.value}>
        {formatPercent(share.share)} <span className={classes.interval}>{formatInterval(share)}</span>
      </span>
      <ShareBar share={share} of="of sessions" color={color} />
      <span className={classes.detail}>
        {formatCount(share.count)} of {formatCount(share.n)}
      </span>
    </button>
  );
}
