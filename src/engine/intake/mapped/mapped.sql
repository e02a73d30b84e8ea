-- What the values of mapped columns are worth. Each gives NULL for what is for the record function to read (../formats/generic.ts).

-- white space as JavaScript trims it, and what may be JSON or HTML behind it
CREATE OR REPLACE TEMP MACRO may_be_json(words) AS regexp_matches(words, '^[\s\x{0b}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}]*[{\["]');
CREATE OR REPLACE TEMP MACRO may_be_html(words) AS regexp_matches(words, '^[\s\x{0b}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}]*<');
-- so many brackets that JSON may be nested deeper than is kept
CREATE OR REPLACE TEMP MACRO may_be_deep(words) AS strlen(words) > 256 AND (starts_with(words, '{') OR starts_with(words, '[')) AND strlen(words) - strlen(translate(words, '{[', '')) > 256;
-- JSON text is written the same way by all but for some control characters
CREATE OR REPLACE TEMP MACRO may_be_escaped(json_text) AS contains(json_text, '\u00');
-- as Math.round does, for numbers from 0 on
CREATE OR REPLACE TEMP MACRO rounded(x) AS floor(x) + CASE WHEN x - floor(x) >= 0.5 THEN 1 ELSE 0 END;

-- nanoseconds of a unit of an epoch number; `unit` is NULL where its size tells it
CREATE OR REPLACE TEMP MACRO unit_ns(n, unit) AS CASE unit WHEN 's' THEN 1000000000 WHEN 'ms' THEN 1000000 WHEN 'us' THEN 1000 WHEN 'ns' THEN 1
  ELSE CASE WHEN n::DOUBLE < 1e11 THEN 1000000000 WHEN n::DOUBLE < 1e14 THEN 1000000 WHEN n::DOUBLE < 1e17 THEN 1000 ELSE 1 END END::HUGEINT;
CREATE OR REPLACE TEMP MACRO whole_ns(n, unit) AS n::HUGEINT * unit_ns(n, unit);
CREATE OR REPLACE TEMP MACRO fraction_ns(whole, fraction, unit) AS whole_ns(whole, unit) + (fraction::HUGEINT * unit_ns(whole, unit)) // CASE strlen(fraction) WHEN 1 THEN 10 WHEN 2 THEN 100 WHEN 3 THEN 1000 WHEN 4 THEN 10000
  WHEN 5 THEN 100000 WHEN 6 THEN 1000000 WHEN 7 THEN 10000000 WHEN 8 THEN 100000000 ELSE 1000000000 END::HUGEINT;
-- a number that is no text
CREATE OR REPLACE TEMP MACRO double_ns(x, unit) AS CASE WHEN x > 0 AND x < 1e19 THEN whole_ns(trunc(x), unit) + rounded((x - trunc(x)) * unit_ns(trunc(x), unit)::DOUBLE)::HUGEINT END;
-- an ISO time with its zone, UTC where it has none
CREATE OR REPLACE TEMP MACRO zone_minutes(zone) AS CASE WHEN starts_with(zone, '-') THEN -1 ELSE 1 END * (zone[2:3]::INTEGER * 60 + replace(zone, ':', '')[4:5]::INTEGER);
CREATE OR REPLACE TEMP MACRO iso_ns(words) AS CASE
  WHEN regexp_full_match(words, '\d{4}-\d{2}-\d{2}([T ]([01]\d|2[0-3]):\d{2}(:\d{2}(\.\d{1,9})?)?Z?)?') THEN epoch_ns(TRY_CAST(rtrim(words, 'Z') AS TIMESTAMP_NS))
  WHEN regexp_full_match(words, '\d{4}-\d{2}-\d{2}[T ]([01]\d|2[0-3]):\d{2}:\d{2}(\.\d{1,9})?[+-]\d{2}:?\d{2}') THEN
    epoch_ns(TRY_CAST(regexp_extract(words, '^.{19}(\.\d+)?') AS TIMESTAMP_NS)) - zone_minutes(regexp_extract(words, '[+-]\d{2}:?\d{2}$'))::BIGINT * 60000000000 END;
CREATE OR REPLACE TEMP MACRO time_ns(words, unit) AS CASE
  WHEN words[5] = '-' THEN iso_ns(words)::HUGEINT
  WHEN regexp_full_match(words, '[1-9]\d{0,17}') THEN whole_ns(words, unit)
  WHEN regexp_full_match(words, '[1-9]\d{0,11}\.\d{1,9}') THEN fraction_ns(split_part(words, '.', 1), split_part(words, '.', 2), unit) END;
-- from 1970 until what 64 bits can say
CREATE OR REPLACE TEMP MACRO sound_ns(ns) AS CASE WHEN ns > 0 AND ns <= 9223372036854775807 THEN ns::BIGINT END;

-- an amount that can be counted with
CREATE OR REPLACE TEMP MACRO amount(words) AS CASE WHEN regexp_full_match(words, '\d{1,15}(\.\d{1,30})?') THEN words::DOUBLE END;

-- a whole number; a point may stand between thousands
CREATE OR REPLACE TEMP MACRO count_of(words) AS CASE WHEN regexp_full_match(words, '\d{1,15}') THEN words::DOUBLE END;

-- the hash of a call whose arguments are no JSON
CREATE OR REPLACE TEMP MACRO plain_call_hash(tool, words) AS CASE WHEN coalesce(words, '') = '' THEN md5(tool || chr(0) || '""')
  WHEN NOT may_be_json(words) AND NOT may_be_escaped(to_json(words)::VARCHAR) THEN md5(tool || chr(0) || to_json(words)::VARCHAR) END;
