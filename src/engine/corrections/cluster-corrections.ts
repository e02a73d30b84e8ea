// Corrections -> clusters of like wording with keywords, exemplars, stable ids and a map. Owns the order of the steps; each step is
// a file of its own. Clusters group wording, not causes: they mean nothing until a person names them.
import { tokenize } from '../../shared/text/tokenize';
import { assignClusterIds, contentId, type PreviousCluster } from './cluster-identity';
import { layOutClusters } from './cluster-layout';
import type { ClusterCountOptions } from './choose-cluster-count';
import { findClusters } from './find-clusters';
import type { Effort, Embeddings, FoundClusters, Links } from './found-clusters';
import { honourLinks } from './honour-links';
import { nameClusters } from './name-clusters';
import { trustworthiness } from './embed-neighbors';
import { foldNearDuplicates } from './near-duplicates';
import { overallProgress, type PaceOptions } from './pacer';
import type { TextFeatureOptions } from './text-features';
import { dot } from './unit-rows';

/** `about` is what the correction answers, where that is to count as well. */
export type CorrectionText = { id: string; text: string; about?: string };

/** Two corrections that a person said belong together, or apart. */
export type CorrectionLink = { a: string; b: string; kind: 'together' | 'apart' };

export type ClusterOptions = PaceOptions & {
  /** Number of clusters; chosen by the criterion where absent. Cut to the number of different texts. */
  k?: number;
  seed?: number;
  /** `quick` groups by words alone; by default from 25,000 different texts on. */
  effort?: Effort;
  /** Clusters of an earlier run, whose ids are kept as far as their members overlap, and which are gone on from where most are here. */
  previous?: PreviousCluster[];
  /** Texts that the earlier run knew and put into no cluster. */
  previousOutlierIds?: readonly string[];
  /** The number it was asked for, of which outliers may have left fewer clusters. */
  previousK?: number | undefined;
  /** Least Jaccard index of the members at which a cluster inherits an id. */
  minIdentityJaccard?: number;
  /** Share of the texts the earlier run must have known to be gone on from; above 1 begins anew each time. */
  minKnownShare?: number;
  /** Jaccard index of the word sets from which two texts count as one. */
  duplicateSimilarity?: number;
  /** Texts whose nearest other text has a smaller cosine are outliers. 0 keeps all but those without any known feature. */
  outlierCosine?: number;
  keywordCount?: number;
  exemplarCount?: number;
  links?: readonly CorrectionLink[];
  features?: Partial<TextFeatureOptions>;
  choice?: Omit<ClusterCountOptions, 'seed' | 'signal' | 'onProgress'>;
  /** Vectors of a local model, one per item in the order given, of all that is to count. */
  embeddings?: Embeddings;
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
  /** How far neighbours on the map are neighbours by wording, 0 to 1; .5 is chance. */
  trustworthiness: number;
};

const defaults = {
  seed: 1,
  minIdentityJaccard: 0.3,
  minKnownShare: 0.8,
  duplicateSimilarity: 0.9,
  outlierCosine: 0.1,
  keywordCount: 6,
  exemplarCount: 3,
};

/** From so many different texts on a thorough run takes more than a minute or two. */
const quickFrom = 25_000;
/** Below this many different texts there is nothing to find by a criterion: texts are joined when they are alike. */
const fewTexts = 4;
const fewTextsCosine = 0.3;
/** Below this many different texts no text is called an outlier for standing alone. */
const outlierFloor = 10;
type Group = { words: string[]; about: string[]; itemIndexes: number[] };

/** Texts said to be apart although they are worded alike go apart: one of each such pair becomes a group of its own. */
function partLinked(items: CorrectionText[], groups: Group[], links: readonly CorrectionLink[]): Group[] {
  const indexOf = new Map(items.map(({ id }, index) => [id, index]));
  const groupOf = groupNumbers(groups);
  const parted = groups.map((group) => ({ ...group, itemIndexes: [...group.itemIndexes] }));
  for (const { a, b, kind } of links) {
    const [x, y] = [indexOf.get(a), indexOf.get(b)];
    if (kind === 'together' || x === undefined || y === undefined || x === y) continue;
    const number = groupOf.get(x);
    const group = number === undefined ? undefined : parted[number];
    if (group === undefined || number !== groupOf.get(y)) continue;
    group.itemIndexes = group.itemIndexes.filter((index) => index !== y);
    groupOf.set(y, parted.length);
    parted.push({ ...group, itemIndexes: [y] });
  }
  return parted;
}

/** Different texts in an order that depends on the texts alone, so that shuffled input gives the same clusters. */
function groupItems(items: CorrectionText[], duplicateSimilarity: number): Group[] {
  const sorted = items
    .map(({ id, text, about }, index) => ({
      index,
      id,
      words: tokenize(text),
      about: about === undefined ? [] : tokenize(about),
    }))
    .map((item) => ({ ...item, all: [...item.words, ...item.about] }))
    .map((item) => ({ ...item, key: item.all.join(' ') }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.id < b.id ? -1 : 1));
  const leaders = foldNearDuplicates(
    sorted.map(({ all }) => all),
    duplicateSimilarity,
  );
  const groups = new Map<number, Group>();
  sorted.forEach(({ words, about, index }, i) => {
    const leader = leaders[i] ?? i;
    const group = groups.get(leader);
    if (group === undefined) groups.set(leader, { words, about, itemIndexes: [index] });
    else group.itemIndexes.push(index);
  });
  return Array.from(groups.values());
}

/** Cluster numbers of a handful of texts: unlike ones stand alone, each cluster around its first text. */
function groupFew(found: FoundClusters, count: number): void {
  const { rows } = found;
  const width = rows.columnCount;
  const leaders: number[] = [];
  found.assignment = Int32Array.from({ length: count }, (_, r) => {
    const like = leaders.findIndex(
      (leader) => dot(rows.values, r * width, rows.values, leader * width, width) >= fewTextsCosine,
    );
    return like >= 0 ? like : leaders.push(r) - 1;
  });
  found.k = leaders.length;
  found.centroids = new Float32Array(leaders.length * width);
  leaders.forEach((leader, c) => {
    found.centroids.set(rows.values.subarray(leader * width, (leader + 1) * width), c * width);
  });
  found.criterion = 'too few different texts to choose from: unlike ones stand alone';
}

/** Which group each item is in. */
function groupNumbers(groups: Group[]): Map<number, number> {
  return new Map(groups.flatMap(({ itemIndexes }, g) => itemIndexes.map((index) => [index, g] as const)));
}

/** Cluster number of each group in the earlier run; null where that knew too little of these texts, or another number is asked for. */
function startFromPrevious(
  items: CorrectionText[],
  groups: Group[],
  options: ClusterOptions,
): Int32Array | null {
  const { previous = [], minKnownShare = defaults.minKnownShare, k } = options;
  const isOtherNumber = k !== undefined && k !== previous.length && k !== options.previousK;
  if (previous.length === 0 || isOtherNumber) return null;
  const clusterOf = new Map(previous.flatMap(({ memberIds }, c) => memberIds.map((id) => [id, c] as const)));
  const outliers = new Set(options.previousOutlierIds);
  const known = items.filter(({ id }) => clusterOf.has(id) || outliers.has(id)).length;
  if (known < minKnownShare * items.length) return null;
  const isBroken = ({ a, b, kind }: CorrectionLink): boolean => {
    const [x, y] = [clusterOf.get(a), clusterOf.get(b)];
    if (x === undefined || y === undefined) return kind === 'together' && x !== y;
    return (kind === 'together') !== (x === y);
  };
  // With nothing new, a person who asks again wants it done again; with a pair said to lie wrong, that pair put right.
  if (known === items.length && !(options.links ?? []).some(isBroken)) return null;
  return Int32Array.from(groups, ({ itemIndexes }) => {
    const votes = new Map<number, number>();
    for (const index of itemIndexes) {
      const cluster = clusterOf.get(items[index]?.id ?? '');
      if (cluster !== undefined) votes.set(cluster, (votes.get(cluster) ?? 0) + 1);
    }
    return Array.from(votes).sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? -1;
  });
}

function linksOfGroups(items: CorrectionText[], groups: Group[], links: readonly CorrectionLink[]): Links {
  const groupOf = groupNumbers(groups);
  const indexOf = new Map(items.map(({ id }, index) => [id, index]));
  const pairs = (kind: CorrectionLink['kind']): (readonly [number, number])[] =>
    links
      .filter((link) => link.kind === kind)
      .flatMap(({ a, b }) => {
        const [x, y] = [groupOf.get(indexOf.get(a) ?? -1), groupOf.get(indexOf.get(b) ?? -1)];
        return x === undefined || y === undefined || x === y ? [] : [[x, y] as const];
      });
  return { together: pairs('together'), apart: pairs('apart') };
}

/** Vectors of the groups: those of the first item of each. */
function embeddingsOfGroups(groups: Group[], given: Embeddings): Embeddings {
  const { columnCount } = given;
  const values = new Float32Array(groups.length * columnCount);
  groups.forEach(({ itemIndexes }, g) => {
    const from = (itemIndexes[0] ?? 0) * columnCount;
    values.set(given.values.subarray(from, from + columnCount), g * columnCount);
  });
  return { columnCount, values };
}

async function groupTexts(
  items: CorrectionText[],
  groups: Group[],
  options: ClusterOptions,
): Promise<FoundClusters> {
  const links = linksOfGroups(items, groups, options.links ?? []);
  const isFew = groups.length < fewTexts && options.k === undefined;
  const found = await findClusters(
    groups.map(({ words }) => words),
    {
      seed: options.seed ?? defaults.seed,
      k: isFew ? 1 : options.k === undefined ? undefined : Math.min(options.k, groups.length),
      effort: options.effort ?? (groups.length >= quickFrom ? 'quick' : 'thorough'),
      features: options.features,
      abouts: items.some(({ about }) => about !== undefined) ? groups.map(({ about }) => about) : undefined,
      choice: options.choice,
      links,
      startFrom: startFromPrevious(items, groups, options),
      embeddings: options.embeddings && embeddingsOfGroups(groups, options.embeddings),
      signal: options.signal,
      onProgress: overallProgress(options.onProgress),
    },
  );
  if (isFew) groupFew(found, groups.length);
  honourLinks(found, links);
  return found;
}

/** Rows of each cluster, best fitting first, and the rows that fit none. */
function splitOutliers(
  found: FoundClusters,
  groups: Group[],
  outlierCosine: number,
): { members: number[][]; outliers: number[] } {
  const { assignment, similarities, company } = found;
  const count = Math.max(-1, ...assignment) + 1;
  const sizes = new Int32Array(count);
  for (const cluster of assignment) sizes[cluster] = (sizes[cluster] ?? 0) + 1;
  const members: number[][] = Array.from({ length: count }, () => []);
  const outliers: number[] = [];
  assignment.forEach((cluster, row) => {
    const isOnce = groups[row]?.itemIndexes.length === 1;
    const isMany = groups.length >= outlierFloor && outlierCosine > 0;
    const standsAlone = isMany && isOnce && (sizes[cluster] === 1 || (company[row] ?? 0) < outlierCosine);
    const isEmpty = (similarities[row] ?? 0) === 0;
    if ((isEmpty || standsAlone) && groups.length > 1) outliers.push(row);
    else members[cluster]?.push(row);
  });
  for (const list of members) list.sort((a, b) => (similarities[b] ?? 0) - (similarities[a] ?? 0) || a - b);
  return { members, outliers };
}

type Parted = { found: FoundClusters; members: number[][]; outliers: number[] };

function describeClusters(
  items: CorrectionText[],
  groups: Group[],
  parted: Parted,
  options: ClusterOptions,
): CorrectionCluster[] {
  const settings = { ...defaults, ...options };
  const { found } = parted;
  const idsOf = (list: number[]): string[] =>
    list.flatMap((row) => (groups[row]?.itemIndexes ?? []).map((index) => items[index]?.id ?? ''));
  const filled = parted.members.filter((list) => list.length > 0);
  const memberIds = filled.map(idsOf);
  const wordsOf = (list: number[]): string[][] => list.map((row) => groups[row]?.words ?? []);
  const firstOf = (row: number): CorrectionText | undefined => items[groups[row]?.itemIndexes[0] ?? 0];
  const { keywords, exemplars } = nameClusters(filled, found, (row) => firstOf(row)?.text ?? '', settings);
  const ownIds = filled.map((list) => contentId(wordsOf(list).map((words) => words.join(' '))));
  const ids = assignClusterIds(memberIds, ownIds, settings.previous ?? [], settings.minIdentityJaccard);
  const clusters = filled.map((list, c) => ({
    id: ids[c] ?? '',
    keywords: keywords[c] ?? [],
    exemplarIds: (exemplars[c] ?? []).map((row) => firstOf(row)?.id ?? ''),
    cohesion: Math.min(1, list.reduce((sum, row) => sum + (found.similarities[row] ?? 0), 0) / list.length),
    memberIds: memberIds[c] ?? [],
  }));
  return clusters.sort((a, b) => b.memberIds.length - a.memberIds.length || (a.id < b.id ? -1 : 1));
}

/** Near-duplicates lie where the text they repeat lies. */
function drawMap(
  items: CorrectionText[],
  groups: Group[],
  parted: Parted,
): Pick<CorrectionClustering, 'points' | 'trustworthiness'> {
  const places = layOutClusters(parted.found, parted.members, parted.outliers);
  const groupOf = groupNumbers(groups);
  const points = items.map(({ id }, index) => {
    const group = groupOf.get(index) ?? 0;
    return { id, x: places.x[group] ?? 0.5, y: places.y[group] ?? 0.5 };
  });
  return { points, trustworthiness: trustworthiness(parted.found.rows, places) };
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
  if (items.length === 0)
    return { k: 0, criterion: 'no texts', clusters: [], outlierIds: [], points: [], trustworthiness: 1 };
  const folded = groupItems(items, options.duplicateSimilarity ?? defaults.duplicateSimilarity);
  const groups = partLinked(items, folded, options.links ?? []);
  const found = await groupTexts(items, groups, options);
  const parted = { found, ...splitOutliers(found, groups, options.outlierCosine ?? defaults.outlierCosine) };
  const clusters = describeClusters(items, groups, parted, options);
  const outlierIds = parted.outliers.flatMap((row) =>
    (groups[row]?.itemIndexes ?? []).map((index) => items[index]?.id ?? ''),
  );
  options.onProgress?.({ stage: 'drawing the map', fraction: 0.9 });
  return {
    k: clusters.length,
    criterion: found.criterion,
    clusters,
    outlierIds,
    ...drawMap(items, groups, parted),
  };
}
