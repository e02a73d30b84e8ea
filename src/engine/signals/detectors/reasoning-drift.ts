/**
 * reasoning-drift: the agent's messages move away from the request the session was opened with, though the user still speaks
 * of it. Compares the first and the last third of the curve that the session screen draws. Lexical, so it is a hint: other
 * words for the same thing look like drift (docs/evaluation.md: no lexical measure beats "no boundary" on chit-chat).
 */
import { z } from 'zod';
import { percent } from '../../../shared/conversation/conversation';
import { driftCurve, summarizeDrift } from '../../../shared/conversation/drift';
import { defineDetector } from '../detector';

const parameters = z.object({
  minPoints: z
    .number()
    .int()
    .min(3)
    .default(9)
    .describe('messages of the agent a session needs: three in each third (fewer make no mean)'),
  minEarly: z
    .number()
    .min(0)
    .max(1)
    .default(0.3)
    .describe(
      'likeness of the first third to the opening request; less never was on the topic in the same words',
    ),
  maxLateShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.33)
    .describe(
      'likeness of the last third as a share of the first; read from the curves of the sample’s sound sessions',
    ),
});

/** Points of the curve that are enough for the means of its thirds. */
const pointsRead = 27;

export default defineDetector({
  id: 'reasoning-drift',
  title: 'Reasoning drift',
  description: 'The agent’s messages move away from what the session was opened with.',
  pillar: 'llm',
  version: '1.0',
  parameters,
  isHint: true,
  inspect({ spans, workspace }, { minPoints, minEarly, maxLateShare }) {
    if (spans.filter((span) => span.kind === 'llm' && span.text !== '').length < minPoints) return [];
    const curve = driftCurve(spans, (word) => workspace.idf(word), pointsRead);
    const summary = summarizeDrift(curve, minPoints);
    if (!summary || summary.early < minEarly || summary.late > summary.early * maxLateShare) return [];
    // Where the user moved on as well, the agent followed.
    const turnCount = new Set(curve.map((point) => point.turnNo)).size;
    if (summary.userLate === null ? turnCount > 1 : summary.userLate < summary.late + 0.1) return [];
    const opening = spans.find((span) => span.kind === 'user' && span.turnNo > 0);
    return [
      {
        evidence: opening ? [summary.last.spanId, opening.spanId] : [summary.last.spanId],
        turnNo: summary.last.turnNo,
        reason: `Over ${String(summary.count)} messages the agent’s likeness to the opening request fell from ${percent(summary.early)} in the first third to ${percent(summary.late)} in the last.`,
        severity: 2,
      },
    ];
  },
});
