/** How a goal stands at a turn: what came after it is not known there yet. */
import type { Breach, Goal, GoalPlace } from '../../../../shared/model/goal';

export interface Standing {
  state: 'later' | 'broken' | 'lifted' | 'served' | 'open';
  served: GoalPlace | null;
  breaches: readonly Breach[];
}

/** The goal as it stands at the end of a turn; null: at the end of the session. Broken is what was not served since. */
export function standingAt(goal: Goal, turnNo: number | null): Standing {
  const until = turnNo ?? Number.POSITIVE_INFINITY;
  if (goal.turnNo > until) return { state: 'later', served: null, breaches: [] };
  const breaches = goal.breaches.filter((one) => one.turnNo <= until);
  const served = goal.served.findLast((one) => one.turnNo <= until) ?? null;
  const latest = breaches.at(-1);
  if (goal.lifted !== null && goal.lifted.turnNo <= until) return { state: 'lifted', served, breaches };
  if (latest !== undefined && latest.position >= (served?.position ?? -1))
    return { state: 'broken', served, breaches };
  return { state: served === null ? 'open' : 'served', served, breaches };
}
