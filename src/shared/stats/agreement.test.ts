import { describe, expect, test } from 'vitest';
import {
  bootstrapInterval,
  cohensKappa,
  fleissKappa,
  krippendorffsAlpha,
  nominalDistance,
  ordinalDistance,
  percentAgreement,
  setDistance,
  setValue,
} from './agreement';

const columns = (...raters: string[]): (number | null)[][] => {
  const split = raters.map((line) =>
    line
      .trim()
      .split(/\s+/)
      .map((cell) => (cell === '.' ? null : Number(cell))),
  );
  return (split[0] ?? []).map((_, item) => split.map((rater) => rater[item] ?? null));
};
const repeat = <T>(n: number, row: T): T[] => Array.from({ length: n }, () => row);

/** Krippendorff 2011, section C: four observers, twelve units, ratings missing. */
const krippendorff = columns(
  '1 2 3 3 2 1 4 1 2 . . .',
  '1 2 3 3 2 2 4 1 2 5 . 3',
  '. 3 3 3 2 3 4 2 2 5 1 .',
  '1 2 3 3 2 4 4 1 2 5 1 .',
);

describe('published worked examples', () => {
  test('Krippendorff 2011, A: binary data, two observers', () => {
    const ratings = columns('0 1 0 0 0 0 0 0 1 0', '1 1 1 0 0 1 0 0 0 0');
    expect(krippendorffsAlpha(ratings, nominalDistance).value).toBeCloseTo(0.095, 3);
  });

  test('Krippendorff 2011, B: nominal data, two observers', () => {
    const ben = ['a', 'a', 'b', 'b', 'd', 'c', 'c', 'c', 'e', 'd', 'd', 'a'];
    const gerry = ['b', 'a', 'b', 'b', 'b', 'c', 'c', 'c', 'e', 'd', 'd', 'd'];
    const ratings = ben.map((value, i) => [value, gerry[i] ?? null]);
    expect(krippendorffsAlpha(ratings, nominalDistance).value).toBeCloseTo(0.692, 3);
  });

  test('Krippendorff 2011, C: four observers with missing ratings', () => {
    expect(krippendorffsAlpha(krippendorff, nominalDistance)).toEqual({
      value: expect.closeTo(0.743, 3),
      items: 11,
    });
    expect(krippendorffsAlpha(krippendorff, ordinalDistance).value).toBeCloseTo(0.815, 3);
    expect(krippendorffsAlpha(krippendorff, (a, b) => (a - b) ** 2).value).toBeCloseTo(0.849, 3);
  });

  test('Cohen’s kappa of 50 proposals read by two readers, 20 + 15 alike, is 0.4', () => {
    const ratings = [
      ...repeat(20, ['yes', 'yes']),
      ...repeat(5, ['yes', 'no']),
      ...repeat(10, ['no', 'yes']),
      ...repeat(15, ['no', 'no']),
    ];
    expect(cohensKappa(ratings)).toEqual({ value: expect.closeTo(0.4, 10), items: 50 });
    expect(percentAgreement(ratings).value).toBeCloseTo(0.7, 10);
  });

  test('Fleiss’ kappa of ten subjects, fourteen raters and five categories is 0.210', () => {
    const table = [
      [0, 0, 0, 0, 14],
      [0, 2, 6, 4, 2],
      [0, 0, 3, 5, 6],
      [0, 3, 9, 2, 0],
      [2, 2, 8, 1, 1],
      [7, 7, 0, 0, 0],
      [3, 2, 6, 3, 0],
      [2, 5, 3, 2, 2],
      [6, 5, 2, 1, 0],
      [0, 2, 2, 3, 7],
    ];
    const ratings = table.map((counts) => counts.flatMap((count, category) => repeat(count, category)));
    expect(fleissKappa(ratings).value).toBeCloseTo(0.21, 3);
  });
});

test('nothing is claimed where nobody overlapped or nothing varied', () => {
  expect(
    percentAgreement([
      ['a', null],
      [null, 'b'],
    ]),
  ).toEqual({ value: null, items: 0 });
  expect(cohensKappa(repeat(5, ['a', 'a'])).value).toBeNull();
  expect(fleissKappa(repeat(5, ['a', 'a', 'a'])).value).toBeNull();
  expect(krippendorffsAlpha(repeat(5, ['a', 'a']), nominalDistance).value).toBeNull();
  expect(() => cohensKappa([['a', 'b', 'c']])).toThrow(RangeError);
});

test('sets: equal is 0, disjoint 1, and a subset is nearer than a mere overlap', () => {
  expect(setDistance(setValue(['b', 'a']), setValue(['a', 'b', 'a']))).toBe(0);
  expect(setDistance(setValue(['a']), setValue(['b']))).toBe(1);
  expect(setDistance(setValue([]), setValue(['b']))).toBe(1);
  // Jaccard 1/2 times 2/3, Jaccard 1/3 times 1/3
  expect(setDistance(setValue(['a']), setValue(['a', 'b']))).toBeCloseTo(1 - 1 / 3, 10);
  expect(setDistance(setValue(['a', 'c']), setValue(['a', 'b']))).toBeCloseTo(1 - 1 / 9, 10);
});

test('the bootstrap holds the statistic, narrows with more items, and is the same for the same numbers', () => {
  const noise = (seed: number) => {
    let state = seed;
    return () => (state = (state * 16807) % 2147483647) / 2147483647;
  };
  const mean = (drawn: readonly number[]) => drawn.reduce((sum, one) => sum + one, 0) / drawn.length;
  const items = (n: number) => Array.from({ length: n }, (_, i) => i % 2);
  const few = bootstrapInterval(items(20), mean, noise(7));
  const many = bootstrapInterval(items(2000), mean, noise(7));
  expect(few).toEqual(bootstrapInterval(items(20), mean, noise(7)));
  expect(few.low).toBeLessThan(0.5);
  expect(few.high).toBeGreaterThan(0.5);
  expect((many.high ?? 0) - (many.low ?? 0)).toBeLessThan(((few.high ?? 0) - (few.low ?? 0)) / 5);
  expect(bootstrapInterval([1], mean, noise(7))).toEqual({ low: null, high: null });
});
