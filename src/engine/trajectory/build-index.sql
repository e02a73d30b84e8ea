-- Builds turns and sessions of the affected sessions, whose spans are written. Everything is set-based and derived; running it twice
-- gives the same rows. What orders and counts runs over narrow tables keyed by whole numbers: sessions by session_no, spans by row_no.
--   affected   one row per session that is put together anew
--   merged     one row per span in force of them, without the texts
--   numbered   the same with place, turn and depth (number-spans.sql)

INSERT INTO turn BY NAME
WITH counted AS (
  SELECT
    n.session_no, n.turn_no,
    min(n.position) FILTER (n.opens_turn) AS user_position,
    min(n.position) AS first_position,
    max(n.position) AS last_position,
    min(m.start_ns) AS start_ns,
    max(greatest(m.end_ns, m.start_ns)) AS end_ns,
    count(*) AS span_count,
    count(*) FILTER (m.kind = 'tool') AS tool_call_count,
    count(*) FILTER (m.kind = 'tool' AND m.status = 'error') AS tool_error_count
  FROM numbered AS n
  JOIN merged AS m ON m.row_no = n.row_no
  WHERE n.turn_no > 0
  GROUP BY n.session_no, n.turn_no
)
SELECT
  a.session_id, c.turn_no, u.span_id AS user_span_id, coalesce(u.text_head, '') AS user_text,
  c.* EXCLUDE (session_no, turn_no, user_position)
FROM counted AS c
JOIN affected AS a ON a.session_no = c.session_no
LEFT JOIN (SELECT session_id, position, span_id, text_head FROM span WHERE kind = 'user') AS u
  ON u.session_id = a.session_id AND u.position = c.user_position
ORDER BY a.session_id, c.turn_no;

-- one row per session with what is odd about its record
CREATE OR REPLACE TEMP TABLE oddity AS
WITH parent AS (
  SELECT DISTINCT p.session_no
  FROM merged AS p
  ANTI JOIN merged AS o ON o.session_no = p.session_no AND o.span_id = p.parent_span_id
  WHERE p.parent_span_id IS NOT NULL
)
SELECT
  p.session_no,
  list_filter([
    CASE WHEN count(p.start_ns) = 0 THEN 'no-times' END,
    CASE WHEN count(p.start_ns) > 0 AND count(p.start_ns) < count(*) FILTER (NOT p.is_derived) THEN 'some-times-missing' END,
    CASE WHEN bool_or(p.start_ns IS NOT NULL AND p.end_ns IS NULL AND NOT p.is_derived AND p.kind IN ('llm', 'tool', 'retrieval', 'agent', 'chain')) THEN 'missing-end-times' END,
    CASE WHEN bool_or(n.is_backwards OR p.end_ns < p.start_ns) THEN 'clock-backwards' END,
    CASE WHEN p.session_no IN (SELECT session_no FROM parent) THEN 'unresolved-parents' END,
    CASE WHEN NOT bool_or(p.has_session_id) THEN 'no-session-id' END,
    CASE WHEN NOT bool_or(p.opens_turn) THEN 'no-user-text' END,
    CASE WHEN bool_or(p.is_rewound) THEN 'rewound-branch' END,
    CASE WHEN bool_or(p.agent_id IS NOT NULL) THEN 'sub-agents' END,
    CASE WHEN any_value(a.session_id) IN (SELECT session_id FROM fork) THEN 'fork' END
  ], lambda flag: flag IS NOT NULL) AS flags
FROM merged AS p
JOIN numbered AS n ON n.row_no = p.row_no
JOIN affected AS a ON a.session_no = p.session_no
GROUP BY p.session_no;

-- one row per session: the model that most of its calls used, of equals the first by name
CREATE OR REPLACE TEMP TABLE most_used AS
SELECT session_id, arg_min(model, {calls: -calls, model: model}) AS model
FROM (
  SELECT session_id, model, count(*) AS calls
  FROM span
  WHERE kind = 'llm' AND model IS NOT NULL AND session_id IN (SELECT session_id FROM affected)
  GROUP BY session_id, model
)
GROUP BY session_id;

-- one row per session that a person opened with words: the first of them
CREATE OR REPLACE TEMP TABLE first_words AS
SELECT
  session_id,
  -- What is shown is short, and mostly told by how the text begins: going through all of a long one costs more than all else of this.
  left(CASE WHEN length(begun) > 200 OR strlen(words) <= 300 THEN begun ELSE regexp_replace(trim(words), '\s+', ' ', 'g') END, 200) AS title
FROM (
  SELECT session_id, words, regexp_replace(trim(left(words, 300)), '\s+', ' ', 'g') AS begun
  FROM (
    SELECT session_id, ltrim(arg_min(user_text, turn_no)) AS words
    FROM turn
    WHERE ltrim(user_text) <> '' AND session_id IN (SELECT session_id FROM affected)
    GROUP BY session_id
  )
);

INSERT INTO session BY NAME
WITH whole AS (
  SELECT
    s.session_id,
    arg_max(s.import_id, i.import_order) AS import_id,
    arg_min(s.source_id, s.position) AS source_id,
    coalesce(arg_min(c.format, s.position) FILTER (NOT s.is_derived), arg_min(c.format, s.position), 'unknown') AS format,
    arg_min(s.name, s.position) AS first_name,
    coalesce(arg_min(s.agent_name, s.position) FILTER (s.agent_name IS NOT NULL AND s.agent_id IS NULL), arg_min(s.agent_name, s.position) FILTER (s.agent_name IS NOT NULL)) AS agent_name,
    arg_min(s.agent_version, s.position) FILTER (s.agent_version IS NOT NULL) AS agent_version,
    arg_min(s.feature, s.position) FILTER (s.feature IS NOT NULL) AS feature,
    arg_min(s.cohort, s.position) FILTER (s.cohort IS NOT NULL) AS cohort,
    arg_min(s.user_id, s.position) FILTER (s.user_id IS NOT NULL) AS user_id,
    min(s.start_ns) AS start_ns,
    max(greatest(s.end_ns, s.start_ns)) AS end_ns,
    greatest(max(s.turn_no), 0) AS turn_count,
    -- What people said on branches they left was said all the same; only turns leave it out.
    count(*) FILTER (s.kind = 'user' AND s.origin IN ('human', 'simulated') AND s.agent_id IS NULL) AS user_turn_count,
    count(*) AS span_count,
    count(*) FILTER (s.kind = 'llm') AS llm_call_count,
    count(*) FILTER (s.kind = 'tool') AS tool_call_count,
    count(*) FILTER (s.kind = 'tool' AND s.status = 'error') AS tool_error_count,
    count(*) FILTER (s.kind = 'event' AND s.name = 'interruption') AS interruption_count,
    count(*) FILTER (s.status = 'rejected') AS rejection_count,
    sum(s.input_tokens) FILTER (s.kind = 'llm')::BIGINT AS input_tokens,
    sum(s.output_tokens) FILTER (s.kind = 'llm')::BIGINT AS output_tokens,
    sum(s.cost_usd) FILTER (s.kind = 'llm') AS cost_usd,
    coalesce(list_sort(list_distinct(list(s.pillar) FILTER (s.status = 'error'))), []) AS error_pillars
  FROM span AS s
  LEFT JOIN import AS i ON i.import_id = s.import_id
  LEFT JOIN source AS c ON c.source_id = s.source_id AND c.import_id = s.import_id
  WHERE s.session_id IN (SELECT session_id FROM affected)
  GROUP BY s.session_id
)
SELECT s.* EXCLUDE first_name, coalesce(w.title, s.first_name) AS title, m.model, o.flags
FROM whole AS s
JOIN affected AS a ON a.session_id = s.session_id
JOIN oddity AS o ON o.session_no = a.session_no
LEFT JOIN most_used AS m ON m.session_id = s.session_id
LEFT JOIN first_words AS w ON w.session_id = s.session_id
ORDER BY s.session_id;

-- Sessions of lines that are of another format than their file.
WITH told AS (
  SELECT s.session_id, arg_min(o.format, s.position) AS format
  FROM other_lines AS o
  JOIN span AS s ON s.import_id = o.import_id AND s.source_id = o.source_id AND s.line BETWEEN o.first_line AND o.last_line
  WHERE NOT s.is_derived AND s.session_id IN (SELECT session_id FROM affected)
  GROUP BY s.session_id
)
UPDATE session SET format = told.format FROM told WHERE told.session_id = session.session_id;
