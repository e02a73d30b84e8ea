-- Builds spans, turns and sessions of the affected sessions from the records in force (settle-told.sql, which runs before).
--   pillar_of  one row per (kind, operation, tool_name, name) with its pillar
-- Everything is set-based and derived; running it twice gives the same rows. What orders and counts runs over narrow tables
-- keyed by whole numbers: sessions by session_no, spans by row_no. Texts are read once, at the end.

-- one row per span in force of a transcript whose id several sessions hold. Claude Code begins a resumed or forked session with the records
-- of the first one, under a new session id; the ids of lines, messages and calls stay.
CREATE OR REPLACE TEMP TABLE shared AS
WITH standing AS (
  SELECT * FROM in_transcripts
  WHERE row_no NOT IN (SELECT row_no FROM told_before) AND row_no NOT IN (SELECT row_no FROM superseded)
)
SELECT row_no, session_id, span_id
FROM standing
WHERE span_id IN (SELECT span_id FROM standing GROUP BY span_id HAVING count(DISTINCT session_id) > 1);

-- one row per session with such spans: which came first. What an earlier import brought stays where it is, so that nothing people have
-- looked at moves; within an import the one that was left first is the older one.
CREATE OR REPLACE TEMP TABLE sharer AS
WITH written AS (
  SELECT session_id, import_order, max(coalesce(end_ns, start_ns)) AS last_ns
  FROM keyed_span
  WHERE session_id IN (SELECT session_id FROM shared)
  GROUP BY session_id, import_order
  QUALIFY row_number() OVER (PARTITION BY session_id ORDER BY import_order) = 1
)
SELECT session_id, row_number() OVER (ORDER BY import_order, last_ns NULLS LAST, session_id) AS age FROM written;

-- one row per span that says nothing a session before does not say under the same id, with the one that stays
CREATE OR REPLACE TEMP TABLE copied AS
WITH told AS (
  SELECT h.session_id, h.span_id, r.age, e.row_no, e.kind, coalesce(e.agent_id, '') AS agent, e.start_ns, e.end_ns, e.text_head, e.text_length
  FROM shared AS h
  JOIN sharer AS r ON r.session_id = h.session_id
  JOIN every_span AS e ON e.row_no = h.row_no
  WHERE e.session_id IN (SELECT session_id FROM sharer)
)
SELECT c.row_no, arg_min(o.row_no, o.age) AS origin_row_no
FROM told AS c
JOIN told AS o ON o.span_id = c.span_id AND o.kind = c.kind AND o.agent = c.agent AND o.age < c.age
WHERE (o.start_ns = c.start_ns OR o.end_ns = c.end_ns)
  AND coalesce(o.end_ns >= c.end_ns, c.end_ns IS NULL)
  AND o.text_length >= c.text_length AND starts_with(o.text_head, c.text_head)
GROUP BY c.row_no;

-- one row per copied span: from which session into which
CREATE OR REPLACE TEMP TABLE copy_of AS
SELECT k.row_no, k.origin_row_no, c.session_id, o.session_id AS origin_session_id
FROM copied AS k
JOIN shared AS c ON c.row_no = k.row_no
JOIN shared AS o ON o.row_no = k.origin_row_no;

DELETE FROM fork WHERE session_id IN (SELECT session_id FROM copy_of);

INSERT INTO fork BY NAME
SELECT c.session_id, arg_max(c.origin_session_id, r.age) AS origin_session_id, count(*) AS copied_span_count
FROM copy_of AS c
JOIN sharer AS r ON r.session_id = c.origin_session_id
GROUP BY c.session_id;

-- one row per span that is not in force
CREATE OR REPLACE TEMP TABLE left_out AS
SELECT row_no FROM told_before UNION ALL SELECT row_no FROM superseded UNION ALL SELECT row_no FROM copied;

-- one row per span in force of the affected sessions, without the texts
CREATE OR REPLACE TEMP TABLE merged AS
SELECT
  e.row_no, a.session_no, e.span_id, e.source_id, coalesce(g.seq, e.seq) AS seq,
  coalesce(g.import_order, e.import_order) AS import_order, coalesce(f.parent_span_id, e.parent_span_id) AS parent_span_id,
  coalesce(f.trace_id, e.trace_id) AS trace_id, e.kind, coalesce(f.operation, e.operation) AS operation, coalesce(f.status, e.status) AS status,
  e.agent_id, e.spawns_agent_id, coalesce(g.start_ns, r.start_ns, f.start_ns, e.start_ns) AS start_ns,
  coalesce(greatest(f.end_ns, e.end_ns), f.end_ns, e.end_ns) AS end_ns, e.order_by_time, e.has_session_id, e.is_rewound, e.is_derived,
  e.kind = 'user' AND e.origin IN ('human', 'simulated') AND e.agent_id IS NULL AND NOT e.is_rewound AS opens_turn
FROM keyed_span AS e
JOIN affected AS a ON a.session_id = e.session_id
LEFT JOIN fuller AS f ON f.row_no = e.row_no
LEFT JOIN restated AS r ON r.row_no = e.row_no
LEFT JOIN opening AS g ON g.row_no = e.row_no
WHERE e.row_no NOT IN (SELECT row_no FROM left_out);

-- one row per sub-agent: the span that started it and the agent that span belongs to
CREATE OR REPLACE TEMP TABLE agent AS
WITH started AS (
  SELECT session_no, spawns_agent_id AS agent_id, min(agent_id) AS parent_agent_id
  FROM merged
  WHERE spawns_agent_id IS NOT NULL
  GROUP BY ALL
), known AS (
  SELECT DISTINCT session_no, agent_id FROM merged WHERE agent_id IS NOT NULL
)
SELECT k.session_no, k.agent_id, s.parent_agent_id
FROM known AS k
LEFT JOIN started AS s ON s.session_no = k.session_no AND s.agent_id = k.agent_id AND s.parent_agent_id IS DISTINCT FROM k.agent_id;

-- one row per sub-agent with its depth; a chain of more than 16 (or a circle) stays at 16
CREATE OR REPLACE TEMP TABLE agent_depth AS
WITH RECURSIVE climb AS (
  SELECT session_no, agent_id, parent_agent_id, 1 AS depth FROM agent
  UNION ALL
  SELECT c.session_no, c.agent_id, a.parent_agent_id, c.depth + 1
  FROM climb AS c
  JOIN agent AS a ON a.session_no = c.session_no AND a.agent_id = c.parent_agent_id
  WHERE c.depth < 16
)
SELECT session_no, agent_id, max(depth) AS depth FROM climb GROUP BY ALL;

-- one row per session in which a span has no time of its own, or is not ordered by it
CREATE OR REPLACE TEMP TABLE out_of_time AS
SELECT DISTINCT session_no FROM merged WHERE start_ns IS NULL OR NOT order_by_time;

-- one row per span in force with the time it is ordered by: its own, or within a stream never before what stands above it
CREATE OR REPLACE TEMP TABLE timed AS
SELECT row_no, session_no, import_order, seq, opens_turn, start_ns AS order_ns, false AS is_backwards
FROM merged
WHERE session_no NOT IN (SELECT session_no FROM out_of_time)
UNION ALL
SELECT
  row_no, session_no, import_order, seq, opens_turn,
  CASE
    WHEN order_by_time THEN coalesce(start_ns, last_value(start_ns IGNORE NULLS) OVER in_session)
    ELSE coalesce(max(start_ns) OVER in_stream, min(start_ns) OVER whole_stream)
  END AS order_ns,
  start_ns < max(start_ns) OVER before_in_stream AND NOT order_by_time AS is_backwards
FROM (
  SELECT
    row_no, session_no, import_order, seq, opens_turn, order_by_time, start_ns,
    hash(source_id, coalesce(agent_id, ''), is_rewound) AS stream_no
  FROM merged
  WHERE session_no IN (SELECT session_no FROM out_of_time)
)
WINDOW
  in_session AS (PARTITION BY session_no ORDER BY import_order, seq ROWS UNBOUNDED PRECEDING),
  in_stream AS (PARTITION BY session_no, stream_no ORDER BY import_order, seq ROWS UNBOUNDED PRECEDING),
  before_in_stream AS (PARTITION BY session_no, stream_no ORDER BY import_order, seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
  whole_stream AS (PARTITION BY session_no, stream_no ORDER BY import_order, seq ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING);

-- one row per event of the client, with what it says of the span it is about
CREATE OR REPLACE TEMP TABLE client_event AS
SELECT
  m.row_no, m.session_no, m.trace_id, t.order_ns, m.start_ns, m.parent_span_id,
  try_cast(regexp_extract(m.parent_span_id, '^turn:(\d{1,9})$', 1) AS INTEGER) AS turn_no
FROM merged AS m
JOIN timed AS t ON t.row_no = m.row_no
WHERE m.kind = 'event'
  AND m.operation IN ('client.accept', 'client.undo', 'client.copy', 'client.edit', 'client.send', 'client.abandon');

-- one row per other span of those sessions with its place and turn, and whether it may be the answer an event is about: a model
-- call, or what an agent said where its trace tells of no model call. Without user messages each trace stands for a turn.
CREATE OR REPLACE TEMP TABLE around_event AS
SELECT
  * EXCLUDE (first_place, opened, turns_opened, speaks, calls),
  CASE WHEN turns_opened > 0 THEN opened ELSE dense_rank() OVER (PARTITION BY session_no ORDER BY first_place) END AS turn_no,
  agent_id IS NULL AND (kind = 'llm' OR (speaks AND kind IN ('agent', 'chain') AND calls = 0)) AS answers
FROM (
  SELECT
    *,
    min(place) OVER in_trace AS first_place,
    count(*) FILTER (kind = 'llm' AND agent_id IS NULL) OVER in_trace AS calls,
    max(opened) OVER (PARTITION BY session_no) AS turns_opened
  FROM (
    SELECT
      m.session_no, m.span_id, m.trace_id, m.kind, m.agent_id, t.order_ns, e.text_length > 0 AS speaks,
      row_number() OVER in_order AS place,
      sum(m.opens_turn::INTEGER) OVER in_order AS opened
    FROM merged AS m
    JOIN timed AS t ON t.row_no = m.row_no
    JOIN every_span AS e ON e.row_no = m.row_no
    WHERE m.session_no IN (SELECT session_no FROM client_event) AND m.row_no NOT IN (SELECT row_no FROM client_event)
    WINDOW in_order AS (PARTITION BY m.session_no ORDER BY t.order_ns NULLS FIRST, t.import_order, t.seq)
  )
  WINDOW in_trace AS (PARTITION BY session_no, trace_id)
);

-- one row per event that names no span itself: the last answer of the turn or trace it names, else the last one before it
CREATE OR REPLACE TEMP TABLE event_parent AS
SELECT e.row_no, arg_max(a.span_id, a.place) AS parent_span_id
FROM client_event AS e
JOIN around_event AS a ON a.session_no = e.session_no AND a.answers
WHERE (e.parent_span_id IS NULL OR e.turn_no IS NOT NULL)
  AND (e.turn_no IS NULL OR a.turn_no = e.turn_no)
  AND (e.trace_id IS NULL OR e.turn_no IS NOT NULL OR a.trace_id = e.trace_id)
  AND (e.turn_no IS NOT NULL OR e.start_ns IS NULL OR a.order_ns IS NULL OR a.order_ns <= e.start_ns)
GROUP BY e.row_no;

UPDATE merged SET parent_span_id = p.parent_span_id
FROM event_parent AS p
WHERE p.row_no = merged.row_no;

-- An event without a trace is of that of what it is about: traces stand for turns where nobody speaks.
UPDATE merged SET trace_id = a.trace_id
FROM (
  SELECT m.row_no, a.trace_id
  FROM merged AS m
  JOIN around_event AS a ON a.session_no = m.session_no AND a.span_id = m.parent_span_id
  WHERE m.trace_id IS NULL AND m.row_no IN (SELECT row_no FROM client_event)
) AS a
WHERE a.row_no = merged.row_no;

-- Where the clock cannot tell, an event stands behind what it is about.
UPDATE timed SET order_ns = a.order_ns, import_order = a.import_order, seq = a.seq + a.ordinal / 1e4
FROM (
  SELECT e.row_no, t.order_ns, t.import_order, t.seq, e.ordinal
  FROM (
    SELECT m.row_no, m.session_no, m.start_ns, m.parent_span_id, row_number() OVER (PARTITION BY m.session_no ORDER BY m.import_order, m.seq) AS ordinal
    FROM merged AS m
    WHERE m.row_no IN (SELECT row_no FROM client_event)
  ) AS e
  JOIN merged AS m ON m.session_no = e.session_no AND m.span_id = e.parent_span_id
  JOIN timed AS t ON t.row_no = m.row_no
  WHERE e.start_ns IS NULL OR t.order_ns IS NULL
) AS a
WHERE a.row_no = timed.row_no;

-- one row per span with its place in the session, and how many turns were opened up to it
CREATE OR REPLACE TEMP TABLE placed AS
SELECT
  row_no, session_no, seq, is_backwards, opens_turn,
  row_number() OVER in_order::INTEGER - 1 AS position,
  sum(opens_turn::INTEGER) OVER in_order::INTEGER AS opened
FROM timed
WINDOW in_order AS (PARTITION BY session_no ORDER BY order_ns NULLS FIRST, import_order, seq ROWS UNBOUNDED PRECEDING);

-- one row per trace of a session without any user message: each trace stands for a turn
CREATE OR REPLACE TEMP TABLE trace_turn AS
SELECT m.session_no, m.trace_id, row_number() OVER (PARTITION BY m.session_no ORDER BY min(p.position)) AS turn_no
FROM merged AS m
JOIN placed AS p ON p.row_no = m.row_no
WHERE m.session_no NOT IN (SELECT session_no FROM merged WHERE opens_turn)
GROUP BY m.session_no, m.trace_id;

-- one row per span of a sub-agent, and per span of such a trace: its depth, or its turn
CREATE OR REPLACE TEMP TABLE of_agent AS
SELECT m.row_no, d.depth
FROM merged AS m
JOIN agent_depth AS d ON d.session_no = m.session_no AND d.agent_id = m.agent_id;

CREATE OR REPLACE TEMP TABLE of_trace AS
SELECT m.row_no, t.turn_no
FROM merged AS m
JOIN trace_turn AS t ON t.session_no = m.session_no AND t.trace_id IS NOT DISTINCT FROM m.trace_id;

-- one row per span with its place, turn and depth
CREATE OR REPLACE TEMP TABLE numbered AS
SELECT
  p.row_no, p.session_no, p.seq, p.position, p.is_backwards, p.opens_turn,
  coalesce(t.turn_no, p.opened)::INTEGER AS turn_no,
  coalesce(d.depth, 0) AS depth
FROM placed AS p
LEFT JOIN of_agent AS d ON d.row_no = p.row_no
LEFT JOIN of_trace AS t ON t.row_no = p.row_no;

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

-- Rows stay as an import has them, session by session: putting wide rows into order would cost more than all else here.
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
  AND r.operation IS NOT DISTINCT FROM e.operation AND r.tool_name IS NOT DISTINCT FROM e.tool_name;

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
SELECT session_id, left(regexp_replace(trim(words), '\s+', ' ', 'g'), 200) AS title
FROM (
  SELECT session_id, arg_min(user_text, turn_no) AS words
  FROM turn
  WHERE trim(user_text) <> '' AND session_id IN (SELECT session_id FROM affected)
  GROUP BY session_id
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
