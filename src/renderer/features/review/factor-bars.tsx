import type { CSSProperties, ReactNode } from 'react';
import type { PriorityFactor, PriorityFactors } from '../../../shared/model/review';
import { formatPercent } from '../../lib/format';
import classes from './factor-bars.module.css';

export const factorTitles: Record<PriorityFactor, { title: string; meaning: string }> = {
  probability: { title: 'failure', meaning: 'calibrated probability that the session failed its user' },
  severity: { title: 'severity', meaning: 'of its gravest finding, in quarters' },
  uncertainty: { title: 'uncertainty', meaning: '4p(1-p): most where the score knows least' },
  novelty: { title: 'novelty', meaning: 'distance to the nearest session reviewed before' },
  reach: { title: 'reach', meaning: 'share of what was found that is like it' },
};
export const factorIds = Object.keys(factorTitles) as PriorityFactor[];

/** The factors of a priority as small bars from 0 to 100%, each with its name or, in a table, under a heading. */
export function FactorBars({
  factors,
  isNamed = false,
}: {
  factors: PriorityFactors;
  isNamed?: boolean;
}): ReactNode {
  return (
    <span className={isNamed ? classes.named : classes.plain}>
      {factorIds.map((factor) => {
        const value = factors[factor];
        const { title, meaning } = factorTitles[factor];
        const label = `${title} ${formatPercent(value)}: ${meaning}`;
        const style: CSSProperties & Record<'--value', string> = {
          '--value': `${(Math.min(Math.max(value, 0), 1) * 100).toFixed(1)}%`,
        };
        return (
          <span key={factor} className={classes.factor} title={label}>
            {isNamed && <span className={classes.name}>{title}</span>}
            <span className={classes.bar} style={style} role="img" aria-label={label} />
            {isNamed && <span className={classes.figure}>{formatPercent(value)}</span>}
          </span>
        );
      })}
    </span>
  );
}
