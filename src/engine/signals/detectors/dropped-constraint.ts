/**
 * dropped-constraint: something the user demanded earlier is broken by an answer or a call in a way that can be checked, or the
 * user has to remind the agent of it.
 * The demands come from the goal ledger's grammar (shared/goals); policies of the system instructions stand in the ledger alone.
 * Distances are counted from where it was stated or last recalled.
 */
import { z } from 'zod';
import { goalLedger } from '../../../shared/goals/goal-ledger';
import type { Breach, Goal } from '../../../shared/model/goal';
import { countOf, quote } from '../../../shared/failures/step';
import { defineDetector, type FindingInput } from '../detector';

const parameters = z.object({
  minTurns: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe(
      'turns between demand and breach; 0 counts an answer that disregards the very message it follows',
    ),
  farTurns: z
    .number()
    .int()
    .min(1)
    .default(3)
    .describe(
      'turns from which the demand counts as forgotten rather than misread, which makes it major (Plano Signals compares within 3 messages)',
    ),
  reminders: z
    .boolean()
    .default(true)
    .describe('whether a reminder by the user counts where nothing can be checked'),
});

function describe(goal: Goal, breach: Breach, farTurns: number): FindingInput {
  const distance =
    breach.turns === 0
      ? 'in the same turn'
      : `${countOf(breach.turns, 'turn')} and about ${countOf(breach.tokens, 'token')} later`;
  const demand = quote(goal.words, 100);
  return {
    evidence: [breach.spanId, goal.spanId],
    turnNo: breach.turnNo,
    reason: breach.isReminder
      ? `The user has to remind the agent of “${demand}”, ${distance}.`
      : `“${demand}” is broken ${distance}: ${breach.how}.`,
    severity: breach.turns >= farTurns || breach.isReminder ? 3 : 2,
  };
}

export default defineDetector({
  id: 'dropped-constraint',
  title: 'Dropped constraint',
  description: 'Something the user demanded earlier is broken, or the user has to repeat it.',
  pillar: 'memory',
  version: '1.2',
  parameters,
  isHint: true,
  inspect({ spans }, { minTurns, farTurns, reminders }) {
    return goalLedger(spans, { demandsOnly: true })
      .filter((goal) => goal.kind === 'requirement' || goal.kind === 'preference')
      .flatMap((goal) => goal.breaches.map((breach) => ({ goal, breach })))
      .filter(({ breach }) => breach.turns >= minTurns && (reminders || !breach.isReminder))
      .sort((a, b) => a.breach.position - b.breach.position)
      .map(({ goal, breach }) => describe(goal, breach, farTurns));
  },
});
