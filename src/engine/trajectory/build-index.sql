-- Builds spans, turns and sessions of the affected sessions. Before it runs:
--   incoming   one row per span of the imports at hand (columns of span.parquet, import_id, import_order)
--   pillar_of  one row per (kind, operation, tool_name, name) with its pillar
-- Everything is set-based and derived; running it twice gives the same rows.

-- one row per session the imports at hand touch
CREATE OR REPLACE TEMP TABLE affected AS
SELECT session_id FROM incoming
UNION
SELECT old_session_id FROM move
UNION
SELECT new_session_id FROM move;

-- one row per span that a history repeats and an earlier import knows already: the n-th with the same words is the n-th there
CREATE OR REPLACE TEMP TABLE told_before AS
WITH told AS (
  SELECT session_id, span_id, import_order, operation, kind, coalesce(agent_id, '') AS agent, text_length, md5(text_head) AS words, seq
  FROM incoming
  WHERE kind IN ('user', 'llm', 'system')
  UNION ALL
  SELECT s.session_id, s.span_id, i.import_order, s.operation, s.kind, coalesce(s.agent_id, ''), s.text_length, md5(s.text_head), s.seq
  FROM span AS s
  JOIN import AS i ON i.import_id = s.import_id
  WHERE s.kind IN ('user', 'llm', 'system') AND s.session_id IN (SELECT session_id FROM affected)
), counted AS (
  SELECT *, row_number() OVER (PARTITION BY session_id, agent, kind, text_length, words, import_order ORDER BY seq) AS n
  FROM told
)
SELECT session_id, span_id, import_order
FROM counted
QUALIFY operation = 'earlier message' AND n <= max(n) OVER (
  PARTITION BY session_id, agent, kind, text_length, words
  ORDER BY import_order RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
);

-- one row per span that is indexed of those sessions; they are put together anew
CREATE OR REPLACE TEMP TABLE indexed_before AS
SELECT s.* EXCLUDE (position, turn_no, pillar, lane, depth), o.order_by_time, o.has_session_id, i.import_order
FROM span AS s
JOIN import AS i ON i.import_id = s.import_id
JOIN span_order AS o ON o.session_id = s.session_id AND o.span_id = s.span_id
WHERE s.session_id IN (SELECT session_id FROM affected);

-- one row per span of an import, in force or not, with its texts
CREATE OR REPLACE TEMP VIEW every_span AS
SELECT
  session_id, span_id, import_id, source_id, line, seq, parent_span_id, trace_id, kind, origin, name, operation, tool_name,
  tool_call_id, agent_name, agent_version, agent_id, spawns_agent_id, model, provider, start_ns, end_ns, status, status_message,
  error_type, text_head, text_tail, text_length, input_head, call_hash, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens,
  cost_usd, is_rewound, is_derived, user_id, feature, cohort, order_by_time, has_session_id, import_order, stored_session_id
FROM incoming
UNION ALL BY NAME
SELECT * FROM indexed_before;

-- one row per span in force of the affected sessions: the latest import wins. Without the texts, which are joined at the
-- end: sorting and copying them at every step is what indexing would spend its time and memory on.
CREATE OR REPLACE TEMP TABLE merged AS
SELECT
  session_id, span_id, import_id, source_id, seq, import_order, parent_span_id, trace_id, kind, origin, operation, agent_id,
  spawns_agent_id, start_ns, end_ns, order_by_time, has_session_id, is_rewound, is_derived
FROM every_span AS e
WHERE NOT EXISTS (
  SELECT 1 FROM told_before AS t
  WHERE t.session_id = e.session_id AND t.span_id = e.span_id AND t.import_order = e.import_order
)
-- What only histories tell is told best where it was told first, once it is told at all.
QUALIFY row_number() OVER (
  PARTITION BY session_id, span_id
  ORDER BY CASE WHEN is_derived AND text_length = 0 THEN 1 ELSE 0 END, CASE WHEN is_derived THEN import_order ELSE -import_order END, seq
) = 1;

-- one row per sub-agent: the span that started it and the agent that span belongs to
CREATE OR REPLACE TEMP TABLE agent AS
WITH started AS (
  SELECT session_id, spawns_agent_id AS agent_id, min(agent_id) AS parent_agent_id
  FROM merged
  WHERE spawns_agent_id IS NOT NULL
  GROUP BY ALL
), known AS (
  SELECT DISTINCT session_id, agent_id FROM merged WHERE agent_id IS NOT NULL
)
SELECT k.session_id, k.agent_id, s.parent_agent_id
FROM known AS k
LEFT JOIN started AS s ON s.session_id = k.session_id AND s.agent_id = k.agent_id AND s.parent_agent_id IS DISTINCT FROM k.agent_id;

-- one row per sub-agent with its depth; a chain of more than 16 (or a circle) stays at 16
CREATE OR REPLACE TEMP TABLE agent_depth AS
WITH RECURSIVE climb AS (
  SELECT session_id, agent_id, parent_agent_id, 1 AS depth FROM agent
  UNION ALL
  SELECT c.session_id, c.agent_id, a.parent_agent_id, c.depth + 1
  FROM climb AS c
  JOIN agent AS a ON a.session_id = c.session_id AND a.agent_id = c.parent_agent_id
  WHERE c.depth < 16
)
SELECT session_id, agent_id, max(depth) AS depth FROM climb GROUP BY ALL;

-- one row per span with the time it is ordered by: its own, or within a stream never before what stands above it
CREATE OR REPLACE TEMP TABLE timed AS
SELECT
  *,
  CASE
    WHEN order_by_time THEN coalesce(start_ns, last_value(start_ns IGNORE NULLS) OVER in_session)
    ELSE coalesce(max(start_ns) OVER in_stream, min(start_ns) OVER whole_stream)
  END AS order_ns,
  start_ns < max(start_ns) OVER before_in_stream AND NOT order_by_time AS is_backwards
FROM merged
WINDOW
  in_session AS (PARTITION BY session_id ORDER BY import_order, seq ROWS UNBOUNDED PRECEDING),
  in_stream AS (PARTITION BY session_id, source_id, coalesce(agent_id, ''), is_rewound ORDER BY import_order, seq ROWS UNBOUNDED PRECEDING),
  before_in_stream AS (PARTITION BY session_id, source_id, coalesce(agent_id, ''), is_rewound ORDER BY import_order, seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
  whole_stream AS (PARTITION BY session_id, source_id, coalesce(agent_id, ''), is_rewound);

-- one row per event of the client, with what it says of the span it is about
CREATE OR REPLACE TEMP TABLE client_event AS
SELECT session_id, span_id, trace_id, order_ns, start_ns, parent_span_id, try_cast(regexp_extract(parent_span_id, '^turn:(\d{1,9})$', 1) AS INTEGER) AS turn_no
FROM timed
WHERE kind = 'event' AND operation IN ('client.accept', 'client.undo', 'client.copy', 'client.edit', 'client.send', 'client.abandon');

-- one row per other span of those sessions with its place and turn
CREATE OR REPLACE TEMP TABLE around_event AS
SELECT
  t.session_id, t.span_id, t.trace_id, t.kind, t.agent_id, t.order_ns,
  row_number() OVER in_order AS place,
  sum((t.kind = 'user' AND t.origin IN ('human', 'simulated') AND t.agent_id IS NULL AND NOT t.is_rewound)::INTEGER) OVER in_order AS turn_no
FROM timed AS t
ANTI JOIN client_event AS e ON e.session_id = t.session_id AND e.span_id = t.span_id
WHERE t.session_id IN (SELECT session_id FROM client_event)
WINDOW in_order AS (PARTITION BY t.session_id ORDER BY t.order_ns NULLS FIRST, t.import_order, t.seq);

-- one row per event that names no span itself: the last answer of the turn or trace it names, else the last one before it
CREATE OR REPLACE TEMP TABLE event_parent AS
SELECT e.session_id, e.span_id, arg_max(a.span_id, a.place) AS parent_span_id
FROM client_event AS e
JOIN around_event AS a ON a.session_id = e.session_id AND a.kind = 'llm' AND a.agent_id IS NULL
WHERE (e.parent_span_id IS NULL OR e.turn_no IS NOT NULL)
  AND (e.turn_no IS NULL OR a.turn_no = e.turn_no)
  AND (e.trace_id IS NULL OR e.turn_no IS NOT NULL OR a.trace_id = e.trace_id)
  AND (e.turn_no IS NOT NULL OR e.start_ns IS NULL OR a.order_ns IS NULL OR a.order_ns <= e.start_ns)
GROUP BY e.session_id, e.span_id;

UPDATE timed SET parent_span_id = p.parent_span_id
FROM event_parent AS p
WHERE p.session_id = timed.session_id AND p.span_id = timed.span_id;

-- Where the clock cannot tell, an event stands behind what it is about.
UPDATE timed SET order_ns = a.order_ns, import_order = a.import_order, seq = a.seq + e.ordinal / 1e4
FROM (
  SELECT session_id, span_id, parent_span_id, row_number() OVER (PARTITION BY session_id ORDER BY import_order, seq) AS ordinal
  FROM timed
  WHERE (session_id, span_id) IN (SELECT (session_id, span_id) FROM client_event)
) AS e
JOIN timed AS a ON a.session_id = e.session_id AND a.span_id = e.parent_span_id
WHERE e.session_id = timed.session_id AND e.span_id = timed.span_id AND (timed.start_ns IS NULL OR a.order_ns IS NULL);

-- one row per span with its place in the session
CREATE OR REPLACE TEMP TABLE placed AS
SELECT
  *,
  row_number() OVER (PARTITION BY session_id ORDER BY order_ns NULLS FIRST, import_order, seq) - 1 AS position,
  kind = 'user' AND origin IN ('human', 'simulated') AND agent_id IS NULL AND NOT is_rewound AS opens_turn
FROM timed;

-- one row per trace of a session without any user message: each trace stands for a turn
CREATE OR REPLACE TEMP TABLE trace_turn AS
SELECT session_id, trace_id, row_number() OVER (PARTITION BY session_id ORDER BY min(position)) AS turn_no
FROM placed
WHERE session_id NOT IN (SELECT session_id FROM placed WHERE opens_turn)
GROUP BY session_id, trace_id;

-- one row per span in force that has no words of its own and another import's log records tell: those words
CREATE OR REPLACE TEMP TABLE told_elsewhere AS
SELECT m.session_id, m.span_id, arg_max(o.text_head, o.text_length) AS text_head, arg_max(o.text_tail, o.text_length) AS text_tail,
  max(o.text_length) AS text_length
FROM merged AS m
JOIN every_span AS e ON e.session_id = m.session_id AND e.span_id = m.span_id AND e.import_id = m.import_id AND e.text_length = 0
JOIN every_span AS o ON o.session_id = m.session_id AND o.span_id = m.span_id AND o.import_id <> m.import_id
WHERE o.is_derived AND o.text_length > 0
GROUP BY m.session_id, m.span_id;

DELETE FROM span WHERE session_id IN (SELECT session_id FROM affected);
DELETE FROM span_order WHERE session_id IN (SELECT session_id FROM affected);
DELETE FROM turn WHERE session_id IN (SELECT session_id FROM affected);
DELETE FROM session WHERE session_id IN (SELECT session_id FROM affected);

INSERT INTO span BY NAME
WITH numbered AS (
  SELECT
    p.session_id, p.span_id, p.import_id, p.seq, p.parent_span_id, p.position,
    coalesce(t.turn_no, sum(p.opens_turn::INTEGER) OVER (PARTITION BY p.session_id ORDER BY p.position))::INTEGER AS turn_no,
    coalesce(d.depth, CASE WHEN p.agent_id IS NULL THEN 0 ELSE 1 END) AS depth
  FROM placed AS p
  LEFT JOIN agent_depth AS d ON d.session_id = p.session_id AND d.agent_id = p.agent_id
  LEFT JOIN trace_turn AS t ON t.session_id = p.session_id AND t.trace_id IS NOT DISTINCT FROM p.trace_id
)
SELECT
  e.* EXCLUDE (order_by_time, has_session_id, import_order) REPLACE (
    n.seq AS seq, n.parent_span_id AS parent_span_id,
    coalesce(w.text_head, e.text_head) AS text_head, coalesce(w.text_tail, e.text_tail) AS text_tail,
    coalesce(w.text_length, e.text_length) AS text_length
  ),
  n.position,
  n.turn_no,
  r.pillar,
  CASE WHEN e.kind = 'user' AND e.origin IN ('human', 'simulated', 'command') AND e.agent_id IS NULL THEN 'user' ELSE r.pillar END AS lane,
  n.depth
FROM every_span AS e
JOIN numbered AS n ON n.session_id = e.session_id AND n.span_id = e.span_id AND n.import_id = e.import_id
LEFT JOIN told_elsewhere AS w ON w.session_id = e.session_id AND w.span_id = e.span_id
JOIN pillar_of AS r
  ON r.kind = e.kind AND r.name = e.name
  AND r.operation IS NOT DISTINCT FROM e.operation AND r.tool_name IS NOT DISTINCT FROM e.tool_name
ORDER BY e.session_id, n.position;

INSERT INTO span_order SELECT session_id, span_id, order_by_time, has_session_id FROM placed;

INSERT INTO turn BY NAME
SELECT
  s.session_id, s.turn_no,
  arg_min(s.span_id, s.position) FILTER (p.opens_turn) AS user_span_id,
  coalesce(arg_min(s.text_head, s.position) FILTER (p.opens_turn), '') AS user_text,
  min(s.position) AS first_position,
  max(s.position) AS last_position,
  min(s.start_ns) AS start_ns,
  max(coalesce(s.end_ns, s.start_ns)) AS end_ns,
  count(*) AS span_count,
  count(*) FILTER (s.kind = 'tool') AS tool_call_count,
  count(*) FILTER (s.kind = 'tool' AND s.status = 'error') AS tool_error_count
FROM span AS s
JOIN placed AS p ON p.session_id = s.session_id AND p.span_id = s.span_id
WHERE s.turn_no > 0
GROUP BY s.session_id, s.turn_no
ORDER BY s.session_id, s.turn_no;

-- one row per session with what is odd about its record
CREATE OR REPLACE TEMP TABLE oddity AS
SELECT
  p.session_id,
  list_filter([
    CASE WHEN count(p.start_ns) = 0 THEN 'no-times' END,
    CASE WHEN count(p.start_ns) > 0 AND count(p.start_ns) < count(*) FILTER (NOT p.is_derived) THEN 'some-times-missing' END,
    CASE WHEN bool_or(p.start_ns IS NOT NULL AND p.end_ns IS NULL AND NOT p.is_derived AND p.kind IN ('llm', 'tool', 'retrieval', 'agent', 'chain')) THEN 'missing-end-times' END,
    CASE WHEN bool_or(p.is_backwards OR p.end_ns < p.start_ns) THEN 'clock-backwards' END,
    CASE WHEN bool_or(p.parent_span_id IS NOT NULL AND parent.span_id IS NULL) THEN 'unresolved-parents' END,
    CASE WHEN NOT bool_or(p.has_session_id) THEN 'no-session-id' END,
    CASE WHEN NOT bool_or(p.opens_turn) THEN 'no-user-text' END,
    CASE WHEN bool_or(p.is_rewound) THEN 'rewound-branch' END,
    CASE WHEN bool_or(p.agent_id IS NOT NULL) THEN 'sub-agents' END
  ], lambda flag: flag IS NOT NULL) AS flags
FROM placed AS p
LEFT JOIN placed AS parent ON parent.session_id = p.session_id AND parent.span_id = p.parent_span_id
GROUP BY p.session_id;

INSERT INTO session BY NAME
SELECT
  s.session_id,
  arg_max(s.import_id, i.import_order) AS import_id,
  arg_min(s.source_id, s.position) AS source_id,
  coalesce(arg_min(c.format, s.position), 'unknown') AS format,
  coalesce(
    arg_min(left(regexp_replace(trim(s.text_head), '\s+', ' ', 'g'), 200), s.position)
      FILTER (s.kind = 'user' AND s.origin IN ('human', 'simulated') AND s.agent_id IS NULL AND NOT s.is_rewound AND trim(s.text_head) <> ''),
    arg_min(s.name, s.position)
  ) AS title,
  coalesce(arg_min(s.agent_name, s.position) FILTER (s.agent_name IS NOT NULL AND s.agent_id IS NULL), arg_min(s.agent_name, s.position) FILTER (s.agent_name IS NOT NULL)) AS agent_name,
  arg_min(s.agent_version, s.position) FILTER (s.agent_version IS NOT NULL) AS agent_version,
  mode(s.model ORDER BY s.model) FILTER (s.kind = 'llm' AND s.model IS NOT NULL) AS model,
  arg_min(s.feature, s.position) FILTER (s.feature IS NOT NULL) AS feature,
  arg_min(s.cohort, s.position) FILTER (s.cohort IS NOT NULL) AS cohort,
  arg_min(s.user_id, s.position) FILTER (s.user_id IS NOT NULL) AS user_id,
  min(s.start_ns) AS start_ns,
  max(coalesce(s.end_ns, s.start_ns)) AS end_ns,
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
  any_value(o.flags) AS flags,
  coalesce(list_sort(list_distinct(list(s.pillar) FILTER (s.status = 'error'))), []) AS error_pillars
FROM span AS s
JOIN affected AS a ON a.session_id = s.session_id
JOIN oddity AS o ON o.session_id = s.session_id
LEFT JOIN import AS i ON i.import_id = s.import_id
LEFT JOIN source AS c ON c.source_id = s.source_id AND c.import_id = s.import_id
GROUP BY s.session_id
ORDER BY s.session_id;
