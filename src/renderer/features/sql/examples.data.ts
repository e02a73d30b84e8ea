/** Queries to begin with: each says what it answers. They rest on the documented views alone. */
export interface Example {
  title: string;
  query: string;
}

export const examples: readonly Example[] = [
  {
    title: 'Which signals fire most, and in how many sessions',
    query: `SELECT signal, count(*) AS findings, count(DISTINCT session_id) AS sessions
FROM findings
GROUP BY signal
ORDER BY findings DESC`,
  },
  {
    title: 'Which tools fail most often',
    query: `SELECT tool_name, count(*) AS calls, count(*) FILTER (status = 'error') AS errors,
  round(100.0 * count(*) FILTER (status = 'error') / count(*), 1) AS error_percent
FROM spans
WHERE kind = 'tool' AND NOT is_rewound
GROUP BY tool_name
ORDER BY errors DESC, calls DESC`,
  },
  {
    title: 'Sessions by day, and those with a correction',
    query: `SELECT date_trunc('day', started_at) AS day, count(*) AS sessions,
  count(*) FILTER (correction_count > 0) AS corrected
FROM sessions
WHERE started_at IS NOT NULL
GROUP BY day
ORDER BY day`,
  },
  {
    title: 'Length of a session against its tool errors',
    query: `SELECT turn_count, tool_error_count, session_id, title
FROM sessions
ORDER BY tool_error_count DESC
LIMIT 500`,
  },
  {
    title: 'What users said right after a failed tool call',
    query: `SELECT t.session_id, t.turn_no, t.user_text
FROM turns AS t
JOIN turns AS before ON before.session_id = t.session_id AND before.turn_no = t.turn_no - 1
WHERE before.tool_error_count > 0 AND t.user_text IS NOT NULL
ORDER BY t.session_id, t.turn_no`,
  },
  {
    title: 'Lines of the sources that could not be used',
    query: `SELECT s.name, r.line, r.reason, r.excerpt
FROM rejects AS r
JOIN sources AS s USING (import_id, source_id)
ORDER BY s.name, r.line`,
  },
];
