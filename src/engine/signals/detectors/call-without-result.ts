/**
 * call-without-result: a tool was called and nothing ever came back, so what follows rests on nothing.
 * Sources that record no results at all, calls still running at the end of the record, and tools that end the session by
 * their nature are no findings. Called after the pairing rule of the chat APIs: every tool call is answered by one result.
 */
import { z } from 'zod';
import { isToolCall, toolOf } from '../../../shared/failures/step';
import { endingTools } from '../../../shared/failures/tools.data';
import { defineDetector, type DetectorSpan, type FindingInput } from '../detector';

const parameters = z.object({
  endingTools: z
    .array(z.string())
    .default([...endingTools])
    .describe(
      'tools (lower case) that end the work and are answered by nobody, as agent frameworks name them',
    ),
  minAnsweredShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe(
      'share of a session’s calls that must have a result; below it the export leaves results out (seen in logs of single model calls)',
    ),
});

function isUnanswered(span: DetectorSpan): boolean {
  return span.status === 'unset' && span.text === '' && span.endMs === null;
}

export default defineDetector({
  id: 'call-without-result',
  title: 'Call without result',
  description: 'A tool was called and nothing ever came back.',
  pillar: 'tools',
  version: '1.0',
  parameters,
  isHint: true,
  inspect({ spans }, { endingTools: endingNames, minAnsweredShare }) {
    const ending = new Set(endingNames);
    const calls = spans.filter((span) => isToolCall(span) && span.callHash !== null);
    const unanswered = calls.filter(isUnanswered);
    if (unanswered.length === 0 || 1 - unanswered.length / calls.length < minAnsweredShare) return [];
    const findings: FindingInput[] = [];
    const lastPosition = new Map<string, number>();
    for (const span of spans) if (!span.isRewound) lastPosition.set(span.agentId ?? '', span.position);
    const unansweredAt = new Set(unanswered.map((span) => span.position));
    for (const span of unanswered) {
      if (ending.has(toolOf(span).toLowerCase())) continue;
      // Calls made side by side at the very end were cut off with the record.
      let next = span.position;
      while (unansweredAt.has(next)) next += 1;
      const isLast = next > (lastPosition.get(span.agentId ?? '') ?? -1);
      findings.push({
        evidence: [span.spanId],
        turnNo: span.turnNo,
        reason: isLast
          ? `${toolOf(span)} was called and the record ends without its result.`
          : `${toolOf(span)} was called and never answered, and the agent went on.`,
        severity: isLast ? 1 : 3,
      });
    }
    return findings;
  },
});
