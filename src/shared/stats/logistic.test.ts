import { describe, expect, it } from 'vitest';
import { fitLogistic, logOdds, sigmoid } from './logistic';

const weak = { intercept: 0, weights: [0, 0], precision: 1e-6, interceptPrecision: 1e-6 };

describe('fitLogistic', () => {
  it('gives the prior back without observations', () => {
    const prior = { intercept: -1, weights: [0.5, 2], precision: 1, interceptPrecision: 1 };
    expect(fitLogistic({ rows: [], labels: [] }, prior)).toEqual({ intercept: -1, weights: [0.5, 2] });
  });

  it('finds the log-odds of a two-by-two table', () => {
    // 30 of 40 with the input are true, 10 of 40 without it: log-odds ln 3 and -ln 3.
    const rows = Array.from({ length: 80 }, (_, i) => [i < 40 ? 1 : 0, 0]);
    const labels = rows.map((_, i) => (i < 40 ? i < 30 : i < 50));
    const fit = fitLogistic({ rows, labels }, weak);
    expect(logOdds(fit, [1, 0])).toBeCloseTo(Math.log(3), 3);
    expect(logOdds(fit, [0, 0])).toBeCloseTo(-Math.log(3), 3);
    expect(sigmoid(logOdds(fit, [1, 0]))).toBeCloseTo(0.75, 4);
  });

  it('stays finite where the classes can be told apart without error', () => {
    const rows = [
      [0, 1],
      [1, 1],
      [2, 1],
      [3, 1],
    ];
    const fit = fitLogistic({ rows, labels: [false, false, true, true] }, { ...weak, precision: 0.1 });
    expect(fit.weights.every(Number.isFinite)).toBe(true);
    expect(logOdds(fit, [3, 1])).toBeGreaterThan(logOdds(fit, [0, 1]));
  });
});
