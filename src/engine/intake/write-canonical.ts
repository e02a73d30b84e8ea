/**
 * Writes the canonical Parquet files of an import: spans, labels, rejects. Spans whose texts a kernel wrote in pages that can stay lie as in
 * their source, those pages beside narrow columns in the same order; behind them the others, sorted by session and sequence.
 * These are cut into pieces by their place in the order, from narrow columns alone; the texts of each piece are fetched from the
 * files they lie in, the piece is sorted and written, and the pieces are put one after the other as they are.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { labelColumns, rejectColumns, spanColumns, WIDE_COLUMNS } from './canonical';
import { joinParquet, type Part } from './join-parquet';
import { keepPages, type KeptPiece } from './kept-pages';
import type { IntakeLimits } from './limits';
import { cutIntoPieces, storedTexts, type Piece } from './pieces';
import { quote, type Staging } from './staging';
import { NARROW_NAMES } from './staging-tables';
import type { StoredPage } from './stored-pages';

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

const NARROW = NARROW_NAMES.replaceAll('"seq"', 'p.seq');

/** Spans of a piece with their texts, where each record tells all of its span; `piece` selects them. */
function withTexts(texts: string, piece: string): string {
  return `
    SELECT ${NARROW}, CASE WHEN p.is_mute THEN NULL ELSE w.text END AS text, w.input, w.output, w.attributes, w.raw
    FROM (${texts}) AS w
    JOIN (${piece}) AS p ON p.wide_no::DOUBLE = w.seq`;
}

/** The same with what other records say of them. */
function withCompletions(texts: string, piece: string): string {
  const completions = `SELECT seq, text, input, output, attributes, raw FROM completion
    WHERE seq IN (SELECT wide_no::DOUBLE FROM (${piece}) WHERE wide_file IS NULL)`;
  return `
    SELECT ${NARROW},
      coalesce(c.new_text, CASE WHEN p.is_mute THEN NULL ELSE w.text END) AS text, coalesce(w.input, c.new_input) AS input,
      coalesce(c.new_output, w.output) AS output,
      CASE WHEN c.completed_no IS NULL THEN w.attributes
        ELSE coalesce(json_merge_patch(try_cast(w.attributes AS JSON), try_cast(c.new_attributes AS JSON))::VARCHAR, c.new_attributes, w.attributes) END AS attributes,
      w.raw
    FROM (${texts === '' ? '' : `${texts} UNION ALL `}${completions}) AS w
    JOIN (${piece}) AS p ON p.wide_no::DOUBLE = w.seq
    LEFT JOIN (SELECT * FROM completed WHERE completed_no IN (SELECT wide_no FROM (${piece}))) AS c ON c.completed_no = p.wide_no`;
}

/** A SELECT of the spans of a piece in order. */
function spansOf({ no, files }: Piece, hasCompletions: boolean): string {
  const where = `WHERE piece = ${String(no)}`;
  const piece = `SELECT * FROM span ${where}`;
  const texts = storedTexts(files, no);
  const isStored = files.length > 0 || hasCompletions;
  const told = hasCompletions ? withCompletions(texts, piece) : withTexts(texts, piece);
  const made = `SELECT ${names(spanColumns)} FROM derived ${where}`;
  return `SELECT ${names(spanColumns)} FROM (${isStored ? `${told} UNION ALL BY NAME ` : ''}${made}) ORDER BY session_id, seq, span_id`;
}

/** How many rows of a group the spans of a piece allow, by how large they are. */
function groupRows({ spanBytes }: Piece): number {
  const most = Math.floor(MAX_GROUP_BYTES / (spanBytes + 1) / VECTOR) * VECTOR;
  return Math.max(VECTOR, Math.min(MAX_GROUP_ROWS, most));
}

const WIDE: ReadonlySet<string> = new Set(WIDE_COLUMNS);
const BESIDE_PAGES = spanColumns
  .map(([name, type]) => (WIDE.has(name) ? `NULL::${type} AS "${name}"` : `"${name}"`))
  .join(', ');

/** A SELECT of the spans of kept pages, but for what the pages hold. */
function spansBeside({ no, pages }: KeptPiece): string {
  const numbers = `${String(pages[0]?.firstNo)} AND ${String(pages.at(-1)?.lastNo)}`;
  return `SELECT ${BESIDE_PAGES} FROM span WHERE piece = ${String(no)} AND wide_no BETWEEN ${numbers} ORDER BY wide_no`;
}

/** A part of the file, as it is to be written. */
interface Writing {
  select: string;
  rows: number;
  pages?: readonly StoredPage[];
}

/** Writes the parts at the same time, each into a file of its own; in order. */
async function writeParts(
  staging: Staging,
  writings: readonly Writing[],
  atOnce: number,
  onShare: (share: number) => void,
): Promise<Part[]> {
  const pathOf = (i: number): string => join(staging.spill, `sorted-${String(i)}.parquet`);
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    const connection = await staging.connect();
    try {
      for (let i = next++; i < writings.length; i = next++) {
        const { select, rows } = writings[i] as Writing;
        await copy(connection, select, pathOf(i), rows);
        onShare(++done / writings.length);
      }
    } catch (error) {
      next = writings.length;
      throw error;
    } finally {
      connection.closeSync();
    }
  };
  const all = await Promise.allSettled(Array.from({ length: Math.min(atOnce, writings.length) }, work));
  for (const one of all) if (one.status === 'rejected') throw one.reason;
  return writings.map(({ pages }, i) => ({ path: pathOf(i), ...(pages ? { pages } : {}) }));
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
  const kept = await keepPages(staging);
  const pieces = await cutIntoPieces(staging, sortBytes, kept.length);
  if (kept.length + pieces.length === 0) {
    await copy(connection, `SELECT ${names(spanColumns)} FROM derived`, path);
    return;
  }
  const hasCompletions = await staging.hasRows('completion');
  const writings: Writing[] = [
    ...kept.map((piece) => ({ select: spansBeside(piece), rows: piece.rows, pages: piece.pages })),
    ...pieces.map((piece) => ({ select: spansOf(piece, hasCompletions), rows: groupRows(piece) })),
  ];
  const parts = await staging.joinedAsWritten(() => writeParts(staging, writings, sortAtOnce, onShare));
  await joinParquet(parts, path, (part) => rm(part));
}
