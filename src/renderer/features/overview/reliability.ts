/**
 * What a share of good steps comes to over many of them, were every step needed and none to depend on another.
 * Pure arithmetic. https://en.wikipedia.org/wiki/Series_system (reliability of a series system)
 */
import type { Share } from '../../../shared/model/codebook';

/** A chance with its interval; each between 0 and 1. */
export interface Chance {
  value: number;
  low: number;
  high: number;
}

/** Chance that all of `stepCount` steps go well; null where nothing is known of a single one. */
export function compound(perStep: Share, stepCount: number): Chance | null {
  if (perStep.share === null) return null;
  return {
    value: perStep.share ** stepCount,
    low: (perStep.low ?? perStep.share) ** stepCount,
    high: (perStep.high ?? perStep.share) ** stepCount,
  };
}

/** After how many steps fewer than half come through; null when that never happens, or nothing is known. */
export function stepsToHalf(perStep: Share): number | null {
  if (perStep.share === null || perStep.share >= 1) return null;
  if (perStep.share <= 0.5) return 1;
  return Math.ceil(Math.log(0.5) / Math.log(perStep.share));
}

/** Chances at about `points` places from 1 to `maxSteps`, both within. */
export function reliabilityCurve(
  perStep: Share,
  maxSteps: number,
  points = 120,
): { steps: number; chance: Chance }[] {
  const stride = Math.max(1, Math.floor((maxSteps - 1) / points));
  const curve: { steps: number; chance: Chance }[] = [];
  for (let steps = 1; steps < maxSteps; steps += stride) {
    const chance = compound(perStep, steps);
    if (chance !== null) curve.push({ steps, chance });
  }
  const last = compound(perStep, maxSteps);
  if (last !== null) curve.push({ steps: maxSteps, chance: last });
  return curve;
}

/** How far the slider goes: past the usual session, and past the place where half is lost, within reason. */
export function sliderLimit(perStep: Share, medianSteps: number | null): number {
  const wanted = Math.max((medianSteps ?? 0) * 3, Math.min(stepsToHalf(perStep) ?? 0, 200), 20);
  return Math.min(Math.ceil(wanted / 10) * 10, 1000);
}
