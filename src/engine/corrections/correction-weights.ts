/**
 * The weights that ship: what scripts/fit-corrections.mjs wrote into correction-weights.data.ts, made ready to use.
 * Owns the decoding alone.
 */
import type { CorrectionWeights } from './correction-model';
import { fittedGrams, fittedWeights } from './correction-weights.data';

/** One signed byte a bucket, in units of `scale` log-odds. */
function decodeGrams({ scale, bytes }: { scale: number; bytes: string }): Float32Array {
  return Float32Array.from(new Int8Array(Buffer.from(bytes, 'base64')), (value) => value * scale);
}

export const correctionWeights: CorrectionWeights = { ...fittedWeights, grams: decodeGrams(fittedGrams) };
