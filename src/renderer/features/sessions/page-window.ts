/** Rows of a page; the engine sorts and filters, and hands out this many at a time. */
export const PAGE_SIZE = 200;

/** Page numbers that hold the places from `first` to `last`, and the next one when the end of a page is near. */
export function pagesInSight(first: number, last: number, total: number): number[] {
  const end = Math.max(Math.min(last + PAGE_SIZE / 4, total - 1), 0);
  const from = Math.floor(Math.max(first, 0) / PAGE_SIZE);
  const to = Math.max(Math.floor(end / PAGE_SIZE), from);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
