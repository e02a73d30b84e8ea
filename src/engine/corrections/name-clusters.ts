// By what a cluster is called and which of its texts show why: the words of a text that may name it, and examples. Which words tell
// one cluster from the others is cluster-keywords'.
import { clusterKeywords, shareOfTerms } from './cluster-keywords';
import type { FoundClusters } from './found-clusters';
import { labelWords, wordGap } from './label-words';
import { tokenize } from '../../shared/text/tokenize';
import { dot } from './unit-rows';

/** Clusters are named by so many of their texts. */
const namingTexts = 300;
/** Weight of centrality against novelty when exemplars are chosen (Carbonell & Goldstein, "MMR", SIGIR 1998). */
const centralityWeight = 0.7;
/** What saying all of the cluster's first keywords is worth beside that: an example is to show why the cluster is called so. */
const keywordWeight = 0.3;
const keywordsShown = 3;
/** Exemplars are looked for among so many of the most central members. */
const exemplarPool = 80;

/** Rows that are central, unlike each other and say what the cluster is named by (`telling` from 0 to 1). */
function chooseExemplars(
  list: number[],
  { similarities, rows }: FoundClusters,
  count: number,
  telling: (row: number) => number,
): number[] {
  const width = rows.columnCount;
  const chosen: number[] = [];
  const pool = list.slice(0, exemplarPool);
  const rest = new Set(pool);
  const worth = new Map(
    pool.map((row) => [row, centralityWeight * (similarities[row] ?? 0) + keywordWeight * telling(row)]),
  );
  while (chosen.length < count && rest.size > 0) {
    let best = -1;
    let bestScore = -Infinity;
    for (const row of rest) {
      const nearest = Math.max(
        0,
        ...chosen.map((other) => dot(rows.values, row * width, rows.values, other * width, width)),
      );
      const score = (worth.get(row) ?? 0) - (1 - centralityWeight) * nearest;
      if (score > bestScore) [best, bestScore] = [row, score];
    }
    chosen.push(best);
    rest.delete(best);
  }
  return chosen;
}

/** At most `most` of a list, evenly spread over it. */
function spread<T>(list: readonly T[], most: number): T[] {
  const step = Math.max(1, list.length / most);
  return Array.from({ length: Math.min(list.length, most) }, (_, i) => list[Math.floor(i * step)] as T);
}

/** What a text may be named by; a text of nothing but courtesies is named by those. */
export function namingWordsOf(text: string): string[] {
  const words = labelWords(text);
  return words.some((word) => word !== wordGap) ? words : tokenize(text);
}

/**
 * Keywords and examples (rows) of each cluster; `lists` holds the rows of each, best fitting first, and `textOf` gives a row's text.
 * Most telling keywords and most central examples first.
 */
export function nameClusters(
  lists: readonly number[][],
  found: FoundClusters,
  textOf: (row: number) => string,
  { keywordCount, exemplarCount }: { keywordCount: number; exemplarCount: number },
): { keywords: string[][]; exemplars: number[][] } {
  const wordsOf = (row: number): string[] => namingWordsOf(textOf(row));
  const keywords = clusterKeywords(
    lists.map((list) => spread(list, namingTexts).map(wordsOf)),
    keywordCount,
  );
  const exemplars = lists.map((list, c) => {
    const shown = (keywords[c] ?? []).slice(0, keywordsShown);
    return chooseExemplars(list, found, exemplarCount, (row) => shareOfTerms(wordsOf(row), shown));
  });
  return { keywords, exemplars };
}
