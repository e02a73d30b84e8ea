/**
 * The words by which people and system instructions state goals, requirements, preferences, facts about themselves, and remind
 * an agent of them (English, German, French, Spanish, Portuguese). Data; every pattern is linear: no repeat within a repeat.
 * The kinds follow the goal ledgers of task-oriented dialogue (requirements, preferences and profile beside the task).
 */

/** Where a clause begins that forbids something. A first person before it tells a fact and forbids nothing. */
export const forbids =
  /(?:^|[,;:(\u2013\u2014-]\s*|\b(?:and|but|so|please|also|just|then|you|bitte|und|aber|et|mais|y|pero|por favor|e|mas)\s+)(?:do not|don['\u2019]?t(?! you\b| we\b| they\b| know\b| have\b| think\b| understand\b)|never|must not|mustn['\u2019]?t|should not|shouldn['\u2019]?t|may not|avoid|refrain from|stop (?=\p{L}+ing)|no more (?=\p{L}+ing)|under no circumstances|without|no (?=(?:emojis?|bullets?|bullet points|lists?|tables?|headings?|headers|markdown|code|exclamation marks?|em[- ]dashes|links?|jargon|small talk|comments|tests)\b)|niemals|nie |nicht |keine?n?r? |ohne |vermeide|(?:(?:tu ne dois|vous ne devez|il ne faut) (?:pas|jamais))|ne \p{L}+ (?:pas|jamais)|n['\u2019]\p{L}+ (?:pas|jamais)|jamais |sans |\u00e9vite|nunca |no (?=(?:us[ea]s?|utilice[ns]?|haga[ns]?|escriba[ns]?|cambie[ns]?|toque[ns]?|borre[ns]?|env\u00ede[ns]?|incluya[ns]?|responda[ns]?|conteste[ns]?|mencione[ns]?|diga[ns]?|modifique[ns]?|elimine[ns]?|ejecute[ns]?|instale[ns]?|reserve[ns]?|cancele[ns]?|compre[ns]?|pague[ns]?|ponga[ns]?|agregue[ns]?|edite[ns]?|debes?|deber\u00edas)(?!\p{L}))|sin |evita|n\u00e3o (?=(?:us[ea]r?|utilize|fa\u00e7a|escreva|altere|mude|toque|apague|envie|inclua|responda|mencione|diga|modifique|remova|execute|instale|reserve|cancele|compre|pague|mexa|edite|adicione|deve)(?!\p{L}))|sem |evite)/iu;

/** A German clause forbids behind its verb: "Verwende nie …", "Benutze bitte kein …", "Du darfst nicht …". */
export const forbidsBehindVerb =
  /(?:^|[,;:(\u2013\u2014-]\s*|\b(?:bitte|und|aber|dann)\s+)(?:(?:verwend|benutz|nutz|nimm|nehm|schreib|\u00e4nder|fass|l\u00f6sch|entfern|sag|nenn|erw\u00e4hn|mach|antwort|f\u00fcg|gib|geb|zeig|installier|committ?|push|buch|stornier|send|schick|ruf|lass|f\u00fchr|ber\u00fchr|stell|leg|erstell|setz|kauf|bezahl)(?:e|en)?(?: sie)?|(?:du|ihr|sie|die antwort\p{L}*|der text|das ergebnis) (?:darf|darfst|d\u00fcrfen|d\u00fcrft|sollst|sollen|soll|sollt))(?: [\p{L}\d./_-]+){0,5}? (?:niemals|nie|nicht|keine?[nrms]?)(?!\p{L})/iu;

/** How an answer must not look, wherever in the sentence it is said: "Answer without emojis." */
export const withoutFeature =
  /(?<!\p{L})(?:without|ohne|sans|sin|sem)(?: (?:any|using|use of|aucune?|ning\p{L}+|nenhum\p{L}*|usar|utiliser))? (?=(?:e|\u00e9)mojis?|bullets?|bullet points|lists?(?!\p{L})|listes?|listas?|tables?|tabell\p{L}+|tableaux?|tablas?|tabelas?|headings?|\u00fcberschrift|markdown|code(?!\p{L})|links?|em[- ]dash|exclamation|ausrufezeichen|stichpunkt|aufz\u00e4hlung)/iu;

/** What demands something. */
export const demands =
  /(?:^|[,;:(\u2013\u2014-]\s*|\s)(?:(?:it|this|that|they|you|the \p{L}+|everything|all \p{L}+|answers?|replies|responses?|output) (?:must|has to|have to|needs? to|should|shall)\b|must\b|always |make sure\b|ensure\b|be sure\b|(?:only|just) (?:use|reply|answer|respond|write|return|output|include|show|consider|book|send|change|edit|touch|in)\b|(?:use|output|return|reply with|respond with|answer with) only\b|keep (?:it|your|all|every|the) |limit (?:it|your|the)|stick to\b|from now on\b|(?:use|nimm|utilise|usa|verwende) [^.!?\n]{1,60} (?:instead of|rather than|not|statt|anstatt|au lieu de|en vez de|em vez de)\b|(?:answer|reply|respond|write|speak|talk|explain|communicate)(?: to me| me)?(?: only| always)? in \p{L}+|antwort\p{L}* (?:\p{L}+ ){0,3}auf \p{L}+|schreib\p{L}* (?:\p{L}+ ){0,3}auf \p{L}+|auf (?:deutsch|englisch|franz\u00f6sisch|spanisch|portugiesisch) bitte|r\u00e9pond\p{L}* (?:\p{L}+ ){0,3}en \p{L}+|respond\p{L}* (?:\p{L}+ ){0,3}(?:en|em) \p{L}+|in (?:english|german|french|spanish|portuguese)(?:,? please|[.!]?$)|at most\b|at least\b|no more than\b|not more than\b|fewer than\b|less than\b|up to \d|under [$\u20ac\u00a3]?\d|below [$\u20ac\u00a3]?\d|within \d|max(?:imum|\.)? (?:of )?\d|exactly (?:\d|one|two|three|four|five)|before \d|after \d|by \d{1,2}(?::\d\d)? ?(?:am|pm|o)|(?:vor|nach) \d{1,2}(?::\d\d)? ?uhr|(?:avant|apr\u00e8s) \d{1,2} ?h|(?:antes|despu\u00e9s) de las \d|(?:antes|depois) das \d|(?:instead of|rather than|statt|anstatt|au lieu de|en vez de|em vez de) [`"']?(?:npm|npx|yarn|pnpm|bun|pip|poetry|conda|jest|pytest)\b|\d{1,5} \p{L}+ (?:max(?:imum)?\b|at most|or (?:less|fewer)|au maximum|au plus|ou moins|como m\u00e1ximo|o menos|no m\u00e1ximo|ou menos|maximal|h\u00f6chstens|oder weniger)|(?:answer|reply|respond|explain|summari[sz]e|antwort\p{L}*|erkl\u00e4r\p{L}*|fass\p{L}*|schreib\p{L}*|r\u00e9pond\p{L}*|r\u00e9sum\p{L}*|expliqu\p{L}*|respond\p{L}*|resum\p{L}*|explica\p{L}*)[^.!?\n]{0,60} (?:in|en|em|mit|con|com|avec) (?:\d{1,4}|one|two|three|four|five|einem|zwei|drei|vier|f\u00fcnf|une?|deux|trois|quatre|cinq|una?|dos|tres|cuatro|cinco|uma?|duas|dois|tr\u00eas|quatro) \p{L}+|not (?:before|after|later than)|muss(?:t|en)?\b|immer\b|h\u00f6chstens\b|mindestens\b|maximal\b|stelle sicher|achte darauf|doit\b|toujours\b|au plus\b|au moins\b|debe\b|siempre\b|como m\u00e1ximo\b|al menos\b|aseg\u00farate|deve\b|sempre\b|no m\u00e1ximo\b|pelo menos\b)/iu;

/** What is said once for the task at hand unless one of these says that it goes on. */
export const lasting =
  /\b(?:always|never|from now on|in future|going forward|every|each|all (?:your|of your|the) (?:answers|replies|responses)|your (?:answers|replies|responses)|answers|replies|keep|immer|nie|niemals|ab jetzt|ab sofort|jede|alle|toujours|jamais|d\u00e9sormais|chaque|toutes|siempre|nunca|a partir de ahora|cada|todas|sempre|de agora em diante)\b/iu;

export const prefers =
  /\b(?:i(?:['\u2019]d| would)? (?:really |much |also )?(?:prefer|rather|love to have|like to have)|i (?:really )?(?:like|love|hate|dislike|prefer)\b|i (?:do not|don['\u2019]?t) (?:like|want)\b|preferably|if possible|ideally|favou?rite|my preference|ich (?:m\u00f6chte|will|mag|wollte) (?:[\p{L}]+ ){0,2}?(?:keine?[nrms]?|nicht)|lieber|bevorzug\p{L}*|am liebsten|wenn m\u00f6glich|je pr\u00e9f\u00e8re|je n(?:e veux|['\u2019]aime) pas|de pr\u00e9f\u00e9rence|si possible|prefiero|no (?:quiero|me gustan?)|preferiblemente|si es posible|prefiro|n\u00e3o (?:quero|gosto)|de prefer\u00eancia|se poss\u00edvel)(?!\p{L})/iu;

export const describesSelf =
  /\b(?:my (?:full )?(?:name|user ?id|e-?mail|email address|phone|phone number|address|zip(?: code)?|birthday|date of birth|team|company|role|job|budget|timezone|stack|operating system|os|order number|reservation|account)\b[^.!?\n]{0,20} (?:is|are)\b|i live in\b|i work (?:as|at|for|in|with)\b|i(?:['\u2019]m| am) (?:a|an|the|from|based|allerg\p{L}*|vegetarian|vegan|diabetic|new to|\d)|i have (?:a|an|no|two|three) \p{L}+|we (?:use|run|are on)\b|i use\b|ich bin (?:ein|eine|aus)|ich hei\u00dfe|mein name ist|je suis (?:un|une)|je m['\u2019]appelle|soy (?:un|una|de)|me llamo|mi nombre es|sou (?:um|uma|de)|meu nome \u00e9)/iu;

/** How a request begins. */
export const requests =
  /^(?:hi|hello|hey|ok(?:ay)?|so|now|then|also|and|great|thanks|please|well|yes|no|hallo|bonjour|hola|ol\u00e1)?[,.! ]*(?:(?:can|could|would|will) (?:you|we|i)\b|please\b|i(?:['\u2019]d| would) like\b|i (?:want|need|wish)\b|i(?:['\u2019]m| am) (?:looking|trying|calling|writing|contacting)\b|we (?:want|need)\b|help\b|let['\u2019]?s\b|how\b|what\b|why\b|where\b|when\b|which\b|who\b|is there\b|are there\b|do you\b|show|find|book|cancel|change|update|add|create|make|write|fix|implement|build|run|check|look|give|tell|send|explain|remove|delete|rename|refactor|move|set|get|list|search|compare|summari[sz]e|translate|review|test|deploy|install|upgrade|convert|generate|debug|investigate|kannst|k\u00f6nnt|bitte|ich (?:m\u00f6chte|will|brauche)|wie|was|warum|wo|wann|peux|pouvez|je (?:veux|voudrais)|comment|pourquoi|quel|puedes?|quiero|necesito|c\u00f3mo|por qu\u00e9|qu\u00e9|pode|quero|preciso|como|por que|qual)/iu;

/** The user says that something was said before. */
export const reminds =
  /\b(?:i(?: have|['\u2019]ve)? (?:already |just |clearly |specifically |explicitly )?(?:said|told you|asked (?:you )?(?:to|not|for)|mentioned|specified|requested)|as i (?:said|mentioned|asked|told)|like i said|remember(?: that)? i|you (?:forgot|ignored|missed|keep|kept|still|are still|were supposed)|didn['\u2019]?t i (?:say|tell|ask)|what did i (?:say|tell|ask)|ich (?:hatte|habe)(?: \p{L}+){0,3} (?:gesagt|gebeten)|wie gesagt|du hast (?:\p{L}+ ){0,3}(?:vergessen|ignoriert)|(?:je (?:t['\u2019]|vous )?ai|j['\u2019]ai) (?:d\u00e9j\u00e0 )?(?:dit|demand\u00e9)|comme je l['\u2019]ai dit|tu as oubli\u00e9|ya (?:te |le |lo )?(?:dije|he dicho|ped\u00ed)|te (?:dije|ped\u00ed)|como (?:te )?dije|olvidaste|eu (?:j\u00e1 )?(?:disse|falei|pedi)|como (?:eu )?disse|voc\u00ea esqueceu)\b/iu;

/** Names of languages that an answer can be checked for, by the code of its function words. */
export const languageNames: Readonly<Record<string, 'en' | 'de' | 'fr' | 'es' | 'pt'>> = {
  english: 'en',
  englisch: 'en',
  anglais: 'en',
  'ingl\u00e9s': 'en',
  'ingl\u00eas': 'en',
  ingles: 'en',
  german: 'de',
  deutsch: 'de',
  allemand: 'de',
  'alem\u00e1n': 'de',
  'alem\u00e3o': 'de',
  aleman: 'de',
  french: 'fr',
  'franz\u00f6sisch': 'fr',
  'fran\u00e7ais': 'fr',
  'franc\u00e9s': 'fr',
  'franc\u00eas': 'fr',
  francais: 'fr',
  spanish: 'es',
  spanisch: 'es',
  espagnol: 'es',
  'espa\u00f1ol': 'es',
  espanol: 'es',
  castellano: 'es',
  espanhol: 'es',
  portuguese: 'pt',
  portugiesisch: 'pt',
  portugais: 'pt',
  'portugu\u00e9s': 'pt',
  'portugu\u00eas': 'pt',
  portugues: 'pt',
};

export const numberWords: Readonly<Record<string, number>> = {
  one: 1,
  single: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  twenty: 20,
  ein: 1,
  eine: 1,
  einem: 1,
  einen: 1,
  zwei: 2,
  drei: 3,
  vier: 4,
  'f\u00fcnf': 5,
  sechs: 6,
  zehn: 10,
  un: 1,
  une: 1,
  deux: 2,
  trois: 3,
  quatre: 4,
  cinq: 5,
  dix: 10,
  una: 1,
  dos: 2,
  tres: 3,
  cuatro: 4,
  cinco: 5,
  diez: 10,
  um: 1,
  uma: 1,
  dois: 2,
  duas: 2,
  'tr\u00eas': 3,
  quatro: 4,
  dez: 10,
};

/** Units an answer is counted in, by the beginnings of their names. */
export const unitNames: readonly (readonly [
  unit: 'words' | 'sentences' | 'characters' | 'lines' | 'bullets' | 'paragraphs',
  begins: RegExp,
])[] = [
  ['words', /^(?:words?|w\u00f6rter|worten?|mots?|palabras?|palavras?)/iu],
  ['sentences', /^(?:sentences?|s\u00e4tze?n?|satz|phrases?|frases?|oraci\u00f3n|oraciones)/iu],
  ['characters', /^(?:characters?|chars?|zeichen|caract\u00e8res?|caracteres?)/iu],
  ['lines', /^(?:lines?|zeilen?|lignes?|l\u00edneas?|linhas?)/iu],
  ['bullets', /^(?:bullets?|bullet points?|points?|items?|stichpunkte?|puces?|puntos?|t\u00f3picos?)/iu],
  ['paragraphs', /^(?:paragraphs?|abs\u00e4tze?|absatz|paragraphes?|p\u00e1rrafos?|par\u00e1grafos?)/iu],
];
