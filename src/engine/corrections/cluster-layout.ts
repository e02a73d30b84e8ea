// A map of the texts in two dimensions: what is worded alike lies near each other, clusters are islands. Deterministic.
// Owns where everything begins: centres by classical multidimensional scaling (Torgerson 1952) on 1 - cosine, members around them by
// the two strongest directions of their cluster. Neighbours are then drawn together by embed-neighbors. The axes mean nothing.
import { embedNeighbors, type Places } from './embed-neighbors';
import type { FoundClusters } from './found-clusters';
import { symmetricEigen } from './symmetric-eigen';
import { dot } from './unit-rows';

type Point = { x: number; y: number };

/** Discs cover this share of the unit square in all, which leaves air between them. */
const coveredShare = 0.35;
const separationRounds = 200;
const directionRounds = 6;
/** Directions are found on so many members of a cluster. */
const directionRows = 400;
const goldenAngle = Math.PI * (3 - Math.sqrt(5));

/** Centres whose distances approximate 1 - cosine of the centroids, around (0, 0). */
function scaleCentroids(centroids: Float32Array, clusters: readonly number[], width: number): Point[] {
  const k = clusters.length;
  if (k < 2) return clusters.map(() => ({ x: 0, y: 0 }));
  const squared = new Float64Array(k * k);
  for (let a = 0; a < k; a++) {
    for (let b = 0; b < k; b++) {
      const [p, q] = [(clusters[a] as number) * width, (clusters[b] as number) * width];
      const cosine = dot(centroids, p, centroids, q, width);
      squared[a * k + b] = a === b ? 0 : Math.max(0, 1 - cosine) ** 2;
    }
  }
  const rowMeans = Array.from(
    { length: k },
    (_, a) => squared.subarray(a * k, (a + 1) * k).reduce((sum, value) => sum + value, 0) / k,
  );
  const mean = rowMeans.reduce((sum, value) => sum + value, 0) / k;
  const centred = squared.map(
    (value, i) => -0.5 * (value - (rowMeans[Math.floor(i / k)] ?? 0) - (rowMeans[i % k] ?? 0) + mean),
  );
  const { values, vectors } = symmetricEigen(centred, k);
  const axis = (a: number, d: number): number =>
    (vectors[a * k + d] ?? 0) * Math.sqrt(Math.max(0, values[d] ?? 0));
  return clusters.map((_, a) => ({ x: axis(a, 0), y: axis(a, 1) }));
}

/** Stretches the centres to the square and pushes discs apart that overlap. */
function spreadDiscs(centres: Point[], radii: number[]): Point[] {
  const reach = Math.max(1e-9, ...centres.flatMap(({ x, y }) => [Math.abs(x), Math.abs(y)]));
  const placed = centres.map(({ x, y }, i) => ({
    x: (x / reach) * 0.45 + 1e-6 * Math.cos(i * goldenAngle),
    y: (y / reach) * 0.45 + 1e-6 * Math.sin(i * goldenAngle),
  }));
  for (let round = 0; round < separationRounds; round++) {
    let isOverlapping = false;
    for (let a = 0; a < placed.length; a++) {
      for (let b = a + 1; b < placed.length; b++) {
        const p = placed[a] as Point;
        const q = placed[b] as Point;
        const gap = Math.hypot(q.x - p.x, q.y - p.y);
        const wanted = 1.08 * ((radii[a] ?? 0) + (radii[b] ?? 0));
        if (gap >= wanted) continue;
        isOverlapping = true;
        const push = (wanted - gap) / 2 / Math.max(gap, 1e-9);
        const [dx, dy] = [(q.x - p.x) * push, (q.y - p.y) * push];
        placed[a] = { x: p.x - dx, y: p.y - dy };
        placed[b] = { x: q.x + dx, y: q.y + dy };
      }
    }
    if (!isOverlapping) break;
  }
  return placed;
}

/** The strongest direction of the rows around their centre, orthogonal to `other`, by power iteration. */
function localDirection(
  { rows, centroids }: FoundClusters,
  list: readonly number[],
  cluster: number,
  other: Float32Array | null,
): Float32Array {
  const { columnCount: width, values } = rows;
  const centre = centroids.subarray(cluster * width, (cluster + 1) * width);
  let direction = Float32Array.from({ length: width }, (_, d) =>
    Math.cos((d + 1) * (other === null ? 1 : 2) * goldenAngle),
  );
  for (let round = 0; round < directionRounds; round++) {
    const next = new Float32Array(width);
    const centreDot = dot(direction, 0, centre, 0, width);
    for (const row of list.slice(0, directionRows)) {
      const score = dot(values, row * width, direction, 0, width) - centreDot;
      for (let d = 0, from = row * width; d < width; d++, from++)
        next[d] = (next[d] as number) + score * ((values[from] as number) - (centre[d] as number));
    }
    const shared = other === null ? 0 : dot(next, 0, other, 0, width);
    let squares = 0;
    for (let d = 0; d < width; d++) {
      next[d] = (next[d] as number) - shared * (other?.[d] ?? 0);
      squares += (next[d] as number) ** 2;
    }
    if (squares < 1e-18) return new Float32Array(width);
    direction = next.map((value) => value / Math.sqrt(squares));
  }
  return direction;
}

/** Places the members of one cluster in its disc, along its two strongest directions. */
function placeMembers(
  found: FoundClusters,
  list: readonly number[],
  cluster: number,
  disc: Point & { radius: number },
  places: Places,
): void {
  const { columnCount: width, values } = found.rows;
  const first = localDirection(found, list, cluster, null);
  const second = localDirection(found, list, cluster, first);
  const along = list.map(
    (row) => [dot(values, row * width, first, 0, width), dot(values, row * width, second, 0, width)] as const,
  );
  const [meanA, meanB] = [0, 1].map(
    (i) => along.reduce((sum, pair) => sum + (pair[i] ?? 0), 0) / list.length,
  );
  const reach = along.reduce(
    (most, [a, b]) => Math.max(most, Math.hypot(a - (meanA ?? 0), b - (meanB ?? 0))),
    1e-9,
  );
  list.forEach((row, i) => {
    const [a, b] = along[i] ?? [0, 0];
    // A hair of a spiral keeps texts apart that the directions cannot tell apart.
    const hair = 1e-3 * Math.sqrt(i / list.length);
    places.x[row] = disc.x + disc.radius * ((a - (meanA ?? 0)) / reach + hair * Math.cos(i * goldenAngle));
    places.y[row] = disc.y + disc.radius * ((b - (meanB ?? 0)) / reach + hair * Math.sin(i * goldenAngle));
  });
}

/**
 * Places every text; coordinates lie between 0 and 1. `members` are the rows of each cluster, `outliers` those of none, which begin
 * beside the cluster they are nearest to.
 */
export function layOutClusters(
  found: FoundClusters,
  members: readonly (readonly number[])[],
  outliers: readonly number[],
): Places {
  const width = found.rows.columnCount;
  const count = found.assignment.length;
  const filled = members.map((_, c) => c).filter((c) => (members[c]?.length ?? 0) > 0);
  const total = filled.reduce((sum, c) => sum + (members[c]?.length ?? 0), 0);
  const radii = filled.map((c) =>
    Math.sqrt((coveredShare * (members[c]?.length ?? 0)) / Math.max(1, total) / Math.PI),
  );
  const centres = spreadDiscs(scaleCentroids(found.centroids, filled, width), radii);
  const places: Places = { x: new Float32Array(count), y: new Float32Array(count) };
  filled.forEach((cluster, i) => {
    const disc = { ...(centres[i] ?? { x: 0, y: 0 }), radius: radii[i] ?? 0 };
    placeMembers(found, members[cluster] ?? [], cluster, disc, places);
  });
  outliers.forEach((row, i) => {
    const home = filled.indexOf(found.assignment[row] ?? -1);
    const away = 1.15 * (radii[home] ?? 0.4) + 0.02;
    places.x[row] = (centres[home]?.x ?? 0) + away * Math.cos(i * goldenAngle);
    places.y[row] = (centres[home]?.y ?? 0) + away * Math.sin(i * goldenAngle);
  });
  embedNeighbors(found.graph, places);
  fitToUnitSquare(places);
  return places;
}

/** Moves and scales all points alike so that they fill the unit square with a margin; a single point lies in the middle. */
function fitToUnitSquare({ x, y }: Places): void {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < x.length; i++) {
    [left, right] = [Math.min(left, x[i] as number), Math.max(right, x[i] as number)];
    [top, bottom] = [Math.min(top, y[i] as number), Math.max(bottom, y[i] as number)];
  }
  const span = Math.max(right - left, bottom - top);
  const scale = span > 1e-9 ? 0.96 / span : 0;
  for (let i = 0; i < x.length; i++) {
    x[i] = 0.5 + ((x[i] as number) - (left + right) / 2) * scale;
    y[i] = 0.5 + ((y[i] as number) - (top + bottom) / 2) * scale;
  }
}
