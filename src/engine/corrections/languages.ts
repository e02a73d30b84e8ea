// The languages this room has words for, and which of them a text is in. Other languages still get structure and similarity.
import { compileLexicon, type CompiledLexicon } from './cue-lexicon';
import { english } from './lexicon/en';
import { french } from './lexicon/fr';
import { german } from './lexicon/de';
import { portuguese } from './lexicon/pt';
import { spanish } from './lexicon/es';

/** Every lexicon, compiled once. */
export const lexicons: readonly CompiledLexicon[] = [english, german, french, spanish, portuguese].map(
  compileLexicon,
);

/** A language counts when it explains at least this share of the function words the best language explains. */
const runnerUpShare = 0.75;
/** Below this many words a text is too short to exclude a language. */
const fewWords = 3;
const wordsRead = 80;

/**
 * The lexicons worth running on a text with these words (lower case): the language with most function words and close
 * runners-up, all of them where nothing tells, which in a short text is often so.
 */
export function detectLexicons(words: string[]): readonly CompiledLexicon[] {
  if (words.length < fewWords) return lexicons;
  const read = words.slice(0, wordsRead);
  const counts = lexicons.map((lexicon) => read.filter((word) => lexicon.functionWords.has(word)).length);
  const most = Math.max(...counts);
  if (most === 0) return lexicons;
  return lexicons.filter((_, i) => (counts[i] ?? 0) >= most * runnerUpShare);
}

/** The words that carry content, in order, judged by the function words of the text's own language. */
export function contentWords(words: string[]): string[] {
  const known = detectLexicons(words);
  return words.filter((word) => !known.some((lexicon) => lexicon.functionWords.has(word)));
}

/** True where the word is without content in a language that makes up a visible part of these words. */
export function functionWordTest(words: string[]): (word: string) => boolean {
  const shares = lexicons.map((lexicon) => words.filter((word) => lexicon.functionWords.has(word)).length);
  const most = Math.max(1, ...shares);
  const used = lexicons.filter((_, i) => (shares[i] ?? 0) >= most / 4);
  return (word) => used.some((lexicon) => lexicon.functionWords.has(word));
}
