/**
 * silent-tool-failure: a tool call that is not marked as failed but brought back nothing, null, an error in words or JSON that
 * breaks off, and the agent builds on it; and a run of tests in which no test ran, of which the agent says that they pass.
 * Looks only at the payload's shape and its first words; what is legitimately empty is told by the tool's name, by the agent
 * saying so and by a later call that brings back something. No public set labels these (docs/evaluation.md: what was read).
 */
import { z } from 'zod';
import { ownsUp } from '../../../shared/failures/owning-up.data';
import { payloadFault } from '../../../shared/failures/payload-fault';
import { answerAfter, toolFamily, toolOf } from '../../../shared/failures/step';
import { nothingTested, saidToPass, testsRan } from '../../../shared/failures/test-runs.data';
import { quietTools } from '../../../shared/failures/tools.data';
import { contentWords } from '../../../shared/text/function-words';
import { tokenize } from '../../../shared/text/tokenize';
import { defineDetector, type DetectorSpan, type FindingInput } from '../detector';

const parameters = z.object({
  quietTools: z
    .array(z.string())
    .default([...quietTools])
    .describe(
      'tools (lower case) whose empty result is normal: they act or note, and return nothing to read',
    ),
  headLength: z
    .number()
    .int()
    .min(20)
    .default(200)
    .describe('characters in which an error text must start; errors are said first'),
});

/** What came back was cut, and says so. */
const CUT_SHORT =
  /(\[|\(|<|\u2026|\.\.\.)\s{0,3}((output|response|result|content|text|data) )?truncated\b[^\n]{0,80}$|response (is )?too (large|long)[^\n]{0,80}$/i;
const SAYS_CUT =
  /truncat|incomplete|partial|cut off|too (large|long)|abgeschnitten|unvollst|tronqu|incomplet/i;

interface Silence {
  what: string;
  isError: boolean;
  isOwned: (answer: string) => boolean;
}

function silenceOf(span: DetectorSpan, headLength: number): Silence | null {
  const fault = payloadFault(span, headLength);
  if (fault !== null) return { ...fault, isOwned: (answer) => ownsUp.test(answer) };
  if (span.textLength > span.text.length || !CUT_SHORT.test(span.text.slice(-200))) return null;
  return {
    what: 'a payload cut short',
    isError: false,
    isOwned: (answer) => SAYS_CUT.test(answer),
  };
}

/** Whether the same tool, or its like (search_direct, search_onestop), brings back something between the call and the answer: the agent builds on that instead. */
function isMadeGood(
  spans: readonly DetectorSpan[],
  from: number,
  answer: DetectorSpan,
  head: number,
): boolean {
  const call = spans[from] as DetectorSpan;
  for (let i = from + 1; i < spans.length; i++) {
    const next = spans[i] as DetectorSpan;
    if (next === answer) return false;
    if (next.kind !== call.kind || next.isRewound || next.agentId !== call.agentId) continue;
    if (toolFamily(next) !== toolFamily(call) || next.status === 'error') continue;
    if (next.text.trim() !== '' && payloadFault(next, head) === null) return true;
  }
  return false;
}

/** The answer passes on what the payload says beyond what was asked, in its own words. */
function relays(answer: string, { text, input }: DetectorSpan): boolean {
  const asked = new Set(tokenize(input ?? ''));
  const said = new Set(contentWords(tokenize(text.slice(0, 600))).filter((word) => !asked.has(word)));
  const passedOn = new Set(contentWords(tokenize(answer.slice(0, 1200))).filter((word) => said.has(word)));
  return passedOn.size >= Math.max(3, said.size * 0.3);
}

/** A tool that reads nothing and is told nothing has nothing to bring back: a greeting, a beep. */
function mayBeEmpty(span: DetectorSpan): boolean {
  return /^\s*\{?\s*\}?\s*$/.test(span.input ?? '') && !READS.test(toolOf(span));
}
const READS =
  /(^|[_.\-:/])(get|list|find|search|fetch|read|query|look|load|show|check|count|select|retrieve|describe|browse|scan|view)/i;

/** The answer that says that the tests of this call pass, though none ran and none did until then; null where there is none. */
function passedUntested(spans: readonly DetectorSpan[], from: number): DetectorSpan | null {
  const call = spans[from] as DetectorSpan;
  const shown = `${call.text}\n${call.textTail ?? ''}`;
  if (!nothingTested.test(shown) || testsRan.test(shown)) return null;
  const answer = answerAfter(spans, from);
  if (answer === null || !saidToPass.test(answer.text)) return null;
  for (let i = from + 1; spans[i] !== answer && i < spans.length; i++) {
    const next = spans[i] as DetectorSpan;
    if (next.kind === 'tool' && !next.isRewound && testsRan.test(`${next.text}\n${next.textTail ?? ''}`))
      return null;
  }
  return answer;
}

function endOf(isOwned: boolean): string {
  return isOwned ? 'the agent mentions it' : 'the next answer does not mention it';
}

export default defineDetector({
  id: 'silent-tool-failure',
  title: 'Silent tool failure',
  description:
    'A tool call counts as a success but returned nothing, null, broken data or an error in words, and the agent went on.',
  pillar: 'tools',
  version: '1.3',
  parameters,
  isHint: true,
  inspect({ spans }, { quietTools: quietNames, headLength }) {
    const quiet = new Set(quietNames);
    const findings: FindingInput[] = [];
    // Several calls of a tool that an answer is silent about are one failure of that answer.
    const told = new Set<string>();
    spans.forEach((span, i) => {
      const isCall = span.kind === 'tool' || span.kind === 'retrieval';
      if (!isCall || span.isRewound || (span.status !== 'ok' && span.status !== 'unset')) return;
      // A shell or a file shows what is there: an error it prints, and the nothing it prints, may be what was looked for.
      if (span.pillar === 'environment') {
        const claim = passedUntested(spans, i);
        if (claim !== null)
          findings.push({
            evidence: [span.spanId, claim.spanId],
            turnNo: span.turnNo,
            reason: `${toolOf(span)} counts as a success but ran no tests; the next answer says that they pass.`,
            severity: 3,
          });
        return;
      }
      // A call that never came back is not an empty success, and of a result without its call nothing can be expected.
      if (span.kind === 'tool' && span.toolName === null && span.input === null && span.text.trim() === '')
        return;
      // Nothing at all, of a call of which the source does not say that it succeeded, is a result that was not recorded.
      if (span.status === 'unset' && span.text.trim() === '') return;
      const found = silenceOf(span, headLength);
      if (!found || (!found.isError && (quiet.has(toolOf(span).toLowerCase()) || mayBeEmpty(span)))) return;
      const answer = answerAfter(spans, i);
      // Where the agent says nothing after it, it builds on nothing.
      if (answer === null || isMadeGood(spans, i, answer, headLength)) return;
      const isOwned = found.isOwned(answer.text);
      if ((isOwned && !found.isError) || relays(answer.text, span)) return;
      const place = `${toolOf(span)} ${answer.spanId}`;
      if (told.has(place)) return;
      told.add(place);
      findings.push({
        evidence: [span.spanId, answer.spanId],
        turnNo: span.turnNo,
        reason: `${toolOf(span)} counts as a success but returned ${found.what}; ${endOf(isOwned)}.`,
        severity: isOwned ? 2 : 3,
      });
    });
    return findings;
  },
});
