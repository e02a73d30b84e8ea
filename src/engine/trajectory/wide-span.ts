/**
 * The wide columns of spans (texts, input, output, attributes, raw) stay in the imports' Parquet files; this finds the
 * files and reads single sessions from them. Row groups are sorted by session, so a session is one short read.
 */
import { join } from 'node:path';
import type { Database } from '../workspace/database';
import { sqlText } from './index-imports';

/** A SELECT over the wide columns of the given imports, with import_id; null when there is no import. */
export function wideSpans(importsDir: string, importIds: readonly string[]): string | null {
  if (importIds.length === 0) return null;
  return importIds
    .map(
      (id) =>
        `SELECT ${sqlText(id)} AS import_id, * FROM read_parquet(${sqlText(join(importsDir, id, 'span.parquet'))})`,
    )
    .join(' UNION ALL BY NAME ');
}

/** Ids of the imports in the index, oldest first. */
export async function importIds(db: Database): Promise<string[]> {
  const rows = await db.all<{ import_id: string }>('SELECT import_id FROM import ORDER BY import_order');
  return rows.map((row) => row.import_id);
}

/** Ids of the imports that hold spans in force of one session. */
export async function importIdsOfSession(db: Database, sessionId: string): Promise<string[]> {
  const rows = await db.all<{ import_id: string }>(
    'SELECT DISTINCT import_id FROM span WHERE session_id = $1',
    [sessionId],
  );
  return rows.map((row) => row.import_id);
}
