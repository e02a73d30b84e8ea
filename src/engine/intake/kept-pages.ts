/**
 * Finds the pages of texts that become part of the canonical file as the bytes they are: those of which every span stays as it was
 * read, where spans of a session lie close together. Gives their spans the numbers of pieces; all others are sorted (pieces.ts).
 */
import type { Staging } from './staging';
import { pagesOf, type StoredPage } from './stored-pages';

/** Pages next to each other in a file of texts: their spans have this number in column piece. */
export interface KeptPiece {
  no: number;
  pages: StoredPage[];
  rows: number;
}

/** Rows of a row group whose texts are pages. */
const MAX_ROWS = 16_384;
/**
 * Pages are kept where a session lies in so many of them at most, on average: the texts of a session then take no more to read than
 * those in a row group of 8,192 rows, which has as many as four pages.
 */
const MOST_PAGES = 4;

interface Place {
  file: number;
  page: StoredPage;
}

async function storedPages(staging: Staging): Promise<Place[]> {
  const found: Place[] = [];
  // One after the other: there may be more files than a process may have open.
  for (const { number, path } of staging.filesInOrder())
    found.push(...(await pagesOf(path)).map((page) => ({ file: number, page })));
  return found;
}

/** Table stored_page, one row per page: its place in the list, its file and the numbers of its spans. */
async function tablePages({ connection }: Staging, places: readonly Place[]): Promise<void> {
  await connection.run(
    `CREATE TABLE stored_page AS
     SELECT unnest(from_json($1, '[{"page":"INTEGER","file":"INTEGER","first_no":"BIGINT","last_no":"BIGINT","row_count":"INTEGER"}]'), max_depth := 2)`,
    [
      JSON.stringify(
        places.map(({ file, page: { firstNo, lastNo, rows } }, page) => ({
          page,
          file,
          first_no: firstNo,
          last_no: lastNo,
          row_count: rows,
        })),
      ),
    ],
  );
}

/** The pages all of whose spans stay as they were read; empty where their sessions are all over them. */
async function pagesToKeep({ connection }: Staging): Promise<number[]> {
  const reader = await connection.runAndReadAll(
    `WITH part AS (
       SELECT p.page, s.session_id, count(*) AS spans
       FROM span AS s
       JOIN stored_page AS p ON p.file = s.wide_file AND s.wide_no BETWEEN p.first_no AND p.last_no
       WHERE s.is_mute IS NOT TRUE AND s.wide_no NOT IN (SELECT completed_no FROM completed)
       GROUP BY ALL
     ), whole AS (
       SELECT p.page FROM stored_page AS p JOIN (SELECT page, sum(spans) AS spans FROM part GROUP BY page) AS s ON s.page = p.page AND s.spans = p.row_count
     ), lying AS (
       -- What a session fills alone is no scattering.
       SELECT sum(greatest(pages - spans / 2048, 1)) / count(*) AS pages
       FROM (SELECT session_id, count(*) AS pages, sum(spans) AS spans FROM part SEMI JOIN whole USING (page) GROUP BY session_id)
     )
     SELECT page FROM whole WHERE (SELECT pages FROM lying) <= $1 ORDER BY page`,
    [MOST_PAGES],
  );
  return reader.getRowsJson().map(([page]) => Number(page));
}

function piecesOf(places: readonly Place[], kept: readonly number[]): KeptPiece[] {
  const pieces: KeptPiece[] = [];
  let before: Place | undefined;
  for (const place of kept.map((page) => places[page] as Place)) {
    const last = pieces.at(-1);
    const { rows } = place.page;
    const goesOn = before?.file === place.file && last !== undefined && last.rows + rows <= MAX_ROWS;
    if (goesOn) {
      last.pages.push(place.page);
      last.rows += rows;
    } else pieces.push({ no: pieces.length, pages: [place.page], rows });
    before = place;
  }
  return pieces;
}

/** The pieces of kept pages, in the order of their files. After derive.sql. Throws what DuckDB and the file system throw. */
export async function keepPages(staging: Staging): Promise<KeptPiece[]> {
  const places = await storedPages(staging);
  if (places.length === 0) return [];
  const { connection } = staging;
  await tablePages(staging, places);
  const pieces = piecesOf(places, await pagesToKeep(staging));
  const pieceOf = new Map(pieces.flatMap(({ no, pages }) => pages.map((page) => [page, no])));
  const numbers = places.flatMap(({ page }, i) => {
    const piece = pieceOf.get(page);
    return piece === undefined ? [] : [{ page: i, piece }];
  });
  if (numbers.length > 0)
    await connection.run(
      `UPDATE span SET piece = k.piece
       FROM (
         SELECT n.piece, p.file, p.first_no, p.last_no
         FROM (SELECT unnest(from_json($1, '[{"page":"INTEGER","piece":"INTEGER"}]'), max_depth := 2)) AS n
         JOIN stored_page AS p ON p.page = n.page
       ) AS k
       WHERE k.file = span.wide_file AND span.wide_no BETWEEN k.first_no AND k.last_no`,
      [JSON.stringify(numbers)],
    );
  await connection.run('DROP TABLE stored_page');
  return pieces;
}
