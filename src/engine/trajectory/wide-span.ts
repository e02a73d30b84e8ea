/**
 * The wide columns of spans (texts, input, output, attributes, raw) stay in the imports' Parquet files; this finds the
 * files and reads single sessions from them. Row groups are sorted by session, so a session is one short read.
 */
import { join } from 'node:path';
import { spanRows } from '../intake/extract-files';
import type { Database } from '../workspace/database';
import { sqlText } from './index-imports';

/**
 * A SELECT over the wide columns of the given imports, with import_id; null when there is no import. Of extracts opened in
 * place, `sourceIds` leaves out the files of other sources.
 */
export function wideSpans(
  importsDir: string,
  importIds: readonly string[],
  sourceIds?: ReadonlySet<string>,
): string | null {
  if (importIds.length === 0) return null;
  return importIds
    .map((id) => `SELECT ${sqlText(id)} AS import_id, * FROM (${spanRows(join(importsDir, id), sourceIds)})`)
    .join(' UNION ALL BY NAME ');
}

/** Ids of the imports in the index, oldest first. */
export async function importIds(db: Database): Promise<string[]> {
  const rows = await db.all<{ import_id: string }>('SELECT import_id FROM import ORDER BY import_order');
  return rows.map((row) => row.import_id);
}

/** How to reach the wide columns of one session's spans: the SELECT, and which of its rows (as `w`) are the session's. */
export interface WideOfSession {
  select: string;
  where: string;
  params: Record<string, string | string[]>;
}

/**
 * Where the wide columns of a session's spans are. Spans of another import may be stored under another session id than
 * the one they turned out to belong to. Null when the session has no spans.
 */
export async function wideOfSession(
  db: Database,
  importsDir: string,
  sessionId: string,
): Promise<WideOfSession | null> {
  const rows = await db.all<{ import_id: string; stored: string; source_id: string }>(
    'SELECT DISTINCT import_id, coalesce(stored_session_id, session_id) AS stored, source_id FROM span WHERE session_id = $1',
    [sessionId],
  );
  const select = wideSpans(
    importsDir,
    [...new Set(rows.map((row) => row.import_id))],
    new Set(rows.map((row) => row.source_id)),
  );
  if (select === null) return null;
  const stored = [...new Set(rows.map((row) => row.stored))];
  // One id reads the row groups of that session alone, which a list of ids does not.
  return stored.length === 1
    ? { select, where: 'w.session_id = $stored', params: { stored: stored[0] ?? sessionId } }
    : { select, where: 'list_contains($stored::VARCHAR[], w.session_id)', params: { stored } };
}
