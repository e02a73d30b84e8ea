/**
 * Comparing shares: the difference of two with its interval, whether it could be chance, many comparisons at once, and
 * where a series changed. Sources: Newcombe, Statistics in Medicine 17 (1998), method 10; Holm, Scandinavian Journal of
 * Statistics 6 (1979); binary segmentation: Scott & Knott, Biometrics 30 (1974), with a permutation test.
 */
import { wilson } from './wilson';

export interface Proportion {
  count: number;
  n: number;
}

export interface Comparison {
  /** Share of the second less share of the first. */
  difference: number;
  /** Newcombe's 95% interval of the difference. */
  low: number;
  high: number;
  /** Two-sided p of the pooled z test; 1 where both shares are the same by construction. */
  p: number;
}

/** Upper tail of the normal distribution beyond |z|, both sides; relative error below 1.2e-7 (Numerical Recipes, erfcc). */
export function twoSidedP(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + x / 2);
  const coefficients = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
    -0.82215223, 0.17087277,
  ];
  const polynomial = coefficients.reduceRight((sum, coefficient) => sum * t + coefficient, 0);
  return Math.min(1, t * Math.exp(-x * x + polynomial));
}

/** Compares two independent shares; null where either has no cases to go by. */
export function compareProportions(first: Proportion, second: Proportion): Comparison | null {
  const [a, b] = [wilson(first.count, first.n), wilson(second.count, second.n)];
  if (
    a.share === null ||
    b.share === null ||
    a.low === null ||
    a.high === null ||
    b.low === null ||
    b.high === null
  )
    return null;
  const difference = b.share - a.share;
  const pooled = (first.count + second.count) / (first.n + second.n);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / first.n + 1 / second.n));
  return {
    difference,
    low: difference - Math.hypot(b.share - b.low, a.high - a.share),
    high: difference + Math.hypot(b.high - b.share, a.share - a.low),
    p: error === 0 ? 1 : twoSidedP(difference / error),
  };
}

/** Holm's adjustment: p values that may be compared with one level however many there are; in the order given. */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => (pValues[a] ?? 0) - (pValues[b] ?? 0));
  const adjusted = pValues.map(() => 1);
  let highest = 0;
  order.forEach((index, rank) => {
    highest = Math.max(highest, Math.min(1, (pValues.length - rank) * (pValues[index] ?? 1)));
    adjusted[index] = highest;
  });
  return adjusted;
}

export interface ChangePoint {
  /** Index of the first period after the change. */
  at: number;
  before: Proportion;
  after: Proportion;
  /** Share of random orders of the same periods that change as much somewhere. */
  p: number;
}

function bestSplit(series: readonly Proportion[], least: number): { at: number; strength: number } {
  const total = sumOf(series);
  let before: Proportion = { count: 0, n: 0 };
  let best = { at: -1, strength: 0 };
  for (let i = 1; i < series.length; i++) {
    const last = series[i - 1] as Proportion;
    before = { count: before.count + last.count, n: before.n + last.n };
    const after = { count: total.count - before.count, n: total.n - before.n };
    if (before.n < least || after.n < least) continue;
    const pooled = total.count / total.n;
    const variance = pooled * (1 - pooled) * (1 / before.n + 1 / after.n);
    if (variance === 0) continue;
    const strength = (before.count / before.n - after.count / after.n) ** 2 / variance;
    if (strength > best.strength) best = { at: i, strength };
  }
  return best;
}

function sumOf(series: readonly Proportion[]): Proportion {
  return series.reduce((sum, one) => ({ count: sum.count + one.count, n: sum.n + one.n }), {
    count: 0,
    n: 0,
  });
}

/**
 * Where a series of shares, in order of time, changes most, and how often chance alone would do as much. Null where no
 * split leaves `least` cases on both sides. `random` gives numbers in [0, 1); the same numbers give the same p.
 */
export function changePoint(
  series: readonly Proportion[],
  random: () => number,
  { permutations = 499, least = 10 }: { permutations?: number; least?: number } = {},
): ChangePoint | null {
  const found = bestSplit(series, least);
  if (found.at < 0) return null;
  let asStrong = 1;
  for (let round = 0; round < permutations; round++) {
    const shuffled = [...series];
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [shuffled[i], shuffled[j]] = [shuffled[j] as Proportion, shuffled[i] as Proportion];
    }
    if (bestSplit(shuffled, least).strength >= found.strength) asStrong += 1;
  }
  return {
    at: found.at,
    before: sumOf(series.slice(0, found.at)),
    after: sumOf(series.slice(found.at)),
    p: asStrong / (permutations + 1),
  };
}
