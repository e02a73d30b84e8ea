// What a person changed in a text before using it: how much, which words, and of what sort: facts, length, format, tone.
// Pure functions. Distance: Levenshtein over characters; words: longest common subsequence. Texts are compared up to a cap.
import { languagesOf, likelyLanguages } from './function-words';
import { courtesies } from '../lexicon/tone.data';
import { phraseSet } from '../lexicon/phrase-lists';
import { findPhrases, readWords, type Words } from './phrases';
import { editDistance } from './similarity';

const charactersCompared = 4000;
const wordsCompared = 600;

export const changeKinds = ['facts', 'length', 'format', 'tone', 'wording'] as const;
export type ChangeKind = (typeof changeKinds)[number];

export type TextChange = {
  /** Levenshtein distance over the longer length: 0 for equal texts, 1 for nothing kept. Of the first 4,000 characters. */
  distance: number;
  /** Words of the generated text that are kept, taken out, and put in. Of the first 600 words. */
  keptWords: number;
  removedWords: number;
  addedWords: number;
  /** What sort of change it is, the gravest first; `wording` where it is none of the others. Empty for equal texts. */
  kinds: ChangeKind[];
  /** Numbers and names that went and came, at most five each. */
  factsRemoved: string[];
  factsAdded: string[];
};

function plain(text: string): string {
  return text.slice(0, charactersCompared).replace(/\s+/gu, ' ').trim();
}

/** Length of the longest common subsequence. Cost: product of the lengths. */
function commonLength(a: readonly string[], b: readonly string[]): number {
  let row = new Uint16Array(b.length + 1);
  for (const word of a) {
    const next = new Uint16Array(b.length + 1);
    for (let j = 1; j <= b.length; j++)
      next[j] =
        b[j - 1] === word ? (row[j - 1] as number) + 1 : Math.max(row[j] as number, next[j - 1] as number);
    row = next;
  }
  return row[b.length] as number;
}

/** Numbers, codes and names (capitals inside a sentence), as written. */
function factsOf(text: string, words: Words): Map<string, string> {
  const facts = new Map<string, string>();
  // German writes every noun in capitals: there they tell no name.
  const hasNames = likelyLanguages(words.folded)[0] !== 'de';
  words.folded.forEach((word, i) => {
    const written = text.slice(words.starts[i], words.ends[i]);
    const isName =
      hasNames && /^\p{Lu}\p{Ll}/u.test(written) && words.opens[i] !== 2 && languagesOf(word) === 0;
    if (/\p{N}/u.test(written) || isName) facts.set(word, written);
  });
  return facts;
}

function missing(from: Map<string, string>, there: ReadonlySet<string>): string[] {
  return [...from].filter(([word]) => !there.has(word)).map(([, written]) => written);
}

const structure = /^[ \t]*(?:[-*\u2022]|\d+[.)]|#{1,6}|\|)\s/gmu;

function shapeOf(text: string): string {
  const marks = text.match(structure)?.length ?? 0;
  const paragraphs = text.split(/\n\s*\n/u).length;
  const fences = text.split('```').length - 1;
  const bold = text.split('**').length - 1;
  return [Math.min(marks, 1), Math.min(fences, 1), Math.min(bold, 1), paragraphs > 1 ? 1 : 0].join();
}

const courteous = phraseSet(courtesies);

function toneOf(text: string, words: Words): string {
  const said = findPhrases(courteous, words).map(({ from, to }) => words.folded.slice(from, to).join(' '));
  const marks = /!/u.test(text) ? '!' : '';
  const pictures = /\p{Extended_Pictographic}/u.test(text) ? 'e' : '';
  return [...new Set(said)].sort().join() + marks + pictures;
}

/** Compares a generated text with the one that was used instead. */
export function compareTexts(generated: string, used: string): TextChange {
  const [a, b] = [plain(generated), plain(used)];
  const longest = Math.max(a.length, b.length);
  const distance = longest === 0 ? 0 : editDistance(a, b) / longest;
  const [headA, headB] = [generated.slice(0, charactersCompared), used.slice(0, charactersCompared)];
  const [wordsA, wordsB] = [readWords(headA), readWords(headB)];
  const [listA, listB] = [wordsA.folded.slice(0, wordsCompared), wordsB.folded.slice(0, wordsCompared)];
  const kept = commonLength(listA, listB);
  const factsRemoved = missing(factsOf(headA, wordsA), new Set(wordsB.folded));
  const factsAdded = missing(factsOf(headB, wordsB), new Set(wordsA.folded));
  const kinds: ChangeKind[] = [];
  if (factsAdded.length > 0 || factsRemoved.length > 0) kinds.push('facts');
  if (Math.abs(used.length - generated.length) > 0.25 * Math.max(generated.length, 1)) kinds.push('length');
  if (shapeOf(headA) !== shapeOf(headB)) kinds.push('format');
  if (toneOf(headA, wordsA) !== toneOf(headB, wordsB)) kinds.push('tone');
  if (kinds.length === 0 && distance > 0) kinds.push('wording');
  return {
    distance,
    keptWords: kept,
    removedWords: listA.length - kept,
    addedWords: listB.length - kept,
    kinds: distance === 0 ? [] : kinds,
    factsRemoved: factsRemoved.slice(0, 5),
    factsAdded: factsAdded.slice(0, 5),
  };
}
