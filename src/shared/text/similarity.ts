// How alike two texts are worded, four ways, each from 0 (nothing shared) to 1 (equal). Pure functions; who compares one text with
// several takes its hashed set once.
import { contentWords } from './function-words';
import { hashPart, hashText } from './hash-text';
import { normalizeText, tokenize } from './tokenize';

/** A set of hashes: sorted ascending, no duplicates. */
export type HashedSet = Uint32Array;

/** Hashes are sorted here, so that only the set itself is made anew. */
let scratch = new Uint32Array(4096);
/** So few are sorted sooner here than by the call that sorts any number. */
const fewHashes = 24;

function insertSorted(count: number): void {
  for (let i = 1; i < count; i++) {
    const hash = scratch[i] as number;
    let at = i;
    for (; at > 0 && (scratch[at - 1] as number) > hash; at--) scratch[at] = scratch[at - 1] as number;
    scratch[at] = hash;
  }
}

/** The first `count` hashes of the scratch as a set. */
function takeSet(count: number): HashedSet {
  if (count <= fewHashes) insertSorted(count);
  else scratch.subarray(0, count).sort();
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const hash = scratch[i] as number;
    if (kept === 0 || hash !== scratch[kept - 1]) scratch[kept++] = hash;
  }
  return scratch.slice(0, kept);
}

function makeRoom(count: number): void {
  if (count > scratch.length) scratch = new Uint32Array(2 * count);
}

/** Hashes as a set. */
export function hashesOf(hashes: ArrayLike<number>): HashedSet {
  makeRoom(hashes.length);
  scratch.set(hashes);
  return takeSet(hashes.length);
}

/** The words of a text as hashes. Two different words may share one in about four billion cases. */
export function hashedWords(text: string): HashedSet {
  return hashesOf(tokenize(text).map(hashText));
}

/** The words that carry content as hashes; empty for "yes, do it". */
export function hashedContentWords(text: string): HashedSet {
  return hashesOf(contentWords(tokenize(text)).map(hashText));
}

const beyondAscii = /[^ -~\s]|`/u;

/** As `normalizeText`, which text of plain characters needs less of. */
function normalized(text: string): string {
  return beyondAscii.test(text) ? normalizeText(text) : text.toLowerCase().replace(/\s+/gu, ' ').trim();
}

/** All runs of three characters of the normalised text, with a space at both ends. */
export function hashedTrigrams(text: string): HashedSet {
  const padded = ` ${normalized(text)} `;
  const count = padded.length - 2;
  makeRoom(count);
  for (let i = 0; i < count; i++) scratch[i] = hashPart(padded, i, i + 3);
  return takeSet(count);
}

/** Number of hashes in both sets. */
export function sharedCount(a: HashedSet, b: HashedSet): number {
  let i = 0;
  let j = 0;
  let shared = 0;
  while (i < a.length && j < b.length) {
    const x = a[i] as number;
    const y = b[j] as number;
    if (x === y) shared++;
    if (x <= y) i++;
    if (y <= x) j++;
  }
  return shared;
}

/** Shared elements over all elements; 0 when both sets are empty. */
export function jaccard(a: HashedSet, b: HashedSet): number {
  const shared = sharedCount(a, b);
  const all = a.length + b.length - shared;
  return all === 0 ? 0 : shared / all;
}

/** Shared elements over those of the smaller set: 1 where one text repeats the other and adds to it. 0 when either is empty. */
export function overlap(a: HashedSet, b: HashedSet): number {
  const fewer = Math.min(a.length, b.length);
  return fewer === 0 ? 0 : sharedCount(a, b) / fewer;
}

/** Jaccard index of the word sets. */
export function wordSimilarity(a: string, b: string): number {
  return jaccard(hashedWords(a), hashedWords(b));
}

/** Jaccard index of the character trigrams; forgives inflection and typing errors. */
export function trigramSimilarity(a: string, b: string): number {
  return jaccard(hashedTrigrams(a), hashedTrigrams(b));
}

/** Share of the content words of the poorer text that the other has as well. */
export function contentOverlap(a: string, b: string): number {
  return overlap(hashedContentWords(a), hashedContentWords(b));
}

const wordBits = 32;

/** For each UTF-16 unit of the pattern the bit mask of its positions, 32 positions a block. */
function positionMasks(pattern: string, blockCount: number): Map<number, Int32Array> {
  const masks = new Map<number, Int32Array>();
  for (let i = 0; i < pattern.length; i++) {
    const unit = pattern.charCodeAt(i);
    let mask = masks.get(unit);
    if (mask === undefined) masks.set(unit, (mask = new Int32Array(blockCount)));
    const block = i >>> 5;
    mask[block] = (mask[block] as number) | (1 << (i & 31));
  }
  return masks;
}

/**
 * Levenshtein distance in UTF-16 units, bit-parallel: Myers, "A fast bit-vector algorithm for approximate string matching",
 * JACM 46 (1999), in the block form of Hyyrö, "Bit-parallel approximate string matching algorithms with transposition" (2003).
 * Cost: length of one text times length of the other over 32.
 */
export function editDistance(a: string, b: string): number {
  const [pattern, text] = a.length <= b.length ? [a, b] : [b, a];
  if (pattern.length === 0) return text.length;
  const blockCount = Math.ceil(pattern.length / wordBits);
  const masks = positionMasks(pattern, blockCount);
  const none = new Int32Array(blockCount);
  const plus = new Int32Array(blockCount).fill(-1);
  const minus = new Int32Array(blockCount);
  const lastBit = 1 << ((pattern.length - 1) & 31);
  let distance = pattern.length;
  for (let t = 0; t < text.length; t++) {
    const mask = masks.get(text.charCodeAt(t)) ?? none;
    let plusIn = 1;
    let minusIn = 0;
    for (let block = 0; block < blockCount; block++) {
      const up = plus[block] as number;
      const down = minus[block] as number;
      const equal = (mask[block] as number) | minusIn;
      const vertical = (mask[block] as number) | down;
      const horizontal = ((((equal & up) + up) | 0) ^ up) | equal;
      let plusOut = down | ~(horizontal | up);
      let minusOut = up & horizontal;
      if (block === blockCount - 1)
        distance += (plusOut & lastBit) !== 0 ? 1 : (minusOut & lastBit) !== 0 ? -1 : 0;
      const plusCarry = plusOut >>> 31;
      const minusCarry = minusOut >>> 31;
      plusOut = (plusOut << 1) | plusIn;
      minusOut = (minusOut << 1) | minusIn;
      plus[block] = minusOut | ~(vertical | plusOut);
      minus[block] = plusOut & vertical;
      plusIn = plusCarry;
      minusIn = minusCarry;
    }
  }
  return distance;
}

/** 1 - distance over the longer length, on normalised texts: 1 for equal ones (also two empty ones). */
export function editSimilarity(a: string, b: string): number {
  const x = normalizeText(a);
  const y = normalizeText(b);
  const longest = Math.max(x.length, y.length);
  return longest === 0 ? 1 : 1 - editDistance(x, y) / longest;
}
