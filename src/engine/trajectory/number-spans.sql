-- Gives each span in force its place in the session, its turn and its depth. Runs on the tables of order-spans.sql.

-- one row per span with its place in the session, and how many turns were opened up to it
CREATE OR REPLACE TEMP TABLE placed AS
SELECT
  row_no, session_no, seq, is_backwards, opens_turn,
  row_number() OVER in_order::INTEGER - 1 AS position,
  sum(opens_turn::INTEGER) OVER in_order::INTEGER AS opened
FROM timed
WINDOW in_order AS (PARTITION BY session_no ORDER BY order_ns NULLS FIRST, import_order, seq ROWS UNBOUNDED PRECEDING);

-- one row per session without any user message
CREATE OR REPLACE TEMP TABLE unopened AS
SELECT session_no FROM placed GROUP BY session_no HAVING max(opened) = 0;

-- one row per trace of such a session: each trace stands for a turn
CREATE OR REPLACE TEMP TABLE trace_turn AS
SELECT m.session_no, m.trace_id, row_number() OVER (PARTITION BY m.session_no ORDER BY min(p.position)) AS turn_no
FROM (SELECT row_no, session_no, trace_id FROM merged WHERE session_no IN (SELECT session_no FROM unopened)) AS m
JOIN placed AS p ON p.row_no = m.row_no
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
