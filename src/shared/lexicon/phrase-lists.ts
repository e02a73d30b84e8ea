// The phrase lists of this folder, compiled once: every language in one set, since a phrase of several words is telling in
// itself and short turns do not say which language they are in. Owns the sets, not their words (`*.data.ts`).
import { compilePhrases, type PhraseSet } from '../text/phrases';
import type { Language } from '../text/function-words';

export type PhrasesByLanguage = Readonly<Record<Language, readonly string[]>>;

/** Makes one set of the phrases of all languages. Throws where a phrase is not well formed. */
export function phraseSet(...lists: readonly PhrasesByLanguage[]): PhraseSet {
  return compilePhrases(lists.flatMap((list) => Object.values(list).flat()));
}
