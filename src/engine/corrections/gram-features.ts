// The words and character n-grams of a user turn as a sparse vector of hashed features. Owns the hashing, nothing about weights.
// Hashing instead of a vocabulary: what ships is a row of numbers and holds nobody's words (Weinberger et al., "Feature hashing for
// large scale multitask learning", ICML 2009). Words and characters are scaled to unit length apart, so that long turns weigh no more.

/** Hash buckets: a power of two. */
export const gramBuckets = 16_384;

/** `values[i]` belongs to `buckets[i]`; buckets are distinct. */
export type SparseGrams = { buckets: Uint16Array; values: Float32Array };

/** What counts of a text: the start, where people say what they want. */
const charactersRead = 600;
const longestGram = 5;
const mask = gramBuckets - 1;
/** Of FNV-1a with 32 bits. */
const PRIME = 0x01000193;
const pieces = /[\p{L}\p{N}']+|[?!]+/gu;

/** Tables used by every text and left clean: no object is made per gram. */
const counts = new Float32Array(gramBuckets);
const touched = new Uint16Array(gramBuckets);
const sums = new Float64Array(gramBuckets);
const isFound = new Uint8Array(gramBuckets);
const found = new Uint16Array(gramBuckets);
const SPACE = ' ';

/** 1 + ln(count) of the counts that most texts have. */
const damped = Float64Array.from({ length: 64 }, (_, count) => 1 + Math.log(count));

/** FNV-1a over more text, from an earlier state. */
function mix(hash: number, text: string): number {
  let mixed = hash;
  for (let i = 0; i < text.length; i++) mixed = Math.imul(mixed ^ text.charCodeAt(i), PRIME);
  return mixed;
}

function bucketOf(hash: number): number {
  return (hash ^ (hash >>> 15)) & mask;
}

/** Seeds keep words, pairs, openings and character runs of the same letters apart. */
const seeds = {
  word: mix(0x811c9dc5, 'w'),
  pair: mix(0x811c9dc5, 'b'),
  opening: mix(0x811c9dc5, '^'),
  characters: mix(0x811c9dc5, 'c'),
};

/** Counts hits in the shared table; `drain` takes them out and leaves it clean. */
function hit(bucket: number, used: number): number {
  const before = counts[bucket] as number;
  counts[bucket] = before + 1;
  if (before > 0) return used;
  touched[used] = bucket;
  return used + 1;
}

/** Adds the counts, as 1 + ln(count) scaled to unit length, to the sums; gives how many buckets have one then. */
function drain(used: number, foundBefore: number): number {
  let square = 0;
  for (let i = 0; i < used; i++) {
    const bucket = touched[i] as number;
    const count = counts[bucket] as number;
    const value = count < damped.length ? (damped[count] as number) : 1 + Math.log(count);
    counts[bucket] = value;
    square += value * value;
  }
  const length = Math.sqrt(square);
  let foundCount = foundBefore;
  for (let i = 0; i < used; i++) {
    const bucket = touched[i] as number;
    if (isFound[bucket] === 0) {
      isFound[bucket] = 1;
      found[foundCount++] = bucket;
    }
    sums[bucket] = (sums[bucket] as number) + (counts[bucket] as number) / length;
    counts[bucket] = 0;
  }
  return foundCount;
}

/** What does not depend on the words beside a word: hashes of it alone, and the buckets of its runs of characters. */
type Known = { word: string; wordBucket: number; openingBucket: number; runs: Uint16Array };

/** Words met before; forgotten when there are too many. Long ones are seldom met again. */
const knownWords = new Map<string, Known>();
const maxKnownWords = 20_000;
const longestKnown = 40;

function runsOf(word: string): Uint16Array {
  const padded = SPACE + word + SPACE;
  const buckets: number[] = [];
  for (let start = 0; start + 2 <= padded.length; start++) {
    let hash = Math.imul(seeds.characters ^ padded.charCodeAt(start), PRIME);
    const end = Math.min(padded.length, start + longestGram);
    for (let i = start + 1; i < end; i++) {
      hash = Math.imul(hash ^ padded.charCodeAt(i), PRIME);
      buckets.push(bucketOf(hash));
    }
  }
  return Uint16Array.from(buckets);
}

function lookUp(written: string): Known {
  const known = knownWords.get(written);
  if (known !== undefined) return known;
  // Kept as a copy: a part of a long text would hold all of it in memory.
  const word = ` ${written}`.slice(1);
  const made = {
    word,
    wordBucket: bucketOf(mix(seeds.word, word)),
    openingBucket: bucketOf(mix(seeds.opening, word)),
    runs: runsOf(word),
  };
  if (word.length > longestKnown) return made;
  if (knownWords.size >= maxKnownWords) knownWords.clear();
  knownWords.set(word, made);
  return made;
}

function pairBucket(seed: number, first: string, second: string): number {
  return bucketOf(mix(mix(mix(seed, first), SPACE), second));
}

function countWords(words: readonly Known[]): number {
  let used = 0;
  for (let i = 0; i < words.length; i++) {
    const { word, wordBucket, openingBucket } = words[i] as Known;
    used = hit(wordBucket, used);
    const previous = words[i - 1]?.word;
    if (previous === undefined) used = hit(openingBucket, used);
    else {
      used = hit(pairBucket(seeds.pair, previous, word), used);
      if (i === 1) used = hit(pairBucket(seeds.opening, previous, word), used);
    }
  }
  return used;
}

function countCharacters(words: readonly Known[]): number {
  let used = 0;
  for (const { runs } of words) for (const bucket of runs) used = hit(bucket, used);
  return used;
}

/** The grams of a text as prepared for cues. Words in any script; figures are all the same. */
export function gramsOf(text: string): SparseGrams {
  const written = text.slice(0, charactersRead).toLowerCase().replace(/\d+/gu, '0').match(pieces) ?? [];
  const words = written.map(lookUp);
  const wordBuckets = drain(countWords(words), 0);
  const foundCount = drain(countCharacters(words), wordBuckets);
  const buckets = found.slice(0, foundCount);
  const values = new Float32Array(foundCount);
  for (let i = 0; i < foundCount; i++) {
    const bucket = buckets[i] as number;
    values[i] = sums[bucket] as number;
    sums[bucket] = 0;
    isFound[bucket] = 0;
  }
  return { buckets, values };
}
