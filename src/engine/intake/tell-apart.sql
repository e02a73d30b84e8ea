-- Which files number their sessions from 0 or 1 on, and which of these have the same numbers. Runs from tell-apart.ts, on
--   shape    one row per source that may be told apart: shape_source_id, shape
--   earlier  one row per such session of sources that the workspace holds: source_id, shape, sid, first_ns, last_ns, said
-- and makes
--   numbered  one row per source whose sessions are numbers without gaps to speak of: source_id, shape
--   shared    one row per session id and source, of `numbered` or `earlier`, that another source of the same shape has too: source_id, shape, sid, first_ns, last_ns

-- Most files have no such sessions, and are done with here.
DELETE FROM shape WHERE shape_source_id NOT IN (
  SELECT source_id FROM span WHERE coalesce(session_id, trace_id) IN ('0', '1', '00', '01', '000', '001', '0000', '0001')
);

-- one row per session of a file: when it was, and whether its traces have ids of their own
CREATE TABLE counted AS
SELECT source_id, coalesce(session_id, trace_id) AS sid, min(start_ns) AS first_ns, max(coalesce(end_ns, start_ns)) AS last_ns,
  -- Traces that have ids of their own are told from those of other files, and so are their sessions.
  bool_or(session_id IS NOT NULL AND trace_id IS NOT NULL AND trace_id <> session_id) AS has_traces
FROM span
WHERE source_id IN (SELECT shape_source_id FROM shape)
GROUP BY ALL;

CREATE TABLE numbered AS
SELECT c.source_id, any_value(s.shape) AS shape
FROM counted AS c
JOIN shape AS s ON s.shape_source_id = c.source_id
GROUP BY c.source_id
HAVING bool_and(coalesce(regexp_full_match(c.sid, '\d{1,9}'), false)) AND NOT bool_or(c.has_traces)
  AND min(try_cast(c.sid AS BIGINT)) <= 1 AND max(try_cast(c.sid AS BIGINT)) <= 2 * count(*);

CREATE TABLE shared AS
WITH every AS (
  SELECT c.source_id, n.shape, c.sid, c.first_ns, c.last_ns
  FROM counted AS c
  JOIN numbered AS n ON n.source_id = c.source_id
  UNION ALL
  SELECT source_id, shape, sid, first_ns, last_ns FROM earlier WHERE shape IN (SELECT shape FROM numbered)
)
SELECT * FROM every
QUALIFY count(*) OVER (PARTITION BY shape, sid) > 1;
