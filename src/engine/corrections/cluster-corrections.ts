// Corrections -> clusters of like wording with keywords, exemplars, stable ids and a map. Owns the order of the steps; each step is
// a file of its own. Clusters group wording, not causes: they mean nothing until a person names them.
import { chooseClusterCount, type ClusterCountOptions } from './choose-cluster-count';
import { assignClusterIds, contentId, type PreviousCluster } from './cluster-identity';
import { clusterKeywords } from './cluster-keywords';
import { layOutClusters, type Point } from './cluster-layout';
import { projectToLatentSpace, suggestDimensions } from './latent-space';
import { foldNearDuplicates } from './near-duplicates';
import type { PaceOptions } from './pacer';
import { sphericalKmeans, type KmeansResult } from './spherical-kmeans';
import { buildTextFeatures, type SparseMatrix, type TextFeatureOptions } from './text-features';
import { tokenize } from '../../shared/text/tokenize';
import { dotRow, isEmptyRow, type DenseMatrix } from './unit-rows';

export type CorrectionText = { id: string; text: string };

export type ClusterOptions = PaceOptions & {
  /** Number of clusters; chosen by the criterion where absent. Cut to the number of different texts. */
  k?: number;
  seed?: number;
  restarts?: number;
  /** Clusters of an earlier run, whose ids are kept as far as their members overlap. */
  previous?: PreviousCluster[];
  /** Least Jaccard index of the members at which a cluster inherits an id. */
  minIdentityJaccard?: number;
  /** Jaccard index of the word sets from which two texts count as one. */
  duplicateSimilarity?: number;
  /** Texts with a smaller cosine to their centroid are outliers. 0 keeps all but those without any known feature. */
  outlierCosine?: number;
  keywordCount?: number;
  exemplarCount?: number;
  features?: Partial<TextFeatureOptions>;
  choice?: Omit<ClusterCountOptions, 'seed' | 'signal' | 'onProgress'>;
};

export type CorrectionCluster = {
  id: string;
  /** Most telling first. */
  keywords: string[];
  /** Most central first, each unlike those before it. */
  exemplarIds: string[];
  /** Mean cosine of the members to the centroid, 0 to 1. */
  cohesion: number;
  /** All members with their near-duplicates, best fitting first. */
  memberIds: string[];
};

export type CorrectionClustering = {
  k: number;
  /** How k was found, in words. */
  criterion: string;
  /** Largest first. */
  clusters: CorrectionCluster[];
  /** Texts that fit nowhere or say nothing. */
  outlierIds: string[];
  /** One per item, in the order given; x and y from 0 to 1. */
  points: { id: string; x: number; y: number }[];
};

const defaults = {
  seed: 1,
  restarts: 4,
  minIdentityJaccard: 0.3,
  duplicateSimilarity: 0.9,
  outlierCosine: 0.2,
  keywordCount: 6,
  exemplarCount: 3,
};

/** Below this many different texts k-means has nothing to find: texts are joined when they are alike. */
const fewTexts = 4;
const fewTextsCosine = 0.3;
/** Below this many different texts no text is called an outlier for standing alone. */
const outlierFloor = 10;
/** A feature seen in one text only still tells two texts apart when there are few. */
const fewForRareFeatures = 60;
/** Weight of centrality against novelty when exemplars are chosen (Carbonell & Goldstein, "MMR", SIGIR 1998). */
const centralityWeight = 0.7;

const refinementRounds = 3;
/** Centroids on the full features take 4 bytes a cell; beyond 100 MB the gain is not worth it. */
const maxRefinedCells = 25_000_000;

type Group = { words: string[]; itemIndexes: number[] };

/** Different texts in an order that depends on the texts alone, so that shuffled input gives the same clusters. */
function groupItems(items: CorrectionText[], duplicateSimilarity: number): Group[] {
  const sorted = items
    .map(({ id, text }, index) => ({ index, id, words: tokenize(text) }))
    .map((item) => ({ ...item, key: item.words.join(' ') }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.id < b.id ? -1 : 1));
  const leaders = foldNearDuplicates(
    sorted.map(({ words }) => words),
    duplicateSimilarity,
  );
  const groups = new Map<number, Group>();
  sorted.forEach(({ words, index }, i) => {
    const leader = leaders[i] ?? i;
    const group = groups.get(leader);
    if (group === undefined) groups.set(leader, { words, itemIndexes: [index] });
    else group.itemIndexes.push(index);
  });
  return Array.from(groups.values());
}

/** Number of clusters for a handful of texts: as many as there are unlike ones. */
function countUnlike(rows: DenseMatrix): number {
  const leaders: number[] = [];
  for (let r = 0; r < rows.rowCount; r++) {
    const isLike = leaders.some(
      (leader) => dotRow(rows, r, rows.values, leader * rows.columnCount) >= fewTextsCosine,
    );
    if (!isLike) leaders.push(r);
  }
  return Math.max(1, leaders.length);
}

async function decideCount(
  rows: DenseMatrix,
  options: ClusterOptions,
): Promise<{ k: number; criterion: string }> {
  if (options.k !== undefined) return { k: options.k, criterion: 'given by the caller' };
  if (rows.rowCount < fewTexts)
    return {
      k: countUnlike(rows),
      criterion: 'too few different texts to choose from: unlike ones stand alone',
    };
  return chooseClusterCount(rows, {
    ...options.choice,
    seed: options.seed ?? defaults.seed,
    ...(options.signal !== undefined && { signal: options.signal }),
    ...(options.onProgress !== undefined && { onProgress: options.onProgress }),
  });
}

/** Rows of each cluster, best fitting first, and the rows that fit none. */
function splitOutliers(
  result: KmeansResult,
  groups: Group[],
  rows: DenseMatrix,
  outlierCosine: number,
): { members: number[][]; outliers: number[] } {
  const members: number[][] = Array.from(result.sizes, () => []);
  const outliers: number[] = [];
  result.assignment.forEach((cluster, row) => {
    const standsAlone =
      result.sizes[cluster] === 1 && groups[row]?.itemIndexes.length === 1 && rows.rowCount >= outlierFloor;
    const isOutlier = isEmptyRow(rows, row) || standsAlone || (result.similarities[row] ?? 0) < outlierCosine;
    if (isOutlier && rows.rowCount > 1) outliers.push(row);
    else members[cluster]?.push(row);
  });
  for (const list of members)
    list.sort((a, b) => (result.similarities[b] ?? 0) - (result.similarities[a] ?? 0) || a - b);
  return { members, outliers };
}

/** Rows that are central and unlike each other. */
function chooseExemplars(
  list: number[],
  similarities: Float32Array,
  rows: DenseMatrix,
  count: number,
): number[] {
  const chosen: number[] = [];
  const rest = new Set(list);
  while (chosen.length < count && rest.size > 0) {
    let best = -1;
    let bestScore = -Infinity;
    for (const row of rest) {
      const nearest = Math.max(
        0,
        ...chosen.map((other) => dotRow(rows, row, rows.values, other * rows.columnCount)),
      );
      const score = centralityWeight * (similarities[row] ?? 0) - (1 - centralityWeight) * nearest;
      if (score > bestScore) [best, bestScore] = [row, score];
    }
    chosen.push(best);
    rest.delete(best);
  }
  return chosen;
}

type Found = {
  rows: DenseMatrix;
  result: KmeansResult;
  members: number[][];
  outliers: number[];
  criterion: string;
};

async function findClusters(groups: Group[], options: ClusterOptions): Promise<Found> {
  const settings = { ...defaults, ...options };
  const minTextCount = groups.length < fewForRareFeatures ? 1 : 2;
  const { matrix } = buildTextFeatures(
    groups.map(({ words }) => words.join(' ')),
    { minTextCount, ...options.features },
  );
  const pace = { signal: options.signal, onProgress: options.onProgress };
  const rows = await projectToLatentSpace(matrix, {
    dimensions: suggestDimensions(groups.length),
    seed: settings.seed,
    ...pace,
  });
  const { k, criterion } = await decideCount(rows, options);
  const rough = await sphericalKmeans(rows, k, { seed: settings.seed, restarts: settings.restarts, ...pace });
  const result = await refineClusters(matrix, rows, rough, pace);
  return { rows, result, ...splitOutliers(result, groups, rows, settings.outlierCosine), criterion };
}

/**
 * A few rounds on the full features, started from the clusters of the latent space: what the projection blurred is told apart
 * again. Gains up to 0.02 NMI where clusters are many (docs/evaluation.md), nothing where they are few.
 */
async function refineClusters(
  matrix: SparseMatrix,
  rows: DenseMatrix,
  rough: KmeansResult,
  pace: PaceOptions,
): Promise<KmeansResult> {
  const k = rough.sizes.length;
  if (k < 2 || k * matrix.columnCount > maxRefinedCells) return rough;
  const refined = await sphericalKmeans(matrix, k, {
    ...pace,
    startFrom: rough.assignment,
    maxIterations: refinementRounds,
  });
  return sphericalKmeans(rows, k, { ...pace, startFrom: refined.assignment, maxIterations: 0 });
}

function describeClusters(
  items: CorrectionText[],
  groups: Group[],
  found: Found,
  options: ClusterOptions,
): CorrectionCluster[] {
  const settings = { ...defaults, ...options };
  const idsOf = (list: number[]): string[] =>
    list.flatMap((row) => (groups[row]?.itemIndexes ?? []).map((index) => items[index]?.id ?? ''));
  const filled = found.members.filter((list) => list.length > 0);
  const memberIds = filled.map(idsOf);
  const wordsOf = (list: number[]): string[][] => list.map((row) => groups[row]?.words ?? []);
  const keywords = clusterKeywords(filled.map(wordsOf), settings.keywordCount);
  const ownIds = filled.map((list) => contentId(wordsOf(list).map((words) => words.join(' '))));
  const ids = assignClusterIds(memberIds, ownIds, settings.previous ?? [], settings.minIdentityJaccard);
  const clusters = filled.map((list, c) => ({
    id: ids[c] ?? '',
    keywords: keywords[c] ?? [],
    exemplarIds: chooseExemplars(list, found.result.similarities, found.rows, settings.exemplarCount).map(
      (row) => items[groups[row]?.itemIndexes[0] ?? 0]?.id ?? '',
    ),
    cohesion: Math.min(
      1,
      list.reduce((sum, row) => sum + (found.result.similarities[row] ?? 0), 0) / list.length,
    ),
    memberIds: memberIds[c] ?? [],
  }));
  return clusters.sort((a, b) => b.memberIds.length - a.memberIds.length || (a.id < b.id ? -1 : 1));
}

/** Near-duplicates lie where the text they repeat lies. */
function placeItems(items: CorrectionText[], groups: Group[], found: Found): CorrectionClustering['points'] {
  const width = found.rows.columnCount;
  const clusters = found.members
    .map((rows, c) => ({ rows, centroidAt: c * width }))
    .filter(({ rows }) => rows.length > 0);
  const numberOf = new Map(clusters.map(({ centroidAt }, c) => [centroidAt, c]));
  const outliers = found.outliers.map((row) => ({
    row,
    nearest: numberOf.get((found.result.assignment[row] ?? 0) * width) ?? -1,
  }));
  const placed = layOutClusters(found.rows, clusters, found.result.centroids, outliers);
  const pointOf = new Map<number, Point>();
  groups.forEach((group, row) =>
    group.itemIndexes.forEach((index) => pointOf.set(index, placed.get(row) ?? { x: 0.5, y: 0.5 })),
  );
  return items.map(({ id }, index) => ({ id, ...(pointOf.get(index) ?? { x: 0.5, y: 0.5 }) }));
}

/**
 * Clusters texts by their wording. Any number of items, also none and also all alike; the same items in any order with the same
 * options give the same clusters and ids. Item ids are expected to be unique.
 * @throws RangeError when `k` is not a positive integer; the signal's reason when aborted
 */
export async function clusterCorrections(
  items: CorrectionText[],
  options: ClusterOptions = {},
): Promise<CorrectionClustering> {
  if (options.k !== undefined && (!Number.isInteger(options.k) || options.k < 1))
    throw new RangeError(`k must be a positive integer, not ${options.k}`);
  options.signal?.throwIfAborted();
  if (items.length === 0) return { k: 0, criterion: 'no texts', clusters: [], outlierIds: [], points: [] };
  const groups = groupItems(items, options.duplicateSimilarity ?? defaults.duplicateSimilarity);
  const found = await findClusters(groups, options);
  const clusters = describeClusters(items, groups, found, options);
  const outlierIds = found.outliers.flatMap((row) =>
    (groups[row]?.itemIndexes ?? []).map((index) => items[index]?.id ?? ''),
  );
  return {
    k: clusters.length,
    criterion: found.criterion,
    clusters,
    outlierIds,
    points: placeItems(items, groups, found),
  };
}
