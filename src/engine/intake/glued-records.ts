/**
 * Saves the records of a line that is no JSON as a whole: several on one line, since their program ended it otherwise or not
 * at all, the one that was appended to a line cut off when its program died, and what is whole of one that is cut off in a list. Owns which parts of a line count as records;
 * what does not is given back to be rejected.
 */
import type { IntakeLimits } from './limits';
import { parseRecord } from './parse-record';
import { repeatedKey } from './repeated-keys';
import { lineBeforeCut } from './salvage';
import { firstValue } from './split-values';

/** What is said of lines that hold more than one record. */
export const SEVERAL_RECORDS = 'line with several records, each read';

interface GluedRecords {
  values: object[];
  /** Keys that are in an object of them more than once, the first of each record. */
  repeated: string[];
  /** Why the rest of the line could not be read, and the byte it begins at where that is known; null where there is no rest. */
  broken: { reason: string; excerpt: string; offset?: number } | null;
}

/** Ends of lines that are none for a file of lines, separators of JSON text sequences, and commas. */
const BETWEEN = /^(?:[\s,\u001e]|\u00ef\u00bb\u00bf|\u00e2\u0080[\u00a8\u00a9])+/;
const FIRST_KEY = /^\{\s*"[^"\\]{1,80}"\s*:/;
/** Longer lines are rejected as they are: looking into them takes several copies. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Records a cut-off line may have appended to it. */
const MAX_TRIES = 50;

/** Adds the object that the bytes are; false where they are none. */
function addObject(
  bytes: Buffer,
  limits: IntakeLimits,
  { values, repeated }: Pick<GluedRecords, 'values' | 'repeated'>,
): boolean {
  const parsed = parseRecord(bytes, limits);
  if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null) return false;
  values.push(parsed.value);
  const repeats = repeatedKey(parsed);
  if (repeats) repeated.push(repeats.key);
  return true;
}

/**
 * Where in a broken text the program began anew: it writes the same first key again where no value can stand, within a
 * text or after something that is whole. Places before the last one are not told from it. Byte offsets, in order.
 */
function fresh(text: string): number[] {
  const head = FIRST_KEY.exec(text)?.[0];
  if (head === undefined) return [];
  const found: number[] = [];
  for (let at = text.indexOf(head, 1); at !== -1 && found.length < MAX_TRIES; at = text.indexOf(head, at + 1))
    if (!/[:,[]\s*$/.test(text.slice(Math.max(0, at - 40), at)) || isInString(text, at)) found.push(at);
  return found;
}

function afterSeparator(bytes: Buffer): Buffer {
  const between = BETWEEN.exec(bytes.toString('latin1', 0, 64));
  return between ? bytes.subarray(between[0].length) : bytes;
}

function isInString(text: string, at: number): boolean {
  let inString = false;
  for (let i = 0; i < at; i++) {
    if (text[i] === '\\') i += 1;
    else if (text[i] === '"') inString = !inString;
  }
  return inString;
}

/**
 * The records of a line that could not be parsed, and what is left of it; null where there are none. The bytes are those of
 * the line alone.
 */
export function gluedRecords(line: Buffer, limits: IntakeLimits): GluedRecords | null {
  if (line.length > MAX_BYTES) return null;
  const found: Pick<GluedRecords, 'values' | 'repeated'> = { values: [], repeated: [] };
  let rest = afterSeparator(line);
  while (rest.length > 0) {
    const part = rest[0] === 0x7b ? firstValue(rest) : null;
    if (part === null || part.length === line.length || !addObject(part, limits, found)) break;
    rest = afterSeparator(rest.subarray(part.length));
  }
  if (rest.length === 0) return found.values.length > 0 ? { ...found, broken: null } : null;
  // A character for a byte, so that places in it are places in the bytes.
  for (const at of fresh(rest.toString('latin1'))) {
    if (!addObject(rest.subarray(at), limits, found)) continue;
    rest = rest.subarray(0, at);
    break;
  }
  if (found.values.length === 0) return null;
  const parsed = parseRecord(rest, limits);
  const broken = parsed.ok
    ? { reason: 'a line must hold a JSON object or array', excerpt: parsed.text }
    : { reason: parsed.reason, excerpt: parsed.excerpt };
  return { ...found, broken: { ...broken, reason: `beside whole records on this line: ${broken.reason}` } };
}

/** What is whole of one record whose line ends inside a list of objects. */
function beforeCut(line: Buffer, limits: IntakeLimits): GluedRecords | null {
  const saved = lineBeforeCut(line);
  const found: Pick<GluedRecords, 'values' | 'repeated'> = { values: [], repeated: [] };
  if (!saved || !addObject(saved.whole, limits, found)) return null;
  const { offset, bytes } = saved.cut;
  const reason = 'the line ends inside this part of its record; what is whole before it was read';
  return { ...found, broken: { reason, offset, excerpt: bytes.toString('utf8', 0, limits.excerptLength) } };
}

/** What can be had of a line that is no JSON as a whole; null where that is nothing. */
export function savedRecords(line: Buffer, limits: IntakeLimits): GluedRecords | null {
  return gluedRecords(line, limits) ?? (line.length > MAX_BYTES ? null : beforeCut(line, limits));
}
