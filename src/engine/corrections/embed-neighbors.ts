// Moves the points of a map so that neighbours come together and others keep apart, and says how well that went. Owns the forces;
// where points begin is the layout's.
// Forces: McInnes, Healy & Melville, "UMAP", arXiv 1802.03426, with sampled repulsion after Tang et al., "LargeVis", WWW 2016.
// Measure: Venna & Kaski, "Neighborhood preservation in nonlinear projection methods", ICANN 2001.
import type { NeighborGraph } from './nearest-neighbors';
import { drawNumbers, seededRandom } from './seeded-random';

/** Coordinates of the points, in the order of the rows. */
export type Places = { x: Float32Array; y: Float32Array };

/** Nearness falls as 1 / (1 + a d²): UMAP's curve for a minimal distance of 0.1, with its exponent of 0.895 rounded to 1, since powers take four fifths of the time. */
const steepness = 1.577;
/** The layout's unit square in units of that curve: islands some units wide, whatever the number of points. */
const unitsPerSide = 24;
const repulsions = 2;
const maxStep = 4;
/** Moves in all are bounded, so that many points take seconds; below `fewestRounds` neighbours do not come together. */
const maxMoves = 4_000_000;
const fewestRounds = 24;
const mostRounds = 120;

function clip(value: number): number {
  return value > maxStep ? maxStep : value < -maxStep ? -maxStep : value;
}

/** One round: every point is drawn to each neighbour and pushed from a few others. */
function moveOnce(graph: NeighborGraph, { x, y }: Places, rate: number, random: () => number): void {
  const n = x.length;
  for (let i = 0; i < n; i++) {
    for (let e = i * graph.size; e < (i + 1) * graph.size; e++) {
      const j = graph.neighbors[e] as number;
      if (j < 0 || !((graph.cosines[e] as number) > 0)) continue;
      let dx = (x[i] as number) - (x[j] as number);
      let dy = (y[i] as number) - (y[j] as number);
      let square = dx * dx + dy * dy;
      if (square > 1e-12) {
        const pull = (-2 * steepness) / (1 + steepness * square);
        const [px, py] = [rate * clip(pull * dx), rate * clip(pull * dy)];
        x[i] = (x[i] as number) + px;
        y[i] = (y[i] as number) + py;
        x[j] = (x[j] as number) - px;
        y[j] = (y[j] as number) - py;
      }
      for (let s = 0; s < repulsions; s++) {
        const other = Math.floor(random() * n);
        if (other === i) continue;
        dx = (x[i] as number) - (x[other] as number);
        dy = (y[i] as number) - (y[other] as number);
        square = dx * dx + dy * dy;
        if (square > 400) continue;
        const push = 2 / ((0.001 + square) * (1 + steepness * square));
        x[i] = (x[i] as number) + rate * clip(push * dx);
        y[i] = (y[i] as number) + rate * clip(push * dy);
      }
    }
  }
}

/** Moves the points in place; the same graph and places give the same. Places span about one unit when they come. */
export function embedNeighbors(graph: NeighborGraph, places: Places): void {
  const { x, y } = places;
  const n = x.length;
  if (n < 3) return;
  const rounds = Math.max(fewestRounds, Math.min(mostRounds, Math.floor(maxMoves / (n * graph.size))));
  const random = seededRandom(n);
  for (let i = 0; i < n; i++) {
    x[i] = (x[i] as number) * unitsPerSide;
    y[i] = (y[i] as number) * unitsPerSide;
  }
  for (let round = 0; round < rounds; round++) moveOnce(graph, places, 0.6 * (1 - round / rounds), random);
}

/** Points looked at, and points among which their neighbours are counted, when the map is measured. */
const measuredPoints = 300;
const comparedPoints = 6_000;

/**
 * Trustworthiness of the map, 0 to 1: whether points that lie near each other are neighbours by their rows too; .5 is chance.
 * Measured on a seeded sample where there are many points, with `neighborCount` neighbours; 1 where there are too few to tell.
 */
export function trustworthiness(
  rows: { columnCount: number; values: Float32Array },
  { x, y }: Places,
  neighborCount = 12,
): number {
  const pool = drawNumbers(x.length, comparedPoints, 5);
  const n = pool.length;
  const k = Math.min(neighborCount, Math.floor(n / 3));
  if (k < 1 || n < 4) return 1;
  const queries = drawNumbers(n, measuredPoints, 6);
  const { columnCount: width, values } = rows;
  const near = new Float64Array(n);
  const like = new Float64Array(n);
  let penalty = 0;
  for (const query of queries) {
    const own = pool[query] as number;
    for (let i = 0; i < n; i++) {
      const other = pool[i] as number;
      near[i] =
        ((x[own] as number) - (x[other] as number)) ** 2 + ((y[own] as number) - (y[other] as number)) ** 2;
      let cosine = 0;
      for (let d = 0, p = own * width, q = other * width; d < width; d++, p++, q++)
        cosine += (values[p] as number) * (values[q] as number);
      like[i] = 1 - cosine;
    }
    near[query] = Infinity;
    like[query] = Infinity;
    const order = Array.from({ length: n }, (_, i) => i);
    const shown = order.toSorted((a, b) => (near[a] as number) - (near[b] as number) || a - b).slice(0, k);
    for (const point of shown) {
      let rank = 1;
      for (let i = 0; i < n; i++) if ((like[i] as number) < (like[point] as number)) rank++;
      penalty += Math.max(0, rank - k);
    }
  }
  return 1 - (2 * penalty) / (queries.length * k * (2 * n - 3 * k - 1));
}
