-- Rows of Phoenix's frame of spans: from temp view table_row to temp table item, as ../format.ts describes both. Only what a
-- frame has in common is taken: ids, times and status in columns, attributes in dotted ones, whose lists of messages are laid open to
-- keys as instrumentations write them.

-- a text, as a literal has it
CREATE OR REPLACE TEMP MACRO cell_text(lit) AS CASE WHEN starts_with(lit, '"') THEN nullif(json_extract_string(lit, '$'), '') END;
-- an ISO time with its zone, or a whole number of nanoseconds
CREATE OR REPLACE TEMP MACRO row_ns(words) AS CASE
  WHEN regexp_full_match(words, '\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d(:\d\d)?)?')
  THEN epoch_us(try_cast(words[1:19] AS TIMESTAMP)) * 1000 + rpad(regexp_extract(words, '\.(\d+)', 1), 9, '0')::BIGINT
    - coalesce(CASE WHEN regexp_matches(words[20:], '[+-]') THEN
        (CASE WHEN contains(words[20:], '-') THEN -1 ELSE 1 END) * (60 * regexp_extract(words[20:], '[+-](\d\d)', 1)::BIGINT + coalesce(try_cast(regexp_extract(words[20:], ':(\d\d)$', 1) AS BIGINT), 0)) END, 0) * 60000000000
  WHEN regexp_full_match(words, '[1-9]\d{18}') THEN try_cast(words AS BIGINT) END;
-- a number with a fraction that JavaScript writes just so: the shortest that means it
CREATE OR REPLACE TEMP MACRO is_shortest(lit) AS CASE WHEN regexp_full_match(lit, '-?(0|[1-9]\d{0,14})\.\d{0,17}[1-9]') THEN try_cast(lit AS DOUBLE)::VARCHAR = lit ELSE false END;
-- a value that an attribute may have
CREATE OR REPLACE TEMP MACRO is_value(lit) AS starts_with(lit, '"') OR lit IN ('true', 'false', '[]') OR regexp_full_match(lit, '0|-?[1-9]\d{0,14}') OR is_shortest(lit)
  OR regexp_full_match(lit, '\[("(?:[^"\\]|\\.)*",)*"(?:[^"\\]|\\.)*"\]');
-- members of an object that are not null
CREATE OR REPLACE TEMP MACRO members(m) AS list_filter(map_entries(m), lambda e: e.value IS NOT NULL);
-- items of a list of objects, each with its members
CREATE OR REPLACE TEMP MACRO items_of(lit) AS list_transform(from_json(lit, '["MAP(VARCHAR,JSON)"]'), lambda m: members(m));
-- the leaves below a list of objects, two lists deep: keys behind the list's own, and values; a value is null where it is no leaf
CREATE OR REPLACE TEMP MACRO leaves(items) AS flatten(list_transform(items, lambda members, i: CASE WHEN coalesce(len(members), 0) = 0 THEN [{'k': NULL::VARCHAR, 'v': NULL::VARCHAR}] ELSE flatten(list_transform(members, lambda e:
  CASE WHEN NOT starts_with(e.value, '[{') THEN [{'k': '.' || (i - 1) || '.' || e.key, 'v': CASE WHEN starts_with(e.value, '{') THEN NULL ELSE e.value::VARCHAR END}]
  ELSE flatten(list_transform(items_of(e.value), lambda inner_members, j: CASE WHEN coalesce(len(inner_members), 0) = 0 THEN [{'k': NULL::VARCHAR, 'v': NULL::VARCHAR}] ELSE list_transform(inner_members, lambda f:
    {'k': '.' || (i - 1) || '.' || e.key || '.' || (j - 1) || '.' || f.key, 'v': CASE WHEN starts_with(f.value, '{') OR starts_with(f.value, '[{') THEN NULL ELSE f.value::VARCHAR END}) END)) END)) END));

-- one row: a frame says nothing of what is around its spans
CREATE OR REPLACE TEMP TABLE around AS SELECT 'none' AS around, '{}' AS around_text;

-- one row per span; attributes in objects and lists of messages are laid open
CREATE OR REPLACE TEMP TABLE item AS
WITH opened AS (
  SELECT ord, raw, is_same, cell, CASE WHEN NOT has_inner THEN listed ELSE flatten(list_transform(listed, lambda e: CASE
      WHEN starts_with(e.v, '{') THEN list_transform(members(from_json(e.v, '"MAP(VARCHAR,JSON)"')), lambda f: {'k': e.k || '.' || f.key, 'v': CASE WHEN starts_with(f.value, '{') THEN NULL ELSE f.value::VARCHAR END})
      WHEN starts_with(e.v, '[{') AND e.k IN ('llm.input_messages', 'llm.output_messages') THEN list_transform(leaves(items_of(e.v)), lambda f: {'k': e.k || f.k, 'v': f.v})
      ELSE [{'k': e.k, 'v': e.v}] END)) END AS attributes
  FROM table_row
), read AS (
  SELECT ord, raw, is_same AND cell.context IS NULL AND cell.attributes IS NULL AND coalesce(cell.events, '[]') = '[]' AS ok,
    cell_text(cell.span_kind) AS type, coalesce(cell_text(cell."context.trace_id"), cell_text(cell.trace_id)) AS trace_id, coalesce(cell_text(cell."context.span_id"), cell_text(cell.span_id)) AS span_id,
    cell_text(coalesce(cell.parent_id, cell.parent_span_id)) AS parent_id, coalesce(cell_text(cell.name), '') AS name,
    row_ns(cell_text(coalesce(cell.start_time, cell.start_time_unix_nano, cell.startTime))) AS start_ns, row_ns(cell_text(coalesce(cell.end_time, cell.end_time_unix_nano, cell.endTime))) AS end_ns,
    coalesce(cell.status_code, cell.status) AS status_code, cell_text(cell.status_message) AS status_message,
    attributes, list_transform(attributes, lambda a: a.k) AS keys, list_transform(attributes, lambda a: a.v) AS lits
  FROM opened
)
SELECT
  row_number() OVER (ORDER BY ord) AS n, ord, 1 AS idx, 'none' AS around, raw, type, trace_id, span_id,
  CASE WHEN parent_id NOT IN ('None', 'nan') THEN parent_id END AS parent_span_id, name, start_ns, end_ns,
  CASE regexp_replace(upper(status_code), '^"(STATUS_CODE_|STATUSCODE\.)?|"$', '', 'g') WHEN 'ERROR' THEN 'error' WHEN 'OK' THEN 'ok' ELSE 'unset' END AS status,
  status_message,
  coalesce(keys, []::VARCHAR[]) AS keys,
  coalesce(lits, []::VARCHAR[]) AS lits,
  coalesce(
    ok AND trace_id IS NOT NULL AND span_id IS NOT NULL AND start_ns > 0 AND end_ns > 0
    AND (status_code IS NULL OR regexp_full_match(status_code, '"[A-Za-z_.]*"'))
    AND coalesce(list_bool_and(list_transform(attributes, lambda a: coalesce(a.k <> '' AND is_value(a.v), false))), true)
    AND len(list_distinct(keys)) = len(attributes),
    false) AS ok
FROM read
ORDER BY ord;

-- one row per row of the table
CREATE OR REPLACE TEMP VIEW envelope AS SELECT ord, true AS ok FROM item;
