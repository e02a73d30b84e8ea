/**
 * Numbers that give a person away: payment cards, bank accounts, phone numbers, IP addresses. Each is checked by what its
 * makers put into it (Luhn: ISO/IEC 7812-1; IBAN: ISO 13616, mod 97), so that order numbers and dates stay readable.
 */
import { patternFinder, wordsBefore, type Finder } from './kinds';

const digitsOf = (text: string): string => text.replace(/\D/g, '');

/** Whether digits pass Luhn's check. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** First digits and lengths that issuers use. */
const CARD_BRANDS =
  /^(?:4\d{12}(?:\d{3}|\d{6})?|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|6(?:011|5\d\d|4[4-9]\d)\d{12}|35\d{14}|62\d{14,17})$/;

export const findCards: Finder = patternFinder(
  'card',
  /(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])/g,
  ([match]) => {
    const digits = digitsOf(match);
    return CARD_BRANDS.test(digits) && passesLuhn(digits) && !/^(\d)\1+$/.test(digits);
  },
  digitsOf,
);

/** Lengths by country, of the registry of ISO 13616; no other country has any. */
const IBAN_LENGTHS: Readonly<Record<string, number>> = {
  AD: 24,
  AE: 23,
  AL: 28,
  AT: 20,
  AZ: 28,
  BA: 20,
  BE: 16,
  BG: 22,
  BH: 22,
  BR: 29,
  BY: 28,
  CH: 21,
  CR: 22,
  CY: 28,
  CZ: 24,
  DE: 22,
  DK: 18,
  DO: 28,
  EE: 20,
  EG: 29,
  ES: 24,
  FI: 18,
  FO: 18,
  FR: 27,
  GB: 22,
  GE: 22,
  GI: 23,
  GL: 18,
  GR: 27,
  GT: 28,
  HR: 21,
  HU: 28,
  IE: 22,
  IL: 23,
  IQ: 23,
  IS: 26,
  IT: 27,
  JO: 30,
  KW: 30,
  KZ: 20,
  LB: 28,
  LI: 21,
  LT: 20,
  LU: 20,
  LV: 21,
  MC: 27,
  MD: 24,
  ME: 22,
  MK: 19,
  MR: 27,
  MT: 31,
  MU: 30,
  NL: 18,
  NO: 15,
  PK: 24,
  PL: 28,
  PS: 29,
  PT: 25,
  QA: 29,
  RO: 24,
  RS: 22,
  SA: 24,
  SE: 24,
  SI: 19,
  SK: 24,
  SM: 27,
  TN: 24,
  TR: 26,
  UA: 29,
  VA: 22,
  VG: 24,
  XK: 20,
};

/** Whether text is an IBAN: right length for its country and 1 modulo 97. */
export function isIban(text: string): boolean {
  const compact = text.replace(/[ -]/g, '').toUpperCase();
  const length = IBAN_LENGTHS[compact.slice(0, 2)];
  if (compact.length !== length) return false;
  let rest = 0;
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** IBANs run into the words after them when written in groups, so shorter readings are tried too. */
export const findIbans: Finder = (text) => {
  const found = [];
  for (const match of text.matchAll(
    /(?<![\w/+=])(?:[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{1,4}){3,8}|[a-z]{2}\d{2}(?:[ -]?[a-z0-9]{1,4}){3,8})(?![/+=])/g,
  )) {
    for (let end = match[0].length; end >= 15; end--) {
      const value = match[0].slice(0, end);
      if (/[ -]$/.test(value) || !isIban(value)) continue;
      const normal = value.replace(/[ -]/g, '').toUpperCase();
      found.push({ kind: 'iban' as const, start: match.index, end: match.index + end, value: normal });
      break;
    }
  }
  return found;
};

const ACCOUNT_WORDS =
  /(?:account|acct|konto|kontonummer|kontonr|cuenta|conta|compte|ssn|social security|sozialversicherung\w*|passport|reisepass\w*|passeport|pasaporte|passaporte|tax id|steuer-?id\w*|steuernummer|dni|nif|nie|cpf|routing|sort code|bic|member|policy|versicherungsnummer|customer|kunden?)(?:[ -]?(?:number|no|nr|num|id|nummer|numéro|número|de cliente|#))?\.?(?: (?:is|ist|es|est|é|lautet))?[ :#=-]{0,3}$/;

const isDate = (text: string): boolean =>
  /^(?:\d{4}[-./ ]\d{1,2}[-./ ]\d{1,2}|\d{1,2}[-./ ]\d{1,2}[-./ ]\d{2,4})(?:[ T]\d{1,2})?$/.test(text.trim());

/** Numbers that a word beside them says belong to somebody, and US social security numbers by their form. */
export const findAccounts: Finder = (text) => [
  ...patternFinder(
    'account',
    /(?<![\w.-])(?:[A-Z]{0,3}\d(?:[ .-]?[0-9A-Z]){4,17})(?![\w-])/g,
    (match, whole) =>
      digitsOf(match[0]).length >= 5 &&
      !isDate(match[0]) &&
      ACCOUNT_WORDS.test(wordsBefore(whole, match.index)),
    (value) => value.replace(/[ .-]/g, '').toUpperCase(),
  )(text),
  ...patternFinder(
    'account',
    /(?<![\w.-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])/g,
    () => true,
    digitsOf,
  )(text),
];

const PHONE_WORDS =
  /(?<!\p{L})(?:phone|tel|telephone|telefon\w*|téléphone|teléfono|telemóvel|telefone|móvil|celular|mobile|mobil|cell|handy|call|text|whatsapp|fax|sms|rufen?|anruf\w*|erreichen|reach \w{1,8}|ring|appel\w*|llam\w*|lig(?:a|ar|ou|ue|uem)|bel|bellen|dzwonić|telefono|chiam\w*|ring|numéro|numero|número|nummer|number|contact)(?!\p{L}{3})[^\d\n]{0,14}$/u;
/** Numbers of things. */
const OTHER_NUMBERS =
  /(?:tracking|order|invoice|serial|model|part|item|case|ticket|reference|ref|confirmation|booking|flight|batch|product|sku|sendungs\w*|bestell\w*|rechnungs\w*|auftrags\w*|pedido|factura|commande|facture)[\s_-]{0,2}(?:number|no|nr|num|nummer|número|numero|numéro|id|#)?\W{0,14}$/;
/** How numbers are written within a country: North America, Germany, France, Spain, the United Kingdom, Brazil. */
const NATIONAL = [
  /^\(\d{3}\) ?\d{3}[-. ]\d{4}$/,
  /^[2-9]\d{2}[-.][2-9]\d{2}[-.]\d{4}$/,
  /^1[-.][2-9]\d{2}[-.]\d{3}[-.]\d{4}$/,
  /^\(?0\d{2,5}\)?[ /-]\d{2,8}(?:[ -]\d{1,6}){0,4}$/,
  /^0[1-9](?:[ .]\d{2}){4}$/,
  /^[6-9]\d{2}(?: \d{3}){2}$/,
  /^[6-9]\d{2}(?: \d{2}){3}$/,
  /^\(\d{2}\) ?9?\d{4}-\d{4}$/,
];

export const findPhones: Finder = patternFinder(
  'phone',
  /(?<![\w.:=/#-])(?:\+|\(?00)?\(?\d(?:[ ./()-]{0,2}\d){6,14}(?![\w])/g,
  (match, text) => {
    const written = match[0];
    const digits = digitsOf(written);
    if (
      digits.length < 7 ||
      digits.length > 15 ||
      isDate(written) ||
      (/^[\d.]+$/.test(written) &&
        written.includes('.') &&
        written.split('.').length === 4 &&
        digits.length < 13 &&
        !/^0[1-9]\./.test(written))
    )
      return false;
    if (/^\+|^\(?00[1-9]/.test(written)) return digits.length >= 8;
    if (NATIONAL.some((form) => form.test(written))) return true;
    const before = wordsBefore(text, match.index);
    return PHONE_WORDS.test(before) && !OTHER_NUMBERS.test(before) && !/^(?:19|20)\d{2}[-/.]/.test(written);
  },
  digitsOf,
);

/** Addresses every machine has, and masks: they belong to nobody. */
const NOBODYS_IP = /^(?:127\.|0\.0\.0\.0$|255\.|224\.|::1?$)/;

/** A name, spaces, and what follows: how package managers list versions. */
const IN_LIST_OF_VERSIONS = /(?:^|\n)[a-z][a-z0-9_.-]{2,60} {2,}$/;

function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = text.split(':').filter((group) => group !== '');
  if (groups.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return false;
  return halves.length === 2 ? groups.length >= 2 && groups.length <= 7 : groups.length === 8;
}

export const findIps: Finder = (text) => [
  ...patternFinder(
    'ip',
    /(?<![\w.-])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w]|\.\d|-\w)/g,
    (match, whole) =>
      !NOBODYS_IP.test(match[0]) &&
      !IN_LIST_OF_VERSIONS.test(wordsBefore(whole, match.index, 80)) &&
      !/(?:version|ver|v|release|build|chrome|firefox|safari|@|==|>=|\/)\.?[ :=/^~]{0,2}$/.test(
        wordsBefore(whole, match.index, 16),
      ),
  )(text),
  ...patternFinder(
    'ip',
    /(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])/gi,
    ([match]) => isIpv6(match) && !NOBODYS_IP.test(match),
  )(text),
];
