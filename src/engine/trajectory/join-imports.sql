-- Joins what came in different imports, in whatever order: spans whose session only a later or an earlier import names,
-- and client events that refer to a span of another import. Runs before build-index.sql, on
--   incoming   one row per span of the imports at hand
-- and moves spans already indexed where the imports at hand tell their session. Everything is derived.

-- one row where some span, incoming or indexed, names no session; only such spans move, so that without it nothing is looked for
CREATE OR REPLACE TEMP TABLE unnamed AS
SELECT true AS is_there FROM (SELECT has_session_id FROM incoming UNION ALL SELECT has_session_id FROM span) WHERE NOT has_session_id LIMIT 1;

-- one row per trace of which some span, incoming or indexed, names exactly one session
CREATE OR REPLACE TEMP TABLE trace_home AS
SELECT trace_id, min(session_id) AS session_id
FROM (
  SELECT trace_id, session_id FROM incoming WHERE has_session_id IN (SELECT is_there FROM unnamed) AND trace_id IS NOT NULL
  UNION ALL
  SELECT s.trace_id, s.session_id
  FROM span AS s
  WHERE s.has_session_id AND s.trace_id IN (SELECT trace_id FROM incoming WHERE NOT has_session_id)
)
GROUP BY trace_id
HAVING count(DISTINCT session_id) = 1;

-- one row per span with neither session nor trace that refers to another one
CREATE OR REPLACE TEMP TABLE stray AS
SELECT session_id, span_id, parent_span_id FROM incoming
WHERE NOT has_session_id AND trace_id IS NULL AND parent_span_id IS NOT NULL AND operation LIKE 'client.%'
UNION
SELECT s.session_id, s.span_id, s.parent_span_id
FROM span AS s
WHERE NOT s.has_session_id AND s.trace_id IS NULL AND s.parent_span_id IS NOT NULL AND s.operation LIKE 'client.%';

-- one row per span that a stray one refers to, where it is the only one of its id
CREATE OR REPLACE TEMP TABLE parent_home AS
SELECT span_id, min(session_id) AS session_id, bool_and(is_named) AS is_named
FROM (
  SELECT i.span_id, coalesce(t.session_id, i.session_id) AS session_id, i.has_session_id OR t.session_id IS NOT NULL AS is_named
  FROM (SELECT * FROM incoming WHERE span_id IN (SELECT parent_span_id FROM stray)) AS i
  -- As one comparison: with a condition on one side alone each row would be met with each trace.
  LEFT JOIN trace_home AS t ON t.trace_id = CASE WHEN NOT i.has_session_id THEN i.trace_id END
  UNION ALL
  SELECT s.span_id, coalesce(t.session_id, s.session_id), s.has_session_id OR t.session_id IS NOT NULL
  FROM (SELECT * FROM span WHERE span_id IN (SELECT parent_span_id FROM stray)) AS s
  LEFT JOIN trace_home AS t ON t.trace_id = s.trace_id
)
GROUP BY span_id
HAVING count(DISTINCT session_id) = 1;

-- one row per span that moves into the session it belongs to; is_named: the session is one that a source names
CREATE OR REPLACE TEMP TABLE move AS
SELECT i.session_id AS old_session_id, i.span_id, t.session_id AS new_session_id, true AS is_named
FROM incoming AS i
JOIN trace_home AS t ON t.trace_id = i.trace_id
WHERE NOT i.has_session_id AND t.session_id <> i.session_id
UNION
SELECT s.session_id, s.span_id, t.session_id, true
FROM span AS s
JOIN trace_home AS t ON t.trace_id = s.trace_id
WHERE NOT s.has_session_id AND t.session_id <> s.session_id
UNION
SELECT y.session_id, y.span_id, p.session_id, p.is_named
FROM stray AS y
JOIN parent_home AS p ON p.span_id = y.parent_span_id
WHERE p.session_id <> y.session_id;

UPDATE incoming SET
  session_id = m.new_session_id, has_session_id = m.is_named, stored_session_id = coalesce(incoming.stored_session_id, incoming.session_id)
FROM move AS m
WHERE m.old_session_id = incoming.session_id AND m.span_id = incoming.span_id;

UPDATE span SET
  session_id = m.new_session_id, has_session_id = m.is_named, stored_session_id = coalesce(span.stored_session_id, span.session_id)
FROM move AS m
WHERE m.old_session_id = span.session_id AND m.span_id = span.span_id;

-- one row per indexed session that holds a span of a transcript at hand under another session id: a fork, or what was forked
CREATE OR REPLACE TEMP TABLE kin AS
WITH transcript AS (
  SELECT DISTINCT i.session_id, i.span_id
  FROM incoming AS i
  JOIN source AS c ON c.import_id = i.import_id AND c.source_id = i.source_id AND c.format = 'claude-code'
)
SELECT DISTINCT s.session_id
FROM span AS s
JOIN transcript AS t ON t.span_id = s.span_id AND t.session_id <> s.session_id;
