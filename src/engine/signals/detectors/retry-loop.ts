/**
 * retry-loop: the same tool called again and again with the same arguments within a turn.
 * The threshold is Plano's published rule for identical retries (arXiv 2604.00356); reading the same thing twice is not a loop.
 */
import { z } from 'zod';
import { defineDetector, type DetectorSpan, type FindingInput } from '../detector';

const parameters = z.object({
  minCalls: z
    .number()
    .int()
    .min(2)
    .default(3)
    .describe('identical calls that make a loop (Plano Signals, arXiv 2604.00356: 3 or more)'),
  maxGap: z
    .number()
    .int()
    .min(1)
    .default(6)
    .describe(
      'other tool calls allowed between two of them; an agent that polls between other work is not stuck',
    ),
});

function describe(calls: readonly DetectorSpan[]): FindingInput {
  const first = calls[0] as DetectorSpan;
  const failed = calls.filter((call) => call.status === 'error').length;
  const rest = calls.slice(1).map((call) => call.spanId);
  return {
    evidence: [(calls[calls.length - 1] as DetectorSpan).spanId, first.spanId, ...rest.slice(0, -1)],
    turnNo: first.turnNo,
    reason: `${first.toolName ?? first.name} was called ${String(calls.length)} times with the same arguments${failed > 0 ? `, ${String(failed)} of them failed` : ''}.`,
    severity: failed >= 2 ? 3 : 2,
  };
}

export default defineDetector({
  id: 'retry-loop',
  title: 'Retry loop',
  description: 'The same tool call is repeated with the same arguments.',
  pillar: 'tools',
  version: '1.0',
  parameters,
  isHint: false,
  inspect({ spans }, { minCalls, maxGap }) {
    const findings: FindingInput[] = [];
    const open = new Map<string, { calls: DetectorSpan[]; lastNo: number }>();
    let toolNo = 0;
    const close = (key: string): void => {
      const run = open.get(key);
      open.delete(key);
      if (run && run.calls.length >= minCalls) findings.push(describe(run.calls));
    };
    for (const span of spans) {
      if (span.kind !== 'tool' || span.isRewound || span.callHash === null) continue;
      toolNo += 1;
      const key = `${span.agentId ?? ''}|${String(span.turnNo)}|${span.callHash}`;
      const run = open.get(key);
      if (run && toolNo - run.lastNo > maxGap + 1) close(key);
      const current = open.get(key);
      if (current) {
        current.calls.push(span);
        current.lastNo = toolNo;
      } else open.set(key, { calls: [span], lastNo: toolNo });
    }
    for (const key of [...open.keys()]) close(key);
    return findings;
  },
});
