/**
 * What an import says of spans that an earlier import holds under the same session and id with other or more content: the later
 * one stands, and the import's sources say so with the lines of both. Runs after build-index.sql, on its tables.
 */
import { linesText } from '../../shared/trace/noticed-lines';
import type { Queries } from '../workspace/queries';
import { addNotes } from './source-notes';

const LINES_SHOWN = 5;

/** Spans that are not in force beside those that are, where what the former say is lost with them. */
const OVERRULED = `
  WITH lost AS (
    SELECT * FROM every_span WHERE row_no IN (SELECT row_no FROM superseded) AND NOT is_derived
  ), stands AS (
    SELECT * FROM every_span
    WHERE row_no NOT IN (SELECT row_no FROM superseded) AND row_no NOT IN (SELECT row_no FROM told_before) AND NOT is_derived
      AND span_id IN (SELECT span_id FROM lost)
  )
  SELECT s.import_id, s.source_id, l.import_id AS lost_import_id, l.source_id AS lost_source_id, coalesce(any_value(o.name), '') AS lost_name, count(*)::INTEGER AS count,
    to_json(list(s.line::INTEGER ORDER BY s.line)[1:${String(LINES_SHOWN)}])::VARCHAR AS lines,
    to_json(list(l.line::INTEGER ORDER BY s.line)[1:${String(LINES_SHOWN)}])::VARCHAR AS lost_lines
  FROM stands AS s
  JOIN lost AS l ON l.session_id = s.session_id AND l.span_id = s.span_id AND l.import_id <> s.import_id
  LEFT JOIN source AS o ON o.import_id = l.import_id AND o.source_id = l.source_id
  WHERE NOT coalesce(s.name = l.name, true)
    OR NOT coalesce(s.start_ns = l.start_ns, true)
    OR (s.end_ns IS NULL AND l.end_ns IS NOT NULL)
    OR s.text_length < l.text_length
    -- Of a span that had not ended, the record of its end says all.
    OR ((s.end_ns IS NULL) = (l.end_ns IS NULL) AND (
      s.kind <> l.kind OR NOT starts_with(s.text_head, l.text_head) OR NOT coalesce(starts_with(s.input_head, l.input_head), true)
    ))
  GROUP BY ALL
  ORDER BY ALL`;

interface Overruled {
  import_id: string;
  source_id: string;
  lost_name: string;
  count: number;
  lines: string;
  lost_lines: string;
}

/** Adds to the notes of the indexed sources which of their spans stand for others of earlier imports. */
export async function noteSuperseded(tx: Queries): Promise<void> {
  if (!(await tx.one('SELECT 1 AS some FROM superseded LIMIT 1'))) return;
  const rows = await tx.all<Overruled>(OVERRULED);
  const notes = rows.map(({ import_id, source_id, lost_name, count, lines, lost_lines }) => {
    const at = linesText(JSON.parse(lines) as number[], count);
    const there = linesText(JSON.parse(lost_lines) as number[], count);
    const what = `span that an earlier import holds with other content: this one stands (${at}; there ${there} of ${lost_name})`;
    return { import_id, source_id, note: { what, count } };
  });
  await addNotes(tx, notes);
}
