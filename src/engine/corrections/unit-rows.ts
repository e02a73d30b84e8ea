// The two shapes in which clustering takes its points, laid where the kernels reach them, and what is asked of single rows. Rows have
// length 1, or 0 where a text has no feature at all.
import type { SparseMatrix } from './text-features';
import { padTo, type Address, type VectorMemory } from './vector-memory';

/** Row-major: row r is `values[r * columnCount .. (r + 1) * columnCount - 1]`. */
export type DenseMatrix = { rowCount: number; columnCount: number; values: Float32Array };

/** Dense rows in the kernels' memory; `columnCount` is a multiple of 4, padded with zeroes. */
export type DenseRows = { memory: VectorMemory; rowCount: number; columnCount: number; at: Address };

/** Sparse rows in the kernels' memory beside their matrix. */
export type SparseRows = {
  memory: VectorMemory;
  matrix: SparseMatrix;
  starts: Address;
  columns: Address;
  values: Address;
};

/** Zeroed dense rows. @throws RangeError when they do not fit */
export function takeDense(memory: VectorMemory, rowCount: number, columnCount: number): DenseRows {
  const width = Math.max(4, padTo(columnCount, 4));
  return { memory, rowCount, columnCount: width, at: memory.take(rowCount * width) };
}

export function placeDense(memory: VectorMemory, matrix: DenseMatrix): DenseRows {
  const rows = takeDense(memory, matrix.rowCount, matrix.columnCount);
  const target = valuesOf(rows);
  for (let r = 0; r < matrix.rowCount; r++) {
    const from = r * matrix.columnCount;
    target.set(matrix.values.subarray(from, from + matrix.columnCount), r * rows.columnCount);
  }
  return rows;
}

export function placeSparse(memory: VectorMemory, matrix: SparseMatrix): SparseRows {
  const cellCount = matrix.rowStarts[matrix.rowCount] ?? 0;
  return {
    memory,
    matrix,
    starts: memory.put(matrix.rowStarts),
    columns: memory.put(matrix.columns.subarray(0, cellCount)),
    values: memory.put(matrix.values.subarray(0, cellCount)),
  };
}

/** The rows' values, row-major. Valid until memory is taken again. */
export function valuesOf(rows: DenseRows): Float32Array {
  return rows.memory.floats(rows.at, rows.rowCount * rows.columnCount);
}

/** Dot product of two stretches of `width` values: a cosine where both have length 1. */
export function dot(a: Float32Array, aStart: number, b: Float32Array, bStart: number, width: number): number {
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

/** Scales `vectors[offset .. offset + width - 1]` to length 1 and returns the length it had; a zero vector stays zero. */
export function normalizeVector(vectors: Float32Array | Float64Array, offset: number, width: number): number {
  let squares = 0;
  for (let c = offset; c < offset + width; c++) squares += (vectors[c] as number) ** 2;
  const length = Math.sqrt(squares);
  if (length > 0) for (let c = offset; c < offset + width; c++) vectors[c] = (vectors[c] as number) / length;
  return length;
}

/** Scales every row to length 1. */
export function normalizeRows(rows: DenseRows): void {
  const values = valuesOf(rows);
  for (let r = 0; r < rows.rowCount; r++) normalizeVector(values, r * rows.columnCount, rows.columnCount);
}

/** The listed rows as dense rows of their own. */
export function pickDense(rows: DenseRows, picked: Int32Array): DenseRows {
  const taken = takeDense(rows.memory, picked.length, rows.columnCount);
  const source = valuesOf(rows);
  const target = valuesOf(taken);
  const width = rows.columnCount;
  picked.forEach((row, i) => target.set(source.subarray(row * width, (row + 1) * width), i * width));
  return taken;
}

/** The listed rows of a sparse matrix. */
export function pickSparse(matrix: SparseMatrix, picked: Int32Array): SparseMatrix {
  const rowStarts = new Int32Array(picked.length + 1);
  for (let i = 0; i < picked.length; i++) {
    const row = picked[i] as number;
    const length = (matrix.rowStarts[row + 1] as number) - (matrix.rowStarts[row] as number);
    rowStarts[i + 1] = (rowStarts[i] as number) + length;
  }
  const cellCount = rowStarts[picked.length] as number;
  const columns = new Int32Array(cellCount);
  const values = new Float32Array(cellCount);
  for (let i = 0, at = 0; i < picked.length; i++) {
    const row = picked[i] as number;
    const to = matrix.rowStarts[row + 1] as number;
    for (let from = matrix.rowStarts[row] as number; from < to; from++, at++) {
      columns[at] = matrix.columns[from] as number;
      values[at] = matrix.values[from] as number;
    }
  }
  return { rowCount: picked.length, columnCount: matrix.columnCount, rowStarts, columns, values };
}
