/**
 * self-repetition: the agent says the same thing again: one answer like an earlier one though the user has said something
 * new, or one sentence over and over inside an answer. Thresholds of Plano Signals (arXiv 2604.00356): Jaccard index of word
 * pairs 0.85. Repeated calls are another signal (retry-loop).
 */
import { z } from 'zod';
import { percent, proseOf, quote, speechOf } from '../../../shared/conversation/conversation';
import { hashText } from '../../../shared/text/hash-text';
import { hashesOf, jaccard, type HashedSet } from '../../../shared/text/similarity';
import { defineDetector, type DetectorSpan, type FindingInput } from '../detector';

const parameters = z.object({
  minLikeness: z
    .number()
    .min(0)
    .max(1)
    .default(0.85)
    .describe('Jaccard index of word pairs from which two texts are the same (Plano Signals: 0.85)'),
  minWords: z
    .number()
    .int()
    .min(2)
    .default(12)
    .describe(
      'words a text needs; shorter ones ("Done.", "Now I run the tests again.") are formulas and announcements',
    ),
  window: z
    .number()
    .int()
    .min(1)
    .default(5)
    .describe('earlier texts of the agent that are compared (own choice)'),
  minTimes: z
    .number()
    .int()
    .min(2)
    .default(3)
    .describe(
      'times within one turn that make a repetition (Plano: more than 2); after a new message of the user one repetition is enough',
    ),
  minLines: z
    .number()
    .int()
    .min(2)
    .default(4)
    .describe('times one sentence must stand in a text (own choice: tables and lists repeat two or three)'),
});
type Limits = z.output<typeof parameters>;

const evidenceKept = 19;
const numbered = /\b[a-z_]*\d\w*/giu;

/** Characters from which the same message of the user is the same request; "go on" may be said twice. */
const REQUEST_LENGTH = 20;

interface Said {
  span: DetectorSpan;
  /** What the user had said before it. */
  asked: string;
  /** Words with digits: the same sentence for another order says something else. */
  numbers: string | null;
  pairs: HashedSet | null;
  times: number;
  /** The texts it repeats, latest first. */
  before: readonly string[];
  /** Told of those; the next repetition takes its place. */
  finding: FindingInput | null;
}

function numbersOf(text: string): string {
  return (text.match(numbered) ?? []).join();
}

function pairsOf(words: readonly string[]): HashedSet {
  return hashesOf(words.slice(1).map((word, i) => hashText(`${words[i] as string} ${word}`)));
}

function likeness(a: Said, b: Said): number {
  // Texts that are the same to 0.85 begin or measure alike; most pairs need not be compared.
  const ratio =
    Math.min(a.span.textLength, b.span.textLength) / Math.max(a.span.textLength, b.span.textLength);
  if (ratio < 0.8) return 0;
  if (
    a.span.text.slice(0, 12) !== b.span.text.slice(0, 12) &&
    a.span.text.slice(-12) !== b.span.text.slice(-12)
  )
    return 0;
  a.numbers ??= numbersOf(a.span.text);
  b.numbers ??= numbersOf(b.span.text);
  if (a.numbers !== b.numbers) return 0;
  a.pairs ??= pairsOf(speechOf(a.span).words.folded);
  b.pairs ??= pairsOf(speechOf(b.span).words.folded);
  return jaccard(a.pairs, b.pairs);
}

/** A sentence or line that stands in the text again and again. */
function repeatedLine(text: string, minLines: number): { line: string; times: number } | null {
  if (text.length < 30 * minLines) return null;
  const counts = new Map<string, number>();
  for (const part of text.split(/[\n.!?\u3002]+/u)) {
    const line = part.trim();
    // Items of a list say the same of different things.
    if (/^(?:[-*\u2022|#>]|\d+[.)])/u.test(line)) continue;
    if (line.length < 25 || !/\p{L}{3}.*\p{L}{3}/u.test(line)) continue;
    const times = (counts.get(line) ?? 0) + 1;
    if (times >= minLines) return { line, times };
    counts.set(line, times);
  }
  return null;
}

function inText(span: DetectorSpan, minLines: number): FindingInput[] {
  const line = repeatedLine(proseOf(span.text), minLines);
  if (line === null) return [];
  return [
    {
      evidence: [span.spanId],
      turnNo: span.turnNo,
      reason: `The text says “${quote(line.line, 60)}” ${String(line.times)} times.`,
      severity: 3,
    },
  ];
}

function againstEarlier(now: Said, earlier: readonly Said[], limits: Limits): FindingInput[] {
  for (let i = earlier.length - 1; i >= 0; i--) {
    const before = earlier[i] as Said;
    const alike = likeness(before, now);
    if (alike < limits.minLikeness || speechOf(now.span).words.folded.length < limits.minWords) continue;
    now.times = before.times + 1;
    now.before = [before.span.spanId, ...before.before].slice(0, evidenceKept);
    const isNewTurn = before.span.turnNo !== now.span.turnNo;
    // The same request, word for word, may get the same answer: the repetition is the user's.
    if (isNewTurn && now.asked.length >= REQUEST_LENGTH && now.asked === before.asked) return [];
    if (!isNewTurn && now.times < limits.minTimes) return [];
    return [
      {
        evidence: [now.span.spanId, ...now.before],
        turnNo: now.span.turnNo,
        reason: `The agent says the same again${isNewTurn ? ' though the user has spoken since' : ''}: ${percent(alike)} of the word pairs are those of an earlier message, ${String(now.times)} times by now.`,
        severity: now.times > 2 ? 3 : 2,
      },
    ];
  }
  return [];
}

export default defineDetector({
  id: 'self-repetition',
  title: 'Self-repetition',
  description: 'The agent says the same thing again.',
  pillar: 'llm',
  version: '1.3',
  parameters,
  isHint: true,
  inspect({ spans }, limits) {
    const findings: FindingInput[] = [];
    let earlier: Said[] = [];
    let asked = '';
    for (const span of spans) {
      if (span.kind === 'user' && span.agentId === null && !span.isRewound) asked = span.text.trim();
      if (
        span.kind !== 'llm' ||
        span.isRewound ||
        span.agentId !== null ||
        span.isDerived ||
        span.text === ''
      )
        continue;
      // A text too short for the words asked for cannot have them.
      if (span.text.length < 2 * limits.minWords) continue;
      findings.push(...inText(span, limits.minLines));
      const now: Said = { span, asked, numbers: null, pairs: null, times: 1, before: [], finding: null };
      now.finding = againstEarlier(now, earlier, limits)[0] ?? null;
      const told = earlier.find((one) => one.span.spanId === now.before[0])?.finding;
      // A text said again and again is one finding, drawn where it was last said.
      if (now.finding !== null && told) findings.splice(findings.indexOf(told), 1);
      if (now.finding !== null) findings.push(now.finding);
      earlier = [...earlier.slice(1 - limits.window), now];
    }
    return findings;
  },
});
