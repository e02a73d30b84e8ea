/**
 * What an import says of spans that stand in another session already, because a resumed or forked session began as a copy of
 * it: they count there alone. Runs after build-index.sql, on its tables.
 */
import { linesText } from '../../shared/trace/noticed-lines';
import type { Queries } from '../workspace/queries';
import { addNotes } from './source-notes';

const LINES_SHOWN = 5;

const COPIED = `
  SELECT c.import_id, c.source_id, k.session_id, k.origin_session_id, count(*)::INTEGER AS count,
    to_json(list_sort(list_distinct(list(c.line::INTEGER)))[1:${String(LINES_SHOWN)}])::VARCHAR AS lines
  FROM copy_of AS k
  JOIN every_span AS c ON c.row_no = k.row_no
  GROUP BY ALL
  ORDER BY ALL`;

interface Copied {
  import_id: string;
  source_id: string;
  session_id: string;
  origin_session_id: string;
  count: number;
  lines: string;
}

/** Adds to the notes of the indexed sources how many of their spans are copies of which session's. */
export async function noteCopied(tx: Queries): Promise<void> {
  if (!(await tx.one('SELECT 1 AS some FROM copied LIMIT 1'))) return;
  const rows = await tx.all<Copied>(COPIED);
  const notes = rows.map(({ import_id, source_id, session_id, origin_session_id, count, lines }) => {
    const at = linesText(JSON.parse(lines) as number[], count);
    const what = `span copied from session ${origin_session_id} into its fork ${session_id}, counted there alone (${at})`;
    return { import_id, source_id, note: { what, count } };
  });
  await addNotes(tx, notes);
}
