/**
 * What people said of sessions that are parts of one by now, put together so that no word of it is lost. Pure functions, part of fold.ts.
 */
import type { Review } from '../../shared/model/review';
import type { ItemReview, Settlement, Verdict } from './projection-state';

/** Something said at a time of a session, with what it was made of where the session was joined of several. */
interface Say<T> {
  at: string;
  /** By the session it was said of before that was joined with others. */
  parts?: ReadonlyMap<string, T>;
}

/**
 * What holds of a session when `after` was said of it as a whole (`from` null) or of one of its parts. What is said of the whole
 * later than of the parts stands alone.
 */
export function withPart<T extends Say<T>>(
  before: T | undefined,
  after: T,
  from: string | null,
  combine: (parts: readonly T[]) => T,
): T {
  if (from === null) return before !== undefined && before.at > after.at ? before : after;
  if (before && before.parts === undefined && before.at > after.at) return before;
  const parts = new Map<string, T>(before?.parts);
  const same = parts.get(from);
  if (same === undefined || same.at <= after.at) parts.set(from, after);
  return { ...combine([...parts.values()].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))), parts };
}

const distinctText = (texts: readonly string[]): string =>
  [...new Set(texts.filter((text) => text.trim() !== ''))].join('\n');

const WORSE = ['missed', 'unclear', 'met'] as const;

/** One review of all that was said of the parts: the worse verdict, every failure mode and every word. */
function joinedReview(reviews: readonly Review[]): Review | null {
  const [first] = reviews;
  if (!first) return null;
  const modes = new Map<string, Review['failureModes'][number]>();
  for (const mode of reviews.flatMap((one) => one.failureModes)) {
    const known = modes.get(mode.failureModeId);
    if (!known || known.severity < mode.severity) modes.set(mode.failureModeId, mode);
  }
  const worst = (of: (review: Review) => Review['quality']): Review['quality'] =>
    WORSE.find((verdict) => reviews.some((one) => of(one) === verdict)) ?? null;
  return {
    intent: worst((one) => one.intent) ?? first.intent,
    quality: worst((one) => one.quality),
    missed: [...new Set(reviews.flatMap((one) => one.missed))],
    failureModes: [...modes.values()],
    firstSpanId: reviews.find((one) => one.firstSpanId !== null)?.firstSpanId ?? null,
    expected: distinctText(reviews.map((one) => one.expected)),
    note: distinctText(reviews.map((one) => one.note)),
  };
}

const saidOf = (parts: readonly { review: Review | null }[]): Review[] =>
  parts.flatMap(({ review }) => (review === null ? [] : [review]));

/** Where a reviewer stands with an item joined of several; completed as soon as one of them is. `parts`: at least one, oldest first. */
export function joinedItem(parts: readonly ItemReview[]): ItemReview {
  const last = parts.at(-1) as ItemReview;
  const done = parts.filter(({ state }) => state === 'completed');
  const latest = done.at(-1);
  if (!latest) return last;
  return {
    ...latest,
    review: joinedReview(saidOf(done)),
    seconds: done.reduce((sum, one) => sum + one.seconds, 0),
    at: last.at,
  };
}

/** As joinedItem, of decisions. */
export function joinedSettlement(parts: readonly Settlement[]): Settlement {
  const last = parts.at(-1) as Settlement;
  return { ...last, review: joinedReview(saidOf(parts)) };
}

/** The verdict on a session of which some part failed is that it failed. `parts`: at least one, oldest first. */
export function joinedVerdict(parts: readonly Verdict<boolean>[]): Verdict<boolean> {
  return parts.findLast(({ verdict }) => verdict) ?? (parts.at(-1) as Verdict<boolean>);
}
