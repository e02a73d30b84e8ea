// The languages this room has words for, and which of them a text is in. Other languages still get structure and similarity.
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

const byLanguages = new Map<number, readonly CompiledLexicon[]>();

/** The lexicons worth running on a text that may be in these languages, a bit each in the order of `languages`. */
export function lexiconsOf(likely: number): readonly CompiledLexicon[] {
  const known = byLanguages.get(likely);
  if (known !== undefined) return known;
  const chosen = lexicons.filter((_, i) => (likely & (1 << i)) !== 0);
  byLanguages.set(likely, chosen);
  return chosen;
}
