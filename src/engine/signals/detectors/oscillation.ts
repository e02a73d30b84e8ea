/**
 * oscillation: the agent goes back and forth between a few calls, A-B-A-B, with the same arguments and to
 * the same effect each time.
 * Cycles of two to five calls as in Plano Signals (arXiv 2604.00356), which asks for three; with equal arguments two already
 * mean that nothing new can come. A call repeated alone is retry-loop.
 */
import { z } from 'zod';
import { gistOf, isToolCall, toolOf } from '../../../shared/failures/step';
import { quietTools } from '../../../shared/failures/tools.data';
import { defineDetector, type DetectorSpan, type FindingInput } from '../detector';

const parameters = z.object({
  minCycles: z
    .number()
    .int()
    .min(2)
    .default(2)
    .describe(
      'full cycles in a row (Plano Signals: 3, arguments aside; 2 where the arguments are equal too)',
    ),
  maxPeriod: z
    .number()
    .int()
    .min(2)
    .max(8)
    .default(5)
    .describe('calls in a cycle at most (Plano Signals, arXiv 2604.00356: 2 to 5)'),
});

/** Thinking between two attempts is no part of going back and forth. */
const quiet = new Set(quietTools);

interface Cycle {
  start: number;
  period: number;
  cycles: number;
}

/** The longest repetition with this period that starts at `start`; null for one that never leaves a single call. */
function cycleAt(hashes: readonly string[], start: number, period: number): Cycle | null {
  let end = start + period;
  while (end < hashes.length && hashes[end] === hashes[end - period]) end += 1;
  const cycles = Math.floor((end - start) / period);
  if (cycles < 2 || new Set(hashes.slice(start, start + period)).size < 2) return null;
  return { start, period, cycles };
}

function cyclesIn(hashes: readonly string[], minCycles: number, maxPeriod: number): Cycle[] {
  const found: Cycle[] = [];
  for (let start = 0; start + 4 <= hashes.length; start++) {
    for (let period = 2; period <= maxPeriod; period++) {
      const cycle = cycleAt(hashes, start, period);
      if (!cycle || cycle.cycles < minCycles) continue;
      found.push(cycle);
      start += cycle.period * cycle.cycles - 1;
      break;
    }
  }
  return found;
}

function describe(calls: readonly DetectorSpan[], { start, period, cycles }: Cycle): FindingInput {
  const members = calls.slice(start, start + period * cycles);
  const last = members[members.length - 1] as DetectorSpan;
  const names = members.slice(0, period).map(toolOf).join(' → ');
  const failed = members.filter((call) => call.status === 'error').length;
  return {
    evidence: [last.spanId, ...members.slice(0, -1).map((call) => call.spanId)],
    turnNo: last.turnNo,
    reason: `${names} was gone through ${String(cycles)} times in a row with the same arguments and to the same effect${failed > 0 ? `, ${String(failed)} of the ${String(members.length)} calls failed` : ''}.`,
    severity: cycles >= 3 || failed >= 2 ? 3 : 2,
  };
}

export default defineDetector({
  id: 'oscillation',
  title: 'Oscillation',
  description: 'The agent goes back and forth between the same few calls.',
  pillar: 'tools',
  version: '1.1',
  parameters,
  isHint: true,
  inspect({ spans }, { minCycles, maxPeriod }) {
    const runs = new Map<string, DetectorSpan[]>();
    for (const span of spans) {
      if (!isToolCall(span) || span.callHash === null || quiet.has(toolOf(span).toLowerCase())) continue;
      const key = `${span.agentId ?? ''}|${String(span.turnNo)}`;
      const run = runs.get(key);
      if (run) run.push(span);
      else runs.set(key, [span]);
    }
    const findings: FindingInput[] = [];
    for (const calls of runs.values()) {
      if (calls.length < 2 * minCycles) continue;
      // What brings something new each time is no going back and forth.
      const hashes = calls.map((call) => `${call.callHash as string}|${gistOf(call)}`);
      for (const cycle of cyclesIn(hashes, minCycles, maxPeriod)) findings.push(describe(calls, cycle));
    }
    return findings;
  },
});
