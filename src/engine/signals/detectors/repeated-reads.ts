/**
 * repeated-reads: the same thing is fetched again and comes back the same: what was read did not stay in the agent's memory.
 * Calls that change something, and results that differ, are none; what is read again at once is one occasion, and retry-loop's to
 * tell. Three as for retries in Plano Signals (arXiv 2604.00356).
 */
import { z } from 'zod';
import { commandOf } from '../../../shared/failures/environment-failures';
import { GAP_OF_RETRIES, isSameAttempt } from '../../../shared/failures/same-call';
import { countOf, toolOf } from '../../../shared/failures/step';
import { pollingTools } from '../../../shared/failures/tools.data';
import { defineDetector, type DetectorSpan, type FindingInput } from '../detector';

const parameters = z.object({
  minReads: z
    .number()
    .int()
    .min(2)
    .default(3)
    .describe(
      'occasions on which the same thing is read with the same result (Plano Signals, arXiv 2604.00356: 3 retries)',
    ),
  minLength: z
    .number()
    .int()
    .min(0)
    .default(40)
    .describe(
      'characters of the result; shorter ones are statuses that are polled rather than things that are read',
    ),
});

const READS =
  /^(\w*[_.:/-])?(read|view|open|cat|get|fetch|load|look_?up|find|search|list|retrieve|query|show|describe|recall|ls|glob|grep|notebookread|webfetch)/i;
const READING_COMMAND =
  /^\s*(?:cd\s+\S+\s*(?:&&|;)\s*)?(cat|head|tail|less|more|nl|ls|find|grep|rg|tree|wc|sed\s+-n|git\s+(?:show|log|grep|ls-files))\b[^>]*$/;

function isReading(span: DetectorSpan): boolean {
  if (span.isRewound || span.status === 'error' || span.status === 'rejected' || span.textLength === 0)
    return false;
  if (span.kind === 'retrieval') return true;
  if (span.kind !== 'tool') return false;
  const tool = toolOf(span);
  if (READS.test(tool)) return !pollingTools.test(tool);
  if (span.pillar !== 'environment') return false;
  const command = commandOf(span.input);
  return command !== null && READING_COMMAND.test(command.slice(0, 400));
}

/** A call with its number among all tool calls, so that it can be told how many lie between two. */
interface Read {
  span: DetectorSpan;
  callNo: number;
}

/** How often the thing was read, where a run that retry-loop tells of (three, or two directly after one another) counts once. */
function occasionsOf(reads: readonly Read[]): number {
  let occasions = 0;
  let run: { length: number; isDirect: boolean; last: Read } | null = null;
  const close = (): void => {
    if (run !== null) occasions += run.length >= 3 || run.isDirect ? 1 : run.length;
  };
  for (const read of reads) {
    const gap: number = run === null ? 0 : read.callNo - run.last.callNo - 1;
    const goesOn: boolean =
      run !== null &&
      run.last.span.turnNo === read.span.turnNo &&
      (read.span.input ?? '').trim() !== '' &&
      isSameAttempt(read.span, gap, true, GAP_OF_RETRIES);
    if (run !== null && goesOn)
      run = { length: run.length + 1, isDirect: run.isDirect || gap === 0, last: read };
    else {
      close();
      run = { length: 1, isDirect: false, last: read };
    }
  }
  close();
  return occasions;
}

function describe(reads: readonly DetectorSpan[]): FindingInput {
  const last = reads[reads.length - 1] as DetectorSpan;
  const turns = new Set(reads.map((span) => span.turnNo)).size;
  const length = last.textLength.toLocaleString('en');
  return {
    evidence: [last.spanId, ...reads.slice(0, -1).map((span) => span.spanId)].slice(0, 20) as [
      string,
      ...string[],
    ],
    turnNo: last.turnNo,
    reason: `${toolOf(last)} read the same ${length} characters ${String(reads.length)} times in ${countOf(turns, 'turn')}.`,
    severity: reads.length >= 5 ? 3 : 2,
  };
}

export default defineDetector({
  id: 'repeated-reads',
  title: 'Repeated reads',
  description: 'The same thing is read again and again with the same result.',
  pillar: 'memory',
  version: '1.2',
  parameters,
  isHint: true,
  inspect({ spans }, { minReads, minLength }) {
    const byCall = new Map<string, Read[]>();
    let callNo = 0;
    for (const span of spans) {
      if (span.kind !== 'tool' && span.kind !== 'retrieval') continue;
      if (span.kind === 'tool' && !span.isRewound) callNo += 1;
      if (span.textLength < minLength) continue;
      const call = span.callHash ?? (span.kind === 'retrieval' ? span.input : null);
      if (call === null) continue;
      const key = `${span.agentId ?? ''}|${call}|${String(span.textLength)}`;
      const reads = byCall.get(key);
      if (reads) reads.push({ span, callNo });
      else byCall.set(key, [{ span, callNo }]);
    }
    const findings: FindingInput[] = [];
    for (const reads of byCall.values()) {
      if (reads.length < minReads) continue;
      const first = reads[0] as Read;
      const same = reads.filter(({ span }) => span.text === first.span.text && isReading(span));
      if (occasionsOf(same) >= minReads) findings.push(describe(same.map(({ span }) => span)));
    }
    return findings;
  },
});
