// A user turn and what stood before it -> the named quantities the correction model weighs. Every feature lies between 0 and 1 and
// can be said in a sentence; nothing here knows the weights.
import { cueTextOf } from '../../shared/lexicon/cue-expression';
import {
  calmingCueKinds,
  matchCues,
  wordedCueKinds,
  type CompiledLexicon,
  type CueMatch,
  type WordedCueKind,
} from '../../shared/lexicon/cue-lexicon';
import { contentWords, type Language } from '../../shared/text/function-words';
import { detectLexicons } from '../../shared/lexicon/languages';
import { lacksDetails, wantsDetails } from '../../shared/lexicon/asked-details.data';
import { negators } from '../../shared/lexicon/negators.data';
import { gramsOf, type SparseGrams } from './gram-features';
import { hashedTrigrams, hashesOf, jaccard, overlap, type HashedSet } from '../../shared/text/similarity';
import { hashText } from '../../shared/text/hash-text';
import { prepareForCues } from '../../shared/lexicon/prepare-text';
import { tokenize } from '../../shared/text/tokenize';

/** A user turn in its place. `turnNo` counts from 1; texts are as recorded, null where there is none. */
export type UserTurnContext = {
  text: string;
  turnNo: number;
  previousUserText: string | null;
  /** What the agent said just before; may end in a question. */
  agentText: string | null;
  /** The user stopped the agent before writing this. */
  interruptedBefore: boolean;
  /** The user refused a tool call before writing this. */
  toolRejectedBefore: boolean;
  /** The agent's last tool call failed. */
  toolErrorBefore: boolean;
};

const structuralFeatures = [
  'interrupted',
  'toolRejected',
  'toolError',
  'answersQuestion',
  'agentAsked',
  'agentTrouble',
  'troubleThenQuestion',
  'negates',
  'negatesTrouble',
  'refusesOffer',
  'rephrase',
  'sharesContent',
  'repeatsVerbatim',
  'echoesAgent',
  'question',
  'repeatedMarks',
  'shouting',
  'veryShort',
  'long',
] as const;
export type StructuralFeature = (typeof structuralFeatures)[number];
export type FeatureName = StructuralFeature | WordedCueKind | `${WordedCueKind}:weak`;

/** Every feature in the order of the weights. */
export const featureNames: readonly FeatureName[] = [
  ...structuralFeatures,
  ...wordedCueKinds,
  ...wordedCueKinds.map((kind) => `${kind}:weak` as const),
];

export type TurnFeatures = {
  values: Partial<Record<FeatureName, number>>;
  cues: CueMatch[];
  grams: SparseGrams;
  /** Languages the turn was read in, by their lexicons. */
  lexicons: readonly CompiledLexicon[];
  wordCount: number;
};

/** The agent's question is looked for in this many characters at its end. */
const questionWindow = 240;
const endsInQuestion = /[?\uff1f\u061f][\s"'”’)\]*_]*$/u;
const repeatedMarks = /[?!\uff1f\uff01]{2,}/u;

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}

function hashSetOf(words: string[]): HashedSet {
  return hashesOf(words.map(hashText));
}

/** The last sentence asks, or the one before it does and little follows ("Shall I? Just say so."). */
function asksSomething(agentText: string): boolean {
  const tail = agentText.trim().slice(-questionWindow);
  if (endsInQuestion.test(tail)) return true;
  const lastMark = Math.max(tail.lastIndexOf('?'), tail.lastIndexOf('\uff1f'));
  return lastMark >= 0 && tail.length - lastMark < 60;
}

/** A text read once: every user turn is looked at as itself and then as the turn before. */
type Reading = {
  source: string;
  text: string;
  words: string[];
  content: HashedSet;
  trigrams: HashedSet | null;
};

let latest: Reading | null = null;

function read(source: string): Reading {
  if (latest?.source === source) return latest;
  const text = prepareForCues(source);
  const words = tokenize(text);
  return { source, text, words, content: hashSetOf(contentWords(words)), trigrams: null };
}

function trigramsOf(reading: Reading): HashedSet {
  return (reading.trigrams ??= hashedTrigrams(reading.text));
}

function similarityFeatures(
  own: Reading,
  previous: Reading | null,
  agentEnd: string,
): Partial<Record<FeatureName, number>> {
  const values: Partial<Record<FeatureName, number>> = {};
  if (previous !== null && own.content.length >= 2 && previous.content.length >= 2) {
    const trigrams = jaccard(trigramsOf(own), trigramsOf(previous));
    values.rephrase = clamp((trigrams - 0.15) / 0.45);
    values.sharesContent = overlap(own.content, previous.content);
    values.repeatsVerbatim = trigrams > 0.85 ? 1 : 0;
  }
  if (agentEnd !== '' && own.content.length > 0) {
    const agentContent = hashSetOf(contentWords(tokenize(agentEnd)));
    values.echoesAgent = agentContent.length > 0 ? overlap(own.content, agentContent) : 0;
  }
  return values;
}

function negates(words: readonly string[], known: readonly CompiledLexicon[]): boolean {
  const lists = known.map(({ language }) => negators[language as Language]);
  return words.some((word) => lists.some((list) => list.has(word)));
}

/** Letters of a text, and the capitals among them. */
function countLetters(text: string): { letters: number; capitals: number } {
  let capitals = 0;
  let small = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 127)
      return {
        letters: text.match(/\p{L}/gu)?.length ?? 0,
        capitals: text.match(/\p{Lu}/gu)?.length ?? 0,
      };
    if (unit >= 97 && unit <= 122) small++;
    else if (unit >= 65 && unit <= 90) capitals++;
  }
  return { letters: small + capitals, capitals };
}

function shapeFeatures(text: string, words: string[]): Partial<Record<FeatureName, number>> {
  const { letters, capitals } = countLetters(text);
  return {
    question: /[?\uff1f\u061f]/u.test(text) ? 1 : 0,
    repeatedMarks: repeatedMarks.test(text) ? 1 : 0,
    shouting: letters >= 8 && capitals / letters > 0.6 ? 1 : 0,
    veryShort: words.length <= 4 ? 1 : 0,
    long: clamp((words.length - 20) / 60),
  };
}

function weakFeature(kind: WordedCueKind): FeatureName {
  return `${kind}:weak`;
}

/** The feature under which a wording is weighed. */
export function featureOfCue(cue: CueMatch): FeatureName {
  return cue.strength === 'weak' ? weakFeature(cue.kind) : cue.kind;
}

/** Cues that deny nothing the agent did, in an answer to it: a "but" of one who lacks what was asked for, a transfer accepted. */
const answerCues: Record<'lacking' | 'accepting' | 'other', ReadonlySet<WordedCueKind>> = {
  lacking: new Set(['contrast', 'reminder', 'omission']),
  accepting: new Set(['escalation']),
  other: new Set(),
};

/** Cues with the loss of meaning they suffer as an answer: "no" to a question of the agent denies nothing it did. */
function cueFeatures(cues: CueMatch[], isAnswer: boolean): Partial<Record<FeatureName, number>> {
  const values: Partial<Record<FeatureName, number>> = {};
  // A strong wording contains the weak one; counting both would say the same twice.
  const strong = new Set(cues.filter((cue) => cue.strength === 'strong').map((cue) => cue.kind));
  for (const cue of cues) {
    if (isAnswer && cue.kind === 'negation') continue;
    if (cue.strength === 'weak' && strong.has(cue.kind)) continue;
    values[featureOfCue(cue)] = 1;
  }
  return values;
}

/** Reads a turn. Cost is bounded by the first 2,000 characters of each text: some 0.1 ms for a sentence. */
export function readTurn(context: UserTurnContext): TurnFeatures {
  const previous = context.previousUserText === null ? null : read(context.previousUserText);
  const own = read(context.text);
  latest = own;
  const { text, words } = own;
  const known = detectLexicons(words);
  const cueText = cueTextOf(text);
  const found = known.flatMap((lexicon) => matchCues(cueText, lexicon));
  const agentEnd = context.agentText === null ? '' : prepareForCues(context.agentText.slice(-600));
  const agentAsked = agentEnd !== '' && asksSomething(agentEnd);
  const opensByRefusing = found.some((cue) => cue.kind === 'negation' && cue.strength === 'strong');
  const opensWithAnswer =
    opensByRefusing || found.some((cue) => cue.kind === 'approval' && cue.strength === 'strong');
  const isAnswer = agentAsked && opensWithAnswer;
  const isLacking = (agentAsked || wantsDetails.test(agentEnd.slice(-300))) && lacksDetails.test(text);
  const isAccepting = isAnswer && !opensByRefusing;
  const meaningless = answerCues[isLacking ? 'lacking' : isAccepting ? 'accepting' : 'other'];
  const cues = found.filter((cue) => !meaningless.has(cue.kind));
  const agentCueText = cueTextOf(agentEnd);
  const trouble = known.some(({ agentTrouble }) => agentTrouble.test(agentCueText));
  // Who lacks what was asked for negates that, and nothing the agent did.
  const negated = !isLacking && negates(words, known);
  const flag = (holds: boolean): number => (holds ? 1 : 0);
  const values: Partial<Record<FeatureName, number>> = {
    ...shapeFeatures(text, words),
    ...similarityFeatures(own, previous, agentEnd),
    ...cueFeatures(cues, isAnswer),
    interrupted: flag(context.interruptedBefore),
    toolRejected: flag(context.toolRejectedBefore),
    toolError: flag(context.toolErrorBefore),
    agentAsked: flag(agentAsked),
    answersQuestion: flag(isAnswer),
    agentTrouble: flag(trouble),
    troubleThenQuestion: flag(trouble && agentAsked),
    negates: flag(negated),
    negatesTrouble: flag(negated && trouble),
    refusesOffer: flag(opensByRefusing && agentAsked),
  };
  return {
    values,
    cues: isAnswer ? cues.filter((cue) => cue.kind !== 'negation') : cues,
    grams: gramsOf(text),
    lexicons: known,
    wordCount: words.length,
  };
}

/** Cues that may be shown as what gave a correction away. */
export function tellingCues(cues: CueMatch[]): CueMatch[] {
  return cues.filter((cue) => !calmingCueKinds.has(cue.kind));
}
