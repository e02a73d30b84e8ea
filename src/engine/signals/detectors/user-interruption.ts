/**
 * user-interruption: the person stopped the agent, or refused a tool call it wanted to make.
 * Reads what the format marked as interrupted or rejected; a rejection right before an interruption is one act.
 */
import { z } from 'zod';
import { defineDetector, type FindingInput } from '../detector';

const parameters = z.object({
  sameActSpans: z
    .number()
    .int()
    .min(0)
    .default(3)
    .describe(
      'spans between a refused call and the interruption it caused: coding agents write both for one key press (seen in Claude Code transcripts)',
    ),
});

export default defineDetector({
  id: 'user-interruption',
  title: 'User interruption',
  description: 'The user stopped the agent or refused a tool call.',
  pillar: 'user',
  version: '1.0',
  parameters,
  isHint: false,
  inspect({ spans }, { sameActSpans }) {
    const findings: FindingInput[] = [];
    let refusedAt: number | null = null;
    for (const span of spans) {
      if (span.isRewound) continue;
      if (span.status === 'rejected') {
        refusedAt = span.position;
        findings.push({
          evidence: [span.spanId],
          turnNo: span.turnNo,
          reason: `The user refused the call of ${span.toolName ?? span.name}${span.statusMessage === null ? '.' : `: ${span.statusMessage.slice(0, 200)}`}`,
          severity: 3,
        });
      } else if (span.status === 'interrupted') {
        if (refusedAt !== null && span.position - refusedAt <= sameActSpans) continue;
        const what =
          span.kind === 'tool' ? `while ${span.toolName ?? span.name} ran` : 'in the middle of its work';
        findings.push({
          evidence: [span.spanId],
          turnNo: span.turnNo,
          reason: `The user stopped the agent ${what}.`,
          severity: 3,
        });
      }
    }
    return findings;
  },
});
