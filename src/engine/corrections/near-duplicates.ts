// Folds texts that say the same in the same words, so that a canned message sent 300 times counts as one when clusters are sought.
// Exact set-similarity join with prefix filtering: Bayardo, Ma & Srikant, "Scaling up all pairs similarity search", WWW 2007.
import { hashText } from '../../shared/text/hash-text';
import { jaccard, type HashedSet } from '../../shared/text/similarity';

/** Word sets smaller than this are folded only when they are equal: in five words a different one changes the matter. */
const minWordsForNear = 7;
/** Only this many earlier groups are compared per shared rare word: bounds the cost on repetitive data, may miss a fold there. */
const maxCandidates = 200;

function rarestFirst(sets: HashedSet[]): HashedSet[] {
  const counts = new Map<number, number>();
  for (const set of sets) for (const hash of set) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  return sets.map((set) =>
    Uint32Array.from(Array.from(set).sort((a, b) => (counts.get(a) ?? 0) - (counts.get(b) ?? 0) || a - b)),
  );
}

/**
 * Groups texts by their words: `groups[i]` is the number of the first text that text i repeats (i itself where it repeats none).
 * Texts without words group together. `minSimilarity` is the Jaccard index of the word sets from which two texts are one.
 */
export function foldNearDuplicates(words: string[][], minSimilarity = 0.9): Int32Array {
  const sets = words.map((list) => Uint32Array.from(new Set(list.map(hashText))).sort());
  const ordered = rarestFirst(sets);
  const groups = Int32Array.from({ length: words.length }, (_, i) => i);
  const firstWithWords = new Map<string, number>();
  const leadersByWord = new Map<number, number[]>();
  for (let i = 0; i < words.length; i++) {
    const set = sets[i] as HashedSet;
    const key = (words[i] ?? []).join(' ');
    const same = firstWithWords.get(key);
    if (same !== undefined) {
      groups[i] = same;
      continue;
    }
    firstWithWords.set(key, i);
    if (set.length < minWordsForNear) continue;
    // Two sets this alike must share one of their rarest words, so only those are looked up.
    const prefix = (ordered[i] as HashedSet).slice(0, set.length - Math.ceil(minSimilarity * set.length) + 1);
    const candidates = new Set(
      Array.from(prefix).flatMap((hash) => (leadersByWord.get(hash) ?? []).slice(0, maxCandidates)),
    );
    const leader = Array.from(candidates)
      .sort((a, b) => a - b)
      .find((other) => jaccard(set, sets[other] as HashedSet) >= minSimilarity);
    if (leader !== undefined) {
      groups[i] = leader;
      firstWithWords.set(key, leader);
      continue;
    }
    for (const hash of prefix) {
      const leaders = leadersByWord.get(hash);
      if (leaders === undefined) leadersByWord.set(hash, [i]);
      else leaders.push(i);
    }
  }
  return groups;
}
