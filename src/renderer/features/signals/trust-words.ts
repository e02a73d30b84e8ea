/** What was measured of a signal, in a line. Pure. */
import type { Reading, Trust } from '../../../shared/model/signal';
import { formatCount, formatScore } from '../../lib/format';

function figures(trust: Trust): string {
  if (trust.precision !== null && trust.recall !== null)
    return `precision ${formatScore(trust.precision)}, recall ${formatScore(trust.recall)}`;
  if (trust.precision !== null) return `precision ${formatScore(trust.precision)}`;
  return trust.auc === null ? `F1 ${formatScore(trust.f1)}` : `AUC ${formatScore(trust.auc)}`;
}

/** `.17 to .98`, or the one figure where all say the same. */
function range(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null);
  const low = formatScore(Math.min(...known));
  const high = formatScore(Math.max(...known));
  return low === high ? low : `${low} to ${high}`;
}

/** `8 of 24 right when read [.18, .53]` */
export function readingWords({ right, read, low, high }: Reading): string {
  return `${formatCount(right)} of ${formatCount(read)} right when read [${formatScore(low)}, ${formatScore(high)}]`;
}

/** One measurement as it is; of several how far they are apart, so that the kindest does not stand for all. What was only read says so. */
export function trustSummary(trust: readonly Trust[], reading: Reading | null): string {
  const [only, ...others] = trust;
  if (only === undefined) return reading === null ? 'not measured' : readingWords(reading);
  if (others.length === 0) return `${figures(only)} (${only.dataSet}, n ${formatCount(only.count)})`;
  const count = formatCount(trust.reduce((sum, one) => sum + one.count, 0));
  const where = `(${formatCount(trust.length)} data sets, n ${count})`;
  if (trust.every((one) => one.precision !== null && one.recall !== null))
    return `precision ${range(trust.map((one) => one.precision))}, recall ${range(trust.map((one) => one.recall))} ${where}`;
  return `measured ${where}`;
}
