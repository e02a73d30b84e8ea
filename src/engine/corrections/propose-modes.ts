// Which failure mode an unsorted text probably belongs to, learnt from the sorted and the unsorted alike: a mixture of directions on
// the sphere, seeded by what people sorted and run a few rounds of expectation maximisation (Basu, Banerjee & Mooney,
// "Semi-supervised clustering by seeding", ICML 2002; Nigam et al., Machine Learning 39, 2000). Pure and deterministic.
import type { Pacer } from './pacer';
import type { SparseMatrix } from './text-features';

export type ModeProposals = {
  /** Index into the classes that occur among the labels; -1 where a text has no feature. One per row. */
  best: Int32Array;
  /** Probability of the best, 0 to 1. */
  probability: Float32Array;
};

/** How sharply nearness turns into probability; measured on CLINC150 beside 15 and 60 (docs/evaluation.md, Sorting). */
const concentration = 30;
/** What an unsorted text counts beside a sorted one. */
const unsortedShare = 0.5;
const rounds = 5;
/** Lesser memberships are left out when directions are taken again. */
const leastMembership = 0.02;

/** Directions of the classes, column by column: `[column * classCount + c]`, with each class scaled to length 1 by `scales`. */
type Directions = { sums: Float32Array; scales: Float64Array };

function directionsOf(
  matrix: SparseMatrix,
  labels: readonly (readonly number[])[],
  classCount: number,
  memberships: Float32Array | null,
): Directions {
  const sums = new Float32Array(matrix.columnCount * classCount);
  for (let r = 0; r < matrix.rowCount; r++) {
    const own = labels[r] as readonly number[];
    if (own.length === 0 && memberships === null) continue;
    const shares: [number, number][] = own.map((c) => [c, 1 / own.length]);
    if (own.length === 0 && memberships !== null)
      for (let c = 0; c < classCount; c++) {
        const share = memberships[r * classCount + c] as number;
        if (share > leastMembership) shares.push([c, unsortedShare * share]);
      }
    const end = matrix.rowStarts[r + 1] ?? 0;
    for (let i = matrix.rowStarts[r] ?? 0; i < end; i++) {
      const at = (matrix.columns[i] as number) * classCount;
      for (const [c, share] of shares)
        sums[at + c] = (sums[at + c] as number) + share * (matrix.values[i] as number);
    }
  }
  const squares = new Float64Array(classCount);
  for (let i = 0; i < sums.length; i++) {
    const c = i % classCount;
    squares[c] = (squares[c] as number) + (sums[i] as number) ** 2;
  }
  return { sums, scales: squares.map((square) => (square > 0 ? 1 / Math.sqrt(square) : 0)) };
}

/** Memberships of one row, written into `into`; rows without features belong everywhere alike. */
function place(matrix: SparseMatrix, row: number, { sums, scales }: Directions, into: Float32Array): void {
  const classCount = scales.length;
  const cosines = new Float64Array(classCount);
  const end = matrix.rowStarts[row + 1] ?? 0;
  for (let i = matrix.rowStarts[row] ?? 0; i < end; i++) {
    const at = (matrix.columns[i] as number) * classCount;
    const value = matrix.values[i] as number;
    for (let c = 0; c < classCount; c++)
      cosines[c] = (cosines[c] as number) + value * (sums[at + c] as number);
  }
  let most = -Infinity;
  for (let c = 0; c < classCount; c++) {
    cosines[c] = (cosines[c] as number) * (scales[c] as number);
    most = Math.max(most, cosines[c] as number);
  }
  let total = 0;
  for (let c = 0; c < classCount; c++) {
    const weight = Math.exp(concentration * ((cosines[c] as number) - most));
    into[row * classCount + c] = weight;
    total += weight;
  }
  for (let c = 0; c < classCount; c++)
    into[row * classCount + c] = (into[row * classCount + c] as number) / total;
}

/** Bytes of memberships beyond which the unsorted are only placed, not learnt from. */
const mostMemberships = 40_000_000;

/**
 * The most probable class of every row. `labels[r]` holds the classes a person gave to row r, none where it is unsorted;
 * classes are numbered from 0 and each occurs. Empty result rows (-1) where there is no class at all.
 */
export async function proposeModes(
  matrix: SparseMatrix,
  labels: readonly (readonly number[])[],
  classCount: number,
  pacer: Pacer,
): Promise<ModeProposals> {
  const { rowCount } = matrix;
  const found: ModeProposals = {
    best: new Int32Array(rowCount).fill(-1),
    probability: new Float32Array(rowCount),
  };
  if (classCount === 0) return found;
  const isLearning = rowCount * classCount <= mostMemberships;
  const memberships = new Float32Array(isLearning ? rowCount * classCount : classCount);
  let directions = directionsOf(matrix, labels, classCount, null);
  for (let round = 0; round < (isLearning ? rounds : 1); round++) {
    if (round > 0) directions = directionsOf(matrix, labels, classCount, memberships);
    for (let r = 0; r < rowCount; r++) {
      if (isLearning) place(matrix, r, directions, memberships);
      else placeAlone(matrix, r, directions, memberships);
      takeBest(found, r, memberships, isLearning ? r * classCount : 0, classCount);
      if (r % 256 === 0) await pacer.pause('Learning from what was sorted', (round + r / rowCount) / rounds);
    }
  }
  return found;
}

/** As `place`, for one row at a time. */
function placeAlone(matrix: SparseMatrix, row: number, directions: Directions, into: Float32Array): void {
  const alone: SparseMatrix = {
    ...matrix,
    rowCount: 1,
    rowStarts: matrix.rowStarts.subarray(row, row + 2),
  };
  place(alone, 0, directions, into);
}

function takeBest(
  found: ModeProposals,
  row: number,
  memberships: Float32Array,
  offset: number,
  classCount: number,
): void {
  let best = -1;
  let most = -1;
  for (let c = 0; c < classCount; c++) {
    const share = memberships[offset + c] as number;
    if (share > most) [best, most] = [c, share];
  }
  found.best[row] = best;
  found.probability[row] = most;
}
