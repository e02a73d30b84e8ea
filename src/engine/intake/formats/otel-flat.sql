-- Spans with flat attributes, one a line, as SDKs dump them: from temp view line to temp table item, as ../format.ts describes
-- both. That nothing else stands in a line is told by its length: what was understood adds up to it, or it is not ok.

-- length of a member with its comma
CREATE OR REPLACE TEMP MACRO member(name, json_value) AS CASE WHEN json_value IS NULL THEN 0 ELSE strlen(name) + 4 + strlen(json_value) END;
CREATE OR REPLACE TEMP MACRO quoted(name, plain_text) AS CASE WHEN plain_text IS NULL THEN 0 ELSE strlen(name) + 6 + strlen(plain_text) END;
-- an ISO time in UTC as nanoseconds; null for every other way to write a time
CREATE OR REPLACE TEMP MACRO utc_ns(words) AS CASE WHEN regexp_full_match(words, '\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|\+00:00)?')
  THEN epoch_ns(try_cast(words AS TIMESTAMP_NS)) END;
-- a time as JSON writes it, in text or as a whole number of nanoseconds
CREATE OR REPLACE TEMP MACRO time_ns(lit) AS CASE WHEN starts_with(lit, '"') THEN utc_ns((lit::VARCHAR)[2:-2]) WHEN regexp_full_match(lit, '[1-9]\d{18}') THEN try_cast(lit::VARCHAR AS BIGINT) END;
-- a record with its times as texts where they have more digits than a double holds, as ../parse-record.ts reads them; no other number is as long
CREATE OR REPLACE TEMP MACRO whole_integers(json_text, time_lit) AS CASE WHEN starts_with(time_lit, '"') THEN json_text ELSE regexp_replace(json_text, '"(start_time|end_time)":(\d{19})([,}])', '"\1":"\2"\3', 'g') END;
-- a number as JavaScript writes it, where that is its whole part; and all of a record, no string of which begins with a colon and no key of which ends with a backslash
CREATE OR REPLACE TEMP MACRO whole_number(lit) AS CASE WHEN NOT ends_with(lit, '.0') THEN lit WHEN regexp_full_match(lit, '(0|-?[1-9]\d{0,14})\.0') THEN lit[:-3] ELSE lit END;
CREATE OR REPLACE TEMP MACRO whole_numbers(json_text) AS regexp_replace(json_text, '([^\\]":)(0|-?[1-9]\d{0,14})\.0([,}])', '\1\2\3', 'g');
-- a number with a fraction that JavaScript writes just so: the shortest that means it
CREATE OR REPLACE TEMP MACRO is_shortest(lit) AS CASE WHEN regexp_full_match(lit, '-?(0|[1-9]\d{0,14})\.\d{0,17}[1-9]') THEN try_cast(lit AS DOUBLE)::VARCHAR = lit ELSE false END;
-- whether JSON holds a number that JavaScript may write otherwise, or an object within the object
CREATE OR REPLACE TEMP MACRO is_simple_object(json_value) AS starts_with(json_value, '{') AND NOT contains((json_value::VARCHAR)[2:], '{')
  AND NOT regexp_matches(regexp_replace(json_value, '"(?:[^"\\]|\\.)*"', '', 'g'), '\d[.eE]|\d{16}|-0') AND len(list_distinct(json_keys(json_value))) = len(json_keys(json_value));

-- whether an id of digits is one: neither too long nor all zeros
CREATE OR REPLACE TEMP MACRO is_id(digits) AS strlen(digits) BETWEEN 1 AND 64 AND CASE WHEN starts_with(digits, '0') THEN ltrim(digits, '0') <> '' ELSE true END;
-- whether a value is written as JavaScript writes it
CREATE OR REPLACE TEMP MACRO is_plain_literal(lit) AS CASE WHEN lit IS NULL OR starts_with(lit, '"') OR lit IN ('true', 'false', '[]') THEN true
  WHEN regexp_full_match(lit, '0|-?[1-9]\d{0,14}') THEN true
  WHEN starts_with(lit, '[') THEN regexp_full_match(lit, '\[("(?:[^"\\]|\\.)*",)*"(?:[^"\\]|\\.)*"\]')
  ELSE is_shortest(lit) END;

-- one row per line, which is one span where it is ok; without a filter, which would read each line twice
CREATE OR REPLACE TEMP TABLE item AS
WITH parsed AS (
  SELECT ord, json, TRY(from_json(json, '{"trace_id":"VARCHAR","span_id":"VARCHAR","parent_span_id":"VARCHAR","name":"VARCHAR","kind":"JSON","start_time":"JSON","end_time":"JSON",
    "status":{"code":"JSON","message":"VARCHAR"},"status_code":"JSON","status_message":"VARCHAR","attributes":"MAP(VARCHAR,JSON)","resource":"JSON","scope":"JSON","events":"JSON","span_events":"JSON","links":"JSON"}')) AS f
  FROM line
), opened AS (
  SELECT ord, json, f, map_keys(f.attributes) AS all_keys, map_values(f.attributes)::VARCHAR[] AS all_values
  FROM parsed
), measured AS (
  SELECT ord, json, f, all_keys, list_transform(all_values, lambda l: whole_number(l)) AS all_lits, list_count(all_values) = len(all_values) AS is_full,
    '{"resource":' || coalesce(f.resource, 'null') || ',"scope":' || coalesce(f.scope, 'null') || '}' AS around_text,
    1 + quoted('trace_id', f.trace_id) + quoted('span_id', f.span_id) + CASE WHEN f.parent_span_id IS NOT NULL THEN quoted('parent_span_id', f.parent_span_id) WHEN contains(json, '"parent_span_id":null') OR contains(json, '"parent_span_id": null') THEN 22 ELSE 0 END
      + member('name', to_json(f.name)) + member('kind', f.kind) + member('start_time', f.start_time) + member('end_time', f.end_time)
      + CASE WHEN f.status IS NULL THEN 0 WHEN f.status.code IS NULL AND f.status.message IS NULL THEN 12
          ELSE 11 + member('code', f.status.code) + member('message', to_json(f.status.message)) END
      + member('status_code', f.status_code) + member('status_message', to_json(f.status_message))
      + CASE WHEN f.attributes IS NULL THEN 0 WHEN len(all_keys) = 0 THEN 16
          ELSE 15 + strlen(array_to_string(all_keys, '')) + 4 * len(all_keys) + coalesce(list_sum(list_transform(all_values, lambda l: strlen(l))), 0) + 4 * (len(all_values) - list_count(all_values)) END
      + member('resource', f.resource) + member('scope', f.scope) + member('events', f.events) + member('span_events', f.span_events) + member('links', f.links) AS size
  FROM opened
), written AS (
  SELECT *, CASE WHEN strlen(json) = size THEN json ELSE TRY(json(json))::VARCHAR END AS compact FROM measured
), noted AS (
  SELECT *, contains(compact, '.0,') OR contains(compact, '.0}') AS has_whole_parts FROM written
)
SELECT
  row_number() OVER () AS n, ord, 1 AS idx, md5(around_text) AS around, around_text, CASE WHEN has_whole_parts THEN whole_numbers(whole_integers(compact, f.start_time)) ELSE whole_integers(compact, f.start_time) END AS raw, NULL::VARCHAR AS type,
  f.trace_id AS trace_id, f.span_id AS span_id, nullif(f.parent_span_id, '') AS parent_span_id, coalesce(f.name, '') AS name,
  time_ns(f.start_time) AS start_ns, time_ns(f.end_time) AS end_ns,
  CASE WHEN coalesce(f.status.code, f.status_code)::VARCHAR IN ('2', '"ERROR"', '"STATUS_CODE_ERROR"') THEN 'error'
    WHEN coalesce(f.status.code, f.status_code)::VARCHAR IN ('1', '"OK"', '"STATUS_CODE_OK"') THEN 'ok' ELSE 'unset' END AS status,
  coalesce(nullif(f.status.message, ''), nullif(f.status_message, '')) AS status_message,
  coalesce(CASE WHEN is_full THEN all_keys ELSE list_where(all_keys, list_transform(all_lits, lambda l: l IS NOT NULL)) END, []::VARCHAR[]) AS keys,
  coalesce(CASE WHEN is_full THEN all_lits ELSE list_filter(all_lits, lambda l: l IS NOT NULL) END, []::VARCHAR[]) AS lits,
  coalesce(
    strlen(compact) = size AND (strlen(json) = size OR NOT regexp_matches(json, ',\s*[\]}]'))
    AND regexp_full_match(f.trace_id || f.span_id || coalesce(f.parent_span_id, ''), '[0-9a-f]+')
    AND is_id(f.trace_id) AND is_id(f.span_id) AND (f.parent_span_id IS NULL OR f.parent_span_id = '' OR is_id(f.parent_span_id))
    AND time_ns(f.start_time) > 0 AND time_ns(f.end_time) > 0
    AND CASE WHEN has_whole_parts THEN NOT (regexp_matches(json, '[\[{,:]\s*":') OR contains(array_to_string(all_keys, ''), '\')) ELSE true END
    AND f.attributes IS NOT NULL AND (is_full OR len(list_distinct(all_keys)) = len(all_keys))
    AND (f.status IS NULL OR f.status_code IS NULL)
    AND (f.status.code IS NULL OR regexp_full_match(f.status.code, '[012]|"(STATUS_CODE_)?(UNSET|OK|ERROR)"'))
    AND (f.status_code IS NULL OR regexp_full_match(f.status_code, '[012]|"(STATUS_CODE_)?(UNSET|OK|ERROR)"'))
    AND (f.kind IS NULL OR regexp_full_match(f.kind, '"[A-Za-z_.]*"|\d{1,3}'))
    AND (f.events IS NULL OR f.events::VARCHAR = '[]') AND (f.span_events IS NULL OR f.span_events::VARCHAR = '[]') AND (f.links IS NULL OR f.links::VARCHAR = '[]')
    AND coalesce(list_bool_and(list_transform(all_lits, lambda l: is_plain_literal(l))), true),
    false) AS ok
FROM noted;

CREATE OR REPLACE TEMP VIEW envelope AS SELECT ord, ok FROM item;

-- one row per resource and scope; without its text where what is in it may mean something else to JavaScript
CREATE OR REPLACE TEMP TABLE around AS
SELECT around, CASE WHEN coalesce(is_simple_object(nullif(json_extract(around_text, '$.resource'), 'null')), true) AND coalesce(is_simple_object(nullif(json_extract(around_text, '$.scope'), 'null')), true) THEN around_text END AS around_text
FROM (SELECT around, any_value(around_text) AS around_text FROM item GROUP BY around);
