// A sparse text matrix -> a few dense dimensions in which texts that share no word but share company come close.
// Latent semantic analysis (Deerwester et al. 1990) by a randomised SVD with power iterations (Halko, Martinsson & Tropp,
// "Finding structure with randomness", SIAM Review 53, 2011, algorithm 4.4). What it gains is in docs/evaluation.md.
import { Pacer, type PaceOptions } from './pacer';
import { drawNumbers, seededRandom } from './seeded-random';
import { symmetricEigen } from './symmetric-eigen';
import type { SparseMatrix } from './text-features';
import { normalizeRows, pickSparse, placeSparse, takeDense, valuesOf } from './unit-rows';
import type { DenseRows, SparseRows } from './unit-rows';
import { padTo, type VectorMemory } from './vector-memory';

export type LatentSpaceOptions = PaceOptions & {
  /** Wanted number of dimensions; cut to what the matrix can give. */
  dimensions: number;
  seed?: number;
  /** The directions are found on at most this many rows, drawn by the seed; all rows are projected. */
  maxFitRows?: number;
};

/** Extra random directions and power iterations: the usual small values of Halko et al. */
const oversampling = 10;
const powerIterations = 2;
const defaultFitRows = 20_000;
const rowsPerCall = 2_048;
/** Rows summed in 32 bits before they are added in 64. */
const rowsPerSum = 512;
const stage = 'finding directions';

export const maxDimensions = 200;
const usualDimensions = 100;
const dimensionsPerCluster = 1.5;

/** Dimensions that worked best on labelled short texts: fewer for few texts, up to 200 where many clusters are to be told apart. */
export function suggestDimensions(textCount: number, clusterCount = 0): number {
  const wanted = Math.max(usualDimensions, Math.round(dimensionsPerCluster * clusterCount));
  return Math.max(8, Math.min(maxDimensions, wanted, Math.round(3 * Math.sqrt(textCount))));
}

/** Calls a kernel over the rows in pieces, so that the caller can be told and stopped in between. */
async function inPieces(
  rowCount: number,
  pacer: Pacer,
  work: (first: number, last: number) => void,
): Promise<void> {
  for (let first = 0; first < rowCount; first += rowsPerCall) {
    work(first, Math.min(rowCount, first + rowsPerCall));
    await pacer.pause(stage, first / rowCount);
  }
}

/** The sparse rows times a dense block. */
async function multiply(rows: SparseRows, block: DenseRows, pacer: Pacer): Promise<DenseRows> {
  const { memory, matrix } = rows;
  const out = takeDense(memory, matrix.rowCount, block.columnCount);
  const { starts, columns, values } = rows;
  await inPieces(matrix.rowCount, pacer, (first, last) => {
    memory.kernels.sparseTimesDense(
      first,
      last,
      starts,
      columns,
      values,
      block.at,
      block.columnCount,
      out.at,
    );
  });
  return out;
}

/** The transposed sparse rows times a dense block with one row for each of them. */
async function multiplyTransposed(rows: SparseRows, block: DenseRows, pacer: Pacer): Promise<DenseRows> {
  const { memory, matrix } = rows;
  const out = takeDense(memory, matrix.columnCount, block.columnCount);
  const { starts, columns, values } = rows;
  await inPieces(matrix.rowCount, pacer, (first, last) => {
    memory.kernels.transposedTimesDense(
      first,
      last,
      starts,
      columns,
      values,
      block.at,
      block.columnCount,
      out.at,
    );
  });
  return out;
}

/** Products of all pairs of columns, as a full square. */
async function gram(block: DenseRows, pacer: Pacer): Promise<Float64Array> {
  const { memory, columnCount: width } = block;
  const at = memory.take(width * width, 8);
  await inPieces(block.rowCount, pacer, (first, last) => {
    for (let from = first; from < last; from += rowsPerSum)
      memory.kernels.gram(from, Math.min(last, from + rowsPerSum), block.at, width, at);
  });
  const out = memory.doubles(at, width * width).slice();
  for (let a = 0; a < width; a++)
    for (let b = 0; b < a; b++) out[a * width + b] = out[b * width + a] as number;
  return out;
}

/** The block times a small matrix (width x `outWidth`, row-major), `outWidth` a multiple of 4. */
async function rotate(
  block: DenseRows,
  rotation: Float64Array,
  outWidth: number,
  pacer: Pacer,
): Promise<DenseRows> {
  const { memory, columnCount: width } = block;
  const matrix = memory.put(Float32Array.from(rotation));
  const out = takeDense(memory, block.rowCount, outWidth);
  await inPieces(block.rowCount, pacer, (first, last) => {
    memory.kernels.denseTimesDense(first, last, block.at, width, matrix, outWidth, out.at);
  });
  return out;
}

/**
 * R^-1 of the Cholesky factor R of a Gram matrix, so that the block times it has orthonormal columns; columns that depend on those
 * before them become zero.
 */
function inverseFactor(products: Float64Array, width: number): Float64Array {
  const lower = new Float64Array(width * width);
  const inverse = new Float64Array(width * width);
  let strongest = 0;
  for (let i = 0; i < width; i++) strongest = Math.max(strongest, products[i * width + i] as number);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = products[i * width + j] as number;
      for (let k = 0; k < j; k++) sum -= (lower[i * width + k] as number) * (lower[j * width + k] as number);
      const pivot = lower[j * width + j] as number;
      if (i !== j) lower[i * width + j] = pivot > 0 ? sum / pivot : 0;
      else lower[i * width + i] = sum > 1e-7 * strongest ? Math.sqrt(sum) : 0;
    }
  }
  for (let j = 0; j < width; j++) {
    const pivot = lower[j * width + j] as number;
    if (pivot === 0) continue;
    inverse[j * width + j] = 1 / pivot;
    for (let i = j + 1; i < width; i++) {
      const own = lower[i * width + i] as number;
      if (own === 0) continue;
      let sum = 0;
      for (let k = j; k < i; k++)
        sum += (lower[i * width + k] as number) * (inverse[j * width + k] as number);
      inverse[j * width + i] = -sum / own;
    }
  }
  return inverse;
}

async function orthonormalize(block: DenseRows, pacer: Pacer): Promise<DenseRows> {
  const width = block.columnCount;
  return rotate(block, inverseFactor(await gram(block, pacer), width), width, pacer);
}

/** The strongest directions, one column each: a dense block with a row for each feature. */
async function findDirections(
  memory: VectorMemory,
  matrix: SparseMatrix,
  options: LatentSpaceOptions,
  pacer: Pacer,
): Promise<{ values: Float32Array; width: number }> {
  const seed = options.seed ?? 1;
  const picked = drawNumbers(matrix.rowCount, options.maxFitRows ?? defaultFitRows, seed);
  const fit = placeSparse(memory, picked.length === matrix.rowCount ? matrix : pickSparse(matrix, picked));
  const most = Math.min(picked.length, matrix.columnCount);
  const width = Math.max(4, padTo(Math.min(options.dimensions + oversampling, most), 4));
  const random = seededRandom(seed ^ 0x5bd1e995);
  let columns = takeDense(memory, matrix.columnCount, width);
  const start = valuesOf(columns);
  for (let i = 0; i < start.length; i++) start[i] = random() - 0.5;
  for (let i = 0; i < powerIterations; i++) {
    const rows = await orthonormalize(await multiply(fit, columns, pacer), pacer);
    columns = await multiplyTransposed(fit, rows, pacer);
  }
  const { values, vectors } = symmetricEigen(await gram(columns, pacer), width);
  const kept = padTo(Math.min(options.dimensions, most), 4);
  const rotation = new Float64Array(width * kept);
  for (let d = 0; d < Math.min(kept, width); d++) {
    const square = values[d] as number;
    const scale = square > 1e-7 * (values[0] as number) ? 1 / Math.sqrt(square) : 0;
    for (let a = 0; a < width; a++) rotation[a * kept + d] = scale * (vectors[a * width + d] as number);
  }
  const directions = await rotate(columns, rotation, kept, pacer);
  return { values: valuesOf(directions).slice(), width: kept };
}

/**
 * Projects every row onto the strongest directions and scales it to length 1 (0 for rows without features), in `memory`.
 * The same matrix and seed give the same result.
 */
export async function projectToLatentSpace(
  memory: VectorMemory,
  matrix: SparseMatrix,
  options: LatentSpaceOptions,
): Promise<DenseRows> {
  if (matrix.rowCount === 0 || matrix.columnCount === 0) return takeDense(memory, matrix.rowCount, 4);
  const pacer = new Pacer(options);
  const found = await memory.scoped(() => findDirections(memory, matrix, options, pacer));
  const out = takeDense(memory, matrix.rowCount, found.width);
  await memory.scoped(async () => {
    const directions = takeDense(memory, matrix.columnCount, found.width);
    valuesOf(directions).set(found.values);
    const rows = placeSparse(memory, matrix);
    await inPieces(matrix.rowCount, pacer, (first, last) => {
      memory.kernels.sparseTimesDense(
        first,
        last,
        rows.starts,
        rows.columns,
        rows.values,
        directions.at,
        found.width,
        out.at,
      );
    });
  });
  normalizeRows(out);
  return out;
}
