/**
 * rephrase-loop: the user asks the same thing again, within a few turns and an hour: what the agent did in between did not
 * help. Lexical: content words by their stems, weighed by how rare they are in the workspace, and letter sequences. What the
 * agent has just asked for may be repeated without being a loop, unless the agent asks for what was said already.
 * Starting point: Plano Signals (arXiv 2604.00356). Measured in docs/evaluation.md; a request in quite other words is missed.
 */
import { z } from 'zod';
import { asksSomething, conversationOf, percent, speechOf } from '../../../shared/conversation/conversation';
import { acknowledgement } from '../../../shared/lexicon/acknowledgement.data';
import { phraseSet } from '../../../shared/lexicon/phrase-lists';
import { restatement } from '../../../shared/lexicon/restatement.data';
import { wantsDetails } from '../../../shared/lexicon/asked-details.data';
import { findPhrase } from '../../../shared/text/phrases';
import {
  letterLikeness,
  likenessOf,
  readAsked,
  type Asked,
  type Likeness,
} from '../../../shared/text/rephrase';
import { defineDetector, type DetectorSpan, type FindingInput } from '../detector';

const parameters = z.object({
  window: z
    .number()
    .int()
    .min(1)
    .default(3)
    .describe('user turns back that are compared (Plano Signals: within 3 messages)'),
  maxMinutes: z
    .number()
    .min(0)
    .default(60)
    .describe(
      'minutes between the two turns, where the source has times; later it is a new attempt rather than a loop',
    ),
  minSharedWords: z
    .number()
    .int()
    .min(1)
    .default(2)
    .describe('content words both turns must have; one alone is a topic (fitted half of EURTAD)'),
  minOverlap: z
    .number()
    .min(0)
    .max(1)
    .default(0.6)
    .describe(
      'share of the poorer turn’s weighted words that both have (Plano: 0.75 of tokens, unweighted; lower since trigrams must agree)',
    ),
  maxNew: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe(
      'share of the later turn’s content words that the earlier one does not have, after a question of the agent; more is its answer, not a repetition (Plano Signals: 0.5)',
    ),
  minRepeated: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe(
      'share of the later turn’s weighted words that an earlier one than the last must have; less is a next step on the same topic (read on real traces: nine of 24 findings, none of them right that had less)',
    ),
  minTrigrams: z
    .number()
    .min(0)
    .max(1)
    .default(0.2)
    .describe(
      'Jaccard index of letter sequences; separates a rewrite from another request on the same topic',
    ),
  minTrigramsFurther: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe(
      'Jaccard index of letter sequences with a turn before the last one; the talk has gone on since, and less is another request about the same thing (read on real traces: seven of 18 findings, none of them right)',
    ),
  longTurn: z
    .number()
    .int()
    .min(1)
    .default(8)
    .describe(
      'content words from which both turns are long; sharing many of so many is no chance (fitted half of MRPC)',
    ),
  minOverlapWhenLong: z
    .number()
    .min(0)
    .max(1)
    .default(0.45)
    .describe('overlap that is enough where both turns are long and follow each other (fitted half of MRPC)'),
  minOverlapWhenSaid: z
    .number()
    .min(0)
    .max(1)
    .default(0.3)
    .describe(
      'overlap that is enough where the user says that it is a repetition ("in other words", "as I said")',
    ),
  minUnanswered: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe(
      'share of the repeated words the agent had not taken up, needed after a question of the agent (fitted half of EURTAD)',
    ),
  minHeard: z
    .number()
    .min(0)
    .max(1)
    .default(0.4)
    .describe(
      'least share of the later turn’s weighted words that is repeated, or of the repeated words that the agent had not taken up; with less of both the turn goes on from the answer (read on real traces: one of 14 findings, wrong)',
    ),
});
type Limits = z.output<typeof parameters>;

const restated = phraseSet(restatement);
const agreeing = phraseSet(acknowledgement);
/** Likeness from which a turn is the same to the letter, whatever its length. */
const verbatim = 0.85;

/** Characters under which a message sent twice without an answer between is a greeting or a trial. */
const shortest = 12;

/** A message of the user, of which most is worked out only where its words repeat an earlier one. */
class Turn {
  readonly asked: Asked;
  #agentAsked: boolean | null = null;
  #sentences: ReadonlySet<string> | null = null;

  constructor(
    readonly span: DetectorSpan,
    /** The agent's answer before it. */
    readonly said: DetectorSpan | null,
    private readonly isFirst: boolean,
    private readonly idf: (word: string) => number,
  ) {
    this.asked = readAsked(speechOf(span).prose, idf);
  }

  get agentAsked(): boolean {
    const { said } = this;
    return (this.#agentAsked ??=
      said !== null && (asksSomething(said.text) || wantsDetails.test(said.text.slice(-300))));
  }

  get isSaidAgain(): boolean {
    return !this.isFirst && findPhrase(restated, speechOf(this.span).words) !== null;
  }

  /** It begins with a yes or thanks: what follows goes on from the answer. */
  get isAgreeing(): boolean {
    return findPhrase(agreeing, speechOf(this.span).words)?.from === 0;
  }

  /** It thanks and asks nothing, or was left out of the export: said twice it asks nothing twice. */
  get isNoRequest(): boolean {
    const { prose } = speechOf(this.span);
    return LEFT_OUT.test(this.span.text) || (THANKS.test(prose) && !ASKS.test(prose.replaceAll('’', "'")));
  }

  get sentences(): ReadonlySet<string> {
    return (this.#sentences ??= sentencesOf(speechOf(this.span).prose));
  }

  /** Share of what it repeats of `before` that the agent had not taken up. */
  unansweredOf(before: Turn): number {
    const answer = this.said === null ? null : readAsked(this.said.text, this.idf);
    return likenessOf(before.asked, this.asked, answer).unanswered;
  }
}

function newShare(likeness: Likeness, now: Turn): number {
  return 1 - likeness.sharedCount / Math.max(1, now.asked.stems.size);
}

function leastOverlap(before: Turn, now: Turn, back: number, limits: Limits): number {
  const isLong = Math.min(before.asked.stems.size, now.asked.stems.size) >= limits.longTurn;
  return back === 1 && isLong && !now.agentAsked ? limits.minOverlapWhenLong : limits.minOverlap;
}

/** Letter likeness where the two turns are a repetition, by the words alone or with the user's saying so; else null. */
function repetition(
  likeness: Likeness,
  before: Turn,
  now: Turn,
  back: number,
  limits: Limits,
): number | null {
  if (likeness.otherNumbers || likeness.sharedCount === 0) return null;
  if (
    now.isSaidAgain &&
    likeness.overlap >= limits.minOverlapWhenSaid &&
    likeness.sharedCount >= limits.minSharedWords
  )
    return letterLikeness(before.asked, now.asked);
  if (likeness.overlap < leastOverlap(before, now, back, limits)) return null;
  // Where the agent said nothing, the messages may be a list of prompts.
  if (
    now.said === null &&
    (before.span.textLength < shortest || letterLikeness(before.asked, now.asked) < verbatim)
  )
    return null;
  if (back > 1 && likeness.repeated < limits.minRepeated) return null;
  if (likeness.repeated < limits.minHeard && now.unansweredOf(before) < limits.minHeard) return null;
  // After a question what is new is the answer to it.
  if (
    now.agentAsked &&
    (newShare(likeness, now) > limits.maxNew ||
      likeness.repeated < limits.minOverlap ||
      now.unansweredOf(before) < limits.minUnanswered)
  )
    return null;
  if (isParallel(before, now)) return null;
  const letters = letterLikeness(before.asked, now.asked);
  if (letters >= verbatim && likeness.repeated >= verbatim) return letters;
  if (now.isAgreeing || likeness.sharedCount < limits.minSharedWords) return null;
  return letters >= (back > 1 ? limits.minTrigramsFurther : limits.minTrigrams) ? letters : null;
}

/** What an export puts in place of a text it leaves out: "[redacted]". */
const LEFT_OUT = /^\s*[[<(][^\]>)]{1,80}[\]>)]\s*$/u;

/** The same question of another thing, after the agent has spoken to all that is repeated: "and what does the other cost?" */
function isParallel(before: Turn, now: Turn): boolean {
  const isFresh = (one: Turn, other: Turn): boolean =>
    [...one.asked.stems.keys()].some((stem) => !other.asked.stems.has(stem));
  return now.said !== null && isFresh(now, before) && isFresh(before, now) && now.unansweredOf(before) === 0;
}

const THANKS = /\b(?:thank|thanks|danke|dank|merci|gracias|obrigad[oa])\b/iu;
const ASKS =
  /[?¿]|\b(?:please|need|want|would like|i'd like|can you|could you|bitte|möchte|brauche|s'il|voudrais|veux|por favor|quiero|necesito|quero|preciso)\b/iu;

/** Sentences and lines of a message, in lower case; those of one word or two are no sentence. */
function sentencesOf(prose: string): ReadonlySet<string> {
  const parts = prose.toLowerCase().split(/(?<=[.!?])\s+|\n+/u);
  return new Set(parts.map((part) => part.trim()).filter((part) => part.split(/\s+/u).length > 2));
}

/** Content words a message must have beside what it repeats to the letter, for its rest to be what it is about. */
const restWords = 4;

/** A courtesy repeated in every message, while what is asked beside it is something else. */
function differsInTheRest(before: Turn, now: Turn, limits: Limits): boolean {
  const same = new Set([...now.sentences].filter((one) => before.sentences.has(one)));
  if (same.size === 0) return false;
  const restOf = (turn: Turn): Asked =>
    readAsked([...turn.sentences].filter((one) => !same.has(one)).join(' '), () => 1);
  const [rest, restBefore] = [restOf(now), restOf(before)];
  if (rest.stems.size < restWords || restBefore.stems.size < restWords) return false;
  return likenessOf(restBefore, rest, null).overlap < limits.minOverlap;
}

function readTurns(spans: readonly DetectorSpan[], idf: (word: string) => number): Turn[] {
  const exchanges = conversationOf(spans);
  return exchanges.map(
    ({ user, index }) => new Turn(user, exchanges[index - 1]?.answer ?? null, index === 0, idf),
  );
}

function minutesBetween(a: DetectorSpan, b: DetectorSpan): number | null {
  return a.startMs === null || b.startMs === null ? null : (b.startMs - a.startMs) / 60_000;
}

function describeFinding(
  now: Turn,
  before: Turn,
  back: number,
  overlap: number,
  letters: number,
): FindingInput {
  const turns = back === 1 ? 'the turn before' : `${String(back)} turns before`;
  const saidSo = now.isSaidAgain ? 'and says so: ' : 'and ';
  return {
    evidence: [now.span.spanId, before.span.spanId],
    turnNo: now.span.turnNo,
    reason: `The user asks again what was asked ${turns}, ${saidSo}${percent(overlap)} of the telling words and ${percent(letters)} of the letter sequences are the same.`,
    severity: 3,
  };
}

export default defineDetector({
  id: 'rephrase-loop',
  title: 'Rephrase loop',
  description: 'The user asks the same thing again, often in other words.',
  pillar: 'user',
  version: '2.6',
  parameters,
  isHint: true,
  inspect({ spans, workspace }, limits) {
    const exchanges = conversationOf(spans);
    if (exchanges.length < 2) return [];
    const turns = readTurns(spans, (word) => workspace.idf(word));
    const findings: FindingInput[] = [];
    turns.forEach((now, i) => {
      for (let back = 1; back <= limits.window && i - back >= 0; back++) {
        const before = turns[i - back] as Turn;
        const minutes = minutesBetween(before.span, now.span);
        if (minutes !== null && minutes > limits.maxMinutes) continue;
        const likeness = likenessOf(before.asked, now.asked, null);
        const letters = repetition(likeness, before, now, back, limits);
        if (letters === null || differsInTheRest(before, now, limits)) continue;
        if (!now.isNoRequest) findings.push(describeFinding(now, before, back, likeness.overlap, letters));
        return;
      }
    });
    return findings;
  },
});
