-- Builds turns and sessions of the affected sessions, whose spans are written. Everything is set-based and derived; running it twice
-- gives the same rows. What orders and counts runs over narrow tables keyed by whole numbers: sessions by session_no, spans by row_no.
--   affected   one row per session that is put together anew
--   merged     one row per span in force of them, without the texts
--   numbered   the same with place, turn and depth (number-spans.sql)

-- one row per turn, and per session for what stands before its first one: what is counted in it, and what is odd about its record
CREATE OR REPLACE TEMP TABLE counted AS
SELECT
  n.session_no, n.turn_no,
  min(n.position) FILTER (n.opens_turn) AS user_position,
  min(n.position) AS first_position,
  max(n.position) AS last_position,
  min(m.start_ns) AS start_ns,
  max(greatest(m.end_ns, m.start_ns)) AS end_ns,
  count(*) AS span_count,
  count(*) FILTER (m.kind = 'tool') AS tool_call_count,
  count(*) FILTER (m.kind = 'tool' AND m.status = 'error') AS tool_error_count,
  count(m.start_ns) AS timed_count,
  count(*) FILTER (NOT m.is_derived) AS recorded_count,
  bool_or(m.start_ns IS NOT NULL AND m.end_ns IS NULL AND NOT m.is_derived AND m.kind IN ('llm', 'tool', 'retrieval', 'agent', 'chain')) AS misses_end,
  bool_or(n.is_backwards OR m.end_ns < m.start_ns) AS is_backwards,
  bool_or(m.has_session_id) AS is_named,
  bool_or(m.opens_turn) AS is_opened,
  bool_or(m.is_rewound) AS is_rewound,
  bool_or(m.agent_id IS NOT NULL) AS has_agents
FROM numbered AS n
JOIN merged AS m ON m.row_no = n.row_no
GROUP BY n.session_no, n.turn_no;

INSERT INTO turn BY NAME
SELECT
  a.session_id, c.turn_no, u.span_id AS user_span_id, coalesce(u.text_head, '') AS user_text, c.first_position, c.last_position, c.start_ns,
  c.end_ns, c.span_count, c.tool_call_count, c.tool_error_count
FROM counted AS c
JOIN affected AS a ON a.session_no = c.session_no
LEFT JOIN (SELECT session_id, position, span_id, text_head FROM span WHERE kind = 'user') AS u
  ON u.session_id = a.session_id AND u.position = c.user_position
WHERE c.turn_no > 0
ORDER BY a.session_id, c.turn_no;

-- one row per session of which a span names a parent that is not there
CREATE OR REPLACE TEMP TABLE orphaned AS
SELECT DISTINCT p.session_no
FROM merged AS p
ANTI JOIN merged AS o ON o.session_no = p.session_no AND o.span_id = p.parent_span_id
WHERE p.parent_span_id IS NOT NULL;

-- one row per session with what is odd about its record
CREATE OR REPLACE TEMP TABLE oddity AS
SELECT
  c.session_no,
  list_filter([
    CASE WHEN sum(c.timed_count) = 0 THEN 'no-times' END,
    CASE WHEN sum(c.timed_count) > 0 AND sum(c.timed_count) < sum(c.recorded_count) THEN 'some-times-missing' END,
    CASE WHEN bool_or(c.misses_end) THEN 'missing-end-times' END,
    CASE WHEN bool_or(c.is_backwards) THEN 'clock-backwards' END,
    CASE WHEN c.session_no IN (SELECT session_no FROM orphaned) THEN 'unresolved-parents' END,
    CASE WHEN NOT bool_or(c.is_named) THEN 'no-session-id' END,
    CASE WHEN NOT bool_or(c.is_opened) THEN 'no-user-text' END,
    CASE WHEN bool_or(c.is_rewound) THEN 'rewound-branch' END,
    CASE WHEN bool_or(c.has_agents) THEN 'sub-agents' END,
    CASE WHEN any_value(a.session_id) IN (SELECT session_id FROM fork) THEN 'fork' END
  ], lambda flag: flag IS NOT NULL) AS flags
FROM counted AS c
JOIN affected AS a ON a.session_no = c.session_no
GROUP BY c.session_no;

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
    a.session_no,
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
  JOIN affected AS a ON a.session_id = s.session_id
  LEFT JOIN import AS i ON i.import_id = s.import_id
  LEFT JOIN source AS c ON c.source_id = s.source_id AND c.import_id = s.import_id
  GROUP BY a.session_no
)
SELECT a.session_id, s.* EXCLUDE (session_no, first_name), coalesce(w.title, s.first_name) AS title, m.model, o.flags
FROM whole AS s
JOIN affected AS a ON a.session_no = s.session_no
JOIN oddity AS o ON o.session_no = s.session_no
LEFT JOIN most_used AS m ON m.session_id = a.session_id
LEFT JOIN first_words AS w ON w.session_id = a.session_id
ORDER BY a.session_id;
