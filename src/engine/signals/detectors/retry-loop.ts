/**
 * retry-loop: the same tool called again and again with the same arguments within a turn, to no other effect.
 * The threshold is Plano's published rule for identical retries (arXiv 2604.00356), which alone is wrong more often than right on
 * coding agents: they run one test again after every edit. So a call counts as the same again only where it follows the one
 * before at once, or came back with the same words, figures aside. Calls whose arguments the source leaves out cannot be told apart.
 * Twice running is enough where the second brought back what the first had: it was known. Whoever scrolls or types repeats on purpose.
 */
import { z } from 'zod';
import { hasFailed } from '../../../shared/failures/payload-fault';
import { GAP_OF_RETRIES, isSameAttempt } from '../../../shared/failures/same-call';
import { gistOf, toolOf } from '../../../shared/failures/step';
import { pollingTools, quietTools } from '../../../shared/failures/tools.data';
import { defineDetector, type DetectorSpan, type FindingInput } from '../detector';

const parameters = z.object({
  minCalls: z
    .number()
    .int()
    .min(2)
    .default(3)
    .describe('identical calls that make a loop (Plano Signals, arXiv 2604.00356: 3 or more)'),
  minRunning: z
    .number()
    .int()
    .min(2)
    .default(2)
    .describe(
      'identical calls directly one after another, with the same result, that are a (small) loop; all 8 such pairs of 244 runs of mini-swe-agent (fit half) brought nothing new',
    ),
  maxGap: z
    .number()
    .int()
    .min(1)
    .default(GAP_OF_RETRIES)
    .describe(
      'other tool calls allowed between two of them; an agent that polls between other work is not stuck',
    ),
});

/** Thinking between two attempts is no other work. */
const quiet = new Set(quietTools);

/** Calls meant to be made again: each moves something on. */
const steppingTools =
  /scroll|press|click|key|type|next|more|page|move|step|turn|swipe|tap|zoom|back|forward|navigate|append|insert|add|increment|draw|roll/i;

interface Run {
  calls: DetectorSpan[];
  lastNo: number;
  gist: string;
  /** The calls between the latest two, with what they brought back, and whether they were the same each time. */
  between: string | null;
  isCycle: boolean;
  /** Calls with the same result with no other call between them: now, and at most. */
  running: number;
  longest: number;
}

function goOn(run: Run, span: DetectorSpan, toolNo: number, gist: string, between: string): void {
  run.isCycle = between !== '' && (run.between === null || (run.isCycle && run.between === between));
  run.between = between;
  run.running = toolNo === run.lastNo + 1 && gist === run.gist ? run.running + 1 : 1;
  run.longest = Math.max(run.longest, run.running);
  run.calls.push(span);
  run.lastNo = toolNo;
  run.gist = gist;
}

function isComparable(span: DetectorSpan): boolean {
  if (span.kind !== 'tool' || span.isRewound) return false;
  // Whoever asks again for what changes by itself polls; whoever fails every time does not.
  if (pollingTools.test(toolOf(span)) && !hasFailed(span)) return false;
  return span.callHash !== null && (span.input ?? '').trim() !== '';
}

function isLoop({ calls, longest, isCycle }: Run, minCalls: number, minRunning: number): boolean {
  // Back and forth between the same calls is oscillation's to tell.
  if (isCycle) return false;
  if (calls.length >= minCalls) return true;
  const tool = toolOf(calls[0] as DetectorSpan);
  return longest >= minRunning && !steppingTools.test(tool);
}

function describe({ calls, longest }: Run, isSmall: boolean): FindingInput {
  const first = calls[0] as DetectorSpan;
  const failed = calls.filter((call) => call.status === 'error').length;
  const rest = calls.slice(1).map((call) => call.spanId);
  return {
    evidence: [(calls[calls.length - 1] as DetectorSpan).spanId, first.spanId, ...rest.slice(0, -1)],
    turnNo: first.turnNo,
    reason: `${first.toolName ?? first.name} was called ${String(calls.length)} times with the same arguments${longest === calls.length ? ', one after the other and to the same effect' : ''}${failed > 0 ? `, ${String(failed)} of them failed` : ''}.`,
    severity: isSmall ? 1 : failed >= 2 ? 3 : 2,
  };
}

export default defineDetector({
  id: 'retry-loop',
  title: 'Retry loop',
  description: 'The same tool call is repeated with the same arguments, to no other effect.',
  pillar: 'tools',
  version: '2.2',
  parameters,
  isHint: true,
  inspect({ spans }, { minCalls, minRunning, maxGap }) {
    const findings: FindingInput[] = [];
    const open = new Map<string, Run>();
    const steps: string[] = [];
    let toolNo = 0;
    const close = (key: string): void => {
      const run = open.get(key);
      open.delete(key);
      if (run && isLoop(run, minCalls, minRunning)) findings.push(describe(run, run.calls.length < minCalls));
    };
    for (const span of spans) {
      if (span.kind !== 'tool' || span.isRewound) continue;
      toolNo += 1;
      const gist = gistOf(span);
      steps.push(quiet.has(toolOf(span).toLowerCase()) ? '' : `${span.callHash ?? ''}|${gist}`);
      if (!isComparable(span)) continue;
      const key = `${span.agentId ?? ''}|${String(span.turnNo)}|${span.callHash ?? ''}`;
      const run = open.get(key);
      const gap = run === undefined ? 0 : toolNo - run.lastNo - 1;
      // Another result after other work, or a good one: what was done in between has told.
      if (run !== undefined && !isSameAttempt(span, gap, run.gist === gist, maxGap)) close(key);
      const current = open.get(key);
      if (current) goOn(current, span, toolNo, gist, steps.slice(current.lastNo, toolNo - 1).join(''));
      else
        open.set(key, {
          calls: [span],
          lastNo: toolNo,
          gist,
          between: null,
          isCycle: false,
          running: 1,
          longest: 1,
        });
    }
    for (const key of [...open.keys()]) close(key);
    return findings;
  },
});
