/**
 * From the sessions reviewed to all sessions the queue was drawn from. Reviewed sessions stand for others by the inverse
 * of the probability with which they were drawn (Hájek's estimator: Särndal, Swensson & Wretman, Model Assisted Survey
 * Sampling, 1992, §5.7), so that a sample full of urgent sessions does not make the agent look worse than it is.
 */
import type { Share } from '../../shared/model/codebook';
import { wilson } from '../../shared/stats/wilson';

export interface Weighted {
  /** Probability with which the session was drawn; 0 where the design has none. */
  inclusion: number;
  isCase: boolean;
}

export interface Estimate {
  /** Of the reviewed sessions as they are. */
  reviewed: Share;
  /** Of all sessions the queue was drawn from; null where the design supports no such statement. */
  corrected: Share | null;
  /** Size of a simple random sample that would say as much (Kish): how `corrected`'s interval was made. */
  effectiveSize: number | null;
}

/**
 * The share of cases among reviewed sessions and, where the design allows it, in the frame. The interval of the corrected
 * share is Wilson's at Kish's effective sample size; items not reviewed yet count as missing at random.
 */
export function estimateShare(sessions: readonly Weighted[]): Estimate {
  const reviewed = wilson(sessions.filter((one) => one.isCase).length, sessions.length);
  if (sessions.length === 0 || sessions.some((one) => one.inclusion <= 0))
    return { reviewed, corrected: null, effectiveSize: null };
  let weight = 0;
  let squares = 0;
  let cases = 0;
  for (const { inclusion, isCase } of sessions) {
    const own = 1 / inclusion;
    weight += own;
    squares += own * own;
    if (isCase) cases += own;
  }
  const effectiveSize = (weight * weight) / squares;
  const share = cases / weight;
  const { low, high } = wilson(share * effectiveSize, effectiveSize);
  return {
    reviewed,
    corrected: { count: reviewed.count, n: reviewed.n, share, low, high },
    effectiveSize,
  };
}
