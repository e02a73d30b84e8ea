/**
 * Writes the canonical Parquet files of an import: spans sorted by session and sequence, labels, rejects.
 * Spans are cut into pieces by their place in the order, from narrow columns alone; the texts of each piece are fetched from the
 * files they lie in, the piece is sorted and written, and the pieces are put one after the other as they are.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { labelColumns, rejectColumns, spanColumns } from './canonical';
import { joinParquet } from './join-parquet';
import type { IntakeLimits } from './limits';
import { quote, type Staging, type WideFile } from './staging';
import { NARROW_NAMES } from './staging-tables';

/** Rows of a row group: a group is held in memory while it is written, so it has fewer rows the larger they are. */
const MAX_GROUP_ROWS = 8192;
const MAX_GROUP_BYTES = 48_000_000;
/** The lowest level takes a seventh less time than the usual one and one byte in a hundred more. */
const ZSTD = 'zstd, COMPRESSION_LEVEL 1';
/** DuckDB's own unit of rows. */
const VECTOR = 2048;

function names(columns: readonly (readonly [string, string])[]): string {
  return columns.map(([name]) => `"${name}"`).join(', ');
}

async function copy(
  connection: DuckDBConnection,
  select: string,
  path: string,
  { rows = MAX_GROUP_ROWS, values = [] }: { rows?: number; values?: Value[] } = {},
): Promise<void> {
  await connection.run(
    `COPY (${select}) TO ${quote(path)} (FORMAT parquet, COMPRESSION ${ZSTD}, ROW_GROUP_SIZE ${String(rows)})`,
    values,
  );
}

/** A place in the order of the spans. */
type Start = readonly [sessionId: string, seq: number];
type Value = string | number;

/**
 * Where each piece of about `pieceBytes` begins, in order; spans that share a place stay together. Sessions are cut only where
 * one alone is larger.
 */
async function pieceStarts({ connection }: Staging, pieceBytes: number): Promise<Start[]> {
  const reader = await connection.runAndReadAll(
    `WITH whole AS (
       SELECT session_id, min(seq) AS seq, sum(wide_size) AS size FROM resolved GROUP BY session_id
     ), place AS (
       SELECT session_id, seq, size FROM whole WHERE size <= $1
       UNION ALL
       SELECT session_id, seq, sum(wide_size) FROM resolved
       WHERE session_id IN (SELECT session_id FROM whole WHERE size > $1) GROUP BY session_id, seq
     ), numbered AS (
       SELECT session_id, seq, sum(size) OVER (ORDER BY session_id, seq ROWS UNBOUNDED PRECEDING) // $1 AS piece FROM place
     )
     SELECT session_id, seq FROM numbered
     QUALIFY piece IS DISTINCT FROM lag(piece) OVER (ORDER BY session_id, seq)
     ORDER BY session_id, seq`,
    [Math.ceil(pieceBytes)],
  );
  return reader.getRowsJson().map(([sessionId, seq]) => [sessionId as string, Number(seq)]);
}

/** Rows with the texts of spans, told by `seq`, out of the files they lie in. */
function storedTexts(files: readonly WideFile[]): string[] {
  const moves = new Set(files.map(({ after }) => after));
  return [...moves].map((after) => {
    const list = files.filter((file) => file.after === after).map(({ path }) => quote(path));
    const number = after === 0 ? 'seq' : `seq + ${String(after)} AS seq`;
    return `SELECT ${number}, text, input, output, attributes, raw FROM read_parquet([${list.join(', ')}])`;
  });
}

const NARROW = NARROW_NAMES.replaceAll('"seq"', 'p.seq');

/** Spans of a piece with their texts, where each record tells all of its span; `piece` selects them. */
function withTexts(files: readonly WideFile[], piece: string): string {
  return `
    SELECT ${NARROW}, CASE WHEN p.is_mute THEN NULL ELSE w.text END AS text, w.input, w.output, w.attributes, w.raw
    FROM (${storedTexts(files).join(' UNION ALL ')}) AS w
    JOIN (${piece}) AS p ON p.wide_no::DOUBLE = w.seq`;
}

/** The same with what other records say of them. */
function withCompletions(files: readonly WideFile[], piece: string): string {
  const completions = `SELECT seq, text, input, output, attributes, raw FROM completion
    WHERE seq IN (SELECT wide_no::DOUBLE FROM (${piece}) WHERE wide_file IS NULL)`;
  return `
    SELECT ${NARROW},
      coalesce(c.new_text, CASE WHEN p.is_mute THEN NULL ELSE w.text END) AS text, coalesce(w.input, c.new_input) AS input,
      coalesce(c.new_output, w.output) AS output,
      CASE WHEN c.completed_no IS NULL THEN w.attributes
        ELSE coalesce(json_merge_patch(try_cast(w.attributes AS JSON), try_cast(c.new_attributes AS JSON))::VARCHAR, c.new_attributes, w.attributes) END AS attributes,
      w.raw
    FROM (${[...storedTexts(files), completions].join(' UNION ALL ')}) AS w
    JOIN (${piece}) AS p ON p.wide_no::DOUBLE = w.seq
    LEFT JOIN (SELECT * FROM completed WHERE completed_no IN (SELECT wide_no FROM (${piece}))) AS c ON c.completed_no = p.wide_no`;
}

/** Writes the spans from one place in the order to the next. */
class PieceWriter {
  constructor(
    private readonly connection: DuckDBConnection,
    private readonly staging: Staging,
    private readonly hasCompletions: boolean,
  ) {}

  async write([session, seq]: Start, next: Start | undefined, path: string): Promise<void> {
    const from = 'session_id >= $1 AND (session_id > $1 OR seq >= $2)';
    const until = next ? 'AND session_id <= $3 AND (session_id < $3 OR seq < $4)' : '';
    const values = [session, seq, ...(next ?? [])];
    const piece = `SELECT * FROM span WHERE ${from} ${until}`;
    const made = `SELECT ${names(spanColumns)} FROM derived WHERE ${from} ${until}`;
    const { files, rows } = await this.filesOf(piece, values);
    const isStored = files.length > 0 || this.hasCompletions;
    const told = this.hasCompletions ? withCompletions(files, piece) : withTexts(files, piece);
    const select = `SELECT ${names(spanColumns)} FROM (${isStored ? `${told} UNION ALL BY NAME ` : ''}${made}) ORDER BY session_id, seq, span_id`;
    await copy(this.connection, select, path, { rows, values });
  }

  /** The files with the texts of a piece, and how many rows of a group its spans allow, by how large they are. */
  private async filesOf(piece: string, values: Value[]): Promise<{ files: WideFile[]; rows: number }> {
    const reader = await this.connection.runAndReadAll(
      `SELECT list_sort(list(DISTINCT wide_file)) AS files, coalesce(avg(wide_size), 0)::DOUBLE AS size FROM (${piece})`,
      values,
    );
    const [found] = reader.getRowObjectsJson();
    const files = ((found?.['files'] ?? []) as (number | null)[]).filter((file) => file !== null);
    const most = Math.floor(MAX_GROUP_BYTES / (Number(found?.['size']) + 1) / VECTOR) * VECTOR;
    return {
      files: files.map((file) => this.staging.wideFile(file)),
      rows: Math.max(VECTOR, Math.min(MAX_GROUP_ROWS, most)),
    };
  }
}

/** Writes the sorted pieces at the same time; paths of their files, in order. */
async function writePieces(
  staging: Staging,
  starts: readonly Start[],
  atOnce: number,
  onShare: (share: number) => void,
): Promise<string[]> {
  const pathOf = (i: number): string => join(staging.spill, `sorted-${String(i)}.parquet`);
  const some = await staging.connection.runAndReadAll('SELECT 1 FROM completion LIMIT 1');
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    const connection = await staging.connect();
    const writer = new PieceWriter(connection, staging, some.currentRowCount > 0);
    try {
      for (let i = next++; i < starts.length; i = next++) {
        await writer.write(starts[i] as Start, starts[i + 1], pathOf(i));
        onShare(++done / starts.length);
      }
    } catch (error) {
      next = starts.length;
      throw error;
    } finally {
      connection.closeSync();
    }
  };
  const all = await Promise.allSettled(Array.from({ length: Math.min(atOnce, starts.length) }, work));
  for (const one of all) if (one.status === 'rejected') throw one.reason;
  return starts.map((_, i) => pathOf(i));
}

/**
 * Writes span.parquet, label.parquet and reject.parquet. Pieces of `sortBytes` are sorted, `sortAtOnce` at a time; `onShare`
 * hears which share (0 to 1) of it is done. Throws what DuckDB and the file system throw.
 */
export async function writeCanonical(
  staging: Staging,
  directory: string,
  { sortBytes, sortAtOnce }: Pick<IntakeLimits, 'sortBytes' | 'sortAtOnce'>,
  onShare: (share: number) => void = () => undefined,
): Promise<void> {
  const { connection } = staging;
  await copy(
    connection,
    `SELECT ${names(labelColumns)} FROM resolved_label ORDER BY source_id, line, label_id`,
    join(directory, 'label.parquet'),
  );
  await copy(
    connection,
    `SELECT ${names(rejectColumns)} FROM reject ORDER BY source_id, line`,
    join(directory, 'reject.parquet'),
  );
  const path = join(directory, 'span.parquet');
  const starts = await pieceStarts(staging, sortBytes);
  if (starts.length === 0) {
    await copy(connection, `SELECT ${names(spanColumns)} FROM derived`, path);
    return;
  }
  const pieces = await writePieces(staging, starts, sortAtOnce, onShare);
  await joinParquet(pieces, path, (piece) => rm(piece));
}
