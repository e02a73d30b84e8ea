/**
 * Writes the canonical Parquet files of an import: spans sorted by session and sequence, labels, rejects.
 * Spans of a large import are sorted in pieces, because DuckDB's sort holds all texts of its rows in memory and fails
 * beyond that: cut into pieces by their place in the order, each sorted on its own, then put one after the other.
 */
import { join } from 'node:path';
import { labelColumns, rejectColumns, spanColumns } from './canonical';
import { quote, type Staging } from './staging';

/** Rows of a row group: a group is held in memory while it is written, so it has fewer rows the larger they are. */
const MAX_GROUP_ROWS = 8192;
const MAX_GROUP_BYTES = 48_000_000;
/** The same of the sorted pieces, which are read again at once. */
const MAX_CUT_BYTES = 4_000_000;
const MAX_PIECES = 64;
/** The lowest level takes a seventh less time than the usual one and one byte in a hundred more. */
const ZSTD = 'zstd, COMPRESSION_LEVEL 1';
/** DuckDB's own unit of rows. */
const VECTOR = 2048;

function names(columns: readonly (readonly [string, string])[]): string {
  return columns.map(([name]) => `"${name}"`).join(', ');
}

async function copy(
  { connection }: Staging,
  select: string,
  path: string,
  { codec = ZSTD, rows = MAX_GROUP_ROWS, values = [] as (string | number)[] } = {},
): Promise<void> {
  await connection.run(
    `COPY (${select}) TO ${quote(path)} (FORMAT parquet, COMPRESSION ${codec}, ROW_GROUP_SIZE ${String(rows)})`,
    values,
  );
}

/** Measures the spans; gives their count and the length of all their texts. */
async function measure({ connection }: Staging): Promise<{ rows: number; bytes: number }> {
  const texts = spanColumns.flatMap(([name, type]) => (type === 'VARCHAR' ? [name] : []));
  const size = texts.map((name) => `coalesce(strlen("${name}"), 0)`).join(' + ');
  await connection.run(`CREATE TABLE span_size AS SELECT session_id, seq, ${size} AS size FROM resolved`);
  const reader = await connection.runAndReadAll(
    'SELECT count(*)::DOUBLE, coalesce(sum(size), 0)::DOUBLE FROM span_size',
  );
  const [rows, bytes] = reader.getRowsJson()[0] ?? [];
  return { rows: Number(rows), bytes: Number(bytes) };
}

/**
 * Writes span.parquet, label.parquet and reject.parquet. `pieceBytes`: how much is sorted at a time; `onShare` hears which
 * share (0 to 1) of it is done.
 */
export async function writeCanonical(
  staging: Staging,
  directory: string,
  pieceBytes: number,
  onShare: (share: number) => void = () => undefined,
): Promise<void> {
  await copy(
    staging,
    `SELECT ${names(labelColumns)} FROM resolved_label ORDER BY source_id, line, label_id`,
    join(directory, 'label.parquet'),
  );
  await copy(
    staging,
    `SELECT ${names(rejectColumns)} FROM reject ORDER BY source_id, line`,
    join(directory, 'reject.parquet'),
  );
  const { rows, bytes } = await measure(staging);
  const perRow = bytes / Math.max(1, rows);
  const group = Math.max(
    VECTOR,
    Math.min(MAX_GROUP_ROWS, Math.floor(MAX_GROUP_BYTES / (perRow + 1) / VECTOR) * VECTOR),
  );
  const path = join(directory, 'span.parquet');
  const order = 'ORDER BY session_id, seq, span_id';
  if (bytes <= pieceBytes)
    await copy(staging, `SELECT ${names(spanColumns)} FROM resolved ${order}`, path, { rows: group });
  else {
    const cut = Math.max(16, Math.min(VECTOR, Math.floor(MAX_CUT_BYTES / perRow)));
    const pieces = await sortInPieces(staging, Math.max(pieceBytes, bytes / MAX_PIECES), cut, order, onShare);
    const list = pieces.map(quote).join(', ');
    await copy(staging, `SELECT ${names(spanColumns)} FROM read_parquet([${list}])`, path, { rows: group });
  }
}

/** A place in the order of the spans. */
type Start = readonly [sessionId: string, seq: number];

/** Where each piece of about `pieceBytes` begins, in order; spans that share a place stay together. */
async function pieceStarts({ connection }: Staging, pieceBytes: number): Promise<Start[]> {
  const reader = await connection.runAndReadAll(
    `WITH place AS (
       SELECT session_id, seq, sum(sum(size)) OVER (ORDER BY session_id, seq ROWS UNBOUNDED PRECEDING) // ? AS piece
       FROM span_size GROUP BY session_id, seq
     )
     SELECT session_id, seq FROM place
     QUALIFY piece IS DISTINCT FROM lag(piece) OVER (ORDER BY session_id, seq)
     ORDER BY session_id, seq`,
    [Math.ceil(pieceBytes)],
  );
  return reader.getRowsJson().map(([sessionId, seq]) => [sessionId as string, Number(seq)]);
}

/** Paths of the sorted pieces, in order. */
async function sortInPieces(
  staging: Staging,
  pieceBytes: number,
  rows: number,
  order: string,
  onShare: (share: number) => void,
): Promise<string[]> {
  const starts = await pieceStarts(staging, pieceBytes);
  const pieces: string[] = [];
  for (const [i, [session, seq]] of starts.entries()) {
    // The last half is putting the pieces one after another.
    onShare(i / starts.length / 2);
    const path = join(staging.spill, `sorted-${String(i)}.parquet`);
    const next = starts[i + 1];
    const from = 'session_id >= $1 AND (session_id > $1 OR seq >= $2)';
    const until = next ? 'AND session_id <= $3 AND (session_id < $3 OR seq < $4)' : '';
    // Chosen by their place rather than joined to a table of places, which would hold all texts in memory.
    const select = `SELECT ${names(spanColumns)} FROM resolved WHERE ${from} ${until} ${order}`;
    await copy(staging, select, path, { codec: 'snappy', rows, values: [session, seq, ...(next ?? [])] });
    pieces.push(path);
  }
  return pieces;
}
