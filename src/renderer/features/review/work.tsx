import { Button } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import type { QueueSummary } from '../../../shared/contract/review';
import { EmptyState, ErrorState } from '../../components/empty-state';
import { HeaderDetail } from '../../components/frame-slots';
import { SkeletonRows } from '../../components/skeleton';
import { orpc } from '../../lib/client';
import { formatCount } from '../../lib/format';
import { useShortcuts } from '../../lib/keyboard';
import { formatHash, navigate } from '../../lib/navigation';
import { Progress } from './queue-list';
import { namesOf } from './queue-words';
import { ReviewItemView } from './review-item';
import { useReviewer } from './reviewer';
import { ReviewerForm, ReviewerMenu } from './reviewer-choice';
import classes from './review.module.css';

interface WorkProps {
  queue: QueueSummary;
  /** 1-based place in the queue; without one, the next item that wants a review. */
  place: number | undefined;
}

/** Reviewing: who does it, which item, and the item itself. */
export function Work({ queue, place }: WorkProps): ReactNode {
  const reviewer = useReviewer();
  return (
    <>
      <HeaderDetail>
        <span className={classes.crumb}>
          /{' '}
          <a href={formatHash({ screen: 'review', view: 'items', queueId: queue.queueId })}>
            <b>{queue.name}</b>
          </a>
        </span>
        {place !== undefined && (
          <span>
            item {formatCount(place)} of {formatCount(queue.itemCount)}
          </span>
        )}
        <Progress done={queue.completed} of={queue.itemCount} />
        {reviewer !== null && <ReviewerMenu names={namesOf(queue)} />}
      </HeaderDetail>
      {reviewer === null ? (
        <EmptyState title="Who reviews?" actions={<ReviewerForm names={namesOf(queue)} />}>
          The name goes with every review, so that those of several people can be compared.
        </EmptyState>
      ) : place === undefined ? (
        <FindNext queue={queue} reviewer={reviewer} />
      ) : (
        <AtPlace queue={queue} reviewer={reviewer} place={place} />
      )}
    </>
  );
}

/** Goes to the item the reviewer should look at next, or says that there is none. */
function FindNext({ queue, reviewer }: { queue: QueueSummary; reviewer: string }): ReactNode {
  const { queueId } = queue;
  const next = useQuery(orpc.review.next.queryOptions({ input: { queueId, reviewer } }));
  // What was next before the last item was done or skipped is not next any more.
  const place = next.isFetching ? undefined : next.data?.place;
  useEffect(() => {
    if (place !== undefined) navigate({ screen: 'review', view: 'work', queueId, place }, { replace: true });
  }, [queueId, place]);
  useShortcuts('Review', [
    {
      keys: 'Escape',
      description: 'Back to the queue',
      run: () => navigate({ screen: 'review', view: 'items', queueId }),
    },
  ]);
  if (next.isError) return <ErrorState error={next.error} onRetry={() => void next.refetch()} />;
  if (next.isFetching || next.data !== null)
    return <SkeletonRows rows={14} label="Looking for the next item" />;
  return (
    <EmptyState
      title={`Nothing is left for ${reviewer}`}
      actions={
        <>
          <Button
            component="a"
            variant="filled"
            href={formatHash({ screen: 'review', view: 'results', queueId })}
          >
            Results
          </Button>
          <Button component="a" href={formatHash({ screen: 'review', view: 'items', queueId })}>
            All items
          </Button>
        </>
      }
    >
      Every item has been reviewed or skipped. Skipped ones can be opened from the list of items; a colleague
      can go on under another name.
    </EmptyState>
  );
}

function AtPlace({ queue, reviewer, place }: WorkProps & { reviewer: string; place: number }): ReactNode {
  const { queueId } = queue;
  const page = useQuery(
    orpc.review.items.queryOptions({
      input: { queueId, reviewer, offset: place - 1, limit: 1 },
      placeholderData: keepPreviousData,
    }),
  );
  const item = page.data?.items[0];
  const seen = useQuery(
    orpc.review.get.queryOptions({
      input: { queueId, reviewer, sessionId: item?.sessionId ?? '' },
      enabled: item !== undefined,
    }),
  );
  const error = page.error ?? seen.error;
  if (error !== null) return <ErrorState error={error} onRetry={() => void page.refetch()} />;
  if (page.data !== undefined && item === undefined)
    return (
      <EmptyState
        title="The queue ends before this place"
        actions={<a href={formatHash({ screen: 'review', view: 'items', queueId })}>All items</a>}
      />
    );
  if (item === undefined || seen.data === undefined)
    return <SkeletonRows rows={14} label="Fetching the item" />;
  return (
    <ReviewItemView
      // Another item or reviewer is another form.
      key={JSON.stringify([item.sessionId, reviewer])}
      queue={queue}
      reviewer={reviewer}
      item={item}
      seen={seen.data}
    />
  );
}
