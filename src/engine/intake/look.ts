/**
 * A first look at a file: how it is stored, whether it holds lines, a document or Parquet rows, and its first
 * records. Reads at most a few hundred kilobytes of text files; only the intake process opens Parquet.
 */
import type { Container, Sample } from './format';
import type { Envelope } from './envelope';
import { isEventStream } from './event-stream';
import { notATrace } from './file-kinds';
import { defaultLimits, type IntakeLimits } from './limits';
import { gluedRecords } from './glued-records';
import { frameRows } from './json-frame';
import { LITERAL_START } from './literal-value';
import { isLogOfRecords } from './log-line';
import { ownLines, type LineKind } from './own-lines';
import { CUT_OFF, parseRecord, withoutMark } from './parse-record';
import { isArchive, isHead, readArchive } from './read-archive';
import { fitsTable, headerOf, readTable, tableOf } from './read-table';
import { csvFields, type CsvDelimiter } from './split-csv';
import {
  isParquet,
  openSource,
  readHead,
  type Compression,
  type FileBytes,
  type SourceBytes,
} from './source-stream';
import { splitLines } from './split-lines';
import { splitValues } from './split-values';
import { decodeText } from './text-encoding';
import { areRatedDialogues } from '../../shared/trace/rated-dialogues';
import { isAider, isWhatsApp, transcriptChat } from '../../shared/trace/written-chats';

const SAMPLE_BYTES = 512 * 1024;
const SAMPLE_RECORDS = 50;

export interface Look extends LineKind {
  container: Container;
  compression: Compression;
  /** 0x0d when the file ends its lines with a carriage return alone. */
  delimiter: number;
  sample: Sample;
  /** The way to the records inside those of the file, and whether lists at its end are lists of records. */
  envelope?: { way: Envelope; isFlat: boolean };
  /** The encoding the text is converted from while it is read; null where its bytes are read as they are. */
  convertedFrom: string | null;
  /** What separates the fields of a table. */
  fieldDelimiter: CsvDelimiter | null;
  /** Why there is no record to be seen, and what to do; null where there is one. */
  problem: string | null;
  /** Of a small file that ends inside a record, that it does, and where; null for others. */
  cutOff?: string | null;
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}

async function readSample(
  file: FileBytes,
  limits: IntakeLimits,
): Promise<Pick<SourceBytes, 'compression' | 'convertedFrom'> & { bytes: Buffer; isWhole: boolean }> {
  const source = await openSource(file, limits, () => undefined);
  const pieces: Buffer[] = [];
  let size = 0;
  let isWhole = true;
  try {
    for await (const chunk of source.bytes) {
      pieces.push(chunk);
      size += chunk.length;
      if (size >= SAMPLE_BYTES) {
        isWhole = false;
        break;
      }
    }
  } catch (error) {
    // A broken compressed stream still shows what came before the break; the import itself reports it.
    if (size === 0) throw error;
  }
  const { compression, convertedFrom } = source;
  return { bytes: Buffer.concat(pieces), compression, convertedFrom, isWhole };
}

/** Closes what a cut-off JSON text left open, so that its beginning can be looked at; null when nothing is left. */
export function closePrefix(text: string): unknown {
  const closers: string[] = [];
  let safe = 0;
  let safeClosers = '';
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (inString) {
      if (c === '\\') i++;
      else if (c === '"') inString = false;
      continue;
    }
    if (c === '"') inString = true;
    else if (c === '{' || c === '[') {
      closers.push(c === '{' ? '}' : ']');
      safe = i + 1;
      safeClosers = closers.toReversed().join('');
    } else if (c === '}' || c === ']') {
      closers.pop();
      safe = i + 1;
      safeClosers = closers.toReversed().join('');
    } else if (c === ',') {
      safe = i;
      safeClosers = closers.toReversed().join('');
    }
    if (closers.length > defaultLimits.maxDepth) return null;
  }
  try {
    return JSON.parse(text.slice(0, safe) + safeClosers) as unknown;
  } catch {
    return null;
  }
}

/**
 * Whether text holds one record a line or one document. A file of lines may have bad lines, so a majority of the
 * first lines decides; a pretty-printed document has hardly a line that is a whole object.
 */
export function containerOf(
  text: string,
  isWhole: boolean,
): { container: 'lines' | 'document'; delimiter: number } {
  const delimiter = !text.includes('\n') && /\r\s*[{[]/.test(text) ? 0x0d : 0x0a;
  const lines = text.split(delimiter === 0x0d ? '\r' : '\n');
  if (!isWhole && lines.length > 1) lines.pop();
  const filled = lines.map((line) => withoutMark(line).trim()).filter((line) => line !== '');
  const first = filled[0] ?? '';
  const isObjectLine = (line: string): boolean => {
    if (!/^[{[]/.test(line)) return false;
    const bytes = Buffer.from(line);
    const parsed = parseRecord(bytes, defaultLimits);
    if (!parsed.ok) return gluedRecords(bytes, defaultLimits) !== null;
    return typeof parsed.value === 'object' && parsed.value !== null && Object.keys(parsed.value).length > 0;
  };
  const head = filled.slice(0, 40);
  // The first line alone decides as a rule, and a folder may hold ten thousand files.
  const countWhole = (): number => head.filter(isObjectLine).length;
  if (first.startsWith('[')) {
    const isArrayLine = isObjectLine(first);
    return {
      container: isArrayLine && filled.length > 1 && countWhole() > 1 ? 'lines' : 'document',
      delimiter,
    };
  }
  if (first.startsWith('{')) {
    if (isObjectLine(first)) return { container: 'lines', delimiter };
    if (filled.length === 1) return { container: 'document', delimiter };
    // A broken first line among good ones, or the opening brace of a document, of which not every line begins an object.
    const whole = first.length > 1 ? countWhole() : 0;
    const areObjects = head.every((line) => line.startsWith('{"'));
    const areLines = whole * 2 > head.length || (whole > 0 && areObjects);
    return { container: areLines ? 'lines' : 'document', delimiter };
  }
  return { container: 'lines', delimiter };
}

/** Whether a text begins as what Python or JavaScript prints, and some of it goes over several lines. */
function isPrintedOverLines(text: string): boolean {
  const plain = withoutMark(text).trimStart();
  const start = LITERAL_START.exec(plain.slice(0, 2000));
  return start !== null && /^[[{(]\s*$|^[[{(](?!.*[\]})]\s*$)/m.test(plain);
}

/** What was closed by force may have nothing in it, and tells nothing then. */
function hasContent(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

async function sampleRecords(
  bytes: Buffer,
  container: Container,
  delimiter: number,
  isWhole: boolean,
  kind: LineKind,
): Promise<Pick<Sample, 'records' | 'isArray'> & { cutLine: number | null }> {
  const records: unknown[] = [];
  let isArray = false;
  let cutLine: number | null = null;
  if (container === 'lines') {
    const seen = { json: 0, loose: 0, other: 0 };
    const lines = splitLines(once(bytes), bytes.length, delimiter);
    for await (const line of ownLines(lines, kind, defaultLimits)) {
      if (!('bytes' in line) || line.bytes.length === 0) continue;
      const lineBytes = line.bytes;
      const parsed = line.found ?? parseRecord(lineBytes, defaultLimits);
      const glued = parsed.ok ? null : gluedRecords(lineBytes, defaultLimits);
      records.push(...(glued?.values ?? []));
      // Only the last line can be one that the file ends in.
      const isBroken = !parsed.ok && (glued ? glued.broken : parsed)?.reason.endsWith(CUT_OFF) === true;
      cutLine = isBroken ? line.line : null;
      if (parsed.ok && parsed.repair !== 'printed') seen.json += 1;
      else if (parsed.ok || glued) seen.loose += 1;
      else seen.other += 1;
      if (parsed.ok) {
        const rows = records.length === 0 ? frameRows(parsed.value) : null;
        records.push(...(rows?.slice(0, SAMPLE_RECORDS) ?? [parsed.value]));
      } else if (!isWhole && records.length === 0) {
        const prefix = closePrefix(lineBytes.toString('utf8'));
        if (hasContent(prefix)) records.push(prefix);
      }
      if (records.length >= SAMPLE_RECORDS) break;
    }
    // Brackets here and there in a text, such as a program's, are no records.
    const isText = kind.isLog !== true && seen.json === 0 && seen.loose < seen.other;
    return { records: isText && seen.loose > 0 ? [] : records, isArray, cutLine };
  }
  for await (const piece of splitValues(once(bytes), bytes.length, undefined, kind.isPrinted)) {
    isArray ||= piece.inArray;
    if ('bytes' in piece) {
      const parsed = parseRecord(piece.bytes, defaultLimits);
      const rows = parsed.ok ? frameRows(parsed.value) : null;
      isArray ||= rows !== null;
      if (rows) records.push(...rows.slice(0, SAMPLE_RECORDS));
      else if (parsed.ok) records.push(parsed.value);
    } else if ('cutOff' in piece) cutLine = piece.line;
    if (records.length >= SAMPLE_RECORDS) break;
  }
  if (records.length === 0) {
    const prefix = closePrefix(bytes.toString('utf8').replace(/^\ufeff/, ''));
    if (Array.isArray(prefix) && hasContent(prefix))
      return { records: prefix.slice(0, SAMPLE_RECORDS), isArray: true, cutLine };
    if (hasContent(prefix)) records.push(prefix);
  }
  return { records, isArray, cutLine };
}

/** The first rows of a table. A row that the sample cuts off is left out. */
async function sampleTable(
  bytes: Buffer,
  delimiter: CsvDelimiter,
  isWhole: boolean,
): Promise<Pick<Sample, 'records' | 'columns'>> {
  const cut = isWhole ? bytes.length : Math.max(bytes.lastIndexOf(0x0a), bytes.lastIndexOf(0x0d), 0);
  const records: unknown[] = [];
  for await (const row of readTable(once(bytes.subarray(0, cut)), delimiter, defaultLimits, {
    lines: 0,
    blank: 0,
  })) {
    if (row.record) records.push(row.record);
    if (records.length >= SAMPLE_RECORDS) break;
  }
  // A character for a byte, so that the header's bytes can be told, which alone decide how they are read.
  const latin = bytes.toString('latin1').replace(/^[\u00ef\u00bb\u00bf]*sep=.?[\r\n]+/i, '');
  const first = /[^\s\u00ef\u00bb\u00bf][^\r\n]*/.exec(latin)?.[0] ?? '';
  const names = headerOf(csvFields(decodeText(Buffer.from(first, 'latin1')).text, delimiter)) ?? [];
  return { records, columns: names.map((column) => ({ name: column, type: 'VARCHAR' })) };
}

/** The head of an archive; of one without a head its first member. */
async function lookAtArchive(path: string, name: string, limits: IntakeLimits): Promise<Look> {
  const records: unknown[] = [];
  for (const isWanted of [isHead, () => records.length === 0]) {
    if (records.length > 0) break;
    for await (const member of readArchive(path, limits, isWanted)) {
      const parsed = member.bytes ? parseRecord(member.bytes, limits) : null;
      if (parsed?.ok === true) records.push({ member: member.name, value: parsed.value });
      if (records.length > 0) break;
    }
  }
  return {
    container: 'archive',
    compression: 'none',
    convertedFrom: null,
    delimiter: 0x0a,
    fieldDelimiter: null,
    sample: { name, container: 'archive', records, isArray: false, columns: [] },
    problem:
      records.length > 0
        ? null
        : 'The archive holds no JSON that can be read. Unpack it and import what is in it.',
  };
}

/** Says of a file without a record what it holds instead. */
function problemOf(bytes: Buffer, limits: IntakeLimits): string {
  if (bytes.length === 0) return 'The file is empty. Export the traces again, or choose another file.';
  // A character for a byte, so that what is not text is still seen as such.
  const first = /[^\s\u00ef\u00bb\u00bf][^\r\n]*/.exec(bytes.toString('latin1'))?.[0];
  if (first === undefined)
    return 'The file holds only blank lines. Export the traces again, or choose another file.';
  const parsed = parseRecord(Buffer.from(first, 'latin1'), limits);
  const why = parsed.ok ? 'it is JSON, but no object' : parsed.reason;
  return `Nothing at the start of the file can be read as a record (first line: ${why}). If it is another kind of file, export the traces as JSON or JSON lines; if it was cut off or damaged, fetch it again.`;
}

/** A text of a kind that some format knows; `anyKind` takes transcripts too, which tables and logs may look like. */
function lookAtText(
  { name, bytes }: { name: string; bytes: Buffer },
  { compression, convertedFrom }: Pick<Look, 'compression' | 'convertedFrom'>,
  anyKind = false,
): Look | null {
  const text = decodeText(bytes).text;
  const isKnown = isWhatsApp(text) || isAider(text) || areRatedDialogues(text);
  if (!isKnown && !(anyKind && transcriptChat(text) !== null)) return null;
  const sample: Sample = { name, container: 'text', records: [{ text }], isArray: false, columns: [] };
  const delimiter = text.includes('\n') || !text.includes('\r') ? 0x0a : 0x0d;
  return {
    container: 'text',
    compression,
    convertedFrom,
    delimiter,
    fieldDelimiter: null,
    sample,
    problem: null,
  };
}

/** Looks at a text file, whose bytes may be at hand as `content`. Parquet files come back with no records: their rows are read by DuckDB. */
export async function lookAt(
  path: string,
  name: string,
  limits: IntakeLimits = defaultLimits,
  content: Buffer | null = null,
): Promise<Look> {
  const file = { path, content };
  const head = await readHead(file, 4);
  if (isArchive(head)) return lookAtArchive(path, name, limits);
  if (isParquet(head)) {
    return {
      container: 'parquet',
      compression: 'none',
      convertedFrom: null,
      delimiter: 0x0a,
      fieldDelimiter: null,
      sample: { name, container: 'parquet', records: [], isArray: false, columns: [] },
      problem: null,
    };
  }
  const { bytes, compression, convertedFrom, isWhole } = await readSample(file, limits);
  const other = notATrace(bytes);
  if (other !== null) {
    const nothing: Sample = { name, container: 'lines', records: [], isArray: false, columns: [] };
    return {
      container: 'lines',
      compression,
      convertedFrom,
      delimiter: 0x0a,
      fieldDelimiter: null,
      sample: nothing,
      problem: other,
    };
  }
  const text = bytes.toString('utf8');
  const isStream = isEventStream(text);
  const written = isStream ? null : lookAtText({ name, bytes }, { compression, convertedFrom });
  if (written) return written;
  // The commas of JSON behind `data:` look like those of a table.
  const isTable = !isStream && !/^\s*[{[]/.test(text.replace(/^\ufeff/, ''));
  const tableDelimiter = isTable ? tableOf(text, name) : null;
  const isLog =
    !isStream &&
    !(tableDelimiter !== null && fitsTable(text, name, tableDelimiter)) &&
    isLogOfRecords(text, defaultLimits);
  const fieldDelimiter = isLog ? null : tableDelimiter;
  if (fieldDelimiter !== null) {
    const sample: Sample = {
      name,
      container: 'csv',
      isArray: false,
      ...(await sampleTable(bytes, fieldDelimiter, isWhole)),
    };
    const isBlank = text.replace(/^\ufeff/, '').trim() === '';
    const noRow = isBlank ? problemOf(bytes, limits) : 'The table has a header and no row that can be read.';
    const problem = sample.records.length > 0 ? null : noRow;
    return {
      container: 'csv',
      compression,
      convertedFrom,
      delimiter: 0x0a,
      fieldDelimiter,
      sample,
      problem,
    };
  }
  const seen = containerOf(text, isWhole);
  const { delimiter } = seen;
  const isPrinted = !isLog && isPrintedOverLines(text);
  const container = isLog ? 'lines' : isPrinted ? 'document' : seen.container;
  const kind = { isEventStream: isStream, isLog, isPrinted };
  const { records, isArray, cutLine } = await sampleRecords(bytes, container, delimiter, isWhole, kind);
  const cutOff =
    cutLine === null || !isWhole
      ? null
      : `the file is cut off: after ${String(bytes.length)} bytes it ends inside the record that begins on line ${String(cutLine)}`;
  // Several documents in one file, such as lines that were printed prettily, are records as lines are.
  const asIf = container === 'document' && !isArray && records.length > 1 ? 'lines' : container;
  const transcript =
    records.length > 0 ? null : lookAtText({ name, bytes }, { compression, convertedFrom }, true);
  if (transcript) return transcript;
  const sample: Sample = { name, container: asIf, records, isArray, columns: [] };
  const problem = records.length > 0 ? null : problemOf(bytes, limits);
  return {
    container,
    compression,
    convertedFrom,
    delimiter,
    fieldDelimiter,
    sample,
    problem,
    cutOff,
    ...kind,
  };
}
