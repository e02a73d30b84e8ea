-- How cells of Langfuse's rows are read: JSON texts, NULL where a row has nothing there.

-- a text, as a literal has it
CREATE OR REPLACE TEMP MACRO cell_text(lit) AS CASE WHEN starts_with(lit, '"') THEN nullif(CASE WHEN contains(lit, '\') THEN json_extract_string(lit, '$') ELSE substring(lit::VARCHAR, 2, length(lit::VARCHAR) - 2) END, '') END;
-- a time as nanoseconds, in UTC where it names no zone; null for every other way to write a time
CREATE OR REPLACE TEMP MACRO row_ns(words) AS CASE
  WHEN regexp_full_match(words, '\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,9})?Z?') THEN epoch_ns(try_cast(words AS TIMESTAMP_NS))
  WHEN regexp_full_match(words, '\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,9})?[+-]\d\d(:\d\d)?') THEN epoch_ns(try_cast(regexp_replace(words, '[+-]\d\d(:\d\d)?$', '') AS TIMESTAMP_NS))
    - (CASE WHEN contains(words[20:], '-') THEN -1 ELSE 1 END) * (60 * regexp_extract(words[20:], '[+-](\d\d)', 1)::BIGINT + coalesce(try_cast(regexp_extract(words[20:], ':(\d\d)$', 1) AS BIGINT), 0)) * 60000000000 END;
-- a number with a fraction that JavaScript writes just so: the shortest that means it, which 15 digits are for sure
CREATE OR REPLACE TEMP MACRO is_shortest(lit) AS CASE WHEN regexp_full_match(lit, '-?0\.0{0,5}([1-9]\d{0,13})?[1-9]') THEN true WHEN regexp_full_match(lit, '-?(0|[1-9]\d{0,14})\.\d{0,17}[1-9]') THEN try_cast(lit AS DOUBLE)::VARCHAR = lit ELSE false END;
-- a value that JSON.stringify writes just so
CREATE OR REPLACE TEMP MACRO is_value(lit) AS CASE WHEN starts_with(lit, '"') OR lit IN ('true', 'false', '[]', '{}') THEN true
  WHEN starts_with(lit, '[') THEN regexp_full_match(lit, '\[("(?:[^"\\]|\\.)*",)*"(?:[^"\\]|\\.)*"\]')
  ELSE regexp_full_match(lit, '0|-?[1-9]\d{0,14}') OR is_shortest(lit) END;
CREATE OR REPLACE TEMP MACRO is_count(lit) AS regexp_full_match(lit, '(0|[1-9]\d{0,14})|"\d{1,15}"');
-- whether all are texts, and none that may be a list
CREATE OR REPLACE TEMP MACRO are_texts(lits) AS list_bool_and(list_transform(lits, lambda l: l IS NULL OR (starts_with(l, '"') AND NOT (starts_with(l, '"[') OR starts_with(l, '" ') OR starts_with(l, '"\')))));

-- members of a map, of the list that one of a table becomes, and of either in a text; null for what is none
CREATE OR REPLACE TEMP MACRO members_of(words) AS map_entries(TRY(from_json(words, '"MAP(VARCHAR,JSON)"')));
CREATE OR REPLACE TEMP MACRO entries_of(lit) AS CASE
  WHEN lit IS NULL OR lit IN ('{}', '[]', '""', '"{}"') THEN []::STRUCT("key" VARCHAR, "value" JSON)[]
  WHEN starts_with(lit, '{') THEN members_of(lit)
  WHEN starts_with(lit, '[{"key":') THEN from_json(lit, '[{"key":"VARCHAR","value":"JSON"}]')
  WHEN starts_with(lit, '"{') AND NOT regexp_matches(lit, ',(\s|\\[nrt])*\}') THEN members_of(json_extract_string(lit, '$')) END;
CREATE OR REPLACE TEMP MACRO value_of(entries, name) AS list_filter(entries, lambda e: e.key = name)[1].value::VARCHAR;
-- whether members are values, and stand in the order in which JavaScript has them
CREATE OR REPLACE TEMP MACRO is_flat(entries) AS CASE WHEN entries IS NULL THEN false WHEN len(entries) = 0 THEN true
  ELSE list_bool_and(list_transform(entries, lambda e: (e.value IS NULL OR coalesce(is_value(e.value), false)) AND NOT regexp_full_match(e.key, '\d+|__proto__')))
    AND len(list_distinct(list_transform(entries, lambda e: e.key))) = len(entries) END;
CREATE OR REPLACE TEMP MACRO first_of(counts, names) AS list_filter(list_transform(names, lambda n: map_extract(counts, n)[1]), lambda c: c IS NOT NULL)[1];
-- what a tag says behind its beginning
CREATE OR REPLACE TEMP MACRO tagged(tags, begin) AS to_json(nullif(trimmed(list_filter(tags, lambda t: starts_with(lower(t), begin))[1][strlen(begin) + 1:]), ''))::VARCHAR;
