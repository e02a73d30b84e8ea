-- Gives labels the session of the span or trace they name, where another import than their own holds it. Runs after
-- build-index.sql, over the labels whose session is not (or no longer) one of the workspace.

-- one row per span that such a label names, where it is the only one of its id
CREATE OR REPLACE TEMP TABLE label_span AS
SELECT span_id, min(session_id) AS session_id
FROM span
WHERE span_id IN (SELECT l.span_id FROM label AS l WHERE l.session_id IS NULL OR l.session_id NOT IN (SELECT session_id FROM session))
GROUP BY span_id
HAVING count(DISTINCT session_id) = 1;

-- one row per trace that such a label names, where it lies in one session
CREATE OR REPLACE TEMP TABLE label_trace AS
SELECT trace_id, min(session_id) AS session_id
FROM span
WHERE trace_id IN (SELECT l.trace_id FROM label AS l WHERE l.session_id IS NULL OR l.session_id NOT IN (SELECT session_id FROM session))
GROUP BY trace_id
HAVING count(DISTINCT session_id) = 1;

UPDATE label SET session_id = s.session_id
FROM label_span AS s
WHERE s.span_id = label.span_id AND (label.session_id IS NULL OR label.session_id NOT IN (SELECT session_id FROM session));

UPDATE label SET session_id = t.session_id
FROM label_trace AS t
WHERE t.trace_id = label.trace_id AND (label.session_id IS NULL OR label.session_id NOT IN (SELECT session_id FROM session));

-- The same label in several imports, such as of a file of scores that grew or of another encoding of it: the latest stands.
DELETE FROM label WHERE rowid IN (
  SELECT l.rowid
  FROM label AS l
  JOIN import AS i ON i.import_id = l.import_id
  QUALIFY i.import_order < max(i.import_order) OVER (PARTITION BY l.label_id, l.name, l.session_id, l.trace_id, l.span_id)
);
