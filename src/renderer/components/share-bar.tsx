import type { CSSProperties, ReactNode } from 'react';
import type { Share } from '../../shared/model/codebook';
import { formatCount, formatShare } from '../lib/format';
import classes from './share-bar.module.css';

interface ShareBarProps {
  share: Share;
  /** What the share is of, for the tooltip and screen readers: `of sessions`. */
  of: string;
  /** The share at the right end, so that small ones can be told apart. All bars of a list need the same. */
  max?: number;
  /** A CSS colour. */
  color?: string;
  /** A further part, hatched: proposed and not yet confirmed. Of the same whole as `share`. */
  proposed?: number;
}

/** A share as a bar with its confidence interval as a whisker. */
export function ShareBar({
  share,
  of,
  max = 1,
  color = 'var(--lane-llm)',
  proposed = 0,
}: ShareBarProps): ReactNode {
  const scale = max > 0 ? max : 1;
  const percent = (value: number | null) =>
    `${(Math.min(Math.max((value ?? 0) / scale, 0), 1) * 100).toFixed(2)}%`;
  const value = share.share ?? 0;
  const label = `${formatShare(share)} ${of} (${formatCount(share.count)} of ${formatCount(share.n)})`;
  const style: CSSProperties & Record<`--${string}`, string> = {
    '--color': color,
    '--value': percent(value),
    '--proposed': percent(share.n === 0 ? 0 : Math.min(proposed / share.n, scale - value)),
    '--low': percent(share.low),
    '--high': percent(share.high),
  };
  return (
    <span className={classes.bar} style={style} role="img" aria-label={label} title={label}>
      <span className={classes.value} />
      {proposed > 0 && <span className={classes.proposed} />}
      {share.low !== null && <span className={classes.whisker} />}
    </span>
  );
}
