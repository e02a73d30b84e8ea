/**
 * retry-loop: the same tool called again and again with the same arguments within a turn, to no other effect.
 * The threshold is Plano's published rule for identical retries (arXiv 2604.00356), which alone is wrong more often than right on
 * coding agents: they run one test again after every edit. So a call counts as the same again only where it follows the one
 * before at once, or came back with the same words, figures aside. Calls whose arguments the source leaves out cannot be told apart.
 */
import { z } from 'zod';
import { toolOf } from '../../../shared/failures/step';
import { pollingTools } from '../../../shared/failures/tools.data';
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

const figures = /\d+(?:[.:]\d+)*/gu;
const charactersCompared = 600;

/** What came back, without what differs at every run: times, durations, addresses. */
function gistOf(span: DetectorSpan): string {
  return `${span.status} ${span.text.slice(0, charactersCompared).replace(figures, '0')}`;
}

function isComparable(span: DetectorSpan): boolean {
  if (span.kind !== 'tool' || span.isRewound || pollingTools.test(toolOf(span))) return false;
  return span.callHash !== null && (span.input ?? '').trim() !== '';
}

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
  description: 'The same tool call is repeated with the same arguments, to no other effect.',
  pillar: 'tools',
  version: '2.0',
  parameters,
  isHint: true,
  inspect({ spans }, { minCalls, maxGap }) {
    const findings: FindingInput[] = [];
    const open = new Map<string, { calls: DetectorSpan[]; lastNo: number; gist: string }>();
    let toolNo = 0;
    const close = (key: string): void => {
      const run = open.get(key);
      open.delete(key);
      if (run && run.calls.length >= minCalls) findings.push(describe(run.calls));
    };
    for (const span of spans) {
      if (span.kind === 'tool' && !span.isRewound) toolNo += 1;
      if (!isComparable(span)) continue;
      const key = `${span.agentId ?? ''}|${String(span.turnNo)}|${span.callHash ?? ''}`;
      const gist = gistOf(span);
      const run = open.get(key);
      const gap = run === undefined ? 0 : toolNo - run.lastNo - 1;
      // Another result after other work: what was done in between has told.
      if (run !== undefined && (gap > maxGap || (gap > 0 && run.gist !== gist))) close(key);
      const current = open.get(key);
      if (current) {
        current.calls.push(span);
        current.lastNo = toolNo;
        current.gist = gist;
      } else open.set(key, { calls: [span], lastNo: toolNo, gist });
    }
    for (const key of [...open.keys()]) close(key);
    return findings;
  },
});
