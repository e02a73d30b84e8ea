-- Which lines of a chunk are left, and the hashes of calls. After said.sql, with table
-- result (no, text, failed: what tools returned as JSON) filled.

-- one row per line that is for the record function
CREATE OR REPLACE TEMP TABLE bad_line AS
SELECT line FROM unread
UNION
SELECT c.line FROM untold AS u JOIN clear AS c ON c.no = u.no
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
WHERE (c.kind IN ('tool', 'retrieval', 'guardrail', 'event') AND c.output_tag IN ('j', 'u') AND r.no IS NULL) OR (c.kind = 'tool' AND (c.tool_call_id = c.tool_name
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
