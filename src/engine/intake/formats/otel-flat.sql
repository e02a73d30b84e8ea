-- Spans with flat attributes, one a line, as SDKs dump them: from temp view line to temp table item, as ../format.ts describes
-- both. That nothing else stands in a line is told by its length: what was understood adds up to it, or it is not ok.

-- length of a member with its comma
CREATE OR REPLACE TEMP MACRO member(name, json_value) AS CASE WHEN json_value IS NULL THEN 0 ELSE strlen(name) + 4 + strlen(json_value) END;
CREATE OR REPLACE TEMP MACRO quoted(name, plain_text) AS CASE WHEN plain_text IS NULL THEN 0 ELSE strlen(name) + 6 + strlen(plain_text) END;
-- an ISO time in UTC as nanoseconds; null for every other way to write a time
CREATE OR REPLACE TEMP MACRO utc_ns(words) AS CASE WHEN regexp_full_match(words, '\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|\+00:00)?')
  THEN epoch_us(try_cast(words[1:19] AS TIMESTAMP)) * 1000 + rpad(regexp_extract(words, '\.(\d+)', 1), 9, '0')::BIGINT END;
-- a time as JSON writes it, in text or as a whole number of nanoseconds
CREATE OR REPLACE TEMP MACRO time_ns(lit) AS CASE WHEN starts_with(lit, '"') THEN utc_ns((lit::VARCHAR)[2:-2]) WHEN regexp_full_match(lit, '[1-9]\d{18}') THEN try_cast(lit::VARCHAR AS BIGINT) END;
-- a record with its times as texts where they have more digits than a double holds, as ../parse-record.ts reads them; no other number is as long
CREATE OR REPLACE TEMP MACRO whole_integers(json_text, time_lit) AS CASE WHEN starts_with(time_lit, '"') THEN json_text ELSE regexp_replace(json_text, '"(start_time|end_time)":(\d{19})([,}])', '"\1":"\2"\3', 'g') END;
-- a number as JavaScript writes it, where that is its whole part; and all of a record, no string of which begins with a colon and no key of which ends with a backslash
CREATE OR REPLACE TEMP MACRO whole_number(lit) AS CASE WHEN regexp_full_match(lit, '(0|-?[1-9]\d{0,14})\.0') THEN lit[:-3] ELSE lit END;
CREATE OR REPLACE TEMP MACRO whole_numbers(json_text) AS CASE WHEN contains(json_text, '.0') THEN regexp_replace(json_text, '([^\\]":)(0|-?[1-9]\d{0,14})\.0([,}])', '\1\2\3', 'g') ELSE json_text END;
-- a number with a fraction that JavaScript writes just so: the shortest that means it
CREATE OR REPLACE TEMP MACRO is_shortest(lit) AS CASE WHEN regexp_full_match(lit, '-?(0|[1-9]\d{0,14})\.\d{0,17}[1-9]') THEN try_cast(lit AS DOUBLE)::VARCHAR = lit ELSE false END;
-- whether JSON holds a number that JavaScript may write otherwise, or an object within the object
CREATE OR REPLACE TEMP MACRO is_simple_object(json_value) AS starts_with(json_value, '{') AND NOT contains((json_value::VARCHAR)[2:], '{')
  AND NOT regexp_matches(regexp_replace(json_value, '"(?:[^"\\]|\\.)*"', '', 'g'), '\d[.eE]|\d{16}|-0') AND len(list_distinct(json_keys(json_value))) = len(json_keys(json_value));

CREATE OR REPLACE TEMP TABLE parsed_line AS
SELECT ord, json, TRY(from_json(json, '{"trace_id":"VARCHAR","span_id":"VARCHAR","parent_span_id":"VARCHAR","name":"VARCHAR","kind":"JSON","start_time":"JSON","end_time":"JSON",
  "status":{"code":"JSON","message":"VARCHAR"},"status_code":"JSON","status_message":"VARCHAR","attributes":"MAP(VARCHAR,JSON)","resource":"JSON","scope":"JSON","events":"JSON","span_events":"JSON","links":"JSON"}')) AS f
FROM line;

-- one row per line
CREATE OR REPLACE TEMP TABLE envelope AS SELECT ord, f IS NOT NULL AS ok FROM parsed_line;

CREATE OR REPLACE TEMP TABLE read_line AS
SELECT ord, json, f,
  map_keys(f.attributes) AS all_keys, CASE WHEN contains(json, '.0') THEN list_transform(map_values(f.attributes)::VARCHAR[], lambda l: whole_number(l)) ELSE map_values(f.attributes)::VARCHAR[] END AS all_lits,
  '{"resource":' || coalesce(f.resource, 'null') || ',"scope":' || coalesce(f.scope, 'null') || '}' AS around_text,
  1 + quoted('trace_id', f.trace_id) + quoted('span_id', f.span_id) + CASE WHEN f.parent_span_id IS NOT NULL THEN quoted('parent_span_id', f.parent_span_id) WHEN contains(json, '"parent_span_id":null') OR contains(json, '"parent_span_id": null') THEN 22 ELSE 0 END
    + member('name', to_json(f.name)) + member('kind', f.kind) + member('start_time', f.start_time) + member('end_time', f.end_time)
    + CASE WHEN f.status IS NULL THEN 0 WHEN f.status.code IS NULL AND f.status.message IS NULL THEN 12
        ELSE 11 + member('code', f.status.code) + member('message', to_json(f.status.message)) END
    + member('status_code', f.status_code) + member('status_message', to_json(f.status_message))
    + CASE WHEN f.attributes IS NULL THEN 0 WHEN cardinality(f.attributes) = 0 THEN 16
        ELSE 15 + list_sum(list_transform(map_entries(f.attributes), lambda e: strlen(to_json(e.key)) + 2 + coalesce(strlen(e.value), 4))) END
    + member('resource', f.resource) + member('scope', f.scope) + member('events', f.events) + member('span_events', f.span_events) + member('links', f.links) AS size
FROM parsed_line
WHERE f IS NOT NULL;

-- one row per resource and scope
CREATE OR REPLACE TEMP TABLE around AS
SELECT md5(around_text) AS around, around_text FROM (SELECT DISTINCT around_text FROM read_line);

-- one row per span
CREATE OR REPLACE TEMP TABLE item AS
SELECT
  row_number() OVER () AS n, r.ord, 1 AS idx, a.around, whole_numbers(whole_integers(CASE WHEN strlen(json) = size THEN json ELSE TRY(json(json))::VARCHAR END, f.start_time)) AS raw, NULL::VARCHAR AS type,
  f.trace_id AS trace_id, f.span_id AS span_id, nullif(f.parent_span_id, '') AS parent_span_id, coalesce(f.name, '') AS name,
  time_ns(f.start_time) AS start_ns, time_ns(f.end_time) AS end_ns,
  CASE regexp_replace(upper(coalesce(f.status.code, f.status_code)::VARCHAR), '^"(STATUS_CODE_)?|"$', '', 'g') WHEN '2' THEN 'error' WHEN 'ERROR' THEN 'error' WHEN '1' THEN 'ok' WHEN 'OK' THEN 'ok' ELSE 'unset' END AS status,
  coalesce(nullif(f.status.message, ''), nullif(f.status_message, '')) AS status_message,
  coalesce(list_where(all_keys, list_transform(all_lits, lambda l: l IS NOT NULL)), []::VARCHAR[]) AS keys,
  coalesce(list_filter(all_lits, lambda l: l IS NOT NULL), []::VARCHAR[]) AS lits,
  coalesce(
    CASE WHEN strlen(json) = size THEN true ELSE strlen(TRY(json(json))::VARCHAR) = size AND NOT regexp_matches(json, ',\s*[\]}]') END
    AND regexp_full_match(f.trace_id, '[0-9a-f]{1,64}') AND NOT regexp_full_match(f.trace_id, '0+')
    AND regexp_full_match(f.span_id, '[0-9a-f]{1,64}') AND NOT regexp_full_match(f.span_id, '0+')
    AND (f.parent_span_id IS NULL OR f.parent_span_id = '' OR (regexp_full_match(f.parent_span_id, '[0-9a-f]{1,64}') AND NOT regexp_full_match(f.parent_span_id, '0+')))
    AND time_ns(f.start_time) > 0 AND time_ns(f.end_time) > 0
    AND (NOT contains(json, '.0') OR NOT (regexp_matches(json, '[\[{,:]\s*":') OR coalesce(contains(array_to_string(all_keys, ''), '\'), false))) AND f.attributes IS NOT NULL AND len(list_distinct(all_keys)) = len(all_keys)
    AND (f.status IS NULL OR f.status_code IS NULL)
    AND (f.status.code IS NULL OR regexp_full_match(f.status.code, '[012]|"(STATUS_CODE_)?(UNSET|OK|ERROR)"'))
    AND (f.status_code IS NULL OR regexp_full_match(f.status_code, '[012]|"(STATUS_CODE_)?(UNSET|OK|ERROR)"'))
    AND (f.kind IS NULL OR regexp_full_match(f.kind, '"[A-Za-z_.]*"|\d{1,3}'))
    AND (f.resource IS NULL OR is_simple_object(f.resource)) AND (f.scope IS NULL OR is_simple_object(f.scope))
    AND (f.events IS NULL OR f.events::VARCHAR = '[]') AND (f.span_events IS NULL OR f.span_events::VARCHAR = '[]') AND (f.links IS NULL OR f.links::VARCHAR = '[]')
    AND coalesce(list_bool_and(list_transform(all_lits, lambda l: l IS NULL OR starts_with(l, '"') OR l IN ('true', 'false', '[]')
      OR regexp_full_match(l, '0|-?[1-9]\d{0,14}') OR is_shortest(l) OR regexp_full_match(l, '\[("(?:[^"\\]|\\.)*",)*"(?:[^"\\]|\\.)*"\]'))), true),
    false) AS ok
FROM read_line AS r
JOIN around AS a ON a.around_text = r.around_text
ORDER BY r.ord;
