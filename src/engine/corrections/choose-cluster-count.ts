// How many clusters? The criterion is separation: how much nearer texts lie to the centre of their own cluster than to the nearest
// other one. It grows while clusters that do not belong together are parted, and falls once such that do are torn. Taken is the
// largest number within a few hundredths of the best, since analysts merge clusters more easily than they find a hidden one.
// After the simplified silhouette: Hruschka, de Castro & Campello, "Evolutionary algorithms for clustering gene-expression data",
// ICDM 2004; not divided by the larger distance, which favoured clusters of two. Compared with others in docs/evaluation.md.
import { Pacer, type PaceOptions } from './pacer';
import { drawNumbers } from './seeded-random';
import { sphericalKmeans } from './spherical-kmeans';
import { dot, normalizeVector, pickDense, valuesOf, type DenseRows } from './unit-rows';

export type ClusterCountOptions = PaceOptions & {
  seed?: number;
  /** Largest number tried. */
  maxCount?: number;
  /** Each tried number is about this many times the one before. */
  gridRatio?: number;
  /** Share of the best separation that is good enough, 0 to 1: lower gives more clusters. */
  separationShare?: number;
  /** A number at which one cluster holds more than this share of the rows is not taken where another can be. */
  largestShare?: number;
  /** The numbers are tried on at most this many rows, drawn by the seed. */
  maxRows?: number;
};

export type ClusterCountCandidate = {
  k: number;
  separation: number;
  /** Share of the rows in the largest cluster. */
  largest: number;
};
export type ClusterCountChoice = { k: number; criterion: string; candidates: ClusterCountCandidate[] };

const defaults = {
  seed: 1,
  maxCount: 500,
  gridRatio: 1.2,
  separationShare: 0.98,
  largestShare: 0.5,
  maxRows: 4_000,
};

/** Rounds of k-means each cut of the tree gets before it is judged: a raw cut looks worse than what comes of it. */
const roundsPerCut = 3;
const pastShare = 0.85;

/**
 * Mean over all rows of the cosine to the own centre less that to the nearest other one; rows alone in their cluster count 0.
 * 0 for fewer than two clusters.
 */
export function separationOf(rows: DenseRows, assignment: Int32Array, k: number): number {
  if (k < 2 || rows.rowCount === 0) return 0;
  const width = rows.columnCount;
  const values = valuesOf(rows);
  const centres = new Float32Array(k * width);
  const sizes = new Int32Array(k);
  for (let r = 0; r < rows.rowCount; r++) {
    const cluster = assignment[r] as number;
    sizes[cluster] = (sizes[cluster] as number) + 1;
    for (let d = 0, to = cluster * width, from = r * width; d < width; d++, to++, from++)
      centres[to] = (centres[to] as number) + (values[from] as number);
  }
  for (let c = 0; c < k; c++) normalizeVector(centres, c * width, width);
  let sum = 0;
  for (let r = 0; r < rows.rowCount; r++) {
    const own = assignment[r] as number;
    if ((sizes[own] as number) < 2) continue;
    let nearest = -1;
    for (let c = 0; c < k; c++)
      if (c !== own) nearest = Math.max(nearest, dot(values, r * width, centres, c * width, width));
    sum += dot(values, r * width, centres, own * width, width) - nearest;
  }
  return sum / rows.rowCount;
}

function countGrid(most: number, ratio: number): number[] {
  const grid: number[] = [];
  for (let k = 2; k <= most; k = Math.max(k + 1, Math.round(k * ratio))) grid.push(k);
  return grid;
}

/** Share of the rows in the largest of `k` clusters. */
export function largestShareOf(assignment: Int32Array, k: number): number {
  const sizes = new Int32Array(k);
  for (const cluster of assignment) sizes[cluster] = (sizes[cluster] as number) + 1;
  return Math.max(0, ...sizes) / Math.max(1, assignment.length);
}

/**
 * The candidates that open something: one heap beside a few strays is as far apart as clusters can be, and tells an analyst nothing.
 * All of them where every one is so.
 */
function openingOnes(candidates: ClusterCountCandidate[], largestShare: number): ClusterCountCandidate[] {
  const opening = candidates.filter(({ largest }) => largest <= largestShare);
  return opening.length > 0 ? opening : candidates;
}

/** Three numbers in a row far below the best: more clusters only tear what belongs together. */
function isPastBest(candidates: ClusterCountCandidate[]): boolean {
  if (candidates.length === 0) return false;
  const best = Math.max(...candidates.map(({ separation }) => separation));
  const last = candidates.slice(-3);
  return candidates.length > 6 && last.every(({ separation }) => separation < pastShare * best);
}

/** The largest number whose separation reaches the share of the best; null where nothing was tried. */
function pickCount(candidates: ClusterCountCandidate[], share: number): number | null {
  const best = Math.max(...candidates.map(({ separation }) => separation));
  return candidates.findLast(({ separation }) => separation >= share * best)?.k ?? null;
}

/**
 * Chooses the number of clusters among the cuts of a tree; `cut(k)` gives each row's cluster number at k clusters, up to `leafCount`.
 * `criterion` says in words what was done. @throws the signal's reason when aborted
 */
export async function chooseClusterCount(
  rows: DenseRows,
  leafCount: number,
  cut: (k: number) => Int32Array,
  options: ClusterCountOptions = {},
): Promise<ClusterCountChoice> {
  const settings = { ...defaults, ...options };
  const pacer = new Pacer(options);
  return rows.memory.scoped(async () => {
    const picked = drawNumbers(rows.rowCount, settings.maxRows, settings.seed);
    const sample = picked.length === rows.rowCount ? rows : pickDense(rows, picked);
    const most = Math.min(settings.maxCount, leafCount - 1, Math.floor(rows.rowCount / 2));
    const grid = countGrid(most, settings.gridRatio);
    const candidates: ClusterCountCandidate[] = [];
    for (const k of grid) {
      const whole = cut(k);
      const startFrom = Int32Array.from(picked, (row) => whole[row] as number);
      const { assignment } = await sphericalKmeans(sample, k, {
        startFrom,
        maxIterations: roundsPerCut,
        signal: options.signal,
      });
      candidates.push({
        k,
        separation: separationOf(sample, assignment, k),
        largest: largestShareOf(assignment, k),
      });
      await pacer.pause('choosing the number of clusters', candidates.length / grid.length);
      if (isPastBest(candidates.filter(({ largest }) => largest <= settings.largestShare))) break;
    }
    const k = pickCount(openingOnes(candidates, settings.largestShare), settings.separationShare);
    if (k === null)
      return { k: Math.min(1, rows.rowCount), criterion: 'too few texts to choose from', candidates };
    const percent = Math.round(settings.separationShare * 100);
    const criterion = `largest number at which texts are at least ${percent}% as much nearer to their own cluster than to the next as at the best number tried (separation), and no cluster holds more than ${Math.round(settings.largestShare * 100)}% where that can be`;
    return { k, criterion, candidates };
  });
}
