-- Rows of Phoenix's frame of spans, as JSON: from temp view line to temp table item, as ../format.ts describes both. Only what a
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
-- any value of a column that JavaScript writes the same way
CREATE OR REPLACE TEMP MACRO is_same(lit) AS is_value(lit) OR ((starts_with(lit, '[') OR starts_with(lit, '{')) AND NOT regexp_matches(regexp_replace(lit, '"(?:[^"\\]|\\.)*"', '', 'g'), '\d[.eE]|\d{16}|-0'));
-- members of an object that are not null
CREATE OR REPLACE TEMP MACRO members(m) AS list_filter(map_entries(m), lambda e: e.value IS NOT NULL);
-- items of a list of objects, each with its members
CREATE OR REPLACE TEMP MACRO items_of(lit) AS list_transform(from_json(lit, '["MAP(VARCHAR,JSON)"]'), lambda m: members(m));
-- the leaves below a list of objects, two lists deep: keys behind the list's own, and values; a value is null where it is no leaf
CREATE OR REPLACE TEMP MACRO leaves(items) AS flatten(list_transform(items, lambda members, i: CASE WHEN coalesce(len(members), 0) = 0 THEN [{'k': NULL::VARCHAR, 'v': NULL::VARCHAR}] ELSE flatten(list_transform(members, lambda e:
  CASE WHEN NOT starts_with(e.value, '[{') THEN [{'k': '.' || (i - 1) || '.' || e.key, 'v': CASE WHEN starts_with(e.value, '{') THEN NULL ELSE e.value::VARCHAR END}]
  ELSE flatten(list_transform(items_of(e.value), lambda inner_members, j: CASE WHEN coalesce(len(inner_members), 0) = 0 THEN [{'k': NULL::VARCHAR, 'v': NULL::VARCHAR}] ELSE list_transform(inner_members, lambda f:
    {'k': '.' || (i - 1) || '.' || e.key || '.' || (j - 1) || '.' || f.key, 'v': CASE WHEN starts_with(f.value, '{') OR starts_with(f.value, '[{') THEN NULL ELSE f.value::VARCHAR END}) END)) END)) END));

CREATE OR REPLACE TEMP TABLE parsed_line AS SELECT ord, json, TRY(from_json(json, '"MAP(VARCHAR,JSON)"')) AS m FROM line;

-- one row per line
CREATE OR REPLACE TEMP TABLE envelope AS SELECT ord, m IS NOT NULL AS ok FROM parsed_line;

-- one row: a frame says nothing of what is around its spans
CREATE OR REPLACE TEMP TABLE around AS SELECT 'none' AS around, '{}' AS around_text;

-- one row per line: its attributes, those in objects and lists of messages laid open
CREATE OR REPLACE TEMP TABLE attributed AS
SELECT ord, flatten(list_transform(list_filter(members(m), lambda e: starts_with(e.key, 'attributes.')), lambda e: CASE
    WHEN starts_with(e.value, '{') THEN list_transform(members(from_json(e.value, '"MAP(VARCHAR,JSON)"')), lambda f: {'k': e.key[12:] || '.' || f.key, 'v': CASE WHEN starts_with(f.value, '{') THEN NULL ELSE f.value::VARCHAR END})
    WHEN starts_with(e.value, '[{') AND e.key IN ('attributes.llm.input_messages', 'attributes.llm.output_messages') THEN list_transform(leaves(items_of(e.value)), lambda f: {'k': e.key[12:] || f.k, 'v': f.v})
    ELSE [{'k': e.key[12:], 'v': e.value::VARCHAR}] END)) AS attributes
FROM parsed_line
WHERE m IS NOT NULL;

-- one row per span
CREATE OR REPLACE TEMP TABLE item AS
WITH read AS (
  SELECT p.ord, p.json, p.m, a.attributes, cell_text(coalesce(p.m['start_time'], p.m['start_time_unix_nano'], p.m['startTime'])) AS start_time, cell_text(coalesce(p.m['end_time'], p.m['end_time_unix_nano'], p.m['endTime'])) AS end_time,
    coalesce(p.m['status_code'], p.m['status'])::VARCHAR AS status_code, cell_text(coalesce(p.m['parent_id'], p.m['parent_span_id'])) AS parent_id
  FROM parsed_line AS p
  JOIN attributed AS a ON a.ord = p.ord
)
SELECT
  row_number() OVER (ORDER BY ord) AS n, ord, 1 AS idx, 'none' AS around, json AS raw, cell_text(m['span_kind']) AS type,
  coalesce(cell_text(m['context.trace_id']), cell_text(m['trace_id'])) AS trace_id, coalesce(cell_text(m['context.span_id']), cell_text(m['span_id'])) AS span_id,
  CASE WHEN parent_id NOT IN ('None', 'nan') THEN parent_id END AS parent_span_id, coalesce(cell_text(m['name']), '') AS name,
  row_ns(start_time) AS start_ns, row_ns(end_time) AS end_ns,
  CASE regexp_replace(upper(status_code), '^"(STATUS_CODE_|STATUSCODE\.)?|"$', '', 'g') WHEN 'ERROR' THEN 'error' WHEN 'OK' THEN 'ok' ELSE 'unset' END AS status,
  cell_text(m['status_message']) AS status_message,
  coalesce(list_transform(attributes, lambda a: a.k), []::VARCHAR[]) AS keys,
  coalesce(list_transform(attributes, lambda a: a.v), []::VARCHAR[]) AS lits,
  coalesce(
    coalesce(cell_text(m['context.trace_id']), cell_text(m['trace_id'])) IS NOT NULL AND coalesce(cell_text(m['context.span_id']), cell_text(m['span_id'])) IS NOT NULL
    AND m['context'] IS NULL AND m['attributes'] IS NULL AND coalesce(m['events']::VARCHAR, '[]') = '[]'
    AND row_ns(start_time) > 0 AND row_ns(end_time) > 0
    AND (status_code IS NULL OR regexp_full_match(status_code, '"[A-Za-z_.]*"'))
    AND list_bool_and(list_transform(members(m), lambda e: is_same(e.value) AND NOT regexp_matches(e.key, '^(attributes\.)?(eval|annotation)\.')))
    AND NOT list_contains(list_transform(attributes, lambda a: a.k IS NOT NULL AND a.k <> '' AND is_value(a.v)), false)
    AND len(list_filter(attributes, lambda a: a.v IS NULL)) = 0
    AND len(list_distinct(list_transform(attributes, lambda a: a.k))) = len(attributes),
    false) AS ok
FROM read
ORDER BY ord;
