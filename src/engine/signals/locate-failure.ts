/**
 * Where a session first went wrong: a probability for every step, by a ranker whose parts can be read, the likeliest first.
 * Pure. What it is worth is in docs/evaluation.md: better than place alone, far from certain.
 */
import type { LikelySpan } from '../../shared/contract/signal';
import type { Trajectory } from './detector';
import { placeWeights } from './locate-failure.data';
import { stepFeatures, stepFeatureTitles, type LocatedFinding, type StepFeature } from './step-features';

/** What a feature must add to be named as a reason, in log-odds. */
const LEAST_TOLD = 0.2;

/** Steps by how likely the session's first failure is at each, given that there is one; probabilities add up to 1. */
export function locate(
  trajectory: Trajectory,
  findings: readonly LocatedFinding[],
  weights: Readonly<Record<string, number>> = placeWeights.weights,
): LikelySpan[] {
  const steps = stepFeatures(trajectory, findings);
  const partsOf = (features: Partial<Record<StepFeature, number>>): [StepFeature, number][] =>
    Object.entries(features).map(([name, value]) => [name as StepFeature, value * (weights[name] ?? 0)]);
  const scored = steps.map((step) => {
    const parts = partsOf(step.features).sort((a, b) => b[1] - a[1]);
    return { step, parts, score: parts.reduce((sum, [, part]) => sum + part, 0) };
  });
  const highest = scored.reduce((most, one) => Math.max(most, one.score), -Infinity);
  const total = scored.reduce((sum, one) => sum + Math.exp(one.score - highest), 0);
  return scored
    .map(({ step, parts, score }) => ({
      spanId: step.span.spanId,
      position: step.span.position,
      probability: Math.exp(score - highest) / total,
      signals: step.signals,
      reasons: parts.flatMap(([name, part]) => {
        const title = stepFeatureTitles[name];
        return title !== null && part >= LEAST_TOLD ? [title] : [];
      }),
    }))
    .sort((a, b) => b.probability - a.probability || a.position - b.position);
}
