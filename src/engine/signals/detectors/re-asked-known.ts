/**
 * re-asked-known: the agent asks for something the user has said already: an e-mail address, a number, a name, a date.
 * Looks for questions after facts of a form that can be recognised, and for the same question asked again after it was answered.
 * Asking to confirm, or for another one, is none. The facts and questions are data below, in five languages.
 */
import { z } from 'zod';
import { asksFor, factsIn, questionsIn } from '../../../shared/goals/known-facts';
import { isAnswer, isUserMessage, quote } from '../../../shared/failures/step';
import { hashedTrigrams, jaccard } from '../../../shared/text/similarity';
import { defineDetector, type DetectorSpan, type FindingInput } from '../detector';

const parameters = z.object({
  minSimilarity: z
    .number()
    .min(0)
    .max(1)
    .default(0.85)
    .describe(
      'Jaccard index of character trigrams from which two questions are the same (Plano Signals, arXiv 2604.00356: 0.85 for exact repetition)',
    ),
  minQuestion: z
    .number()
    .int()
    .min(1)
    .default(30)
    .describe('characters of a question that is compared; shorter ones are stock phrases'),
});

interface Asked {
  span: DetectorSpan;
  text: string;
  isAnswered: boolean;
}

/** Questions that differ in length by more cannot be as alike as that. */
const LENGTH_RATIO = 1.25;

function isAlike(a: string, b: string, minSimilarity: number): boolean {
  if (a === b) return true;
  if (Math.max(a.length, b.length) > LENGTH_RATIO * Math.min(a.length, b.length)) return false;
  return jaccard(hashedTrigrams(a), hashedTrigrams(b)) >= minSimilarity;
}

function askedAgain(asked: readonly Asked[], question: string, minSimilarity: number): Asked | null {
  // Texts that begin otherwise are seldom the same question, and to compare them is dear.
  const begins = question.slice(0, 4).toLowerCase();
  return (
    asked.find(
      (one) =>
        one.isAnswered &&
        one.text.slice(0, 4).toLowerCase() === begins &&
        isAlike(one.text, question, minSimilarity),
    ) ?? null
  );
}

export default defineDetector({
  id: 're-asked-known',
  title: 'Asked again what was known',
  description: 'The agent asks for something the user has already said.',
  pillar: 'memory',
  version: '1.1',
  parameters,
  isHint: true,
  inspect({ spans }, { minSimilarity, minQuestion }) {
    const findings: FindingInput[] = [];
    const known = new Map<string, { span: DetectorSpan; words: string }>();
    const asked: Asked[] = [];
    const told = new Set<string>();
    for (const span of spans) {
      if (isUserMessage(span)) {
        for (const one of asked) one.isAnswered ||= !span.text.trimEnd().endsWith('?');
        for (const { fact, words } of factsIn(span.text)) known.set(fact, { span, words });
        continue;
      }
      if (span.agentId !== null || !isAnswer(span)) continue;
      for (const question of questionsIn(span.text)) {
        const fact = asksFor(question).find((one) => known.has(one) && !told.has(one));
        const said = fact === undefined ? undefined : known.get(fact);
        if (fact !== undefined && said !== undefined) {
          told.add(fact);
          findings.push({
            evidence: [span.spanId, said.span.spanId],
            turnNo: span.turnNo,
            reason: `The agent asks for the ${fact} (“${quote(question, 80)}”), which the user gave in turn ${String(said.span.turnNo)}: “${quote(said.words, 60)}”.`,
            severity: 2,
          });
        } else if (question.length >= minQuestion) {
          const before = askedAgain(asked, question, minSimilarity);
          if (before !== null) {
            before.isAnswered = false;
            findings.push({
              evidence: [span.spanId, before.span.spanId],
              turnNo: span.turnNo,
              reason: `The agent asks again what was asked and answered in turn ${String(before.span.turnNo)}: “${quote(question, 100)}”.`,
              severity: 2,
            });
          } else asked.push({ span, text: question, isAnswered: false });
        }
      }
      if (asked.length > 60) asked.splice(0, asked.length - 60);
    }
    return findings;
  },
});
