/**
 * escalation: the user wants somebody or something else: a person, a manager, a complaint, another tool. Wording lists in
 * five languages; what the agent offers first ("shall I transfer you?") and the user accepts is found at the user's turn.
 * Must not read what the agent says: a transfer by the agent alone is its own decision.
 */
import { z } from 'zod';
import { conversationOf, quote, speechOf } from '../../../shared/conversation/conversation';
import { escalation, noEscalation } from '../../../shared/lexicon/escalation.data';
import { phraseSet } from '../../../shared/lexicon/phrase-lists';
import { findPhraseBut } from '../../../shared/text/phrases';
import { defineDetector, type FindingInput } from '../detector';

const parameters = z.object({
  maxWords: z
    .number()
    .int()
    .min(1)
    .default(150)
    .describe('words of a turn beyond which wording is not read: long turns are pasted or narrated text'),
  afterTurn: z
    .number()
    .int()
    .min(0)
    .default(1)
    .describe(
      'turns that must have passed; whoever asks for a person in the first message is not fleeing the agent',
    ),
});

const phrases = phraseSet(escalation);
const exceptions = phraseSet(noEscalation);

export default defineDetector({
  id: 'escalation',
  title: 'Escalation',
  description: 'The user asks for a person, a manager or another tool.',
  pillar: 'user',
  version: '1.2',
  parameters,
  isHint: false,
  inspect({ spans }, { maxWords, afterTurn }) {
    const findings: FindingInput[] = [];
    const exchanges = conversationOf(spans);
    for (const { user, index } of exchanges) {
      if (index < afterTurn) continue;
      const { words, prose } = speechOf(user);
      if (words.folded.length > maxWords) continue;
      const match = findPhraseBut(phrases, exceptions, words);
      if (match === null) continue;
      const before = exchanges[index - 1]?.answer;
      findings.push({
        evidence: before ? [user.spanId, before.spanId] : [user.spanId],
        turnNo: user.turnNo,
        reason: `After ${String(index)} ${index === 1 ? 'turn' : 'turns'} the user wants somebody or something else: “${quote(prose.slice(match.start, match.end))}”.`,
        severity: 4,
      });
    }
    return findings;
  },
});
