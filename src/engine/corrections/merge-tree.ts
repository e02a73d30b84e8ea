// Small clusters -> a tree of larger ones: at each step the two that lose least by becoming one. Owns the two costs of a merge and
// cuts of the tree; knows nothing of texts.
// Ward, "Hierarchical grouping to optimize an objective function", JASA 58 (1963), here on the unit sphere, where what a merge costs
// is the cosine it takes from the members; average linkage: Sokal & Michener 1958.
import type { DenseRows } from './unit-rows';
import { valuesOf } from './unit-rows';

/** `ward` keeps clusters of like size, `average` lets a large one stand beside many small ones. */
export type Linkage = 'ward' | 'average';

/** Merge i joins the cluster of leaf `into[i]` with that of leaf `from[i]`; what they lose by it is `costs[i]`. */
export type MergeTree = { leafCount: number; into: Int32Array; from: Int32Array; costs: Float64Array };

/** Dot products of the sums of each two leaves, and the leaves' sizes. */
export type LeafProducts = { count: number; products: Float64Array; sizes: Float64Array };

/** Leaves are clusters of unit rows; every leaf has a member. */
export function leafProducts(rows: DenseRows, assignment: Int32Array, count: number): LeafProducts {
  const width = rows.columnCount;
  const values = valuesOf(rows);
  const sums = new Float64Array(count * width);
  const sizes = new Float64Array(count);
  for (let r = 0; r < assignment.length; r++) {
    const leaf = assignment[r] as number;
    sizes[leaf] = (sizes[leaf] as number) + 1;
    for (let d = 0, to = leaf * width, from = r * width; d < width; d++, to++, from++)
      sums[to] = (sums[to] as number) + (values[from] as number);
  }
  const products = new Float64Array(count * count);
  for (let a = 0; a < count; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let d = 0, p = a * width, q = b * width; d < width; d++, p++, q++)
        sum += (sums[p] as number) * (sums[q] as number);
      products[a * count + b] = sum;
      products[b * count + a] = sum;
    }
  }
  return { count, products, sizes };
}

type Forest = LeafProducts & { nearest: Int32Array; nearestCost: Float64Array; isAlive: Uint8Array };

function costOf(forest: LeafProducts, linkage: Linkage, a: number, b: number): number {
  const { products, sizes, count } = forest;
  const across = products[a * count + b] as number;
  if (linkage === 'average') return 1 - across / ((sizes[a] as number) * (sizes[b] as number));
  const ownA = Math.max(0, products[a * count + a] as number);
  const ownB = Math.max(0, products[b * count + b] as number);
  return Math.sqrt(ownA) + Math.sqrt(ownB) - Math.sqrt(Math.max(0, ownA + ownB + 2 * across));
}

/** Looks for the cheapest partner of a cluster among all others. */
function findNearest(forest: Forest, linkage: Linkage, a: number): void {
  let best = -1;
  let bestCost = Infinity;
  for (let b = 0; b < forest.count; b++) {
    if (b === a || forest.isAlive[b] === 0) continue;
    const cost = costOf(forest, linkage, a, b);
    if (cost < bestCost) [best, bestCost] = [b, cost];
  }
  forest.nearest[a] = best;
  forest.nearestCost[a] = bestCost;
}

/** Joins b into a and looks again for the partners of all that had one of them. */
function join(forest: Forest, linkage: Linkage, a: number, b: number): void {
  const { products, sizes, count, isAlive, nearest } = forest;
  isAlive[b] = 0;
  products[a * count + a] =
    (products[a * count + a] as number) +
    (products[b * count + b] as number) +
    2 * (products[a * count + b] as number);
  sizes[a] = (sizes[a] as number) + (sizes[b] as number);
  for (let o = 0; o < count; o++) {
    if (isAlive[o] === 0 || o === a) continue;
    const joined = (products[a * count + o] as number) + (products[b * count + o] as number);
    products[a * count + o] = joined;
    products[o * count + a] = joined;
  }
  findNearest(forest, linkage, a);
  for (let o = 0; o < count; o++) {
    if (isAlive[o] === 0 || o === a) continue;
    if (nearest[o] === a || nearest[o] === b) findNearest(forest, linkage, o);
    else {
      const cost = costOf(forest, linkage, o, a);
      if (cost < (forest.nearestCost[o] as number)) {
        nearest[o] = a;
        forest.nearestCost[o] = cost;
      }
    }
  }
}

/** Merges until one cluster is left. Deterministic; ties go to the lower numbers. */
export function buildMergeTree(leaves: LeafProducts, linkage: Linkage): MergeTree {
  const { count } = leaves;
  const forest: Forest = {
    count,
    products: leaves.products.slice(),
    sizes: leaves.sizes.slice(),
    nearest: new Int32Array(count).fill(-1),
    nearestCost: new Float64Array(count).fill(Infinity),
    isAlive: new Uint8Array(count).fill(1),
  };
  for (let a = 0; a < count; a++) findNearest(forest, linkage, a);
  const steps = Math.max(0, count - 1);
  const tree: MergeTree = {
    leafCount: count,
    into: new Int32Array(steps),
    from: new Int32Array(steps),
    costs: new Float64Array(steps),
  };
  for (let step = 0; step < steps; step++) {
    let a = -1;
    for (let c = 0; c < count; c++)
      if (
        forest.isAlive[c] === 1 &&
        (a < 0 || (forest.nearestCost[c] as number) < (forest.nearestCost[a] as number))
      )
        a = c;
    const b = forest.nearest[a] as number;
    tree.into[step] = a;
    tree.from[step] = b;
    tree.costs[step] = forest.nearestCost[a] as number;
    join(forest, linkage, a, b);
  }
  return tree;
}

/** Cluster numbers below k of the leaves, when the tree is cut where k clusters are left (k at most the number of leaves). */
export function cutTree(tree: MergeTree, k: number): Int32Array {
  const parent = Int32Array.from({ length: tree.leafCount }, (_, i) => i);
  const merges = Math.max(0, tree.leafCount - Math.max(1, k));
  const rootOf = (leaf: number): number => {
    let root = leaf;
    while (parent[root] !== root) root = parent[root] as number;
    return root;
  };
  for (let step = 0; step < merges; step++)
    parent[rootOf(tree.from[step] as number)] = rootOf(tree.into[step] as number);
  const numbers = new Map<number, number>();
  return Int32Array.from({ length: tree.leafCount }, (_, leaf) => {
    const root = rootOf(leaf);
    const number = numbers.get(root) ?? numbers.size;
    numbers.set(root, number);
    return number;
  });
}
