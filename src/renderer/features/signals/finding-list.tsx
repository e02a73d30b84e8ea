import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Finding } from '../../../shared/model/signal';
import { Flag } from '../../components/flag';
import { SafeText } from '../../components/safe-text';
import { cx } from '../../lib/class-names';
import { formatCount } from '../../lib/format';
import { formatHash } from '../../lib/navigation';
import classes from './signals.module.css';

export const FINDING_PAGE = 12;

interface FindingListProps {
  items: readonly Finding[];
  total: number;
  offset: number;
  onOffset: (offset: number) => void;
  /** Says of a finding that it is wrong, or takes that back. */
  onRefute?: (finding: Finding) => void;
}

/** A page of findings, each leading to its place in its session. */
export function FindingList({ items, total, offset, onOffset, onRefute }: FindingListProps): ReactNode {
  return (
    <>
      <ul className={classes.findings}>
        {items.map((finding) => (
          <li key={finding.findingId} className={cx(finding.verdict === 'wrong' && classes.wrong)}>
            <a
              href={formatHash({
                screen: 'session',
                sessionId: finding.sessionId,
                spanId: finding.spanId,
              })}
            >
              <span className={classes.reason}>
                <SafeText text={finding.reason.slice(0, 400)} />
              </span>
              <span className={classes.dim}>
                turn {formatCount(finding.turnNo)}, span {formatCount(finding.position + 1)} of{' '}
                <SafeText text={finding.sessionId.slice(0, 80)} />
              </span>
            </a>
            {finding.verdict === 'wrong' && <Flag>said to be wrong</Flag>}
            {onRefute !== undefined && (
              <Button variant="subtle" onClick={() => onRefute(finding)}>
                {finding.verdict === 'wrong' ? 'not wrong' : 'this is wrong'}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {total > FINDING_PAGE && (
        <div className={classes.pager}>
          <Button disabled={offset === 0} onClick={() => onOffset(Math.max(0, offset - FINDING_PAGE))}>
            Previous
          </Button>
          <span className={classes.dim}>
            {formatCount(offset + 1)} to {formatCount(Math.min(offset + FINDING_PAGE, total))} of{' '}
            {formatCount(total)}
          </span>
          <Button disabled={offset + FINDING_PAGE >= total} onClick={() => onOffset(offset + FINDING_PAGE)}>
            Next
          </Button>
        </div>
      )}
    </>
  );
}
