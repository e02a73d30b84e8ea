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
const pieces = /[\p{L}\p{N}']+|[?!]+/gu;

const counts = new Float32Array(gramBuckets);
const touched = new Uint16Array(gramBuckets);

/** FNV-1a over more text, from an earlier state. */
function mix(hash: number, text: string): number {
  let mixed = hash;
  for (let i = 0; i < text.length; i++) mixed = Math.imul(mixed ^ text.charCodeAt(i), 0x01000193);
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

/** Takes the counts out as 1 + ln(count), scaled to unit length, into `into`. */
function drain(used: number, into: Map<number, number>): void {
  let square = 0;
  for (let i = 0; i < used; i++) {
    const bucket = touched[i] as number;
    const value = 1 + Math.log(counts[bucket] as number);
    counts[bucket] = value;
    square += value * value;
  }
  const length = Math.sqrt(square);
  for (let i = 0; i < used; i++) {
    const bucket = touched[i] as number;
    into.set(bucket, (into.get(bucket) ?? 0) + (counts[bucket] as number) / length);
    counts[bucket] = 0;
  }
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
    const padded = ` ${word} `;
    for (let start = 0; start + 2 <= padded.length; start++) {
      let hash = seeds.characters;
      const end = Math.min(padded.length, start + longestGram);
      for (let i = start; i < end; i++) {
        hash = Math.imul(hash ^ padded.charCodeAt(i), 0x01000193);
        if (i > start) used = hit(bucketOf(hash), used);
      }
    }
  }
  return used;
}

/** The grams of a text as prepared for cues. Words in any script; figures are all the same. */
export function gramsOf(text: string): SparseGrams {
  const words = text.slice(0, charactersRead).toLowerCase().replace(/\d+/gu, '0').match(pieces) ?? [];
  const found = new Map<number, number>();
  drain(countWords(words), found);
  drain(countCharacters(words), found);
  return { buckets: Uint16Array.from(found.keys()), values: Float32Array.from(found.values()) };
}
