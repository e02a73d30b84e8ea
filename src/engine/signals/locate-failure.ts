/**
 * Where a session first went wrong: a weight for every span from the findings that point at it and from its place, the
 * likeliest first. Pure. What it is worth is in docs/evaluation.md: better than position alone, far from certain.
 */
import type { LikelySpan } from '../../shared/contract/signal';
import type { DetectorSpan, Trajectory } from './detector';
import { locationPrior } from './locate-failure.data';

export interface LocatedFinding {
  signal: string;
  severity: number;
  evidence: readonly string[];
}

/** Spans in which an agent does something that can be wrong. */
function isStep(span: DetectorSpan): boolean {
  return !span.isRewound && (span.kind === 'llm' || span.kind === 'tool' || span.kind === 'retrieval');
}

/**
 * The weight of a step's place among `count` steps: how often annotated failures lie there. Short runs are read step by
 * step, longer ones by tenths.
 */
function placeWeight(index: number, count: number): number {
  const { byIndex, byTenth } = locationPrior;
  if (count <= byIndex.length) return byIndex[index] ?? 0;
  return byTenth[Math.min(byTenth.length - 1, Math.floor((index / count) * byTenth.length))] ?? 0;
}

/**
 * Spans by how likely the session's first failure is at each; probabilities over the steps add up to 1. Findings count at
 * the span they are drawn at and, where that is what a user or a check said later, at the step before it.
 */
export function locate(trajectory: Trajectory, findings: readonly LocatedFinding[]): LikelySpan[] {
  const steps = trajectory.spans.filter(isStep);
  const indexOf = new Map(steps.map((span, index) => [span.spanId, index]));
  const weights = steps.map((_, index) => placeWeight(index, steps.length));
  const why = steps.map((): string[] => []);
  for (const { signal, severity, evidence } of findings) {
    const at = stepOf(trajectory, indexOf, evidence);
    if (at === null) continue;
    const factor = locationPrior.bySeverity[severity - 1] ?? 1;
    weights[at] = (weights[at] ?? 0) * factor;
    why[at]?.push(signal);
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
  return steps
    .map((span, index) => ({
      spanId: span.spanId,
      position: span.position,
      probability: (weights[index] ?? 0) / total,
      signals: [...new Set(why[index])],
    }))
    .sort((a, b) => b.probability - a.probability || a.position - b.position);
}

function stepOf(
  trajectory: Trajectory,
  indexOf: ReadonlyMap<string, number>,
  evidence: readonly string[],
): number | null {
  const positions = evidence.flatMap((id) => indexOf.get(id) ?? []);
  if (positions.length > 0) return Math.min(...positions);
  const drawnAt = trajectory.spans.find((span) => span.spanId === evidence[0])?.position;
  if (drawnAt === undefined) return null;
  const before = trajectory.spans
    .filter((span) => span.position < drawnAt && indexOf.has(span.spanId))
    .at(-1);
  return before ? (indexOf.get(before.spanId) ?? null) : null;
}
