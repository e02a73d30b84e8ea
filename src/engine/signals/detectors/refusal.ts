/**
 * refusal: the agent declines what it was asked, by its words at the beginning of an answer or by the reason the provider gives
 * for the end of a call. Whether the refusal is right is not judged: support agents must refuse what policy forbids.
 * An inability to find something is no refusal. Wording lists in five languages.
 */
import { z } from 'zod';
import { quote, speechOf } from '../../../shared/conversation/conversation';
import { phraseSet } from '../../../shared/lexicon/phrase-lists';
import { offersInstead, refusal } from '../../../shared/lexicon/refusal.data';
import { findPhrase } from '../../../shared/text/phrases';
import { defineDetector, type DetectorSpan, type FindingInput } from '../detector';

const parameters = z.object({
  wordsRead: z
    .number()
    .int()
    .min(1)
    .default(40)
    .describe(
      'words at the beginning of an answer within which a refusal must begin; later it is an aside (own choice)',
    ),
  finishReasons: z
    .array(z.string())
    .default([
      'refusal',
      'content_filter',
      'content-filter',
      'safety',
      'SAFETY',
      'guardrail_intervened',
      'PROHIBITED_CONTENT',
    ])
    .describe(
      'reasons providers give for a call that was declined (Anthropic, OpenAI, Google and Bedrock documentation)',
    ),
});

const phrases = phraseSet(refusal);
const instead = phraseSet(offersInstead);

export default defineDetector({
  id: 'refusal',
  title: 'Refusal',
  description: 'The agent declines what it was asked.',
  pillar: 'llm',
  version: '1.1',
  parameters,
  isHint: false,
  inspect({ spans }, { wordsRead, finishReasons }) {
    const byReason = new Set(finishReasons);
    return spans.flatMap((span: DetectorSpan): FindingInput[] => {
      if (span.kind !== 'llm' || span.isRewound) return [];
      const given = [span.finishReason, span.errorType].find((word) => word !== null && byReason.has(word));
      if (given !== undefined)
        return [
          {
            evidence: [span.spanId],
            turnNo: span.turnNo,
            reason: `The provider ended the call with “${quote(String(given), 40)}”.`,
            severity: 3,
          },
        ];
      if (span.text === '' || span.agentId !== null) return [];
      const { words, prose } = speechOf(span);
      const match = findPhrase(phrases, words, wordsRead);
      if (match === null) return [];
      const offers = findPhrase(instead, words) !== null;
      return [
        {
          evidence: [span.spanId],
          turnNo: span.turnNo,
          reason: `The agent declines: “${quote(prose.slice(match.start, match.end))}”${offers ? ', and offers something else instead' : ''}.`,
          severity: offers ? 1 : 2,
        },
      ];
    });
  },
});
