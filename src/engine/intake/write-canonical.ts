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
  rows = MAX_GROUP_ROWS,
): Promise<void> {
  await connection.run(
    `COPY (${select}) TO ${quote(path)} (FORMAT parquet, COMPRESSION ${ZSTD}, ROW_GROUP_SIZE ${String(rows)})`,
  );
}

/** A place in the order of the spans. */
type Start = readonly [sessionId: string, seq: number];

/** Where each piece of about `pieceBytes` begins, in order; spans that share a place stay together. */
async function pieceStarts({ connection }: Staging, pieceBytes: number): Promise<Start[]> {
  const reader = await connection.runAndReadAll(
    `WITH place AS (
       SELECT session_id, seq, sum(sum(wide_size)) OVER (ORDER BY session_id, seq ROWS UNBOUNDED PRECEDING) // ? AS piece
       FROM resolved GROUP BY session_id, seq
     )
     SELECT session_id, seq FROM place
     QUALIFY piece IS DISTINCT FROM lag(piece) OVER (ORDER BY session_id, seq)
     ORDER BY session_id, seq`,
    [Math.ceil(pieceBytes)],
  );
  return reader.getRowsJson().map(([sessionId, seq]) => [sessionId as string, Number(seq)]);
}

/** Spans of a piece with their texts: those of the sources from the files they lie in, with what other records say of them. */
function withTexts(files: readonly WideFile[]): string {
  const moves = new Set(files.map(({ after }) => after));
  const stored = [...moves].map((after) => {
    const list = files.filter((file) => file.after === after).map(({ path }) => quote(path));
    const number = after === 0 ? 'seq' : `seq + ${String(after)} AS seq`;
    return `SELECT ${number}, text, input, output, attributes, raw FROM read_parquet([${list.join(', ')}]) UNION ALL`;
  });
  return `
    SELECT ${NARROW_NAMES.replaceAll('"seq"', 'p.seq')},
      coalesce(c.new_text, CASE WHEN p.is_mute THEN NULL ELSE w.text END) AS text, coalesce(w.input, c.new_input) AS input,
      coalesce(c.new_output, w.output) AS output,
      CASE WHEN c.completed_no IS NULL THEN w.attributes
        ELSE coalesce(json_merge_patch(try_cast(w.attributes AS JSON), try_cast(c.new_attributes AS JSON))::VARCHAR, c.new_attributes, w.attributes) END AS attributes,
      w.raw
    FROM (
      ${stored.join(' ')}
      SELECT seq, text, input, output, attributes, raw FROM completion WHERE seq IN (SELECT wide_key FROM piece WHERE wide_file IS NULL)
    ) AS w
    JOIN piece AS p ON p.wide_key = w.seq
    LEFT JOIN (SELECT * FROM completed WHERE completed_no IN (SELECT wide_no FROM piece)) AS c ON c.completed_no = p.wide_no`;
}

/** Writes the spans from one place in the order to the next. */
class PieceWriter {
  constructor(
    private readonly connection: DuckDBConnection,
    private readonly staging: Staging,
  ) {}

  async write([session, seq]: Start, next: Start | undefined, path: string): Promise<void> {
    const from = 'session_id >= $1 AND (session_id > $1 OR seq >= $2)';
    const until = next ? 'AND session_id <= $3 AND (session_id < $3 OR seq < $4)' : '';
    const values = [session, seq, ...(next ?? [])];
    await this.connection.run(
      `CREATE OR REPLACE TEMP TABLE piece AS SELECT *, wide_no::DOUBLE AS wide_key FROM span WHERE ${from} ${until}`,
      values,
    );
    await this.connection.run(
      `CREATE OR REPLACE TEMP TABLE made AS SELECT ${names(spanColumns)} FROM derived WHERE ${from} ${until}`,
      values,
    );
    const reader = await this.connection.runAndReadAll(
      `SELECT DISTINCT wide_file FROM piece WHERE wide_file IS NOT NULL ORDER BY wide_file`,
    );
    const files = reader.getRowsJson().map(([file]) => this.staging.wideFile(Number(file)));
    const select = `SELECT ${names(spanColumns)} FROM (${withTexts(files)} UNION ALL BY NAME SELECT * FROM made) ORDER BY session_id, seq, span_id`;
    await copy(this.connection, select, path, await this.groupRows());
  }

  /** Rows of a row group, by how large those of the piece are. */
  private async groupRows(): Promise<number> {
    const reader = await this.connection.runAndReadAll(
      'SELECT coalesce(avg(wide_size), 0)::DOUBLE FROM piece',
    );
    const perRow = Number(reader.getRowsJson()[0]?.[0]) + 1;
    const most = Math.floor(MAX_GROUP_BYTES / perRow / VECTOR) * VECTOR;
    return Math.max(VECTOR, Math.min(MAX_GROUP_ROWS, most));
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
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    const connection = await staging.connect();
    const writer = new PieceWriter(connection, staging);
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
