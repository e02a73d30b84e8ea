-- OTLP JSON lines as spans: from temp table line (ord, json: one row per line) to temp table item, as ../twin/twin.ts
-- describes it. Only what is written as the protocol says is taken. That nothing else stands in a line or a span is told
-- by its length: what was understood adds up to it, or the row is not ok.

-- length of a member with its comma, of an object and of a list with their brackets
CREATE OR REPLACE TEMP MACRO member(name, json_value) AS CASE WHEN json_value IS NULL THEN 0 ELSE strlen(name) + 4 + strlen(json_value) END;
CREATE OR REPLACE TEMP MACRO quoted(name, plain_text) AS CASE WHEN plain_text IS NULL THEN 0 ELSE strlen(name) + 6 + strlen(plain_text) END;
CREATE OR REPLACE TEMP MACRO listed(total, n) AS CASE WHEN n = 0 THEN 2 ELSE 1 + n + total END;

-- a number with a fraction that JavaScript writes just so: the shortest that means it
CREATE OR REPLACE TEMP MACRO is_shortest(lit) AS CASE WHEN regexp_full_match(lit, '-?(0|[1-9]\d{0,14})\.\d{0,17}[1-9]') THEN try_cast(lit AS DOUBLE)::VARCHAR = lit ELSE false END;

-- whether an id of digits is one: neither too long nor all zeros
CREATE OR REPLACE TEMP MACRO is_id(digits) AS strlen(digits) BETWEEN 1 AND 64 AND CASE WHEN starts_with(digits, '0') THEN ltrim(digits, '0') <> '' ELSE true END;
-- milliseconds and microseconds under names of nanoseconds, as otel-value.ts tells them
CREATE OR REPLACE TEMP MACRO is_other_unit(digits) AS coalesce((try_cast(digits AS BIGINT) >= 1100000000000 AND try_cast(digits AS BIGINT) < 4200000000000) OR (try_cast(digits AS BIGINT) >= 1100000000000000 AND try_cast(digits AS BIGINT) < 4200000000000000), false);
CREATE OR REPLACE TEMP MACRO is_whole(digits) AS try_cast(digits AS BIGINT) > 0 AND try_cast(digits AS BIGINT)::VARCHAR = digits;

-- links, of which nothing is read, where JavaScript writes them the same way
CREATE OR REPLACE TEMP MACRO are_links(json_text) AS regexp_full_match(json_text,
  '\[((\{"traceId":"[0-9A-Za-z+/=]*","spanId":"[0-9A-Za-z+/=]*"(,"traceState":"([^"\\]|\\.)*")?(,"attributes":\[\])?(,"droppedAttributesCount":(0|[1-9]\d{0,8}))?(,"flags":(0|[1-9]\d{0,8}))?\}|,)*)\]');

-- one row per line
CREATE OR REPLACE TEMP TABLE envelope AS
WITH parsed AS (
  SELECT ord, json, TRY(from_json(json,
    '{"resourceSpans":[{"resource":"JSON","scopeSpans":[{"scope":"JSON","spans":["JSON"],"schemaUrl":"JSON"}],"schemaUrl":"JSON"}]}'
  )).resourceSpans AS resources
  FROM line
), measured AS (
  SELECT *, 18 + listed(list_sum(list_transform(resources, lambda r:
    1 + member('resource', r.resource) + member('schemaUrl', r.schemaUrl) + 13
    + listed(list_sum(list_transform(r.scopeSpans, lambda s:
        1 + member('scope', s.scope) + member('schemaUrl', s.schemaUrl) + 8
        + listed(coalesce(list_sum(list_transform(s.spans, lambda p: strlen(p))), 0), len(s.spans)) + 1
      )), len(r.scopeSpans)) + 1
  )), len(resources)) AS size
  FROM parsed
)
SELECT ord, resources, coalesce(
  CASE WHEN strlen(json) = size THEN true ELSE strlen(TRY(json(json))::VARCHAR) = size AND NOT regexp_matches(json, ',\s*[\]}]') END, false) AS ok
FROM measured;

-- one row per scope of a line; around: what the spans of a scope share, by its hash
CREATE OR REPLACE TEMP VIEW scope AS
WITH resource AS (
  SELECT ord, generate_subscripts(resources, 1) AS r, unnest(resources) AS one FROM envelope WHERE ok
), opened AS (
  SELECT ord, r, one.resource AS resource, generate_subscripts(one.scopeSpans, 1) AS s, unnest(one.scopeSpans) AS two FROM resource
), told AS (
  SELECT *, '{"resource":' || coalesce(resource, 'null') || ',"scope":' || coalesce(two.scope, 'null') || '}' AS around_text FROM opened
)
SELECT ord, r, s, two, around_text, md5(around_text) AS around FROM told;

-- one row per resource and scope
CREATE OR REPLACE TEMP TABLE around AS
SELECT around, any_value(around_text) AS around_text FROM scope GROUP BY around;

-- one row per span
CREATE OR REPLACE TEMP TABLE item AS
WITH span AS (
  SELECT ord, (r * 1000 + s) * 1000000 + generate_subscripts(two.spans, 1) AS idx,
    around, unnest(two.spans)::VARCHAR AS raw
  FROM scope
), parsed AS (
  SELECT *, from_json(raw, '{"traceId":"VARCHAR","spanId":"VARCHAR","parentSpanId":"VARCHAR","traceState":"JSON","flags":"JSON","name":"VARCHAR","kind":"JSON",
    "startTimeUnixNano":"VARCHAR","endTimeUnixNano":"VARCHAR","droppedAttributesCount":"JSON","events":"JSON","droppedEventsCount":"JSON","links":"JSON","droppedLinksCount":"JSON",
    "attributes":[{"key":"VARCHAR","value":{"stringValue":"JSON","intValue":"JSON","doubleValue":"JSON","boolValue":"JSON","arrayValue":"JSON"}}],
    "status":{"code":"JSON","message":"VARCHAR"}}') AS f
  FROM span
), read AS (
  SELECT *,
    1 + quoted('traceId', f.traceId) + quoted('spanId', f.spanId) + quoted('parentSpanId', f.parentSpanId) + member('traceState', f.traceState)
    + member('flags', f.flags) + member('name', to_json(f.name)) + member('kind', f.kind) + quoted('startTimeUnixNano', f.startTimeUnixNano)
    + quoted('endTimeUnixNano', f.endTimeUnixNano) + member('droppedAttributesCount', f.droppedAttributesCount) + member('events', f.events)
    + member('droppedEventsCount', f.droppedEventsCount) + member('links', f.links) + member('droppedLinksCount', f.droppedLinksCount)
    + CASE WHEN f.attributes IS NULL THEN 0 ELSE 14 + listed(coalesce(list_sum(list_transform(f.attributes, lambda a:
        -- Of a value that says several things only one is counted: it is not ok then.
        20 + strlen(a.key) + CASE
          WHEN a.value.stringValue IS NOT NULL THEN 15 + strlen(a.value.stringValue)
          WHEN a.value.intValue IS NOT NULL THEN 12 + strlen(a.value.intValue)
          WHEN a.value.boolValue IS NOT NULL THEN 13 + strlen(a.value.boolValue)
          WHEN a.value.doubleValue IS NOT NULL THEN 15 + strlen(a.value.doubleValue)
          WHEN a.value.arrayValue IS NOT NULL THEN 14 + strlen(a.value.arrayValue) END)), 0), len(f.attributes)) END
    + CASE WHEN f.status IS NULL THEN 0 WHEN f.status.code IS NULL AND f.status.message IS NULL THEN 12
        ELSE 11 + member('code', f.status.code) + member('message', to_json(f.status.message)) END AS size,
    list_transform(f.attributes, lambda a: CASE
      WHEN a.value.stringValue IS NOT NULL THEN CASE WHEN starts_with(a.value.stringValue, '"') THEN a.value.stringValue::VARCHAR END
      WHEN a.value.intValue IS NOT NULL THEN CASE WHEN regexp_full_match(a.value.intValue, '"?(0|-?[1-9]\d{0,14})"?') THEN replace(a.value.intValue, '"', '') END
      WHEN a.value.boolValue IS NOT NULL THEN CASE WHEN a.value.boolValue::VARCHAR IN ('true', 'false') THEN a.value.boolValue::VARCHAR END
      WHEN a.value.doubleValue IS NOT NULL THEN CASE
        WHEN regexp_full_match(a.value.doubleValue, '0|-?[1-9]\d{0,8}') OR is_shortest(a.value.doubleValue::VARCHAR) THEN a.value.doubleValue::VARCHAR
        WHEN regexp_full_match(a.value.doubleValue, '(0|-?[1-9]\d{0,14})\.0') THEN (a.value.doubleValue::VARCHAR)[:-3] END
      WHEN a.value.arrayValue IS NOT NULL THEN CASE
        WHEN a.value.arrayValue::VARCHAR IN ('{}', '{"values":[]}') THEN '[]'
        WHEN regexp_full_match(a.value.arrayValue, '\{"values":\[(\{"stringValue":"([^"\\]|\\.)*"\},)*\{"stringValue":"([^"\\]|\\.)*"\}\]\}')
          THEN regexp_replace((a.value.arrayValue::VARCHAR)[11:-2], '\{"stringValue":("(?:[^"\\]|\\.)*")\}', '\1', 'g') END
    END) AS lits
  FROM parsed
)
SELECT
  row_number() OVER () AS n, ord, idx, around,
  -- as JavaScript writes whole numbers
  CASE WHEN contains(raw, '.0}') THEN regexp_replace(raw, '"doubleValue":(0|-?[1-9]\d{0,14})\.0\}', '"doubleValue":\1}', 'g') ELSE raw END AS raw, NULL::VARCHAR AS type,
  f.traceId AS trace_id, f.spanId AS span_id, nullif(f.parentSpanId, '') AS parent_span_id, coalesce(f.name, '') AS name,
  try_cast(f.startTimeUnixNano AS BIGINT) AS start_ns, try_cast(f.endTimeUnixNano AS BIGINT) AS end_ns,
  CASE f.status.code::VARCHAR WHEN '2' THEN 'error' WHEN '"STATUS_CODE_ERROR"' THEN 'error' WHEN '1' THEN 'ok' WHEN '"STATUS_CODE_OK"' THEN 'ok' ELSE 'unset' END AS status,
  nullif(f.status.message, '') AS status_message,
  coalesce(list_transform(f.attributes, lambda a: a.key), []::VARCHAR[]) AS keys,
  coalesce(lits, []::VARCHAR[]) AS lits,
  coalesce(
    strlen(raw) = size
    AND regexp_full_match(f.traceId || f.spanId || coalesce(f.parentSpanId, ''), '[0-9a-f]+')
    AND is_id(f.traceId) AND is_id(f.spanId) AND (f.parentSpanId IS NULL OR f.parentSpanId = '' OR is_id(f.parentSpanId))
    AND is_whole(f.startTimeUnixNano) AND is_whole(f.endTimeUnixNano) AND NOT is_other_unit(f.startTimeUnixNano) AND NOT is_other_unit(f.endTimeUnixNano)
    AND (f.kind IS NULL OR regexp_full_match(f.kind, '"[A-Z_]*"|\d{1,3}'))
    AND (f.flags IS NULL OR regexp_full_match(f.flags, '0|[1-9]\d{0,14}'))
    AND (f.droppedAttributesCount IS NULL OR regexp_full_match(f.droppedAttributesCount, '0|[1-9]\d{0,14}'))
    AND (f.droppedEventsCount IS NULL OR regexp_full_match(f.droppedEventsCount, '0|[1-9]\d{0,14}'))
    AND (f.droppedLinksCount IS NULL OR regexp_full_match(f.droppedLinksCount, '0|[1-9]\d{0,14}'))
    AND (f.traceState IS NULL OR starts_with(f.traceState, '"'))
    AND (f.events IS NULL OR f.events::VARCHAR = '[]') AND (f.links IS NULL OR are_links(f.links::VARCHAR))
    AND (f.status.code IS NULL OR f.status.code::VARCHAR IN ('0', '1', '2', '"STATUS_CODE_UNSET"', '"STATUS_CODE_OK"', '"STATUS_CODE_ERROR"'))
    AND (lits IS NULL OR list_count(lits) = len(lits)),
    false) AS ok
FROM read;
