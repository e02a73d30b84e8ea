import type { Language } from '../text/function-words';

/**
 * Wordings by which an agent goes on from what it supposes instead of what it found out; regular expressions in lower case, matched
 * from the start of a word. Fitted and measured on English runs alone; the others are their counterparts.
 */
export const assumptionWords: Record<Language, readonly string[]> = {
  en: [
    'assum\\w*',
    'presum\\w*',
    "let'?s (?:say|suppose|proceed|pretend)",
    'suppos(?:e|ing)\\b',
    'hypothetical\\w*',
    'for the sake of',
    'simulat\\w*',
    'mock\\b',
    'placeholder',
    'dummy',
    'sample data',
    'example data',
    'general knowledge',
    'generally speaking',
    'based on (?:my|general|common|typical)',
    'typically',
    'approximat\\w*',
    'estimat\\w*',
    'without (?:access|the)\\b',
    'likely',
    'probably',
  ],
  de: [
    'angenommen',
    'vermut\\w*',
    'nehme an',
    'vorausgesetzt',
    'wahrscheinlich',
    'schätzungsweise',
    'platzhalter',
    'beispieldaten',
    'üblicherweise',
  ],
  fr: [
    'suppos\\w*',
    'probablement',
    'en général',
    'approximativ\\w*',
    'hypothès\\w*',
    'données fictives',
    "à titre d'exemple",
  ],
  es: [
    'supon\\w*',
    'supong\\w*',
    'probablemente',
    'aproximad\\w*',
    'hipot\\w*',
    'datos de ejemplo',
    'por lo general',
  ],
  pt: [
    'supon\\w*',
    'supor\\b',
    'provavelmente',
    'aproximad\\w*',
    'hipot\\w*',
    'dados de exemplo',
    'em geral',
  ],
};
