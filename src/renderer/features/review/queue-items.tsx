import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo, type ReactNode } from 'react';
import type { QueueSummary, ReviewItem } from '../../../shared/contract/review';
import { EmptyState, ErrorState } from '../../components/empty-state';
import { Flag } from '../../components/flag';
import { SafeText } from '../../components/safe-text';
import { SkeletonRows } from '../../components/skeleton';
import { VirtualList } from '../../components/virtual-list';
import { orpc } from '../../lib/client';
import { formatCount, formatScore } from '../../lib/format';
import { formatHash } from '../../lib/navigation';
import { FactorBars, factorIds, factorTitles } from './factor-bars';
import { useReviewer } from './reviewer';
import classes from './review.module.css';

const PAGE = 500;
const ROW = 46;
const TONES = { open: 'quiet', claimed: 'mode', skipped: 'warn', completed: 'good' } as const;
const WORDS = { open: 'open', claimed: 'begun', skipped: 'skipped', completed: 'reviewed' } as const;

/** Who asks is nobody yet: what they have done is nothing. */
const NOBODY = '–';

/** The items of a queue in the order of review, as the reviewer stands with them. */
export function QueueItems({ queue }: { queue: QueueSummary }): ReactNode {
  const reviewer = useReviewer() ?? NOBODY;
  const { queueId } = queue;
  const query = useInfiniteQuery(
    orpc.review.items.infiniteOptions({
      input: (offset: number) => ({ queueId, reviewer, offset, limit: PAGE }),
      initialPageParam: 0,
      getNextPageParam: (last, pages) => (pages.length * PAGE < last.total ? pages.length * PAGE : undefined),
    }),
  );
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const { hasNextPage, isFetching, fetchNextPage } = query;
  const renderItem = useCallback(
    (index: number) => {
      if (index > items.length - PAGE / 5 && hasNextPage && !isFetching)
        queueMicrotask(() => void fetchNextPage());
      const item = items[index];
      return item && <ItemRow item={item} queue={queue} />;
    },
    [items, hasNextPage, isFetching, fetchNextPage, queue],
  );
  const getKey = useCallback((index: number) => items[index]?.sessionId ?? index, [items]);
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return <SkeletonRows label="Fetching the items" />;
  if (items.length === 0)
    return <EmptyState title="This queue is empty">Make another one with a wider filter.</EmptyState>;
  return (
    <div className={classes.items}>
      <div className={classes.itemHead}>
        <span className={classes.right}>#</span>
        <span>Session</span>
        <span className={classes.right}>Priority</span>
        <span className={classes.factorHeads}>
          {factorIds.map((factor) => (
            <span key={factor} title={factorTitles[factor].meaning}>
              {factorTitles[factor].title}
            </span>
          ))}
        </span>
        <span>For you</span>
        <span className={classes.right}>Reviews</span>
      </div>
      <VirtualList
        className={classes.itemList}
        label="Items"
        count={items.length}
        estimateSize={rowHeight}
        getKey={getKey}
        renderItem={renderItem}
      />
    </div>
  );
}

const rowHeight = () => ROW;

function ItemRow({ item, queue }: { item: ReviewItem; queue: QueueSummary }): ReactNode {
  return (
    <div className={classes.itemRow}>
      <span className={classes.right}>{formatCount(item.place)}</span>
      <span className={classes.itemTitle}>
        <a
          className={classes.title}
          href={formatHash({
            screen: 'review',
            view: 'work',
            queueId: queue.queueId,
            place: item.place,
          })}
        >
          <SafeText text={(item.title === '' ? item.sessionId : item.title).slice(0, 200)} />
        </a>
        <span className={classes.reason}>
          {item.isMissing ? 'This workspace does not hold the session.' : item.reasons.join(' · ')}
        </span>
      </span>
      <span className={classes.right}>{formatScore(item.priority)}</span>
      <FactorBars factors={item.factors} />
      <span>
        <Flag tone={TONES[item.state]}>{WORDS[item.state]}</Flag>
        {item.claimedBy.length > 0 && (
          <span className={classes.dim}> {item.claimedBy.join(', ')} is at it</span>
        )}
      </span>
      <span className={classes.right}>
        {formatCount(item.reviewCount)} of {formatCount(queue.reviewsPerItem)}
      </span>
    </div>
  );
}
