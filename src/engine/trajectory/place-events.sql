-- Says of events of the client what they are about, and puts them behind it. Runs between order-spans.sql and number-spans.sql, on
-- their tables and those of settle-told.sql.

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

UPDATE settled SET parent_span_id = p.parent_span_id
FROM event_parent AS p
WHERE p.row_no = settled.row_no;

-- An event without a trace is of that of what it is about: traces stand for turns where nobody speaks.
UPDATE settled SET trace_id = a.trace_id
FROM (
  SELECT m.row_no, a.trace_id
  FROM merged AS m
  JOIN around_event AS a ON a.session_no = m.session_no AND a.span_id = m.parent_span_id
  WHERE m.trace_id IS NULL AND m.row_no IN (SELECT row_no FROM client_event)
) AS a
WHERE a.row_no = settled.row_no;

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
