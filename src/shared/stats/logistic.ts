/**
 * Logistic regression with a normal prior on every weight, by Newton's method. Pure and deterministic.
 * The prior is what makes few observations safe: weights stay where they were until the data says otherwise.
 * https://en.wikipedia.org/wiki/Logistic_regression#Iteratively_reweighted_least_squares_(IRLS)
 */
export interface LogisticFit {
  intercept: number;
  weights: number[];
}

export interface LogisticData {
  /** One row of inputs per observation, all of the same length. */
  rows: readonly (readonly number[])[];
  labels: readonly boolean[];
  /** Weight of each observation; 1 where absent. */
  importance?: readonly number[];
}

export interface LogisticPrior extends LogisticFit {
  /** 1 / variance of each weight about its prior mean; larger holds it tighter. */
  precision: number;
  /** The same of the intercept. */
  interceptPrecision: number;
}

export function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

/** Log-odds of one row of inputs. */
export function logOdds(fit: LogisticFit, row: readonly number[]): number {
  return fit.weights.reduce((sum, weight, i) => sum + weight * (row[i] ?? 0), fit.intercept);
}

/** The most probable weights. Gives the prior back where there are no observations. */
export function fitLogistic(data: LogisticData, prior: LogisticPrior, maxRounds = 50): LogisticFit {
  const size = prior.weights.length + 1;
  const mean = [prior.intercept, ...prior.weights];
  const precision = mean.map((_, i) => (i === 0 ? prior.interceptPrecision : prior.precision));
  let weights = [...mean];
  for (let round = 0; round < maxRounds; round++) {
    const { gradient, hessian } = derivatives(data, weights, mean, precision);
    const step = solve(hessian, gradient);
    // A step this long says that the quadratic is a poor picture of the likelihood here.
    const longest = Math.max(...step.map(Math.abs));
    const scale = longest > 2 ? 2 / longest : 1;
    weights = weights.map((weight, i) => weight + scale * (step[i] ?? 0));
    if (longest < 1e-8) break;
  }
  return { intercept: weights[0] ?? 0, weights: weights.slice(1, size) };
}

function derivatives(
  { rows, labels, importance }: LogisticData,
  weights: readonly number[],
  mean: readonly number[],
  precision: readonly number[],
): { gradient: number[]; hessian: number[][] } {
  const size = weights.length;
  const gradient = weights.map((weight, i) => (precision[i] ?? 0) * ((mean[i] ?? 0) - weight));
  const hessian = weights.map((_, i) => weights.map((__, j) => (i === j ? (precision[i] ?? 0) : 0)));
  rows.forEach((row, index) => {
    const inputs = [1, ...row];
    const chance = sigmoid(inputs.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0));
    const weight = importance?.[index] ?? 1;
    const miss = weight * ((labels[index] === true ? 1 : 0) - chance);
    const curve = weight * chance * (1 - chance);
    for (let i = 0; i < size; i++) {
      const x = inputs[i] ?? 0;
      if (x === 0) continue;
      gradient[i] = (gradient[i] ?? 0) + miss * x;
      const line = hessian[i] as number[];
      for (let j = 0; j < size; j++) line[j] = (line[j] ?? 0) + curve * x * (inputs[j] ?? 0);
    }
  });
  return { gradient, hessian };
}

/** Solves a symmetric positive definite system by Gaussian elimination with pivoting. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const size = right.length;
  const lines = matrix.map((line, i) => [...line, right[i] ?? 0]);
  const cell = (i: number, j: number): number => lines[i]?.[j] ?? 0;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let i = column + 1; i < size; i++)
      if (Math.abs(cell(i, column)) > Math.abs(cell(pivot, column))) pivot = i;
    [lines[column], lines[pivot]] = [lines[pivot] as number[], lines[column] as number[]];
    const divisor = cell(column, column) || 1e-12;
    for (let i = column + 1; i < size; i++) {
      const factor = cell(i, column) / divisor;
      if (factor === 0) continue;
      const line = lines[i] as number[];
      for (let j = column; j <= size; j++) line[j] = (line[j] ?? 0) - factor * cell(column, j);
    }
  }
  const found = new Array<number>(size).fill(0);
  for (let i = size - 1; i >= 0; i--) {
    let rest = cell(i, size);
    for (let j = i + 1; j < size; j++) rest -= cell(i, j) * (found[j] ?? 0);
    found[i] = rest / (cell(i, i) || 1e-12);
  }
  return found;
}
