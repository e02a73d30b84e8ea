// Spherical k-means straight on the sparse rows: sharper than on a few latent dimensions, since every word still counts, and quick
// where texts are short. Dhillon & Modha, "Concept decompositions for large sparse text data using clustering", Machine Learning 42
// (2001). Owns the rounds and the starts; the measure is cosine.
import { Pacer, type PaceOptions } from './pacer';
import { drawNumbers, seededRandom, type Random } from './seeded-random';
import { drawWeighted, repairEmptyClusters } from './spherical-kmeans';
import type { SparseMatrix } from './text-features';
import { pickSparse, placeSparse, type SparseRows } from './unit-rows';
import { padTo, type VectorMemory } from './vector-memory';

export type SparseKmeansResult = {
  /** Cluster number per row. */
  assignment: Int32Array;
  /** Cosine of each row to the centroid that won it, before that moved. */
  similarities: Float32Array;
  /** Mean of the similarities. */
  objective: number;
};

export type SparseKmeansOptions = PaceOptions & {
  seed?: number;
  restarts?: number;
  /** A cluster number below k for each row to start from, instead of seeding. */
  startFrom?: Int32Array;
  maxIterations?: number;
  /** Stop when the mean cosine grows by less than this. */
  tolerance?: number;
  /** Starts are tried on at most this many rows, drawn by the seed. */
  maxSeedRows?: number;
};

const defaults = { seed: 1, restarts: 1, maxIterations: 12, tolerance: 1e-3, maxSeedRows: 8_000 };
const rowsPerCall = 2_048;
/** Rows among which a start looks for the next starting point. */
const seedingRows = 3_000;
const roundsAfterSample = 3;

/** Centroids by column, each of length 1, from the members of each cluster. Rows with a negative cluster number count nowhere. */
function centroidsOf(matrix: SparseMatrix, assignment: Int32Array, k: number, padded: number): Float32Array {
  const centroids = new Float32Array(matrix.columnCount * padded);
  const { rowStarts, columns, values } = matrix;
  for (let r = 0; r < matrix.rowCount; r++) {
    const cluster = assignment[r] as number;
    if (cluster < 0) continue;
    for (let i = rowStarts[r] as number; i < (rowStarts[r + 1] as number); i++) {
      const at = (columns[i] as number) * padded + cluster;
      centroids[at] = (centroids[at] as number) + (values[i] as number);
    }
  }
  const squares = new Float64Array(padded);
  for (let i = 0; i < centroids.length; i += padded)
    for (let c = 0; c < k; c++) squares[c] = (squares[c] as number) + (centroids[i + c] as number) ** 2;
  const scales = squares.map((square) => (square > 0 ? 1 / Math.sqrt(square) : 0));
  for (let i = 0; i < centroids.length; i += padded)
    for (let c = 0; c < k; c++) centroids[i + c] = (centroids[i + c] as number) * (scales[c] as number);
  return centroids;
}

type Run = { rows: SparseRows; k: number; padded: number; centroidsAt: number; pacer: Pacer };

function startRun(memory: VectorMemory, matrix: SparseMatrix, k: number, pacer: Pacer): Run {
  const padded = padTo(k, 16);
  const rows = placeSparse(memory, matrix);
  return { rows, k, padded, centroidsAt: memory.take(matrix.columnCount * padded), pacer };
}

async function assignRows(run: Run, fraction: number): Promise<SparseKmeansResult> {
  const { rows, k, padded, centroidsAt, pacer } = run;
  const { memory, matrix } = rows;
  return memory.scoped(async () => {
    const scores = memory.take(padded);
    const assignmentAt = memory.take(matrix.rowCount);
    const cosinesAt = memory.take(matrix.rowCount);
    for (let first = 0; first < matrix.rowCount; first += rowsPerCall) {
      memory.kernels.nearestOfSparse(
        first,
        Math.min(matrix.rowCount, first + rowsPerCall),
        rows.starts,
        rows.columns,
        rows.values,
        centroidsAt,
        k,
        padded,
        scores,
        assignmentAt,
        cosinesAt,
      );
      await pacer.pause('grouping', fraction);
    }
    const assignment = memory.integers(assignmentAt, matrix.rowCount).slice();
    const similarities = memory.floats(cosinesAt, matrix.rowCount).slice();
    const objective = similarities.reduce((sum, cosine) => sum + cosine, 0) / Math.max(1, matrix.rowCount);
    repairEmptyClusters(assignment, similarities, k);
    return { assignment, similarities, objective };
  });
}

async function iterate(
  run: Run,
  start: Int32Array | Float32Array,
  limits: { maxIterations: number; tolerance: number },
): Promise<SparseKmeansResult & { centroids: Float32Array }> {
  const { matrix, memory } = run.rows;
  let centroids = start instanceof Float32Array ? start : centroidsOf(matrix, start, run.k, run.padded);
  let result: SparseKmeansResult | null = null;
  let last = -Infinity;
  for (let i = 0; i < Math.max(1, limits.maxIterations); i++) {
    memory.floats(run.centroidsAt, centroids.length).set(centroids);
    result = await assignRows(run, i / limits.maxIterations);
    centroids = centroidsOf(matrix, result.assignment, run.k, run.padded);
    if (result.objective - last < limits.tolerance) break;
    last = result.objective;
  }
  if (result === null) throw new RangeError('no round was asked for');
  return { ...result, centroids };
}

/** k rows that lie apart (greedy k-means++), chosen among some of the rows: their numbers. */
async function seedRows(matrix: SparseMatrix, k: number, random: Random, pacer: Pacer): Promise<number[]> {
  const pool = drawNumbers(matrix.rowCount, Math.max(seedingRows, 4 * k), Math.floor(random() * 2 ** 31));
  const own = pickSparse(matrix, pool);
  const scratch = new Float32Array(matrix.columnCount);
  const gaps = new Float32Array(pool.length).fill(1);
  const chosen: number[] = [];
  while (chosen.length < Math.min(k, pool.length)) {
    const total = gaps.reduce((sum, gap) => sum + gap, 0);
    const seed = drawWeighted(gaps, total, random);
    const [from, to] = [own.rowStarts[seed] as number, own.rowStarts[seed + 1] as number];
    for (let i = from; i < to; i++) scratch[own.columns[i] as number] = own.values[i] as number;
    for (let r = 0; r < pool.length; r++) {
      let cosine = 0;
      for (let i = own.rowStarts[r] as number; i < (own.rowStarts[r + 1] as number); i++)
        cosine += (own.values[i] as number) * (scratch[own.columns[i] as number] as number);
      gaps[r] = Math.min(gaps[r] as number, Math.max(0, 1 - cosine));
    }
    for (let i = from; i < to; i++) scratch[own.columns[i] as number] = 0;
    gaps[seed] = 0;
    chosen.push(pool[seed] as number);
    await pacer.pause('choosing starting points', chosen.length / k);
  }
  return chosen;
}

type Settings = typeof defaults & SparseKmeansOptions;

async function seedAndIterate(
  run: Run,
  settings: Settings,
): Promise<SparseKmeansResult & { centroids: Float32Array }> {
  const { matrix } = run.rows;
  let best: (SparseKmeansResult & { centroids: Float32Array }) | null = null;
  for (let start = 0; start < Math.max(1, settings.restarts); start++) {
    const random = seededRandom(settings.seed + start * 7919);
    const seeds = await seedRows(matrix, run.k, random, run.pacer);
    const alone = new Int32Array(matrix.rowCount).fill(-1);
    seeds.forEach((row, cluster) => (alone[row] = cluster));
    const result = await iterate(run, alone, settings);
    if (best === null || result.objective > best.objective) best = result;
  }
  if (best === null) throw new RangeError('no start was asked for');
  return best;
}

/**
 * Groups the rows into k clusters (cut to their number). @throws the signal's reason when aborted; RangeError for centroids beyond
 * the memory of 2 GiB
 */
export async function sparseKmeans(
  memory: VectorMemory,
  matrix: SparseMatrix,
  k: number,
  options: SparseKmeansOptions = {},
): Promise<SparseKmeansResult> {
  const settings: Settings = { ...defaults, ...options };
  const pacer = new Pacer(options);
  const count = Math.min(k, matrix.rowCount);
  if (count === 0) return { assignment: new Int32Array(0), similarities: new Float32Array(0), objective: 0 };
  const { startFrom } = options;
  if (startFrom !== undefined)
    return memory.scoped(() => iterate(startRun(memory, matrix, count, pacer), startFrom, settings));
  if (matrix.rowCount <= Math.max(settings.maxSeedRows, 4 * count))
    return memory.scoped(() => seedAndIterate(startRun(memory, matrix, count, pacer), settings));
  const sample = pickSparse(
    matrix,
    drawNumbers(matrix.rowCount, Math.max(settings.maxSeedRows, 4 * count), settings.seed),
  );
  const found = await memory.scoped(() => seedAndIterate(startRun(memory, sample, count, pacer), settings));
  return memory.scoped(() =>
    iterate(startRun(memory, matrix, count, pacer), found.centroids, {
      ...settings,
      maxIterations: roundsAfterSample,
    }),
  );
}
