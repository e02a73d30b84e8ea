/** What can be done with an item under review, and where one goes afterwards. */
import { useMutation } from '@tanstack/react-query';
import type { QueueSummary, ReviewItem } from '../../../shared/contract/review';
import { client } from '../../lib/client';
import { navigate } from '../../lib/navigation';
import { ACTS } from '../../lib/query-client';
import { toastDone } from '../../lib/toast';
import { forgetTime, itemKey } from './kept-drafts';

interface Place {
  queueId: string;
  sessionId: string;
  reviewer: string;
}

/** What can be done with the item, and where one goes afterwards. */
export function useItemActs(queue: QueueSummary, item: ReviewItem, place: Place) {
  const { queueId } = queue;
  const goTo = (next: number | null) =>
    navigate(
      next === null
        ? { screen: 'review', view: 'work', queueId }
        : { screen: 'review', view: 'work', queueId, place: next },
    );
  const goOn = async () => {
    const { reviewer, sessionId } = place;
    const next = await client.review.next({ queueId, reviewer, after: sessionId });
    goTo(next?.place ?? null);
  };
  const complete = useMutation({
    scope: ACTS,
    mutationFn: async (input: Parameters<typeof client.review.complete>[0]) => {
      await client.review.complete(input);
      forgetTime(itemKey(queueId, place.sessionId, place.reviewer));
      await goOn();
    },
    meta: { doing: 'keep the review' },
  });
  const mark = useMutation({
    scope: ACTS,
    mutationFn: async (state: 'claimed' | 'skipped' | 'open') => {
      await client.review.mark({ ...place, state });
      if (state === 'skipped') await goOn();
    },
    meta: { doing: 'mark the item' },
  });
  const step = (by: 1 | -1) => {
    const next = item.place + by;
    if (next < 1 || next > queue.itemCount)
      toastDone(by === 1 ? 'This is the last item of the queue.' : 'This is the first item of the queue.');
    else goTo(next);
  };
  return {
    isBusy: complete.isPending || (mark.isPending && mark.variables !== 'claimed'),
    complete: (review: Parameters<typeof client.review.complete>[0]['review'], seconds: number) =>
      complete.mutate({ ...place, review, seconds: Math.min(seconds, 86_400) }),
    claim: () => {
      if (!mark.isPending) mark.mutate('claimed');
    },
    skip: () => (item.state === 'completed' ? void goOn() : mark.mutate('skipped')),
    giveBack: () => {
      // What is shown may lag behind a claim that is under way.
      if (item.state !== 'open' || mark.isPending) mark.mutate('open');
    },
    step,
    leave: () => navigate({ screen: 'review', view: 'items', queueId }),
  };
}

export type ItemActs = ReturnType<typeof useItemActs>;
