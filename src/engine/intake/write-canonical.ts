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
/** DuckDB's own unit of rows. */
const VECTOR = 2048;

function names(columns: readonly (readonly [string, string])[]): string {
  return columns.map(([name]) => `"${name}"`).join(', ');
}

async function copy(
  { connection }: Staging,
  select: string,
  path: string,
  { codec = 'zstd', rows = MAX_GROUP_ROWS } = {},
): Promise<void> {
  await connection.run(
    `COPY (${select}) TO ${quote(path)} (FORMAT parquet, COMPRESSION ${codec}, ROW_GROUP_SIZE ${String(rows)})`,
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

/** Paths of the sorted pieces, in order. */
async function sortInPieces(
  staging: Staging,
  pieceBytes: number,
  rows: number,
  order: string,
  onShare: (share: number) => void,
): Promise<string[]> {
  const { connection, spill } = staging;
  // One row per place: spans that share one stay together.
  await connection.run(
    `CREATE TABLE place AS
     SELECT session_id AS place_session_id, seq AS place_seq, (sum(size) OVER (ORDER BY session_id, seq ROWS UNBOUNDED PRECEDING) // ?)::INTEGER AS piece
     FROM (SELECT session_id, seq, sum(size) AS size FROM span_size GROUP BY ALL)`,
    [Math.ceil(pieceBytes)],
  );
  // Laid beside the spans rather than joined to them, which would hold all their texts in memory.
  for (const table of ['span', 'derived']) {
    await connection.run(`ALTER TABLE ${table} ADD COLUMN piece INTEGER`);
    await connection.run(
      `UPDATE ${table} SET piece = p.piece FROM place AS p WHERE p.place_session_id = session_id AND p.place_seq = seq`,
    );
  }
  const found = await connection.runAndReadAll('SELECT DISTINCT piece FROM place ORDER BY piece');
  const pieces: string[] = [];
  const numbers = found.getRowsJson();
  for (const [number] of numbers) {
    // The last half is putting the pieces one after another.
    onShare(pieces.length / numbers.length / 2);
    const piece = String(Number(number));
    const path = join(spill, `sorted-${piece}.parquet`);
    const [span, derived] = ['span', 'derived'].map(
      (table) => `SELECT ${names(spanColumns)} FROM ${table} WHERE piece = ${piece}`,
    );
    await copy(staging, `${span ?? ''} UNION ALL ${derived ?? ''} ${order}`, path, { codec: 'lz4', rows });
    pieces.push(path);
  }
  return pieces;
}
