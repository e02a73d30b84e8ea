/**
 * What is wrong with the payload of a call that counts as a success: nothing in it, null, a count of zero, an error in words
 * or in a field, JSON that breaks off. Looks at the payload's shape and its first words alone; whether that matters is for the
 * detectors to say.
 */

import { Latest } from '../text/latest';

const EMPTY_VALUES = new Set([
  '',
  'null',
  'none',
  'nil',
  'undefined',
  'nan',
  '[]',
  '{}',
  '""',
  "''",
  '()',
  'no output',
  '(no output)',
  'n/a',
  '[null]',
  '[[]]',
]);
const LONGEST_EMPTY = 12;
/** Counts that say how much was found or done. */
const COUNT_KEY =
  /^(count|total|total_?count|num_?results|hits|matches|found|results?_?count|rows?_?count|n)$|(^|_)(refreshed|updated|changed|modified|deleted|removed|inserted|created|sent|matched|found|affected|returned|processed|imported|exported|moved|copied|cancelled|resolved)(_?count)?$/i;
const ERROR_KEY = /^(error|errors|error_?message|exception|traceback|fault)$/i;
const STATUS_KEY = /^(status|state|ok|success|result|outcome|code|message|msg)$/i;
/** A status that says nothing was done. */
const NO_EFFECT =
  /^(unchanged|no[ _-]?change|no[ _-]?op|noop|skipped|ignored|not[ _-]?modified|nothing[ _-]?to[ _-]?do|not[ _-]?found|empty)$/i;
const ERROR_HEAD =
  /^\W*(error\b|tool_use_error\b|exception\b|traceback \(most recent call last\)|fatal:|fatal error|failed\b|failure\b|cannot\b|could not\b|unable to\b|not found\b|no such (file|directory|table|column|key)|permission denied|access denied|unauthorized|forbidden|timed? ?out|timeout\b|connection (refused|reset|error)|invalid (argument|request|input|parameter)|internal server error|bad request|rate limit|http(\/\d\.\d)? ?(error )?[45]\d\d\b|[45]\d\d (not found|bad request|unauthorized|forbidden|internal server error|too many requests|service unavailable)|command not found|segmentation fault|[a-z_.]*(error|exception):)/i;
/** XML that says so in its first element: `<result status="error">`, `<fault>`. */
const ERROR_ELEMENT =
  /^\s*(?:<\?xml[^>]{0,100}>\s*)?<(?:(?:\w{1,20}:)?(?:error|fault|exception)\b|[\w:-]{1,40}\b[^>]{0,200}\s(?:status|success|ok|code|result)=["'](?:error|failed|failure|false|[45]\d\d)["'])/i;
const NOTHING_FOUND =
  /^\W*(no (\w{3,12} )?(results?|matches|files?|records?|documents?|data|items?|rows?|entries|articles?|passages?|memories) (were )?(found|returned|available|match)|nothing (was )?found|0 (results?|rows?|matches|records?)\b|zero results|keine? (\w{3,16} )?(treffer|ergebnis\w*|eintr\u00e4ge|dokumente|daten)( gefunden)?\s*[.!]?$|nichts gefunden|aucune? (r\u00e9sultat|document|donn\u00e9e|enregistrement)s?( trouv\u00e9e?s?)?\s*[.!]?$|(sin|ning\u00fan) (resultados?|coincidencias?|documentos?)|no se encontr(\u00f3|aron)|(nenhum|sem) (resultado|documento|registro)s?)/iu;

/** What is wrong with a payload that counts as a success. */
export interface PayloadFault {
  /** What was returned, in words. */
  what: string;
  /** It says that something failed, rather than that there is nothing. */
  isError: boolean;
  /** Something came back, of which a part is missing. */
  isBroken?: true;
}

/** A call with what came back: `textLength` are the characters of the whole payload, of which `text` may be the beginning. */
export interface Payload {
  text: string;
  textLength: number;
  /** The arguments of the call, to know what is only echoed. */
  input: string | null;
}

/** Several detectors ask about the calls of a session; nearly always with the same `headLength`. */
const known = new Latest<Payload, { headLength: number; fault: PayloadFault | null }>(1000);

/**
 * What is wrong with a payload, or null when it looks like an answer. An error in words must start within `headLength`
 * characters.
 */
export function payloadFault(payload: Payload, headLength: number): PayloadFault | null {
  const found = known.of(payload, () => ({ headLength, fault: readFault(payload, headLength) }));
  return found.headLength === headLength ? found.fault : readFault(payload, headLength);
}

/** Characters in which the error text of a result must start, as in silent-tool-failure. */
const ERROR_REACH = 200;

/** Whether a call failed: the source says so, or what it brought back is an error. */
export function hasFailed(call: Payload & { status: string }): boolean {
  return call.status === 'error' || payloadFault(call, ERROR_REACH)?.isError === true;
}

function readFault({ text, textLength, input }: Payload, headLength: number): PayloadFault | null {
  const body = text.trim();
  if (body.length <= LONGEST_EMPTY && EMPTY_VALUES.has(body.toLowerCase()))
    return { what: body === '' ? 'an empty result' : `the result ${body}`, isError: false };
  if (body.startsWith('{') || body.startsWith('['))
    // What the index holds only the beginning of cannot be read, and is long enough to be an answer.
    return textLength > text.length ? null : faultOfJson(body, input);
  const head = body.slice(0, headLength).replace(/\s+/g, ' ');
  if (ERROR_HEAD.test(head) || ERROR_ELEMENT.test(head))
    return { what: `an error in words (“${head.slice(0, 90)}”)`, isError: true };
  return NOTHING_FOUND.test(head) ? { what: `nothing (“${head.slice(0, 60)}”)`, isError: false } : null;
}

function isEmptyValue(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === false) return true;
  if (Array.isArray(value)) return value.every(isEmptyValue);
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function faultOfJson(body: string, input: string | null): PayloadFault | null {
  const value = parse(body);
  if (value === undefined) return brokenJson(body);
  if (Array.isArray(value))
    return value.every(isEmptyValue) ? { what: 'a list of nothing', isError: false } : null;
  if (typeof value !== 'object' || value === null) return null;
  const entries = Object.entries(value);
  return errorIn(entries) ?? nothingIn(entries, input);
}

const STARTS_AS_JSON = /^(\{\s*"|\[\s*(\{\s*"|"|\[))/;
const CLOSED_BY: Record<string, string> = { '{': '}', '[': ']' };

/**
 * JSON that breaks off or cannot be read. Only what starts exactly as JSON does: Python's and JavaScript's own notation, JSON
 * lines and logs in brackets are no broken JSON.
 */
function brokenJson(body: string): PayloadFault | null {
  if (!STARTS_AS_JSON.test(body)) return null;
  const lines = body.split('\n');
  if (lines.length > 1 && parse(lines[0] ?? '') !== undefined) return null;
  const isCut = body.at(-1) !== CLOSED_BY[body[0] ?? ''];
  return {
    what: isCut ? 'JSON that breaks off' : 'JSON that cannot be read',
    isError: false,
    isBroken: true,
  };
}

function errorIn(entries: readonly [string, unknown][]): PayloadFault | null {
  for (const [key, entry] of entries) {
    if (ERROR_KEY.test(key) && !isEmptyValue(entry))
      return { what: `“${key}” in the payload: ${JSON.stringify(entry).slice(0, 90)}`, isError: true };
    if (/^(success|ok)$/i.test(key) && entry === false)
      return { what: `“${key}”: false in the payload`, isError: true };
    if (/^status(_?code)?$/i.test(key) && typeof entry === 'number' && entry >= 400 && entry < 600)
      return { what: `status ${String(entry)} in the payload`, isError: true };
    if (/^status$/i.test(key) && typeof entry === 'string' && /^(error|failed|failure)$/i.test(entry))
      return { what: `“status”: “${entry}” in the payload`, isError: true };
  }
  return null;
}

/** A scalar as text; null for lists and objects. */
function scalarText(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : null;
}

/** Occurs in no arguments: the half of a surrogate pair is never written by JSON. */
const NOT_ASKED = '\ud800';

/**
 * An object that says nothing but what it was asked: everything in it is empty, a count of zero, a status, or repeated from
 * the call's arguments, and at least one thing is empty, zero or without effect.
 */
function nothingIn(entries: readonly [string, unknown][], input: string | null): PayloadFault | null {
  const asked = (input ?? '').toLowerCase();
  const isAllNull =
    entries.length > 0 && entries.every(([key, entry]) => entry === null && !ERROR_KEY.test(key));
  let nothing: string | null = isAllNull ? `“${entries[0]?.[0] ?? ''}”: null` : null;
  for (const [key, entry] of entries) {
    if (typeof entry === 'object' && isEmptyValue(entry) && entry !== null) nothing ??= `an empty “${key}”`;
    else if (entry === 0 && COUNT_KEY.test(key)) nothing ??= `“${key}”: 0`;
    else if (typeof entry === 'string' && STATUS_KEY.test(key) && NO_EFFECT.test(entry.trim()))
      nothing ??= `“${key}”: “${entry}”`;
    else if (isEmptyValue(entry)) continue;
    else if (STATUS_KEY.test(key) && scalarText(entry) !== null && (scalarText(entry) ?? '').length <= 24)
      continue;
    else if (/^(page|offset|limit|cursor|took|duration_?ms|request_?id)$/i.test(key)) continue;
    else if (asked.includes(scalarText(entry)?.toLowerCase() ?? NOT_ASKED)) continue;
    else return null;
  }
  return nothing === null ? null : { what: nothing, isError: false };
}
