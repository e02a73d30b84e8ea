/**
 * Reads a table, or lines of JSON, by a mapping profile in SQL, straight into the staging tables, and leaves the rows it is not sure of to the record
 * function. Nothing is lost and nothing differs: the record function remains the truth. Owns the order of the steps.
 */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { MappingProfile } from '../../../shared/model/source';
import { openForeign } from '../foreign-parquet';
import type { TraceFormat } from '../format';
import { partitionsOf } from '../hive-partition';
import { quotedName } from '../parquet-lines';
import { readSource, type ReadCounts, type ReadTask } from '../read-source';
import { StagingFailure } from '../row-files';
import { runScript } from '../run-script';
import { quote, type Staging } from '../staging';
import { LineWriter, mayMapLines } from './line-writer';
import { mappedColumns, type MappedColumns } from './mapped-columns';
import { mappedSelect, SPANS_OF_ROW, type SelectTask } from './mapped-select';
import { meaningOf, WORD_FIELDS } from './mapped-words';
import macrosSql from './mapped.sql?raw';
import { TableWriter } from './table-writer';

/** A table of which more than this share of the rows is for the record function is left to it as a whole. */
const MOST_LEFT = 0.5;
/** Rows that tell it beforehand. */
const TRIED_ROWS = 4096;
/** Combinations of words beyond which a table has no words to speak of. */
const MAX_WORDS = 20_000;
/** Rows of a row group of the files for the staging tables, and bytes of a file. */
const GROUP_ROWS = 8192;
/** Folder of the rows within that of a table. */
const ROWS = 'rows';

export interface MappedTask {
  read: ReadTask;
  staging: Staging;
  sourceId: string;
  /** Number of the first span. */
  firstNo: number;
  /** Bytes of a file of rows, about. */
  fileBytes: number;
}

export interface MappedResult {
  counts: ReadCounts;
  /** Spans laid into the staging tables by SQL. */
  spans: number;
  /** The last number that may be given to the spans of SQL. */
  lastSeq: number;
  /** Lines that are left to the record function. */
  left: ReadonlySet<number>;
  /** Has the record function read what is left, with numbers beyond `lastSeq`. */
  readLeft(task: ReadTask): Promise<void>;
}

/** Where the rows are, as SQL says it. */
interface Table extends Pick<SelectTask, 'from' | 'line' | 'ordinal'> {
  /** Null where the table is for the record function as a whole. */
  columns: MappedColumns | null;
}

async function foreignTable(connection: DuckDBConnection, read: ReadTask): Promise<Table> {
  const reader = await connection.runAndReadAll('SELECT * FROM read_parquet($1) LIMIT 0', [read.path]);
  const types = reader.columnTypes();
  const columns = reader.deduplicatedColumnNames().flatMap((name, i) => {
    const type = types[i];
    return type ? [{ name, type, value: `t.${quotedName(name)}` }] : [];
  });
  const line = 't.file_row_number + 1';
  const from = `read_parquet(${quote(read.path)}, file_row_number = true) AS t`;
  const { profile, path } = read.source;
  return {
    from,
    line,
    ordinal: line,
    columns: profile ? mappedColumns(profile, columns, partitionsOf(path)) : null,
  };
}

/** What a table became: its rows, those of them that are left, and how many spans were written. */
interface Written {
  rows: number;
  spans: number;
  left: Set<number>;
}

/** Writes the spans of a table into a folder; null where the table is for the record function as a whole. */
async function writeSpans(
  connection: DuckDBConnection,
  table: Table,
  folder: string,
  { read, sourceId, firstNo, fileBytes }: MappedTask,
): Promise<Written | null> {
  const { profile, shortHash } = read.source;
  const { columns } = table;
  // A day and a time of day in fields of their own are put together by the record function.
  if (!profile || !columns || profile.fields.clock !== undefined) return null;
  await runScript(connection, macrosSql);
  const mapped = WORD_FIELDS.map((field) => columns.fields.get(field)?.words ?? 'NULL::VARCHAR');
  const found = await connection.runAndReadAll(
    `SELECT DISTINCT ${mapped.join(', ')} FROM ${table.from} LIMIT ${String(MAX_WORDS + 1)}`,
  );
  const words = found.getRowsJson() as (string | null)[][];
  if (words.length > MAX_WORDS) return null;
  const wordColumns = WORD_FIELDS.map((field) => `${field}_word`);
  const structure = Object.fromEntries(
    [...wordColumns, 'meant_kind', 'meant_status', 'meant_message'].map((name) => [name, 'VARCHAR']),
  );
  const meanings = words.map((row) => ({
    ...Object.fromEntries(wordColumns.map((name, i) => [name, row[i]])),
    ...meaningOf(row, profile.values),
  }));
  await connection.run(`CREATE TABLE word AS SELECT unnest(from_json($1, $2), max_depth := 2)`, [
    JSON.stringify(meanings),
    JSON.stringify([{ ...structure, is_odd: 'BOOLEAN' }]),
  ]);
  const select = (from: string): string =>
    mappedSelect({
      ...table,
      from,
      profile,
      columns,
      sourceId,
      shortHash,
      before: firstNo - 1,
      maxBytes: read.limits.maxCellCharacters,
    });
  const tried = `SELECT line, kind FROM (${select(`(SELECT * FROM ${table.from} LIMIT ${String(TRIED_ROWS)}) AS t`)})`;
  if (isMostLeft(await countRows(connection, tried))) return null;
  await connection.run(
    `COPY (${select(table.from)}) TO ${quote(join(folder, ROWS))} (FORMAT parquet, COMPRESSION uncompressed, ROW_GROUP_SIZE ${String(GROUP_ROWS)}, FILE_SIZE_BYTES ${String(fileBytes)}, OVERWRITE true)`,
  );
  const written = `SELECT line, kind FROM read_parquet(${quote(join(folder, ROWS, '*.parquet'))})`;
  const counts = await countRows(connection, written);
  if (isMostLeft(counts)) return null;
  const left = await connection.runAndReadAll(`SELECT line::DOUBLE FROM (${written}) WHERE kind IS NULL`);
  return { ...counts, left: new Set(left.getRowsJson().map(([line]) => Number(line))) };
}

async function countRows(
  connection: DuckDBConnection,
  written: string,
): Promise<{ rows: number; spans: number; leftRows: number }> {
  const reader = await connection.runAndReadAll(
    `SELECT count(DISTINCT line)::DOUBLE, count(kind)::DOUBLE, count(*) FILTER (kind IS NULL)::DOUBLE FROM (${written})`,
  );
  const [rows, spans, leftRows] = (reader.getRowsJson()[0] ?? []).map(Number);
  return { rows: rows ?? 0, spans: spans ?? 0, leftRows: leftRows ?? 0 };
}

function isMostLeft({ rows, leftRows }: { rows: number; leftRows: number }): boolean {
  return leftRows > rows * MOST_LEFT;
}

/** Lays the files of a folder into the tables, without the rows that are left. */
async function takeIn(staging: Staging, folder: string, sourceId: string, hasLeft: boolean): Promise<void> {
  for (const name of readdirSync(join(folder, ROWS)).sort())
    staging.takeIn({ table: 'span', path: join(folder, ROWS, name) });
  await staging.flush();
  if (hasLeft)
    await staging.connection.run('DELETE FROM span WHERE source_id = $1 AND kind IS NULL', [sourceId]);
}

/** Puts the spans of the record function among those of SQL: all of a row's stand where its row does. */
async function orderLeft({ staging, sourceId, firstNo }: MappedTask, lastSeq: number): Promise<void> {
  await staging.flush();
  await staging.connection.run(
    `UPDATE span SET seq = moved.seq FROM (
       SELECT seq AS no, $3 + line * ${String(SPANS_OF_ROW)} + ${String(SPANS_OF_ROW)} - row_number() OVER (PARTITION BY line ORDER BY seq DESC) AS seq
       FROM span WHERE source_id = $1 AND seq > $2
     ) AS moved WHERE span.seq = moved.no`,
    [sourceId, lastSeq, firstNo - 1],
  );
}

/** Opens the file, writes its spans and takes them in; null where it is for the record function, whatever the reason. */
async function spansOf(
  task: MappedTask,
  paths: readonly string[],
  tableOf: (connection: DuckDBConnection) => Promise<Table> | Table,
): Promise<Written | null> {
  const { staging, sourceId } = task;
  const folder = staging.newFolder(`mapped-${sourceId}`);
  const foreign = await openForeign(paths, folder);
  let written: Written | null = null;
  try {
    written = await writeSpans(foreign.connection, await tableOf(foreign.connection), folder, task);
  } catch {
    // What SQL stumbles over is for the record function to judge, and to name.
  } finally {
    foreign.close();
    if (!written) rmSync(folder, { recursive: true, force: true });
  }
  if (written) await takeIn(staging, folder, sourceId, written.left.size > 0);
  return written;
}

function resultOf(
  task: MappedTask,
  { spans, left }: Written,
  counts: ReadCounts,
  readLeft: (read: ReadTask) => Promise<unknown>,
): MappedResult {
  const lastSeq = task.firstNo + (counts.lines + 1) * SPANS_OF_ROW;
  return {
    counts,
    spans,
    lastSeq,
    left,
    readLeft: async (read) => {
      if (left.size === 0) return;
      await readLeft(read);
      await orderLeft(task, lastSeq);
    },
  };
}

/**
 * Reads a Parquet file; null where it is to be read by the record function as if nothing had been. Appenders of the staging tables
 * must hold nothing. Throws StagingFailure.
 */
async function readMappedParquet(task: MappedTask): Promise<MappedResult | null> {
  const written = await spansOf(task, [task.read.path], (connection) => foreignTable(connection, task.read));
  if (!written) return null;
  const { rows, left } = written;
  return resultOf(task, written, { lines: rows, records: rows, blank: 0 }, (read) =>
    readSource({ ...read, only: left, ordinalOf: (line) => line }),
  );
}

/** What the records of a file are written by, and had back from. */
type Writer = TableWriter | LineWriter;

/** The rows written; null where they are for the record function as a whole. */
function tableOf(writer: Writer, profile: MappingProfile): Table {
  const where = { from: writer.from, line: 't.line', ordinal: 't.ordinal' };
  if (writer instanceof TableWriter)
    return { ...where, columns: mappedColumns(profile, writer.columns, null) };
  return { ...where, columns: writer.isShared ? null : writer.columns };
}

/** Reads a CSV file or one of JSON lines to its end. Appenders of the staging tables must hold nothing. Throws StagingFailure. */
async function readMappedRecords(task: MappedTask, profile: MappingProfile): Promise<MappedResult> {
  const { read, staging, sourceId, fileBytes } = task;
  const folder = staging.newFolder(`table-${sourceId}`);
  const writer: Writer =
    read.look.container === 'csv'
      ? new TableWriter(folder, fileBytes)
      : new LineWriter(profile, folder, fileBytes, read.limits.maxCellCharacters);
  const reader: TraceFormat['read'] = (_, source) =>
    writer instanceof LineWriter ? writer.of(source) : writer;
  const counts = await readSource({ ...read, format: { ...read.format, read: reader } });
  const { files } = writer;
  const written = files.length === 0 ? null : await spansOf(task, files, () => tableOf(writer, profile));
  const ordinals = new Map<number, number>();
  const readRows = async (left: ReadTask): Promise<void> => {
    const { connection, close } = await openForeign(files);
    try {
      await readSource({
        ...left,
        ordinalOf: (line) => ordinals.get(line) ?? 0,
        kept: async (take, enter) => {
          const takeRow = (row: unknown, line: number, ordinal: number): void => {
            ordinals.set(line, ordinal);
            take(row, { line });
            ordinals.delete(line);
          };
          await writer.give(connection, written?.left ?? null, takeRow, enter);
          return counts;
        },
      });
    } catch (error) {
      throw StagingFailure.of(error);
    } finally {
      close();
      rmSync(folder, { recursive: true, force: true });
    }
  };
  if (written) return resultOf(task, written, counts, readRows);
  const none = { counts, spans: 0, lastSeq: task.firstNo - 1, left: new Set<number>() };
  return { ...none, readLeft: (left) => (files.length === 0 ? Promise.resolve() : readRows(left)) };
}

/** Whether a source may be read here: a table or lines with a profile. */
export function isMappedTable({ format, look, source, from }: ReadTask): boolean {
  const { profile } = source;
  if (format.id !== 'generic' || !profile) return false;
  if (look.container === 'parquet') return true;
  // What stands around records, and where in a file reading begins, the record function knows.
  if (from) return false;
  if (look.container === 'csv') return true;
  const isPlain = look.container === 'lines' && !look.envelope && look.isLog !== true;
  return isPlain && mayMapLines(profile);
}

/** Reads a source by its profile; null where it is to be read by the record function as if nothing had been. Throws StagingFailure. */
export function readMapped(task: MappedTask): Promise<MappedResult | null> {
  const { look, source } = task.read;
  return look.container === 'parquet' || !source.profile
    ? readMappedParquet(task)
    : readMappedRecords(task, source.profile);
}
