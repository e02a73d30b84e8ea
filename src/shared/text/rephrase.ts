// Whether one message of a user asks again what an earlier one asked. Pure functions over words; no thresholds, no wording lists.
//
// Words are compared by their first six letters, which forgives inflection in the languages written with letters ("cancel",
// "cancelling"; McNamee & Mayfield, "Character n-gram tokenization for European language text retrieval", Information Retrieval
// 7, 2004, find such stems as good as real ones), and weighed by how rare they are in the workspace.
import { languagesOf, likelyBits } from './function-words';
import { hashText } from './hash-text';
import { hashedTrigrams, jaccard, type HashedSet } from './similarity';
import { tokenize } from './tokenize';

const stemLength = 6;
const charactersRead = 1200;

/** A message made ready to be compared. */
export type Asked = {
  /** Weight of each stem that carries content. */
  stems: ReadonlyMap<number, number>;
  weight: number;
  /** Worked out when first asked for: most messages are told apart by their words. */
  trigrams(): HashedSet;
  /** Numbers and codes: words with a digit. */
  numbers: ReadonlySet<string>;
};

const hasDigit = /\p{N}/u;

type Known = { languages: number; stem: number; isNumber: boolean };
/** What does not depend on the text a word stands in; forgotten when there are too many. */
const knownWords = new Map<string, Known>();
const maxKnownWords = 50_000;

/** "costs" is "cost" and "plans" is "plan": the plural and the third person of short words end within six letters. */
function stemOf(word: string): string {
  const isInflected = word.length > 3 && word.endsWith('s') && !word.endsWith('ss');
  return (isInflected ? word.slice(0, -1) : word).slice(0, stemLength);
}

function lookUp(word: string): Known {
  const known = knownWords.get(word);
  if (known !== undefined) return known;
  if (knownWords.size >= maxKnownWords) knownWords.clear();
  const made = {
    languages: languagesOf(word),
    stem: hashText(stemOf(word)),
    isNumber: hasDigit.test(word),
  };
  // Kept under a copy: a part of a long text would hold all of it in memory.
  knownWords.set(` ${word}`.slice(1), made);
  return made;
}

/** A text without these is cut into words the quick way, with the same result. */
const beyondAscii = /[^ -~\s]/u;
const asciiWord = /[a-z0-9_]+(?:'[a-z]+)*/gu;

/** Reads the first 1,200 characters of a message; `idf` weighs a normalised word. */
export function readAsked(text: string, idf: (word: string) => number): Asked {
  const head = text.slice(0, charactersRead);
  const words = beyondAscii.test(head) ? tokenize(head) : (head.toLowerCase().match(asciiWord) ?? []);
  const stems = new Map<number, number>();
  const numbers = new Set<string>();
  let weight = 0;
  const known = words.map(lookUp);
  const likely = likelyBits(known.map(({ languages }) => languages));
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    const { languages, stem, isNumber } = known[i] as Known;
    if ((languages & likely) !== 0) continue;
    if (isNumber) numbers.add(word);
    if (stems.has(stem)) continue;
    const value = idf(word);
    stems.set(stem, value);
    weight += value;
  }
  let trigrams: HashedSet | null = null;
  return { stems, weight, numbers, trigrams: () => (trigrams ??= hashedTrigrams(head)) };
}

export type Likeness = {
  /** Share of the later message's weight that the earlier one has too. */
  repeated: number;
  /** Share of the poorer message's weight that both have. */
  overlap: number;
  /** Shared weight over all weight. */
  weightedJaccard: number;
  /** Share of the shared weight that the agent's answer between them did not take up; 1 without an answer. */
  unanswered: number;
  sharedCount: number;
  /** Both name numbers, and none is the same: the same order for another thing. */
  otherNumbers: boolean;
};

/** A letter or digit alone ("step-1") is no word that two messages share, though another one tells them apart. */
const singleCharacters: ReadonlySet<number> = new Set(
  Array.from({ length: 36 }, (_, i) => hashText(i.toString(36))),
);

/** Jaccard index of the character trigrams of two messages. */
export function letterLikeness(a: Asked, b: Asked): number {
  return jaccard(a.trigrams(), b.trigrams());
}

/** How far `now` repeats `before`; `answer` is what the agent said in between. */
export function likenessOf(before: Asked, now: Asked, answer: Asked | null): Likeness {
  let shared = 0;
  let sharedCount = 0;
  let open = 0;
  for (const [stem, value] of now.stems) {
    if (!before.stems.has(stem)) continue;
    shared += value;
    if (!singleCharacters.has(stem)) sharedCount++;
    if (answer === null || !answer.stems.has(stem)) open += value;
  }
  const all = before.weight + now.weight - shared;
  const fewer = Math.min(before.weight, now.weight);
  return {
    repeated: now.weight === 0 ? 0 : shared / now.weight,
    overlap: fewer === 0 ? 0 : Math.min(1, shared / fewer),
    weightedJaccard: all <= 0 ? 0 : shared / all,
    unanswered: shared === 0 ? 1 : open / shared,
    sharedCount,
    otherNumbers:
      before.numbers.size > 0 &&
      now.numbers.size > 0 &&
      ![...now.numbers].some((number) => before.numbers.has(number)),
  };
}
