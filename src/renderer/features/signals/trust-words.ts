/** What was measured of a signal, in a line. Pure. */
import type { Trust } from '../../../shared/model/signal';
import { formatCount, formatScore } from '../../lib/format';

function figures(trust: Trust): string {
  if (trust.precision !== null && trust.recall !== null)
    return `precision ${formatScore(trust.precision)}, recall ${formatScore(trust.recall)}`;
  if (trust.precision !== null) return `precision ${formatScore(trust.precision)}`;
  return trust.auc === null ? `F1 ${formatScore(trust.f1)}` : `AUC ${formatScore(trust.auc)}`;
}

/** The measurement on the most cases, and how many others there are. */
export function trustSummary(trust: readonly Trust[]): string {
  const [largest, ...others] = trust.toSorted((a, b) => b.positives - a.positives || b.count - a.count);
  if (largest === undefined) return 'not measured';
  const more = others.length === 0 ? '' : `, and on ${formatCount(others.length)} more`;
  return `${figures(largest)} (${largest.dataSet}, n ${formatCount(largest.count)})${more}`;
}
