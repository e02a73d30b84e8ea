// Spherical k-means straight on the sparse rows: sharper than on a few latent dimensions, since every word still counts, and quick
// where texts are short. Dhillon & Modha, "Concept decompositions for large sparse text data using clustering", Machine Learning 42
// (2001). Owns the rounds and the starts; the measure is cosine.
import { Pacer, type PaceOptions } from './pacer';
import { drawNumbers, seededRandom, type Random } from './seeded-random';
import { drawWeighted, repairEmptyClusters } from './spherical-kmeans';
import type { SparseMatrix } from './text-features';
import { pickSparse, placeSparse, type SparseRows } from './unit-rows';
import { padTo, type Address, type VectorMemory } from './vector-memory';

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

const defaults = {
  seed: 1,
  restarts: 1,
  maxIterations: 12,
  tolerance: 1e-3,
  maxSeedRows: +(process.env.MSR || 8000),
};
const rowsPerCall = 2_048;
const roundsAfterSample = +(process.env.RAS || 3);

type Run = {
  rows: SparseRows;
  k: number;
  padded: number;
  /** By column, each of length 1. */
  centroidsAt: Address;
  assignmentAt: Address;
  cosinesAt: Address;
  pacer: Pacer;
};

function startRun(memory: VectorMemory, matrix: SparseMatrix, k: number, pacer: Pacer): Run {
  const padded = padTo(k, 16);
  const rows = placeSparse(memory, matrix);
  const centroidsAt = memory.take(matrix.columnCount * padded);
  const assignmentAt = memory.take(matrix.rowCount);
  return { rows, k, padded, centroidsAt, assignmentAt, cosinesAt: memory.take(matrix.rowCount), pacer };
}

function centroidValues({ rows, padded, centroidsAt }: Run): Float32Array {
  return rows.memory.floats(centroidsAt, rows.matrix.columnCount * padded);
}

/** Centroids from the members of each cluster. Rows with a negative cluster number count nowhere. */
async function moveCentroids(run: Run): Promise<void> {
  const { rows, padded, centroidsAt, assignmentAt } = run;
  const { memory, matrix } = rows;
  centroidValues(run).fill(0);
  await memory.scoped(() => {
    const squaresAt = memory.take(padded, 8);
    memory.kernels.sumByCluster(
      0,
      matrix.rowCount,
      rows.starts,
      rows.columns,
      rows.values,
      assignmentAt,
      padded,
      centroidsAt,
    );
    memory.kernels.scaleCentroids(matrix.columnCount, centroidsAt, padded, squaresAt);
    return Promise.resolve();
  });
}

/** Gives each row to its nearest centroid; returns the mean cosine. */
async function assignRows(run: Run, fraction: number): Promise<number> {
  const { rows, k, padded, centroidsAt, assignmentAt, cosinesAt, pacer } = run;
  const { memory, matrix } = rows;
  return memory.scoped(async () => {
    const scores = memory.take(padded);
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
    const sizesAt = memory.take(k);
    const sum = memory.kernels.tallyClusters(matrix.rowCount, assignmentAt, cosinesAt, sizesAt);
    if (memory.integers(sizesAt, k).includes(0))
      repairEmptyClusters(
        memory.integers(assignmentAt, matrix.rowCount),
        memory.floats(cosinesAt, matrix.rowCount),
        k,
      );
    return sum / Math.max(1, matrix.rowCount);
  });
}

/** Goes on from a cluster number per row, or from centroids by column. */
async function iterate(
  run: Run,
  start: Int32Array | Float32Array,
  limits: { maxIterations: number; tolerance: number },
): Promise<SparseKmeansResult & { centroids: Float32Array }> {
  const { memory, matrix } = run.rows;
  if (start instanceof Float32Array) centroidValues(run).set(start);
  else {
    memory.integers(run.assignmentAt, matrix.rowCount).set(start);
    await moveCentroids(run);
  }
  let objective = -Infinity;
  for (let i = 0; i < Math.max(1, limits.maxIterations); i++) {
    const last = objective;
    objective = await assignRows(run, i / limits.maxIterations);
    await moveCentroids(run);
    if (objective - last < limits.tolerance) break;
  }
  return {
    assignment: memory.integers(run.assignmentAt, matrix.rowCount).slice(),
    similarities: memory.floats(run.cosinesAt, matrix.rowCount).slice(),
    objective,
    centroids: centroidValues(run).slice(),
  };
}

/**
 * k rows that lie apart: their numbers. Greedy k-means++: of several candidates the one that leaves the least apart is taken; as many
 * as scikit-learn tries.
 */
async function seedRows(run: Run, random: Random): Promise<number[]> {
  const { rows, k, pacer } = run;
  const { memory, matrix, starts, columns, values } = rows;
  const count = matrix.rowCount;
  const candidateCount = 2 + Math.floor(Math.log(k));
  return memory.scoped(async () => {
    const dense = memory.take(matrix.columnCount);
    let gapsAt = memory.put(new Float32Array(count).fill(1));
    let bestAt = memory.take(count);
    let triedAt = memory.take(count);
    const chosen: number[] = [];
    let total = count;
    while (chosen.length < k) {
      const gaps = memory.floats(gapsAt, count);
      let best = { row: 0, total: Infinity };
      for (let c = 0; c < (chosen.length === 0 ? 1 : candidateCount); c++) {
        const row = drawWeighted(gaps, total, random);
        const left = memory.kernels.narrowGaps(count, starts, columns, values, row, dense, gapsAt, triedAt);
        if (left >= best.total) continue;
        best = { row, total: left };
        [bestAt, triedAt] = [triedAt, bestAt];
      }
      total = best.total;
      [gapsAt, bestAt] = [bestAt, gapsAt];
      chosen.push(best.row);
      await pacer.pause('choosing starting points', chosen.length / k);
    }
    return chosen;
  });
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
    const seeds = await seedRows(run, random);
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
