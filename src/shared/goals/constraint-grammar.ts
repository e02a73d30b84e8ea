/**
 * Finds in a message what it demands of later answers and calls, and what of it can be checked: a grammar of must, never, only,
 * don't, in <language>, at most, before … over single sentences. Offsets are into the message. Reads words alone; what is meant
 * but not said it does not find.
 */
import { sentencesOf } from './sentences';
import { ALL_TESTS } from './constraint-check';
import type { Check, Feature, Unit } from './constraint-check';
import {
  demands,
  forbids,
  forbidsBehindVerb,
  languageNames,
  lasting,
  numberWords,
  unitNames,
  withoutFeature,
} from './goal-words.data';

export interface Constraint {
  /** The clause it is said in, and where that stands in the message. */
  words: string;
  start: number;
  end: number;
  /** What of the clause names the thing demanded, from the word that demands it on: what a reminder repeats. */
  core: string;
  /** Null where it cannot be checked: then only a reminder tells that it was dropped. */
  check: Check | null;
  /** It holds for what follows as well, not for the task at hand alone. */
  isLasting: boolean;
}

const MAX_CONSTRAINTS = 12;
/** Longer sentences are quoted from the marker on. */
const LONG = 200;
/** A cheap look before the grammar: few sentences demand anything. Lower case. */
const MAY_DEMAND =
  /n['\u2019]t|do not|never|must|should|shall|avoid|refrain|stop |no |under |without|always|sure|only|just |keep |limit|stick|from now|instead|json|rather|statt|au lieu|en vez|em vez| in |in | auf | en | em |at most|at least|than|up to|below|within|max|exactly|before|after|by \d|has to|have to|need|nicht|niemals|nie |kein|ohne|vermeide|muss|immer|h\u00f6chst|mindest|stelle|achte|pas|jamais|sans|\u00e9vite|doit|toujours|plus|moins|nunca|sin |evita|debe|siempre|m\u00e1ximo|menos|aseg|n\u00e3o|sem |evite|deve|sempre|answer|reply|respond|schreib|antwort|may not|vor |nach |avant|apr\u00e8s|antes |depois|despu\u00e9s|or less|or fewer|weniger|darf/;
/** What the user promises is no demand. */
const PROMISES =
  /\bi(?:['\u2019]ll| will| can| could| would| wanted to| want to| need to| have to)?(?: \p{L}+)? (?:make sure|ensure|be sure|keep|must|should)\b/iu;

type Reader = (clause: string, isForbidding: boolean) => Check | null;

const SPEAKS =
  /\b(?:answer|reply|respond|write|speak|talk|communicate|explain|antwort\p{L}*|schreib\p{L}*|sprich|rede|r\u00e9pond\p{L}*|\u00e9cri\p{L}*|parle\p{L}*|respond\p{L}*|escrib\p{L}*|habla\p{L}*|escrev\p{L}*|fal[ea]\p{L}*|only|please|bitte|answers?|replies|responses)\b/iu;
const IN_LANGUAGE = /(?:^|\s)(?:in|auf|en|em)\s+(\p{L}{5,12})/giu;

const readLanguage: Reader = (clause, isForbidding) => {
  if (isForbidding || /\b(?:translate|\u00fcbersetz|traduis|traduce|traduz)/iu.test(clause)) return null;
  if (!SPEAKS.test(clause) && clause.length > 30) return null;
  for (const match of clause.matchAll(IN_LANGUAGE)) {
    const name = (match[1] ?? '').toLowerCase();
    const language = Object.hasOwn(languageNames, name) ? languageNames[name] : undefined;
    if (language !== undefined) return { type: 'language', language };
  }
  return null;
};

const AT_MOST =
  /(?:at most|no more than|not more than|max(?:imum|\.)?(?: of)?|up to|under|below|less than|fewer than|within|h\u00f6chstens|maximal|nicht mehr als|unter|au (?:plus|maximum)|pas plus de|moins de|como m\u00e1ximo|m\u00e1ximo(?: de)?|menos de|no m\u00e1s de|no m\u00e1ximo|limit\w* (?:\p{L}+ ){0,4}to|exactly|in(?= a | one | two | three | four | five | zwei | drei | vier | f\u00fcnf | einem | \d)(?: a)?|(?:en|em)(?= un | une | deux | trois | quatre | cinq | una | dos | tres | cuatro | cinco | uma | duas | dois | tr\u00eas | quatro | \d))\s+(\d{1,5}|\p{L}{2,6})\s+(\p{L}+)(?:\s+(\p{L}+))?/giu;
const COUNT_AND_MOST =
  /(?:^|\s)(\d{1,5}|\p{L}{2,6})\s+(\p{L}+)\s+(?:max(?:imum)?\b|at most|or (?:less|fewer)|au maximum|au plus|ou moins|como m\u00e1ximo|o menos|no m\u00e1ximo|ou menos|maximal|h\u00f6chstens|oder weniger)/giu;
const AT_LEAST =
  /(?:at least|no fewer than|no less than|minimum(?: of)?|mindestens|au moins|al menos|como m\u00ednimo|pelo menos)\s+(\d{1,5}|\p{L}{2,6})\s+(\p{L}+)(?:\s+(\p{L}+))?/giu;

function numberOf(word: string): number | null {
  if (/^\d/.test(word)) return Number(word);
  const name = word.toLowerCase();
  return Object.hasOwn(numberWords, name) ? (numberWords[name] ?? null) : null;
}

function unitOf(word: string): Unit | null {
  return unitNames.find(([, begins]) => begins.test(word))?.[0] ?? null;
}

function readCount(clause: string, pattern: RegExp, type: 'at-most' | 'at-least'): Check | null {
  for (const match of clause.matchAll(pattern)) {
    const count = numberOf(match[1] ?? '');
    // "three short sentences": the unit may stand behind an adjective.
    const unit = unitOf(match[2] ?? '') ?? unitOf(match[3] ?? '');
    if (count !== null && count > 0 && unit !== null) return { type, unit, count };
  }
  return null;
}

const readLength: Reader = (clause) =>
  readCount(clause, AT_LEAST, 'at-least') ??
  readCount(clause, AT_MOST, 'at-most') ??
  readCount(clause, COUNT_AND_MOST, 'at-most');

const FEATURE_NAMES: readonly (readonly [RegExp, Feature])[] = [
  [/\bemojis?\b|\b\u00e9mojis?\b/iu, 'emoji'],
  [
    /\bbullet(?:s|ed)?\b|\bbullet points?\b|\b(?:bullet(?:ed)? )?lists?\b|\bstichpunkte\p{L}*|\baufz\u00e4hlung\p{L}*|\blistes?\b|\blistas?\b/iu,
    'bullets',
  ],
  [/\btables?\b|\btabell\p{L}+|\btableaux?\b|\btablas?\b|\btabelas?\b/iu, 'tables'],
  [/\bhead(?:ing|er)s?\b|\b\u00fcberschrift\p{L}*/iu, 'headings'],
  [/\bcode(?: blocks?| snippets?| examples?)?\b|\bcodebl\u00f6cke\b/iu, 'code'],
  [/\bmarkdown\b/iu, 'markdown'],
  [/\bexclamation (?:marks?|points?)\b|\bausrufezeichen\b/iu, 'exclamation marks'],
  [/\bem[- ]dash(?:es)?\b/iu, 'em dashes'],
  [/\blinks?\b|\burls?\b/iu, 'links'],
];
const OUTPUT_VERB =
  /\b(?:use|using|include|including|add|write|writing|put|give|want|with|verwende|benutze|utilise|uses?|utiliza|inclua|incluyas)\b/iu;

/** It is of answers that the sentence speaks, not of something to be made. */
const ANSWERS =
  /(?<!\p{L})(?:answer|reply|respond|explain|summari[sz]e|antwort|erkl\u00e4r|r\u00e9pond|expliqu|r\u00e9sum|respond|contest|explica|resum)/iu;

const readFeature: Reader = (clause, isForbidding) => {
  if (!isForbidding || clause.length > 120) return null;
  const found = FEATURE_NAMES.find(([name]) => name.test(clause));
  if (found === undefined) return null;
  const isBare =
    /^\W*(?:and |but |please )?(?:no|without|keine?|ohne|sans|sin|sem)\s/iu.test(clause) &&
    clause.length <= 60;
  const isBehind = withoutFeature.test(clause) && ANSWERS.test(clause);
  // "Don't change the code" and "don't touch the table" forbid acts, not the look of an answer.
  const isOfLook =
    isBare ||
    isBehind ||
    (OUTPUT_VERB.test(clause) &&
      !/\b(?:the|this|that|my|our|existing|der|die|das|mein\p{L}*)\b/iu.test(clause));
  return isOfLook ? { type: 'without', feature: found[1] } : null;
};

const readJson: Reader = (clause, isForbidding) =>
  !isForbidding &&
  /\b(?:only|just|nur|seulement|solo|s\u00f3|apenas|valid)\b[^.]{0,20}\bjson\b|\bjson only\b/iu.test(clause)
    ? { type: 'json' }
    : null;

const QUOTED =
  /["\u201c\u201e\u00ab]([^"\u201d\u201c\u00bb\n]{2,40})["\u201d\u201c\u00bb]|`([^`\n]{2,40})`|'([^'\n]{2,40})'/u;
const SAYS =
  /\b(?:say|mention|use the (?:word|term|phrase)|use the name|write|include the (?:word|term)|call (?:me|it|us)|nenn\p{L}*|erw\u00e4hn\p{L}*|sag\p{L}*|das wort|den begriff|mentionne\p{L}*|dis|dites|le mot|menciones|digas|la palabra|mencione|diga|a palavra)\b/iu;

const readTerm: Reader = (clause, isForbidding) => {
  if (!isForbidding || !SAYS.test(clause)) return null;
  const match = QUOTED.exec(clause);
  const term = match?.[1] ?? match?.[2] ?? match?.[3];
  return term === undefined ? null : { type: 'forbidden-term', term: term.trim() };
};

const CHANGES =
  /\b(?:touch|change|modify|edit|alter|delete|remove|overwrite|rename|update|rewrite|\u00e4nder\p{L}*|anfass\p{L}*|l\u00f6sch\p{L}*|modifi\p{L}*|touche\p{L}*|toques|cambies|altere|mude|mexa)\b/iu;
const PATH =
  /(?:^|[\s`"'(])((?:[\w.@-]+\/)+[\w.@-]*|[\w-]+\.(?:[a-z]{1,5}|lock|json|yaml|toml))(?=$|[\s`"'),.;:])/iu;

const TESTS =
  /(?<!\p{L})(?:any|the|existing|my|our|die|keine|les|aucun|los|las|ning\u00fan|os|nenhum)(?: existing| unit)? (?:tests?|pruebas?|testes?)(?! (?:account|user|order|environment|server|database))(?!\p{L})/iu;

const readPath: Reader = (clause, isForbidding) => {
  if (!isForbidding || !CHANGES.test(clause)) return null;
  const path = PATH.exec(clause)?.[1];
  if (path === undefined && TESTS.test(clause)) return { type: 'forbidden-path', path: ALL_TESTS };
  return path === undefined || path.length < 3
    ? null
    : { type: 'forbidden-path', path: path.replace(/^\.\/|[.,;:]+$/g, '') };
};

/** Programs that are forbidden by name. */
const PROGRAM =
  /\b(?:use|run|call|using|running|verwenden?|benutzen?|nutzen?|(?:kein(?:e|en)?|nicht)|utilise[rz]?|lance|uses?|utilices|ejecutes|execute)\s+(?:sie\s+|bitte\s+|pas\s+|jamais\s+|kein(?:e|en)?\s+|nie(?:mals)?\s+|nicht\s+)*[`"']?((?:npm|npx|yarn|pnpm|bun|pip3?|poetry|uv|conda|git push|git commit|git|docker|make|sudo|curl|wget|brew|apt(?:-get)?|cargo|pytest|jest|rm|sed)(?: (?:install|run|test))?)\b/iu;
const INSTEAD =
  /(?:\b(?:instead of|rather than|statt|anstatt|au lieu de|en vez de|em vez de)|, not)\s+[`"']?(npm|npx|yarn|pnpm|bun|pip|poetry|conda|jest|pytest)\b/iu;

const readCommand: Reader = (clause, isForbidding) => {
  const instead = INSTEAD.exec(clause)?.[1];
  if (instead !== undefined) return { type: 'forbidden-command', command: instead.toLowerCase() };
  if (!isForbidding) return null;
  const program = PROGRAM.exec(clause)?.[1];
  if (program !== undefined) return { type: 'forbidden-command', command: program.toLowerCase() };
  if (/\b(?:commit|committe|committen)\b/iu.test(clause))
    return { type: 'forbidden-command', command: 'git commit' };
  return /\bpush(?:e|en)?\b/iu.test(clause) ? { type: 'forbidden-command', command: 'git push' } : null;
};

/** An act is forbidden as a whole where nothing narrows it: "don't book anything yet", "don't cancel it". */
const ACT =
  /\b(?:don['\u2019]?t|do not|never|must not|nicht|kein\p{L}*|ne|no|n\u00e3o)\s+(?:actually )?(cancel|book|refund|send|delete|pay|purchase|buy|publish|deploy|stornier\p{L}*|buch\p{L}*|l\u00f6sch\p{L}*|send\p{L}*|annule\p{L}*|r\u00e9serve\p{L}*|canceles|reserves|env\u00edes|borres|cancele|reserve|envie|apague)(?:\s+(?:it|that|this|them|anything|yet|without|for now|e-?mails?|messages?)\b[^,;]{0,40})?\W*$/iu;
const ACT_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^(?:cancel|stornier|annule|cancele)/iu, 'cancel'],
  [/^(?:book|pay|purchase|buy|buch|r\u00e9serve|reserve)/iu, 'pay'],
  [/^refund/iu, 'refund'],
  [/^(?:send|env)/iu, 'send'],
  [/^(?:delete|l\u00f6sch|borre|apague)/iu, 'delete'],
  [/^(?:publish|deploy)/iu, 'publish'],
];

const readAct: Reader = (clause, isForbidding) => {
  const verb = isForbidding ? ACT.exec(clause)?.[1] : undefined;
  const act = verb === undefined ? undefined : ACT_NAMES.find(([name]) => name.test(verb))?.[1];
  return act === undefined ? null : { type: 'forbidden-act', act };
};

const MONEY =
  /\b(?:at most|no more than|not more than|maximum(?: of)?|max|up to|under|below|less than|h\u00f6chstens|maximal|au plus|moins de|como m\u00e1ximo|menos de|no m\u00e1ximo)\s+(?:(?:usd|eur|gbp)\s*)?[$\u20ac\u00a3]\s?(\d{1,6})(?:[.,](\d\d))?\b|\b(?:at most|no more than|maximum(?: of)?|under|less than|h\u00f6chstens)\s+(\d{1,6})\s?(?:dollars?|euros?|usd|eur|pounds?|\u20ac)/iu;

const readAmount: Reader = (clause) => {
  const match = MONEY.exec(clause);
  const amount = Number(match?.[1] ?? match?.[3] ?? '0');
  return amount > 0 ? { type: 'max-amount', amount } : null;
};

const CLOCK =
  /(?<!\p{L})(before|by|no later than|not later than|vor|avant|antes de las|antes das|after|not before|no earlier than|nach|apr\u00e8s|despu\u00e9s de las|depois das)\s+(\d{1,2})(?:[:.h](\d\d))?\s*(am|pm|a\.m|p\.m|o['\u2019]clock|uhr|h(?:eures)?|horas)?(?![\p{L}\d])/iu;

/** A time of day that something must begin (or arrive) before or after; a bare number is none. */
const readClock: Reader = (clause, isForbidding) => {
  const match = isForbidding ? null : CLOCK.exec(clause);
  if (match === null) return null;
  const said = match[1]?.toLowerCase() ?? '';
  const suffix = match[4]?.toLowerCase() ?? '';
  const isBare = match[3] === undefined && suffix === '' && !/^(?:antes|despu|depois)/u.test(said);
  const half = suffix.startsWith('p') && Number(match[2]) < 12 ? 12 : 0;
  const hour = suffix.startsWith('a') && match[2] === '12' ? 0 : Number(match[2]) + half;
  if (isBare || hour > 23) return null;
  const isAfter = /^(?:after|not before|no earlier|nach|apr|despu|depois)/u.test(said);
  return {
    type: 'clock',
    isAfter,
    minutes: hour * 60 + Number(match[3] ?? '0'),
    ofArrival: /arriv|ankomm|ankunft|llegu|lleg|cheg|there\b|land(?:s|ing)?\b/iu.test(clause),
  };
};

const readers: readonly Reader[] = [
  readAmount,
  readClock,
  readLength,
  readLanguage,
  readJson,
  readTerm,
  readPath,
  readCommand,
  readFeature,
  readAct,
];

function checkOf(clause: string, isForbidding: boolean): Check | null {
  for (const read of readers) {
    const check = read(clause, isForbidding);
    if (check !== null) return check;
  }
  return null;
}

/** Checks that go on by their nature; a length or a form is asked for the task at hand unless it is said to last. */
const LASTS = new Set<Check['type']>([
  'language',
  'without',
  'forbidden-term',
  'forbidden-path',
  'forbidden-command',
  'forbidden-act',
  'max-amount',
  'clock',
]);

/** What is quoted is somebody else's demand, or the thing spoken of. */
function isQuoted(sentence: string, at: number): boolean {
  const before = sentence.slice(0, at);
  const straight = before.split('"').length - 1;
  const opened = (before.match(/[\u201c\u201e\u00ab]/gu) ?? []).length;
  const closed = (before.match(/[\u201d\u00bb]/gu) ?? []).length;
  return (
    (straight % 2 === 1 && sentence.includes('"', at)) ||
    opened > closed + (before.includes('\u201e') ? 1 : 0)
  );
}

/** Where the sentence forbids something; null where it does not. */
function forbiddenAt(sentence: string): RegExpExecArray | null {
  const behind = withoutFeature.exec(sentence);
  return (
    forbids.exec(sentence) ??
    forbidsBehindVerb.exec(sentence) ??
    (behind !== null && ANSWERS.test(sentence) ? behind : null)
  );
}

/** An offer to tell more demands nothing: "let me know what else you need to book it". */
const OFFERS =
  /\b(?:what(?:ever)?|anything|everything|else|if|information|details|all) (?:that )?you (?:still |might |may )?(?:need|must|have to|should|require)\b/iu;

function constraintIn(sentence: string, start: number): Constraint | null {
  const forbidden = forbiddenAt(sentence);
  const demanded = forbidden === null ? demands.exec(sentence) : null;
  const found = forbidden ?? demanded;
  if (found === null || (forbidden === null && PROMISES.test(sentence))) return null;
  if (forbidden === null && OFFERS.test(sentence)) return null;
  if (isQuoted(sentence, found.index + found[0].length)) return null;
  // A question asks, it does not demand: "don't you have…?", "must I…?"
  if (
    sentence.trimEnd().endsWith('?') &&
    !/\b(?:please|can you|could you|would you|bitte|kannst|peux|pouvez|puedes?|pode)\b/iu.test(sentence)
  )
    return null;
  const check = checkOf(sentence, forbidden !== null);
  const from = Math.max(0, Math.min(found.index, sentence.length - 1));
  // A check may rest on words before the marker, so the whole sentence is quoted then.
  const offset =
    check === null && sentence.length > LONG
      ? from + (/^[\s,;:(\u2013\u2014-]*/u.exec(sentence.slice(from))?.[0].length ?? 0)
      : 0;
  const words = sentence.slice(offset).trimEnd();
  if (check === null && words.split(/\s+/).length < 3) return null;
  return {
    words,
    start: start + offset,
    end: start + offset + words.length,
    core: sentence.slice(from),
    check,
    isLasting: check === null || LASTS.has(check.type) || lasting.test(sentence),
  };
}

const SECOND =
  /,?\s+(?:and|but|und|aber|et|mais|y|pero|e|mas)\s+(?=(?:please |bitte )?(?:never|do not|don['\u2019]t|always|must|nie|jamais|ne |n['\u2019]|nunca|no |n\u00e3o|siempre|sempre|toujours|immer))/giu;

/** The constraints of a sentence: two where it joins two that can be checked, "do not …, and never …". */
function constraintsOf(sentence: string, start: number): Constraint[] {
  for (const match of sentence.matchAll(SECOND)) {
    const behind = match.index + match[0].length;
    const one = constraintIn(sentence.slice(0, match.index), start);
    const other = constraintIn(sentence.slice(behind), start + behind);
    if (one !== null && one.check !== null && other !== null && other.check !== null) return [one, other];
  }
  const whole = constraintIn(sentence, start);
  return whole === null ? [] : [whole];
}

/** What a message demands, in order, at most twelve; code and quoted logs in it are passed over. */
export function constraintsIn(message: string): Constraint[] {
  const found: Constraint[] = [];
  for (const { text, start } of sentencesOf(message)) {
    if (found.length >= MAX_CONSTRAINTS) break;
    if (!MAY_DEMAND.test(text.toLowerCase())) continue;
    found.push(...constraintsOf(text, start));
  }
  return found;
}
