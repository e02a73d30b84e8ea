// The two shapes in which k-means takes its points, and the two operations it needs of them. Rows have length 1, or 0 where a
// text has no feature at all.
import type { SparseMatrix } from './text-features';

/** Row-major: row r is `values[r * columnCount .. (r + 1) * columnCount - 1]`. */
export type DenseMatrix = { rowCount: number; columnCount: number; values: Float32Array };

export type UnitRows = SparseMatrix | DenseMatrix;

function isSparse(rows: UnitRows): rows is SparseMatrix {
  return 'rowStarts' in rows;
}

/** Adds `factor` times row `row` to `target[offset .. offset + columnCount - 1]`. */
export function addRow(
  rows: UnitRows,
  row: number,
  factor: number,
  target: Float32Array | Float64Array,
  offset: number,
): void {
  const { values } = rows;
  if (isSparse(rows)) {
    const end = rows.rowStarts[row + 1] ?? 0;
    for (let i = rows.rowStarts[row] ?? 0; i < end; i++) {
      const at = offset + (rows.columns[i] ?? 0);
      target[at] = (target[at] ?? 0) + factor * (values[i] ?? 0);
    }
    return;
  }
  const start = row * rows.columnCount;
  for (let c = 0; c < rows.columnCount; c++)
    target[offset + c] = (target[offset + c] ?? 0) + factor * (values[start + c] ?? 0);
}

/** Four sums at once: a single one would make each addition wait for the last. */
function dotDense(a: Float32Array, aStart: number, b: Float32Array, bStart: number, width: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  const whole = width & ~3;
  let i = 0;
  for (; i < whole; i += 4) {
    const p = aStart + i;
    const q = bStart + i;
    s0 += (a[p] as number) * (b[q] as number);
    s1 += (a[p + 1] as number) * (b[q + 1] as number);
    s2 += (a[p + 2] as number) * (b[q + 2] as number);
    s3 += (a[p + 3] as number) * (b[q + 3] as number);
  }
  for (; i < width; i++) s0 += (a[aStart + i] as number) * (b[bStart + i] as number);
  return s0 + s1 + s2 + s3;
}

/** Dot product of row `row` with `vectors[offset .. offset + columnCount - 1]`: a cosine where both have length 1. */
export function dotRow(rows: UnitRows, row: number, vectors: Float32Array, offset: number): number {
  const { values } = rows;
  if (isSparse(rows)) {
    let sum = 0;
    const { columns } = rows;
    const end = rows.rowStarts[row + 1] ?? 0;
    for (let i = rows.rowStarts[row] ?? 0; i < end; i++)
      sum += (values[i] ?? 0) * (vectors[offset + (columns[i] ?? 0)] ?? 0);
    return sum;
  }
  return dotDense(values, row * rows.columnCount, vectors, offset, rows.columnCount);
}

/** Dot products between two rows of the same matrix. `scratch` has `columnCount` zeroes and is left so. */
export function dotRows(
  rows: UnitRows,
  a: number,
  others: ArrayLike<number>,
  scratch: Float32Array,
): Float64Array {
  addRow(rows, a, 1, scratch, 0);
  const out = new Float64Array(others.length);
  for (let i = 0; i < others.length; i++) out[i] = dotRow(rows, others[i] ?? 0, scratch, 0);
  scratch.fill(0);
  return out;
}

/** Scales `vectors[offset .. offset + width - 1]` to length 1 and returns the length it had; a zero vector stays zero. */
export function normalizeVector(vectors: Float32Array | Float64Array, offset: number, width: number): number {
  let squares = 0;
  for (let c = offset; c < offset + width; c++) squares += (vectors[c] ?? 0) ** 2;
  const length = Math.sqrt(squares);
  if (length > 0) for (let c = offset; c < offset + width; c++) vectors[c] = (vectors[c] ?? 0) / length;
  return length;
}

/** True where the row has no feature, so that no cluster is nearer than any other. */
export function isEmptyRow(rows: UnitRows, row: number): boolean {
  if (isSparse(rows)) return rows.rowStarts[row] === rows.rowStarts[row + 1];
  const start = row * rows.columnCount;
  for (let c = 0; c < rows.columnCount; c++) if (rows.values[start + c] !== 0) return false;
  return true;
}
