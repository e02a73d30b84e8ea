import { describe, expect, test } from 'vitest';
import { wilson } from './wilson';

describe('the Wilson interval', () => {
  // Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I,
  // method 3 (score, without continuity correction), 95%.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i in %i agrees with the published figures', (count, n, low, high) => {
    const share = wilson(count, n);
    expect(share.low).toBeCloseTo(low, 4);
    expect(share.high).toBeCloseTo(high, 4);
  });

  test('has no bounds without observations', () => {
    expect(wilson(0, 0)).toEqual({ count: 0, n: 0, share: null, low: null, high: null });
  });

  test('reaches its ends exactly', () => {
    expect(wilson(0, 5).low).toBe(0);
    expect(wilson(5, 5).high).toBe(1);
  });
});
