// What both ways of finding clusters share: what is asked and found, words as features, centres, going on from the last clustering.
import type { ClusterCountOptions } from './choose-cluster-count';
import type { NeighborGraph } from './nearest-neighbors';
import type { PaceOptions } from './pacer';
import { buildTextFeatures, joinRows, type SparseMatrix, type TextFeatureOptions } from './text-features';
import { dot, normalizeRows, placeDense, valuesOf, type DenseRows } from './unit-rows';
import type { VectorMemory } from './vector-memory';

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

/** Clusters with how their number was come by. */
export type Chosen = { assignment: Int32Array; k: number; criterion: string };

/** Where texts lie, and how near their neighbours are. */
export type Placed = { rows: DenseRows; company: Float32Array; graph: NeighborGraph };

/** Share of the squared norm that what a text answers gets: it is longer, and the text is what is sorted. */
const aboutShare = 0.4;

/** Features of the texts, and beside them of what they answer where that is given. */
export function wordingOf(
  texts: readonly (readonly string[])[],
  abouts: FindOptions['abouts'],
  features: Partial<TextFeatureOptions>,
): SparseMatrix {
  const { matrix } = buildTextFeatures(texts, features);
  return abouts === undefined
    ? matrix
    : joinRows(matrix, buildTextFeatures(abouts, features).matrix, aboutShare);
}

/** Vectors of a local model as unit rows. */
export function placeEmbeddings(memory: VectorMemory, rowCount: number, given: Embeddings): DenseRows {
  const rows = placeDense(memory, { rowCount, ...given });
  normalizeRows(rows);
  return rows;
}

/** Goes on from the last clustering: texts without a cluster join the nearest, and all may move a little. */
export function continueFrom(rows: DenseRows, startFrom: Int32Array, options: FindOptions): Chosen {
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

/** Cosine of each row to the centre of its cluster. */
export function similaritiesTo(
  centres: Float32Array,
  assignment: Int32Array,
  { columnCount }: DenseRows,
  values: Float32Array,
): Float32Array {
  return Float32Array.from(assignment, (cluster, r) =>
    dot(values, r * columnCount, centres, cluster * columnCount, columnCount),
  );
}

/** What was found, with each text's place and how near it is to its cluster's centre. */
export function describe({ rows, company, graph }: Placed, chosen: Chosen): FoundClusters {
  const { k, criterion, assignment } = chosen;
  const centroids = centresOf(rows, assignment, k);
  const width = rows.columnCount;
  const values = valuesOf(rows).slice();
  const similarities = similaritiesTo(centroids, assignment, rows, values);
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
