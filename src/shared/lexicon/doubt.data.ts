import type { Language } from '../text/function-words';

/**
 * Words by which an agent says that it is not sure, and words by which it says that something cannot be done; regular expressions
 * in lower case, whole words. Counted and measured on English sessions alone; the others are their counterparts.
 */
export const unsureWords: Record<Language, readonly string[]> = {
  en: [
    'maybe',
    'perhaps',
    'might',
    'probably',
    'seems?',
    'likely',
    'assum(?:e|es|ed|ing|ption|ptions)',
    'suppose',
    'should be',
    'i think',
  ],
  de: [
    'vielleicht',
    'womöglich',
    'möglicherweise',
    'wahrscheinlich',
    'vermutlich',
    'scheint',
    'angenommen',
    'müsste',
    'ich denke',
    'ich glaube',
  ],
  fr: [
    'peut-être',
    'probablement',
    'sans doute',
    'semblent?',
    'suppos(?:e|ons|er)',
    'devrait être',
    'je pense',
    'je crois',
  ],
  es: ['quizás?', 'tal vez', 'probablemente', 'parecen?', 'supon(?:go|emos|er)', 'debería ser', 'creo que'],
  pt: ['talvez', 'provavelmente', 'parecem?', 'supon(?:ho|do)', 'deveria ser', 'acho que', 'creio que'],
};

export const impossibleWords: Record<Language, readonly string[]> = {
  en: ['cannot', "can't", 'unable', 'not able', 'not possible', "couldn't", 'could not'],
  de: [
    'kann (?:\\S+ ){0,3}nicht',
    'können (?:\\S+ ){0,3}nicht',
    'konnte (?:\\S+ ){0,3}nicht',
    'nicht möglich',
    'unmöglich',
  ],
  fr: ['ne peu(?:x|t) pas', 'ne pouvons pas', "n'ai pas pu", 'pas possible', 'impossible', 'incapable'],
  es: ['no puedo', 'no puede', 'no podemos', 'no pude', 'no es posible', 'imposible'],
  pt: ['não posso', 'não pode', 'não podemos', 'não consegui', 'não é possível', 'impossível'],
};
