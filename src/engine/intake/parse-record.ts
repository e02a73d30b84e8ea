/** Bytes of one record to a parsed value, or the reason why not, in words a person can act on. */
import { isUtf8 } from 'node:buffer';
import { jsonMeasure } from '../../shared/trace/json';
import type { IntakeLimits } from './limits';
import { LITERAL_START, literalValue } from './literal-value';
import { decodeText, type Repair } from './text-encoding';

export interface ParsedRecord {
  ok: true;
  value: unknown;
  text: string;
  /** Members of the objects in the text, those that are written twice counted twice. */
  members: number;
  repair: Repair | null;
  /** What its program left out when it printed the record; absent where it wrote JSON, or all of it. */
  cut?: string;
}

export type Parsed = ParsedRecord | { ok: false; reason: string; excerpt: string };

/** Why a record that its file ends in cannot be read. */
export const CUT_OFF = 'the JSON ends too early: the record is cut off';

/** The start of a text for showing, with control characters made visible and broken surrogates mended. */
export function excerptOf(text: string, length: number): string {
  const cut = text.length > length ? `${text.slice(0, length)}…` : text;
  return cut
    .replace(/[\u0000-\u001f\u007f]/g, (c) =>
      c === '\t' ? ' ' : `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`,
    )
    .toWellFormed();
}

function firstInvalidByte(bytes: Buffer): number {
  let low = 0;
  let high = bytes.length;
  // isUtf8 of a prefix may fail only because it cuts a character: four bytes of slack decide.
  while (high - low > 4) {
    const middle = (low + high) >> 1;
    const isValid = [0, 1, 2, 3].some((cut) => isUtf8(bytes.subarray(0, middle - cut)));
    if (isValid) low = middle;
    else high = middle;
  }
  return low;
}

/** The text without what may stand before a record. */
export function withoutMark(text: string): string {
  return BEFORE_RECORD.test(text.slice(0, 1)) ? text.replace(BEFORE_RECORD, '') : text;
}

/** Why V8 could not parse a text, without its quotation of the text (the excerpt shows that). */
function parseReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/Unexpected end|Unterminated string/.test(message)) return CUT_OFF;
  const token = /Unexpected token '?(.+?)'?,/su.exec(message)?.[1];
  const position = /position (\d+)/.exec(message)?.[1];
  if (token !== undefined) return `not valid JSON: unexpected ${JSON.stringify(token)}`;
  if (position === undefined) return 'not valid JSON';
  const what = message.replace(/ in JSON at position.*$/s, '').toLowerCase();
  return `not valid JSON at character ${String(Number(position) + 1)}: ${what}`;
}

/**
 * What may stand before a record and is none of it: a byte order mark, the separator of JSON text sequences (RFC 7464), line
 * ends of other systems.
 */
const BEFORE_RECORD = /^[\ufeff\u001e\u2028\u2029]+/;

const NOT_A_NUMBER = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/gs;

/** The value of a text that Python wrote with `NaN` or `Infinity` where JSON knows only null; null when that is not it. */
function withoutNaN(text: string): unknown {
  if (!text.includes('NaN') && !text.includes('Infinity')) return null;
  try {
    return JSON.parse(
      withWholeIntegers(text).replace(NOT_A_NUMBER, (found) => (found.startsWith('"') ? found : 'null')),
    );
  } catch {
    return null;
  }
}

/** An integer outside a text that a double cannot hold: at least sixteen digits after a colon, a bracket or a comma. */
const LARGE_INTEGER = /[:[,]\s*-?[1-9]\d{15,}(?=\s*[,}\]])/;
const STRING_OR_INTEGER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;

/** The text with integers beyond 2^53 as strings, so that ids and nanoseconds keep all their digits. */
function withWholeIntegers(text: string): string {
  if (!LARGE_INTEGER.test(text)) return text;
  return text.replace(STRING_OR_INTEGER, (found) =>
    /^-?\d{16,}$/.test(found) && !Number.isSafeInteger(Number(found)) ? `"${found}"` : found,
  );
}

/**
 * Parses one record; integers that a double cannot hold become texts; `NaN` and `Infinity`, which Python writes, are read as
 * null; what Python or JavaScript printed is read as printed; bytes that are no UTF-8 are read as decodeText says; `repair` tells
 * how; depth is checked before V8 sees it.
 */
export function parseRecord(bytes: Buffer, limits: IntakeLimits): Parsed {
  if (bytes.length > 0x1fffffe8) {
    return {
      ok: false,
      reason: 'longer than 512 MB',
      excerpt: excerptOf(bytes.toString('utf8', 0, 1000), limits.excerptLength),
    };
  }
  const decoded = decodeText(bytes);
  const { repair } = decoded;
  const text = withoutMark(decoded.text);
  const excerpt = (): string => excerptOf(text, limits.excerptLength);
  const { depth, members } = jsonMeasure(text, limits.maxDepth);
  if (depth > limits.maxDepth)
    return {
      ok: false,
      reason: `nested deeper than ${String(limits.maxDepth)} levels`,
      excerpt: excerpt(),
    };
  try {
    return { ok: true, value: JSON.parse(withWholeIntegers(text)) as unknown, text, members, repair };
  } catch (error) {
    const mended = withoutNaN(text);
    if (mended !== null) return { ok: true, value: mended, text, members, repair };
    const printed = LITERAL_START.test(text) ? literalValue(text, limits.maxDepth) : null;
    if (printed)
      return {
        ok: true,
        value: printed.value,
        text,
        members,
        repair: repair ?? 'printed',
        ...(printed.cut === null ? {} : { cut: printed.cut }),
      };
    const encoding =
      repair === null ? '' : `; not valid UTF-8 near byte ${String(firstInvalidByte(bytes) + 1)}`;
    return { ok: false, reason: parseReason(error) + encoding, excerpt: excerpt() };
  }
}
