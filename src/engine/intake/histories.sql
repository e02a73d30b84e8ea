-- What only the message histories of model calls know (user messages, earlier answers, tool calls without a span of their own) is made
-- into derived spans. After derive.sql, where there is a history; before labels.sql.

-- one row per trace: where its first work starts
CREATE TABLE trace_start AS
SELECT session_id, trace_id, min(start_ns) AS start_ns, min(seq) AS seq
FROM resolved
WHERE trace_id IS NOT NULL
GROUP BY session_id, trace_id;

-- one row per span with a history: its place among all, and whether it comes behind what it holds alone (calls of a model know what
-- was said before, what only holds them does not)
CREATE TABLE placed_owner AS
SELECT
  o.session_id, o.seq, o.trace_id, o.agent_id, o.start_ns, coalesce(o.kind <> 'llm', true) AS is_behind,
  row_number() OVER (ORDER BY o.start_ns NULLS LAST, o.seq) AS place,
  h.assistant_messages, h.last_answer
FROM span AS o
JOIN history AS h ON h.owner_seq = o.seq;

-- one row per trace of an agent in a session
CREATE TABLE owner_group AS
SELECT session_id, coalesce(agent_id, '') AS agent, coalesce(trace_id, '') AS trace, min(seq) AS trace_no, min(place) AS first_place,
  coalesce(min(place) FILTER (NOT is_behind), min(place)) AS first_in_trace
FROM placed_owner
GROUP BY ALL;

-- one row per span with a history: the number of its agent in the session and of its trace there, whether it is its trace's first, and
-- whether it is its session's first
CREATE TABLE call_owner AS
WITH grouped AS (
  SELECT g.*, a.agent_no, a.first_in_agent
  FROM owner_group AS g
  JOIN (SELECT session_id, agent, min(trace_no) AS agent_no, min(first_place) AS first_in_agent FROM owner_group GROUP BY ALL) AS a
    ON a.session_id = g.session_id AND a.agent = g.agent
)
SELECT
  o.session_id, o.seq, o.trace_id, o.agent_id, o.start_ns, o.place, g.agent_no, g.trace_no,
  o.place = g.first_in_trace AS is_first_of_trace,
  o.place = g.first_in_agent AS is_first_of_session,
  o.assistant_messages, o.last_answer
FROM placed_owner AS o
JOIN grouped AS g ON g.session_id = o.session_id AND g.agent = coalesce(o.agent_id, '') AND g.trace = coalesce(o.trace_id, '');

-- one row per trace of a session but its first whose first call carries no earlier answer: its messages are its own
CREATE TABLE fresh_trace AS
SELECT trace_no
FROM call_owner
WHERE trace_id IS NOT NULL
GROUP BY trace_no
HAVING NOT bool_or(is_first_of_session) AND bool_or(is_first_of_trace AND assistant_messages = 0);

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

-- one row per message that may be derived, or tell what a derived call returned, of the call that is first to carry it in its session:
-- which row of `message` it is. What the first call of a session has of earlier answers nobody has before it.
CREATE TABLE first_message AS
SELECT arg_min(m.rowid, o.place) AS message_row
FROM message AS m
JOIN call_owner AS o ON o.seq = m.owner_seq
LEFT JOIN fresh_trace AS f ON f.trace_no = o.trace_no
WHERE NOT m.is_output AND (
  m.role IN ('user', 'system')
  OR (m.role = 'assistant' AND o.is_first_of_session)
  OR (m.role = 'tool' AND m.tool_call_id IN (SELECT tool_call_id FROM named_call))
)
GROUP BY o.agent_no, m.role, m.text_hash, m.occurrence, f.trace_no;

-- one row per such message
CREATE TABLE new_message AS
SELECT m.rowid AS message_row, m.*, o.* EXCLUDE (seq, place, trace_no, is_first_of_trace),
  coalesce(o.is_first_of_trace AND o.trace_id IS NOT NULL AND o.agent_id IS NULL, false) AS opens_trace
FROM message AS m
JOIN call_owner AS o ON o.seq = m.owner_seq
WHERE m.rowid IN (SELECT message_row FROM first_message);

-- one row per text of those, and of what tools of a provider's returned, which stands in the answer itself. Several sources, and several
-- ways to read one, may have brought the same text.
CREATE TABLE wanted_text AS
SELECT text_hash, arg_min(text, owner_seq) AS text, arg_min(reasoning, owner_seq) AS reasoning
FROM message_text
WHERE text_hash IN (
  SELECT text_hash FROM new_message
  UNION ALL
  SELECT text_hash FROM message WHERE is_output AND role = 'tool' AND tool_call_id IN (SELECT tool_call_id FROM named_call)
)
GROUP BY text_hash;

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
  -- A span may have two histories.
  QUALIFY row_number() OVER (PARTITION BY m.message_row ORDER BY m.owner_seq) = 1
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
JOIN wanted_text AS x ON x.text_hash = m.text_hash
LEFT JOIN trace_start AS t ON t.session_id = m.session_id AND t.trace_id = m.trace_id
WHERE m.role <> 'assistant' OR trim(x.text) <> '';

-- one row per tool whose calls have spans without call ids: their calls cannot be told apart, so none is derived
CREATE TABLE spanned_tool AS
SELECT DISTINCT session_id, tool_name FROM resolved WHERE tool_name IS NOT NULL AND tool_call_id IS NULL;

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
  JOIN wanted_text AS x ON x.text_hash = m.text_hash
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

-- What spans are written from has the memory to itself.
DROP TABLE wanted_text;
DROP TABLE trace_start;
DROP TABLE placed_owner;
DROP TABLE owner_group;
DROP TABLE call_owner;
DROP TABLE first_message;
DROP TABLE new_message;
DROP TABLE known_answer;
DROP TABLE named_call;
