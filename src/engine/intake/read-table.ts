/**
 * CSV and TSV as records: the first row names the fields, each further row is an object of texts. Owns what counts as
 * a header and what becomes of a row that does not fit it; where rows begin and end is said in split-csv.ts.
 */
import type { IntakeLimits } from './limits';
import {
  csvDelimiter,
  csvFields,
  SAID_DELIMITER,
  splitCsv,
  type CsvDelimiter,
  type TableMiddle,
} from './split-csv';
import { readCell } from './table-cells';
import type { Repair } from './text-encoding';

export interface TableRow {
  line: number;
  byteOffset: number;
  /** The row's fields by name; null where it cannot be used. */
  record: Record<string, string | null> | null;
  /** How it was read, where its bytes are no UTF-8 or a cell was printed. */
  repair: Repair | null;
  /** What the program that printed a cell left out. */
  cut?: string;
  /** Why not, for rows that cannot be used. */
  reason: string;
  excerpt: string;
}

export interface TableCounts {
  lines: number;
  blank: number;
}

const MAX_NAME = 200;
const MAX_FIELDS = 5000;

/** Field names of a header row; null when it cannot be one. */
export function headerOf(fields: readonly (string | null)[]): string[] | null {
  if (fields.length === 0 || fields.length > MAX_FIELDS) return null;
  const names = fields.map((field) => (field ?? '').trim());
  // The frames of pandas write their index as a first column without a name.
  if (names[0] === '') names[0] = 'index';
  const areNames = names.every(
    (name) => name !== '' && name.length <= MAX_NAME && !/^[\d.+-]+$|[[{]\s*["']/.test(name),
  );
  return areNames && new Set(names).size === names.length ? names : null;
}

function isNamedTable(name: string): boolean {
  return /\.(csv|tsv)(\.(gz|zst|zstd))?$/i.test(name);
}

function linesOf(text: string): string[] {
  return text
    .replace(/^\ufeff/, '')
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== '');
}

/** The delimiter of a text whose beginning is a table: a header and a row of as many fields; null when it is none. */
export function tableOf(text: string, name: string): CsvDelimiter | null {
  const lines = linesOf(text);
  const isSaid = SAID_DELIMITER.test(lines[0] ?? '');
  const [first = '', ...rest] = isSaid ? lines.slice(1) : lines;
  const isNamed = isNamedTable(name);
  const delimiter = csvDelimiter(first) ?? (isNamed ? ',' : null);
  if (delimiter === null) return null;
  const header = headerOf(csvFields(first, delimiter));
  if (!header || (header.length < 2 && !isNamed)) return null;
  if (isNamed) return delimiter;
  // A quoted field may run over many lines: one row that fits is enough.
  const opens = rest.slice(0, 50).some((line) => line.includes('"'));
  return opens || rest.some((line) => csvFields(line, delimiter).length === header.length) ? delimiter : null;
}

const ROWS_LOOKED_AT = 20;

/** Whether a text that may be a table is surely one: it is called so, or most of its first lines have as many fields as its header. */
export function fitsTable(text: string, name: string, delimiter: CsvDelimiter): boolean {
  if (isNamedTable(name)) return true;
  const [first = '', ...rest] = linesOf(text).slice(0, ROWS_LOOKED_AT);
  const { length } = csvFields(first, delimiter);
  return rest.filter((line) => csvFields(line, delimiter).length === length).length * 2 > rest.length;
}

type RowRead = Pick<TableRow, 'cut'> & { record: Record<string, string | null>; isPrinted: boolean };

function rowOf(
  names: readonly string[],
  fields: readonly (string | null)[],
  delimiter: CsvDelimiter,
  maxDepth: number,
): RowRead | string {
  if (fields.length > names.length && fields.slice(names.length).some((field) => field !== null))
    return `the row has ${String(fields.length)} fields, the header ${String(names.length)}`;
  if (fields.length * 2 < names.length)
    return `the row has ${String(fields.length)} fields, the header ${String(names.length)}`;
  const row: RowRead = { record: {}, isPrinted: false };
  const cells = names.map((name, i): [string, string | null] => {
    const field = fields[i] ?? null;
    if (field === null) return [name, null];
    const cell = readCell(name, field, delimiter, maxDepth);
    row.isPrinted ||= cell.isPrinted;
    if (cell.cut !== null) row.cut ??= cell.cut;
    return [name, cell.text];
  });
  return { ...row, record: Object.fromEntries(cells) };
}

const CUT_OFF = 'the file ends inside this row';

/**
 * The rows of a table in order, those that cannot be used with the reason. `from`: the bytes begin at a row in its middle, and the lines before
 * it are not counted.
 */
export async function* readTable(
  bytes: AsyncIterable<Buffer>,
  delimiter: CsvDelimiter,
  limits: IntakeLimits,
  counts: TableCounts,
  from: TableMiddle | null = null,
): AsyncGenerator<TableRow> {
  let names = from && headerOf(from.header);
  const before = from ? from.line - 1 : 0;
  // Some programs leave out empty fields at the end of a row.
  let areCut = false;
  const rows = splitCsv(
    bytes,
    delimiter,
    limits.maxRecordBytes,
    (lines) => {
      counts.lines = lines - before;
    },
    from ?? undefined,
  );
  for await (const row of rows) {
    const { line, byteOffset } = row;
    counts.lines = Math.max(counts.lines, line - before);
    const bad = (reason: string, excerpt: string): TableRow => ({
      line,
      byteOffset,
      record: null,
      repair: null,
      reason,
      excerpt,
    });
    if ('isBlank' in row) counts.blank += 1;
    else if ('problem' in row) yield bad(row.problem, row.excerpt.toString('utf8'));
    else if (!names && line === 1 && SAID_DELIMITER.test(row.fields[0] ?? '')) counts.blank += 1;
    else if (!names) {
      names = headerOf(row.fields);
      if (!names) {
        yield bad('the first row does not name the columns', row.fields.join(delimiter).slice(0, 1000));
        return;
      }
    } else {
      const isShort = row.fields.length < names.length;
      // Where none was left out, the last row is one whose end was not written yet: its text, or whose it is, is another one then.
      const read =
        isShort && row.isOpen && !areCut ? CUT_OFF : rowOf(names, row.fields, delimiter, limits.maxDepth);
      areCut ||= isShort;
      if (typeof read === 'string') yield bad(read, row.fields.join(delimiter).slice(0, 1000));
      else {
        const { record, isPrinted, cut } = read;
        const repair = row.repair ?? (isPrinted ? 'printed' : null);
        const told = { line, byteOffset, record, repair, reason: '', excerpt: '' };
        yield cut === undefined ? told : { ...told, cut };
      }
    }
  }
}
