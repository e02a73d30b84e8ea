/**
 * re-asked-known: the agent asks for something the user has said already: an e-mail address, a number, a name, a date.
 * Looks for questions after facts of a form that can be recognised, and for the same question asked again after it was answered.
 * Asking to confirm, or for another one, is none. The facts and questions are data below, in five languages.
 */
import { z } from 'zod';
import { asksFor, factsIn, questionsIn } from '../../../shared/goals/known-facts';
import { isAnswer, isUserMessage, quote } from '../../../shared/failures/step';
import { lacksDetails } from '../../../shared/lexicon/asked-details.data';
import { prepareForCues } from '../../../shared/lexicon/prepare-text';
import { contentWords } from '../../../shared/text/function-words';
import { hashedTrigrams, jaccard } from '../../../shared/text/similarity';
import { tokenize } from '../../../shared/text/tokenize';
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

const OFFERS_CHOICE = /,[^?]* (?:or|oder|ou|o|u) /iu;
/** Words of a message that is nothing but the answer: "the second", "4711002". */
const SHORT_ANSWER = 8;

/** Whether a message can be an answer to the question: it gives the fact that was asked for, or takes up one of the choices. */
function answers(message: string, facts: readonly { fact: string }[], question: string): boolean {
  if (message.trimEnd().endsWith('?') || lacksDetails.test(prepareForCues(message))) return false;
  const words = tokenize(message);
  if (words.length <= SHORT_ANSWER) return true;
  const wanted = asksFor(question);
  if (wanted.length > 0) return facts.some(({ fact }) => wanted.includes(fact));
  if (!OFFERS_CHOICE.test(question)) return true;
  const choices = new Set(contentWords(tokenize(question)));
  return contentWords(words).some((word) => choices.has(word));
}

export default defineDetector({
  id: 're-asked-known',
  title: 'Asked again what was known',
  description: 'The agent asks for something the user has already said.',
  pillar: 'memory',
  version: '1.2',
  parameters,
  isHint: true,
  inspect({ spans }, { minSimilarity, minQuestion }) {
    const findings: FindingInput[] = [];
    const known = new Map<string, { span: DetectorSpan; words: string }>();
    const asked: Asked[] = [];
    const told = new Set<string>();
    for (const span of spans) {
      if (isUserMessage(span)) {
        const facts = factsIn(span.text);
        for (const one of asked) one.isAnswered ||= answers(span.text, facts, one.text);
        for (const { fact, words } of facts) known.set(fact, { span, words });
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
