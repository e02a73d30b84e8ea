import type { ReactNode } from 'react';
import classes from './skeleton.module.css';

/** Rows in the shape of what is being fetched. `label` says what, to those who cannot see it. */
export function SkeletonRows({ rows = 8, label }: { rows?: number; label: string }): ReactNode {
  return (
    <div className={classes.rows} role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className={classes.row} style={{ width: `${92 - ((index * 37) % 46)}%` }} />
      ))}
    </div>
  );
}
