// A map of the clusters in two dimensions: nearby discs mean similar wording, a disc's area its size. Deterministic, no random start.
// Centres by classical multidimensional scaling (Torgerson 1952) on 1 - cosine; points inside a disc by their two strongest local
// directions, nearer to the rim the less they fit. The axes mean nothing.
import { symmetricEigen } from './symmetric-eigen';
import { addRow, dotRow, type DenseMatrix } from './unit-rows';

export type Point = { x: number; y: number };
/** A cluster as the layout needs it: rows of the matrix and where its centroid starts in `centroids`. */
export type LayoutCluster = { rows: number[]; centroidAt: number };

/** Discs cover this share of the unit square in all, which leaves air between them. */
const coveredShare = 0.35;
const separationRounds = 200;
const directionRounds = 8;
const goldenAngle = Math.PI * (3 - Math.sqrt(5));

/** Centres whose distances approximate 1 - cosine of the centroids, around (0, 0). */
function scaleCentroids(centroids: Float32Array, clusters: LayoutCluster[], width: number): Point[] {
  const k = clusters.length;
  if (k < 2) return clusters.map(() => ({ x: 0, y: 0 }));
  const squared = new Float64Array(k * k);
  for (let a = 0; a < k; a++) {
    for (let b = 0; b < k; b++) {
      let cosine = 0;
      for (let d = 0; d < width; d++)
        cosine +=
          (centroids[(clusters[a]?.centroidAt ?? 0) + d] ?? 0) *
          (centroids[(clusters[b]?.centroidAt ?? 0) + d] ?? 0);
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

/** The strongest direction of the rows around their centroid, orthogonal to `other`, by power iteration. */
function localDirection(
  matrix: DenseMatrix,
  rows: number[],
  centroid: Float32Array,
  other: Float32Array | null,
  start: number,
): Float32Array {
  const width = matrix.columnCount;
  let direction = Float32Array.from({ length: width }, (_, d) =>
    Math.cos((d + 1) * (start + 1) * goldenAngle),
  );
  for (let round = 0; round < directionRounds; round++) {
    const next = new Float32Array(width);
    const centreDot = direction.reduce((sum, value, d) => sum + value * (centroid[d] ?? 0), 0);
    for (const row of rows) {
      const score = dotRow(matrix, row, direction, 0) - centreDot;
      addRow(matrix, row, score, next, 0);
      for (let d = 0; d < width; d++) next[d] = (next[d] ?? 0) - score * (centroid[d] ?? 0);
    }
    if (other !== null) {
      const shared = next.reduce((sum, value, d) => sum + value * (other[d] ?? 0), 0);
      for (let d = 0; d < width; d++) next[d] = (next[d] ?? 0) - shared * (other[d] ?? 0);
    }
    const length = Math.hypot(...next);
    if (length < 1e-9) return direction.map(() => 0);
    direction = next.map((value) => value / length);
  }
  return direction;
}

/** Points of one cluster inside its disc: the angle from the local directions, the distance from how badly a row fits. */
function placeMembers(
  matrix: DenseMatrix,
  cluster: LayoutCluster,
  centroids: Float32Array,
  centre: Point,
  radius: number,
): Point[] {
  const width = matrix.columnCount;
  const centroid = centroids.slice(cluster.centroidAt, cluster.centroidAt + width);
  const first = localDirection(matrix, cluster.rows, centroid, null, 0);
  const second = localDirection(matrix, cluster.rows, centroid, first, 1);
  const gaps = cluster.rows.map((row) => 1 - dotRow(matrix, row, centroid, 0));
  const widest = Math.max(1e-9, ...gaps);
  const centreA = first.reduce((sum, value, d) => sum + value * (centroid[d] ?? 0), 0);
  const centreB = second.reduce((sum, value, d) => sum + value * (centroid[d] ?? 0), 0);
  return cluster.rows.map((row, i) => {
    const a = dotRow(matrix, row, first, 0) - centreA;
    const b = dotRow(matrix, row, second, 0) - centreB;
    const angle = Math.abs(a) + Math.abs(b) < 1e-9 ? i * goldenAngle : Math.atan2(b, a);
    const distance = cluster.rows.length === 1 ? 0 : radius * Math.sqrt(Math.max(0, gaps[i] ?? 0) / widest);
    return { x: centre.x + distance * Math.cos(angle), y: centre.y + distance * Math.sin(angle) };
  });
}

/**
 * Places every row of every cluster and, on the rim, the outliers. Coordinates lie between 0 and 1; `undefined` for rows in neither
 * list. `outlierRows[i]` belongs nearest to cluster `outlierNearest[i]` (or -1).
 */
export function layOutClusters(
  matrix: DenseMatrix,
  clusters: LayoutCluster[],
  centroids: Float32Array,
  outliers: { row: number; nearest: number }[],
): Map<number, Point> {
  const total = clusters.reduce((sum, cluster) => sum + cluster.rows.length, 0);
  const radii = clusters.map((cluster) =>
    Math.sqrt((coveredShare * cluster.rows.length) / Math.max(1, total) / Math.PI),
  );
  const centres = spreadDiscs(scaleCentroids(centroids, clusters, matrix.columnCount), radii);
  const points = new Map<number, Point>();
  clusters.forEach((cluster, c) => {
    const centre = centres[c] ?? { x: 0, y: 0 };
    const placed = placeMembers(matrix, cluster, centroids, centre, radii[c] ?? 0);
    cluster.rows.forEach((row, i) => points.set(row, placed[i] ?? centre));
  });
  const rim = 1.12 * Math.max(0.3, ...centres.map(({ x, y }, c) => Math.hypot(x, y) + (radii[c] ?? 0)));
  outliers.forEach(({ row, nearest }, i) => {
    const home = centres[nearest];
    const towards =
      home !== undefined && Math.hypot(home.x, home.y) > 1e-3 ? Math.atan2(home.y, home.x) : i * goldenAngle;
    const angle = towards + 0.25 * Math.sin(i * goldenAngle);
    points.set(row, { x: rim * Math.cos(angle), y: rim * Math.sin(angle) });
  });
  return fitToUnitSquare(points);
}

/** Moves and scales all points alike so that they fill the unit square with a margin; a single point lies in the middle. */
function fitToUnitSquare(points: Map<number, Point>): Map<number, Point> {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { x, y } of points.values()) {
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  const span = Math.max(right - left, bottom - top);
  const scale = span > 1e-9 ? 0.96 / span : 0;
  const fitted = new Map<number, Point>();
  for (const [row, { x, y }] of points) {
    fitted.set(row, { x: 0.5 + (x - (left + right) / 2) * scale, y: 0.5 + (y - (top + bottom) / 2) * scale });
  }
  return fitted;
}
