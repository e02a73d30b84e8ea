// The words that tell one cluster from the others: class-based TF-IDF (Grootendorst, "BERTopic", arXiv 2203.05794, 2022), where
// all texts of a cluster count as one document. A text counts a word once, so that a long paste does not speak for all.
import { functionWordTest } from '../../shared/text/function-words';

type TermCounts = Map<string, number>;

function termsOf(words: string[], isFunctionWord: (word: string) => boolean): Set<string> {
  const terms = new Set<string>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const next = words[i + 1];
    if (isFunctionWord(word)) continue;
    if (word.length > 1 && !/^\p{N}+$/u.test(word)) terms.add(word);
    if (next !== undefined && !isFunctionWord(next)) terms.add(`${word} ${next}`);
  }
  return terms;
}

function countTerms(texts: string[][], isFunctionWord: (word: string) => boolean): TermCounts {
  const counts: TermCounts = new Map();
  for (const words of texts)
    for (const term of termsOf(words, isFunctionWord)) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

/** All words of the texts, those in most texts first. */
function commonWords(texts: string[][]): string[] {
  const counts: TermCounts = new Map();
  for (const words of texts) for (const word of new Set(words)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Array.from(counts)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .map(([word]) => word);
}

/** Drops a term that is contained in, or contains, one already taken: "table" beside "book table" tells nothing new. */
function takeDistinct(ranked: string[], limit: number): string[] {
  const taken: string[] = [];
  for (const term of ranked) {
    if (taken.length >= limit) break;
    const words = term.split(' ');
    if (!taken.some((other) => other.split(' ').some((word) => words.includes(word)))) taken.push(term);
  }
  return taken;
}

/**
 * Up to `limit` keywords per cluster, most telling first. `clusters[c]` holds the words of each of its texts.
 * A cluster of nothing but function words ("no, not that") is named by those.
 */
export function clusterKeywords(clusters: string[][][], limit: number): string[][] {
  const isFunctionWord = functionWordTest(clusters.flat(2));
  const counted = clusters.map((texts) => countTerms(texts, isFunctionWord));
  const everywhere: TermCounts = new Map();
  for (const counts of counted)
    for (const [term, count] of counts) everywhere.set(term, (everywhere.get(term) ?? 0) + count);
  const totals = counted.map((counts) => Array.from(counts.values()).reduce((sum, count) => sum + count, 0));
  const average = totals.reduce((sum, total) => sum + total, 0) / Math.max(1, clusters.length);
  return counted.map((counts, c) => {
    const textCount = clusters[c]?.length ?? 0;
    const scores = Array.from(counts, ([term, count]) => {
      const isOnce = count === 1 && textCount > 2;
      const weight = Math.log(1 + average / (everywhere.get(term) ?? 1));
      // A pair of words is worth more than one of them where it holds together, and noise where it was said once.
      return { term, score: isOnce ? 0 : count * weight * (term.includes(' ') ? 1.1 : 1) };
    });
    scores.sort((a, b) => b.score - a.score || (a.term < b.term ? -1 : 1));
    const named = takeDistinct(
      scores.filter(({ score }) => score > 0).map(({ term }) => term),
      limit,
    );
    if (named.length > 0) return named;
    return takeDistinct(
      scores.length > 0 ? scores.map(({ term }) => term) : commonWords(clusters[c] ?? []),
      limit,
    );
  });
}
