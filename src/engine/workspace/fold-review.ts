/**
 * What acts of reviewing mean: which keys they name and what they make of each. Pure functions, part of fold.ts.
 * Facts of colleagues are taken in in any order, so of two facts about the same item and reviewer the later by its time
 * wins, whichever comes first in the journal.
 */
import type { Act } from '../../shared/model/journal';
import type { ReviewAct } from '../../shared/model/review';
import { carriedFrom } from './carried-act';
import { joinedItem, joinedSettlement, withPart } from './joined-say';
import type { ItemReview, Key, Kind, QueueSay, Settlement, Values } from './projection-state';

export type ReviewFact = { at: string; author: string; act: ReviewAct };

/** The acts of reviewing an act holds: itself, or those it took in from elsewhere. */
export function reviewFactsOf(act: Act, at: string, author: string): readonly ReviewFact[] {
  if (act.type === 'review.merged') return act.facts;
  return isReviewAct(act) ? [{ at, author, act }] : [];
}

function isReviewAct(act: Act): act is ReviewAct {
  return act.type.startsWith('review.') && act.type !== 'review.merged';
}

/** The key an act of reviewing names. */
export function reviewKeyOf(act: ReviewAct): Key {
  switch (act.type) {
    case 'review.queued':
      return { kind: 'queue', id: act.queue.queueId };
    case 'review.archived':
      return { kind: 'queue', id: act.queueId };
    case 'review.settled':
      return { kind: 'settlement', id: JSON.stringify([act.queueId, act.sessionId]) };
    case 'review.claimed':
    case 'review.skipped':
    case 'review.returned':
    case 'review.completed':
      return { kind: 'review', id: JSON.stringify([act.queueId, act.sessionId, act.reviewer]) };
  }
}

/** The value of a key after an act of reviewing that names it. */
export function foldReview(before: Values[Kind] | undefined, fact: ReviewFact): Values[Kind] | undefined {
  const { act, at, author } = fact;
  switch (act.type) {
    case 'review.queued':
      // A queue is immutable: the same one taken in again changes nothing.
      return before ?? { queue: act.queue, author, at, isArchived: false };
    case 'review.archived': {
      const queue = before as QueueSay | undefined;
      return queue && { ...queue, isArchived: act.isArchived };
    }
    case 'review.settled':
      return withPart<Settlement>(
        before as Settlement | undefined,
        {
          queueId: act.queueId,
          sessionId: act.sessionId,
          review: act.review,
          codebookVersion: act.codebookVersion,
          author,
          at,
        },
        carriedFrom(act),
        joinedSettlement,
      );
    case 'review.claimed':
    case 'review.skipped':
    case 'review.returned':
    case 'review.completed':
      return withPart<ItemReview>(
        before as ItemReview | undefined,
        itemReviewOf(act, at),
        carriedFrom(act),
        joinedItem,
      );
  }
}

const STATES = {
  'review.claimed': 'claimed',
  'review.skipped': 'skipped',
  'review.returned': 'open',
  'review.completed': 'completed',
} as const;

function itemReviewOf(act: Extract<ReviewAct, { reviewer: string }>, at: string): ItemReview {
  const { queueId, sessionId, reviewer } = act;
  const said =
    act.type === 'review.completed'
      ? { review: act.review, codebookVersion: act.codebookVersion, seconds: act.seconds }
      : { review: null, codebookVersion: null, seconds: 0 };
  return { queueId, sessionId, reviewer, state: STATES[act.type], ...said, at };
}
