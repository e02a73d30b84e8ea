import type { ReactNode } from 'react';
import type { Preview } from './outputs';
import { EmptyState, ErrorState } from '../../components/empty-state';
import { Panel } from '../../components/panel';
import { SafeText } from '../../components/safe-text';
import { SkeletonRows } from '../../components/skeleton';
import { formatCount, formatPlural, formatScore } from '../../lib/format';
import { formatHash } from '../../lib/navigation';
import { FactorBars, factorIds, factorTitles } from './factor-bars';
import classes from './review.module.css';

interface QueuePreviewProps {
  preview: Preview | undefined;
  error: unknown;
  onRetry: () => void;
  isStale: boolean;
}

/** The first items a queue would hold, and why they come first. */
export function QueuePreview({ preview, error, onRetry, isStale }: QueuePreviewProps): ReactNode {
  if (error !== null && preview === undefined) return <ErrorState error={error} onRetry={onRetry} />;
  if (preview === undefined) return <SkeletonRows rows={14} label="Drawing" />;
  const { items, size, frameSize, incomplete } = preview;
  return (
    <Panel
      title="Preview"
      detail={
        isStale
          ? 'drawing…'
          : `${formatCount(size)} of ${formatPlural(frameSize, 'session')}${
              items.length < size ? `, the first ${formatCount(items.length)} shown` : ''
            }${incomplete === null ? '' : `. ${incomplete}`}`
      }
    >
      {items.length === 0 ? (
        <EmptyState title="There is nothing to draw">
          No session matches, or all of them were reviewed in another queue. Widen the filter, or take in
          those reviewed before.
        </EmptyState>
      ) : (
        <table className={classes.table} aria-label="First items of the queue">
          <thead>
            <tr>
              <th className={classes.right}>#</th>
              <th>Session</th>
              <th className={classes.right} title="product of the factors">
                Priority
              </th>
              <th className={classes.factorColumn}>
                <span className={classes.factorHeads}>
                  {factorIds.map((factor) => (
                    <span key={factor} title={factorTitles[factor].meaning}>
                      {factorTitles[factor].title}
                    </span>
                  ))}
                </span>
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map((item, index) => (
              <tr key={item.sessionId}>
                <td className={classes.right}>{formatCount(index + 1)}</td>
                <td>
                  <a
                    className={classes.title}
                    href={formatHash({ screen: 'session', sessionId: item.sessionId })}
                  >
                    <SafeText text={(item.title === '' ? item.sessionId : item.title).slice(0, 160)} />
                  </a>
                  <div className={classes.reason}>{item.reasons[0]}</div>
                </td>
                <td className={classes.right}>{formatScore(item.priority)}</td>
                <td>
                  <FactorBars factors={item.factors} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
