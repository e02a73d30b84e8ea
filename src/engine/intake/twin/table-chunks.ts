/**
 * The rows of a foreign Parquet file for SQL, in chunks: each row as JSON, and the columns that a twin names as JSON texts of their own,
 * written by DuckDB itself into files beside the tables. Owns which rows are not for sure as JSON.stringify writes them.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBType } from '@duckdb/node-api';
import { openForeign } from '../foreign-parquet';
import type { TwinTable } from '../format';
import { floatDoubt, isFloat, isMoved, partsOf, quotedName, rowJson, valueJson } from '../parquet-lines';
import { quote } from '../staging';
import type { ChunkOptions } from './chunk-lines';

/** Thrown where a file cannot be had this way; what may be wrong with it, its rows tell. */
export class NoRows extends Error {}

/** Some rows of the file, one after the other. */
export interface RowChunk {
  /** 1-based number of its first row. */
  firstLine: number;
  lineCount: number;
  blank: 0;
  odd: readonly [];
  /** SQL that gives view table_row, as ../format.ts describes it. */
  rows: string;
}

/** Rows whose sizes are added up at a time, to tell where a chunk ends. */
const PIECE_ROWS = 64;
/** Rows of a row group of the files: no more than a chunk can well do without reading. */
const GROUP_ROWS = 2048;
/** About how large a file becomes: whoever reads a chunk reads what its files say of all their row groups. */
const FILE_BYTES = 64 * 1024 * 1024;
/** Pairs of brackets taken out of each other before what is left is taken for nesting. */
const PEELS = 10;

interface Field {
  name: string;
  type: DuckDBType;
  value: string;
  json: string;
}

/** When a value may be written otherwise than JSON.stringify writes it; null: never. */
function doubtOf({ type, value, json }: Field): string | null {
  if (isFloat(type)) return floatDoubt(value);
  const [, ...inner] = partsOf(type).types;
  return inner.some(isFloat)
    ? String.raw`regexp_matches(regexp_replace(${json}, '"(?:[^"\\]|\\.)*"', '', 'g'), '\d[.eE]|\d{16}|-0')`
    : null;
}

/** When JSON text may be nested too deeply for DuckDB's JSON functions, within its texts too, or understood differently by JSON.parse. */
function oddity(raw: string, maxDepth: number): string {
  const brackets = String.raw`regexp_replace(${raw}, '[^\[\]{}]+', '', 'g')`;
  const peeled = Array.from({ length: PEELS }).reduce<string>(
    (text) => String.raw`regexp_replace(${text}, '\[\]|\{\}', '', 'g')`,
    brackets,
  );
  return `CASE WHEN contains(${raw}, '\\u00') OR contains(${raw}, 'NaN') OR contains(${raw}, 'Infinity') THEN regexp_matches(${raw}, '\\\\u00([01]|5[bBdD]|7[bBdD])|NaN|Infinity') ELSE false END
    OR CASE WHEN len(string_split(${raw}, '{')) + len(string_split(${raw}, '[')) - 2 > ${String(maxDepth)} THEN strlen(${peeled}) > ${String(maxDepth - PEELS)} ELSE false END`;
}

async function fieldsOf(connection: DuckDBConnection, path: string): Promise<Field[]> {
  const columns = await connection.runAndReadAll('SELECT * FROM read_parquet($1) LIMIT 0', [path]);
  const types = columns.columnTypes();
  return columns.deduplicatedColumnNames().map((name, i) => {
    const type = types[i];
    const value = `t.${quotedName(name)}`;
    const json = type ? valueJson(type, value) : null;
    if (!type || json === null) throw new NoRows('a column of a type that is not known for sure');
    if ([name, ...partsOf(type).names].some(isMoved)) throw new NoRows('a name that JavaScript moves');
    return { name, type, value, json };
  });
}

/** A field that has a column of its own in the files of rows. */
interface Named extends Field {
  column: string;
}

function viewOf(named: readonly Named[], { cells, listed }: TwinTable): string {
  const cell = cells.map(
    (name) => `${quotedName(name)} := ${named.find((one) => one.name === name)?.column ?? 'NULL::VARCHAR'}`,
  );
  const inList = listed === undefined ? [] : named.filter(({ name }) => name.startsWith(listed));
  const list = inList.map(
    ({ name, column }) => `{'k': ${quote(name.slice(listed?.length))}, 'v': ${column}}`,
  );
  const hasInner = inList.some(({ type }) => partsOf(type).types.length > 1);
  return `raw, is_same, struct_pack(${cell.join(', ')}) AS cell, ${String(hasInner)} AS has_inner,
    list_filter([${list.join(', ')}]::STRUCT(k VARCHAR, v VARCHAR)[], lambda l: l.v IS NOT NULL) AS listed`;
}

interface WrittenRows {
  /** The files with numbers of their first and last rows. */
  files: { path: string; first: number; last: number }[];
  /** Columns of view table_row over the files, in SQL. */
  view: string;
  sizes: { rows: number; bytes: number }[];
}

async function writeRows(
  path: string,
  table: TwinTable,
  { maxDepth, maxLineBytes }: ChunkOptions,
  folder: string,
): Promise<WrittenRows> {
  const { connection, close } = await openForeign([path], folder);
  try {
    const fields = await fieldsOf(connection, path);
    const raw = rowJson(fields);
    if (raw === null) throw new NoRows('a row that is not known for sure');
    const { cells, listed, unread } = table;
    const isNamed = ({ name }: Field): boolean =>
      cells.includes(name) || (listed !== undefined && name.startsWith(listed));
    const named = fields.filter(isNamed).map((field, i) => ({ ...field, column: `c${String(i)}` }));
    const doubts = fields.flatMap((field) => {
      const doubt = unread.test(field.name) ? `${field.value} IS NOT NULL` : doubtOf(field);
      return doubt === null ? [] : [`coalesce(${doubt}, false)`];
    });
    const rows = join(folder, 'rows');
    await connection.run(
      `COPY (
        SELECT ord, CASE WHEN strlen(raw) > ${String(maxLineBytes)} THEN error('a row is longer than SQL should hold') ELSE raw END AS raw, strlen(raw) AS size,
          NOT (is_doubtful OR ${oddity('raw', maxDepth)}) AS is_same${named.map(({ column }) => `, ${column}`).join('')}
        FROM (
          SELECT t.file_row_number + 1 AS ord, ${raw} AS raw, ${['false', ...doubts].join(' OR ')} AS is_doubtful${named.map(({ json, column }) => `, ${json} AS ${column}`).join('')}
          FROM read_parquet(${quote(path)}, file_row_number = true) AS t
        )
      ) TO ${quote(rows)} (FORMAT parquet, COMPRESSION lz4_raw, ROW_GROUP_SIZE ${String(GROUP_ROWS)}, FILE_SIZE_BYTES ${String(FILE_BYTES)}, OVERWRITE true)`,
    );
    const paths = readdirSync(rows).map((name) => quote(join(rows, name)));
    const every = `read_parquet([${paths.join(', ')}], filename = true)`;
    const files = await connection.runAndReadAll(
      `SELECT filename, min(ord)::INTEGER, max(ord)::INTEGER FROM ${every} GROUP BY filename ORDER BY min(ord)`,
    );
    const sizes = await connection.runAndReadAll(
      `SELECT count(*)::INTEGER, sum(size)::DOUBLE FROM ${every} GROUP BY (ord - 1) // ${String(PIECE_ROWS)} ORDER BY min(ord)`,
    );
    return {
      files: files
        .getRowsJson()
        .map(([file, first, last]) => ({ path: file as string, first: Number(first), last: Number(last) })),
      view: viewOf(named, table),
      sizes: sizes.getRowsJson().map(([count, bytes]) => ({ rows: Number(count), bytes: Number(bytes) })),
    };
  } finally {
    close();
  }
}

/** Rows of the file at `path` in chunks, in order, out of files that are written into `folder` and have to stay while chunks are read. Throws NoRows. */
export async function* tableChunks(
  path: string,
  table: TwinTable,
  options: ChunkOptions,
  folder: string,
): AsyncGenerator<RowChunk> {
  const { files, view, sizes } = await writeRows(path, table, options, folder).catch((error: unknown) => {
    throw new NoRows('the rows cannot be had', { cause: error });
  });
  let firstLine = 1;
  let lineCount = 0;
  let bytes = 0;
  for (const [i, piece] of sizes.entries()) {
    lineCount += piece.rows;
    bytes += piece.bytes;
    if (bytes < options.chunkBytes && i < sizes.length - 1) continue;
    const [from, to] = [firstLine, firstLine + lineCount - 1];
    const held = files.filter(({ first, last }) => first <= to && last >= from).map((one) => quote(one.path));
    const rows = `SELECT ord - ${String(from)} + 1 AS ord, ${view} FROM read_parquet([${held.join(', ')}]) WHERE ord BETWEEN ${String(from)} AND ${String(to)}`;
    yield { firstLine, lineCount, blank: 0, odd: [], rows };
    firstLine += lineCount;
    lineCount = bytes = 0;
  }
}
