/**
 * Files that grew since they were imported, such as logs: recognised by the hash of their earlier bytes, and read from a
 * little before where they ended. Owns where reading begins; must not decide whether a format allows it.
 */
import { open, type FileHandle } from 'node:fs/promises';
import type { KnownSource } from './launcher';
import type { IntakeLimits } from './limits';
import { parseRecord } from './parse-record';
import { pieces, type Hashed } from './source-stream';
import { lastRowBegun, type CsvDelimiter, type TableMiddle } from './split-csv';

const LF = 0x0a;
const BLOCK = 1 << 20;
/** So many sources are tried as the beginning of any file; of more, those of the file's own name. */
const FEW_SOURCES = 64;

/** Where reading goes on: the first byte of a line, and the number of that line (1-based). */
export interface Continuation {
  byteOffset: number;
  line: number;
  /** Lines before that one which are not blank. */
  recordsBefore: number;
  /** Bytes of the file that were imported before. */
  knownBytes: number;
  /** Of a table: what is known of the rows before. */
  table?: TableMiddle;
}

/** What a file that grew was before. */
export interface KnownBeginning {
  /** As it was first imported: what is named after a file's hash keeps that name. */
  first: KnownSource;
  /** As it was imported last. */
  last: KnownSource;
  /** Whether each line of all it was before, but for blank ones, was one record. */
  isCounted: boolean;
}

/** What the workspace holds, found by the names of files: there may be as many as there are files to look at. */
export class KnownSources {
  readonly #byName = new Map<string, KnownSource[]>();

  constructor(private readonly all: readonly KnownSource[]) {
    for (const source of all) {
      const same = this.#byName.get(source.name);
      if (same) same.push(source);
      else this.#byName.set(source.name, [source]);
    }
  }

  /** The sources that a file of this name may begin with. */
  likelyBeginnings(name: string): readonly KnownSource[] {
    return this.all.length <= FEW_SOURCES ? this.all : (this.#byName.get(name) ?? []);
  }
}

/** The shortest and the longest of the known sources that the file begins with; null when it begins with none. */
export function knownBeginning(hashed: Hashed, known: readonly KnownSource[]): KnownBeginning | null {
  const found = known
    .filter((source) => hashed.prefixes.get(source.bytes) === source.sha256)
    .sort((a, b) => a.bytes - b.bytes);
  const [first] = found;
  return first
    ? { first, last: found.at(-1) ?? first, isCounted: found.every(({ isCounted }) => isCounted) }
    : null;
}

/**
 * Finds the line to go on at in a file whose first `knownBytes` are known: the last that begins `overlap` bytes before
 * their end, or earlier. Null where that is the first line. Reads those bytes to count lines, and parses nothing.
 */
export async function continuationOf(
  path: string,
  knownBytes: number,
  overlap: number,
): Promise<Continuation | null> {
  const until = knownBytes - overlap;
  if (until <= 0) return null;
  const file = await open(path, 'r');
  try {
    const place = await lastLineBegun(file, until);
    return place && { ...place, knownBytes };
  } finally {
    await file.close();
  }
}

/**
 * The same of a table, whose rows may hold line breaks in quotes: all before is gone through for them. Null where reading must begin
 * at the first row.
 */
export async function tableContinuationOf(
  path: string,
  knownBytes: number,
  delimiter: CsvDelimiter,
  { continueOverlap, maxRecordBytes }: IntakeLimits,
): Promise<Continuation | null> {
  const end = knownBytes - continueOverlap;
  if (end <= 0) return null;
  const bytes = pieces({ path, content: null }, BLOCK, { start: 0, end });
  const table = await lastRowBegun(bytes, delimiter, maxRecordBytes);
  return table && { ...table, recordsBefore: table.rowsBefore, knownBytes, table };
}

/** The last line that begins before or at a byte; null where that is the first, or the file is shorter. */
async function lastLineBegun(
  file: FileHandle,
  until: number,
): Promise<Omit<Continuation, 'knownBytes'> | null> {
  const block = Buffer.alloc(BLOCK);
  let line = 1;
  let byteOffset = 0;
  let recordsBefore = 0;
  let isFilled = false;
  for (let at = 0; at < until;) {
    const { bytesRead } = await file.read(block, 0, Math.min(BLOCK, until - at), at);
    if (bytesRead === 0) return null;
    const piece = block.subarray(0, bytesRead);
    let start = 0;
    for (let lf = piece.indexOf(LF); lf !== -1; lf = piece.indexOf(LF, start)) {
      if (isFilled || hasInk(piece, start, lf)) recordsBefore += 1;
      isFilled = false;
      line += 1;
      start = lf + 1;
      byteOffset = at + start;
    }
    isFilled ||= hasInk(piece, start, piece.length);
    at += bytesRead;
  }
  return byteOffset === 0 ? null : { byteOffset, line, recordsBefore };
}

const BLANK = new Set([0x20, 0x09, 0x0d, 0xef, 0xbb, 0xbf]);

function hasInk(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!BLANK.has(bytes[at] ?? 0x20)) return true;
  return false;
}

/** Where a format can begin in the middle of a file. */
export interface Resumption extends Continuation {
  /** The records just before, in their order; those that cannot be read are left out. */
  lead: readonly unknown[];
  /** The last record before with each of the texts asked for, in the order of the file. */
  standing: readonly unknown[];
}

/** Bytes before the known end that are searched first, and at most, for where to begin. */
const FIRST_BACK = 1 << 18;
const MOST_BACK = 1 << 26;
const LEAD_RECORDS = 64;

/** Whether any of some texts stands in the first `until` bytes. */
async function standsBefore(file: FileHandle, until: number, texts: readonly string[]): Promise<boolean> {
  const wanted = texts.map((text) => Buffer.from(text));
  const block = Buffer.alloc(BLOCK + Math.max(...wanted.map(({ length }) => length)));
  for (let at = 0; at < until; at += BLOCK) {
    const { bytesRead } = await file.read(block, 0, Math.min(block.length, until - at), at);
    const bytes = block.subarray(0, bytesRead);
    if (wanted.some((text) => bytes.includes(text))) return true;
  }
  return false;
}

/** Ids that are looked for, at most: of more, one is taken to stand before. */
const MOST_IDS = 500;

/** Whether one of some ids stands before a byte of a file of JSON lines. */
export async function areGivenBefore(path: string, until: number, ids: readonly string[]): Promise<boolean> {
  if (ids.length === 0) return false;
  if (ids.length > MOST_IDS) return true;
  const file = await open(path, 'r');
  try {
    return await standsBefore(
      file,
      until,
      ids.map((id) => JSON.stringify(id)),
    );
  } finally {
    await file.close();
  }
}

/** Bytes of a line that is looked for; longer ones say more than what is asked of them. */
const MOST_LINE = 1 << 20;

/** The last line of the first `until` bytes, whole lines all of them, that holds a text, and where it begins. */
async function lastLineWith(
  file: FileHandle,
  until: number,
  text: string,
): Promise<{ start: number; bytes: Buffer } | null> {
  const wanted = Buffer.from(text);
  const block = Buffer.alloc(BLOCK + wanted.length);
  for (let at = Math.floor((until - 1) / BLOCK) * BLOCK; at >= 0; at -= BLOCK) {
    const length = Math.min(block.length, until - at);
    await file.read(block, 0, length, at);
    const found = block.subarray(0, length).lastIndexOf(wanted);
    if (found < 0) continue;
    const from = Math.max(0, at + found - MOST_LINE);
    const around = Buffer.alloc(Math.min(2 * MOST_LINE, until - from));
    await file.read(around, 0, around.length, from);
    const place = at + found - from;
    const start = place === 0 ? 0 : around.lastIndexOf(LF, place - 1) + 1;
    const end = around.indexOf(LF, place);
    return end < 0 ? null : { start: from + start, bytes: around.subarray(start, end) };
  }
  return null;
}

/** What stands before a byte of what records say with these texts; nothing in place of a line that cannot be read. */
async function standingAt(
  file: FileHandle,
  until: number,
  texts: readonly string[],
  limits: IntakeLimits,
): Promise<unknown[]> {
  const lines = new Map<number, Buffer>();
  for (const text of texts) {
    const line = await lastLineWith(file, until, text);
    if (line) lines.set(line.start, line.bytes);
  }
  return [...lines]
    .sort(([a], [b]) => a - b)
    .flatMap(([, bytes]) => {
      const parsed = parseRecord(bytes, limits);
      return parsed.ok ? [parsed.value] : [];
    });
}

/** What a format begins in the middle with. */
interface Resumable {
  /** The id a record begins something with, '' where it has none; null where reading cannot begin at it. */
  startOf: (record: unknown) => string | null;
  /** Texts of records that are to be known too. */
  standing?: readonly string[] | undefined;
}

/**
 * Finds the last record of the known bytes at which reading can begin. Null where there is none in the last 64 MB, it is the first line, or its id stands before: the file repeats itself.
 */
export async function resumptionOf(
  path: string,
  knownBytes: number,
  { startOf, standing: texts = [] }: Resumable,
  limits: IntakeLimits,
): Promise<Resumption | null> {
  const file = await open(path, 'r');
  try {
    for (let back = FIRST_BACK; ; back *= 4) {
      const from = Math.max(0, knownBytes - back);
      const bytes = Buffer.alloc(knownBytes - from);
      if ((await file.read(bytes, 0, bytes.length, from)).bytesRead < bytes.length) return null;
      const lines = wholeLines(bytes, from === 0);
      const records = lines.map((line) => {
        const parsed = parseRecord(line.bytes, limits);
        return parsed.ok ? parsed.value : undefined;
      });
      const at = records.findLastIndex((record) => record !== undefined && startOf(record) !== null);
      const isAll = from === 0 || back >= MOST_BACK;
      if (at < 0 && isAll) return null;
      if (at < 0 || (at < LEAD_RECORDS && !isAll)) continue;
      const until = from + (lines[at]?.start ?? 0);
      const id = startOf(records[at]) ?? '';
      if (id !== '' && (await standsBefore(file, until, [id]))) return null;
      const place = await lastLineBegun(file, until);
      const lead = records.slice(Math.max(0, at - LEAD_RECORDS), at).filter((record) => record !== undefined);
      return place && { ...place, knownBytes, lead, standing: await standingAt(file, until, texts, limits) };
    }
  } finally {
    await file.close();
  }
}

/** Lines that begin and end within the bytes, with where they begin. */
function wholeLines(bytes: Buffer, isBeginning: boolean): { start: number; bytes: Buffer }[] {
  const lines: { start: number; bytes: Buffer }[] = [];
  let start = isBeginning ? 0 : bytes.indexOf(LF) + 1;
  for (let lf = bytes.indexOf(LF, start); lf !== -1; lf = bytes.indexOf(LF, start)) {
    lines.push({ start, bytes: bytes.subarray(start, lf) });
    start = lf + 1;
  }
  return lines;
}
