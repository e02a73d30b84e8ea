/**
 * context-saturation: the context window of a model call is nearly full, or it was cut down at once: what stood in it before is
 * likely to be forgotten. Fill is the call's tokens against the model's window, from the workspace's table of context windows;
 * where the window is not known only the fall at a compaction is told. One finding for each rise, not for each call.
 */
import { z } from 'zod';
import { defineDetector, type DetectorSpan, type FindingInput } from '../detector';

const parameters = z.object({
  minFill: z
    .number()
    .min(0.05)
    .max(1)
    .default(0.8)
    .describe(
      'share of the window from which it counts as nearly full; coding agents compact on their own between 0.8 and 0.95 (Claude Code’s and Codex’s settings)',
    ),
  minFall: z
    .number()
    .min(0.1)
    .max(1)
    .default(0.5)
    .describe(
      'share of the context that must be gone from one call to the next for a compaction (seen in Claude Code: 0.6 and more)',
    ),
  minTokens: z
    .number()
    .int()
    .min(0)
    .default(20_000)
    .describe('tokens before the fall; smaller contexts fall when a side request is answered'),
});

const tokens = (count: number): string => Math.round(count).toLocaleString('en');

function fullness(call: DetectorSpan, fill: number, window: number): FindingInput {
  return {
    evidence: [call.spanId],
    turnNo: call.turnNo,
    reason: `The context holds ${tokens(call.contextTokens ?? 0)} tokens, ${String(Math.round(fill * 100))}% of the ${tokens(window)} of ${call.model ?? 'the model'}.`,
    severity: fill >= 0.95 ? 3 : 2,
  };
}

export default defineDetector({
  id: 'context-saturation',
  title: 'Context saturation',
  description: 'The context window is nearly full, or was cut down from one call to the next.',
  pillar: 'memory',
  version: '1.0',
  parameters,
  isHint: true,
  inspect({ spans, workspace }, { minFill, minFall, minTokens }) {
    const findings: FindingInput[] = [];
    const before = new Map<string, { call: DetectorSpan; tokens: number; isFull: boolean }>();
    for (const span of spans) {
      if (span.kind !== 'llm' || span.isRewound || span.contextTokens === null || span.contextTokens <= 0)
        continue;
      const stream = `${span.agentId ?? ''}|${span.model ?? ''}`;
      const last = before.get(stream);
      const window = workspace.contextWindowOf(span.model);
      const fill = window === null ? 0 : span.contextTokens / window;
      const isFull = fill >= minFill;
      if (window !== null && isFull && last?.isFull !== true) findings.push(fullness(span, fill, window));
      const fall = last === undefined ? 0 : 1 - span.contextTokens / last.tokens;
      if (last !== undefined && last.tokens >= minTokens && fall >= minFall) {
        findings.push({
          evidence: [span.spanId, last.call.spanId],
          turnNo: span.turnNo,
          reason: `The context fell from ${tokens(last.tokens)} to ${tokens(span.contextTokens)} tokens: ${String(Math.round(fall * 100))}% of it was compacted or left out.`,
          severity: 2,
        });
      }
      before.set(stream, { call: span, tokens: span.contextTokens, isFull });
    }
    return findings;
  },
});
