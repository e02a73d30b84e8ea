/** Which words negate, over all languages at once. Owns no words (negators.data.ts). */
import { languages } from '../text/function-words';
import { negators } from './negators.data';

const languagesOfNegator = new Map<string, number>();
languages.forEach((language, i) => {
  for (const word of negators[language])
    languagesOfNegator.set(word, (languagesOfNegator.get(word) ?? 0) | (1 << i));
});

/** The languages in which a word (lower case, straight apostrophes) negates, a bit each in the order of `languages`. */
export function negatorLanguages(word: string): number {
  return languagesOfNegator.get(word) ?? 0;
}
