// The quick way from words to clusters: grouped by words alone, for so many texts that looking at all neighbours before would
// take minutes. How many clusters, a sample says.
import {
  centresOf,
  continueFrom,
  describe,
  placeEmbeddings,
  similaritiesTo,
  wordingOf,
  type Embeddings,
  type FindOptions,
  type FoundClusters,
  type Links,
} from './found-clusters';
import { findThoroughly } from './find-thoroughly';
import { projectToLatentSpace } from './latent-space';
import { findNeighbors } from './nearest-neighbors';
import type { PaceOptions } from './pacer';
import { drawNumbers } from './seeded-random';
import { sparseKmeans, type SparseKmeansResult } from './sparse-kmeans';
import { sphericalKmeans } from './spherical-kmeans';
import type { SparseMatrix, TextFeatureOptions } from './text-features';
import { valuesOf, type DenseRows } from './unit-rows';
import { VectorMemory } from './vector-memory';

/** Quick runs choose k on this many texts and draw the map in this many dimensions. */
const quickSample = 2_500;
const quickDimensions = 32;
const quickNeighbors = 10;
/** Looking into more cells takes twice as long and makes no better map (docs/benchmarks/clustering.md). */
const quickCells = 5;
const quickRestarts = 8;
/** Words alone, no parts of them. */
const quickFeatures: Partial<TextFeatureOptions> = { charShare: 0, charGramMax: 0, wordGramMax: 1 };

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
  return { rows, assignment, similarities: similaritiesTo(centres, assignment, rows, valuesOf(rows)) };
}

/** The quick way. The same texts in the same order with the same options give the same. */
export async function findQuickly(
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
