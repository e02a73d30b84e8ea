/**
 * Reads one source from its first byte to its last and hands each record to its format: lines, the values of a JSON
 * document, or Parquet rows. Whatever cannot be read is rejected with its place; its neighbours are not touched.
 */
import { takeUnreadableTime } from '../../shared/trace/time';
import type { Continuation } from './continued';
import { projectionOf, readChosenRows, readParquetRows, type Projection } from './foreign-parquet';
import type { Emit, FormatReader, Place, TraceFormat } from './format';
import type { IntakeLimits } from './limits';
import { partitionsOf, withPartitions } from './hive-partition';
import type { Look } from './look';
import { savedRecords, SEVERAL_RECORDS } from './glued-records';
import type { NoticedLines } from '../../shared/trace/noticed-lines';
import { frameRows } from './json-frame';
import { ownLines, type OwnLine } from './own-lines';
import { parseRecord, type Parsed, type ParsedRecord } from './parse-record';
import { Places } from './places';
import { recordsInside } from './read-inside';
import { noticeTime } from './sane-values';
import { closedBeforeCut, cutAtElements } from './salvage';
import { isHead, readArchive } from './read-archive';
import { readTable } from './read-table';
import { repeatedKey, repeatedKeyWords } from './repeated-keys';
import { openSource } from './source-stream';
import { splitLines } from './split-lines';
import { splitValues } from './split-values';
import { decodeText, repairWords } from './text-encoding';
import { StagingFailure } from './row-files';

export interface ReadCounts {
  lines: number;
  records: number;
  blank: number;
}

export interface ReadTask {
  path: string;
  /** All bytes of the file, where it is small. */
  content: Buffer | null;
  look: Look;
  format: TraceFormat;
  emit: Emit;
  reject: (line: number, byteOffset: number | null, reason: string, excerpt: string) => void;
  noticed: NoticedLines;
  source: {
    name: string;
    path: string;
    shortHash: string;
    profile?: import('../../shared/model/source').MappingProfile;
  };
  limits: IntakeLimits;
  /** Bytes of the file that were hashed; what was appended since is left for another import. */
  length: number;
  /** Where to begin in a file of lines, or a table, whose beginning is known. */
  from?: Continuation | null;
  /** Lines before this one are known: they are read to remind the reader, and not counted. */
  recalledBefore?: number;
  /** The only lines or rows that are for the format; the others are counted, or passed over. */
  only?: ReadonlySet<number>;
  /** Gives the records where they were read before and lie elsewhere by now; `enter` is told the line of each that was read by itself. */
  kept?: (take: (value: unknown, place: Place) => void, enter: (line: number) => void) => Promise<ReadCounts>;
  /** The number of the record of a line, where only some are for the format. */
  ordinalOf?: (line: number) => number;
  onBytes: (bytes: number) => void;
  onRecord: () => void;
}

/** The start of a record as text; a record may hold what cannot be written, such as rows nested too deeply. */
function excerptText(value: unknown): string {
  try {
    return JSON.stringify(value).slice(0, 1000);
  } catch {
    return '';
  }
}

/** The partition columns of rows: tables always have them, other records where a mapping may name them. */
function partitionsFor(task: ReadTask): ReturnType<typeof partitionsOf> {
  const { container } = task.look;
  const isRow = container === 'parquet' || container === 'csv' || task.format.id === 'generic';
  return isRow ? partitionsOf(task.source.path) : null;
}

function guarded(
  reader: FormatReader,
  task: ReadTask,
  onRecord: () => void,
): (value: unknown, place: Place) => void {
  const partitions = partitionsFor(task);
  return (value, place) => {
    onRecord();
    try {
      reader.record(withPartitions(value, partitions), place);
      noticeTime(task.noticed, place.line);
    } catch (error) {
      if (error instanceof StagingFailure) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      task.reject(
        place.line,
        null,
        `could not be understood as ${task.format.title}: ${reason}`,
        excerptText(value),
      );
    }
  };
}

/** Reads the source to its end. Throws only when the file itself cannot be read on (broken compression, no access). */
export async function readSource(task: ReadTask): Promise<ReadCounts> {
  const places = new Places();
  // Of a file that is read on, its records are counted on as well.
  let ordinal = task.from?.recordsBefore ?? 0;
  const ordinalOf = task.ordinalOf ?? (task.from ? () => ordinal : undefined);
  const reader = task.format.read(task.emit, {
    ...task.source,
    get shortHash() {
      return places.prefix(task.source.shortHash);
    },
    lineOf: (pointer) => places.lineOf(pointer),
    ...(ordinalOf ? { ordinalOf } : {}),
  });
  let withoutInside = 0;
  const record = recordsInside(
    task,
    places,
    guarded(reader, task, () => (ordinal += 1)),
    () => (withoutInside += 1),
  );
  takeUnreadableTime();
  let counts: ReadCounts;
  try {
    if (task.kept)
      counts = await task.kept(record, (line) => {
        places.enter(null, line);
      });
    else if (task.look.container === 'parquet') counts = await readParquet(task, record);
    else if (task.look.container === 'csv') counts = await readRows(task, record);
    else if (task.look.container === 'text') counts = await readText(task, record, places);
    else if (task.look.container === 'archive') counts = await readMembers(task, record, places);
    else if (task.look.container === 'lines') counts = await readLines(task, record, places);
    else counts = await readDocument(task, record, places);
  } catch (error) {
    // What was read before the break is good and stays.
    if (!(error instanceof BrokenSource)) throw error;
    const { cause } = error;
    counts = error.counts;
    // What came of the line it broke off in is a line too.
    if (task.look.container !== 'document') counts.lines += 1;
    task.reject(
      Math.max(1, counts.lines),
      null,
      `the file cannot be read on: ${cause instanceof Error ? cause.message : String(cause)}`,
      '',
    );
  }
  places.leave();
  if (task.look.container === 'lines') counts.blank += withoutInside;
  try {
    reader.end?.();
  } catch (error) {
    if (error instanceof StagingFailure) throw error;
    task.reject(
      counts.lines,
      null,
      `could not be finished as ${task.format.title}: ${error instanceof Error ? error.message : String(error)}`,
      '',
    );
  }
  return counts;
}

class BrokenSource extends Error {
  constructor(
    readonly counts: ReadCounts,
    override readonly cause: unknown,
  ) {
    super('the source broke off');
  }
}

async function readLines(
  task: ReadTask,
  record: (value: unknown, place: Place) => void,
  places: Places,
): Promise<ReadCounts> {
  const first = task.from ?? { line: 1, byteOffset: 0 };
  const counted = task.recalledBefore ?? first.line;
  const counts: ReadCounts = { lines: 0, records: 0, blank: 0 };
  const source = await openSource(task, task.limits, task.onBytes, {
    start: first.byteOffset,
    end: task.length,
  });
  if (source.convertedFrom !== null) task.emit.note(`text converted from ${source.convertedFrom}`);
  const { maxRecordBytes } = task.limits;
  try {
    const all = splitLines(source.bytes, maxRecordBytes, task.look.delimiter, first);
    for await (const line of ownLines(all, task.look, task.limits)) {
      // Lines that stood in the way of others come after them.
      counts.lines = Math.max(counts.lines, line.line - counted + 1);
      const isCounted = line.line >= counted;
      if (task.only && !task.only.has(line.line)) continue;
      if ('tooLong' in line) {
        task.reject(
          line.line,
          line.byteOffset,
          `longer than ${String(maxRecordBytes)} bytes (${String(line.tooLong)})`,
          line.head.toString('utf8'),
        );
        continue;
      }
      if (isBlank(line.bytes)) {
        if (isCounted) counts.blank += 1;
        if (line.blank) task.noticed.at(blankWords[line.blank], line.line);
      } else if (takeLine(task, line, record, places) && isCounted) {
        counts.records += 1;
        task.onRecord();
      }
    }
  } catch (error) {
    throw broken(counts, error);
  }
  return counts;
}

const blankWords: Readonly<Record<NonNullable<OwnLine['blank']>, string>> = {
  'part of a record': 'further lines of records that were printed over several, counted as blank',
  'no record': 'lines of the log without a record, counted as blank',
  'part of a line':
    'parts of a line that a container runtime cut, read with its last part and counted as blank',
};

const CUT_WORDS = 'left out by the program that printed it';

/** Says what was peculiar about the text of a record that begins at a line. */
function noticeParsed(noticed: NoticedLines, parsed: ParsedRecord, line: number, before = ''): void {
  if (parsed.repair !== null) noticed.at(`${before}${repairWords[parsed.repair]}`, line);
  if (parsed.cut !== undefined) noticed.at(`${before}${CUT_WORDS}`, line, parsed.cut);
  const repeated = repeatedKey(parsed);
  if (repeated) noticed.at(`${before}${repeatedKeyWords}`, line + repeated.line, repeated.key);
}

/**
 * Hands on what a line holds: one record as a rule, or those that can be had of a line that is no JSON as a whole. False
 * where any of it was rejected.
 */
function takeLine(
  { limits, emit, reject, noticed }: ReadTask,
  { line, byteOffset, bytes, found }: OwnLine & { bytes: Buffer },
  record: (value: unknown, place: Place) => void,
  places: Places,
): boolean {
  const parsed = found ?? parseRecord(bytes, limits);
  if (parsed.ok && typeof parsed.value === 'object' && parsed.value !== null) {
    noticeParsed(noticed, parsed, line);
    places.enter(null, line);
    // Libraries write a frame on one line; to look into every line for one would cost.
    const rows = line === 1 ? frameRows(parsed.value) : null;
    for (const row of rows ?? [parsed.value]) record(row, { line });
    return true;
  }
  if (parsed.ok) {
    reject(line, byteOffset, 'a line must hold a JSON object or array', parsed.text);
    return false;
  }
  const glued = savedRecords(bytes, limits);
  for (const value of glued?.values ?? []) {
    places.enter(null, line);
    record(value, { line });
  }
  for (const key of glued?.repeated ?? []) noticed.at(repeatedKeyWords, line, key);
  if (!glued) reject(line, byteOffset, parsed.reason, parsed.excerpt);
  else if (glued.broken)
    reject(line, byteOffset + (glued.broken.offset ?? 0), glued.broken.reason, glued.broken.excerpt);
  else emit.note(SEVERAL_RECORDS);
  return glued?.broken === null;
}

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes)
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d && !BYTE_ORDER_MARK.includes(byte)) return false;
  return true;
}

function cutOff(rest: Buffer): Parsed {
  return { ok: false, reason: 'the file ends inside this record', excerpt: rest.toString('utf8', 0, 1024) };
}

async function readDocument(
  task: ReadTask,
  record: (value: unknown, place: Place) => void,
  places: Places,
): Promise<ReadCounts> {
  const counts: ReadCounts = { lines: 0, records: 0, blank: 0 };
  const source = await openSource(task, task.limits, task.onBytes, { start: 0, end: task.length });
  if (source.convertedFrom !== null) task.emit.note(`text converted from ${source.convertedFrom}`);
  const { only } = task;
  const take = (line: number, byteOffset: number, parsed: Parsed): void => {
    // What is read once more was rejected, and said of it what there is to say.
    if (only && (!parsed.ok || !only.has(line))) return;
    if (!parsed.ok) task.reject(line, byteOffset, parsed.reason, parsed.excerpt);
    else if (typeof parsed.value !== 'object' || parsed.value === null) {
      if (!only) task.reject(line, byteOffset, 'a record must be a JSON object or array', parsed.text);
    } else {
      const rows = frameRows(parsed.value) ?? [parsed.value];
      counts.records += rows.length;
      if (!only) noticeParsed(task.noticed, parsed, line);
      places.enter(parsed.text, line);
      for (const row of rows) record(row, { line });
      task.onRecord();
    }
  };
  try {
    const { maxRecordBytes } = task.limits;
    const onEnd = (lines: number): void => {
      counts.lines = lines;
    };
    for await (const piece of splitValues(source.bytes, maxRecordBytes, onEnd, task.look.isPrinted)) {
      counts.lines = Math.max(counts.lines, piece.line);
      if ('tooLong' in piece) {
        const reason = `a record longer than ${String(task.limits.maxRecordBytes)} bytes (${String(piece.tooLong)})`;
        if (!only) task.reject(piece.line, piece.byteOffset, reason, piece.head.toString('utf8'));
        continue;
      }
      const isCut = 'cutOff' in piece;
      const parsed = isCut ? cutOff(piece.rest) : parseRecord(piece.bytes, task.limits);
      const saved =
        isCut && !piece.inArray && task.look.isPrinted !== true ? closedBeforeCut(piece.rest) : null;
      if (saved) {
        take(piece.line, piece.byteOffset, parseRecord(saved.whole, task.limits));
        const { line, offset, bytes } = saved.cut;
        take(piece.line + line, piece.byteOffset + offset, cutOff(bytes));
        continue;
      }
      const parts =
        parsed.ok || !piece.inArray ? [] : cutAtElements(isCut ? piece.rest : piece.bytes, piece.indent);
      if (parts.length < 2) take(piece.line, piece.byteOffset, parsed);
      for (const { line, offset, bytes } of parts.length < 2 ? [] : parts)
        take(piece.line + line, piece.byteOffset + offset, parseRecord(bytes, task.limits));
    }
  } catch (error) {
    throw broken(counts, error);
  }
  return counts;
}

async function readRows(task: ReadTask, record: (value: unknown, place: Place) => void): Promise<ReadCounts> {
  const counts: ReadCounts = { lines: 0, records: 0, blank: 0 };
  const { from, look, limits } = task;
  const source = await openSource(task, limits, task.onBytes, {
    start: from?.byteOffset ?? 0,
    end: task.length,
  });
  if (source.convertedFrom !== null) task.emit.note(`text converted from ${source.convertedFrom}`);
  try {
    const middle = from?.table ?? null;
    for await (const row of readTable(source.bytes, look.fieldDelimiter ?? ',', limits, counts, middle)) {
      if (row.record === null) task.reject(row.line, row.byteOffset, row.reason, row.excerpt);
      else {
        counts.records += 1;
        if (row.repair !== null) task.noticed.at(repairWords[row.repair], row.line);
        if (row.cut !== undefined) task.noticed.at(CUT_WORDS, row.line, row.cut);
        record(row.record, { line: row.line });
        task.onRecord();
      }
    }
  } catch (error) {
    throw broken(counts, error);
  }
  return counts;
}

/** All of a text as one record; its lines that are not empty count as what was read. */
async function readText(
  task: ReadTask,
  record: (value: unknown, place: Place) => void,
  places: Places,
): Promise<ReadCounts> {
  const counts: ReadCounts = { lines: 0, records: 0, blank: 0 };
  const pieces: string[] = [];
  const { maxRecordBytes } = task.limits;
  try {
    const source = await openSource(task, task.limits, task.onBytes, { start: 0, end: task.length });
    if (source.convertedFrom !== null) task.emit.note(`text converted from ${source.convertedFrom}`);
    let size = 0;
    for await (const line of splitLines(source.bytes, maxRecordBytes, task.look.delimiter)) {
      counts.lines = line.line;
      const bytes = 'tooLong' in line ? line.head : line.bytes;
      size += bytes.length;
      const isBeyond = 'tooLong' in line || size > maxRecordBytes;
      if (isBeyond)
        task.reject(
          line.line,
          line.byteOffset,
          `beyond the first ${String(maxRecordBytes)} bytes of a text`,
          '',
        );
      else if (isBlank(bytes)) counts.blank += 1;
      else counts.records += 1;
      const { text, repair } = decodeText(isBeyond ? Buffer.alloc(0) : bytes);
      if (repair !== null) task.noticed.at(repairWords[repair], line.line);
      pieces.push(text);
    }
  } catch (error) {
    throw broken(counts, error);
  } finally {
    places.enter(null, 1);
    record({ text: pieces.join('\n') }, { line: 1 });
    task.onRecord();
  }
  return counts;
}

/** Members of an archive, its head first: the others are understood by it. Lines are those of the member. */
async function readMembers(
  task: ReadTask,
  record: (value: unknown, place: Place) => void,
  places: Places,
): Promise<ReadCounts> {
  const counts: ReadCounts = { lines: 0, records: 0, blank: 0 };
  try {
    for (const isWanted of [isHead, (name: string) => !isHead(name)]) {
      for await (const member of readArchive(task.path, task.limits, isWanted)) {
        counts.lines += 1;
        const parsed = member.bytes ? parseRecord(member.bytes, task.limits) : null;
        if (!parsed?.ok) {
          const reason = parsed ? parsed.reason : member.problem;
          task.reject(1, null, `member ${member.name}: ${reason}`, parsed?.excerpt ?? '');
          continue;
        }
        counts.records += 1;
        noticeParsed(task.noticed, parsed, 1, `member ${member.name}: `);
        places.enter(parsed.text, 1);
        task.onBytes(member.bytes?.length ?? 0);
        record({ member: member.name, value: parsed.value }, { line: 1 });
        task.onRecord();
      }
    }
  } catch (error) {
    throw broken(counts, error);
  }
  return counts;
}

async function readParquet(
  task: ReadTask,
  record: (value: unknown, place: Place) => void,
): Promise<ReadCounts> {
  const counts: ReadCounts = { lines: 0, records: 0, blank: 0 };
  if (task.only) {
    const lines = [...task.only].sort((a, b) => a - b).values();
    await readChosenRows(task.path, [...task.only], (rows) => {
      for (const row of rows) record(row, { line: lines.next().value ?? 0 });
    });
    return counts;
  }
  const { select } = await projectedOf(task);
  try {
    await readParquetRows(
      task.path,
      select,
      (rows) => {
        for (const row of rows) {
          counts.lines += 1;
          counts.records += 1;
          record(row, { line: counts.lines });
          task.onRecord();
        }
      },
      ({ first, count, reason }) => {
        for (let line = first; line < first + count; line++) task.reject(line, null, reason, '');
        counts.lines += count;
      },
    );
  } catch (error) {
    throw broken(counts, error);
  }
  return counts;
}

/**
 * What is read of the rows of a Parquet file; what is not is noted. Records inside a column may be in any; what is wrong with a
 * file is said when its rows are read.
 */
export async function projectedOf({ path, format, look, emit }: ReadTask): Promise<Projection> {
  const all = { select: '*', left: [] };
  const projection = look.envelope ? all : await projectionOf(path, format).catch(() => all);
  const { left } = projection;
  if (left.length > 0) emit.note(`columns that nothing is made of, not read: ${left.join(', ')}`);
  return projection;
}

function broken(counts: ReadCounts, error: unknown): unknown {
  return error instanceof StagingFailure ? error : new BrokenSource(counts, error);
}
