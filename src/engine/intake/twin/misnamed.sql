-- Answers of tools that may be to another call than they say. From spoken and worded.

-- one row per model call with an answer to another call than the ones right before it, of whose answers in a row none answers a call
-- right before them: such calls may be given other ids
CREATE OR REPLACE TEMP TABLE misnamed AS
WITH asked AS (
  SELECT no, word_no, role, last_value(CASE WHEN role <> 'tool' THEN word_no END IGNORE NULLS) OVER (PARTITION BY no ORDER BY ordinal) AS asked_by FROM spoken
), doubtful AS (
  SELECT DISTINCT s.no FROM asked AS s JOIN worded AS t ON t.word_no = s.word_no LEFT JOIN worded AS w ON w.word_no = s.asked_by
  WHERE s.role = 'tool' AND NOT coalesce(list_contains(list_transform(w.calls, lambda x: x.id), t.tool_call_id), false)
), marked AS (
  SELECT s.no, s.is_output, s.ordinal, s.role, w.tool_call_id, list_transform(w.calls, lambda x: x.id) AS ids,
    s.role <> 'tool' AND (s.role <> 'assistant' OR coalesce(lag(s.role) OVER (PARTITION BY s.no, s.is_output ORDER BY s.ordinal) = 'tool', true)) AS is_start
  FROM spoken AS s
  JOIN doubtful AS d ON d.no = s.no
  JOIN worded AS w ON w.word_no = s.word_no
), numbered AS (
  SELECT *, count(*) FILTER (is_start) OVER (PARTITION BY no, is_output ORDER BY ordinal) AS stretch FROM marked
), stretch AS (
  SELECT no, flatten(list(ids)) AS ids, list(tool_call_id) FILTER (role = 'tool') AS answered FROM numbered GROUP BY no, is_output, stretch
)
SELECT DISTINCT no FROM stretch WHERE len(ids) > 0 AND len(answered) > 0 AND NOT list_has_any(ids, answered);
