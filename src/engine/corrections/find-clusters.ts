// Words of texts -> which texts belong together. Owns the order of the steps and the two ways to go it: `thorough` looks at every
// text's neighbours before it groups, `quick` groups by words alone, for so many texts that looking would take minutes.
// What each step gains is measured in docs/evaluation.md.
import {
  chooseClusterCount,
  largestShareOf,
  separationOf,
  type ClusterCountOptions,
} from './choose-cluster-count';
import { maxDimensions, projectToLatentSpace, suggestDimensions } from './latent-space';
import {
  buildMergeTree,
  cutTree,
  leafProducts,
  type LeafProducts,
  type Linkage,
  type MergeTree,
} from './merge-tree';
import {
  findNeighbors,
  findSparseNeighbors,
  smoothRows,
  symmetricGraph,
  type NeighborGraph,
} from './nearest-neighbors';
import type { PaceOptions } from './pacer';
import { drawNumbers } from './seeded-random';
import { sparseKmeans, type SparseKmeansResult } from './sparse-kmeans';
import { sphericalKmeans } from './spherical-kmeans';
import { buildTextFeatures, joinRows, type SparseMatrix, type TextFeatureOptions } from './text-features';
import { dot, normalizeRows, placeDense, valuesOf, type DenseRows } from './unit-rows';
import { VectorMemory } from './vector-memory';

/** How much is spent: `thorough` up to some ten thousand texts, `quick` for any number. */
export type Effort = 'thorough' | 'quick';

/** Pairs of text numbers that a person said belong together, or apart. */
export type Links = {
  together: readonly (readonly [number, number])[];
  apart: readonly (readonly [number, number])[];
};

export type FindOptions = PaceOptions & {
  seed: number;
  k?: number | undefined;
  effort: Effort;
  features?: Partial<TextFeatureOptions> | undefined;
  choice?: ClusterCountOptions | undefined;
  links: Links;
  /** Cluster number (or -1) of each text in the last clustering, to go on from; null to begin anew. */
  startFrom: Int32Array | null;
  /** Words of what each text answers, which count beside its own. */
  abouts?: readonly (readonly string[])[] | undefined;
  /** What to group by instead of wording. */
  embeddings?: Embeddings | undefined;
};

/** Vectors of a local model, row-major, one for each text. */
export type Embeddings = { columnCount: number; values: Float32Array };

export type FoundClusters = {
  k: number;
  criterion: string;
  /** Cluster number per text. */
  assignment: Int32Array;
  /** Cosine of each text to its cluster's centre, in the space the map is drawn from. */
  similarities: Float32Array;
  /** How near the nearest other text is, or in quick runs the cluster's centre, by wording: 0 for a text unlike all others. */
  company: Float32Array;
  /** Where the texts lie: unit rows, row-major. */
  rows: { columnCount: number; values: Float32Array };
  /** Centres of the clusters in that space. */
  centroids: Float32Array;
  /** The nearest other texts of each. */
  graph: NeighborGraph;
};

/** Neighbours each text is drawn towards, rounds and share of it. Fewer where texts are few. */
const neighborCount = 15;
const fewestNeighbors = 3;
const smoothing = { rounds: 2, share: 0.5 };
/** Small clusters from which the tree is built: enough to tell 150 classes apart, few enough to merge in a second. */
const maxLeaves = 600;
const leavesPerCluster = 4;
const leafRounds = 8;
const groupingRounds = 3;
const restarts = 3;
const restartRounds = 15;
/** From so many clusters on, fewer dimensions than the most cannot hold them apart. */
const crowdedFrom = 70;
const sharpeningRounds = 2;
/** Average linkage is taken where it sets clusters this much further apart than Ward's: sets with few large and many tiny clusters. */
const averageAdvantage = 1.1;
/** From this share of the texts in one cluster on, what average linkage found is a heap and the rest strays. */
const heapShare = 0.3;
/** Quick runs choose k on this many texts and draw the map in this many dimensions. */
const quickSample = 2_500;
const quickDimensions = 32;
const quickNeighbors = 10;
/** Looking into more cells takes twice as long and makes no better map (docs/benchmarks/clustering.md). */
const quickCells = 5;
const quickRestarts = 8;
/** A feature seen in one text only still tells two texts apart when there are few. */
const fewForRareFeatures = 60;

/** Features for a thorough run; quick runs go by words alone. */
const quickFeatures: Partial<TextFeatureOptions> = { charShare: 0, charGramMax: 0, wordGramMax: 1 };

function wantedLeaves(count: number, k: number | undefined): number {
  const wanted = Math.max(maxLeaves, leavesPerCluster * (k ?? 0));
  return Math.min(Math.max(Math.floor(count / 3), Math.min(count, 30), k ?? 0), wanted, count);
}

/** The neighbour graph with what a person said: texts that belong together are nearest, texts that do not are no neighbours. */
function applyLinks(graph: NeighborGraph, links: Links): NeighborGraph {
  const { size, neighbors, cosines } = graph;
  for (const [a, b] of links.apart)
    for (const [own, other] of [
      [a, b],
      [b, a],
    ] as const)
      for (let i = own * size; i < (own + 1) * size; i++) if (neighbors[i] === other) cosines[i] = 0;
  for (const [a, b] of links.together)
    for (const [own, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const last = (own + 1) * size - 1;
      neighbors[last] = other;
      cosines[last] = 1;
    }
  return graph;
}

/** Share of the squared norm that what a text answers gets: it is longer, and the text is what is sorted. */
const aboutShare = 0.4;

function wordingOf(
  texts: readonly (readonly string[])[],
  abouts: FindOptions['abouts'],
  features: Partial<TextFeatureOptions>,
): SparseMatrix {
  const { matrix } = buildTextFeatures(texts, features);
  return abouts === undefined
    ? matrix
    : joinRows(matrix, buildTextFeatures(abouts, features).matrix, aboutShare);
}

function placeEmbeddings(memory: VectorMemory, rowCount: number, given: Embeddings): DenseRows {
  const rows = placeDense(memory, { rowCount, ...given });
  normalizeRows(rows);
  return rows;
}

type Space = { rows: DenseRows; matrix: SparseMatrix; company: Float32Array; graph: NeighborGraph };

async function makeSpace(
  memory: VectorMemory,
  texts: readonly (readonly string[])[],
  dimensions: number,
  options: FindOptions,
): Promise<Space> {
  const matrix = wordingOf(texts, options.abouts, {
    minTextCount: texts.length < fewForRareFeatures ? 1 : 2,
    ...options.features,
  });
  const size = Math.max(fewestNeighbors, Math.min(neighborCount, Math.round(texts.length / 20)));
  const pace = { signal: options.signal, onProgress: options.onProgress };
  const given = options.embeddings && placeEmbeddings(memory, texts.length, options.embeddings);
  const found = given
    ? await findNeighbors(given, size, { seed: options.seed, ...pace })
    : await findSparseNeighbors(memory, matrix, size, pace);
  const company = Float32Array.from({ length: texts.length }, (_, r) =>
    Math.max(0, found.cosines[r * size] ?? 0),
  );
  const graph = applyLinks(found, options.links);
  const rows =
    given ??
    (await projectToLatentSpace(memory, matrix, {
      dimensions,
      seed: options.seed,
      ...pace,
    }));
  await smoothRows(rows, symmetricGraph(graph), { ...smoothing, ...pace });
  return { rows, matrix, company, graph };
}

type Candidate = { assignment: Int32Array; k: number };

/** A cut of the tree as cluster numbers of the rows. */
function cutRows(tree: MergeTree, leafOf: Int32Array, k: number): Int32Array {
  const cut = cutTree(tree, k);
  return leafOf.map((leaf) => cut[leaf] as number);
}

type Leaves = { leafOf: Int32Array; products: LeafProducts };

/** Small clusters, without the empty ones that k-means may leave behind. */
async function makeLeaves(rows: DenseRows, options: FindOptions): Promise<Leaves> {
  const pace = { signal: options.signal, onProgress: options.onProgress };
  const count = wantedLeaves(rows.rowCount, options.k);
  const { assignment } = await sphericalKmeans(rows, count, {
    seed: options.seed,
    restarts: 1,
    maxIterations: leafRounds,
    ...pace,
  });
  return { leafOf: assignment, products: leafProducts(rows, assignment, Math.max(...assignment) + 1) };
}

type Chosen = Candidate & { criterion: string };

async function chooseCut(
  rows: DenseRows,
  tree: MergeTree,
  leaves: Leaves,
  linkage: Linkage,
  options: FindOptions,
): Promise<Chosen> {
  const cut = (k: number) => cutRows(tree, leaves.leafOf, k);
  const pace = { signal: options.signal, onProgress: options.onProgress };
  const { k, criterion } =
    options.k === undefined
      ? await chooseClusterCount(rows, tree.leafCount, cut, { ...options.choice, ...pace })
      : { k: options.k, criterion: 'given by the caller' };
  const assignment = cut(k);
  if (linkage === 'average') return { k, criterion, assignment };
  const moved = await sphericalKmeans(rows, k, {
    startFrom: assignment,
    maxIterations: groupingRounds,
    ...pace,
  });
  return { k, criterion, assignment: moved.assignment };
}

/**
 * Ward's clusters, or those of k-means from fresh starts where they lie further apart, or those of average linkage where they lie
 * clearly further apart at the same number.
 */
async function groupRows(space: Space, options: FindOptions): Promise<Chosen> {
  const { rows, matrix } = space;
  const pace = { signal: options.signal, onProgress: options.onProgress };
  const leaves = await makeLeaves(rows, options);
  const ward = await chooseCut(rows, buildMergeTree(leaves.products, 'ward'), leaves, 'ward', options);
  const tree = buildMergeTree(leaves.products, 'average');
  const even = separationOf(rows, ward.assignment, ward.k);
  const cut = cutRows(tree, leaves.leafOf, ward.k);
  // One heap beside strays lies far apart by any measure; average linkage ends so where there are no clear clusters.
  const isHeap = largestShareOf(cut, ward.k) > Math.max(heapShare, largestShareOf(ward.assignment, ward.k));
  if (!isHeap && separationOf(rows, cut, ward.k) > averageAdvantage * even)
    return chooseCut(rows, tree, leaves, 'average', options);
  const fresh = await sphericalKmeans(rows, ward.k, {
    seed: options.seed,
    restarts,
    maxIterations: restartRounds,
    ...pace,
  });
  const isBetter = separationOf(rows, fresh.assignment, ward.k) > even;
  const best = isBetter ? { ...ward, assignment: fresh.assignment } : ward;
  if (options.embeddings) return best;
  return { ...best, assignment: await sharpen(rows.memory, matrix, best, pace) };
}

/** A few rounds on all features, since what the projection blurred is told apart there. */
async function sharpen(
  memory: VectorMemory,
  matrix: SparseMatrix,
  { assignment, k }: Candidate,
  pace: PaceOptions,
): Promise<Int32Array> {
  if (k < 2 || matrix.columnCount === 0) return assignment;
  const sharp = await sparseKmeans(memory, matrix, k, {
    ...pace,
    startFrom: assignment,
    maxIterations: sharpeningRounds,
  });
  return sharp.assignment;
}

/** Goes on from the last clustering: texts without a cluster join the nearest, and all may move a little. */
function continueFrom(rows: DenseRows, startFrom: Int32Array, options: FindOptions): Chosen {
  const numbers = new Map<number, number>();
  for (const cluster of startFrom)
    if (cluster >= 0 && !numbers.has(cluster)) numbers.set(cluster, numbers.size);
  const k = numbers.size;
  const assignment = startFrom.map((cluster) => numbers.get(cluster) ?? -1);
  const known = centresOf(rows, assignment, k);
  const values = valuesOf(rows);
  const width = rows.columnCount;
  for (let r = 0; r < assignment.length; r++) {
    if ((assignment[r] as number) >= 0) continue;
    let [best, bestCosine] = [0, -Infinity];
    for (let c = 0; c < k; c++) {
      const cosine = dot(values, r * width, known, c * width, width);
      if (cosine > bestCosine) [best, bestCosine] = [c, cosine];
    }
    assignment[r] = best;
  }
  options.onProgress?.({ stage: 'grouping', fraction: 1 });
  return { k, assignment, criterion: 'that of the last clustering, whose clusters were gone on from' };
}

/** Centres of length 1, row-major; rows with a negative number count nowhere. */
export function centresOf(rows: DenseRows, assignment: Int32Array, k: number): Float32Array {
  const width = rows.columnCount;
  const values = valuesOf(rows);
  const centres = new Float32Array(k * width);
  for (let r = 0; r < assignment.length; r++) {
    const cluster = assignment[r] as number;
    if (cluster < 0) continue;
    for (let d = 0, to = cluster * width, from = r * width; d < width; d++, to++, from++)
      centres[to] = (centres[to] as number) + (values[from] as number);
  }
  for (let c = 0; c < k; c++) {
    let squares = 0;
    for (let d = c * width; d < (c + 1) * width; d++) squares += (centres[d] as number) ** 2;
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let d = c * width; d < (c + 1) * width; d++) centres[d] = (centres[d] as number) * scale;
  }
  return centres;
}

function describe({ rows, company, graph }: Omit<Space, 'matrix'>, chosen: Chosen): FoundClusters {
  const { k, criterion, assignment } = chosen;
  const centroids = centresOf(rows, assignment, k);
  const width = rows.columnCount;
  const values = valuesOf(rows).slice();
  const similarities = Float32Array.from(assignment, (cluster, r) =>
    dot(values, r * width, centroids, cluster * width, width),
  );
  return {
    k,
    criterion,
    assignment,
    similarities,
    company,
    rows: { columnCount: width, values },
    centroids,
    graph,
  };
}

async function findThoroughly(
  texts: readonly (readonly string[])[],
  options: FindOptions,
): Promise<FoundClusters> {
  const dimensions = suggestDimensions(texts.length, options.k);
  const memory = new VectorMemory();
  const found = await memory.scoped(async () => {
    const space = await makeSpace(memory, texts, dimensions, options);
    const chosen =
      options.startFrom === null
        ? await groupRows(space, options)
        : continueFrom(space.rows, options.startFrom, options);
    return describe(space, chosen);
  });
  const isCrowded = options.k === undefined && options.startFrom === null && found.k >= crowdedFrom;
  if (!isCrowded || dimensions >= maxDimensions || options.embeddings) return found;
  const space = await makeSpace(memory, texts, maxDimensions, options);
  return describe(space, await groupRows(space, options));
}

/** k by the criterion on a sample of the texts: so many clusters does the wording of a part already show. */
async function countOnSample(
  texts: readonly (readonly string[])[],
  options: FindOptions,
): Promise<{ k: number; criterion: string }> {
  const picked = drawNumbers(texts.length, quickSample, options.seed);
  const sample = Array.from(picked, (row) => texts[row] ?? []);
  const embeddings = options.embeddings && pickEmbeddings(options.embeddings, picked);
  const abouts = options.abouts && Array.from(picked, (row) => options.abouts?.[row] ?? []);
  const none: Links = { together: [], apart: [] };
  const found = await findThoroughly(sample, {
    ...options,
    embeddings,
    abouts,
    links: none,
    startFrom: null,
  });
  return { k: found.k, criterion: `${found.criterion}, on ${sample.length} of ${texts.length} texts` };
}

function pickEmbeddings({ columnCount, values }: Embeddings, picked: ArrayLike<number>): Embeddings {
  const rows = new Float32Array(picked.length * columnCount);
  for (let i = 0; i < picked.length; i++) {
    const from = (picked[i] as number) * columnCount;
    rows.set(values.subarray(from, from + columnCount), i * columnCount);
  }
  return { columnCount, values: rows };
}

/** Groups by words alone, without a map: what quick runs begin with. Cluster number per text. */
export async function groupByWords(
  memory: VectorMemory,
  texts: readonly (readonly string[])[],
  k: number,
  options: PaceOptions & Pick<FindOptions, 'seed' | 'features' | 'abouts'>,
): Promise<SparseKmeansResult & { matrix: SparseMatrix }> {
  const matrix = wordingOf(texts, options.abouts, { ...options.features, ...quickFeatures });
  const grouped = await sparseKmeans(memory, matrix, k, {
    seed: options.seed,
    restarts: texts.length < quickSample ? quickRestarts : 1,
    signal: options.signal,
    onProgress: options.onProgress,
  });
  return { ...grouped, matrix };
}

type Grouped = { rows: DenseRows; assignment: Int32Array; similarities: Float32Array };

async function groupAndPlaceByWords(
  memory: VectorMemory,
  texts: readonly (readonly string[])[],
  k: number,
  options: FindOptions,
): Promise<Grouped> {
  const { matrix, ...grouped } = await groupByWords(memory, texts, k, options);
  const pace = { signal: options.signal, onProgress: options.onProgress };
  const rows = await projectToLatentSpace(memory, matrix, {
    dimensions: quickDimensions,
    seed: options.seed,
    ...pace,
  });
  return { rows, assignment: grouped.assignment, similarities: grouped.similarities };
}

async function groupByVectors(
  memory: VectorMemory,
  rowCount: number,
  given: Embeddings,
  k: number,
  options: FindOptions,
): Promise<Grouped> {
  const rows = placeEmbeddings(memory, rowCount, given);
  const pace = { signal: options.signal, onProgress: options.onProgress };
  const { assignment } = await sphericalKmeans(rows, k, { seed: options.seed, restarts: 1, ...pace });
  const centres = centresOf(rows, assignment, k);
  const values = valuesOf(rows);
  const width = rows.columnCount;
  const similarities = Float32Array.from(assignment, (cluster, r) =>
    dot(values, r * width, centres, cluster * width, width),
  );
  return { rows, assignment, similarities };
}

async function findQuickly(
  texts: readonly (readonly string[])[],
  options: FindOptions,
): Promise<FoundClusters> {
  const memory = new VectorMemory();
  const pace = { signal: options.signal, onProgress: options.onProgress };
  const { k, criterion } =
    options.k === undefined
      ? await countOnSample(texts, options)
      : { k: options.k, criterion: 'given by the caller' };
  const { rows, ...grouped } = options.embeddings
    ? await groupByVectors(memory, texts.length, options.embeddings, k, options)
    : await groupAndPlaceByWords(memory, texts, k, options);
  const chosen =
    options.startFrom === null
      ? { k: Math.min(k, texts.length), criterion, assignment: grouped.assignment }
      : continueFrom(rows, options.startFrom, options);
  const graph = await findNeighbors(rows, quickNeighbors, {
    seed: options.seed,
    probedCells: quickCells,
    ...pace,
  });
  return describe({ rows, graph, company: grouped.similarities }, chosen);
}

/**
 * Groups texts by their words. Needs at least two texts; the same texts in the same order with the same options give the same.
 * @throws the signal's reason when aborted; RangeError beyond 2 GiB of vectors
 */
export function findClusters(
  texts: readonly (readonly string[])[],
  options: FindOptions,
): Promise<FoundClusters> {
  return options.effort === 'quick' ? findQuickly(texts, options) : findThoroughly(texts, options);
}
