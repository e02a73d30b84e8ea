/** Rows of a page; the engine sorts and filters, and hands out this many at a time. */
export const PAGE_SIZE = 200;

/** Rows beyond those in sight that are fetched too, so that somebody who scrolls meets rows and not their places. */
const AHEAD = 120;

/** Page numbers that hold the places from `first` to `last` and those around them. */
export function pagesInSight(first: number, last: number, total: number): number[] {
  const end = Math.max(Math.min(last + AHEAD, total - 1), 0);
  const from = Math.floor(Math.min(Math.max(first - AHEAD, 0), end) / PAGE_SIZE);
  const to = Math.floor(end / PAGE_SIZE);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
