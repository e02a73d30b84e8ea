// The languages this room has words for, and which of them a text is in. Other languages still get structure and similarity.
import { languages, likelyLanguages, type Language } from '../text/function-words';
import { compileLexicon, type CompiledLexicon } from './cue-lexicon';
import { english } from './en.data';
import { french } from './fr.data';
import { german } from './de.data';
import { portuguese } from './pt.data';
import { spanish } from './es.data';

/** Every lexicon, compiled once, in the order of `languages`. */
export const lexicons: readonly CompiledLexicon[] = [english, german, french, spanish, portuguese].map(
  compileLexicon,
);

/** The lexicons worth running on a text with these words (lower case). */
export function detectLexicons(words: string[]): readonly CompiledLexicon[] {
  const likely = likelyLanguages(words);
  return lexicons.filter((_, i) => likely.includes(languages[i] as Language));
}
