import type { Language } from '../text/function-words';

/**
 * Words beside the negators (negators.data.ts) by which a later message of a user turns against what was said or done, in lower
 * case. Each alone says little; how many messages have one, beside what is usual, says how much went against the grain.
 */
export const objectionWords: Record<Language, readonly string[]> = {
  en: ['no', 'but', 'instead', 'however', 'actually', 'wrong', 'incorrect', 'still', 'again'],
  de: ['nein', 'aber', 'sondern', 'stattdessen', 'doch', 'falsch', 'immer noch', 'nochmal', 'wieder'],
  fr: ['non', 'mais', 'plutôt', 'cependant', 'faux', 'fausse', 'incorrect', 'toujours', 'encore'],
  es: ['pero', 'sino', 'en cambio', 'incorrecto', 'equivocado', 'todavía', 'aún', 'otra vez'],
  pt: ['mas', 'em vez', 'porém', 'errado', 'incorreto', 'ainda', 'de novo', 'outra vez'],
};
