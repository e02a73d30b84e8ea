-- Several records with the id of one span in one session. One that says the same is dropped, one that says more of the span
-- completes it, and one that contradicts the first record stays beside it under an id of its own (`id~2`), with the children and
-- labels of its trace. Runs from settle-doubles.ts, which says why, on
--   doubled    one row per record of a span that has several: seq, first_seq, session_id, has_session_id, span_id, wide_no
--   differing  one row per record that differs from the first and from those before it: seq, first_seq
--   wide_text  the texts of those, and of the first records they differ from, by wide_no
-- and makes
--   again        one row per record but the first of its session and span id: seq, first_seq, how ('same', 'more' or 'other'), new_span_id
--   fuller_text  one row per span that further records say more of: the texts of all

-- Exports cut times to microseconds or milliseconds.
CREATE MACRO is_same_time(a, b) AS abs(a - b) < 1000000;

-- JSON without the spaces and escapes that one export writes and another does not; not of text that may be nested very deeply.
CREATE MACRO plain_json(a) AS CASE WHEN (starts_with(a, '{') OR starts_with(a, '[')) AND length(a) - length(translate(a, '[{', '')) <= 5000 AND json_valid(a) THEN json(a)::VARCHAR ELSE a END;

CREATE MACRO says_same(a, b) AS starts_with(a, b) OR starts_with(b, a) OR plain_json(a) = plain_json(b);

-- one row per record of a span that may be compared
CREATE TABLE compared AS
SELECT s.seq, s.trace_id, s.kind, s.name, s.start_ns, s.end_ns, CASE WHEN s.is_mute THEN NULL ELSE w.text END AS text, w.input, w.output, w.attributes, w.raw
FROM span AS s
JOIN wide_text AS w ON w.wide_no = s.wide_no;

CREATE TABLE again AS
WITH judged AS (
  SELECT d.seq,
    n.name = f.name AND coalesce(is_same_time(n.start_ns, f.start_ns), true) AND (
      -- Of a span that had not ended yet, the record of its end is the truth.
      coalesce(is_same_time(n.start_ns, f.start_ns), false) AND (n.end_ns IS NULL) <> (f.end_ns IS NULL)
      -- Other ways to write what a span holds, such as members of a table's columns that are empty, are no other span.
      OR n.kind = f.kind AND coalesce(n.trace_id = f.trace_id AND n.start_ns < n.end_ns AND is_same_time(n.start_ns, f.start_ns) AND is_same_time(n.end_ns, f.end_ns), false)
      OR (
        n.kind = f.kind
        AND coalesce(starts_with(n.text, f.text) OR starts_with(f.text, n.text), true)
        AND coalesce(says_same(n.input, f.input), true)
        AND coalesce(says_same(n.output, f.output), true)
      )
    ) AS is_one
  FROM differing AS d
  JOIN compared AS n ON n.seq = d.seq
  JOIN compared AS f ON f.seq = d.first_seq
)
SELECT p.seq, p.first_seq, p.session_id, p.has_session_id, p.span_id,
  CASE WHEN j.seq IS NULL THEN 'same' WHEN j.is_one THEN 'more' ELSE 'other' END AS how,
  NULL::VARCHAR AS new_span_id
FROM doubled AS p
LEFT JOIN judged AS j ON j.seq = p.seq
WHERE p.seq <> p.first_seq;

-- An id that is taken already gets the record's number beside.
UPDATE again SET new_span_id = CASE WHEN t.span_id IS NULL THEN n.made ELSE n.made || '~' || again.seq::BIGINT END
FROM (
  SELECT seq, session_id, span_id || '~' || (1 + row_number() OVER (PARTITION BY first_seq ORDER BY seq)) AS made FROM again WHERE how = 'other'
) AS n
LEFT JOIN told AS t ON t.session_id = n.session_id AND t.span_id = n.made
WHERE n.seq = again.seq;

-- one row per record of a span that others say more of
CREATE TABLE adding AS
SELECT first_seq, seq FROM again WHERE how = 'more'
UNION
SELECT first_seq, first_seq FROM again WHERE how = 'more';

CREATE TABLE fuller_text AS
WITH texts AS (
  SELECT a.first_seq, a.seq = a.first_seq AS is_first, (c.end_ns IS NOT NULL)::BIGINT * 1000000000 AS weight, c.*
  FROM adding AS a
  JOIN compared AS c ON c.seq = a.seq
), longest AS (
  SELECT first_seq, arg_max(text, weight + length(text)) AS text, arg_max(input, weight + length(input)) AS input,
    arg_max(output, weight + length(output)) AS output, arg_max(raw, weight + length(raw)) AS raw,
    arg_max(attributes, length(attributes)) AS attributes, any_value(attributes) FILTER (is_first) AS first_attributes
  FROM texts
  GROUP BY first_seq
)
-- Numbers below zero are no span's: the records keep theirs.
SELECT first_seq, -first_seq AS seq, text, input, output,
  coalesce(json_merge_patch(try_cast(first_attributes AS JSON), try_cast(attributes AS JSON))::VARCHAR, attributes) AS attributes, raw
FROM longest;

-- one row per such span: its other fields
CREATE TABLE fuller AS
SELECT
  a.first_seq,
  arg_max(s.kind, (s.end_ns IS NOT NULL)::BIGINT * 1000000000 - s.seq) AS new_kind,
  arg_max(s.status, s.seq) FILTER (s.status <> 'unset') AS new_status,
  arg_max(s.status_message, s.seq) AS new_status_message,
  arg_max(s.error_type, s.seq) AS new_error_type,
  arg_min(s.parent_span_id, s.seq) AS new_parent_span_id,
  arg_min(s.trace_id, s.seq) AS new_trace_id,
  arg_min(s.operation, s.seq) AS new_operation,
  arg_min(s.tool_name, s.seq) AS new_tool_name,
  arg_min(s.tool_call_id, s.seq) AS new_tool_call_id,
  arg_max(s.call_hash, s.wide_size) AS new_call_hash,
  arg_min(s.agent_name, s.seq) AS new_agent_name,
  arg_min(s.agent_version, s.seq) AS new_agent_version,
  arg_min(s.model, s.seq) AS new_model,
  arg_min(s.provider, s.seq) AS new_provider,
  min(s.start_ns) AS new_start_ns,
  max(s.end_ns) AS new_end_ns,
  max(s.input_tokens) AS new_input_tokens,
  max(s.output_tokens) AS new_output_tokens,
  max(s.cache_read_tokens) AS new_cache_read_tokens,
  max(s.cache_write_tokens) AS new_cache_write_tokens,
  max(s.reasoning_tokens) AS new_reasoning_tokens,
  max(s.cost_usd) AS new_cost_usd,
  arg_min(s.user_id, s.seq) AS new_user_id,
  arg_min(s.tags, s.seq) AS new_tags,
  sum(s.wide_size) AS new_wide_size
FROM adding AS a
JOIN span AS s ON s.seq = a.seq
GROUP BY a.first_seq;

UPDATE completed SET completed_no = -f.first_seq
FROM fuller AS f
JOIN span AS s ON s.seq = f.first_seq
WHERE completed_no = s.wide_no;

UPDATE span SET
  kind = new_kind, status = coalesce(new_status, status),
  status_message = new_status_message, error_type = new_error_type, parent_span_id = new_parent_span_id, trace_id = new_trace_id,
  operation = new_operation, tool_name = new_tool_name, tool_call_id = new_tool_call_id, call_hash = new_call_hash,
  agent_name = new_agent_name, agent_version = new_agent_version, model = new_model, provider = new_provider,
  start_ns = new_start_ns, end_ns = new_end_ns, input_tokens = new_input_tokens, output_tokens = new_output_tokens,
  cache_read_tokens = new_cache_read_tokens, cache_write_tokens = new_cache_write_tokens, reasoning_tokens = new_reasoning_tokens,
  cost_usd = new_cost_usd, user_id = new_user_id, tags = new_tags,
  wide_no = -first_seq, wide_file = (SELECT file FROM fuller_file), wide_size = new_wide_size, is_mute = false
FROM fuller
WHERE first_seq = seq;

-- one row per span whose first record has no history, and the first record of it that has one
CREATE TABLE lender AS
SELECT a.first_seq, min(a.seq) AS lender_seq
FROM again AS a
JOIN history AS h ON h.owner_seq = a.seq
WHERE a.how = 'more' AND a.first_seq NOT IN (SELECT owner_seq FROM history)
GROUP BY a.first_seq;

-- one row per span whose first record has a history without an answer, and the first record of it that has one behind the same history
CREATE TABLE answer_lender AS
WITH told_message AS (
  SELECT owner_seq, bool_or(is_output) AS has_answer, min(ordinal) FILTER (is_output) AS first_answer, max(ordinal) FILTER (NOT is_output) AS last_question
  FROM message
  WHERE owner_seq IN (SELECT seq FROM again WHERE how = 'more' UNION SELECT first_seq FROM again WHERE how = 'more')
  GROUP BY owner_seq
)
SELECT a.first_seq, min(a.seq) AS lender_seq
FROM again AS a
JOIN told_message AS n ON n.owner_seq = a.seq AND n.has_answer
JOIN told_message AS f ON f.owner_seq = a.first_seq AND NOT f.has_answer AND n.first_answer > f.last_question
WHERE a.how = 'more'
GROUP BY a.first_seq;

UPDATE "call" SET owner_seq = l.first_seq FROM lender AS l WHERE l.lender_seq = owner_seq;

UPDATE "call" SET owner_seq = l.first_seq
FROM answer_lender AS l
WHERE l.lender_seq = owner_seq AND EXISTS (SELECT 1 FROM message AS m WHERE m.owner_seq = l.lender_seq AND m.ordinal = "call".ordinal AND m.is_output);

UPDATE message SET owner_seq = l.first_seq FROM lender AS l WHERE l.lender_seq = owner_seq;

UPDATE message SET owner_seq = l.first_seq FROM answer_lender AS l WHERE l.lender_seq = owner_seq AND is_output;

UPDATE history SET owner_seq = l.first_seq FROM lender AS l WHERE l.lender_seq = owner_seq;

DELETE FROM span WHERE seq IN (SELECT seq FROM again WHERE how <> 'other');

UPDATE span SET span_id = new_span_id FROM again AS a WHERE a.seq = span.seq AND a.how = 'other';

-- one row per id of a trace that stands for another span in a trace of the same session
CREATE TABLE renamed AS
SELECT s.trace_id, a.span_id, min(a.new_span_id) AS new_span_id
FROM again AS a
JOIN span AS s ON s.seq = a.seq
JOIN span AS f ON f.seq = a.first_seq
WHERE a.how = 'other' AND s.trace_id IS DISTINCT FROM f.trace_id AND s.trace_id IS NOT NULL
GROUP BY s.trace_id, a.span_id;

UPDATE span SET parent_span_id = new_span_id FROM renamed AS r WHERE r.trace_id = span.trace_id AND r.span_id = span.parent_span_id;

UPDATE label SET span_id = new_span_id FROM renamed AS r WHERE r.trace_id = label.trace_id AND r.span_id = label.span_id;

INSERT INTO kept (kept_seq, kept_session_id, kept_has_session_id, kept_span_id, record_count)
SELECT seq, session_id, has_session_id, new_span_id, 1 FROM again WHERE how = 'other';
