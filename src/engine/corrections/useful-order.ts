// Which texts an analyst learns most from by sorting them next: uncertain ones that stand for many others not yet covered.
// Facility location on a graph of nearest neighbours, greedily (Nemhauser, Wolsey & Fisher 1978: within 63% of the best choice),
// each text weighed by how unsure the classifier is of it. Pure and deterministic.
import type { SparseMatrix } from './text-features';
import type { Pacer } from './pacer';

/** For row r the neighbours `ids[r * width …]` with their cosine, best first; unused places hold -1. */
export type Neighbours = { width: number; ids: Int32Array; cosines: Float32Array };

const neighbourCount = 12;
/** Features of more than this share of the texts tell little about which are alike and cost the most. */
const commonShare = 0.08;

type Postings = { starts: Int32Array; rows: Int32Array; values: Float32Array };

function postingsOf(matrix: SparseMatrix): Postings {
  const starts = new Int32Array(matrix.columnCount + 1);
  for (const column of matrix.columns) starts[column + 1] = (starts[column + 1] ?? 0) + 1;
  for (let c = 0; c < matrix.columnCount; c++) starts[c + 1] = (starts[c + 1] ?? 0) + (starts[c] ?? 0);
  const rows = new Int32Array(matrix.columns.length);
  const values = new Float32Array(matrix.columns.length);
  const next = Int32Array.from(starts);
  for (let r = 0; r < matrix.rowCount; r++) {
    const end = matrix.rowStarts[r + 1] ?? 0;
    for (let i = matrix.rowStarts[r] ?? 0; i < end; i++) {
      const column = matrix.columns[i] as number;
      const at = next[column] as number;
      rows[at] = r;
      values[at] = matrix.values[i] as number;
      next[column] = at + 1;
    }
  }
  return { starts, rows, values };
}

/** Puts a candidate into the ascending-by-insertion list of the best of a row. */
function keepBest(found: Neighbours, offset: number, id: number, cosine: number): void {
  const { width, ids, cosines } = found;
  let at = offset + width - 1;
  if (cosine <= (cosines[at] as number)) return;
  while (at > offset && (cosines[at - 1] as number) < cosine) {
    ids[at] = ids[at - 1] as number;
    cosines[at] = cosines[at - 1] as number;
    at--;
  }
  ids[at] = id;
  cosines[at] = cosine;
}

/** The nearest rows of each row by cosine over all but the commonest features. */
export async function nearestRows(matrix: SparseMatrix, pacer: Pacer): Promise<Neighbours> {
  const { rowCount, rowStarts, columns, values } = matrix;
  const { starts, rows, values: weights } = postingsOf(matrix);
  const most = Math.max(50, rowCount * commonShare);
  const found: Neighbours = {
    width: neighbourCount,
    ids: new Int32Array(rowCount * neighbourCount).fill(-1),
    cosines: new Float32Array(rowCount * neighbourCount),
  };
  const sums = new Float32Array(rowCount);
  const touched: number[] = [];
  for (let r = 0; r < rowCount; r++) {
    const end = rowStarts[r + 1] ?? 0;
    for (let i = rowStarts[r] ?? 0; i < end; i++) {
      const column = columns[i] as number;
      const value = values[i] as number;
      const last = starts[column + 1] as number;
      if (last - (starts[column] as number) > most) continue;
      for (let p = starts[column] as number; p < last; p++) {
        const other = rows[p] as number;
        if (sums[other] === 0) touched.push(other);
        sums[other] = (sums[other] as number) + value * (weights[p] as number);
      }
    }
    for (const other of touched) {
      if (other !== r) keepBest(found, r * neighbourCount, other, sums[other] as number);
      sums[other] = 0;
    }
    touched.length = 0;
    if (r % 64 === 0) await pacer.pause('Comparing corrections', r / rowCount);
  }
  return found;
}

/** Marks a row as known: it and its neighbours are covered as far as they are alike. */
function cover(row: number, near: Neighbours, covered: Float32Array): void {
  covered[row] = 1;
  for (let i = row * near.width; i < (row + 1) * near.width; i++) {
    const other = near.ids[i] as number;
    if (other >= 0 && (near.cosines[i] as number) > (covered[other] as number))
      covered[other] = near.cosines[i] as number;
  }
}

function gainOf(row: number, near: Neighbours, covered: Float32Array, weights: Float32Array): number {
  let gain = (1 - (covered[row] as number)) * (weights[row] as number);
  for (let i = row * near.width; i < (row + 1) * near.width; i++) {
    const other = near.ids[i] as number;
    if (other < 0) break;
    const more = (near.cosines[i] as number) - (covered[other] as number);
    if (more > 0) gain += more * (weights[other] as number);
  }
  return gain;
}

/**
 * The `count` unsorted rows to sort next, most useful first. `weights` say how unsure one is of each row (0 to 1);
 * sorted rows cover their neighbours from the start.
 */
export async function usefulOrder(
  near: Neighbours,
  isSorted: ArrayLike<unknown>,
  weights: Float32Array,
  count: number,
  pacer: Pacer,
): Promise<number[]> {
  const rowCount = weights.length;
  const covered = new Float32Array(rowCount);
  const left = new Set<number>();
  for (let r = 0; r < rowCount; r++) {
    if (isSorted[r]) cover(r, near, covered);
    else left.add(r);
  }
  const order: number[] = [];
  while (order.length < count && left.size > 0) {
    let best = -1;
    let most = -1;
    for (const row of left) {
      const gain = gainOf(row, near, covered, weights);
      if (gain > most) [best, most] = [row, gain];
    }
    order.push(best);
    left.delete(best);
    cover(best, near, covered);
    await pacer.pause('Choosing what to sort next', order.length / count);
  }
  return order;
}
