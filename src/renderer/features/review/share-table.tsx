import type { ReactNode } from 'react';
import type { Share } from '../../../shared/model/codebook';
import type { SessionFilter } from '../../../shared/model/session';
import { ShareBar } from '../../components/share-bar';
import { formatCount, formatShare } from '../../lib/format';
import { openSessions } from '../../lib/session-query';
import classes from './review.module.css';

const TICKS = [0, 25, 50, 75, 100];

/** Shares below each other on one axis from 0 to 100%. */
export function ShareTable({ axis, children }: { axis: string; children: ReactNode }): ReactNode {
  return (
    <div className={classes.shares}>
      {children}
      <div className={classes.shareTicks} aria-hidden>
        {TICKS.map((tick) => (
          <span key={tick} style={{ left: `${tick}%` }}>
            {tick}%
          </span>
        ))}
      </div>
      <div className={classes.shareAxis}>{axis}</div>
    </div>
  );
}

interface ShareRowProps {
  title: string;
  detail?: string;
  of: string;
  share: Share;
  /** The sessions behind the figure. */
  filter?: SessionFilter;
}

export function ShareRow({ title, detail, of, share, filter }: ShareRowProps): ReactNode {
  const label = (
    <>
      {title} {detail !== undefined && <span className={classes.dim}>{detail}</span>}
    </>
  );
  return (
    <div className={classes.shareRow}>
      {filter === undefined ? (
        <span className={classes.shareTitle}>{label}</span>
      ) : (
        <button
          type="button"
          className={classes.shareLink}
          title="Show the sessions"
          onClick={() => openSessions(filter)}
        >
          {label}
        </button>
      )}
      <ShareBar share={share} of={of} color="var(--fail)" />
      <span className={classes.right} title={of}>
        {formatShare(share)} <span className={classes.dim}>n {formatCount(share.n)}</span>
      </span>
    </div>
  );
}
