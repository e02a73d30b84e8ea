/**
 * How far reviewers agree beyond chance. Ratings come as a table: one row per item, one column per rater, null where a
 * rater did not rate the item. Items with fewer than two ratings say nothing about agreement and are left out.
 * Sources: Cohen, Educational and Psychological Measurement 20 (1960); Fleiss, Psychological Bulletin 76 (1971);
 * Krippendorff, Computing Krippendorff's Alpha-Reliability (2011); MASI for sets: Passonneau, LREC 2006.
 */

/** One row per item, one column per rater; null: not rated. */
export type Ratings<T> = readonly (readonly (T | null)[])[];

/** An agreement coefficient; `value` is null where it is not defined (nobody overlapped, or nothing varied). */
export interface Agreement {
  value: number | null;
  /** Items with at least two ratings. */
  items: number;
}

/** Distance of two values from 0 (the same) to 1 or more; `values` are all values rated, with their counts. */
export type Distance<T> = (a: T, b: T, counts: ReadonlyMap<T, number>) => number;

/** Categories without order. */
export function nominalDistance<T>(a: T, b: T): number {
  return a === b ? 0 : 1;
}

/** Ordered grades, as numbers: squared count of ratings between the two (Krippendorff 2011). */
export function ordinalDistance(a: number, b: number, counts: ReadonlyMap<number, number>): number {
  const [low, high] = a < b ? [a, b] : [b, a];
  let between = 0;
  for (const [grade, count] of counts) if (grade >= low && grade <= high) between += count;
  const ends = ((counts.get(low) ?? 0) + (counts.get(high) ?? 0)) / 2;
  return a === b ? 0 : (between - ends) ** 2;
}

/** Separates the members of a set written as one string. */
export const SET_SEPARATOR = '\u001f';

/** A set of labels as one value: sorted, each once. */
export function setValue(labels: readonly string[]): string {
  return [...new Set(labels)].sort().join(SET_SEPARATOR);
}

/** Distance of two sets made by `setValue`: 1 - MASI, which weighs Jaccard by whether one contains the other. */
export function setDistance(a: string, b: string): number {
  if (a === b) return 0;
  const [left, right] = [a, b].map((text) => new Set(text === '' ? [] : text.split(SET_SEPARATOR)));
  if (left === undefined || right === undefined || left.size === 0 || right.size === 0) return 1;
  const shared = [...left].filter((label) => right.has(label)).length;
  const union = left.size + right.size - shared;
  const monotonicity = shared === 0 ? 0 : shared === Math.min(left.size, right.size) ? 2 / 3 : 1 / 3;
  return 1 - (shared / union) * monotonicity;
}

function overlapping<T>(ratings: Ratings<T>): T[][] {
  return ratings
    .map((row) => row.flatMap((value) => (value === null ? [] : [value])))
    .filter((row) => row.length >= 2);
}

function countsOf<T>(rows: readonly (readonly T[])[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const row of rows) for (const value of row) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** Share of pairs of ratings of the same item that are equal, from 0 to 1; every pair counts the same. */
export function percentAgreement<T>(ratings: Ratings<T>): Agreement {
  const rows = overlapping(ratings);
  let equal = 0;
  let pairs = 0;
  for (const row of rows) {
    for (let i = 0; i < row.length; i++) {
      for (let j = i + 1; j < row.length; j++) {
        pairs += 1;
        if (row[i] === row[j]) equal += 1;
      }
    }
  }
  return { value: pairs === 0 ? null : equal / pairs, items: rows.length };
}

/**
 * Cohen's kappa of two raters, on the items both rated: from -1 to 1, 0 is chance. Not defined where both gave one and
 * the same value throughout. Throws RangeError for a table of more or fewer than two raters.
 */
export function cohensKappa<T>(ratings: Ratings<T>): Agreement {
  if (ratings.some((row) => row.length !== 2)) throw new RangeError('Cohen’s kappa is for two raters.');
  const rows = overlapping(ratings);
  const n = rows.length;
  if (n === 0) return { value: null, items: 0 };
  const [first, second] = [0, 1].map((rater) => countsOf(rows.map((row) => row.slice(rater, rater + 1))));
  const observed = rows.filter(([a, b]) => a === b).length / n;
  let expected = 0;
  for (const [value, count] of first ?? []) expected += (count / n) * ((second?.get(value) ?? 0) / n);
  return { value: expected === 1 ? null : (observed - expected) / (1 - expected), items: n };
}

/**
 * Fleiss' kappa of any number of raters. Items may have different numbers of ratings: each counts by its own, which for
 * equal numbers is Fleiss' formula. Not defined where only one value was ever given.
 */
export function fleissKappa<T>(ratings: Ratings<T>): Agreement {
  const rows = overlapping(ratings);
  if (rows.length === 0) return { value: null, items: 0 };
  const total = rows.reduce((sum, row) => sum + row.length, 0);
  let expected = 0;
  for (const count of countsOf(rows).values()) expected += (count / total) ** 2;
  let observed = 0;
  for (const row of rows) {
    let agreeing = 0;
    for (const count of countsOf([row]).values()) agreeing += count * (count - 1);
    observed += agreeing / (row.length * (row.length - 1));
  }
  observed /= rows.length;
  return { value: expected === 1 ? null : (observed - expected) / (1 - expected), items: rows.length };
}

/**
 * Krippendorff's alpha of any number of raters, with missing ratings, under a distance of values: from below 0 to 1, 0 is
 * chance. Not defined where only one value was ever given.
 */
export function krippendorffsAlpha<T>(ratings: Ratings<T>, distance: Distance<T>): Agreement {
  const rows = overlapping(ratings);
  const counts = countsOf(rows);
  const n = rows.reduce((sum, row) => sum + row.length, 0);
  let observed = 0;
  for (const row of rows) {
    let within = 0;
    const own = [...countsOf([row])];
    for (const [a, countA] of own) {
      for (const [b, countB] of own) if (a !== b) within += countA * countB * distance(a, b, counts);
    }
    observed += within / (row.length - 1);
  }
  let expected = 0;
  for (const [a, countA] of counts) {
    for (const [b, countB] of counts) if (a !== b) expected += countA * countB * distance(a, b, counts);
  }
  if (expected === 0) return { value: null, items: rows.length };
  return { value: 1 - ((n - 1) * observed) / expected, items: rows.length };
}

export interface Interval {
  low: number | null;
  high: number | null;
}

/**
 * Percentile bootstrap of a statistic over items (Efron & Tibshirani 1993): items are drawn with replacement, `draws`
 * times. `random` gives numbers in [0, 1) and decides the result, so pass a seeded one. Draws for which the statistic
 * is not defined are left out; with fewer than two items, or when most draws are undefined, there is no interval.
 * @param level share of draws between low and high, 0.95 by default
 */
export function bootstrapInterval<R>(
  items: readonly R[],
  statistic: (drawn: readonly R[]) => number | null,
  random: () => number,
  { draws = 1000, level = 0.95 }: { draws?: number; level?: number } = {},
): Interval {
  if (items.length < 2) return { low: null, high: null };
  const values: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const drawn = items.map(() => items[Math.floor(random() * items.length)] as R);
    const value = statistic(drawn);
    if (value !== null) values.push(value);
  }
  if (values.length < draws / 2) return { low: null, high: null };
  values.sort((a, b) => a - b);
  const at = (share: number): number =>
    values[Math.min(values.length - 1, Math.max(0, Math.round(share * (values.length - 1))))] ?? 0;
  return { low: at((1 - level) / 2), high: at(1 - (1 - level) / 2) };
}
