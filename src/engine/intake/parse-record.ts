/** Bytes of one record to a parsed value, or the reason why not, in words a person can act on. */
import { isUtf8 } from 'node:buffer';
import { jsonDepth } from '../../shared/trace/json';
import type { IntakeLimits } from './limits';
import { valuesIn } from './split-values';

export type Parsed =
  { ok: true; value: unknown; text: string } | { ok: false; reason: string; excerpt: string };

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

/** Why V8 could not parse a text, without its quotation of the text (the excerpt shows that). */
function parseReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/Unexpected end|Unterminated string/.test(message))
    return 'the JSON ends too early: the record is cut off';
  const token = /Unexpected token '?(.+?)'?,/su.exec(message)?.[1];
  const position = /position (\d+)/.exec(message)?.[1];
  if (token !== undefined) return `not valid JSON: unexpected ${JSON.stringify(token)}`;
  if (position === undefined) return 'not valid JSON';
  const what = message.replace(/ in JSON at position.*$/s, '').toLowerCase();
  return `not valid JSON at character ${String(Number(position) + 1)}: ${what}`;
}

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

/** Parses one record; integers that a double cannot hold become texts; `NaN` and `Infinity`, which Python writes, are read as null; depth and encoding are checked before V8 sees it. */
export function parseRecord(bytes: Buffer, limits: IntakeLimits): Parsed {
  if (!isUtf8(bytes)) {
    return {
      ok: false,
      reason: `not valid UTF-8 near byte ${String(firstInvalidByte(bytes) + 1)}`,
      excerpt: excerptOf(bytes.toString('latin1', 0, limits.excerptLength * 4), limits.excerptLength),
    };
  }
  if (bytes.length > 0x1fffffe8) {
    return {
      ok: false,
      reason: 'longer than 512 MB',
      excerpt: excerptOf(bytes.toString('utf8', 0, 1000), limits.excerptLength),
    };
  }
  let text = bytes.toString('utf8');
  if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);
  const depth = jsonDepth(text, limits.maxDepth);
  if (depth > limits.maxDepth) {
    return {
      ok: false,
      reason: `nested deeper than ${String(limits.maxDepth)} levels`,
      excerpt: excerptOf(text, limits.excerptLength),
    };
  }
  try {
    return { ok: true, value: JSON.parse(withWholeIntegers(text)) as unknown, text };
  } catch (error) {
    const mended = withoutNaN(text);
    if (mended !== null) return { ok: true, value: mended, text };
    return { ok: false, reason: parseReason(error), excerpt: excerptOf(text, limits.excerptLength) };
  }
}

const GLUE = Buffer.from('}{');

/**
 * The records of a line on which a program wrote several objects without a line break between them; empty unless there
 * are at least two, each of them whole, and nothing else.
 */
export function gluedRecords(bytes: Buffer, limits: IntakeLimits): object[] {
  if (!bytes.includes(GLUE)) return [];
  const parts = valuesIn(bytes);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const between = bytes.length - length;
  if (parts.length < 2 || between > parts.length + 2) return [];
  const values = parts.map((part) => parseRecord(part, limits));
  return values.every((parsed) => parsed.ok && typeof parsed.value === 'object' && parsed.value !== null)
    ? values.map((parsed) => (parsed.ok ? (parsed.value as object) : {}))
    : [];
}
