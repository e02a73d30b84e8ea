// How many clusters? The criterion is restart stability: cluster several times from different starts; where the number suits the
// data the runs agree. Taken is the smallest k whose agreement (mean adjusted Rand index with the best run, smoothed over its
// neighbours) reaches a share of the best agreement seen.
// Method: Ben-Hur, Elisseeff & Guyon 2002; von Luxburg, "Clustering stability: an overview", 2010. Chosen by measurement over
// simplified silhouette, Calinski-Harabasz, X-means BIC, von Mises-Fisher BIC and the gap statistic: docs/evaluation.md.
import { Pacer, type PaceOptions } from './pacer';
import { adjustedRandIndex } from './partition-agreement';
import { seededRandom } from './seeded-random';
import { sphericalKmeans } from './spherical-kmeans';
import type { DenseMatrix } from './unit-rows';

export type ClusterCountOptions = PaceOptions & {
  seed?: number;
  /** Smallest number tried; by default an eighth of the square root of the rows, at least 2: on large data two halves always agree. */
  minCount?: number;
  /** Largest number tried, cut to a third of the rows. */
  maxCount?: number;
  /** Each tried number is about this many times the one before. */
  gridRatio?: number;
  /** Runs compared per number. */
  restarts?: number;
  /** Share of the best stability that is good enough, 0 to 1: lower gives fewer clusters. */
  stabilityShare?: number;
  /** The numbers are tried on at most this many rows, drawn by the seed. */
  maxRows?: number;
};

export type ClusterCountCandidate = { k: number; stability: number; objective: number };
export type ClusterCountChoice = { k: number; criterion: string; candidates: ClusterCountCandidate[] };

export const defaultClusterCountOptions = {
  seed: 1,
  maxCount: 200,
  gridRatio: 1.25,
  restarts: 3,
  stabilityShare: 0.925,
  maxRows: 1_200,
};

function countGrid(
  rowCount: number,
  settings: typeof defaultClusterCountOptions & { minCount?: number },
): number[] {
  const least = settings.minCount ?? Math.max(2, Math.ceil(Math.sqrt(rowCount) / 8));
  const most = Math.min(settings.maxCount, Math.floor(rowCount / 3));
  const grid: number[] = [];
  for (let k = least; k <= most; k = Math.max(k + 1, Math.round(k * settings.gridRatio))) grid.push(k);
  return grid;
}

/** A seeded sample of the rows, as a matrix of its own. */
function sampleRows(rows: DenseMatrix, limit: number, seed: number): DenseMatrix {
  if (rows.rowCount <= limit) return rows;
  const random = seededRandom(seed);
  const width = rows.columnCount;
  const values = new Float32Array(limit * width);
  let taken = 0;
  for (let r = 0; r < rows.rowCount && taken < limit; r++) {
    if (random() * (rows.rowCount - r) >= limit - taken) continue;
    values.set(rows.values.subarray(r * width, (r + 1) * width), taken * width);
    taken++;
  }
  return { rowCount: limit, columnCount: width, values };
}

async function tryCount(
  rows: DenseMatrix,
  k: number,
  settings: typeof defaultClusterCountOptions,
  signal: AbortSignal | undefined,
): Promise<ClusterCountCandidate> {
  const runs = [];
  for (let i = 0; i < settings.restarts; i++) {
    runs.push(await sphericalKmeans(rows, k, { seed: settings.seed + 31 * i, restarts: 1, signal }));
  }
  runs.sort((a, b) => b.objective - a.objective);
  const [best, ...others] = runs;
  if (best === undefined) return { k, stability: 0, objective: 0 };
  const agreement = others.reduce(
    (sum, other) => sum + adjustedRandIndex(best.assignment, other.assignment),
    0,
  );
  return { k, stability: others.length > 0 ? agreement / others.length : 1, objective: best.objective };
}

/** The smallest k whose smoothed stability reaches the share of the best; null where nothing was tried. */
function pickCount(candidates: ClusterCountCandidate[], share: number): number | null {
  const smoothed = candidates.map((_, i) => {
    const near = candidates.slice(Math.max(0, i - 1), i + 2);
    return near.reduce((sum, candidate) => sum + candidate.stability, 0) / near.length;
  });
  const floor = Math.max(...smoothed) * share;
  return candidates[smoothed.findIndex((value) => value >= floor)]?.k ?? null;
}

/**
 * Chooses the number of clusters for dense unit rows. Fewer than 4 rows give 1. `criterion` says in words what was done.
 * @throws the signal's reason when aborted
 */
export async function chooseClusterCount(
  rows: DenseMatrix,
  options: ClusterCountOptions = {},
): Promise<ClusterCountChoice> {
  const settings = { ...defaultClusterCountOptions, ...options };
  const pacer = new Pacer(options);
  const sample = sampleRows(rows, settings.maxRows, settings.seed);
  const grid = countGrid(sample.rowCount, settings);
  const candidates: ClusterCountCandidate[] = [];
  for (const k of grid) {
    candidates.push(await tryCount(sample, k, settings, options.signal));
    await pacer.pause('choosing the number of clusters', candidates.length / grid.length);
  }
  const k = pickCount(candidates, settings.stabilityShare);
  if (k === null)
    return { k: Math.min(1, rows.rowCount), criterion: 'too few texts to choose from', candidates };
  const criterion = `smallest number whose ${settings.restarts} restarts agree at least ${Math.round(settings.stabilityShare * 100)}% as well as at the best number tried (restart stability, adjusted Rand index)`;
  return { k, criterion, candidates };
}
