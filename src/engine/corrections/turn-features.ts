// A user turn and what stood before it -> the named quantities the correction model weighs. Every feature lies between 0 and 1 and
// can be said in a sentence; nothing here knows the weights.
import { cueTextOf, type CueText } from '../../shared/lexicon/cue-expression';
import {
  calmingCueKinds,
  matchCues,
  wordedCueKinds,
  type CompiledLexicon,
  type CueMatch,
  type WordedCueKind,
} from '../../shared/lexicon/cue-lexicon';
import { contentWords, languagesOf, likelyBits } from '../../shared/text/function-words';
import { lexiconsOf } from '../../shared/lexicon/languages';
import { lacksDetails, wantsDetails } from '../../shared/lexicon/asked-details.data';
import { negatorLanguages } from '../../shared/lexicon/negation';
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

const weakNames = Object.fromEntries(wordedCueKinds.map((kind) => [kind, `${kind}:weak` as const])) as Record<
  WordedCueKind,
  `${WordedCueKind}:weak`
>;

/** Every feature in the order of the weights. */
export const featureNames: readonly FeatureName[] = [
  ...structuralFeatures,
  ...wordedCueKinds,
  ...wordedCueKinds.map((kind) => weakNames[kind]),
];

/** Those that show in a turn itself and in what it repeats. */
const shown: readonly FeatureName[] = [
  'question',
  'repeatedMarks',
  'shouting',
  'veryShort',
  'long',
  'rephrase',
  'sharesContent',
  'repeatsVerbatim',
  'echoesAgent',
];

/** Place of a feature in `featureNames`. */
const placeOf = Object.fromEntries(featureNames.map((name, i) => [name, i])) as Record<FeatureName, number>;

export type TurnFeatures = {
  /** Of each feature, in the order of `featureNames`; 0 where it is absent. */
  values: readonly number[];
  cues: CueMatch[];
  grams: SparseGrams;
  /** Languages the turn was read in, by their lexicons. */
  lexicons: readonly CompiledLexicon[];
  /** The text as the lexicons read it. */
  cueText: CueText;
  wordCount: number;
};

/** The value of one feature, 0 where it is absent. */
export function featureOf({ values }: TurnFeatures, name: FeatureName): number {
  return values[placeOf[name]] as number;
}

/** The agent's question is looked for in this many characters at its end. */
const questionWindow = 240;
const endsInQuestion = /[?\uff1f\u061f][\s"'”’)\]*_]*$/u;
const question = /[?\uff1f\u061f]/u;
const repeatedMarks = /[?!\uff1f\uff01]{2,}/u;

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}

function flag(holds: boolean): number {
  return holds ? 1 : 0;
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
  /** Languages it may be in, a bit each (see `likelyBits`). */
  likely: number;
  content: HashedSet;
  trigrams: HashedSet | null;
};

let latest: Reading | null = null;

function read(source: string): Reading {
  if (latest?.source === source) return latest;
  const text = prepareForCues(source);
  const words = tokenize(text);
  const ofWords = words.map(languagesOf);
  const likely = likelyBits(ofWords);
  const content = words.filter((_, i) => ((ofWords[i] as number) & likely) === 0);
  return { source, text, words, likely, content: hashSetOf(content), trigrams: null };
}

function trigramsOf(reading: Reading): HashedSet {
  return (reading.trigrams ??= hashedTrigrams(reading.text));
}

function addSimilarity(values: number[], own: Reading, previous: Reading | null, agentEnd: string): void {
  if (previous !== null && own.content.length >= 2 && previous.content.length >= 2) {
    const trigrams = jaccard(trigramsOf(own), trigramsOf(previous));
    values[placeOf.rephrase] = clamp((trigrams - 0.15) / 0.45);
    values[placeOf.sharesContent] = overlap(own.content, previous.content);
    values[placeOf.repeatsVerbatim] = flag(trigrams > 0.85);
  }
  if (agentEnd !== '' && own.content.length > 0)
    values[placeOf.echoesAgent] = overlap(own.content, hashSetOf(contentWords(tokenize(agentEnd))));
}

function negates({ words, likely }: Reading): boolean {
  return words.some((word) => (negatorLanguages(word) & likely) !== 0);
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

function addShape(values: number[], { text, words }: Reading): void {
  const { letters, capitals } = countLetters(text);
  values[placeOf.question] = flag(question.test(text));
  values[placeOf.repeatedMarks] = flag(repeatedMarks.test(text));
  values[placeOf.shouting] = flag(letters >= 8 && capitals / letters > 0.6);
  values[placeOf.veryShort] = flag(words.length <= 4);
  values[placeOf.long] = clamp((words.length - 20) / 60);
}

/** The feature under which a wording is weighed. */
export function featureOfCue(cue: CueMatch): FeatureName {
  return cue.strength === 'weak' ? weakNames[cue.kind] : cue.kind;
}

/** Cues that deny nothing the agent did, in an answer to it: a "but" of one who lacks what was asked for, a transfer accepted. */
const answerCues: Record<'lacking' | 'accepting' | 'other', ReadonlySet<WordedCueKind>> = {
  lacking: new Set(['contrast', 'reminder', 'omission']),
  accepting: new Set(['escalation']),
  other: new Set(),
};

/** Cues with the loss of meaning they suffer as an answer: "no" to a question of the agent denies nothing it did. */
function addCues(values: number[], cues: readonly CueMatch[], isAnswer: boolean): void {
  for (const cue of cues) {
    if (isAnswer && cue.kind === 'negation') continue;
    // A strong wording contains the weak one; counting both would say the same twice.
    const isSaid =
      cue.strength === 'weak' && cues.some((one) => one.strength === 'strong' && one.kind === cue.kind);
    if (!isSaid) values[placeOf[featureOfCue(cue)]] = 1;
  }
}

function opensBy(found: readonly CueMatch[], kind: WordedCueKind): boolean {
  return found.some((cue) => cue.kind === kind && cue.strength === 'strong');
}

/** Reads a turn. Cost is bounded by the first 2,000 characters of each text: less than 0.1 ms for a sentence. */
export function readTurn(context: UserTurnContext): TurnFeatures {
  const previous = context.previousUserText === null ? null : read(context.previousUserText);
  const own = read(context.text);
  latest = own;
  const known = lexiconsOf(own.likely);
  const cueText = cueTextOf(own.text);
  const found: CueMatch[] = [];
  for (const lexicon of known) found.push(...matchCues(cueText, lexicon));
  const agentEnd = context.agentText === null ? '' : prepareForCues(context.agentText.slice(-600));
  const agentAsked = agentEnd !== '' && asksSomething(agentEnd);
  const opensByRefusing = opensBy(found, 'negation');
  const isAnswer = agentAsked && (opensByRefusing || opensBy(found, 'approval'));
  const isLacking = lacksDetails.test(own.text) && (agentAsked || wantsDetails.test(agentEnd.slice(-300)));
  const isAccepting = isAnswer && !opensByRefusing;
  const meaningless = answerCues[isLacking ? 'lacking' : isAccepting ? 'accepting' : 'other'];
  const cues = found.filter((cue) => !meaningless.has(cue.kind));
  const agentCueText = cueTextOf(agentEnd);
  const trouble = known.some(({ agentTrouble }) => agentTrouble.test(agentCueText));
  // Who lacks what was asked for negates that, and nothing the agent did.
  const negated = !isLacking && negates(own);
  const values = featureNames.map(() => 0);
  addShape(values, own);
  addSimilarity(values, own, previous, agentEnd);
  addCues(values, cues, isAnswer);
  values[placeOf.interrupted] = flag(context.interruptedBefore);
  values[placeOf.toolRejected] = flag(context.toolRejectedBefore);
  values[placeOf.toolError] = flag(context.toolErrorBefore);
  values[placeOf.agentAsked] = flag(agentAsked);
  values[placeOf.answersQuestion] = flag(isAnswer);
  values[placeOf.agentTrouble] = flag(trouble);
  values[placeOf.troubleThenQuestion] = flag(trouble && agentAsked);
  values[placeOf.negates] = flag(negated);
  values[placeOf.negatesTrouble] = flag(negated && trouble);
  values[placeOf.refusesOffer] = flag(opensByRefusing && agentAsked);
  return {
    values,
    cues: isAnswer ? cues.filter((cue) => cue.kind !== 'negation') : cues,
    grams: gramsOf(own.text),
    lexicons: known,
    cueText,
    wordCount: own.words.length,
  };
}

/** Every feature in the order in which a turn is read: what shows in the text, its wording in its own order, what stood before it. */
export function namesInOrder({ cues }: TurnFeatures): ReadonlySet<FeatureName> {
  return new Set([...shown, ...cues.map(featureOfCue), ...featureNames]);
}

/** Cues that may be shown as what gave a correction away. */
export function tellingCues(cues: CueMatch[]): CueMatch[] {
  return cues.filter((cue) => !calmingCueKinds.has(cue.kind));
}
