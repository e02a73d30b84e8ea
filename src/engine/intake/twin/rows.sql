-- Rows of a chunk for the staging tables. After content.sql, with what the message functions read added to wording, and
-- table result (no, text, failed: what tools returned as JSON) filled.

-- one row per different message, with its hash, and the first message that says the same
CREATE OR REPLACE TEMP TABLE worded AS
WITH hashed AS (
  SELECT *,
    md5(folded(text) || chr(0) || coalesce(array_to_string(list_transform(calls, lambda c: c.id), chr(10)), '') || chr(0) || coalesce(tool_call_id, '') || chr(0)) AS text_hash
  FROM wording
)
SELECT h.*, len(h.calls) > 0 AS has_calls, f.said_no
FROM hashed AS h
JOIN (SELECT text_hash, min(word_no) AS said_no FROM hashed GROUP BY text_hash) AS f ON f.text_hash = h.text_hash;

-- one row per message of a model call; word_no is null for one that cannot be read. Most are said once in a call, and are not sorted.
CREATE OR REPLACE TEMP TABLE spoken AS
WITH said AS MATERIALIZED (
  SELECT s.no, s.ordinal, s.size, s.ordinal >= s.input_size AS is_output, w.word_no, w.role, w.said_no, w.has_calls
  FROM (SELECT word_no, unnest(places, recursive := true) FROM element) AS s
  LEFT JOIN worded AS w ON w.word_no = s.word_no
  WHERE s.is_call
), repeated AS MATERIALIZED (
  SELECT no, said_no FROM said WHERE said_no IS NOT NULL GROUP BY no, said_no HAVING count(*) > 1
)
SELECT *, 1 AS occurrence FROM said AS s ANTI JOIN repeated AS r ON r.no = s.no AND r.said_no = s.said_no
UNION ALL
SELECT *, row_number() OVER (PARTITION BY s.no, s.said_no ORDER BY s.ordinal) AS occurrence FROM said AS s SEMI JOIN repeated AS r ON r.no = s.no AND r.said_no = s.said_no;

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

-- one row per line that is for the record function
CREATE OR REPLACE TEMP TABLE bad_line AS
SELECT line FROM unread
UNION
SELECT c.line FROM (SELECT unnest(places, recursive := true) FROM element ANTI JOIN worded USING (word_no)) AS s JOIN clear AS c ON c.no = s.no
UNION
SELECT c.line FROM misnamed AS m JOIN clear AS c ON c.no = m.no
UNION
-- Who answers to a name rather than an id may be given the id of the call.
SELECT c.line FROM spoken AS s JOIN worded AS w ON w.word_no = s.word_no JOIN clear AS c ON c.no = s.no
WHERE w.role = 'tool' AND w.tool_call_id IN (SELECT call.name FROM (SELECT unnest(calls) AS call FROM worded))
UNION
-- It says so of a line.
SELECT line FROM clear WHERE end_ns < start_ns
UNION
SELECT c.line FROM clear AS c LEFT JOIN result AS r ON r.no = c.no
WHERE (c.kind = 'tool' AND (c.output_tag IN ('j', 'u') AND r.no IS NULL OR c.tool_call_id = c.tool_name
  -- Arguments with a callback's wrapping around them; a key may be written with escapes.
  OR c.input_tag IN ('j', 'u') AND (contains(c.args, 'input_str') OR regexp_matches(c.args, '\\u00[0-7]')))) OR c.is_quoted;

-- one row per tool and arguments: the hash of the call; null for the record function's to say
CREATE OR REPLACE TEMP TABLE argued AS
WITH pair AS (
  SELECT DISTINCT name, args FROM (
    SELECT tool_name AS name, args FROM clear WHERE kind = 'tool'
    UNION ALL
    SELECT call.name, call.arguments FROM (SELECT unnest(calls) AS call FROM worded)
  )
), parsed AS (
  SELECT name, args, CASE WHEN starts_with(args, '{') AND NOT regexp_matches(args, ',\s*\}\s*$') THEN TRY(from_json(args, '"MAP(VARCHAR,JSON)"')) END AS m FROM pair
), written AS (
  SELECT name, args, m, '{' || array_to_string(list_transform(list_sort(map_entries(m)), lambda e: to_json(e.key)::VARCHAR || ':' || coalesce(e.value::VARCHAR, 'null')), ',') || '}' AS canonical
  FROM parsed
)
SELECT name, args, CASE
  WHEN args = '' THEN md5(name || chr(0) || '""')
  WHEN cardinality(m) = len(list_distinct(map_keys(m)))
    AND strlen(array_to_string(map_keys(m), '')) = length(array_to_string(map_keys(m), ''))
    AND coalesce(list_bool_and(list_transform(map_values(m), lambda v: coalesce(starts_with(v, '"') OR v::VARCHAR IN ('true', 'false') OR regexp_full_match(v, '0|-?[1-9]\d{0,14}'), true))), true)
    AND strlen(canonical) = CASE WHEN strlen(canonical) = strlen(args) THEN strlen(args) ELSE strlen(TRY(json(args))::VARCHAR) END
    THEN md5(name || chr(0) || canonical) END AS call_hash
FROM written;
