// What a person said of two texts holds: those that belong together end in one cluster, those that do not in two. Owns the last word
// after grouping; the graph that grouping goes by has heard the same before. After Wagstaff et al., "Constrained k-means clustering
// with background knowledge", ICML 2001.
import type { FoundClusters, Links } from './found-clusters';
import { dot } from './unit-rows';

const leastSimilarity = 1e-6;

/** Number of the set each text is in, where texts said to belong together share one. */
function unite(count: number, together: Links['together']): Int32Array {
  const parent = Int32Array.from({ length: count }, (_, i) => i);
  const rootOf = (text: number): number => {
    let root = text;
    while (parent[root] !== root) root = parent[root] as number;
    parent[text] = root;
    return root;
  };
  for (const [a, b] of together) {
    const [x, y] = [rootOf(a), rootOf(b)];
    parent[Math.max(x, y)] = Math.min(x, y);
  }
  return Int32Array.from({ length: count }, (_, i) => rootOf(i));
}

/** Cosines of a set of texts to all centres, summed. */
function affinities(found: FoundClusters, members: readonly number[]): Float64Array {
  const { rows, centroids, k } = found;
  const width = rows.columnCount;
  return Float64Array.from({ length: k }, (_, c) =>
    members.reduce((sum, row) => sum + dot(rows.values, row * width, centroids, c * width, width), 0),
  );
}

/** Number of a new cluster around a set of texts, for which every other is taken. */
function addCluster(found: FoundClusters, members: readonly number[]): number {
  const width = found.rows.columnCount;
  const centroids = new Float32Array(found.centroids.length + width);
  centroids.set(found.centroids);
  const own = centroids.subarray(found.centroids.length);
  for (const row of members)
    for (let d = 0; d < width; d++)
      own[d] = (own[d] as number) + (found.rows.values[row * width + d] as number);
  const length = Math.hypot(...own);
  if (length > 0) for (let d = 0; d < width; d++) own[d] = (own[d] as number) / length;
  found.centroids = centroids;
  found.k++;
  return found.k - 1;
}

/**
 * Moves linked texts in place: sets that belong together go where they fit best as a whole, and of two that do not, the one that
 * loses less goes to the next best cluster free of what it must not meet, or to a new one where none is free. A pair said to be both together and apart stays together.
 */
export function honourLinks(found: FoundClusters, links: Links): void {
  if (links.together.length === 0 && links.apart.length === 0) return;
  const setOf = unite(found.assignment.length, links.together);
  const members = new Map<number, number[]>();
  const linked = new Set([...links.together, ...links.apart].flat().map((text) => setOf[text] as number));
  setOf.forEach((set, text) => {
    if (linked.has(set)) members.set(set, [...(members.get(set) ?? []), text]);
  });
  const enemies = new Map<number, Set<number>>();
  for (const [a, b] of links.apart) {
    const [x, y] = [setOf[a] as number, setOf[b] as number];
    if (x === y) continue;
    enemies.set(x, (enemies.get(x) ?? new Set()).add(y));
    enemies.set(y, (enemies.get(y) ?? new Set()).add(x));
  }
  const wishes = Array.from(members, ([set, texts]) => ({ set, texts, scores: affinities(found, texts) }));
  // Sets that fit somewhere best choose first, so that the others give way.
  const best = ({ scores, texts }: (typeof wishes)[number]): number => Math.max(...scores) / texts.length;
  wishes.sort((a, b) => best(b) - best(a) || a.set - b.set);
  const placed = new Map<number, number>();
  for (const { set, texts, scores } of wishes) {
    const taken = new Set(Array.from(enemies.get(set) ?? [], (enemy) => placed.get(enemy)));
    const order = Array.from(scores, (score, c) => ({ score, c })).sort(
      (a, b) => b.score - a.score || a.c - b.c,
    );
    const cluster = order.find(({ c }) => !taken.has(c))?.c ?? addCluster(found, texts);
    placed.set(set, cluster);
    const width = found.rows.columnCount;
    for (const text of texts) {
      found.assignment[text] = cluster;
      const similarity = dot(found.rows.values, text * width, found.centroids, cluster * width, width);
      // Above nothing: what a person linked is no outlier, even where it has no word.
      found.similarities[text] = Math.max(similarity, leastSimilarity);
      found.company[text] = 1;
    }
  }
}
