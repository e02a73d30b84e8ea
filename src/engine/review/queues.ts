/**
 * Saved queues and where their reviewers stand: what is next, who said what, on what they differ.
 * Owns reading the journal's reviews; every act itself is recorded by the caller. A reviewer of a blind queue is never
 * handed what others said before saying something.
 */
import type { GivenReview, QueueSummary, ReviewItem } from '../../shared/contract/review';
import type { Queue, QueueItem } from '../../shared/model/review';
import type { Database } from '../workspace/database';
import { NotFound } from '../workspace/problem';
import type { Projection } from '../workspace/projection';
import type { ItemReview, QueueSay, Settlement } from '../workspace/projection-state';
import { reasonsOf } from './priority';

/** The queue of an id. Throws NotFound. */
export function queueOf(state: Projection, queueId: string): QueueSay {
  const found = state.queue(queueId);
  if (!found) throw new NotFound(`There is no queue ${queueId} in this workspace.`);
  return found;
}

/** What reviewers said and did in one queue, by session. */
export class QueueWork {
  readonly #bySession = new Map<string, ItemReview[]>();
  readonly #settled = new Map<string, Settlement>();

  constructor(
    state: Projection,
    readonly queue: Queue,
  ) {
    for (const one of state.reviews.values()) {
      if (one.queueId !== queue.queueId) continue;
      const list = this.#bySession.get(one.sessionId);
      if (list) list.push(one);
      else this.#bySession.set(one.sessionId, [one]);
    }
    for (const one of state.settlements)
      if (one.queueId === queue.queueId) this.#settled.set(one.sessionId, one);
  }

  /** Everything said or done about a session, in order of reviewer. */
  of(sessionId: string): readonly ItemReview[] {
    return (this.#bySession.get(sessionId) ?? []).sort((a, b) => (a.reviewer < b.reviewer ? -1 : 1));
  }

  completed(sessionId: string): GivenReview[] {
    return this.of(sessionId).flatMap(givenOf);
  }

  settlement(sessionId: string): GivenReview | null {
    const found = this.#settled.get(sessionId);
    if (!found?.review) return null;
    const { author, at, codebookVersion, review } = found;
    return { ...review, reviewer: author, at, codebookVersion, seconds: 0 };
  }

  stateFor(sessionId: string, reviewer: string): ItemReview['state'] {
    return this.of(sessionId).find((one) => one.reviewer === reviewer)?.state ?? 'open';
  }

  /** Whether others have given as many reviews as are wanted. */
  isFullFor(sessionId: string, reviewer: string): boolean {
    const others = this.of(sessionId).filter((one) => one.reviewer !== reviewer && one.state === 'completed');
    return others.length >= this.queue.reviewsPerItem;
  }

  /** Whether reviewers differ on the verdict. */
  isDisputed(sessionId: string): boolean {
    return new Set(this.completed(sessionId).map((one) => one.intent)).size > 1;
  }
}

function givenOf(one: ItemReview): GivenReview[] {
  if (one.review === null) return [];
  const { reviewer, at, seconds, codebookVersion, review } = one;
  return [{ ...review, reviewer, at, seconds, codebookVersion }];
}

/** All queues with how far they are, the latest first, archived ones last. */
export function listQueues(state: Projection): QueueSummary[] {
  return state.queues
    .toReversed()
    .map((say) => summaryOf(state, say))
    .sort((a, b) => Number(a.isArchived) - Number(b.isArchived));
}

function summaryOf(state: Projection, { queue, at, author, isArchived }: QueueSay): QueueSummary {
  const work = new QueueWork(state, queue);
  const { items, ...rest } = queue;
  const byReviewer = new Map<string, QueueSummary['byReviewer'][number]>();
  let completed = 0;
  let reviews = 0;
  let disputed = 0;
  for (const reviewer of queue.reviewers)
    byReviewer.set(reviewer, { reviewer, completed: 0, skipped: 0, seconds: 0 });
  for (const { sessionId } of items) {
    const given = work.completed(sessionId).length;
    reviews += given;
    if (given >= queue.reviewsPerItem) completed += 1;
    if (work.isDisputed(sessionId) && work.settlement(sessionId) === null) disputed += 1;
    for (const { reviewer, state: stands, seconds } of work.of(sessionId)) {
      const so = byReviewer.get(reviewer) ?? { reviewer, completed: 0, skipped: 0, seconds: 0 };
      byReviewer.set(reviewer, {
        reviewer,
        completed: so.completed + Number(stands === 'completed'),
        skipped: so.skipped + Number(stands === 'skipped'),
        seconds: so.seconds + seconds,
      });
    }
  }
  return {
    ...rest,
    at,
    author,
    isArchived,
    itemCount: items.length,
    completed,
    reviews,
    disputed,
    byReviewer: [...byReviewer.values()],
  };
}

/** Titles by session id; a session this workspace does not hold has none. */
export async function titlesOf(
  db: Database,
  sessionIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await db.all<{ id: string; title: string }>(
    'SELECT session_id AS id, title FROM session WHERE session_id IN (SELECT unnest($1::VARCHAR[]))',
    [sessionIds],
  );
  return new Map(rows.map((row) => [row.id, row.title]));
}

function itemFor(
  work: QueueWork,
  item: QueueItem,
  place: number,
  reviewer: string,
  titles: ReadonlyMap<string, string>,
): ReviewItem {
  const { sessionId, priority, factors } = item;
  return {
    sessionId,
    title: titles.get(sessionId) ?? '',
    place,
    priority,
    factors,
    reasons: reasonsOf(item, work.queue),
    state: work.stateFor(sessionId, reviewer),
    claimedBy: work
      .of(sessionId)
      .filter((one) => one.state === 'claimed' && one.reviewer !== reviewer)
      .map((one) => one.reviewer),
    reviewCount: work.completed(sessionId).length,
    isFull: work.isFullFor(sessionId, reviewer),
    isMissing: !titles.has(sessionId),
  };
}

/** A page of a queue's items as one reviewer stands with them, in the order of the queue. */
export async function listItems(
  db: Database,
  state: Projection,
  query: {
    queueId: string;
    reviewer: string;
    states?: readonly ItemReview['state'][] | undefined;
    offset: number;
    limit: number;
  },
): Promise<{ items: ReviewItem[]; total: number }> {
  const { queue } = queueOf(state, query.queueId);
  const work = new QueueWork(state, queue);
  const wanted = queue.items
    .map((item, i) => ({ item, place: i + 1 }))
    .filter(
      ({ item }) =>
        query.states === undefined || query.states.includes(work.stateFor(item.sessionId, query.reviewer)),
    );
  const page = wanted.slice(query.offset, query.offset + query.limit);
  const titles = await titlesOf(
    db,
    page.map(({ item }) => item.sessionId),
  );
  return {
    items: page.map(({ item, place }) => itemFor(work, item, place, query.reviewer, titles)),
    total: wanted.length,
  };
}

/**
 * The item a reviewer should look at next: one they have claimed, else the first after `after` (from the top when there
 * is none) that is open to them, wants a review, and is not being looked at by somebody else; null when nothing is left.
 */
export async function nextItem(
  db: Database,
  state: Projection,
  { queueId, reviewer, after }: { queueId: string; reviewer: string; after?: string | undefined },
): Promise<ReviewItem | null> {
  const { queue } = queueOf(state, queueId);
  const work = new QueueWork(state, queue);
  const titles = await titlesOf(
    db,
    queue.items.map((item) => item.sessionId),
  );
  const items = queue.items
    .map((item, i) => itemFor(work, item, i + 1, reviewer, titles))
    .filter((item) => !item.isMissing);
  const claimed = items.find((item) => item.state === 'claimed' && item.sessionId !== after);
  if (claimed) return claimed;
  const start = items.findIndex((item) => item.sessionId === after) + 1;
  const inTurn = [...items.slice(start), ...items.slice(0, start)];
  const isWanted = (item: ReviewItem) =>
    item.state === 'open' && item.reviewCount + item.claimedBy.length < queue.reviewsPerItem;
  return inTurn.find(isWanted) ?? null;
}

/** What one reviewer may see of an item. */
export function seenBy(
  state: Projection,
  { queueId, sessionId, reviewer }: { queueId: string; sessionId: string; reviewer: string },
): { own: GivenReview | null; others: GivenReview[]; isHidden: boolean; settled: GivenReview | null } {
  const { queue } = queueOf(state, queueId);
  const work = new QueueWork(state, queue);
  const given = work.completed(sessionId);
  const own = given.find((one) => one.reviewer === reviewer) ?? null;
  const others = given.filter((one) => one.reviewer !== reviewer);
  const settled = work.settlement(sessionId);
  const isHidden = queue.isBlind && own === null && (others.length > 0 || settled !== null);
  return isHidden ? { own, others: [], isHidden, settled: null } : { own, others, isHidden, settled };
}

/** A page of the items on which reviewers differ, those not settled first. */
export async function listDisagreements(
  db: Database,
  state: Projection,
  query: { queueId: string; offset: number; limit: number },
) {
  const { queue } = queueOf(state, query.queueId);
  const work = new QueueWork(state, queue);
  const disputed = queue.items
    .filter((item) => work.isDisputed(item.sessionId))
    .map(({ sessionId }) => ({
      sessionId,
      reviews: work.completed(sessionId),
      settled: work.settlement(sessionId),
    }))
    .sort((a, b) => Number(a.settled !== null) - Number(b.settled !== null));
  const page = disputed.slice(query.offset, query.offset + query.limit);
  const titles = await titlesOf(
    db,
    page.map((one) => one.sessionId),
  );
  return {
    items: page.map((one) => ({ ...one, title: titles.get(one.sessionId) ?? '' })),
    total: disputed.length,
  };
}
