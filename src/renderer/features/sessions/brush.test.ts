import { describe, expect, it } from 'vitest';
import {
  barHeights,
  binAt,
  rangeOfSpan,
  spanBetween,
  spanOfRange,
  stepSpan,
  toHalfOpen,
  toInclusive,
} from './brush';

const bins = [0, 10, 20, 30].map((from) => ({ from, to: from + 10, count: from, matching: from / 2 }));

describe('brush', () => {
  it('finds the bin below the pointer, outside the nearest', () => {
    expect([-0.2, 0, 0.249, 0.25, 0.99, 1, 3].map((share) => binAt(4, share))).toEqual([0, 0, 0, 1, 3, 3, 3]);
    expect(binAt(0, 0.5)).toBe(0);
  });

  it('takes a drag in either direction', () => {
    expect(spanBetween(3, 1)).toEqual({ first: 1, last: 3 });
    expect(spanBetween(1, 3)).toEqual({ first: 1, last: 3 });
  });

  it('comes back from values to the same bins', () => {
    const span = { first: 1, last: 2 };
    const range = rangeOfSpan(bins, span);
    expect(range).toEqual([10, 30]);
    expect(spanOfRange(bins, range ?? [0, 0])).toEqual(span);
  });

  it('restricts nothing when all bins are taken', () => {
    expect(rangeOfSpan(bins, { first: 0, last: 3 })).toBeNull();
    expect(rangeOfSpan([], { first: 0, last: 0 })).toBeNull();
  });

  it('draws nothing for values outside', () => {
    expect(spanOfRange(bins, [100, 200])).toBeNull();
    expect(spanOfRange(bins, [-5, 0])).toBeNull();
    expect(spanOfRange(bins, [12, 13])).toEqual({ first: 1, last: 1 });
  });

  it('says whole numbers inclusively and back', () => {
    expect(toInclusive([3, 6])).toEqual([3, 5]);
    expect(toInclusive([3, 4])).toEqual([3, 3]);
    expect(toInclusive(null)).toBeNull();
    expect(toHalfOpen([3, 5])).toEqual([3, 6]);
  });
});

describe('brush by keys', () => {
  it('starts at the end the key points away from', () => {
    expect(stepSpan(4, null, 1, false)).toEqual({ first: 0, last: 0 });
    expect(stepSpan(4, null, -1, false)).toEqual({ first: 3, last: 3 });
    expect(stepSpan(0, null, 1, false)).toBeNull();
  });

  it('moves the whole stretch and stops at the ends', () => {
    expect(stepSpan(4, { first: 1, last: 2 }, 1, false)).toEqual({ first: 2, last: 3 });
    expect(stepSpan(4, { first: 2, last: 3 }, 1, false)).toEqual({ first: 2, last: 3 });
    expect(stepSpan(4, { first: 0, last: 1 }, -1, false)).toEqual({ first: 0, last: 1 });
  });

  it('makes it longer and shorter, down to one bin', () => {
    expect(stepSpan(4, { first: 1, last: 1 }, 1, true)).toEqual({ first: 1, last: 2 });
    expect(stepSpan(4, { first: 1, last: 2 }, -1, true)).toEqual({ first: 1, last: 1 });
    expect(stepSpan(4, { first: 1, last: 1 }, -1, true)).toEqual({ first: 1, last: 1 });
    expect(stepSpan(4, { first: 1, last: 3 }, 1, true)).toEqual({ first: 1, last: 3 });
  });
});

describe('bar heights', () => {
  it('are shares of the tallest, small ones visible, nothing for nothing', () => {
    const heights = barHeights([
      { from: 0, to: 1, count: 0, matching: 0 },
      { from: 1, to: 2, count: 1, matching: 0 },
      { from: 2, to: 3, count: 1000, matching: 500 },
    ]);
    expect(heights.map(({ all }) => all)).toEqual([0, 0.04, 1]);
    expect(heights.map(({ matching }) => matching)).toEqual([0, 0, 0.5]);
  });

  it('does without any bins', () => expect(barHeights([])).toEqual([]));
});
