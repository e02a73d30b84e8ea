/**
 * silent-tool-failure: a tool call that is not marked as failed but brought back nothing, null, an error in words or JSON that
 * breaks off, and the agent builds on it; and a run of tests in which no test ran, of which the agent says that they pass.
 * Looks only at the payload's shape and its first words; what is legitimately empty is told by the tool's name, by the agent
 * saying so and by a later call that brings back something. No public set labels these (docs/evaluation.md: what was read).
 */
import { z } from 'zod';
import { seeksKnowledge } from '../../../shared/failures/knowledge-search';
import { answerAfter, toolOf } from '../../../shared/failures/step';
import { nothingTested, saidToPass, testsRan } from '../../../shared/failures/test-runs.data';
import { quietTools } from '../../../shared/failures/tools.data';
import { mentionOf, unseenFailure, type UnseenFailure } from '../../../shared/failures/unseen-failure';
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

/** Nothing found where something known was sought is empty-retrieval's to tell; an error no source marks and the agent names, unmarked-tool-error's. */
function isForOthers(span: DetectorSpan, { fault, isOwned }: UnseenFailure<DetectorSpan>): boolean {
  if (fault.isError) return isOwned && span.status === 'unset';
  return fault.isBroken !== true && seeksKnowledge(span);
}

export default defineDetector({
  id: 'silent-tool-failure',
  title: 'Silent tool failure',
  description:
    'A tool call counts as a success but returned nothing, null, broken data or an error in words, and the agent went on.',
  pillar: 'tools',
  version: '1.4',
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
      const unseen = unseenFailure(spans, i, headLength);
      if (unseen === null || isForOthers(span, unseen)) return;
      const { fault, answer, isOwned } = unseen;
      if (!fault.isError && (quiet.has(toolOf(span).toLowerCase()) || mayBeEmpty(span))) return;
      const place = `${toolOf(span)} ${answer.spanId}`;
      if (told.has(place)) return;
      told.add(place);
      findings.push({
        evidence: [span.spanId, answer.spanId],
        turnNo: span.turnNo,
        reason: `${toolOf(span)} ${span.status === 'ok' ? 'counts as a success but' : 'is not marked as failed but'} returned ${fault.what}; ${mentionOf(isOwned)}.`,
        severity: isOwned ? 2 : 3,
      });
    });
    return findings;
  },
});
