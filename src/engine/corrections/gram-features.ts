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
/** A word with a space before and after it, by code unit; small letters may be longer than the capitals they stand for. */
const padded = new Uint16Array(3 * charactersRead + 2);
const SPACE = 32;

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

function countWords(words: readonly string[]): number {
  let used = 0;
  words.forEach((word, i) => {
    used = hit(bucketOf(mix(seeds.word, word)), used);
    const previous = words[i - 1];
    if (previous !== undefined) used = hit(bucketOf(mix(mix(mix(seeds.pair, previous), ' '), word)), used);
    if (i === 0) used = hit(bucketOf(mix(seeds.opening, word)), used);
    if (i === 1 && previous !== undefined)
      used = hit(bucketOf(mix(mix(mix(seeds.opening, previous), ' '), word)), used);
  });
  return used;
}

function countCharacters(words: readonly string[]): number {
  let used = 0;
  for (const word of words) {
    const size = word.length + 2;
    padded[0] = SPACE;
    for (let i = 0; i < word.length; i++) padded[i + 1] = word.charCodeAt(i);
    padded[size - 1] = SPACE;
    for (let start = 0; start + 2 <= size; start++) {
      let hash = Math.imul(seeds.characters ^ (padded[start] as number), PRIME);
      const end = Math.min(size, start + longestGram);
      for (let i = start + 1; i < end; i++) {
        hash = Math.imul(hash ^ (padded[i] as number), PRIME);
        used = hit(bucketOf(hash), used);
      }
    }
  }
  return used;
}

/** The grams of a text as prepared for cues. Words in any script; figures are all the same. */
export function gramsOf(text: string): SparseGrams {
  const words = text.slice(0, charactersRead).toLowerCase().replace(/\d+/gu, '0').match(pieces) ?? [];
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
