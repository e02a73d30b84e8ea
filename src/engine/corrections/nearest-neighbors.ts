// Who lies next to whom: the nearest rows of each row, by cosine, and rows drawn towards their neighbours. Owns the graph; knows
// nothing of clusters of corrections.
// Search by cells: Jégou, Douze & Schmid, "Product quantization for nearest neighbor search", IEEE PAMI 33 (2011), section IV
// (inverted file). Smoothing over the graph: Wu et al., "Simplifying graph convolutional networks", ICML 2019; for clustering Zhang
// et al., "Attributed graph clustering via adaptive graph convolution", IJCAI 2019.
import { Pacer, type PaceOptions } from './pacer';
import { sphericalKmeans } from './spherical-kmeans';
import type { SparseMatrix } from './text-features';
import { dot, normalizeRows, placeSparse, takeDense, valuesOf, type DenseRows } from './unit-rows';
import { padTo, type VectorMemory } from './vector-memory';

/** Neighbours of row r are `neighbors[r * size ..]`, nearest first, -1 where there are fewer, with their cosines beside them. */
export type NeighborGraph = { size: number; neighbors: Int32Array; cosines: Float32Array };

export type NeighborOptions = PaceOptions & {
  seed?: number;
  /** Cells looked into for the rows of each cell. */
  probedCells?: number;
};

/** Up to this many rows all are compared with all. */
const exhaustiveRows = 4_000;
/** Found nine of ten true neighbours on the labelled sets (docs/evaluation.md). */
const defaultProbedCells = 10;
const cellRounds = 5;
const queriesPerCall = 64;

type Cell = { members: Int32Array; candidates: Int32Array };

function everyRow(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => i);
}

/** Cells of like rows, each with the rows of the cells around it. */
async function makeCells(rows: DenseRows, options: NeighborOptions): Promise<Cell[]> {
  const n = rows.rowCount;
  if (n <= exhaustiveRows) return [{ members: everyRow(n), candidates: everyRow(n) }];
  const k = Math.round(Math.sqrt(n));
  const found = await sphericalKmeans(rows, k, {
    seed: options.seed ?? 1,
    signal: options.signal,
    onProgress: options.onProgress,
    restarts: 1,
    maxIterations: cellRounds,
    maxSeedRows: 4 * k,
  });
  const members = Array.from({ length: k }, (_, c) => new Int32Array(found.sizes[c] ?? 0));
  const filled = new Int32Array(k);
  found.assignment.forEach((c, row) => {
    const list = members[c];
    if (list !== undefined) list[filled[c] as number] = row;
    filled[c] = (filled[c] as number) + 1;
  });
  const width = rows.columnCount;
  return members.map((own, c) => {
    const near = Array.from({ length: k }, (_, other) => other)
      .map((other) => ({
        other,
        cosine: dot(found.centroids, c * width, found.centroids, other * width, width),
      }))
      .sort(
        (a, b) =>
          (b.other === c ? 1 : 0) - (a.other === c ? 1 : 0) || b.cosine - a.cosine || a.other - b.other,
      )
      .slice(0, options.probedCells ?? defaultProbedCells);
    const lists = near.map(({ other }) => members[other] ?? new Int32Array(0));
    const candidates = new Int32Array(lists.reduce((sum, list) => sum + list.length, 0));
    let at = 0;
    for (const list of lists) {
      candidates.set(list, at);
      at += list.length;
    }
    return { members: own, candidates };
  });
}

/** The `size` nearest rows of each row: exactly up to 4,000 rows, nearly so beyond. @throws the signal's reason when aborted */
export async function findNeighbors(
  rows: DenseRows,
  size: number,
  options: NeighborOptions = {},
): Promise<NeighborGraph> {
  const { memory, rowCount: n } = rows;
  const pacer = new Pacer(options);
  return memory.scoped(async () => {
    const cells = await memory.scoped(() => makeCells(rows, options));
    const neighbors = memory.take(n * size);
    const cosines = memory.take(n * size);
    memory.integers(neighbors, n * size).fill(-1);
    memory.floats(cosines, n * size).fill(-1);
    let done = 0;
    for (const { members, candidates } of cells) {
      await memory.scoped(async () => {
        const queries = memory.put(members);
        const list = memory.put(candidates);
        for (let first = 0; first < members.length; first += queriesPerCall) {
          const last = Math.min(members.length, first + queriesPerCall);
          memory.kernels.nearestRows(
            queries,
            first,
            last,
            list,
            candidates.length,
            rows.at,
            rows.columnCount,
            size,
            neighbors,
            cosines,
          );
          done += last - first;
          await pacer.pause('looking for neighbours', done / n);
        }
      });
    }
    return {
      size,
      neighbors: memory.integers(neighbors, n * size).slice(),
      cosines: memory.floats(cosines, n * size).slice(),
    };
  });
}

/** The matrix by its columns: `rows` and `values` of column c from `starts[c]`. Columns in too many rows are left empty. */
function transpose(matrix: SparseMatrix, maxPerColumn: number): SparseMatrix {
  const { rowCount, columnCount, rowStarts, columns, values } = matrix;
  const counts = new Int32Array(columnCount);
  for (const column of columns.subarray(0, rowStarts[rowCount]))
    counts[column] = (counts[column] as number) + 1;
  const starts = new Int32Array(columnCount + 1);
  for (let c = 0; c < columnCount; c++) {
    const count = counts[c] as number;
    starts[c + 1] = (starts[c] as number) + (count > maxPerColumn ? 0 : count);
  }
  const next = starts.slice();
  const rows = new Int32Array(starts[columnCount] as number);
  const turned = new Float32Array(rows.length);
  for (let r = 0; r < rowCount; r++) {
    for (let i = rowStarts[r] as number; i < (rowStarts[r + 1] as number); i++) {
      const column = columns[i] as number;
      if ((counts[column] as number) > maxPerColumn) continue;
      const at = next[column] as number;
      rows[at] = r;
      turned[at] = values[i] as number;
      next[column] = at + 1;
    }
  }
  return { rowCount: columnCount, columnCount: rowCount, rowStarts: starts, columns: rows, values: turned };
}

/** A feature in more than this share of many texts says too little about neighbours for what it costs. */
const commonShare = 0.1;
const fewRows = 2_000;
const sparseRowsPerCall = 32;

/** The `size` nearest rows of each sparse row. @throws the signal's reason when aborted */
export async function findSparseNeighbors(
  memory: VectorMemory,
  matrix: SparseMatrix,
  size: number,
  options: PaceOptions = {},
): Promise<NeighborGraph> {
  const n = matrix.rowCount;
  const pacer = new Pacer(options);
  return memory.scoped(async () => {
    const rows = placeSparse(memory, matrix);
    const turned = placeSparse(
      memory,
      transpose(matrix, n <= fewRows ? n : Math.max(fewRows, commonShare * n)),
    );
    const scores = memory.take(n);
    const neighbors = memory.take(n * size);
    const cosines = memory.take(n * size);
    memory.integers(neighbors, n * size).fill(-1);
    for (let first = 0; first < n; first += sparseRowsPerCall) {
      memory.kernels.nearestSparseRows(
        first,
        Math.min(n, first + sparseRowsPerCall),
        rows.starts,
        rows.columns,
        rows.values,
        n,
        turned.starts,
        turned.columns,
        turned.values,
        scores,
        size,
        neighbors,
        cosines,
      );
      await pacer.pause('looking for neighbours', first / n);
    }
    return {
      size,
      neighbors: memory.integers(neighbors, n * size).slice(),
      cosines: memory.floats(cosines, n * size).slice(),
    };
  });
}

/** The graph as a symmetric matrix in which each edge counts its cosine over the root of both ends' weights; each row knows itself. */
export function symmetricGraph(graph: NeighborGraph): SparseMatrix {
  const n = graph.neighbors.length / Math.max(1, graph.size);
  const lists: Map<number, number>[] = Array.from({ length: n }, (_, r) => new Map([[r, 1]]));
  for (let r = 0; r < n; r++) {
    for (let i = r * graph.size; i < (r + 1) * graph.size; i++) {
      const other = graph.neighbors[i] as number;
      const weight = graph.cosines[i] as number;
      if (other < 0 || !(weight > 0)) continue;
      lists[r]?.set(other, weight);
      lists[other]?.set(r, weight);
    }
  }
  const degrees = lists.map((list) => Array.from(list.values()).reduce((sum, weight) => sum + weight, 0));
  const rowStarts = new Int32Array(n + 1);
  lists.forEach((list, r) => (rowStarts[r + 1] = (rowStarts[r] as number) + list.size));
  const columns = new Int32Array(rowStarts[n] as number);
  const values = new Float32Array(rowStarts[n] as number);
  lists.forEach((list, r) => {
    let at = rowStarts[r] as number;
    for (const other of Array.from(list.keys()).sort((a, b) => a - b)) {
      columns[at] = other;
      values[at++] = (list.get(other) ?? 0) / Math.sqrt((degrees[r] ?? 1) * (degrees[other] ?? 1));
    }
  });
  return { rowCount: n, columnCount: n, rowStarts, columns, values };
}

/** Unit rows drawn towards their neighbours, `rounds` times by `share` (0 to 1), in place. */
export async function smoothRows(
  rows: DenseRows,
  graph: SparseMatrix,
  options: PaceOptions & { rounds: number; share: number },
): Promise<void> {
  const { memory, rowCount: n, columnCount: width } = rows;
  const pacer = new Pacer(options);
  await memory.scoped(async () => {
    const starts = memory.put(graph.rowStarts);
    const columns = memory.put(graph.columns);
    const values = memory.put(graph.values);
    const around = takeDense(memory, n, padTo(width, 4));
    for (let round = 0; round < options.rounds; round++) {
      memory.kernels.sparseTimesDense(0, n, starts, columns, values, rows.at, width, around.at);
      const target = valuesOf(rows);
      const other = valuesOf(around);
      for (let i = 0; i < target.length; i++)
        target[i] = (1 - options.share) * (target[i] as number) + options.share * (other[i] as number);
      normalizeRows(rows);
      await pacer.pause('drawing neighbours together', round / options.rounds);
    }
  });
}
