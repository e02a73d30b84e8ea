import type { PhrasesByLanguage } from './phrase-lists';

/** The agent declines what it was asked: it will not, may not, or says it is not able to. */
export const refusal: PhrasesByLanguage = {
  en: [
    '(i|we) (am |are |) (really |very |so |) (sorry|afraid|apologize|apologise) (but |that |for _ but |for the _ but |) (i|we) (cant|cannot|can not|am unable|am not able|wont|will not|dont|do not|must|have to|am not|could not) (help|assist|provide|do|comply|fulfil*|share|offer|process|accommodate|generate|create|answer|support|be able|decline|refuse|have access|proceed|make|give|cancel|change|refund|modify|complete|allowed|authorized|to)',
    '(i|we) (cant|cannot|can not|wont|will not|am unable to|am not able to|must decline to|refuse to|decline to|am not allowed to|am not permitted to|am not authorized to|am not comfortable|are unable to|are not able to) (help|assist|provide|comply|fulfil*|engage|participate|support|discuss|share|produce|generate|create|write|answer|continue with (this|that)|offer|process|accommodate|do (that|this)|with)',
    'im (sorry|afraid) (but |that |) (i|we) (cant|cannot|wont|am unable|dont)',
    'im (unable|not able|not allowed|not permitted|not authorized) to (help|assist|provide|comply|fulfil*|do|share|answer|process|generate|create|offer|make|discuss|accommodate|directly)',
    '(against|violates|violate) (my|our|the) (policy|policies|guidelines|programming|principles|terms)',
    'as an ai (language model |model |assistant |) i (cant|cannot|dont|am|do not)',
    'i (must|have to) (decline|refuse)',
    'beyond my (capabilities|abilities)',
    'not something i (can|am able)',
    '(your |the |this |that |) request (is denied|has been denied|cannot be (processed|fulfilled|accommodated)|could not be)',
  ],
  de: [
    '(es |) tut mir leid (aber |) (ich |das |dabei |) (kann|darf|bin)',
    '(dabei|das|damit) (kann|darf) ich (leider |) (nicht|dir nicht|ihnen nicht)',
    'ich (kann|darf) (dir |ihnen |das |dabei |diese* |) (dabei |damit |hier |) (leider |) (_ |) nicht (weiter |) (helfen|weiterhelfen|unterstutzen|tun|erfullen|beantworten|bereitstellen)',
    'ich bin (leider |) nicht (in der lage|befugt|berechtigt)',
    '(verstosst|widerspricht) (gegen |) (meine|unsere|die) (richtlinien|vorgaben)',
  ],
  fr: [
    '(je suis desole*|desole*|je regrette) (mais |) je (ne |) (peux|suis|puis)',
    "je (ne |) (peux|puis) (pas|malheureusement pas) (vous |t' |taider|) (aider|repondre|fournir|faire|satisfaire|acceder|taider|traiter)",
    'je (ne suis pas|suis pas|ne suis malheureusement pas) (en mesure|autorise*|capable|habilite*)',
    '(contraire|contre) (a |aux |) (mes|nos|les) (regles|directives|politiques)',
  ],
  es: [
    '(lo siento|lamento|me temo) (mucho |) (pero |que |) (no |) (puedo|me es posible|estoy|podemos)',
    'no (puedo|podemos) (ayudar*|proporcionar*|hacer eso|cumplir|responder|realizar|procesar|ofrecer*)',
    'no (estoy|estamos) (autorizad*|en condiciones|en capacidad)',
    '(va |) (contra|en contra de) (mis|nuestras|las) (politicas|normas|directrices)',
  ],
  pt: [
    '(desculpe|sinto muito|lamento|infelizmente) (mas |) (eu |) nao (posso|consigo|podemos|e possivel|estou)',
    '(eu |) nao (posso|consigo) (ajudar|ajuda*|fornecer|fazer isso|cumprir|responder|realizar|processar|oferecer)',
    'nao (estou|estamos) (autorizad*|em condicoes)',
    '(contra|viola) (as |) (minhas|nossas|as) (politicas|diretrizes)',
  ],
};

/** What makes a refusal a help after all, or something else than a refusal. */
export const offersInstead: PhrasesByLanguage = {
  en: [
    'transfer* (you|to)',
    'however (i can|you can|we can|i could)',
    '(but|instead) (i can|you can|here is|heres|i could|we can)',
    '(alternatively|another option|one option|what i can do)',
    'would you like (me |) to',
  ],
  de: [
    '(stattdessen|alternativ|allerdings) (kann|konnte|konnen)',
    'aber ich kann',
    '(mochten|mochtest|soll ich)',
  ],
  fr: ['(en revanche|cependant|par contre|mais) (je peux|vous pouvez)', 'souhaitez vous', 'voulez vous'],
  es: ['(sin embargo|pero|en cambio) (puedo|puede|podria)', '(le gustaria|quiere que|quieres que)'],
  pt: ['(no entanto|mas|porem) (posso|voce pode|podemos)', '(gostaria|quer que)'],
};
