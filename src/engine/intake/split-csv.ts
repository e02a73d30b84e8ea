/**
 * Cuts the bytes of a CSV or TSV file into rows of fields with the line and byte each starts at. Follows RFC 4180 with
 * what is common beside it: any of comma, semicolon and tab, line feeds or returns alone, line breaks inside quotes. A
 * quote that is never closed costs its own line and no more. https://www.rfc-editor.org/rfc/rfc4180
 */
import { decodeText, type Repair } from './text-encoding';

export type CsvDelimiter = ',' | ';' | '\t' | '|';

/** What spreadsheets write and read before the header, to say what separates the fields. */
export const SAID_DELIMITER = /^sep=/i;

export type CsvRow =
  | {
      line: number;
      byteOffset: number;
      fields: (string | null)[];
      repair: Repair | null;
      /** The file ends without ending the row. */
      isOpen: boolean;
    }
  | { line: number; byteOffset: number; isBlank: true }
  | { line: number; byteOffset: number; problem: string; excerpt: Buffer };

const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** The fields of one row; an empty field is null, an empty quoted one ''. */
export function csvFields(row: string, delimiter: CsvDelimiter): (string | null)[] {
  const fields: (string | null)[] = [];
  let at = 0;
  for (;;) {
    if (row[at] === '"') {
      let text = '';
      let from = at + 1;
      let end = row.indexOf('"', from);
      while (end !== -1 && row[end + 1] === '"') {
        text += row.slice(from, end + 1);
        from = end + 2;
        end = row.indexOf('"', from);
      }
      text += row.slice(from, end === -1 ? row.length : end);
      const next = end === -1 ? -1 : row.indexOf(delimiter, end);
      // What stands between a closing quote and the delimiter belongs to the field.
      fields.push(text + (end === -1 ? '' : row.slice(end + 1, next === -1 ? row.length : next)));
      if (next === -1) return fields;
      at = next + 1;
    } else {
      const next = row.indexOf(delimiter, at);
      const text = row.slice(at, next === -1 ? row.length : next);
      fields.push(text === '' ? null : text);
      if (next === -1) return fields;
      at = next + 1;
    }
  }
}

/** The delimiter a header is written with: the one it has most of outside quotes; null when it has none. */
export function csvDelimiter(header: string): CsvDelimiter | null {
  const bare = header.replace(/"[^"]*"/g, '');
  const counted = (['\t', ',', ';', '|'] as const).map((one) => ({ one, count: bare.split(one).length - 1 }));
  const best = counted.reduce((most, each) => (each.count > most.count ? each : most));
  return best.count > 0 ? best.one : null;
}

/** Whether the return at this place ends a row by itself, and is not part of a longer line end. */
function isAlone(chunk: Buffer, i: number): boolean {
  return i + 1 < chunk.length && chunk[i + 1] !== LINE_FEED && chunk[i + 1] !== RETURN;
}

/** Where a row begins: its first byte and line (1-based). */
export interface RowPlace {
  byteOffset: number;
  line: number;
}

const FIRST: RowPlace = { byteOffset: 0, line: 1 };

interface Held {
  pieces: Buffer[];
  size: number;
}

class Splitter {
  readonly ready: CsvRow[] = [];
  private held: Held = { pieces: [], size: 0 };
  private line: number;
  private startLine: number;
  private startOffset: number;
  private offset: number;
  private inQuotes = false;
  private isFieldStart = true;
  private endsWithBreak = true;
  /** A return at the end of a chunk: whether it ends a row is told by what comes next. */
  private carried: Buffer = Buffer.alloc(0);

  constructor(
    private readonly delimiter: CsvDelimiter,
    private readonly maxBytes: number,
    first: RowPlace,
  ) {
    this.line = this.startLine = first.line;
    this.offset = this.startOffset = first.byteOffset;
  }

  /** Where the row begins that is being read. */
  get place(): RowPlace {
    return { byteOffset: this.startOffset, line: this.startLine };
  }

  push(chunk: Buffer): void {
    const bytes = this.carried.length === 0 ? chunk : Buffer.concat([this.carried, chunk]);
    const isOpen = bytes.at(-1) === RETURN;
    this.carried = isOpen ? bytes.subarray(-1) : Buffer.alloc(0);
    this.scan(isOpen ? bytes.subarray(0, -1) : bytes);
  }

  private scan(chunk: Buffer): void {
    const delimiter = this.delimiter.charCodeAt(0);
    const isStart = this.offset === 0;
    let from = 0;
    if (chunk.length > 0) this.endsWithBreak = chunk.at(-1) === LINE_FEED;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i];
      if (byte === LINE_FEED || (byte === RETURN && isAlone(chunk, i))) {
        this.line += 1;
        if (!this.inQuotes) {
          this.hold(chunk.subarray(from, i));
          from = i + 1;
          this.offset += 1;
          this.finish();
          continue;
        }
      }
      // A quote opens a field only at its start; elsewhere it is a character like any other.
      if (byte === QUOTE)
        this.inQuotes = this.inQuotes ? false : this.isFieldStart || this.wasQuote(chunk, i);
      this.isFieldStart =
        (byte === delimiter && !this.inQuotes) || (isStart && i < 3 && byte === BYTE_ORDER_MARK[i]);
    }
    this.hold(chunk.subarray(from));
    if (this.held.size > this.maxBytes) this.giveUp();
  }

  end(): void {
    this.hold(this.carried);
    if (this.held.size === 0) return;
    while (this.inQuotes && this.held.size > 0) this.giveUp();
    if (this.held.size > 0) this.finish(true);
  }

  get lines(): number {
    return this.endsWithBreak ? this.line - 1 : this.line;
  }

  private wasQuote(chunk: Buffer, i: number): boolean {
    return (i > 0 ? chunk[i - 1] : this.held.pieces.at(-1)?.at(-1)) === QUOTE;
  }

  private hold(bytes: Buffer): void {
    if (bytes.length > 0) this.held.pieces.push(bytes);
    this.held.size += bytes.length;
    this.offset += bytes.length;
  }

  private take(): Buffer {
    const bytes = Buffer.concat(this.held.pieces);
    this.held = { pieces: [], size: 0 };
    return bytes;
  }

  private finish(isOpen = false): void {
    const bytes = this.take();
    this.row(bytes, { line: this.startLine, byteOffset: this.startOffset }, isOpen);
    this.startLine = this.line;
    this.startOffset = this.offset;
    this.inQuotes = false;
    this.isFieldStart = true;
  }

  protected row(bytes: Buffer, place: RowPlace, isOpen: boolean): void {
    let end = bytes.length;
    while (end > 0 && bytes[end - 1] === RETURN) end -= 1;
    const decoded = decodeText(bytes.subarray(0, end));
    const text = decoded.text.replace(/^\ufeff/, '');
    if (text.trim() === '') this.ready.push({ ...place, isBlank: true });
    else
      this.ready.push({
        ...place,
        fields: csvFields(text, this.delimiter),
        repair: decoded.repair,
        isOpen,
      });
  }

  /** A quote without its end, or a row beyond all measure: its first line is lost, the lines after it are read anew. */
  private giveUp(): void {
    const bytes = this.take();
    const end = bytes.indexOf(LINE_FEED);
    const problem =
      end === -1 && bytes.length > this.maxBytes
        ? `a row longer than ${String(this.maxBytes)} bytes`
        : 'a quote that is opened here is never closed';
    this.ready.push({
      line: this.startLine,
      byteOffset: this.startOffset,
      problem,
      excerpt: bytes.subarray(0, Math.min(1024, end === -1 ? 1024 : end)),
    });
    const rest = end === -1 ? Buffer.alloc(0) : bytes.subarray(end + 1);
    this.line = this.startLine + (end === -1 ? 0 : 1);
    this.startLine = this.line;
    this.startOffset += bytes.length - rest.length;
    this.offset = this.startOffset;
    this.inQuotes = false;
    this.isFieldStart = true;
    if (rest.length > 0) this.scan(rest);
  }
}

/** Tells rows without cutting them into fields, the header but for. */
class Counter extends Splitter {
  header: (string | null)[] | null = null;
  rows = 0;

  protected override row(bytes: Buffer, place: RowPlace, isOpen: boolean): void {
    if (this.header === null) {
      super.row(bytes, place, isOpen);
      const [row] = this.ready.splice(0);
      if (row && 'fields' in row) this.header = row.fields;
    } else if (hasInk(bytes)) this.rows += 1;
  }
}

/** Whether a row holds anything; only what begins with no ASCII is looked at as text. */
function hasInk(bytes: Buffer): boolean {
  const first = bytes.find((byte) => byte !== 0x20 && (byte < 0x09 || byte > 0x0d));
  return first !== undefined && (first < 0x80 || decodeText(bytes).text.trim() !== '');
}

/** Where a table goes on: its header, the last row that begins in the bytes given, and how many rows stand between them. */
export interface TableMiddle extends RowPlace {
  header: (string | null)[];
  rowsBefore: number;
}

/**
 * Finds the last row that begins in the bytes, the beginning of a table, or right behind them. Null where that is the header, or where a quote
 * is never closed: what follows is read by what stands before then.
 */
export async function lastRowBegun(
  bytes: AsyncIterable<Buffer>,
  delimiter: CsvDelimiter,
  maxBytes: number,
): Promise<TableMiddle | null> {
  const counter = new Counter(delimiter, maxBytes, FIRST);
  for await (const chunk of bytes) {
    counter.push(chunk);
    if (counter.ready.length > 0) return null;
  }
  // The header is another line then.
  if (SAID_DELIMITER.test(counter.header?.[0] ?? '')) return null;
  return counter.header && { ...counter.place, header: counter.header, rowsBefore: counter.rows };
}

/** Rows in order, the header among them. `onEnd` gets the number of the last line. `first`: where the bytes begin in the file. */
export async function* splitCsv(
  bytes: AsyncIterable<Buffer>,
  delimiter: CsvDelimiter,
  maxBytes: number,
  onEnd?: (lines: number) => void,
  first: RowPlace = FIRST,
): AsyncGenerator<CsvRow> {
  const splitter = new Splitter(delimiter, maxBytes, first);
  for await (const chunk of bytes) {
    splitter.push(chunk);
    yield* splitter.ready.splice(0);
  }
  splitter.end();
  yield* splitter.ready.splice(0);
  onEnd?.(splitter.lines);
}
