/**
 * explicit-negative-feedback: the user says that the agent's work is wrong or useless, in words or by the thumb or score the
 * export carries. Reads wording lists in five languages and labels of kind `feedback` by people; outcomes are not looked at.
 * Wording of the dissatisfied: docs/evaluation.md says on which dialogues it was measured.
 */
import { z } from 'zod';
import { conversationOf, quote, speechOf } from '../../../shared/conversation/conversation';
import { confusion, dissatisfaction, noDissatisfaction } from '../../../shared/lexicon/dissatisfaction.data';
import { phraseSet } from '../../../shared/lexicon/phrase-lists';
import { findPhraseBut } from '../../../shared/text/phrases';
import {
  defineDetector,
  type DetectorLabel,
  type DetectorSpan,
  type FindingInput,
  type Trajectory,
} from '../detector';

const parameters = z.object({
  maxWords: z
    .number()
    .int()
    .min(1)
    .default(120)
    .describe('words of a turn beyond which wording is not read: long turns are pasted or narrated text'),
  maxScore: z
    .number()
    .min(0)
    .max(1)
    .default(0.25)
    .describe(
      'feedback at or below this share of its scale is negative: 0 of 0..1, 1 or 2 of 1..5 (the usual reading of both scales)',
    ),
});

const phrases = phraseSet(dissatisfaction, confusion);
const exceptions = phraseSet(noDissatisfaction);
const negativeWords = new Set([
  'negative',
  'down',
  'thumbs_down',
  'thumbs-down',
  'thumbs down',
  'thumbsdown',
  'bad',
  'dislike',
  'unhelpful',
  'not helpful',
  'incorrect',
  'false',
  'no',
  'poor',
  '-1',
]);

const goodWords = new Set(
  '👍 up good like liked positive helpful satisfied true yes gut thumbs_up thumbsup'.split(' '),
);

/** Whether a word beside the value says that it is a good one. */
function isGood(text: string | null): boolean {
  return (
    text !== null &&
    goodWords.has(
      text
        .trim()
        .toLowerCase()
        .replace(/[\s-]+/gu, '_')
        .replace(/[\u{1f3fb}-\u{1f3ff}]/u, ''),
    )
  );
}

function isNegative(label: DetectorLabel, maxScore: number): boolean {
  if (label.kind !== 'feedback' || label.annotatorKind === 'llm' || label.annotatorKind === 'code')
    return false;
  if (label.text !== null && negativeWords.has(label.text.trim().toLowerCase())) return true;
  if (label.value === null) return false;
  if (label.value < 0) return true;
  const scale = label.value <= 1 ? 1 : label.value <= 5 ? 5 : label.value <= 10 ? 10 : 100;
  // A word that stands for the 1 says what it means; a bare 1 may be the best of 0..1 or the worst of 1..5: then the name alone tells.
  if (label.value === 1) return !isGood(label.text) && /star|rating|csat/iu.test(label.name);
  return (scale === 5 ? (label.value - 1) / 4 : label.value / scale) <= maxScore;
}

/** The span a label speaks of: its own, else the last answer of its trace or of the session. */
function spanOf(label: DetectorLabel, spans: readonly DetectorSpan[]): DetectorSpan | null {
  const own = spans.find((span) => span.spanId === label.spanId);
  if (own) return own;
  let last: DetectorSpan | null = null;
  for (const span of spans) {
    if (label.traceId !== null && span.traceId !== label.traceId) continue;
    if (span.kind === 'llm' || last === null) last = span;
  }
  return last ?? spans.at(-1) ?? null;
}

function inLabels({ labels, spans }: Trajectory, maxScore: number): FindingInput[] {
  return labels.flatMap((label): FindingInput[] => {
    if (!isNegative(label, maxScore)) return [];
    const span = spanOf(label, spans);
    if (span === null) return [];
    const value = label.text ?? String(label.value);
    const comment = label.explanation === null ? '' : `: “${quote(label.explanation)}”`;
    return [
      {
        evidence: [span.spanId],
        turnNo: span.turnNo,
        reason: `The export carries the negative feedback ${label.name} = ${quote(value, 40)}${comment}.`,
        severity: 3,
      },
    ];
  });
}

export default defineDetector({
  id: 'explicit-negative-feedback',
  title: 'Explicit negative feedback',
  description: 'The user says that the answer is wrong or useless, or rated it so.',
  pillar: 'user',
  version: '1.2',
  parameters,
  isHint: true,
  inspect(trajectory, { maxWords, maxScore }) {
    const findings = trajectory.labels.length > 0 ? inLabels(trajectory, maxScore) : [];
    for (const { user, index } of conversationOf(trajectory.spans)) {
      if (index === 0) continue;
      const { words, prose } = speechOf(user);
      if (words.folded.length > maxWords) continue;
      const match = findPhraseBut(phrases, exceptions, words);
      if (match === null) continue;
      const before = conversationOf(trajectory.spans)[index - 1]?.answer;
      findings.push({
        evidence: before ? [user.spanId, before.spanId] : [user.spanId],
        turnNo: user.turnNo,
        reason: `The user rejects what the agent did: “${quote(prose.slice(match.start, match.end))}”.`,
        severity: 3,
      });
    }
    return findings;
  },
});
