/**
 * empty-retrieval: a search of the agent's memory or knowledge brought back nothing, and the agent answered all the same
 * without saying so: the answer rests on what the model makes up.
 * Errors are other signals' job. No public set labels these; what was read stands in docs/evaluation.md.
 */
import { z } from 'zod';
import { asksSomething } from '../../../shared/conversation/conversation';
import { seeksKnowledge } from '../../../shared/failures/knowledge-search';
import { ownsUp } from '../../../shared/failures/owning-up.data';
import { payloadFault } from '../../../shared/failures/payload-fault';
import { answerAfter, toolOf } from '../../../shared/failures/step';
import { defineDetector, type DetectorSpan, type FindingInput } from '../detector';

const parameters = z.object({
  minAnswer: z
    .number()
    .int()
    .min(0)
    .default(30)
    .describe('characters of the answer; a shorter one says hardly anything (own choice)'),
  maxQuestion: z
    .number()
    .int()
    .min(0)
    .default(200)
    .describe(
      'characters of an answer that ends in a question, up to which it asks back rather than answers (own choice)',
    ),
  headLength: z
    .number()
    .int()
    .min(20)
    .default(200)
    .describe('characters in which “nothing found” must be said, as in silent-tool-failure'),
});

function isRetrieval(span: DetectorSpan): boolean {
  if (
    span.isRewound ||
    span.status === 'error' ||
    span.status === 'rejected' ||
    span.status === 'interrupted'
  )
    return false;
  // Without a result and without an end it is a call that never came back.
  if (span.status === 'unset' && span.endMs === null && span.text === '') return false;
  return seeksKnowledge(span);
}

export default defineDetector({
  id: 'empty-retrieval',
  title: 'Answer from an empty retrieval',
  description: 'A search of memory or knowledge found nothing and the agent answered as if it had.',
  pillar: 'memory',
  version: '1.2',
  parameters,
  isHint: true,
  inspect({ spans }, { minAnswer, maxQuestion, headLength }) {
    const findings: FindingInput[] = [];
    /** Empty retrievals since the last answer; emptied by one that finds something. */
    let empty: { span: DetectorSpan; at: number }[] = [];
    const tell = (): void => {
      const first = empty[0];
      if (first === undefined) return;
      const answer = answerAfter(spans, first.at);
      const isAnswered =
        answer !== null &&
        answer.textLength >= minAnswer &&
        !(answer.textLength <= maxQuestion && asksSomething(answer.text));
      if (isAnswered && !ownsUp.test(answer.text))
        findings.push(
          describe(
            empty.map((one) => one.span),
            answer,
          ),
        );
      empty = [];
    };
    spans.forEach((span, at) => {
      if (span.kind === 'user' || (span.kind === 'llm' && span.text !== '')) tell();
      else if (isRetrieval(span)) {
        const fault = payloadFault(span, headLength);
        if (fault === null || fault.isBroken === true) empty = [];
        else if (!fault.isError) empty.push({ span, at });
      }
    });
    tell();
    return findings;
  },
});

function describe(empty: readonly DetectorSpan[], answer: DetectorSpan): FindingInput {
  const first = empty[0] as DetectorSpan;
  const searched = empty.length === 1 ? 'found nothing' : `found nothing in ${String(empty.length)} searches`;
  return {
    evidence: [first.spanId, answer.spanId, ...empty.slice(1, 10).map((span) => span.spanId)],
    turnNo: first.turnNo,
    reason: `${toolOf(first)} ${searched}, and the answer of ${answer.textLength.toLocaleString('en')} characters does not say so.`,
    severity: 3,
  };
}
