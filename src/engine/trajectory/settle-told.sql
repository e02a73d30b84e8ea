-- Which of the records that imports hold of the affected sessions are in force. Several imports may tell of one session, and so may
-- one that took parts of it for sessions of their own (join-imports.sql): a `group` is what one import read as one session. Within a
-- group intake has settled everything; across groups this does, so that the same comes out as if all had come at once. Before it runs:
--   stored_span one row per span of the imports at hand, as their files have it, with row_no (a view)
--   incoming   one row per span of the imports at hand: the keys of it, and the session it belongs to
--   move       one row per span that was moved into another session (join-imports.sql)
--   kin        one row per indexed session that shares span ids with another one at hand (join-imports.sql)
-- and after it, order-spans.sql to build-index.sql make spans, turns and sessions of what is in force. Everything is set-based and derived.

-- one row per session and group at hand
CREATE OR REPLACE TEMP TABLE coming AS
SELECT DISTINCT session_id, import_order, coalesce(stored_session_id, session_id) AS stored FROM incoming;

-- one row per session the imports at hand touch
CREATE OR REPLACE TEMP TABLE affected AS
SELECT session_id, row_number() OVER ()::INTEGER AS session_no
FROM (
  SELECT session_id FROM coming
  UNION
  SELECT old_session_id FROM move
  UNION
  SELECT new_session_id FROM move
  UNION
  SELECT session_id FROM kin
);

-- one row per span that is indexed of those sessions; they are put together anew
CREATE OR REPLACE TEMP TABLE indexed_before AS
SELECT
  s.* EXCLUDE (position, turn_no, pillar, lane, depth), i.import_order
FROM span AS s
JOIN import AS i ON i.import_id = s.import_id
WHERE s.session_id IN (SELECT session_id FROM affected);

-- one row per session that more than one group tells of; none where all is new
CREATE OR REPLACE TEMP TABLE told_twice AS
SELECT session_id
FROM (
  SELECT session_id, import_order, stored FROM coming
  UNION
  SELECT session_id, import_order, coalesce(stored_session_id, session_id) FROM indexed_before
)
GROUP BY session_id
HAVING count(*) > 1;

-- one row per span of an import, in force or not, without what it says
CREATE OR REPLACE TEMP VIEW keyed_span AS
SELECT * FROM incoming
UNION ALL BY NAME
SELECT
  session_id, span_id, import_id, import_order, source_id, seq, parent_span_id, trace_id, kind, origin, operation, agent_id, spawns_agent_id,
  start_ns, end_ns, status, order_by_time, has_session_id, is_rewound, is_derived, stored_session_id, -1 - rowid AS row_no
FROM indexed_before;

-- one row per session and span id that several records are of
CREATE OR REPLACE TEMP TABLE several AS
SELECT session_id, span_id FROM keyed_span GROUP BY session_id, span_id HAVING count(*) > 1;

-- one row per span of a transcript whose id several sessions hold
CREATE OR REPLACE TEMP TABLE in_transcripts AS
WITH transcript AS (
  SELECT e.row_no, e.session_id, e.span_id
  FROM keyed_span AS e
  JOIN source AS c ON c.import_id = e.import_id AND c.source_id = e.source_id AND c.format = 'claude-code'
  WHERE e.has_session_id AND NOT e.is_derived
)
SELECT row_no, session_id, span_id
FROM transcript
WHERE span_id IN (SELECT span_id FROM transcript GROUP BY span_id HAVING count(DISTINCT session_id) > 1);

-- one row per span at hand of a session in which records have to be compared, or events say what was done with an answer: what they say
CREATE OR REPLACE TEMP TABLE compared AS
SELECT
  row_no, line, name, tool_name, tool_call_id, agent_name, agent_version, model, provider, status_message, error_type, text_head, text_tail,
  text_length, input_head, call_hash, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd, user_id, feature, cohort
FROM stored_span
WHERE row_no IN (
  SELECT row_no FROM incoming
  WHERE session_id IN (
    SELECT session_id FROM told_twice
    UNION SELECT session_id FROM several
    UNION SELECT session_id FROM in_transcripts
    UNION SELECT session_id FROM incoming WHERE kind = 'event' AND operation LIKE 'client.%'
  )
);

-- one row per span of an import, in force or not; what it says is there for the spans in compared
CREATE OR REPLACE TEMP VIEW every_span AS
SELECT i.*, NULL::INTEGER AS telling_no, c.* EXCLUDE row_no
FROM incoming AS i
LEFT JOIN compared AS c ON c.row_no = i.row_no
UNION ALL BY NAME
SELECT *, -1 - rowid AS row_no FROM indexed_before;

-- one row per message of those sessions: the n-th with the same words in its group, and whether a history alone holds it, of before
CREATE OR REPLACE TEMP TABLE telling AS
WITH told AS (
  SELECT
    row_no, session_id, import_order, coalesce(stored_session_id, session_id) AS stored, trace_id, operation IS NOT DISTINCT FROM 'earlier message' AS is_earlier,
    is_derived, kind, coalesce(agent_id, '') AS agent, text_length, md5(text_head) AS words, start_ns, seq, telling_no
  FROM every_span
  WHERE kind IN ('user', 'llm', 'system') AND session_id IN (SELECT session_id FROM told_twice)
), ranked AS (
  SELECT session_id, import_order, stored, row_number() OVER (PARTITION BY session_id ORDER BY min(start_ns) NULLS LAST, import_order, stored) AS group_no
  FROM told
  GROUP BY session_id, import_order, stored
)
SELECT
  t.* EXCLUDE (telling_no), r.group_no,
  -- Where others of the group are left out already, the number it had among them.
  coalesce(t.telling_no, row_number() OVER (PARTITION BY t.session_id, r.group_no, t.agent, t.kind, t.text_length, t.words ORDER BY t.seq))::INTEGER AS n
FROM told AS t
JOIN ranked AS r ON r.session_id = t.session_id AND r.import_order = t.import_order AND r.stored = t.stored;

-- one row per call of those sessions that has a span of its own
CREATE OR REPLACE TEMP TABLE own_call AS
SELECT DISTINCT session_id, tool_call_id, tool_name
FROM every_span
WHERE kind = 'tool' AND NOT is_derived AND session_id IN (SELECT session_id FROM told_twice) AND coalesce(tool_call_id, tool_name) IS NOT NULL;

-- one row per message that another group tells as well: of a history where its own call, or an earlier history, has it too, and
-- of a trace that two groups hold
CREATE OR REPLACE TEMP TABLE told_before AS
SELECT row_no
FROM telling
WINDOW in_order AS (PARTITION BY session_id, agent, kind, text_length, words ORDER BY group_no)
QUALIFY is_earlier AND n <= coalesce(greatest(
  max(n) FILTER (NOT is_earlier) OVER (in_order RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE GROUP),
  max(n) OVER (in_order RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), 0)
UNION
SELECT row_no
FROM (
  SELECT *, row_number() OVER (PARTITION BY session_id, group_no, agent, kind, text_length, words, trace_id ORDER BY seq) AS of_trace
  FROM telling
  WHERE is_derived AND NOT is_earlier AND trace_id IS NOT NULL
)
QUALIFY row_number() OVER (PARTITION BY session_id, agent, kind, text_length, words, trace_id, of_trace ORDER BY import_order, group_no) > 1
UNION
-- What is called has a span of its own in another group.
SELECT row_no
FROM every_span
WHERE kind = 'tool' AND is_derived AND session_id IN (SELECT session_id FROM told_twice) AND (
  (session_id, tool_call_id) IN (SELECT (session_id, tool_call_id) FROM own_call WHERE tool_call_id IS NOT NULL)
  OR (session_id, tool_name) IN (SELECT (session_id, tool_name) FROM own_call WHERE tool_call_id IS NULL)
);

-- one row per record of a span that several records of the session are of: which place it has among them. What has ended says more
-- than what had only begun, the record of a span more than what is told of it; else the latest import wins.
CREATE OR REPLACE TEMP TABLE twice AS
WITH candidate AS (
  SELECT row_no, session_id, span_id, is_derived, text_length, start_ns, end_ns, import_order, seq
  FROM every_span
  WHERE (session_id, span_id) IN (SELECT (session_id, span_id) FROM several) AND row_no NOT IN (SELECT row_no FROM told_before)
), twofold AS (
  SELECT session_id, span_id FROM candidate GROUP BY session_id, span_id HAVING count(*) > 1
)
SELECT c.row_no, first_value(c.row_no) OVER in_order AS standing_row_no, row_number() OVER in_order AS place
FROM candidate AS c
JOIN twofold AS t ON t.session_id = c.session_id AND t.span_id = c.span_id
WINDOW in_order AS (
  PARTITION BY c.session_id, c.span_id
  ORDER BY CASE WHEN NOT is_derived THEN 0 WHEN text_length > 0 THEN 1 ELSE 2 END, NOT is_derived AND end_ns IS NULL,
    CASE WHEN is_derived THEN start_ns END NULLS LAST, CASE WHEN is_derived THEN import_order ELSE -import_order END, seq
);

-- one row per span that another of the same session and id stands before
CREATE OR REPLACE TEMP TABLE superseded AS
SELECT row_no FROM twice WHERE place > 1;

-- one row per span in force that others say more of: what it leaves out. Records of one span contradict each other neither in its name
-- nor in its beginning; what log records or histories tell of it has a name of its own.
CREATE OR REPLACE TEMP TABLE fuller AS
WITH record AS MATERIALIZED (
  SELECT * FROM every_span WHERE row_no IN (SELECT row_no FROM twice)
)
SELECT
  s.row_no,
  arg_max({head: o.text_head, tail: o.text_tail, length: o.text_length}, o.text_length) FILTER (s.text_length = 0 AND o.text_length > 0) AS words,
  arg_max(o.input_head, length(o.input_head)) FILTER (s.input_head IS NULL) AS input_head,
  arg_max(o.call_hash, length(o.input_head)) FILTER (s.input_head IS NULL) AS call_hash,
  arg_min(o.status, t.place) FILTER (o.status <> 'unset' AND (o.is_derived OR s.status = 'unset')) AS status,
  arg_min(o.status_message, t.place) FILTER (s.status_message IS NULL) AS status_message,
  arg_min(o.error_type, t.place) FILTER (s.error_type IS NULL) AS error_type,
  arg_min(o.parent_span_id, t.place) FILTER (s.parent_span_id IS NULL) AS parent_span_id,
  arg_min(o.trace_id, t.place) FILTER (s.trace_id IS NULL) AS trace_id,
  arg_min(o.operation, t.place) FILTER (s.operation IS NULL AND o.operation <> 'earlier message') AS operation,
  arg_min(o.tool_name, t.place) FILTER (s.tool_name IS NULL) AS tool_name,
  arg_min(o.tool_call_id, t.place) FILTER (s.tool_call_id IS NULL) AS tool_call_id,
  arg_min(o.agent_name, t.place) FILTER (s.agent_name IS NULL) AS agent_name,
  arg_min(o.agent_version, t.place) FILTER (s.agent_version IS NULL) AS agent_version,
  arg_min(o.model, t.place) FILTER (s.model IS NULL) AS model,
  arg_min(o.provider, t.place) FILTER (s.provider IS NULL) AS provider,
  arg_min(o.user_id, t.place) FILTER (s.user_id IS NULL) AS user_id,
  arg_min(o.feature, t.place) FILTER (s.feature IS NULL) AS feature,
  arg_min(o.cohort, t.place) FILTER (s.cohort IS NULL) AS cohort,
  min(o.start_ns) FILTER (s.start_ns IS NULL OR s.is_derived) AS start_ns,
  max(o.end_ns) FILTER (s.end_ns IS NULL OR o.is_derived) AS end_ns,
  max(o.input_tokens) FILTER (s.input_tokens IS NULL) AS input_tokens,
  max(o.output_tokens) FILTER (s.output_tokens IS NULL) AS output_tokens,
  max(o.cache_read_tokens) FILTER (s.cache_read_tokens IS NULL) AS cache_read_tokens,
  max(o.cache_write_tokens) FILTER (s.cache_write_tokens IS NULL) AS cache_write_tokens,
  max(o.cost_usd) FILTER (s.cost_usd IS NULL) AS cost_usd
FROM twice AS t
JOIN record AS s ON s.row_no = t.standing_row_no
JOIN record AS o ON o.row_no = t.row_no
WHERE t.place > 1 AND (o.is_derived OR (o.name = s.name AND coalesce(o.start_ns = s.start_ns, true)))
GROUP BY s.row_no;

-- one row per message that stands elsewhere now: before the call that its group knew only by its log records
CREATE OR REPLACE TEMP TABLE restated AS
WITH call AS (
  SELECT o.session_id, o.import_order, coalesce(o.stored_session_id, o.session_id) AS stored, o.trace_id, o.start_ns,
    min(s.start_ns) AS call_start_ns
  FROM twice AS t
  JOIN keyed_span AS s ON s.row_no = t.standing_row_no
  JOIN keyed_span AS o ON o.row_no = t.row_no
  WHERE t.place > 1 AND o.is_derived AND NOT s.is_derived AND o.kind = 'llm'
  GROUP BY ALL
)
SELECT m.row_no, c.call_start_ns AS start_ns
FROM telling AS m
JOIN call AS c ON c.session_id = m.session_id AND c.import_order = m.import_order AND c.stored = m.stored
  AND c.trace_id IS NOT DISTINCT FROM m.trace_id AND c.start_ns = m.start_ns
WHERE m.is_derived AND c.call_start_ns < m.start_ns;

-- one row per message that opens its trace: where the trace begins, as all its groups tell it; and per result of a batch that came in
-- another import than its request: behind it
CREATE OR REPLACE TEMP TABLE opening AS
WITH of_trace AS (
  SELECT e.row_no, e.session_id, e.trace_id, e.seq, e.import_order, coalesce(r.start_ns, e.start_ns) AS start_ns,
    e.is_derived AND e.kind IN ('user', 'system') AND e.agent_id IS NULL AND e.operation IS DISTINCT FROM 'earlier message' AS is_message
  FROM keyed_span AS e
  LEFT JOIN restated AS r ON r.row_no = e.row_no
  WHERE e.session_id IN (SELECT session_id FROM told_twice) AND e.trace_id IS NOT NULL
    AND e.row_no NOT IN (SELECT row_no FROM told_before) AND e.row_no NOT IN (SELECT row_no FROM superseded)
), first_of_trace AS (
  SELECT session_id, trace_id, min(start_ns) AS start_ns, min(start_ns) FILTER (is_message) AS message_ns,
    arg_min({import_order: import_order, seq: seq}, {start_ns: start_ns, import_order: import_order, seq: seq}) FILTER (NOT is_message) AS first_span
  FROM of_trace
  GROUP BY session_id, trace_id
)
SELECT m.row_no, f.start_ns, f.first_span.import_order AS import_order,
  f.first_span.seq - 1 + row_number() OVER (PARTITION BY m.session_id, m.trace_id ORDER BY m.import_order, m.seq) / 1e4 AS seq
FROM of_trace AS m
JOIN first_of_trace AS f ON f.session_id = m.session_id AND f.trace_id = m.trace_id
WHERE m.is_message AND m.start_ns = f.message_ns AND f.first_span IS NOT NULL
UNION ALL
SELECT e.row_no, e.start_ns, (SELECT max(import_order) FROM keyed_span) + 1, e.seq
FROM keyed_span AS e
WHERE e.trace_id LIKE 'batch:%' AND e.stored_session_id LIKE 'file-%' AND e.session_id IN (SELECT session_id FROM told_twice);

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
CREATE OR REPLACE TEMP TABLE settled AS
SELECT
  e.row_no, a.session_no, e.span_id, e.source_id, coalesce(g.seq, e.seq) AS seq,
  coalesce(g.import_order, e.import_order) AS import_order, coalesce(f.parent_span_id, e.parent_span_id) AS parent_span_id,
  coalesce(f.trace_id, e.trace_id) AS trace_id, e.kind, coalesce(f.operation, e.operation) AS operation, coalesce(f.status, e.status) AS status,
  e.agent_id, e.spawns_agent_id, coalesce(g.start_ns, r.start_ns, f.start_ns, e.start_ns) AS start_ns,
  coalesce(greatest(f.end_ns, e.end_ns), f.end_ns, e.end_ns) AS end_ns, e.order_by_time, e.has_session_id, e.is_rewound, e.is_derived,
  coalesce(e.kind = 'user' AND e.origin IN ('human', 'simulated') AND e.agent_id IS NULL AND NOT e.is_rewound, false) AS opens_turn
FROM keyed_span AS e
JOIN affected AS a ON a.session_id = e.session_id
LEFT JOIN fuller AS f ON f.row_no = e.row_no
LEFT JOIN restated AS r ON r.row_no = e.row_no
LEFT JOIN opening AS g ON g.row_no = e.row_no
WHERE e.row_no NOT IN (SELECT row_no FROM left_out);

-- the same under the name that build-index.sql knows; lone-keys.sql has another one
CREATE OR REPLACE TEMP VIEW merged AS SELECT * FROM settled;
