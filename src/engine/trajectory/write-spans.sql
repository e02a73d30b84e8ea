-- Writes the spans of the affected sessions anew, with what other records say of them. Runs after number-spans.sql, on the tables of
-- settle-told.sql and
--   pillar_of  one row per (kind, operation, tool_name, name) with its pillar
-- Texts are read here alone.

DELETE FROM span WHERE session_id IN (SELECT session_id FROM affected);
DELETE FROM turn WHERE session_id IN (SELECT session_id FROM affected);
DELETE FROM session WHERE session_id IN (SELECT session_id FROM affected);

-- one row per span of which something else is in force than its own record says
CREATE OR REPLACE TEMP TABLE changed AS
SELECT row_no, parent_span_id, trace_id, operation, status, start_ns, end_ns
FROM merged
WHERE row_no IN (
  SELECT row_no FROM fuller UNION SELECT row_no FROM restated UNION SELECT row_no FROM opening UNION SELECT row_no FROM client_event
);

-- one row per span of an import, in force or not, with its texts, which are read from its file
CREATE OR REPLACE TEMP VIEW whole_span AS
SELECT
  s.* EXCLUDE import_order REPLACE (coalesce(v.session_id, s.session_id) AS session_id, coalesce(v.has_session_id, s.has_session_id) AS has_session_id),
  v.stored_session_id, NULL::INTEGER AS telling_no
FROM stored_span AS s
LEFT JOIN (SELECT * FROM incoming WHERE stored_session_id IS NOT NULL) AS v ON v.row_no = s.row_no
UNION ALL BY NAME
SELECT * EXCLUDE import_order, -1 - rowid AS row_no FROM indexed_before;

-- Rows stay as an import has them where that is session by session; else they are put into that order (index-imports.ts), since a session is found by
-- the least and the largest id of a group of rows.
INSERT INTO span BY NAME
SELECT
  e.* EXCLUDE row_no REPLACE (
    n.seq AS seq,
    CASE WHEN m.row_no IS NULL THEN e.parent_span_id ELSE m.parent_span_id END AS parent_span_id,
    coalesce(m.trace_id, e.trace_id) AS trace_id, coalesce(m.operation, e.operation) AS operation, coalesce(m.status, e.status) AS status,
    coalesce(m.start_ns, e.start_ns) AS start_ns, coalesce(m.end_ns, e.end_ns) AS end_ns,
    coalesce(f.words.head, e.text_head) AS text_head, coalesce(f.words.tail, e.text_tail) AS text_tail,
    coalesce(f.words.length, e.text_length) AS text_length, coalesce(f.input_head, e.input_head) AS input_head,
    coalesce(f.call_hash, e.call_hash) AS call_hash, coalesce(f.status_message, e.status_message) AS status_message,
    coalesce(f.error_type, e.error_type) AS error_type, coalesce(f.tool_name, e.tool_name) AS tool_name,
    coalesce(f.tool_call_id, e.tool_call_id) AS tool_call_id, coalesce(f.agent_name, e.agent_name) AS agent_name,
    coalesce(f.agent_version, e.agent_version) AS agent_version, coalesce(f.model, e.model) AS model,
    coalesce(f.provider, e.provider) AS provider, coalesce(f.user_id, e.user_id) AS user_id, coalesce(f.feature, e.feature) AS feature,
    coalesce(f.cohort, e.cohort) AS cohort, coalesce(f.input_tokens, e.input_tokens) AS input_tokens,
    coalesce(f.output_tokens, e.output_tokens) AS output_tokens, coalesce(f.cache_read_tokens, e.cache_read_tokens) AS cache_read_tokens,
    coalesce(f.cache_write_tokens, e.cache_write_tokens) AS cache_write_tokens, coalesce(f.cost_usd, e.cost_usd) AS cost_usd,
    coalesce(e.telling_no, l.n) AS telling_no
  ),
  n.position,
  n.turn_no,
  r.pillar,
  CASE WHEN e.kind = 'user' AND e.origin IN ('human', 'simulated', 'command') AND e.agent_id IS NULL THEN 'user' ELSE r.pillar END AS lane,
  n.depth
FROM whole_span AS e
JOIN numbered AS n ON n.row_no = e.row_no
LEFT JOIN changed AS m ON m.row_no = e.row_no
LEFT JOIN fuller AS f ON f.row_no = e.row_no
LEFT JOIN telling AS l ON l.row_no = e.row_no
JOIN pillar_of AS r
  ON r.kind = e.kind AND r.name = e.name
  AND r.operation IS NOT DISTINCT FROM e.operation AND r.tool_name IS NOT DISTINCT FROM e.tool_name
ORDER BY e.session_id, n.position;
