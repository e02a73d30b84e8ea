/**
 * Full-text search over everything a session says: texts, tool arguments and results, at any length.
 * A case-insensitive substring, found by DuckDB in the imports' Parquet files.
 */
import type { Database } from '../workspace/database';
import { importIds, wideSpans } from './wide-span';

export interface TextMatch {
  sessionId: string;
  spanId: string;
  turnNo: number;
  /** Some 160 characters around the first hit. */
  excerpt: string;
}

/** First hit per session. An empty or blank text finds nothing. */
export async function searchText(
  db: Database,
  importsDir: string,
  text: string,
  signal?: AbortSignal,
): Promise<Map<string, TextMatch>> {
  const needle = text.trim().toLowerCase();
  const wide = wideSpans(importsDir, await importIds(db));
  if (needle === '' || wide === null) return new Map();
  // The imports' files never change; which imports there are, the index says.
  const rows = await db.kept<{ session_id: string; span_id: string; turn_no: number; excerpt: string }>(
    `WITH hit AS (
       SELECT w.session_id, w.span_id, w.import_id, concat_ws(chr(10), w.text, w.input, CASE WHEN w.kind = 'tool' AND w.text IS NULL THEN w.output END) AS body
       FROM (${wide}) AS w
       WHERE contains(lower(concat_ws(chr(10), w.text, w.input, CASE WHEN w.kind = 'tool' AND w.text IS NULL THEN w.output END)), $needle)
     )
     SELECT s.session_id, arg_min(s.span_id, s.position) AS span_id, min(s.turn_no) AS turn_no,
       arg_min(substr(h.body, greatest(1, strpos(lower(h.body), $needle) - 60), 160), s.position) AS excerpt
     FROM hit AS h
     JOIN span AS s ON coalesce(s.stored_session_id, s.session_id) = h.session_id AND s.span_id = h.span_id AND s.import_id = h.import_id
     GROUP BY s.session_id`,
    { needle },
    signal,
  );
  return new Map(
    rows.map((row) => [
      row.session_id,
      {
        sessionId: row.session_id,
        spanId: row.span_id,
        turnNo: row.turn_no,
        excerpt: row.excerpt.replace(/\s+/g, ' '),
      },
    ]),
  );
}
