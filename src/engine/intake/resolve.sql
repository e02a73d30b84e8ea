-- From staged rows to spans with sessions: which session each record of a span is of. After complete.sql, before settle-doubles.ts,
-- which settles several records of one span, and derive.sql.

-- one row per trace that names exactly one session on any of its spans
CREATE TABLE trace_session AS
SELECT trace_id, min(session_id) AS session_id
FROM span
WHERE trace_id IS NOT NULL AND session_id IS NOT NULL
GROUP BY trace_id
HAVING count(DISTINCT session_id) = 1;

-- one row per span that another one without session and trace refers to (a client's event to the answer it is about)
CREATE TABLE parent_session AS
SELECT p.span_id, min(coalesce(p.session_id, t.session_id, p.trace_id)) AS session_id,
  bool_and(coalesce(p.session_id, t.session_id) IS NOT NULL) AS has_session_id
FROM span AS p
LEFT JOIN trace_session AS t ON t.trace_id = p.trace_id
WHERE p.span_id IN (SELECT parent_span_id FROM span WHERE session_id IS NULL AND trace_id IS NULL AND operation LIKE 'client.%')
GROUP BY p.span_id
HAVING count(DISTINCT coalesce(p.session_id, t.session_id, p.trace_id)) = 1;

-- one row per record of a span: its session. The id of a result of a batch may be that of another batch too: without its request
-- it stays alone.
CREATE VIEW told AS
SELECT
  s.seq, s.span_id,
  coalesce(
    s.session_id, t.session_id,
    CASE WHEN s.trace_id LIKE 'batch:%' THEN 'file-' || left(s.source_id, 12) || ':' || s.line ELSE s.trace_id END,
    r.session_id, 'file-' || left(coalesce(g.first_source_id, s.source_id), 12)
  ) AS session_id,
  coalesce(s.session_id IS NOT NULL OR t.session_id IS NOT NULL OR (s.trace_id IS NULL AND r.has_session_id), false) AS has_session_id
FROM span AS s
LEFT JOIN trace_session AS t ON t.trace_id = s.trace_id
LEFT JOIN grown AS g ON g.grown_source_id = s.source_id
LEFT JOIN parent_session AS r ON r.span_id = s.parent_span_id AND s.session_id IS NULL AND s.trace_id IS NULL AND s.operation LIKE 'client.%';

-- one row per session and span id: the first record of it; doubles.sql adds those that stay beside it
CREATE TABLE kept AS
SELECT
  min(seq) AS kept_seq, session_id AS kept_session_id, arg_min(has_session_id, seq) AS kept_has_session_id, span_id AS kept_span_id,
  count(*) AS record_count
FROM told
GROUP BY session_id, span_id;

-- one row per call id that a span has, of doubles too: such calls are not derived once more
CREATE TABLE spanned_call AS SELECT DISTINCT tool_call_id FROM span WHERE tool_call_id IS NOT NULL;
