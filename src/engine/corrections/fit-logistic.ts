// Logistic regression pulled towards given weights: ridge around a prior, each weight with a precision of its own.
// Coordinate descent with Newton steps, as in Genkin, Lewis & Madigan, "Large-scale Bayesian logistic regression for text
// categorization", Technometrics 49 (2007). Deterministic; owns no features and knows nothing of corrections.

/** A row of a sparse design: `values[i]` stands in column `columns[i]`. */
export type SparseRow = { columns: ArrayLike<number>; values: ArrayLike<number> };

export type LogisticProblem = {
  rows: readonly SparseRow[];
  /** 1 for the positive class, 0 for the other; one per row. */
  labels: readonly number[];
  /** How much each row counts. */
  rowWeights: readonly number[];
  /** Log-odds of each row before any weight counts; none where absent. */
  offsets?: ArrayLike<number>;
  /** What each weight is without data. */
  prior: Float64Array;
  /** Inverse variance around the prior. */
  precision: Float64Array;
};

const largestStep = 2;
const smallestStep = 1e-3;

type Column = { rows: number[]; values: number[] };

function columnsOf(problem: LogisticProblem): Map<number, Column> {
  const columns = new Map<number, Column>();
  problem.rows.forEach((row, r) => {
    for (let i = 0; i < row.columns.length; i++) {
      const j = row.columns[i] as number;
      let column = columns.get(j);
      if (column === undefined) columns.set(j, (column = { rows: [], values: [] }));
      column.rows.push(r);
      column.values.push(row.values[i] as number);
    }
  });
  return columns;
}

/** The weights, in the order of `prior`; a column no row uses keeps its prior. At most `rounds` passes over the columns. */
export function fitLogistic(problem: LogisticProblem, rounds = 40): Float64Array {
  const { rows, labels, rowWeights, prior, precision, offsets } = problem;
  const weights = Float64Array.from(prior);
  const columns = columnsOf(problem);
  const logOdds = Float64Array.from(rows, (row, r) => {
    let sum = offsets?.[r] ?? 0;
    for (let i = 0; i < row.columns.length; i++)
      sum += (row.values[i] as number) * (weights[row.columns[i] as number] as number);
    return sum;
  });
  for (let round = 0; round < rounds; round++) {
    let largest = 0;
    for (const [j, column] of columns) {
      let gradient = (precision[j] as number) * ((weights[j] as number) - (prior[j] as number));
      let curvature = precision[j] as number;
      for (let i = 0; i < column.rows.length; i++) {
        const r = column.rows[i] as number;
        const value = column.values[i] as number;
        const p = 1 / (1 + Math.exp(-(logOdds[r] as number)));
        const weight = rowWeights[r] as number;
        gradient += weight * (p - (labels[r] as number)) * value;
        curvature += weight * p * (1 - p) * value * value;
      }
      const step = Math.max(-largestStep, Math.min(largestStep, -gradient / curvature));
      weights[j] = (weights[j] as number) + step;
      largest = Math.max(largest, Math.abs(step));
      for (let i = 0; i < column.rows.length; i++) {
        const r = column.rows[i] as number;
        logOdds[r] = (logOdds[r] as number) + step * (column.values[i] as number);
      }
    }
    if (largest < smallestStep) break;
  }
  return weights;
}
