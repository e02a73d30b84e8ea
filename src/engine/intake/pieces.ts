/**
 * Cuts the spans of an import, in their order, into pieces that are sorted and written one by one, and says which files hold the
 * texts of each. Where the texts of most pieces lie scattered over many files, as those of sessions with random ids do, they are
 * first laid together by piece. Works on narrow columns; must not write what is kept.
 */
import { rm } from 'node:fs/promises';
import { WIDE_COLUMNS } from './canonical';
import { quote, type Staging, type WideFile } from './staging';

/** A piece of the order: its spans have this number in column piece. */
export interface Piece {
  no: number;
  /** The files with texts of its spans. */
  files: WideFile[];
  /** Bytes that a span's texts take, on average. */
  spanBytes: number;
}

/** Texts are laid together where pieces would read the files more often than this, all in all. */
const MOST_READINGS = 4;
/** Texts are laid together so many pieces at a time: the more, the less is read beside what a piece wants, and the more is sorted. */
const PIECES_TOGETHER = 4;

const TEXTS = WIDE_COLUMNS.map((name) => `"${name}"`).join(', ');

/**
 * Gives each span without one the number of its piece, from `first` on, of about `pieceBytes` of texts. Sessions are cut only where
 * one alone is larger; spans that share a place stay together.
 */
async function numberPieces({ connection }: Staging, pieceBytes: number, first: number): Promise<void> {
  await connection.run(
    `CREATE TABLE place AS
     WITH unplaced AS (
       SELECT session_id, seq, wide_size FROM resolved WHERE piece IS NULL
     ), whole AS (
       SELECT session_id, min(seq) AS seq, sum(wide_size) AS size FROM unplaced GROUP BY session_id
     ), part AS (
       SELECT session_id, seq, size, false AS is_cut FROM whole WHERE size <= $1
       UNION ALL
       SELECT session_id, seq, sum(wide_size), true FROM unplaced
       WHERE session_id IN (SELECT session_id FROM whole WHERE size > $1) GROUP BY session_id, seq
     )
     SELECT session_id, seq, is_cut, ((sum(size) OVER (ORDER BY session_id, seq ROWS UNBOUNDED PRECEDING) // $1) + $2)::INTEGER AS piece FROM part`,
    [Math.ceil(pieceBytes), first],
  );
  for (const table of ['span', 'derived']) {
    const update = `UPDATE ${table} SET piece = p.piece FROM place AS p WHERE ${table}.piece IS NULL AND p.session_id = ${table}.session_id`;
    await connection.run(`${update} AND NOT p.is_cut`);
    await connection.run(`${update} AND p.is_cut AND p.seq = ${table}.seq`);
  }
}

interface Told {
  piece: number;
  files: number[];
  bytes: number;
}

async function tellPieces({ connection }: Staging, first: number): Promise<Told[]> {
  const reader = await connection.runAndReadAll(
    `SELECT piece, coalesce(list_sort(list(DISTINCT wide_file) FILTER (wide_file IS NOT NULL)), []) AS files, coalesce(avg(wide_size), 0)::DOUBLE AS bytes
     FROM (SELECT piece, wide_file, wide_size FROM span UNION ALL SELECT DISTINCT piece, NULL, NULL FROM derived)
     WHERE piece >= $1
     GROUP BY piece ORDER BY piece`,
    [first],
  );
  return reader.getRowObjectsJson() as unknown as Told[];
}

/** Files in runs that hold up to `most` bytes of texts each. */
async function runsOfFiles({ connection }: Staging, most: number, first: number): Promise<number[][]> {
  const reader = await connection.runAndReadAll(
    `SELECT list(file ORDER BY file) AS files
     FROM (SELECT file, sum(size) OVER (ORDER BY file) // $1 AS run FROM (SELECT wide_file AS file, sum(wide_size) AS size FROM span WHERE wide_file IS NOT NULL AND piece >= $2 GROUP BY wide_file))
     GROUP BY run ORDER BY run`,
    [Math.ceil(most), first],
  );
  return reader.getRowsJson().map(([files]) => files as number[]);
}

/** Rows with the texts of spans, told by `seq`, out of the files they lie in, each of which may have them of many pieces. */
export function storedTexts(files: readonly WideFile[], piece: number | null): string {
  const ways = new Map<string, WideFile[]>();
  for (const file of files) {
    const way = `${String(file.after)} ${String(file.isByPiece)}`;
    ways.set(way, [...(ways.get(way) ?? []), file]);
  }
  const selects = [...ways.values()].map((same) => {
    const { after, isByPiece } = same[0] as WideFile;
    const number = after === 0 ? 'seq' : `seq + ${String(after)} AS seq`;
    const where = isByPiece && piece !== null ? ` WHERE piece = ${String(piece)}` : '';
    return `SELECT ${number}, ${TEXTS} FROM read_parquet([${same.map(({ path }) => quote(path)).join(', ')}])${where}`;
  });
  return selects.join(' UNION ALL ');
}

/** Lays the texts of pieces from `first` on together by piece, a run of files at a time; files of texts that others have stay. */
async function layTogether(staging: Staging, runBytes: number, first: number): Promise<void> {
  const { connection } = staging;
  for (const run of await runsOfFiles(staging, runBytes, first)) {
    const files = run.map((file) => staging.wideFile(file));
    const { number, path } = staging.newWideFile(true);
    const held = `piece >= ${String(first)} AND wide_file IN (${run.join(', ')})`;
    await connection.run(
      `COPY (
         SELECT w.*, p.piece FROM (${storedTexts(files, null)}) AS w
         JOIN (SELECT wide_no, piece FROM span WHERE ${held}) AS p ON p.wide_no::DOUBLE = w.seq
         ORDER BY p.piece
       ) TO ${quote(path)} (FORMAT parquet, COMPRESSION lz4_raw, ROW_GROUP_SIZE 2048)`,
    );
    await connection.run(`UPDATE span SET wide_file = ${String(number)} WHERE ${held}`);
    for (const file of files) if (!file.isInOrder) await rm(file.path);
  }
}

/**
 * The pieces of about `pieceBytes` of texts in order, of all spans that have no piece yet, numbered from `first` on. After derive.sql,
 * whose tables it numbers. Throws what DuckDB and the file system throw.
 */
export async function cutIntoPieces(staging: Staging, pieceBytes: number, first: number): Promise<Piece[]> {
  await numberPieces(staging, pieceBytes, first);
  let told = await tellPieces(staging, first);
  const readings = told.reduce((sum, { files }) => sum + files.length, 0);
  if (readings > MOST_READINGS * new Set(told.flatMap(({ files }) => files)).size) {
    await staging.joinedAsWritten(() => layTogether(staging, pieceBytes * PIECES_TOGETHER, first));
    told = await tellPieces(staging, first);
  }
  return told.map(({ piece, files, bytes }) => ({
    no: piece,
    files: files.map((file) => staging.wideFile(file)),
    spanBytes: bytes,
  }));
}
