import type { PhrasesByLanguage } from './phrase-lists';

/** The user takes the answer: thanks, agrees, closes, goes on from it. */
export const acknowledgement: PhrasesByLanguage = {
  en: [
    'thank*',
    'thx',
    'ty',
    'cheers',
    'appreciate* (it|that|your|the|)',
    '^(ok|okay|great|perfect|excellent|awesome|cool|nice|good|wonderful|fine|yes|yeah|yep|sure|right|correct|exactly|amazing|brilliant|lovely|sounds good|works|done|got it|alright|very good|understood|i see|lgtm|beautiful|fantastic|super|no problem)',
    '(looks|sounds|works|seems|thats|that is|its|that was|this is|all) (good|great|perfect|fine|right|correct|awesome|nice|helpful|excellent|it|all|well|set)',
    '(good|great|nice) (job|work)',
    '(that|this|it) (works|worked|helps|helped|fixed it|did it|solved it)',
    '(bye|goodbye|good night|see you|have a (good|great|nice))',
    'i (love|like) (it|that|this|them)',
    'thats (all|everything)',
    'no (thats all|that is all|thanks|thank you)',
  ],
  de: [
    'danke*',
    'dank',
    'merci',
    'vielen dank',
    '^(ok|okay|gut|super|perfekt|prima|toll|ja|genau|richtig|klasse|passt|alles klar|in ordnung|verstanden|sehr gut|stimmt|wunderbar|schon)',
    '(funktioniert|klappt|passt|lauft) (jetzt|nun|super|gut|perfekt|wunderbar)',
    '(tschuss|auf wiedersehen|schonen tag|bis dann)',
    'das war(s| es| alles)',
    'sehr hilfreich',
  ],
  fr: [
    'merci*',
    '^(ok|okay|parfait|super|genial|excellent|bien|tres bien|oui|exact|exactement|daccord|entendu|compris|impeccable|nickel)',
    '(ca|cela) (marche|fonctionne) (bien|maintenant|)',
    '(au revoir|bonne journee|bonne soiree|a bientot)',
    'cest (parfait|bon|tout|super|genial|bien)',
  ],
  es: [
    'gracias',
    'muchas gracias',
    '^(ok|vale|bien|perfecto|genial|excelente|muy bien|si|exacto|correcto|de acuerdo|entendido|listo|claro|estupendo)',
    '(ya |) funciona (bien|ahora|perfecto)',
    '(adios|hasta luego|buen dia|que tenga)',
    'eso es todo',
  ],
  pt: [
    'obrigad*',
    '^(ok|bem|perfeito|otimo|excelente|muito bem|sim|exato|correto|certo|entendi|beleza|legal|claro|show|valeu|combinado)',
    '(agora |) funciona (bem|agora|perfeitamente)',
    '(tchau|adeus|ate logo|tenha um)',
    '(e so isso|isso e tudo)',
  ],
};
