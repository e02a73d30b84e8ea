-- What only a trace as a whole tells, once every line of a source is read; see src/shared/trace/genai-trace.ts and genai-tree.ts,
-- which say the same of one trace at a time. Traces in which anything is beyond this are left to the record function: table
-- routed (trace_id), which already holds those of bad lines.

-- a span exported twice
INSERT INTO routed
SELECT trace_id FROM twin_span GROUP BY trace_id, span_id HAVING count(*) > 1;

-- one row per trace that may stay: its number
CREATE OR REPLACE TEMP TABLE traced AS
SELECT trace_id, min(no) AS trace_no FROM twin_span WHERE trace_id NOT IN (SELECT trace_id FROM routed) GROUP BY trace_id;

-- one row per span of those: the span above it. What follows goes by numbers: ids are texts.
CREATE OR REPLACE TEMP TABLE linked AS
SELECT s.no, t.trace_no, p.no AS parent_no, s.kind, s.agent_name AS own_agent_name, s.session_id AS own_session_id, s.start_ns, s.end_ns, s.operation, s.may_ask, s.has_sums, s.has_tokens, s.is_silent,
  s.has_user, s.starts_twice, s.calls_tools, s.tool_call_id IS NULL AS has_no_call_id
FROM twin_span AS s
JOIN traced AS t ON t.trace_id = s.trace_id
LEFT JOIN twin_span AS p ON p.trace_id = s.trace_id AND p.span_id = s.parent_span_id AND p.no <> s.no;

-- one row per span that can be reached from a root: the agent it works for, and the model call around it with nothing but containers between
CREATE OR REPLACE TEMP TABLE tree AS
WITH RECURSIVE down AS (
  SELECT no, kind, 0 AS depth, NULL::BIGINT AS agent_no, own_agent_name AS agent_name, NULL::VARCHAR AS outer_name, false AS is_tool_between, NULL::BIGINT AS caller_no
  FROM linked
  WHERE parent_no IS NULL
  UNION ALL
  SELECT s.no, s.kind, d.depth + 1,
    CASE WHEN d.kind = 'agent' THEN d.no ELSE d.agent_no END,
    coalesce(s.own_agent_name, CASE WHEN d.kind = 'agent' THEN d.agent_name ELSE d.outer_name END),
    CASE WHEN d.kind = 'agent' THEN d.agent_name ELSE d.outer_name END,
    d.kind <> 'agent' AND (d.is_tool_between OR d.kind = 'tool'),
    CASE WHEN d.kind = 'llm' THEN d.no WHEN d.kind IN ('chain', 'environment', 'event', 'guardrail') THEN d.caller_no END
  FROM down AS d
  JOIN linked AS s ON s.parent_no = d.no
  -- Every level is a pass over all spans.
  WHERE d.depth < 64
)
SELECT * FROM down;

-- one row per model call around others: it is a container, and the ones within are the calls
CREATE OR REPLACE TEMP TABLE wrapper AS
SELECT o.no, any_value(o.has_user) AS has_user, count(*) = 1 AND bool_or(s.is_silent) AS gives_messages
FROM tree AS t
JOIN linked AS s ON s.no = t.no
JOIN linked AS o ON o.no = t.caller_no AND s.start_ns BETWEEN o.start_ns AND o.end_ns
WHERE t.kind = 'llm'
GROUP BY o.no;

-- one row per span below a root, with what it is when wrappers are told
CREATE OR REPLACE TEMP TABLE placed AS
SELECT s.* EXCLUDE (kind), CASE WHEN w.no IS NULL THEN s.kind ELSE 'chain' END AS kind, w.no IS NOT NULL AS is_wrapper,
  t.agent_no, t.agent_name, t.outer_name, t.is_tool_between
FROM tree AS t
JOIN linked AS s ON s.no = t.no
LEFT JOIN wrapper AS w ON w.no = t.no;

-- one row per agent below another: whether it is a sub-agent, and not the same work under another name
CREATE OR REPLACE TEMP TABLE inner_agent AS
SELECT p.no, s.span_id, p.agent_no AS outer_no,
  coalesce(p.operation, '') <> 'create_agent' AND (p.is_tool_between OR (
    (p.agent_name IS NULL OR p.agent_name IS DISTINCT FROM p.outer_name)
    AND (p.operation = 'invoke_agent' OR p.no IN (SELECT parent_no FROM placed WHERE parent_no IS NOT NULL))
    AND p.agent_no IN (SELECT agent_no FROM placed WHERE kind = 'llm' AND agent_no IS NOT NULL)
  )) AS is_sub
FROM placed AS p
JOIN twin_span AS s ON s.no = p.no
WHERE p.kind = 'agent' AND p.agent_no IS NOT NULL;

-- one row per agent: the sub-agent that what is below it belongs to, null for the main agent's
CREATE OR REPLACE TEMP TABLE agent_id_of AS
WITH RECURSIVE named AS (
  SELECT no, NULL::VARCHAR AS agent_id FROM placed WHERE kind = 'agent' AND agent_no IS NULL
  UNION ALL
  SELECT a.no, CASE WHEN a.is_sub THEN a.span_id ELSE n.agent_id END
  FROM named AS n
  JOIN inner_agent AS a ON a.outer_no = n.no
)
SELECT * FROM named;

-- one row per tool span without the id of its call in traces whose model calls name tools: the first call with the same tool and arguments
CREATE OR REPLACE TEMP TABLE found_call AS
WITH wanting AS (
  SELECT trace_no FROM placed GROUP BY trace_no HAVING bool_or(kind = 'tool' AND has_no_call_id) AND bool_or(calls_tools)
), called AS (
  SELECT p.trace_no, c.call_hash, c.tool_call_id, p.start_ns, p.no, c.ordinal
  FROM placed AS p
  JOIN wanting AS w ON w.trace_no = p.trace_no
  JOIN message AS m ON m.owner_seq = p.no AND m.is_output
  JOIN "call" AS c ON c.owner_seq = p.no AND c.ordinal = m.ordinal
  WHERE p.kind = 'llm'
), tool AS (
  SELECT p.no, p.trace_no, p.start_ns, s.call_hash, s.tool_call_id
  FROM placed AS p
  JOIN wanting AS w ON w.trace_no = p.trace_no
  JOIN twin_span AS s ON s.no = p.no
  WHERE p.kind = 'tool'
), first_called AS (
  SELECT * FROM called AS c
  ANTI JOIN tool AS t ON t.trace_no = c.trace_no AND t.tool_call_id = c.tool_call_id
  QUALIFY row_number() OVER (PARTITION BY c.trace_no, c.tool_call_id ORDER BY c.start_ns, c.no, c.ordinal) = 1
), ranked AS (
  SELECT *, row_number() OVER (PARTITION BY trace_no, call_hash ORDER BY start_ns, no, ordinal) AS place,
    count(*) OVER (PARTITION BY no, ordinal, call_hash) > 1 AS is_tied
  FROM first_called
), untold AS (
  SELECT no, trace_no, call_hash, row_number() OVER (PARTITION BY trace_no, call_hash ORDER BY start_ns, no) AS place
  FROM tool
  WHERE tool_call_id IS NULL
)
SELECT t.no, t.trace_no, r.tool_call_id, r.is_tied
FROM untold AS t
JOIN ranked AS r ON r.trace_no = t.trace_no AND r.call_hash = t.call_hash AND r.place = t.place;

-- one row per trace: its session, and whether its spans say several as surely
CREATE OR REPLACE TEMP TABLE trace_session_of AS
WITH said AS (
  SELECT t.trace_no, s.session_rank, min(s.session_id) AS session_id, count(s.session_id) > 0 AND min(s.session_id) <> max(s.session_id) AS are_several
  FROM twin_span AS s
  JOIN traced AS t ON t.trace_id = s.trace_id
  WHERE s.session_rank IS NOT NULL
  GROUP BY t.trace_no, s.session_rank
)
SELECT trace_no, arg_min(session_id, session_rank) AS session_id, arg_min(are_several, session_rank) AS are_several FROM said GROUP BY trace_no;

-- one row per trace that is beyond this
CREATE OR REPLACE TEMP TABLE odd AS
-- spans above themselves, or very far below their root
SELECT trace_no FROM linked WHERE no NOT IN (SELECT no FROM tree)
UNION
-- a wrapper whose messages its only call lacks
SELECT p.trace_no FROM wrapper AS w JOIN placed AS p ON p.no = w.no WHERE w.gives_messages
UNION
-- a wrapper that was told what the calls within it were not, beside a call that may have left a message to it
SELECT p.trace_no
FROM wrapper AS w
JOIN placed AS p ON p.no = w.no
JOIN twin_span AS o ON o.no = w.no
JOIN placed AS s ON s.trace_no = p.trace_no AND s.kind = 'llm'
JOIN twin_span AS b ON b.no = s.no AND b.parent_span_id IS NOT DISTINCT FROM o.parent_span_id
JOIN message AS m ON m.owner_seq = w.no AND NOT m.is_output
WHERE NOT EXISTS (
  SELECT 1 FROM placed AS i JOIN tree AS t ON t.no = i.no JOIN message AS n ON n.owner_seq = i.no AND NOT n.is_output
  WHERE t.caller_no = w.no AND i.kind = 'llm' AND n.role = m.role AND n.text_hash = m.text_hash AND n.occurrence = m.occurrence
)
UNION
-- agents that a tool elsewhere in the trace may have started: its arguments tell
SELECT a.trace_no
FROM placed AS a
JOIN placed AS t ON t.trace_no = a.trace_no AND t.agent_no <> a.no AND t.parent_no IS DISTINCT FROM a.no AND t.start_ns <= a.start_ns AND t.end_ns >= a.end_ns
WHERE a.kind = 'agent' AND a.agent_no IS NULL AND t.kind = 'tool'
UNION
-- what calls a model below a tool is a sub-agent where the main one has no span to tell it by
SELECT trace_no FROM placed WHERE is_tool_between AND (kind = 'llm' OR (kind = 'agent' AND agent_no IS NULL))
UNION
-- calls of the same words in one message
SELECT trace_no FROM found_call WHERE is_tied
UNION
-- several sessions
SELECT trace_no FROM trace_session_of WHERE are_several
UNION
-- words of a user that only a container has, or a prompt that stands where the user's words do
SELECT p.trace_no
FROM placed AS p
LEFT JOIN agent_id_of AS a ON a.no = p.agent_no
GROUP BY p.trace_no
HAVING bool_or(p.may_ask OR (p.is_wrapper AND p.has_user)) AND (NOT bool_or(p.kind = 'llm' AND p.has_user AND a.agent_id IS NULL) OR bool_or(p.starts_twice));

INSERT INTO routed
SELECT trace_id FROM traced WHERE trace_no IN (SELECT trace_no FROM odd)
UNION
-- plain spans named as tools are
SELECT s.trace_id
FROM (SELECT trace_id, regexp_replace(name, '^(tool[. ]|execute_tool |running tool: )', '') AS name FROM twin_span WHERE kind = 'chain') AS s
JOIN (
  SELECT trace_id, name FROM twin_called
  UNION ALL
  SELECT o.trace_id, c.tool_name FROM "call" AS c JOIN twin_span AS o ON o.no = c.owner_seq
) AS c ON c.trace_id = s.trace_id AND c.name = s.name;

-- one row per trace that does not stay after all
CREATE OR REPLACE TEMP TABLE gone AS SELECT trace_no FROM traced WHERE trace_id IN (SELECT trace_id FROM routed);

-- one row per span that stays and has more from its trace than of its own
CREATE OR REPLACE TEMP TABLE settled AS
SELECT p.no, t.session_id, p.agent_name, a.agent_id, CASE WHEN i.is_sub THEN i.span_id END AS spawns_agent_id, f.tool_call_id,
  t.session_id IS NOT NULL AND t.session_id IS DISTINCT FROM p.own_session_id AS is_of_session,
  p.agent_name IS DISTINCT FROM p.own_agent_name AS is_of_agent
FROM placed AS p
LEFT JOIN trace_session_of AS t ON t.trace_no = p.trace_no
LEFT JOIN agent_id_of AS a ON a.no = p.agent_no
LEFT JOIN inner_agent AS i ON i.no = p.no
LEFT JOIN found_call AS f ON f.no = p.no
WHERE p.trace_no NOT IN (SELECT trace_no FROM gone)
  AND (is_of_session OR is_of_agent OR a.agent_id IS NOT NULL OR i.is_sub OR f.tool_call_id IS NOT NULL);

-- one row per container whose sums the model calls below it carry too
CREATE OR REPLACE TEMP TABLE summed AS
WITH RECURSIVE summing AS (
  SELECT DISTINCT trace_no FROM placed WHERE has_sums AND kind NOT IN ('llm', 'embedding')
), above AS (
  SELECT p.parent_no FROM placed AS p JOIN summing AS s ON s.trace_no = p.trace_no WHERE p.has_tokens AND p.kind IN ('llm', 'embedding')
  UNION
  SELECT p.parent_no FROM above AS a JOIN placed AS p ON p.no = a.parent_no
)
SELECT p.no FROM placed AS p JOIN above AS a ON a.parent_no = p.no WHERE p.kind NOT IN ('llm', 'embedding') AND p.has_sums;

-- one row per span that does not stay
CREATE OR REPLACE TEMP TABLE unsettled AS SELECT no, line FROM twin_span WHERE trace_id IN (SELECT trace_id FROM routed);

DELETE FROM span WHERE seq IN (SELECT no FROM unsettled);
-- What a wrapper was told is the call's.
DELETE FROM message WHERE owner_seq IN (SELECT no FROM unsettled UNION ALL SELECT no FROM wrapper);
DELETE FROM history WHERE owner_seq IN (SELECT no FROM unsettled UNION ALL SELECT no FROM wrapper);
DELETE FROM "call" WHERE owner_seq IN (SELECT no FROM unsettled UNION ALL SELECT no FROM wrapper);

UPDATE span SET session_id = s.session_id, has_session_id = true FROM settled AS s WHERE s.no = span.seq AND s.is_of_session;

UPDATE span SET agent_name = s.agent_name FROM settled AS s WHERE s.no = span.seq AND s.is_of_agent;

UPDATE span SET agent_id = s.agent_id, spawns_agent_id = s.spawns_agent_id, tool_call_id = coalesce(span.tool_call_id, s.tool_call_id)
FROM settled AS s
WHERE s.no = span.seq AND (s.agent_id IS NOT NULL OR s.spawns_agent_id IS NOT NULL OR s.tool_call_id IS NOT NULL);

UPDATE span SET kind = 'chain', is_mute = true FROM wrapper AS w WHERE w.no = span.seq;

UPDATE span SET input_tokens = NULL, output_tokens = NULL, cache_read_tokens = NULL, cache_write_tokens = NULL, reasoning_tokens = NULL, cost_usd = NULL
FROM summed AS s
WHERE s.no = span.seq;
