/**
 * The arithmetic of a brush over a histogram: a stretch of bins from pointer or keys, and the range of values it means.
 * Pure; knows nothing of pixels beyond a share of the width.
 */
export interface Bin {
  from: number;
  to: number;
  count: number;
  matching: number;
}

/** Indexes of the first and the last bin, both within. */
export interface BinSpan {
  first: number;
  last: number;
}

/** The bin below a place, `share` being 0 at the left edge and 1 at the right; outside means the nearest. */
export function binAt(binCount: number, share: number): number {
  return Math.min(Math.max(Math.floor(share * binCount), 0), Math.max(binCount - 1, 0));
}

/** The stretch between where a drag began and where it is, in either direction. */
export function spanBetween(start: number, end: number): BinSpan {
  return start <= end ? { first: start, last: end } : { first: end, last: start };
}

/** The bins a range of values covers, for drawing it; null where it covers none or all that there is. */
export function spanOfRange(bins: readonly Bin[], range: readonly [number, number]): BinSpan | null {
  const first = bins.findIndex((bin) => bin.to > range[0]);
  const last = bins.findLastIndex((bin) => bin.from < range[1]);
  if (first === -1 || last === -1 || first > last) return null;
  return { first, last };
}

/** What a stretch of bins means as half-open values; null for all bins, which restricts nothing. */
export function rangeOfSpan(bins: readonly Bin[], span: BinSpan): [number, number] | null {
  const first = bins[span.first];
  const last = bins[span.last];
  if (first === undefined || last === undefined) return null;
  if (span.first === 0 && span.last === bins.length - 1) return null;
  return [first.from, last.to];
}

/**
 * Arrow keys move the stretch, with `extends` its end. From nothing chosen the first step takes the bin at the end
 * the key points away from.
 */
export function stepSpan(
  binCount: number,
  span: BinSpan | null,
  step: -1 | 1,
  isExtending: boolean,
): BinSpan | null {
  if (binCount === 0) return null;
  if (span === null) return step === 1 ? { first: 0, last: 0 } : { first: binCount - 1, last: binCount - 1 };
  if (isExtending) {
    const last = Math.min(Math.max(span.last + step, span.first), binCount - 1);
    return { first: span.first, last };
  }
  if (span.first + step < 0 || span.last + step > binCount - 1) return span;
  return { first: span.first + step, last: span.last + step };
}

/** Half-open whole numbers, as bins of turns are, said inclusively, as the filter has them. */
export function toInclusive(range: readonly [number, number] | null): [number, number] | null {
  return range === null
    ? null
    : [Math.ceil(range[0]), Math.max(Math.ceil(range[1]) - 1, Math.ceil(range[0]))];
}

export function toHalfOpen(range: readonly [number, number]): [number, number] {
  return [range[0], range[1] + 1];
}

/** Heights as shares of the tallest bin; a bin with anything in it is never too low to see. */
export function barHeights(bins: readonly Bin[]): { all: number; matching: number }[] {
  const most = Math.max(1, ...bins.map((bin) => bin.count));
  const height = (count: number) => (count === 0 ? 0 : Math.max(count / most, 0.04));
  return bins.map((bin) => ({ all: height(bin.count), matching: height(Math.min(bin.matching, bin.count)) }));
}
