/**
 * ambiguity-collapse: a request that leaves open what or how, an agent that goes ahead without asking, and a user who has to
 * set it right. All three must be there; the vagueness is told by wording ("make it better", "the other one") and by a
 * message without names, numbers or paths. Five languages.
 */
import { z } from 'zod';
import {
  asksSomething,
  conversationOf,
  quote,
  speechOf,
  type Exchange,
} from '../../../shared/conversation/conversation';
import { asksBack } from '../../../shared/lexicon/agent-claims.data';
import { dissatisfaction } from '../../../shared/lexicon/dissatisfaction.data';
import { phraseSet } from '../../../shared/lexicon/phrase-lists';
import { restatement } from '../../../shared/lexicon/restatement.data';
import { revertRequest } from '../../../shared/lexicon/revert-request.data';
import { vagueRequest } from '../../../shared/lexicon/vague-request.data';
import { findPhrase } from '../../../shared/text/phrases';
import { defineDetector, type DetectorSpan, type FindingInput } from '../detector';

const parameters = z.object({
  maxWords: z
    .number()
    .int()
    .min(1)
    .default(25)
    .describe(
      'words of a request that can still be called underspecified; longer ones say enough (own choice)',
    ),
  bareWords: z
    .number()
    .int()
    .min(0)
    .default(3)
    .describe('words up to which a request is underspecified whatever it says (own choice)'),
});

const vague = phraseSet(vagueRequest);
const asking = phraseSet(asksBack);
const setsRight = phraseSet(dissatisfaction, restatement, revertRequest);
const specific = /\d|[\w-]+\.[a-z]{1,5}\b|\/\w|[a-z][A-Z]|_\w|["\u201c\u201e\u00ab]/u;

/** Why the request is underspecified; null where it is not. */
function vagueness(user: DetectorSpan, maxWords: number, bareWords: number): string | null {
  const { words, prose } = speechOf(user);
  const count = words.folded.length;
  if (count === 0 || count > maxWords || specific.test(user.text.slice(0, 1000)) || prose.includes(' _ '))
    return null;
  const match = findPhrase(vague, words);
  if (match) return `“${quote(prose.slice(match.start, match.end), 50)}”`;
  return count <= bareWords && !prose.trimEnd().endsWith('?') ? `only ${String(count)} words` : null;
}

function askedBack({ work }: Exchange<DetectorSpan>): boolean {
  return work.some(
    (span) =>
      (span.kind === 'llm' &&
        (asksSomething(span.text) || findPhrase(asking, speechOf(span).words) !== null)) ||
      (span.kind === 'tool' && /ask|clarif|question/iu.test(span.toolName ?? '')),
  );
}

export default defineDetector({
  id: 'ambiguity-collapse',
  title: 'Ambiguity collapse',
  description: 'A vague request was carried out without asking back, and had to be set right.',
  pillar: 'llm',
  version: '1.1',
  parameters,
  isHint: true,
  inspect({ spans }, { maxWords, bareWords }) {
    const exchanges = conversationOf(spans);
    return exchanges.slice(0, -1).flatMap((exchange): FindingInput[] => {
      const next = exchanges[exchange.index + 1];
      if (!next || exchange.work.length === 0) return [];
      const { words, prose } = speechOf(next.user);
      const correction = words.folded.length > 120 ? null : findPhrase(setsRight, words);
      if (correction === null) return [];
      // What is itself the answer to a question, or a complaint, is no request.
      const before = exchanges[exchange.index - 1]?.answer;
      if (before && asksSomething(before.text)) return [];
      if (findPhrase(setsRight, speechOf(exchange.user).words) !== null) return [];
      const why = vagueness(exchange.user, maxWords, bareWords);
      if (why === null || askedBack(exchange)) return [];
      return [
        {
          evidence: [exchange.user.spanId, next.user.spanId],
          turnNo: exchange.user.turnNo,
          reason: `The request was underspecified (${why}), the agent did not ask back, and the user had to set it right: “${quote(prose.slice(correction.start, correction.end), 60)}”.`,
          severity: 3,
        },
      ];
    });
  },
});
