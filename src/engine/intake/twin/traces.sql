-- What only a trace as a whole tells, once every line of a source is read; see src/shared/trace/genai-trace.ts. Traces in which
-- anything is uncommon are left to the record function: table routed (trace_id), which already holds those of bad lines.

-- one row per agent, and per span below it
CREATE OR REPLACE TEMP TABLE below_agent AS
WITH RECURSIVE below AS (
  SELECT trace_id, span_id, agent_name, no AS agent_no, no FROM twin_span WHERE kind = 'agent'
  UNION
  SELECT s.trace_id, s.span_id, b.agent_name, b.agent_no, s.no
  FROM below AS b
  JOIN twin_span AS s ON s.trace_id = b.trace_id AND s.parent_span_id = b.span_id AND s.span_id <> b.span_id
)
SELECT * FROM below;

INSERT INTO routed
-- a span exported twice
SELECT trace_id FROM twin_span GROUP BY trace_id, span_id HAVING count(*) > 1
UNION
-- several agents: which of them are sub-agents
SELECT trace_id FROM twin_span WHERE kind = 'agent' GROUP BY trace_id HAVING count(*) > 1
UNION
-- a model call around others
SELECT s.trace_id FROM twin_span AS s JOIN twin_span AS o ON o.trace_id = s.trace_id AND o.span_id = s.parent_span_id AND o.kind = 'llm'
UNION
-- plain spans named as tools are
SELECT s.trace_id FROM twin_span AS s JOIN twin_called AS c ON c.trace_id = s.trace_id AND c.name = regexp_replace(s.name, '^(tool[. ]|execute_tool |running tool: )', '')
WHERE s.kind = 'chain'
UNION
-- tools without the id of their call
SELECT trace_id FROM twin_span GROUP BY trace_id HAVING bool_or(kind = 'tool' AND tool_call_id IS NULL) AND bool_or(calls_tools)
UNION
-- several sessions
SELECT trace_id FROM (
  SELECT trace_id, session_id, session_rank, min(session_rank) OVER (PARTITION BY trace_id) AS least FROM twin_span WHERE session_rank IS NOT NULL
) WHERE session_rank = least GROUP BY trace_id HAVING count(DISTINCT session_id) > 1
UNION
-- containers that sum up what is below them
SELECT trace_id FROM twin_span WHERE has_sums AND kind NOT IN ('llm', 'embedding')
UNION
-- words of a user that only a container has, or a prompt that stands where the user's words do
SELECT trace_id FROM twin_span GROUP BY trace_id HAVING bool_or(may_ask) AND (NOT bool_or(has_user) OR bool_or(starts_twice))
UNION
-- an agent that stands below itself
SELECT a.trace_id FROM twin_span AS a JOIN below_agent AS b ON b.agent_no = a.no AND b.span_id = a.parent_span_id WHERE a.kind = 'agent';

-- one row per trace that stays: its session
CREATE OR REPLACE TEMP TABLE trace_session_of AS
SELECT trace_id, arg_min(session_id, session_rank) AS session_id
FROM twin_span
WHERE trace_id NOT IN (SELECT trace_id FROM routed)
GROUP BY trace_id;

-- one row per span that stays: what it has from its trace
CREATE OR REPLACE TEMP TABLE settled AS
SELECT s.no, t.session_id, coalesce(s.agent_name, b.agent_name) AS agent_name
FROM twin_span AS s
JOIN trace_session_of AS t ON t.trace_id = s.trace_id
LEFT JOIN below_agent AS b ON b.no = s.no AND b.agent_no <> s.no;

-- one row per span that does not stay
CREATE OR REPLACE TEMP TABLE unsettled AS SELECT no FROM twin_span WHERE trace_id IN (SELECT trace_id FROM routed);

DELETE FROM span WHERE seq IN (SELECT no FROM unsettled);
DELETE FROM message WHERE owner_seq IN (SELECT no FROM unsettled);
DELETE FROM history WHERE owner_seq IN (SELECT no FROM unsettled);
DELETE FROM "call" WHERE owner_seq IN (SELECT no FROM unsettled);

UPDATE span SET session_id = s.session_id, has_session_id = s.session_id IS NOT NULL, agent_name = s.agent_name
FROM settled AS s
WHERE s.no = span.seq AND (s.session_id IS NOT NULL OR s.agent_name IS DISTINCT FROM span.agent_name);

-- Chunks are read at the same time, so that several may have brought a text; it is as the first span has it.
INSERT INTO message_text SELECT text_hash, arg_min(text, no), arg_min(reasoning, no) FROM twin_text GROUP BY text_hash;
