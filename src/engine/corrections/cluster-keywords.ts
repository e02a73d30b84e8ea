// The words that tell one cluster from the others: class-based TF-IDF (Grootendorst, "BERTopic", arXiv 2203.05794, 2022), where
// all texts of a cluster count as one document, times how much more of this cluster's texts have the term than of all others. A text
// counts a term once, so that a long paste does not speak for all.
import { functionWordTest } from '../../shared/text/function-words';
import { negators } from '../../shared/lexicon/negators.data';
import { wordGap } from './label-words';

type TermCounts = Map<string, number>;

/** A pair that makes up this share of what one of its words is said in holds together: it is said instead of the word. */
const pairShare = 0.5;
const pairWeight = 1.6;
/** A term in fewer than this share of a cluster's texts names a part of it, not the cluster. */
const leastShare = 0.08;
/** Clusters of up to so many texts may be named by what one of them says. */
const tinyCluster = 2;

const negating: ReadonlySet<string> = new Set(Object.values(negators).flatMap((words) => [...words]));

function termsOf(words: readonly string[], isFunctionWord: (word: string) => boolean): Set<string> {
  const terms = new Set<string>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? wordGap;
    if (word === wordGap) continue;
    const next = words[i + 1] ?? wordGap;
    const hasNext = next !== wordGap && next !== word && !isFunctionWord(next) && !negating.has(next);
    // "Not asked" tells more than "asked".
    if (negating.has(word)) {
      if (hasNext) terms.add(`${word} ${next}`);
      continue;
    }
    if (isFunctionWord(word)) continue;
    if (word.length > 1 && !/^\p{N}+$/u.test(word)) terms.add(word);
    if (hasNext) terms.add(`${word} ${next}`);
  }
  return terms;
}

function countTerms(texts: readonly string[][], isFunctionWord: (word: string) => boolean): TermCounts {
  const counts: TermCounts = new Map();
  for (const words of texts)
    for (const term of termsOf(words, isFunctionWord)) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

/** How many of the terms the words hold, from 0 to 1. */
export function shareOfTerms(words: readonly string[], terms: readonly string[]): number {
  if (terms.length === 0) return 0;
  const joined = ` ${words.join(' ')} `;
  return terms.filter((term) => joined.includes(` ${term} `)).length / terms.length;
}

/** All words of the texts, those in most texts first. */
function commonWords(texts: readonly string[][]): string[] {
  const counts: TermCounts = new Map();
  for (const words of texts)
    for (const word of new Set(words)) if (word !== wordGap) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Array.from(counts)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .map(([word]) => word);
}

/** "flights" beside "flight", also within a pair. */
function isSameWord(a: string, b: string): boolean {
  return a === b || `${a}s` === b || `${b}s` === a;
}

/** Whether a term says nothing beside another: it is contained in it, contains it, or goes on where the other ends. */
function isCovered(term: string, other: string): boolean {
  const [words, others] = [term.split(' '), other.split(' ')];
  if (words.length === 1 || others.length === 1)
    return words.some((word) => others.some((one) => isSameWord(word, one)));
  return (
    words.every((word) => others.some((one) => isSameWord(word, one))) ||
    isSameWord(words[0] ?? '', others[1] ?? '') ||
    isSameWord(words[1] ?? '', others[0] ?? '')
  );
}

function takeDistinct(ranked: readonly string[], limit: number): string[] {
  const taken: string[] = [];
  for (const term of ranked) {
    if (taken.length >= limit) break;
    if (!taken.some((other) => isCovered(term, other))) taken.push(term);
  }
  return taken;
}

type Corpus = { everywhere: TermCounts; textCount: number; average: number };

/** The terms that enough of a cluster's texts share, most telling first. */
function rankTerms(counts: TermCounts, textCount: number, corpus: Corpus): string[] {
  const isTiny = textCount <= tinyCluster;
  const scores = Array.from(counts, ([term, count]) => {
    const all = corpus.everywhere.get(term) ?? count;
    const share = count / Math.max(1, textCount);
    const elsewhere = (all - count) / Math.max(1, corpus.textCount - textCount);
    const words = term.split(' ');
    const rarer = Math.min(...words.map((word) => counts.get(word) ?? Infinity));
    const holds = words.length > 1 && (rarer === Infinity || count >= pairShare * rarer);
    const weight = count * Math.log(1 + corpus.average / all) * Math.max(0, 1 - elsewhere / share);
    const isRare = (count === 1 && !isTiny) || share < leastShare;
    return { term, isRare, score: weight * (holds ? pairWeight : words.length > 1 ? 0.5 : 1) };
  }).filter(({ score }) => score > 0);
  scores.sort((a, b) => b.score - a.score || (a.term < b.term ? -1 : 1));
  return scores.filter(({ isRare }) => !isRare).map(({ term }) => term);
}

/**
 * Up to `limit` keywords per cluster, most telling first. `clusters[c]` holds the words of each of its texts (label-words.ts).
 * A cluster whose texts share nothing but function words ("no, not that") is named by its commonest words.
 */
export function clusterKeywords(clusters: readonly string[][][], limit: number): string[][] {
  const isFunctionWord = functionWordTest(clusters.flatMap((texts) => texts.flat()));
  const counted = clusters.map((texts) => countTerms(texts, isFunctionWord));
  const everywhere: TermCounts = new Map();
  for (const counts of counted)
    for (const [term, count] of counts) everywhere.set(term, (everywhere.get(term) ?? 0) + count);
  const totals = counted.map((counts) => Array.from(counts.values()).reduce((sum, count) => sum + count, 0));
  const corpus = {
    everywhere,
    textCount: clusters.reduce((sum, texts) => sum + texts.length, 0),
    average: totals.reduce((sum, total) => sum + total, 0) / Math.max(1, clusters.length),
  };
  return counted.map((counts, c) => {
    const texts = clusters[c] ?? [];
    const named = takeDistinct(rankTerms(counts, texts.length, corpus), limit);
    return named.length > 0 ? named : takeDistinct(commonWords(texts), limit);
  });
}
