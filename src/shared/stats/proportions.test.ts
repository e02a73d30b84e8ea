import { describe, expect, test } from 'vitest';
import { changePoint, compareProportions, holm, twoSidedP } from './proportions';

const noise = (seed: number) => {
  let state = seed;
  return () => (state = (state * 16807) % 2147483647) / 2147483647;
};

test('the tail of the normal distribution', () => {
  expect(twoSidedP(1.959963984540054)).toBeCloseTo(0.05, 7);
  expect(twoSidedP(-2.5758293035489)).toBeCloseTo(0.01, 7);
  expect(twoSidedP(0)).toBeCloseTo(1, 6);
});

describe('published worked examples', () => {
  test('Newcombe 1998, table II (a): 56/70 against 48/80 by method 10 is 0.0524 to 0.3339', () => {
    const compared = compareProportions({ count: 48, n: 80 }, { count: 56, n: 70 });
    expect(compared?.difference).toBeCloseTo(0.2, 10);
    expect(compared?.low).toBeCloseTo(0.0524, 4);
    expect(compared?.high).toBeCloseTo(0.3339, 4);
  });

  test('Holm: 0.01, 0.04, 0.03, 0.005 become 0.03, 0.06, 0.06, 0.02', () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    [0.03, 0.06, 0.06, 0.02].forEach((p, i) => {
      expect(adjusted[i]).toBeCloseTo(p, 10);
    });
  });
});

test('shares without cases are not compared, equal ones are no difference', () => {
  expect(compareProportions({ count: 0, n: 0 }, { count: 1, n: 2 })).toBeNull();
  expect(compareProportions({ count: 5, n: 5 }, { count: 9, n: 9 })?.p).toBe(1);
  expect(holm([])).toEqual([]);
});

describe('where a series changes', () => {
  const days = (...shares: number[]) => shares.map((share) => ({ count: Math.round(share * 40), n: 40 }));

  test('a drop half way is found at its day and is no chance', () => {
    const found = changePoint(days(0.9, 0.88, 0.92, 0.9, 0.91, 0.6, 0.62, 0.58, 0.61, 0.6), noise(3));
    expect(found?.at).toBe(5);
    expect(found?.p).toBeLessThan(0.02);
  });

  test('a series that only wavers has a p to match', () => {
    const found = changePoint(days(0.8, 0.83, 0.79, 0.81, 0.82, 0.8, 0.78, 0.82), noise(3));
    expect(found?.p).toBeGreaterThan(0.2);
  });

  test('nothing is said of a handful of cases', () => {
    expect(
      changePoint(
        [
          { count: 1, n: 2 },
          { count: 0, n: 2 },
        ],
        noise(3),
      ),
    ).toBeNull();
    expect(changePoint([], noise(3))).toBeNull();
  });
});
