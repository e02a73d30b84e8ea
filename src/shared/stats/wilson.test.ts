import { describe, expect, it } from 'vitest';
import { wilson } from './wilson';

describe('the Wilson score interval', () => {
  // R. G. Newcombe, "Two-sided confidence intervals for the single proportion: comparison of seven methods",
  // Statistics in Medicine 17 (1998) 857-872, table I, method 3 (score method without continuity correction).
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i in %i is that of Newcombe 1998, table I', (count, n, low, high) => {
    expect(wilson(count, n).low).toBeCloseTo(low, 4);
    expect(wilson(count, n).high).toBeCloseTo(high, 4);
  });

  it('is mirrored for the complement', () => {
    for (const [count, n] of [
      [0, 1],
      [3, 7],
      [81, 263],
      [499, 500],
    ] as const) {
      expect(wilson(n - count, n).low).toBeCloseTo(1 - (wilson(count, n).high ?? NaN), 12);
    }
  });

  it('solves the equation it stands for: at its ends the score test is on the edge of refusing', () => {
    for (const n of [1, 2, 17, 400, 1_000_000]) {
      for (const count of new Set([1, Math.ceil(n / 3), n - 1].filter((one) => one > 0 && one < n))) {
        const { share, low, high } = wilson(count, n);
        for (const end of [low ?? NaN, high ?? NaN]) {
          expect(Math.abs((share ?? NaN) - end) / Math.sqrt((end * (1 - end)) / n)).toBeCloseTo(1.959964, 5);
        }
      }
    }
  });

  it('stays within 0 and 1, holds the share, and says nothing of nothing', () => {
    for (let n = 1; n <= 60; n++) {
      for (let count = 0; count <= n; count++) {
        const { share, low, high } = wilson(count, n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(share ?? NaN);
        expect(high).toBeGreaterThanOrEqual(share ?? NaN);
      }
    }
    expect(wilson(0, 0)).toEqual({ count: 0, n: 0, share: null, low: null, high: null });
  });
});
