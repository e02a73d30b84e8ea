/**
 * rephrase-loop: the user asks the same thing again in other words, within a few turns: what the agent did in between
 * did not help. Lexical only; short answers, thanks and lists of like orders are kept out by content words.
 * The thresholds start from Plano Signals (arXiv 2604.00356); their precision on rephrases inside real sessions has not
 * been measured yet, so findings are marked as hints.
 */
import { z } from 'zod';
import { jaccard, overlap, type HashedSet } from '../../../shared/text/similarity';
import {
  contentWordsOf,
  defineDetector,
  trigramsOf,
  type DetectorSpan,
  type FindingInput,
} from '../detector';

const parameters = z.object({
  window: z
    .number()
    .int()
    .min(1)
    .default(3)
    .describe('user turns back that are compared (Plano Signals: within 3 messages)'),
  minContentWords: z
    .number()
    .int()
    .min(1)
    .default(3)
    .describe(
      'content words both turns need; fewer say too little to compare (Plano: 4 tokens, counted before short words fall away)',
    ),
  minOverlap: z
    .number()
    .min(0)
    .max(1)
    .default(0.6)
    .describe(
      'share of the poorer turn’s content words the other has too (Plano: 0.75 of tokens; lower here since trigrams must agree as well)',
    ),
  minTrigrams: z
    .number()
    .min(0)
    .max(1)
    .default(0.25)
    .describe(
      'Jaccard index of character trigrams; separates rewrites of one request from other requests on the same topic',
    ),
  maxMinutes: z
    .number()
    .min(0)
    .default(60)
    .describe(
      'minutes between the two turns, where the source has times; later it is a new attempt rather than a loop',
    ),
});

interface Asked {
  span: DetectorSpan;
  /** The agent had just asked something: what follows is an answer, however much it repeats. */
  isAnswer: boolean;
  words: HashedSet;
  trigrams: HashedSet;
}

function isAsking(span: DetectorSpan): boolean {
  return (
    span.kind === 'user' &&
    (span.origin === 'human' || span.origin === 'simulated') &&
    span.agentId === null &&
    !span.isRewound &&
    span.text.trim() !== ''
  );
}

function minutesBetween(a: DetectorSpan, b: DetectorSpan): number | null {
  return a.startMs === null || b.startMs === null ? null : (b.startMs - a.startMs) / 60_000;
}

export default defineDetector({
  id: 'rephrase-loop',
  title: 'Rephrase loop',
  description: 'The user asks the same thing again in other words.',
  pillar: 'user',
  version: '1.0',
  parameters,
  isHint: true,
  inspect({ spans }, { window, minContentWords, minOverlap, minTrigrams, maxMinutes }) {
    const asked: Asked[] = [];
    let lastAnswer = '';
    for (const span of spans) {
      if (span.kind === 'llm' && span.agentId === null && !span.isRewound && span.text.trim() !== '')
        lastAnswer = span.text.trim();
      if (!isAsking(span)) continue;
      asked.push({
        span,
        isAnswer: /[?？]\W*$/u.test(lastAnswer),
        words: contentWordsOf(span),
        trigrams: trigramsOf(span),
      });
      lastAnswer = '';
    }
    const findings: FindingInput[] = [];
    asked.forEach((now, i) => {
      if (now.isAnswer || now.words.length < minContentWords) return;
      for (let back = 1; back <= window && i - back >= 0; back++) {
        const before = asked[i - back] as Asked;
        const minutes = minutesBetween(before.span, now.span);
        if (before.words.length < minContentWords || (minutes !== null && minutes > maxMinutes)) continue;
        const shared = overlap(before.words, now.words);
        const trigrams = jaccard(before.trigrams, now.trigrams);
        if (shared < minOverlap || trigrams < minTrigrams) continue;
        const turns = back === 1 ? 'the turn before' : `${String(back)} turns before`;
        findings.push({
          evidence: [now.span.spanId, before.span.spanId],
          turnNo: now.span.turnNo,
          reason: `The user asks again what was asked ${turns}: ${String(Math.round(shared * 100))}% of the content words and ${String(Math.round(trigrams * 100))}% of the letter sequences are the same.`,
          severity: 3,
        });
        return;
      }
    });
    return findings;
  },
});
