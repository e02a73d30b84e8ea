/**
 * Checks that an answer or a call can be put to, and whether it breaks them. Pure functions over texts; a text that was cut can only
 * break what more text cannot mend. Must not decide whose constraint it is or how long it holds.
 */
import { languages, languageCounts, type Language } from '../text/function-words';
import { tokenize } from '../text/tokenize';
import { commandOf } from '../failures/environment-failures';
import { highImpactActOf } from '../failures/high-impact';

export type Unit = 'words' | 'sentences' | 'characters' | 'lines' | 'bullets' | 'paragraphs';
export type Feature =
  | 'emoji'
  | 'bullets'
  | 'tables'
  | 'headings'
  | 'code'
  | 'markdown'
  | 'exclamation marks'
  | 'em dashes'
  | 'links';

/** What answers are checked for. */
export type AnswerCheck =
  | { type: 'language'; language: Language }
  | { type: 'at-most' | 'at-least'; unit: Unit; count: number }
  | { type: 'without'; feature: Feature }
  | { type: 'json' }
  | { type: 'forbidden-term'; term: string };
/** What calls of tools are checked for. */
export type CallCheck =
  | { type: 'forbidden-path'; path: string }
  | { type: 'forbidden-command'; command: string }
  | { type: 'forbidden-act'; act: string }
  | { type: 'max-amount'; amount: number }
  /** What is booked begins (or arrives) before or after a time of day, in minutes since midnight. */
  | { type: 'clock'; isAfter: boolean; minutes: number; ofArrival: boolean };
export type Check = AnswerCheck | CallCheck;

/** An answer in words, or a call of a tool. */
export interface Output {
  isCall: boolean;
  toolName: string;
  text: string;
  /** Characters of the whole text, of which `text` may be the beginning. */
  textLength: number;
  input: string | null;
  isShell: boolean;
}

const FEATURES: Record<Feature, RegExp> = {
  emoji: /\p{Extended_Pictographic}/u,
  bullets: /^\s{0,8}(?:[-*\u2022]|\d{1,2}[.)])\s+\S/m,
  tables: /^\s{0,3}\|[^\n]*\|[^\n]*\n\s{0,3}\|[ :|-]{3,}/m,
  headings: /^#{1,6} \S/m,
  code: /```|~~~/,
  markdown: /^#{1,6} \S|\*\*[^*\n]{1,200}\*\*|```|^\s{0,8}[-*] \S/m,
  'exclamation marks': /\p{L}!/u,
  'em dashes': /\u2014/,
  links: /https?:\/\/\S/i,
};

/** Marks that are no pictures though Unicode counts them among them. */
const NO_EMOJI = /[\u00a9\u00ae\u2122\u2194-\u21aa\u2139]/gu;

/** How many of a unit a text has. */
export function countUnits(text: string, unit: Unit): number {
  const body = text.trim();
  if (body === '') return 0;
  switch (unit) {
    case 'words':
      return tokenize(body).length;
    case 'characters':
      return Array.from(body).length;
    case 'lines':
      return body.split('\n').filter((line) => line.trim() !== '').length;
    case 'paragraphs':
      return body.split(/\n\s*\n/).length;
    case 'bullets':
      return body.split('\n').filter((line) => FEATURES.bullets.test(line)).length;
    case 'sentences':
      return body.split(/[.!?\u3002\uff01\uff1f\u2026]+(?=\s|$)|\n+/u).filter((one) => /\p{L}/u.test(one))
        .length;
  }
}

/** Fewer function words tell no language. */
const MIN_FUNCTION_WORDS = 5;
/** The other language must explain this many times as many words. */
const CLEARLY = 2;

/** The language a text is clearly written in instead of `wanted`; null when it is not, or the text is too short to tell. */
function otherLanguage(text: string, wanted: Language): Language | null {
  const prose = text.replace(/```[\s\S]*?(?:```|$)/g, ' ').replace(/`[^`\n]*`|https?:\/\/\S+/g, ' ');
  const counts = languageCounts(tokenize(prose).slice(0, 200));
  const own = counts[languages.indexOf(wanted)] ?? 0;
  const most = Math.max(...counts);
  if (most < MIN_FUNCTION_WORDS || most < own * CLEARLY) return null;
  return languages[counts.indexOf(most)] ?? null;
}

function contains(text: string, term: string): boolean {
  const isWord = (character: string | undefined): boolean =>
    character !== undefined && /[\p{L}\p{N}_]/u.test(character);
  const body = text.toLowerCase();
  const looked = term.toLowerCase();
  for (let at = body.indexOf(looked); at !== -1; at = body.indexOf(looked, at + 1))
    if (!isWord(body[at - 1]) && !isWord(body[at + looked.length])) return true;
  return false;
}

const EDITS =
  /^(?:edit|write|multiedit|notebookedit|create|delete|update|apply_patch|str_replace|insert|replace|move|rename)/i;
const CHANGES_FILE =
  /\bsed\s+-i|>>?|\brm\b|\bmv\b|\btee\b|\btruncate\b|\bgit checkout\b|\bgit restore\b|\bpatch\b/;
const PATH_KEY = /"(?:file_?path|path|filename|file|notebook_path|target_file)"\s*:\s*"([^"]{1,400})"/i;

/** Stands for all tests of a project where no file is named. */
export const ALL_TESTS = 'tests';
const TEST_FILE = /(?:^|[/_.-])(?:tests?|specs?|__tests__)(?=[/_.-]|$)/i;

function isAt(path: string, text: string): boolean {
  return path === ALL_TESTS ? TEST_FILE.test(text) : text.includes(path);
}

function changesPath(output: Output, path: string): boolean {
  if (output.input === null) return false;
  if (output.isShell) {
    const command = commandOf(output.input)?.split('<<')[0] ?? '';
    return CHANGES_FILE.test(command) && isAt(path, command);
  }
  return EDITS.test(output.toolName) && isAt(path, PATH_KEY.exec(output.input)?.[1] ?? '');
}

function runsCommand(output: Output, command: string): boolean {
  if (!output.isShell) return false;
  const line = commandOf(output.input)?.split('<<')[0] ?? '';
  return line.split(/&&|\|\||[;|\n]/).some((step) => {
    const own = step.trim().replace(/^(?:sudo\s+|time\s+|\w+=\S*\s+)+/, '');
    return own === command || own.startsWith(`${command} `);
  });
}

const AMOUNT =
  /"(?:amount|total|total_?price|price|cost|payment|max_?price)"\s*:\s*"?(\d{1,9}(?:\.\d{1,2})?)/gi;

function largestAmount(input: string): number {
  let largest = 0;
  for (const match of input.matchAll(AMOUNT)) largest = Math.max(largest, Number(match[1]));
  return largest;
}

const BOOKS = /book|reserv|schedul|appointment|create_?event|purchase|buy/i;
const BEGINS =
  /"(?:[a-z]+_)?(?:departure|depart|start|begin|time)\w*"\s*:\s*"[^"]{0,20}?(?<!\d)(\d{1,2}):(\d\d)/i;
const ARRIVES = /"(?:[a-z]+_)?(?:arrival|arrive|eta)\w*"\s*:\s*"[^"]{0,20}?(?<!\d)(\d{1,2}):(\d\d)/i;

/** The time of day a booking is for, in minutes; null where the call books nothing or names no time. */
function bookedMinutes({ toolName, input }: Output, ofArrival: boolean): number | null {
  const match = input !== null && BOOKS.test(toolName) ? (ofArrival ? ARRIVES : BEGINS).exec(input) : null;
  return match === null ? null : Number(match[1]) * 60 + Number(match[2]);
}

function clockWords(minutes: number): string {
  return `${String(Math.floor(minutes / 60))}:${String(minutes % 60).padStart(2, '0')}`;
}

function breachByCall(check: CallCheck, output: Output): string | null {
  switch (check.type) {
    case 'forbidden-path':
      return changesPath(output, check.path) ? `${output.toolName} changes ${check.path}` : null;
    case 'forbidden-command':
      return runsCommand(output, check.command) ? `${output.toolName} runs ${check.command}` : null;
    case 'forbidden-act':
      return highImpactActOf(output.toolName, output.input, output.isShell)?.act === check.act
        ? `${output.toolName} is a ${check.act}`
        : null;
    case 'max-amount': {
      if (output.input === null || highImpactActOf(output.toolName, output.input, output.isShell) === null)
        return null;
      const amount = largestAmount(output.input);
      return amount > check.amount ? `${output.toolName} is for ${String(amount)}` : null;
    }
    case 'clock': {
      const booked = bookedMinutes(output, check.ofArrival);
      if (booked === null || (check.isAfter ? booked >= check.minutes : booked <= check.minutes)) return null;
      return `${output.toolName} is for ${clockWords(booked)}`;
    }
  }
}

function breachByAnswer(check: AnswerCheck, { text, textLength }: Output): string | null {
  const isWhole = textLength <= text.length;
  switch (check.type) {
    case 'language': {
      const other = otherLanguage(text, check.language);
      return other === null ? null : `the answer is in ${LANGUAGE_WORDS[other]}`;
    }
    case 'at-most': {
      const count = check.unit === 'characters' ? textLength : countUnits(text, check.unit);
      return count > check.count ? `the answer has ${String(count)} ${check.unit}` : null;
    }
    case 'at-least': {
      const count = countUnits(text, check.unit);
      return isWhole && count < check.count ? `the answer has ${String(count)} ${check.unit}` : null;
    }
    case 'without': {
      const body = check.feature === 'emoji' ? text.replace(NO_EMOJI, '') : text;
      return FEATURES[check.feature].test(body) ? `the answer has ${check.feature}` : null;
    }
    case 'json':
      return isWhole && !isJson(text) ? 'the answer is not JSON alone' : null;
    case 'forbidden-term':
      return contains(text, check.term) ? `the answer says \u201c${check.term}\u201d` : null;
  }
}

export const LANGUAGE_WORDS: Record<Language, string> = {
  en: 'English',
  de: 'German',
  fr: 'French',
  es: 'Spanish',
  pt: 'Portuguese',
};

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether a check looks at calls of tools rather than at answers. */
export function looksAtCalls(check: Check): check is CallCheck {
  return (
    check.type === 'forbidden-path' ||
    check.type === 'forbidden-command' ||
    check.type === 'forbidden-act' ||
    check.type === 'max-amount' ||
    check.type === 'clock'
  );
}

/** How an output breaks a check, in words; null when it does not, or the check does not look at such outputs. */
export function breachOf(check: Check, output: Output): string | null {
  if (looksAtCalls(check)) return output.isCall ? breachByCall(check, output) : null;
  return output.isCall ? null : breachByAnswer(check, output);
}

/** What is checked, in words. */
export function checkWords(check: Check): string {
  switch (check.type) {
    case 'language':
      return `answers in ${LANGUAGE_WORDS[check.language]}`;
    case 'at-most':
      return `at most ${String(check.count)} ${check.unit}`;
    case 'at-least':
      return `at least ${String(check.count)} ${check.unit}`;
    case 'without':
      return `no ${check.feature}`;
    case 'json':
      return 'JSON alone';
    case 'forbidden-term':
      return `never says \u201c${check.term}\u201d`;
    case 'forbidden-path':
      return `does not change ${check.path}`;
    case 'forbidden-command':
      return `does not run ${check.command}`;
    case 'forbidden-act':
      return `no ${check.act}`;
    case 'max-amount':
      return `not above ${String(check.amount)}`;
    case 'clock':
      return `${check.ofArrival ? 'arrives ' : ''}${check.isAfter ? 'after' : 'before'} ${clockWords(check.minutes)}`;
  }
}
