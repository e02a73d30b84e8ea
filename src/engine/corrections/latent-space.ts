// A sparse text matrix -> a few dense dimensions in which texts that share no word but share company come close.
// Latent semantic analysis (Deerwester et al. 1990) by a randomised SVD with power iterations (Halko, Martinsson & Tropp,
// "Finding structure with randomness", SIAM Review 53, 2011, algorithm 4.4). Measured to beat plain TF-IDF below about
// 3,000 texts: see docs/evaluation.md.
import { Pacer, type PaceOptions } from './pacer';
import { normalDraw, seededRandom } from './seeded-random';
import { symmetricEigen } from './symmetric-eigen';
import type { SparseMatrix } from './text-features';
import { normalizeVector, type DenseMatrix } from './unit-rows';

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
const defaultFitRows = 6_000;
const rowsPerPause = 256;

/** Dimensions that worked best on labelled short texts: 26 for 300 of them, 75 for 2,500, never more than 100. */
export function suggestDimensions(textCount: number): number {
  return Math.max(8, Math.min(100, Math.round(1.5 * Math.sqrt(textCount))));
}

type Block = { values: Float32Array; rowCount: number; width: number };

function pickRows(rowCount: number, limit: number, seed: number): Int32Array {
  const order = Int32Array.from({ length: rowCount }, (_, i) => i);
  if (rowCount <= limit) return order;
  const random = seededRandom(seed);
  for (let i = 0; i < limit; i++) {
    const j = i + Math.floor(random() * (rowCount - i));
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order.slice(0, limit).sort();
}

/** The picked rows times a dense block: one output row per picked row. */
async function multiply(
  matrix: SparseMatrix,
  picked: Int32Array,
  block: Block,
  pacer: Pacer,
): Promise<Block> {
  const { width } = block;
  const out = new Float32Array(picked.length * width);
  for (let p = 0; p < picked.length; p++) {
    const row = picked[p] as number;
    const end = matrix.rowStarts[row + 1] as number;
    for (let i = matrix.rowStarts[row] as number; i < end; i++) {
      const value = matrix.values[i] as number;
      const from = (matrix.columns[i] as number) * width;
      for (let d = 0, to = p * width; d < width; d++, to++)
        out[to] = (out[to] as number) + value * (block.values[from + d] as number);
    }
    if (p % rowsPerPause === 0) await pacer.pause('finding directions', p / picked.length);
  }
  return { values: out, rowCount: picked.length, width };
}

/** The transposed picked rows times a dense block with one row per picked row. */
async function multiplyTransposed(
  matrix: SparseMatrix,
  picked: Int32Array,
  block: Block,
  pacer: Pacer,
): Promise<Block> {
  const { width } = block;
  const out = new Float32Array(matrix.columnCount * width);
  for (let p = 0; p < picked.length; p++) {
    const row = picked[p] as number;
    const end = matrix.rowStarts[row + 1] as number;
    for (let i = matrix.rowStarts[row] as number; i < end; i++) {
      const value = matrix.values[i] as number;
      const to = (matrix.columns[i] as number) * width;
      for (let d = 0, from = p * width; d < width; d++, from++)
        out[to + d] = (out[to + d] as number) + value * (block.values[from] as number);
    }
    if (p % rowsPerPause === 0) await pacer.pause('finding directions', p / picked.length);
  }
  return { values: out, rowCount: matrix.columnCount, width };
}

async function gram(block: Block, pacer: Pacer): Promise<Float64Array> {
  const { values, width } = block;
  const out = new Float64Array(width * width);
  for (let r = 0; r < block.rowCount; r++) {
    const start = r * width;
    for (let a = 0; a < width; a++) {
      const value = values[start + a] as number;
      if (value === 0) continue;
      for (let b = a; b < width; b++)
        out[a * width + b] = (out[a * width + b] as number) + value * (values[start + b] as number);
    }
    if (r % rowsPerPause === 0) await pacer.pause('finding directions', r / block.rowCount);
  }
  for (let a = 0; a < width; a++)
    for (let b = 0; b < a; b++) out[a * width + b] = out[b * width + a] as number;
  return out;
}

/** The block times a small square-ish matrix (width x `outWidth`, row-major). */
async function rotate(block: Block, rotation: Float64Array, outWidth: number, pacer: Pacer): Promise<Block> {
  const { values, width } = block;
  const out = new Float32Array(block.rowCount * outWidth);
  for (let r = 0; r < block.rowCount; r++) {
    for (let a = 0; a < width; a++) {
      const value = values[r * width + a] as number;
      if (value === 0) continue;
      for (let d = 0, to = r * outWidth, from = a * outWidth; d < outWidth; d++, to++, from++)
        out[to] = (out[to] as number) + value * (rotation[from] as number);
    }
    if (r % rowsPerPause === 0) await pacer.pause('finding directions', r / block.rowCount);
  }
  return { values: out, rowCount: block.rowCount, width: outWidth };
}

/** An orthonormal basis of the block's columns; directions without weight become zero. */
async function orthonormalize(block: Block, pacer: Pacer): Promise<Block> {
  const { width } = block;
  const { values, vectors } = symmetricEigen(await gram(block, pacer), width);
  const scaled = vectors.map((entry, i) => {
    const value = values[i % width] as number;
    return value > 1e-9 * (values[0] as number) ? entry / Math.sqrt(value) : 0;
  });
  return rotate(block, scaled, width, pacer);
}

async function findDirections(
  matrix: SparseMatrix,
  options: LatentSpaceOptions,
  pacer: Pacer,
): Promise<Block> {
  const picked = pickRows(matrix.rowCount, options.maxFitRows ?? defaultFitRows, options.seed ?? 1);
  const width = Math.min(options.dimensions + oversampling, picked.length, matrix.columnCount);
  const random = seededRandom((options.seed ?? 1) ^ 0x5bd1e995);
  const start = Float32Array.from({ length: matrix.columnCount * width }, () => normalDraw(random));
  let columns: Block = { values: start, rowCount: matrix.columnCount, width };
  for (let i = 0; i < powerIterations; i++) {
    const rows = await orthonormalize(await multiply(matrix, picked, columns, pacer), pacer);
    columns = await orthonormalize(await multiplyTransposed(matrix, picked, rows, pacer), pacer);
  }
  const projected = await multiply(matrix, picked, columns, pacer);
  const { vectors } = symmetricEigen(await gram(projected, pacer), width);
  const kept = Math.min(options.dimensions, width);
  const rotation = new Float64Array(width * kept);
  for (let a = 0; a < width; a++)
    for (let d = 0; d < kept; d++) rotation[a * kept + d] = vectors[a * width + d] as number;
  return rotate(columns, rotation, kept, pacer);
}

/**
 * Projects every row onto the strongest directions and scales it to length 1 (0 for rows without features).
 * The same matrix and seed give the same result.
 */
export async function projectToLatentSpace(
  matrix: SparseMatrix,
  options: LatentSpaceOptions,
): Promise<DenseMatrix> {
  if (matrix.rowCount === 0 || matrix.columnCount === 0)
    return { rowCount: matrix.rowCount, columnCount: 0, values: new Float32Array(0) };
  const pacer = new Pacer(options);
  const directions = await findDirections(matrix, options, pacer);
  const all = Int32Array.from({ length: matrix.rowCount }, (_, i) => i);
  const projected = await multiply(matrix, all, directions, pacer);
  for (let r = 0; r < projected.rowCount; r++)
    normalizeVector(projected.values, r * projected.width, projected.width);
  return { rowCount: projected.rowCount, columnCount: projected.width, values: projected.values };
}
