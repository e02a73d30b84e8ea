import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { QueueSummary } from '../../../shared/contract/review';
import { EmptyState, ErrorState } from '../../components/empty-state';
import { Flag } from '../../components/flag';
import { HeaderDetail, StatusDetail } from '../../components/frame-slots';
import { KeyHint } from '../../components/kbd';
import { Panel } from '../../components/panel';
import { SkeletonRows } from '../../components/skeleton';
import { cx } from '../../lib/class-names';
import { orpc } from '../../lib/client';
import { formatCount, formatDate, formatDuration, formatPlural } from '../../lib/format';
import { useShortcuts } from '../../lib/keyboard';
import { formatHash, navigate } from '../../lib/navigation';
import { MergeButton, MergeTarget } from './exchange';
import { sayDesign, sayFilter, sayReviewers } from './queue-words';
import { useReviewer } from './reviewer';
import { ReviewerMenu } from './reviewer-choice';
import classes from './review.module.css';

const NEW = { screen: 'review', view: 'new' } as const;

/** All queues: how far they are, how long it took, on what reviewers differ. */
export function QueueList(): ReactNode {
  const queues = useQuery(orpc.review.queues.queryOptions());
  const all = queues.data ?? [];
  const first = all.find((queue) => !queue.isArchived);
  useShortcuts('Review', [
    { keys: 'n', description: 'New queue', run: () => navigate(NEW) },
    {
      keys: 'Enter',
      description: 'Go on with the latest queue',
      isDisabled: first === undefined,
      run: () => first && navigate({ screen: 'review', view: 'work', queueId: first.queueId }),
    },
  ]);
  if (queues.isError) return <ErrorState error={queues.error} onRetry={() => void queues.refetch()} />;
  if (queues.data === undefined) return <SkeletonRows label="Fetching the queues" />;
  return (
    <MergeTarget>
      <HeaderDetail>
        <span>{formatPlural(all.length, 'queue')}</span>
      </HeaderDetail>
      <StatusDetail>
        <KeyHint keys="n">new queue</KeyHint>
        <KeyHint keys="Enter">go on reviewing</KeyHint>
        <span>a colleague’s reviews can be dropped here</span>
      </StatusDetail>
      <Panel
        title="Queues"
        className={classes.whole}
        actions={
          <>
            <ReviewerMenu names={[...new Set(all.flatMap((queue) => queue.reviewers))]} />
            <MergeButton />
            <NewQueueButton />
          </>
        }
      >
        {all.length === 0 ? (
          <EmptyState title="No queue yet" actions={<NewQueueButton />}>
            A queue says which sessions are read by whom and in which order: the most urgent first, or at
            random, so that the share that failed can be estimated for all of them. To review a colleague’s
            queue, open the workspace they sent you.
          </EmptyState>
        ) : (
          <QueueTable queues={all} />
        )}
      </Panel>
    </MergeTarget>
  );
}

function NewQueueButton(): ReactNode {
  return (
    <Button component="a" href={formatHash(NEW)} variant="filled" leftSection={<IconPlus size={14} />}>
      New queue
    </Button>
  );
}

function QueueTable({ queues }: { queues: readonly QueueSummary[] }): ReactNode {
  return (
    <table className={classes.table} aria-label="Queues">
      <thead>
        <tr>
          <th>Queue</th>
          <th>Design</th>
          <th>Reviewers</th>
          <th className={classes.progressColumn}>Reviewed</th>
          <th className={classes.right}>Time spent</th>
          <th className={classes.right}>Disagreements</th>
          <th className={classes.right}>Made</th>
          <th />
        </tr>
      </thead>
      <tbody>
        {queues.map((queue) => (
          <QueueRow key={queue.queueId} queue={queue} />
        ))}
      </tbody>
    </table>
  );
}

function QueueRow({ queue }: { queue: QueueSummary }): ReactNode {
  const reviewer = useReviewer();
  const { queueId } = queue;
  const own = queue.byReviewer.find((one) => one.reviewer === reviewer);
  const seconds = queue.byReviewer.reduce((sum, one) => sum + one.seconds, 0);
  const filter = sayFilter(queue.filter);
  const isDone = queue.completed === queue.itemCount;
  return (
    <tr className={cx(queue.isArchived && classes.archived)}>
      <td>
        <a
          className={classes.name}
          href={formatHash({ screen: 'review', view: isDone ? 'results' : 'items', queueId })}
        >
          {queue.name}
        </a>
        {queue.isArchived && <Flag>put away</Flag>}
        {filter !== '' && <div className={classes.dim}>{filter}</div>}
      </td>
      <td>
        {sayDesign(queue.sampling)}
        <div className={classes.dim}>
          {formatCount(queue.itemCount)} of {formatPlural(queue.frameSize, 'session')}
        </div>
      </td>
      <td>
        {sayReviewers(queue)}
        {own !== undefined && (
          <div className={classes.dim}>
            you: {formatCount(own.completed)} reviewed, {formatCount(own.skipped)} skipped
          </div>
        )}
      </td>
      <td>
        <Progress done={queue.completed} of={queue.itemCount} />
      </td>
      <td className={classes.right}>
        {seconds === 0 ? '–' : formatDuration(seconds * 1000)}
        {queue.reviews > 0 && (
          <div className={classes.dim}>{formatDuration((seconds / queue.reviews) * 1000)} each</div>
        )}
      </td>
      <td className={classes.right}>
        {queue.disputed === 0 ? (
          '0'
        ) : (
          <a
            className={classes.disputed}
            href={formatHash({ screen: 'review', view: 'disagreements', queueId })}
          >
            {formatCount(queue.disputed)} to settle
          </a>
        )}
      </td>
      <td className={classes.right}>{formatDate(queue.at)}</td>
      <td className={classes.right}>
        <Button
          component="a"
          href={formatHash({ screen: 'review', view: isDone ? 'results' : 'work', queueId })}
        >
          {isDone ? 'Results' : 'Review'}
        </Button>
      </td>
    </tr>
  );
}

/** How many items have all their reviews. */
export function Progress({ done, of }: { done: number; of: number }): ReactNode {
  const share = of === 0 ? 0 : done / of;
  return (
    <span className={classes.progress}>
      <span
        className={classes.progressBar}
        role="progressbar"
        aria-label="Reviewed items"
        aria-valuenow={done}
        aria-valuemin={0}
        aria-valuemax={of}
      >
        <span style={{ width: `${(share * 100).toFixed(1)}%` }} />
      </span>
      {formatCount(done)} of {formatCount(of)}
    </span>
  );
}
