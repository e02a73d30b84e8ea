import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { GivenReview, QueueSummary } from '../../../shared/contract/review';
import type { Review } from '../../../shared/model/review';
import { EmptyState, ErrorState } from '../../components/empty-state';
import { Flag } from '../../components/flag';
import { SafeText } from '../../components/safe-text';
import { SkeletonRows } from '../../components/skeleton';
import { orpc } from '../../lib/client';
import { formatPlural } from '../../lib/format';
import { useShortcuts } from '../../lib/keyboard';
import { formatHash } from '../../lib/navigation';
import { toastDone } from '../../lib/toast';
import { cx } from '../../lib/class-names';
import { ReviewSummary } from './other-reviews';
import type { Disagreement } from './outputs';
import classes from './review.module.css';

const PAGE = 200;

/** The items on which reviewers differ, side by side, each to be settled; those settled come last. */
export function Disagreements({ queue }: { queue: QueueSummary }): ReactNode {
  const { queueId } = queue;
  const query = useQuery(orpc.review.disagreements.queryOptions({ input: { queueId, limit: PAGE } }));
  const [at, setAt] = useState(0);
  const settle = useMutation(
    orpc.review.settle.mutationOptions({
      onSuccess: (_data, { review }) =>
        toastDone(review === null ? 'Open again.' : `Settled: ${review.intent}.`),
      meta: { doing: 'settle the disagreement' },
    }),
  );
  const items = query.data?.items ?? [];
  const current = items[Math.min(at, items.length - 1)];
  const decide = (item: Disagreement, review: GivenReview | null) => {
    if (!settle.isPending)
      settle.mutate({ queueId, sessionId: item.sessionId, review: review === null ? null : plain(review) });
  };
  useShortcuts('Disagreements', [
    {
      keys: ['j', 'ArrowDown'],
      description: 'Next disagreement',
      run: () => setAt(Math.min(at + 1, items.length - 1)),
    },
    { keys: ['k', 'ArrowUp'], description: 'Previous disagreement', run: () => setAt(Math.max(at - 1, 0)) },
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => ({
      keys: String(number),
      description: number === 1 ? 'Settle as reviewer 1 to 9 says' : `Settle as reviewer ${number} says`,
      isHidden: number > 1,
      run: () => {
        const review = current?.reviews[number - 1];
        if (current !== undefined && review !== undefined) decide(current, review);
      },
    })),
    {
      keys: 'o',
      description: 'Open a settled one again',
      run: () => current?.settled && decide(current, null),
    },
  ]);
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return <SkeletonRows label="Comparing the reviews" />;
  if (items.length === 0)
    return (
      <EmptyState title="Reviewers agree on every verdict">
        Where two reviewers say different things of the same session, both are kept and shown here, to be
        settled by one of you.
      </EmptyState>
    );
  return (
    <div className={classes.disagreements} role="list" aria-label="Disagreements">
      {items.map((item, index) => (
        <div
          key={item.sessionId}
          role="listitem"
          aria-current={item === current ? 'true' : undefined}
          className={cx(classes.disagreement, item === current && classes.currentItem)}
          onPointerDown={() => setAt(index)}
        >
          <div className={classes.disagreementHead}>
            <a className={classes.title} href={formatHash({ screen: 'session', sessionId: item.sessionId })}>
              <SafeText text={(item.title === '' ? item.sessionId : item.title).slice(0, 200)} />
            </a>
            {item.settled === null ? (
              <Flag tone="warn">to settle</Flag>
            ) : (
              <>
                <Flag tone="good">
                  settled as {item.settled.intent} by {item.settled.reviewer}
                </Flag>
                <Button disabled={settle.isPending} onClick={() => decide(item, null)}>
                  Open again
                </Button>
              </>
            )}
          </div>
          <div className={classes.sides}>
            {item.reviews.map((review, place) => (
              <div key={review.reviewer} className={classes.side}>
                <ReviewSummary title={review.reviewer} review={review} />
                <Button
                  disabled={settle.isPending}
                  onClick={() => decide(item, review)}
                  title={`Settle as ${review.reviewer} says (${place + 1})`}
                >
                  Settle as {review.intent}
                </Button>
              </div>
            ))}
          </div>
        </div>
      ))}
      {query.data.total > items.length && (
        <p className={classes.dim}>
          {formatPlural(query.data.total - items.length, 'more disagreement')} follow as these are settled.
        </p>
      )}
    </div>
  );
}

/** What was said, without who said it when. */
function plain({ intent, quality, missed, failureModes, firstSpanId, expected, note }: GivenReview): Review {
  return { intent, quality, missed, failureModes, firstSpanId, expected, note };
}
