/**
 * Lines of logs that hold a record behind what the logger, the container runtime or a message broker put before it: times,
 * levels, tags, keys. Owns where in a line the record begins and which lines are of a log; knows no logger by name but for
 * the lines that a container runtime cuts in parts.
 * https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md
 */
import type { IntakeLimits } from './limits';
import { gluedRecords } from './glued-records';
import { LOG_START, withBlocks } from './log-blocks';
import { CUT_OFF, parseRecord, type ParsedRecord } from './parse-record';
import { firstValue } from './split-values';

/** What a line of a log holds: a record, one that is broken, or none (null). */
export type LogLine = ParsedRecord | { ok: false; reason: string; excerpt: string } | null;

/** Where a value may begin: a key in quotes, a list of objects, a bare key of JavaScript, an object of a class of Python. */
const OPENING =
  /\{\s*["'][^"'\\\n]{1,120}["']\s*:|(?:\[\s*){1,4}\{\s*["']|\[\s*"[^"\\\n]{1,120}",\s*[{[]|\{ [A-Za-z_$][\w$]*: |\b[A-Z]\w*\([a-z_]\w*=|"(?:\{\s*|\[\s*\{\s*)\\"/g;
const SURELY_JSON = /^[[{\s]*\{\s*"[^"\\]{1,80}"\s*:/;
/** A record that was printed over several lines, from its bracket at the end of a line. */
const PRINTED = /^[[{]\s*\n[[{\s]*["']?[\w$][^"'\\\n:]{0,80}["']?\s*:/;
/** How far into a line its record may begin, and how many places are tried. */
const FAR = 2000;
const MAX_TRIES = 4;
/** Colours of a terminal. */
const COLOUR = /\u001b\[[\d;]*m/g;

/** A record with something in it; null for others. */
function filled(parsed: ReturnType<typeof parseRecord>): ParsedRecord | null {
  if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null) return null;
  return Object.keys(parsed.value).length > 0 ? parsed : null;
}

/** The text that a JSON string in a line begins with (`msg="{\"a\": 1}"`); null where it does not end. */
function quotedText(text: string): string | null {
  const whole = /^"(?:[^"\\]|\\.)*"/s.exec(text)?.[0];
  if (whole === undefined) return null;
  try {
    return String(JSON.parse(whole));
  } catch {
    return null;
  }
}

function parsedFrom(text: string, limits: IntakeLimits): ReturnType<typeof parseRecord> {
  if (text.startsWith('"')) {
    const inner = quotedText(text);
    return inner === null
      ? { ok: false, reason: CUT_OFF, excerpt: '' }
      : parseRecord(Buffer.from(inner), limits);
  }
  const bytes = Buffer.from(text);
  const parsed = parseRecord(bytes, limits);
  if (parsed.ok) return parsed;
  const first = firstValue(bytes, !SURELY_JSON.test(text.slice(0, FAR)));
  return first === null || first.length === bytes.length ? parsed : parseRecord(first, limits);
}

/** The record that a text holds behind whatever stands before it; null where it holds none. */
export function recordIn(text: string, limits: IntakeLimits): LogLine {
  const plain = text.includes('\u001b') ? text.replace(COLOUR, '') : text;
  if (/^\s*[{[]/.test(plain)) {
    const whole = filled(parseRecord(Buffer.from(plain), limits));
    if (whole) return whole;
  }
  const broken: { ok: false; reason: string; excerpt: string }[] = [];
  let tries = 0;
  for (const opening of plain.slice(0, FAR).matchAll(OPENING)) {
    const parsed = parsedFrom(plain.slice(opening.index).trimEnd(), limits);
    const whole = filled(parsed);
    if (whole) return whole;
    if (!parsed.ok && SURELY_JSON.test(plain.slice(opening.index, opening.index + FAR))) broken.push(parsed);
    if (++tries >= MAX_TRIES) break;
  }
  return broken[0] ?? null;
}

/** Whether lines, the first of which opens a bracket that none of them closes, are the beginning of a record and hold no whole ones. */
export function isCutRecord(lines: readonly Buffer[], limits: IntakeLimits): boolean {
  const [first = '', ...rest] = lines.map((line) => line.toString('utf8').trimEnd());
  const bracket = first.slice(-1);
  if (!PRINTED.test([bracket, ...rest].join('\n').slice(0, FAR))) return false;
  return bracket === '{' || !rest.some((line) => recordIn(line, limits)?.ok === true);
}

/** The bracket that opens a JSON list, and not the level or time of a log. */
const LIST_START = /^\[\s*(?:$|[{["'\]]|-?\d+(?:\.\d+)?\s*[,\]]\s*(?:$|[-\d\]]))/;
const LINES_LOOKED_AT = 200;
/** Lines of a program: what it holds in brackets is no record that anybody logged. */
const CODE =
  /[;{([,]\s*$|^\s*(?:[})\]]|\/\/|\*|(?:import|export|const|let|var|function|return|async|def|class|from|if|for)\b)/;

/**
 * Whether the beginning of a text is a log around records: some of its lines hold one behind a prefix, or stand between
 * records as lines of a log do. Lines of JSON alone, documents and tables are none.
 */
export function isLogOfRecords(text: string, limits: IntakeLimits): boolean {
  const lines = withBlocks(
    text
      .replace(/^\ufeff/, '')
      .split(/\r\n|\n|\r/)
      .filter((line) => line.trim() !== '')
      .slice(0, LINES_LOOKED_AT),
    (cut) => isCutRecord(cut, limits),
  );
  const first = lines[0]?.trim() ?? '';
  const isList = LIST_START.test(first);
  const isObject = first.startsWith('{');
  // A document goes on over lines; whatever looks like a record behind a prefix is a part of it.
  if (isList || (isObject && !isWhole(first, limits))) return false;
  const seen = { whole: 0, behind: 0, log: 0, code: 0, other: 0 };
  for (const line of lines) seen[kindOfLine(line, limits)] += 1;
  if (seen.whole + seen.behind === 0) return false;
  if (seen.code * 2 > lines.length) return false;
  if (isPrintedBetween(lines, limits)) return true;
  if (isObject && seen.behind === 0 && seen.log < 2) return false;
  return seen.behind + seen.log > seen.code + seen.other || (seen.behind > 0 && !isObject);
}

/** Whether records that were printed over lines stand between lines of a program's other output, and nothing else does. */
function isPrintedBetween(lines: readonly string[], limits: IntakeLimits): boolean {
  const isBlock = (line: string): boolean => /^[{[]\n/.test(line);
  const others = lines.filter((line) => !isBlock(line));
  return (
    others.length > 0 &&
    others.every((line) => /^[\p{L}\p{N}[(<*=>#-]/u.test(line)) &&
    lines.filter((line) => isBlock(line) && isWhole(line, limits)).length > 1
  );
}

function isWhole(line: string, limits: IntakeLimits): boolean {
  const bytes = Buffer.from(line);
  return filled(parseRecord(bytes, limits)) !== null || gluedRecords(bytes, limits) !== null;
}

function kindOfLine(line: string, limits: IntakeLimits): 'whole' | 'behind' | 'log' | 'code' | 'other' {
  const start = line.trimStart();
  if (start.startsWith('{') || LIST_START.test(start)) return isWhole(start, limits) ? 'whole' : 'other';
  const found = recordIn(line, limits);
  if (found?.ok === true) return 'behind';
  if (LOG_START.test(line)) return 'log';
  return CODE.test(line) ? 'code' : 'other';
}

const CRI = /^\S{20,40} (stdout|stderr) ([FP])(?:[:\w]*) /;
/** A line of Docker's json-file log; its log ends in a line break where the program ended its line. */
const DOCKER = /^\{"log":"(.*)","(?:stream|attrs)":/s;
/** Parts beyond this many characters are given out as they are. */
const MAX_HELD = 64 * 1024 * 1024;

/** Puts lines together that a container runtime cut because they were long. */
export class CutLines {
  private readonly held = new Map<string, string>();
  /** Lines that were parts of another. */
  parts = 0;

  /** The line, whole; null while more of it is to come. */
  take(bytes: Buffer): Buffer | null {
    // Most lines are of neither runtime: a look at two bytes tells.
    const [first = 0, , third] = bytes;
    if (first === 0x7b ? third !== 0x6c : first < 0x30 || first > 0x39) return bytes;
    const head = bytes.toString('latin1', 0, 80);
    const cri = CRI.exec(head);
    if (cri) {
      const [prefix, stream = '', mark] = cri;
      const before = this.held.get(stream);
      const body = bytes.toString('utf8', before === undefined ? 0 : prefix.length);
      return this.whole(stream, body, mark === 'F', bytes);
    }
    const text = head.startsWith('{"log":"') ? bytes.toString('utf8') : '';
    const body = DOCKER.exec(text)?.[1];
    if (body === undefined) return bytes;
    const stream = /"stream":"(\w+)"/.exec(text)?.[1] ?? '';
    const isHeld = this.held.has(stream);
    const whole = this.whole(stream, body, body.endsWith('\\n'), bytes);
    if (whole === null || !isHeld) return whole;
    return Buffer.from(
      `{"log":"${whole.toString('utf8')}"${text.slice('{"log":"'.length + body.length + 1)}`,
    );
  }

  private whole(stream: string, body: string, isEnd: boolean, bytes: Buffer): Buffer | null {
    const before = this.held.get(stream);
    const text = (before ?? '') + body;
    if (isEnd || text.length > MAX_HELD) {
      this.held.delete(stream);
      return before === undefined ? bytes : Buffer.from(text);
    }
    this.parts += 1;
    this.held.set(stream, text);
    return null;
  }

  /** What is left when the log ends: lines of which the end is missing. */
  rest(): Buffer[] {
    return [...this.held].map(([stream, text]) =>
      Buffer.from(CRI.test(text) ? text : `{"log":"${text}","stream":"${stream}"}`),
    );
  }
}
