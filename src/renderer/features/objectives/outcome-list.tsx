import type { ReactNode } from 'react';
import type { OutcomeRow } from '../../../shared/contract/objective';
import { SafeText } from '../../components/safe-text';
import { cx } from '../../lib/class-names';
import { formatHash } from '../../lib/navigation';
import classes from './outcome-list.module.css';

const WORDS = { passed: 'passes', failed: 'fails', undecided: 'undecided' } as const;
const LONGEST = 300;

export function outcomeOf(passed: boolean | null): keyof typeof WORDS {
  return passed === null ? 'undecided' : passed ? 'passed' : 'failed';
}

/** Sessions with what became of them and why; each leads to the session, a reason to the span that decided it. */
export function OutcomeList({ rows, label }: { rows: readonly OutcomeRow[]; label: string }): ReactNode {
  return (
    <ul className={classes.list} aria-label={label}>
      {rows.map((row) => (
        <li key={row.sessionId} className={classes.row}>
          <span className={cx(classes.outcome, classes[outcomeOf(row.passed)])}>
            {WORDS[outcomeOf(row.passed)]}
          </span>
          <div className={classes.text}>
            <a className={classes.title} href={formatHash({ screen: 'session', sessionId: row.sessionId })}>
              <SafeText text={row.title === '' ? row.sessionId : row.title.slice(0, LONGEST)} />
            </a>
            {row.results.map((result) => (
              <span key={result.check} className={classes.reason}>
                <span className={classes.mark} title={WORDS[outcomeOf(result.passed)]}>
                  {result.passed === null ? '?' : result.passed ? '✓' : '✗'}
                </span>
                <SafeText text={result.reason.slice(0, LONGEST)} />
                {result.spanId !== null && (
                  <a
                    href={formatHash({
                      screen: 'session',
                      sessionId: row.sessionId,
                      spanId: result.spanId,
                    })}
                  >
                    show the span
                  </a>
                )}
              </span>
            ))}
          </div>
        </li>
      ))}
    </ul>
  );
}
