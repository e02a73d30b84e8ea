import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { QueueResults, QueueSummary } from '../../../shared/contract/review';
import { EmptyState, ErrorState } from '../../components/empty-state';
import { SkeletonRows } from '../../components/skeleton';
import { orpc } from '../../lib/client';
import { formatCount, formatDuration, formatPlural } from '../../lib/format';
import { formatHash } from '../../lib/navigation';
import { ShareRow, ShareTable } from './share-table';
import classes from './review.module.css';

/** What the reviews of a queue say: how many failed, how, and what that says of all sessions. */
export function Results({ queue }: { queue: QueueSummary }): ReactNode {
  const { queueId } = queue;
  const query = useQuery(orpc.review.results.queryOptions({ input: { queueId } }));
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return <SkeletonRows label="Counting" />;
  const results = query.data;
  if (results.judged + results.unclear === 0)
    return (
      <EmptyState
        title="Nothing was reviewed yet"
        actions={<a href={formatHash({ screen: 'review', view: 'work', queueId })}>Review</a>}
      >
        The share that failed is shown here as soon as the first session has a verdict.
      </EmptyState>
    );
  return (
    <div className={classes.cards}>
      <FailureRate results={results} />
      <FailureModes results={results} queueId={queueId} />
      <MissedParts results={results} />
      <TimeSpent queue={queue} />
    </div>
  );
}

const all = (sessions: number) => `of all ${formatPlural(sessions, 'session')} the queue was drawn from`;

function FailureRate({ results }: { results: QueueResults }): ReactNode {
  const { missed, judged, unclear, frameSize, statement } = results;
  return (
    <section className={classes.card} aria-label="Share of sessions that missed the intent">
      <h2>Share of sessions that missed the intent</h2>
      <ShareTable axis="missed, % of sessions, with 95% interval">
        <ShareRow title="as reviewed" of="of the reviewed sessions" share={missed.reviewed} />
        {missed.corrected === null ? null : (
          <ShareRow title="corrected for the design" of={all(frameSize)} share={missed.corrected} />
        )}
      </ShareTable>
      <p className={classes.statement}>{statement}</p>
      <p className={classes.dim}>
        {formatPlural(judged, 'verdict')}
        {unclear > 0 && `, ${formatCount(unclear)} unclear and left out`}
        {missed.effectiveSize !== null &&
          `; as sure as a simple random sample of ${formatCount(Math.round(missed.effectiveSize))}`}
        . Where several reviewed a session, what is settled holds, else what more than half of them say.
      </p>
    </section>
  );
}

function FailureModes({ results, queueId }: { results: QueueResults; queueId: string }): ReactNode {
  const { failureModes, frameSize } = results;
  return (
    <section className={classes.card} aria-label="Failure modes found by reviewers">
      <h2>Failure modes found by reviewers</h2>
      {failureModes.length === 0 ? (
        <p className={classes.dim}>No review names a failure mode.</p>
      ) : (
        <ShareTable axis="with the failure mode, % of sessions, with 95% interval">
          {failureModes.map(({ failureModeId, name, meanSeverity, estimate }) => (
            <ShareRow
              key={failureModeId}
              title={name}
              detail={`severity ${meanSeverity.toFixed(1)}`}
              of={estimate.corrected === null ? 'of the reviewed sessions' : all(frameSize)}
              share={estimate.corrected ?? estimate.reviewed}
              filter={{ reviewQueueIds: [queueId], reviewModeIds: [failureModeId] }}
            />
          ))}
        </ShareTable>
      )}
    </section>
  );
}

function MissedParts({ results }: { results: QueueResults }): ReactNode {
  const { missedParts, missed } = results;
  const n = missed.reviewed.count;
  if (missedParts.length === 0) return null;
  return (
    <section className={classes.card} aria-label="What was missed">
      <h2>What was missed</h2>
      <table className={classes.plainTable}>
        <tbody>
          {missedParts.map(({ part, count }) => (
            <tr key={part}>
              <td>{part}</td>
              <td className={classes.right}>
                {formatPlural(count, 'session')} of {formatCount(Math.max(n, count))} missed
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function TimeSpent({ queue }: { queue: QueueSummary }): ReactNode {
  return (
    <section className={classes.card} aria-label="Reviewers">
      <h2>Reviewers</h2>
      <table className={classes.plainTable}>
        <thead>
          <tr>
            <th>Reviewer</th>
            <th className={classes.right}>Reviewed</th>
            <th className={classes.right}>Skipped</th>
            <th className={classes.right}>Time spent</th>
            <th className={classes.right}>Each</th>
          </tr>
        </thead>
        <tbody>
          {queue.byReviewer.map(({ reviewer, completed, skipped, seconds }) => (
            <tr key={reviewer}>
              <td>{reviewer}</td>
              <td className={classes.right}>{formatCount(completed)}</td>
              <td className={classes.right}>{formatCount(skipped)}</td>
              <td className={classes.right}>{formatDuration(seconds * 1000)}</td>
              <td className={classes.right}>
                {completed === 0 ? '–' : formatDuration((seconds / completed) * 1000)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
