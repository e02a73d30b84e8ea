-- The time each span in force is ordered by, and how deep sub-agents lie. Runs on
--   merged     one row per span in force of the affected sessions, without the texts (settle-told.sql or lone-keys.sql)

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
