-- From spans with sessions (resolve.sql, settle-doubles.ts) to canonical spans: what only the message histories of model calls
-- know (user messages, earlier answers, tool calls without a span of their own) is made into derived spans.

-- one row per span made of what only message histories tell; filled below
CREATE TABLE derived AS SELECT *, NULL::INTEGER AS piece FROM completion WHERE false;

-- Resolved in place: a join over whole rows would hold them twice.
UPDATE span SET session_id = k.kept_session_id, has_session_id = k.kept_has_session_id
FROM kept AS k
WHERE k.kept_seq = span.seq
  AND (span.session_id IS DISTINCT FROM k.kept_session_id OR span.has_session_id <> k.kept_has_session_id);

-- one row per canonical span, without its texts: those of the source, and those derived so far
CREATE VIEW resolved AS
SELECT * EXCLUDE (wide_no, wide_file, is_mute, piece) FROM span
UNION ALL BY NAME
SELECT * EXCLUDE (text, input, output, attributes, raw, piece), coalesce(strlen(text), 0) * 2 + coalesce(strlen(input), 0) AS wide_size FROM derived;

-- one row per trace: where its first work starts
CREATE TABLE trace_start AS
SELECT session_id, trace_id, min(start_ns) AS start_ns, min(seq) AS seq
FROM resolved
WHERE trace_id IS NOT NULL
GROUP BY session_id, trace_id;

-- one row per span with a history: its place among all, the number of its agent in the session and of its trace there, whether it is its
-- trace's first (calls of a model before what only holds them, which does not know what was said before), and whether it is its session's first
CREATE TABLE call_owner AS
SELECT
  o.session_id, o.seq, o.trace_id, o.agent_id, o.start_ns,
  row_number() OVER (ORDER BY o.start_ns NULLS LAST, o.seq) AS place,
  min(o.seq) OVER of_agent AS agent_no,
  min(o.seq) OVER of_trace AS trace_no,
  row_number() OVER (of_trace ORDER BY o.kind <> 'llm', o.start_ns NULLS LAST, o.seq) = 1 AS is_first_of_trace,
  row_number() OVER (of_agent ORDER BY o.start_ns NULLS LAST, o.seq) = 1 AS is_first_of_session,
  h.assistant_messages, h.last_answer
FROM span AS o
JOIN history AS h ON h.owner_seq = o.seq
WINDOW
  of_agent AS (PARTITION BY o.session_id, coalesce(o.agent_id, '')),
  of_trace AS (PARTITION BY o.session_id, coalesce(o.agent_id, ''), coalesce(o.trace_id, ''));

-- one row per trace of a session but its first whose first call carries no earlier answer: its messages are its own
CREATE TABLE fresh_trace AS
SELECT trace_no
FROM call_owner
WHERE trace_id IS NOT NULL
GROUP BY trace_no
HAVING NOT bool_or(is_first_of_session) AND bool_or(is_first_of_trace AND assistant_messages = 0);

-- one row per message new to its session, of the call that is first to carry it: which row of `message` it is
CREATE TABLE first_message AS
SELECT arg_min(m.rowid, o.place) AS message_row
FROM message AS m
JOIN call_owner AS o ON o.seq = m.owner_seq
LEFT JOIN fresh_trace AS f ON f.trace_no = o.trace_no
WHERE NOT m.is_output
GROUP BY o.agent_no, m.role, m.text_hash, m.occurrence, f.trace_no;

-- one row per message new to its session
CREATE TABLE new_message AS
SELECT m.*, o.* EXCLUDE (seq, place, trace_no, is_first_of_trace),
  coalesce(o.is_first_of_trace AND o.trace_id IS NOT NULL AND o.agent_id IS NULL, false) AS opens_trace
FROM message AS m
JOIN call_owner AS o ON o.seq = m.owner_seq
WHERE m.rowid IN (SELECT message_row FROM first_message);

-- one row per answer some call gave that the first call of a session repeats, to tell it from answers that only later histories hold
CREATE TABLE known_answer AS
SELECT DISTINCT o.session_id, m.text_hash
FROM message AS m
JOIN call_owner AS o ON o.seq = m.owner_seq
WHERE m.is_output AND m.role = 'assistant'
  AND m.text_hash IN (SELECT text_hash FROM new_message WHERE role = 'assistant' AND is_first_of_session);

INSERT INTO derived BY NAME
WITH untold AS (
  SELECT m.*
  FROM new_message AS m
  LEFT JOIN known_answer AS k ON k.session_id = m.session_id AND k.text_hash = m.text_hash
  WHERE m.role IN ('user', 'system') OR (m.role = 'assistant' AND m.is_first_of_session AND k.text_hash IS NULL)
  QUALIFY row_number() OVER (PARTITION BY m.agent_no, m.role, m.text_hash, m.occurrence, m.trace_id ORDER BY m.owner_seq) = 1
)
SELECT
  m.session_id,
  md5(concat_ws('|', m.session_id, coalesce(m.agent_id, ''), m.role, m.text_hash, m.occurrence, CASE WHEN m.assistant_messages = 0 THEN m.trace_id END))[:16] AS span_id,
  o.source_id, o.line,
  CASE WHEN m.opens_trace THEN t.seq ELSE m.owner_seq END - 1 + (m.ordinal + 1.0) / (m.history_size + 2) AS seq,
  o.order_by_time, o.has_session_id, o.parent_span_id, m.trace_id,
  CASE m.role WHEN 'user' THEN 'user' WHEN 'assistant' THEN 'llm' ELSE 'system' END AS kind,
  CASE WHEN m.role = 'user' THEN coalesce(m.origin, CASE WHEN m.agent_id IS NULL THEN 'human' ELSE 'agent' END) END AS origin,
  CASE m.role WHEN 'user' THEN 'user message' WHEN 'assistant' THEN 'earlier answer' ELSE 'instructions' END AS name,
  -- What stands before an answer was said before this call: an import of the calls before it may hold it.
  CASE WHEN m.ordinal <= m.last_answer THEN 'earlier message' END AS operation,
  m.agent_id, o.agent_name, o.agent_version,
  CASE WHEN m.opens_trace THEN least(t.start_ns, m.start_ns) ELSE m.start_ns END AS start_ns,
  'unset' AS status,
  x.text,
  CASE WHEN x.reasoning IS NOT NULL THEN json_object('reasoning', x.reasoning) END AS attributes,
  o.is_rewound, true AS is_derived, o.user_id, o.feature, o.cohort, o.environment
FROM untold AS m
JOIN span AS o ON o.seq = m.owner_seq
-- Several sources, and several ways to read one, may have brought the same text.
JOIN (
  SELECT text_hash, arg_min(text, rowid) AS text, arg_min(reasoning, rowid) AS reasoning
  FROM message_text
  WHERE text_hash IN (SELECT text_hash FROM untold)
  GROUP BY text_hash
) AS x ON x.text_hash = m.text_hash
LEFT JOIN trace_start AS t ON t.session_id = m.session_id AND t.trace_id = m.trace_id
WHERE m.role <> 'assistant' OR trim(x.text) <> '';

-- one row per tool whose calls have spans without call ids: their calls cannot be told apart, so none is derived
CREATE TABLE spanned_tool AS
SELECT DISTINCT session_id, tool_name FROM resolved WHERE tool_name IS NOT NULL AND tool_call_id IS NULL;

-- one row per call of a session that no span is of: where it is told best, as an answer before a history
CREATE TABLE named_call AS
WITH unspanned AS MATERIALIZED (
  SELECT rowid AS call_row, * FROM "call" WHERE tool_call_id NOT IN (SELECT tool_call_id FROM spanned_call)
), placed AS (
  SELECT c.*, o.session_id, o.place, m.is_output, m.history_size
  FROM unspanned AS c
  JOIN call_owner AS o ON o.seq = c.owner_seq
  JOIN message AS m ON m.owner_seq = c.owner_seq AND m.ordinal = c.ordinal
), first_call AS (
  SELECT arg_min(call_row, place + CASE WHEN is_output THEN 0 ELSE 1000000000000 END) AS call_row
  FROM placed
  GROUP BY session_id, tool_call_id
)
SELECT * FROM placed WHERE call_row IN (SELECT call_row FROM first_call);

INSERT INTO derived BY NAME
WITH told AS (
  SELECT session_id, tool_call_id, is_error, owner_seq, start_ns, text_hash FROM new_message WHERE role = 'tool'
  UNION ALL
  -- what a tool of the provider's returned stands in the answer itself
  SELECT o.session_id, m.tool_call_id, m.is_error, m.owner_seq, o.start_ns, m.text_hash
  FROM message AS m
  JOIN call_owner AS o ON o.seq = m.owner_seq
  WHERE m.is_output AND m.role = 'tool'
), result AS (
  SELECT m.session_id, m.tool_call_id, m.is_error, m.owner_seq, x.text
  FROM told AS m
  JOIN message_text AS x ON x.text_hash = m.text_hash
  WHERE m.tool_call_id IN (SELECT tool_call_id FROM named_call)
  QUALIFY row_number() OVER (PARTITION BY m.session_id, m.tool_call_id ORDER BY m.start_ns NULLS LAST, m.owner_seq) = 1
)
SELECT
  c.session_id, 'call-' || c.tool_call_id AS span_id, o.source_id, o.line,
  c.owner_seq + CASE WHEN c.is_output THEN 0 ELSE -1 END + (c.ordinal + 1.5) / (c.history_size + 2) AS seq,
  o.order_by_time, o.has_session_id, o.parent_span_id, o.trace_id, 'tool' AS kind, c.tool_name AS name, c.tool_name, c.tool_call_id,
  o.agent_id, o.agent_name, o.agent_version,
  CASE WHEN c.is_output THEN coalesce(o.end_ns, o.start_ns) ELSE o.start_ns END AS start_ns,
  CASE WHEN r.is_error THEN 'error' ELSE 'unset' END AS status,
  r.text, c.arguments AS input, r.text AS output, c.call_hash, o.is_rewound, true AS is_derived, o.user_id, o.feature, o.cohort,
  o.environment
FROM named_call AS c
JOIN span AS o ON o.seq = c.owner_seq
LEFT JOIN result AS r ON r.session_id = c.session_id AND r.tool_call_id = c.tool_call_id
WHERE NOT EXISTS (SELECT 1 FROM spanned_tool AS p WHERE p.session_id = c.session_id AND p.tool_name = c.tool_name);

-- Labels find their session through their span or trace.
CREATE TABLE resolved_label AS
SELECT l.* REPLACE (coalesce(l.session_id, s.session_id, t.session_id, l.trace_id) AS session_id)
FROM label AS l
LEFT JOIN (
  SELECT span_id, min(session_id) AS session_id FROM resolved WHERE span_id IN (SELECT span_id FROM label) GROUP BY span_id
) AS s ON s.span_id = l.span_id
LEFT JOIN trace_session AS t ON t.trace_id = l.trace_id
QUALIFY row_number() OVER (PARTITION BY l.label_id, l.session_id, l.trace_id, l.span_id ORDER BY l.line) = 1;

-- What spans are written from has the memory to itself.
DROP TABLE message;
DROP TABLE message_text;
DROP TABLE history;
DROP TABLE "call";
DROP TABLE kept;
DROP TABLE spanned_call;
DROP TABLE trace_start;
DROP TABLE call_owner;
DROP TABLE first_message;
DROP TABLE new_message;
DROP TABLE known_answer;
DROP TABLE named_call;
