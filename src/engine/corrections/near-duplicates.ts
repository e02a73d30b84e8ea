// Folds texts that say the same in the same words, so that a canned message sent 300 times counts as one when clusters are sought.
// Equal word sets are folded by a hash, which is what most repetition is. Short sets this alike differ by one word, so they are looked
// up with each word left out; longer ones by prefix and length filtering: Bayardo, Ma & Srikant, "Scaling up all pairs similarity
// search", WWW 2007.
import { hashText } from '../../shared/text/hash-text';
import { jaccard, type HashedSet } from '../../shared/text/similarity';

/** Word sets smaller than this are folded only when they are equal: in five words a different one changes the matter. */
const minWordsForNear = 7;
/**
 * Only so many earlier groups are compared for one text, those that share most of its rarest words first: bounds the cost where all
 * texts are made of the same words, may miss a fold there.
 */
const maxCandidates = 24;
/** Of the earlier groups with a rare word only the latest so many are looked at. */
const maxPostings = 60;

/** The words of all sets as numbers, the rarest first, ascending in each set. */
function numberRarestFirst(sets: readonly HashedSet[]): Uint32Array[] {
  const counts = new Map<number, number>();
  for (const set of sets) for (const hash of set) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  const order = Array.from(counts).sort((a, b) => a[1] - b[1] || a[0] - b[0]);
  const rank = new Map(order.map(([hash], i) => [hash, i]));
  return sets.map((set) => Uint32Array.from(set, (hash) => rank.get(hash) as number).sort());
}

/** Earlier texts by their words, with how many of the words of one at hand they share. */
class Leaders {
  readonly #byWord = new Map<number, number[]>();
  readonly #shared = new Map<number, number>();

  add(text: number, prefix: Uint32Array): void {
    for (const word of prefix) {
      const texts = this.#byWord.get(word);
      if (texts === undefined) this.#byWord.set(word, [text]);
      else texts.push(text);
    }
  }

  /** Texts that share a word of the prefix and are of a length that fits, those that share most first, then the earliest. */
  candidates(prefix: Uint32Array, fits: (text: number) => boolean): number[] {
    this.#shared.clear();
    for (const word of prefix) {
      const texts = this.#byWord.get(word) ?? [];
      for (let i = texts.length - 1, end = Math.max(0, texts.length - maxPostings); i >= end; i--) {
        const text = texts[i] as number;
        if (fits(text)) this.#shared.set(text, (this.#shared.get(text) ?? 0) + 1);
      }
    }
    return Array.from(this.#shared)
      .sort((a, b) => b[1] - a[1] || a[0] - b[0])
      .slice(0, maxCandidates)
      .map(([text]) => text);
  }
}

/** Earlier word sets that have one word more or less than one at hand, by sums of the words' hashes. */
class OneWordApart {
  readonly #whole = new Map<number, number>();
  readonly #without = new Map<number, number>();

  constructor(private readonly sets: readonly HashedSet[]) {}

  #sum(text: number): number {
    let sum = 0;
    for (const word of this.sets[text] as HashedSet) sum += word;
    return sum;
  }

  add(text: number): void {
    const sum = this.#sum(text);
    this.#whole.set(sum, text);
    for (const word of this.sets[text] as HashedSet) this.#without.set(sum - word, text);
  }

  /** At most one of the larger and those smaller by one word; sums may collide, so they are to be compared. */
  candidates(text: number): number[] {
    const sum = this.#sum(text);
    const found = new Set<number>();
    const larger = this.#without.get(sum);
    if (larger !== undefined) found.add(larger);
    for (const word of this.sets[text] as HashedSet) {
      const smaller = this.#whole.get(sum - word);
      if (smaller !== undefined) found.add(smaller);
    }
    return [...found].sort((a, b) => a - b);
  }
}

/**
 * Groups texts by their words: `groups[i]` is the number of the first text that text i repeats (i itself where it repeats none).
 * Texts without words group together. `minSimilarity` is the Jaccard index of the word sets from which two texts are one; texts of
 * fewer than seven different words are one only when they are the same word for word.
 */
export function foldNearDuplicates(words: readonly (readonly string[])[], minSimilarity = 0.9): Int32Array {
  const groups = Int32Array.from({ length: words.length }, (_, i) => i);
  const firstWithWords = new Map<string, number>();
  const firstWithSet = new Map<string, number>();
  const different: number[] = [];
  const sets: HashedSet[] = [];
  words.forEach((list, i) => {
    const key = list.join(' ');
    const same = firstWithWords.get(key);
    if (same !== undefined) {
      groups[i] = same;
      return;
    }
    firstWithWords.set(key, i);
    const set = Uint32Array.from(new Set(list.map(hashText))).sort();
    if (set.length < minWordsForNear) return;
    const setKey = set.join(' ');
    const equal = firstWithSet.get(setKey);
    if (equal !== undefined) {
      groups[i] = equal;
      firstWithWords.set(key, equal);
      return;
    }
    firstWithSet.set(setKey, i);
    different.push(i);
    sets.push(set);
  });
  joinAlike(different, sets, minSimilarity, groups);
  // A text that repeats one folded since belongs to where that one went.
  groups.forEach((leader, i) => (groups[i] = groups[leader] as number));
  return groups;
}

/**
 * Folds texts whose sets differ a little. `sets[d]` are the words of text `different[d]`. Below 2 / (1 - s) words in all, a similarity
 * of s leaves room for one different word.
 */
function joinAlike(
  different: readonly number[],
  sets: readonly HashedSet[],
  minSimilarity: number,
  groups: Int32Array,
): void {
  const longFrom = 2 / Math.max(1e-9, 1 - minSimilarity);
  const isAlike = (a: number, b: number): boolean =>
    jaccard(sets[a] as HashedSet, sets[b] as HashedSet) >= minSimilarity;
  const short = new OneWordApart(sets);
  const numbered = numberRarestFirst(sets.map((set) => (set.length >= longFrom ? set : none)));
  const long = new Leaders();
  sets.forEach((set, d) => {
    const leader =
      short.candidates(d).find((other) => isAlike(d, other)) ??
      (set.length < longFrom ? undefined : joinLong(d, numbered, long, minSimilarity));
    if (leader === undefined) short.add(d);
    else groups[different[d] as number] = different[leader] as number;
  });
}

const none = new Uint32Array(0);

/** The earlier long text that text `d` repeats; where there is none, `d` is one for those to come. */
function joinLong(
  d: number,
  numbered: readonly Uint32Array[],
  leaders: Leaders,
  minSimilarity: number,
): number | undefined {
  const set = numbered[d] as Uint32Array;
  // Two sets this alike must share one of their rarest words, so only those are looked up.
  const prefix = set.subarray(0, set.length - Math.ceil(minSimilarity * set.length) + 1);
  const fits = (other: number): boolean => {
    const length = (numbered[other] as Uint32Array).length;
    return length >= minSimilarity * set.length && minSimilarity * length <= set.length;
  };
  const found = leaders
    .candidates(prefix, fits)
    .find((other) => jaccard(set, numbered[other] as Uint32Array) >= minSimilarity);
  if (found === undefined) leaders.add(d, prefix);
  return found;
}
