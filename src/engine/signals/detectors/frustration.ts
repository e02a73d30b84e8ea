/**
 * frustration: the user has lost patience. Strong wordings in five languages count alone; mild ones only together with
 * features that belong to no language: capitals, repeated marks, drawn-out letters, turns that get shorter and shorter.
 * Must not read pasted text or code. Measured per user turn in docs/evaluation.md.
 */
import { z } from 'zod';
import { conversationOf, quote, speechOf } from '../../../shared/conversation/conversation';
import { acknowledgement } from '../../../shared/lexicon/acknowledgement.data';
import { frustration, mildAnnoyance } from '../../../shared/lexicon/frustration.data';
import { phraseSet } from '../../../shared/lexicon/phrase-lists';
import { findPhrase, type Words } from '../../../shared/text/phrases';
import { defineDetector, type FindingInput } from '../detector';

const parameters = z.object({
  maxWords: z
    .number()
    .int()
    .min(1)
    .default(120)
    .describe('words of a turn beyond which it is not read: long turns are pasted or narrated text'),
  minCapitals: z
    .number()
    .min(0)
    .max(1)
    .default(0.6)
    .describe('share of capitals among the letters that counts as shouting (as in the correction model)'),
  minLetters: z
    .number()
    .int()
    .min(1)
    .default(10)
    .describe('letters a turn needs before its capitals say anything; shorter ones are codes and names'),
  minPoints: z
    .number()
    .int()
    .min(1)
    .default(2)
    .describe(
      'points that make a finding: a strong wording 2, a mild one 1, shouting 2, marks like "?!" or "!!!" 1, drawn-out letters 1',
    ),
});

const strong = phraseSet(frustration);
const mild = phraseSet(mildAnnoyance);
const glad = phraseSet(acknowledgement);
const manyMarks = /[!\uff01]{2,}|[?\uff1f]{2,}|[?\uff1f][!\uff01]|[!\uff01][?\uff1f]/u;
const drawnOut = /([a-z\u00c0-\u024f])\1{3,}/iu;

interface Mark {
  points: number;
  said: string;
  /** In words, not in the way they are written. */
  isSaid?: true;
}

/** Share of capitals among the letters; null with too few letters, and for a single word: that is a name or a code. */
function shouting(prose: string, minCapitals: number, minLetters: number): number | null {
  // Capitals of plain text are rare: most turns are settled without looking at letters of other scripts.
  if (!/\p{Lu}/u.test(prose)) return null;
  let letters = 0;
  let capitals = 0;
  for (const c of prose) {
    const lower = c.toLowerCase();
    if (lower !== c) capitals++;
    else if (c.toUpperCase() === c) continue;
    letters++;
  }
  // Scripts without capitals have no letters of this sort and never shout.
  return letters >= minLetters && capitals / letters >= minCapitals && /\S\s+\S*\p{Lu}/u.test(prose)
    ? capitals / letters
    : null;
}

function marksOf(
  { prose, words }: { prose: string; words: Words },
  isUsual: boolean,
  limits: z.output<typeof parameters>,
): Mark[] {
  const marks: Mark[] = [];
  const said = findPhrase(strong, words);
  const slight = said === null ? findPhrase(mild, words) : null;
  if (said)
    marks.push({ points: 2, isSaid: true, said: `says “${quote(prose.slice(said.start, said.end), 60)}”` });
  if (slight)
    marks.push({
      points: 1,
      isSaid: true,
      said: `says “${quote(prose.slice(slight.start, slight.end), 60)}”`,
    });
  const capitals = shouting(prose, limits.minCapitals, limits.minLetters);
  if (capitals !== null && !isUsual)
    marks.push({ points: 2, said: `writes ${String(Math.round(capitals * 100))}% capitals` });
  const repeated = manyMarks.exec(prose)?.[0];
  if (repeated !== undefined) marks.push({ points: 1, said: `writes “${repeated.slice(0, 8)}”` });
  if (drawnOut.test(prose)) marks.push({ points: 1, said: 'draws letters out' });
  return marks;
}

export default defineDetector({
  id: 'frustration',
  title: 'Frustration',
  description: 'The user has lost patience: in words, capitals or punctuation.',
  pillar: 'user',
  version: '1.1',
  parameters,
  isHint: true,
  inspect({ spans }, limits) {
    const findings: FindingInput[] = [];
    let isUsual = false;
    for (const { user, index } of conversationOf(spans)) {
      const speech = speechOf(user);
      const { prose, words } = speech;
      const usedTo = isUsual;
      // Who writes in capitals from the beginning has not begun to shout.
      if (index === 0 || words.folded.length >= 4)
        isUsual = shouting(prose, limits.minCapitals, 1) !== null || /^[^\p{Ll}]+$/u.test(prose);
      if (index === 0) continue;
      if (words.folded.length === 0 || words.folded.length > limits.maxWords) continue;
      const marks = marksOf(speech, usedTo, limits);
      // Whoever shouts thanks is glad.
      if (!marks.some((mark) => mark.isSaid) && findPhrase(glad, words) !== null) continue;
      const points = marks.reduce((sum, mark) => sum + mark.points, 0);
      if (points < limits.minPoints) continue;
      findings.push({
        evidence: [user.spanId],
        turnNo: user.turnNo,
        reason: `The user ${marks.map((mark) => mark.said).join(' and ')} (${String(points)} points of ${String(limits.minPoints)} needed).`,
        severity: points >= 4 ? 4 : 3,
      });
    }
    return findings;
  },
});
