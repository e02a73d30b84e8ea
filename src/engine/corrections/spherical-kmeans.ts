// Spherical k-means: points and centroids on the unit sphere, cosine instead of distance.
// Dhillon & Modha, "Concept decompositions for large sparse text data using clustering", Machine Learning 42 (2001).
// Seeding: greedy k-means++ (Arthur & Vassilvitskii 2007, with several candidates per step) on 1 - cosine.
import { Pacer, type PaceOptions } from './pacer';
import { drawNumbers, seededRandom, type Random } from './seeded-random';
import { dot, normalizeVector, pickDense, valuesOf, type DenseRows } from './unit-rows';
import { padTo, type Address } from './vector-memory';

export type KmeansOptions = PaceOptions & {
  /** Any integer; the same seed and rows give the same result on every machine with IEEE arithmetic. */
  seed?: number;
  /** Independent starts; the one with the highest mean cosine wins. */
  restarts?: number;
  maxIterations?: number;
  /** Stop when the mean cosine grows by less than this. */
  tolerance?: number;
  /** A cluster number below k for each row to start from, instead of seeding; makes restarts pointless. */
  startFrom?: Int32Array;
  /** Starts are tried on at most this many rows, drawn by the seed; all rows are then grouped from the best of them. */
  maxSeedRows?: number;
};

export type KmeansResult = {
  /** Cluster number per row. */
  assignment: Int32Array;
  /** k centroids of length 1, row-major, as wide as the rows. */
  centroids: Float32Array;
  /** Cosine of each row to its centroid. */
  similarities: Float32Array;
  sizes: Int32Array;
  /** Mean cosine over all rows: what the algorithm maximises. */
  objective: number;
};

const defaults = { seed: 1, restarts: 3, maxIterations: 40, tolerance: 1e-4, maxSeedRows: 20_000 };

/** Rows per call of a kernel. */
const rowsPerCall = 2_048;
/** Candidates per seed. scikit-learn takes 2 + ln k, which here would cost as much as the iterations. */
const candidateCount = 2;

/** Draws an index with probability proportional to its weight; uniformly where all weights are 0. */
export function drawWeighted(weights: Float32Array, total: number, random: Random): number {
  if (!(total > 0)) return Math.min(weights.length - 1, Math.floor(random() * weights.length));
  let rest = random() * total;
  for (let i = 0; i < weights.length; i++) {
    rest -= weights[i] as number;
    if (rest < 0) return i;
  }
  return weights.length - 1;
}

/** Where the numbers of one run lie in the kernels' memory. */
type Places = { centroids: Address; scores: Address; assignment: Address; cosines: Address; padded: number };

type Run = { rows: DenseRows; k: number; places: Places; centroids: Float32Array };

function takePlaces(rows: DenseRows, k: number): Places {
  const { memory } = rows;
  const padded = padTo(k, 16);
  return {
    padded,
    centroids: memory.take(rows.columnCount * padded),
    scores: memory.take(padded),
    assignment: memory.take(rows.rowCount),
    cosines: memory.take(rows.rowCount),
  };
}

/** Chooses k rows that lie apart: at each step the candidate that lowers the sum of (1 - cosine) most. */
async function seedRows(rows: DenseRows, k: number, random: Random, pacer: Pacer): Promise<number[]> {
  const n = rows.rowCount;
  const { memory } = rows;
  const everyone = memory.put(Int32Array.from({ length: n }, (_, i) => i));
  const cosinesAt = memory.take(n);
  const chosen: number[] = [];
  let gaps = new Float32Array(n).fill(1);
  let total = n;
  while (chosen.length < k) {
    let best: { row: number; gaps: Float32Array<ArrayBuffer>; total: number } | null = null;
    for (let c = 0; c < (chosen.length === 0 ? 1 : candidateCount); c++) {
      const row = drawWeighted(gaps, total, random);
      memory.kernels.dotsWithRow(row, everyone, n, rows.at, rows.columnCount, cosinesAt);
      const cosines = memory.floats(cosinesAt, n);
      const newGaps = new Float32Array(n);
      let newTotal = 0;
      for (let i = 0; i < n; i++) {
        const value = Math.min(gaps[i] as number, Math.max(0, 1 - (cosines[i] as number)));
        newGaps[i] = value;
        newTotal += value;
      }
      if (best === null || newTotal < best.total) best = { row, gaps: newGaps, total: newTotal };
      await pacer.pause('choosing starting points', chosen.length / k);
    }
    if (best === null) break;
    best.gaps[best.row] = 0;
    ({ gaps, total } = best);
    chosen.push(best.row);
  }
  return chosen;
}

function centroidsOfRows(rows: DenseRows, seeds: number[]): Float32Array {
  const width = rows.columnCount;
  const values = valuesOf(rows);
  const centroids = new Float32Array(seeds.length * width);
  seeds.forEach((row, c) => centroids.set(values.subarray(row * width, (row + 1) * width), c * width));
  return centroids;
}

/** Assigns every row to its nearest centroid; returns the mean cosine. */
async function assignRows(run: Run, pacer: Pacer, fraction: number): Promise<number> {
  const { rows, k, places, centroids } = run;
  const { memory, rowCount, columnCount: width } = rows;
  const turned = memory.floats(places.centroids, width * places.padded);
  for (let c = 0; c < k; c++)
    for (let d = 0; d < width; d++) turned[d * places.padded + c] = centroids[c * width + d] as number;
  for (let first = 0; first < rowCount; first += rowsPerCall) {
    const last = Math.min(rowCount, first + rowsPerCall);
    memory.kernels.nearestOfDense(
      first,
      last,
      rows.at,
      width,
      places.centroids,
      k,
      places.padded,
      places.scores,
      places.assignment,
      places.cosines,
    );
    await pacer.pause('grouping', fraction);
  }
  let sum = 0;
  for (const cosine of memory.floats(places.cosines, rowCount)) sum += cosine;
  return sum / Math.max(1, rowCount);
}

/** Gives each empty cluster the row that fits its own cluster worst, of those whose cluster can spare it. */
export function repairEmptyClusters(
  assignment: Int32Array,
  similarities: Float32Array,
  k: number,
): Int32Array {
  const sizes = new Int32Array(k);
  for (let r = 0; r < assignment.length; r++) {
    const cluster = assignment[r] as number;
    sizes[cluster] = (sizes[cluster] as number) + 1;
  }
  for (let c = 0; c < k; c++) {
    if (sizes[c] !== 0) continue;
    let worst = -1;
    for (let r = 0; r < assignment.length; r++) {
      const canSpare = (sizes[assignment[r] ?? 0] ?? 0) > 1;
      if (canSpare && (worst < 0 || (similarities[r] ?? 0) < (similarities[worst] ?? 0))) worst = r;
    }
    if (worst < 0) return sizes;
    const from = assignment[worst] ?? 0;
    sizes[from] = (sizes[from] ?? 1) - 1;
    sizes[c] = 1;
    assignment[worst] = c;
    similarities[worst] = 1;
  }
  return sizes;
}

/** Centroids become the normalised sums of their members. */
function moveCentroids(run: Run, assignment: Int32Array): void {
  const { rows, k } = run;
  const width = rows.columnCount;
  const values = valuesOf(rows);
  const sums = new Float32Array(k * width);
  for (let r = 0, from = 0; r < rows.rowCount; r++) {
    let to = (assignment[r] as number) * width;
    for (const end = from + width; from < end; from++, to++)
      sums[to] = (sums[to] as number) + (values[from] as number);
  }
  for (let c = 0; c < k; c++) normalizeVector(sums, c * width, width);
  run.centroids = sums;
}

function summarize(run: Run, assignment: Int32Array): KmeansResult {
  const { rows, k, centroids } = run;
  const width = rows.columnCount;
  const values = valuesOf(rows);
  const similarities = new Float32Array(rows.rowCount);
  const sizes = new Int32Array(k);
  let sum = 0;
  for (let r = 0; r < rows.rowCount; r++) {
    const cluster = assignment[r] as number;
    const cosine = dot(values, r * width, centroids, cluster * width, width);
    similarities[r] = cosine;
    sizes[cluster] = (sizes[cluster] as number) + 1;
    sum += cosine;
  }
  return { assignment, centroids, similarities, sizes, objective: sum / Math.max(1, rows.rowCount) };
}

type Limits = { maxIterations: number; tolerance: number };

async function iterate(
  run: Run,
  limits: Limits,
  pacer: Pacer,
  start: Int32Array | null,
): Promise<KmeansResult> {
  const { rows, k, places } = run;
  let assignment = start;
  let last = -Infinity;
  for (let iteration = 0; iteration < limits.maxIterations; iteration++) {
    const objective = await assignRows(run, pacer, iteration / limits.maxIterations);
    assignment = rows.memory.integers(places.assignment, rows.rowCount).slice();
    repairEmptyClusters(assignment, rows.memory.floats(places.cosines, rows.rowCount), k);
    moveCentroids(run, assignment);
    if (objective - last < limits.tolerance) break;
    last = objective;
  }
  return summarize(run, assignment ?? new Int32Array(rows.rowCount));
}

async function bestStart(
  rows: DenseRows,
  k: number,
  settings: typeof defaults,
  pacer: Pacer,
): Promise<KmeansResult | null> {
  let best: KmeansResult | null = null;
  for (let start = 0; start < Math.max(1, settings.restarts); start++) {
    const result = await rows.memory.scoped(async () => {
      const random = seededRandom(settings.seed + start * 7919);
      const seeds = await seedRows(rows, k, random, pacer);
      const run = { rows, k, places: takePlaces(rows, k), centroids: centroidsOfRows(rows, seeds) };
      return iterate(run, settings, pacer, null);
    });
    if (best === null || result.objective > best.objective) best = result;
  }
  return best;
}

/** A few rounds over all rows from centroids that were found on some of them. */
const roundsAfterSample = 4;

/**
 * Groups unit rows into k clusters by cosine. k is cut to the number of rows; 0 rows give an empty result.
 * @throws RangeError when k is not a positive integer; the signal's reason when aborted
 */
export async function sphericalKmeans(
  rows: DenseRows,
  k: number,
  options: KmeansOptions = {},
): Promise<KmeansResult> {
  if (!Number.isInteger(k) || k < 1) throw new RangeError(`k must be a positive integer, not ${k}`);
  const settings = { ...defaults, ...options };
  const pacer = new Pacer(options);
  const count = Math.min(k, rows.rowCount);
  const fromCentroids = (centroids: Float32Array, maxIterations: number, start: Int32Array | null) =>
    rows.memory.scoped(() =>
      iterate(
        { rows, k: count, places: takePlaces(rows, count), centroids },
        { ...settings, maxIterations },
        pacer,
        start,
      ),
    );
  if (count === 0) return fromCentroids(new Float32Array(0), 0, null);
  if (options.startFrom !== undefined) {
    const start = Int32Array.from(options.startFrom);
    repairEmptyClusters(start, new Float32Array(start.length), count);
    const run = {
      rows,
      k: count,
      places: { padded: 0, centroids: 0, scores: 0, assignment: 0, cosines: 0 },
      centroids: new Float32Array(0),
    };
    moveCentroids(run, start);
    return fromCentroids(run.centroids, settings.maxIterations, start);
  }
  if (rows.rowCount <= Math.max(settings.maxSeedRows, count))
    return (await bestStart(rows, count, settings, pacer)) ?? fromCentroids(new Float32Array(0), 0, null);
  const sampled = await rows.memory.scoped(() =>
    bestStart(
      pickDense(rows, drawNumbers(rows.rowCount, settings.maxSeedRows, settings.seed)),
      count,
      settings,
      pacer,
    ),
  );
  return fromCentroids(sampled?.centroids ?? new Float32Array(0), roundsAfterSample, null);
}
