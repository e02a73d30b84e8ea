// The thorough way from words to clusters: each text's neighbours are looked at, small clusters are merged into a tree, and the
// cut, or fresh starts, that set the clusters furthest apart are taken. What each step gains is measured in docs/evaluation.md.
import { chooseClusterCount, largestShareOf, separationOf } from './choose-cluster-count';
import {
  continueFrom,
  describe,
  placeEmbeddings,
  wordingOf,
  type Chosen,
  type FindOptions,
  type FoundClusters,
  type Links,
  type Placed,
} from './found-clusters';
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
import { sparseKmeans } from './sparse-kmeans';
import { sphericalKmeans } from './spherical-kmeans';
import type { SparseMatrix } from './text-features';
import type { DenseRows } from './unit-rows';
import { VectorMemory } from './vector-memory';

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
/** A feature seen in one text only still tells two texts apart when there are few. */
const fewForRareFeatures = 60;

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

type Space = Placed & { matrix: SparseMatrix };

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
  { assignment, k }: Chosen,
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

/** The thorough way. The same texts in the same order with the same options give the same. */
export async function findThoroughly(
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
