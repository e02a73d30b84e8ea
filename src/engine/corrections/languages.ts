// The languages this room has words for, and which of them a text is in. Other languages still get structure and similarity.
import { languages, likelyLanguages, type Language } from '../../shared/text/function-words';
import { compileLexicon, type CompiledLexicon } from './cue-lexicon';
import { english } from './lexicon/en';
import { french } from './lexicon/fr';
import { german } from './lexicon/de';
import { portuguese } from './lexicon/pt';
import { spanish } from './lexicon/es';

/** Every lexicon, compiled once, in the order of `languages`. */
export const lexicons: readonly CompiledLexicon[] = [english, german, french, spanish, portuguese].map(
  compileLexicon,
);

/** The lexicons worth running on a text with these words (lower case). */
export function detectLexicons(words: string[]): readonly CompiledLexicon[] {
  const likely = likelyLanguages(words);
  return lexicons.filter((_, i) => likely.includes(languages[i] as Language));
}
