// Spherical k-means: points and centroids on the unit sphere, cosine instead of distance.
// Dhillon & Modha, "Concept decompositions for large sparse text data using clustering", Machine Learning 42 (2001).
// Seeding: greedy k-means++ (Arthur & Vassilvitskii 2007, with several candidates per step) on 1 - cosine.
import { Pacer, type PaceOptions } from './pacer';
import { seededRandom, type Random } from './seeded-random';
import { addRow, dotRow, dotRows, normalizeVector, type UnitRows } from './unit-rows';

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
};

export type KmeansResult = {
  /** Cluster number per row. */
  assignment: Int32Array;
  /** k centroids of length 1, row-major with `columnCount` values each. */
  centroids: Float32Array;
  /** Cosine of each row to its centroid. */
  similarities: Float32Array;
  sizes: Int32Array;
  /** Mean cosine of the members to their centroid, per cluster; 0 for a cluster without members. */
  cohesion: Float64Array;
  /** Mean cosine over all rows: what the algorithm maximises. */
  objective: number;
};

const defaults = { seed: 1, restarts: 3, maxIterations: 40, tolerance: 1e-4 };

/** Rows between two looks at the clock. */
const rowsPerPause = 512;
/** Candidates per seed. scikit-learn takes 2 + ln k, which here would cost as much as the iterations. */
const candidateCount = 2;

type State = Omit<KmeansResult, 'cohesion' | 'objective'> & { k: number; isMoved: Uint8Array };

/** Draws an index with probability proportional to its weight; uniformly where all weights are 0. */
function drawWeighted(weights: Float64Array, total: number, random: Random): number {
  if (!(total > 0)) return Math.min(weights.length - 1, Math.floor(random() * weights.length));
  let rest = random() * total;
  for (let i = 0; i < weights.length; i++) {
    rest -= weights[i] ?? 0;
    if (rest < 0) return i;
  }
  return weights.length - 1;
}

/** Chooses k rows that lie apart: at each step the candidate that lowers the sum of (1 - cosine) most. */
async function seedRows(rows: UnitRows, k: number, random: Random, pacer: Pacer): Promise<number[]> {
  const n = rows.rowCount;
  const all = Int32Array.from({ length: n }, (_, i) => i);
  const scratch = new Float32Array(rows.columnCount);
  const chosen: number[] = [];
  let gaps = new Float64Array(n).fill(1);
  while (chosen.length < k) {
    const total = gaps.reduce((sum, gap) => sum + gap, 0);
    let best: { row: number; gaps: Float64Array; total: number } | null = null;
    for (let c = 0; c < (chosen.length === 0 ? 1 : candidateCount); c++) {
      const row = drawWeighted(gaps, total, random);
      const cosines = dotRows(rows, row, all, scratch);
      let newTotal = 0;
      const newGaps = gaps.map((gap, i) => {
        const value = Math.min(gap, Math.max(0, 1 - (cosines[i] ?? 0)));
        newTotal += value;
        return value;
      });
      if (best === null || newTotal < best.total) best = { row, gaps: newGaps, total: newTotal };
      await pacer.pause('choosing starting points', chosen.length / k);
    }
    if (best === null) break;
    best.gaps[best.row] = 0;
    gaps = best.gaps as Float64Array<ArrayBuffer>;
    chosen.push(best.row);
  }
  return chosen;
}

function startState(rows: UnitRows, seeds: number[]): State {
  const k = seeds.length;
  const centroids = new Float32Array(k * rows.columnCount);
  seeds.forEach((row, cluster) => addRow(rows, row, 1, centroids, cluster * rows.columnCount));
  return {
    k,
    centroids,
    assignment: new Int32Array(rows.rowCount).fill(-1),
    similarities: new Float32Array(rows.rowCount),
    sizes: new Int32Array(k),
    isMoved: new Uint8Array(k).fill(1),
  };
}

/**
 * Assigns every row to its nearest centroid. A row whose own centroid stood still only has to look at those that moved:
 * nothing else can have overtaken it.
 */
async function assignRows(rows: UnitRows, state: State, pacer: Pacer, fraction: number): Promise<number> {
  const { assignment, similarities, centroids, isMoved, k } = state;
  const width = rows.columnCount;
  const moved = Array.from({ length: k }, (_, c) => c).filter((c) => isMoved[c] === 1);
  const everyone = Array.from({ length: k }, (_, c) => c);
  let sum = 0;
  for (let r = 0; r < rows.rowCount; r++) {
    const own = assignment[r] ?? -1;
    const isStill = own >= 0 && isMoved[own] === 0;
    let best = isStill ? own : -1;
    let bestCosine = isStill ? (similarities[r] ?? 0) : -Infinity;
    for (const c of isStill ? moved : everyone) {
      const cosine = dotRow(rows, r, centroids, c * width);
      if (cosine > bestCosine || (cosine === bestCosine && c < best)) {
        bestCosine = cosine;
        best = c;
      }
    }
    assignment[r] = best;
    similarities[r] = bestCosine;
    sum += bestCosine;
    if (r % rowsPerPause === rowsPerPause - 1) await pacer.pause('grouping', fraction);
  }
  return sum / rows.rowCount;
}

/** Gives each empty cluster the row that fits its own cluster worst, of those whose cluster can spare it. */
function repairEmptyClusters(state: State): void {
  const { assignment, similarities, sizes, k } = state;
  sizes.fill(0);
  for (const cluster of assignment) sizes[cluster] = (sizes[cluster] ?? 0) + 1;
  for (let c = 0; c < k; c++) {
    if (sizes[c] !== 0) continue;
    let worst = -1;
    for (let r = 0; r < assignment.length; r++) {
      const canSpare = (sizes[assignment[r] ?? 0] ?? 0) > 1;
      if (canSpare && (worst < 0 || (similarities[r] ?? 0) < (similarities[worst] ?? 0))) worst = r;
    }
    if (worst < 0) return;
    const from = assignment[worst] ?? 0;
    sizes[from] = (sizes[from] ?? 1) - 1;
    sizes[c] = 1;
    assignment[worst] = c;
    similarities[worst] = 1;
  }
}

/** Centroids become the normalised sums of their members; notes which of them changed. */
function moveCentroids(rows: UnitRows, state: State): void {
  const width = rows.columnCount;
  const sums = new Float32Array(state.centroids.length);
  for (let r = 0; r < rows.rowCount; r++) addRow(rows, r, 1, sums, (state.assignment[r] ?? 0) * width);
  for (let c = 0; c < state.k; c++) {
    const start = c * width;
    normalizeVector(sums, start, width);
    let isMoved = 0;
    for (let i = start; i < start + width && isMoved === 0; i++)
      if (sums[i] !== state.centroids[i]) isMoved = 1;
    state.isMoved[c] = isMoved;
  }
  state.centroids = sums;
}

function summarize(rows: UnitRows, state: State): KmeansResult {
  const width = rows.columnCount;
  const cohesion = new Float64Array(state.k);
  let sum = 0;
  for (let r = 0; r < rows.rowCount; r++) {
    const cluster = state.assignment[r] ?? 0;
    const cosine = dotRow(rows, r, state.centroids, cluster * width);
    state.similarities[r] = cosine;
    cohesion[cluster] = (cohesion[cluster] ?? 0) + cosine;
    sum += cosine;
  }
  for (let c = 0; c < state.k; c++) cohesion[c] = (cohesion[c] ?? 0) / Math.max(1, state.sizes[c] ?? 0);
  const { assignment, centroids, similarities, sizes } = state;
  return {
    assignment,
    centroids,
    similarities,
    sizes,
    cohesion,
    objective: sum / Math.max(1, rows.rowCount),
  };
}

/** Centroids of a given assignment. */
function stateOf(rows: UnitRows, k: number, assignment: Int32Array): State {
  const state = startState(rows, new Array<number>(k).fill(0));
  state.assignment = Int32Array.from(assignment);
  repairEmptyClusters(state);
  moveCentroids(rows, state);
  state.isMoved.fill(1);
  return state;
}

type Limits = { maxIterations: number; tolerance: number };

async function iterate(rows: UnitRows, state: State, limits: Limits, pacer: Pacer): Promise<KmeansResult> {
  let last = -Infinity;
  for (let iteration = 0; iteration < limits.maxIterations; iteration++) {
    const objective = await assignRows(rows, state, pacer, iteration / limits.maxIterations);
    repairEmptyClusters(state);
    moveCentroids(rows, state);
    if (objective - last < limits.tolerance) break;
    last = objective;
  }
  return summarize(rows, state);
}

/**
 * Groups unit rows into k clusters by cosine. k is cut to the number of rows; 0 rows give an empty result.
 * @throws RangeError when k is not a positive integer; the signal's reason when aborted
 */
export async function sphericalKmeans(
  rows: UnitRows,
  k: number,
  options: KmeansOptions = {},
): Promise<KmeansResult> {
  if (!Number.isInteger(k) || k < 1) throw new RangeError(`k must be a positive integer, not ${k}`);
  const settings = { ...defaults, ...options };
  const pacer = new Pacer(options);
  const count = Math.min(k, rows.rowCount);
  if (options.startFrom !== undefined && count > 0) {
    return iterate(rows, stateOf(rows, count, options.startFrom), settings, pacer);
  }
  let best: KmeansResult | null = null;
  for (let start = 0; start < (count > 0 ? Math.max(1, settings.restarts) : 0); start++) {
    const random = seededRandom(settings.seed + start * 7919);
    const state = startState(rows, await seedRows(rows, count, random, pacer));
    const result = await iterate(rows, state, settings, pacer);
    if (best === null || result.objective > best.objective) best = result;
  }
  return best ?? summarize(rows, startState(rows, []));
}
