-- From staged rows to spans with sessions: what completes a span is added to it, and which session each record of a span is of.
-- Before settle-doubles.ts, which settles several records of one span, and derive.sql. Texts of spans stay in files beside the
-- tables and are brought in when the spans are written (write-canonical.ts).

-- Results of a batch stand behind their requests, in whatever order the files come. None of them has a history.
UPDATE span SET seq = seq + (SELECT max(seq) FROM span) WHERE session_id IS NULL AND trace_id LIKE 'batch:%';

-- one row per span that other records or files add to: what they say of it
CREATE TABLE completed AS
SELECT
  s.seq AS completed_seq, any_value(s.wide_no) AS completed_no,
  string_agg(c.text, chr(10) ORDER BY c.start_ns NULLS LAST, c.seq) FILTER (c.text <> '') AS new_text,
  string_agg(c.output, chr(10) ORDER BY c.start_ns NULLS LAST, c.seq) FILTER (c.output <> '') AS new_output,
  arg_max(c.status, c.seq) AS new_status,
  arg_max(c.status_message, c.seq) AS new_status_message,
  arg_max(c.error_type, c.seq) AS new_error_type,
  arg_max(c.attributes, c.seq) AS new_attributes,
  arg_max(c.input, c.seq) AS new_input,
  arg_max(c.session_id, c.seq) AS new_session_id,
  arg_max(c.model, c.seq) AS new_model,
  arg_max(c.provider, c.seq) AS new_provider,
  arg_max(c.input_tokens, c.seq) AS new_input_tokens,
  arg_max(c.output_tokens, c.seq) AS new_output_tokens,
  max(c.end_ns) AS new_end_ns
FROM completion AS c
JOIN span AS s ON s.span_id = c.span_id AND (c.session_id IS NULL OR s.session_id IS NULL OR s.session_id = c.session_id)
GROUP BY s.seq;

UPDATE span SET
  status = coalesce(new_status, status),
  status_message = coalesce(new_status_message, status_message), error_type = coalesce(new_error_type, error_type),
  end_ns = coalesce(greatest(end_ns, new_end_ns), end_ns, new_end_ns),
  wide_size = wide_size + coalesce(strlen(new_text), 0) + coalesce(strlen(new_output), 0),
  session_id = coalesce(session_id, new_session_id), has_session_id = has_session_id OR new_session_id IS NOT NULL,
  model = coalesce(model, new_model), provider = coalesce(provider, new_provider),
  input_tokens = coalesce(input_tokens, new_input_tokens), output_tokens = coalesce(output_tokens, new_output_tokens)
FROM completed
WHERE completed_seq = seq;

-- one row per record that completed a span: the messages it came with are that span's
CREATE TABLE completing AS
SELECT c.seq AS completing_seq, min(s.seq) AS span_seq
FROM completion AS c
JOIN span AS s ON s.span_id = c.span_id AND (c.session_id IS NULL OR s.session_id IS NULL OR s.session_id = c.session_id)
GROUP BY c.seq;

UPDATE message SET owner_seq = c.span_seq FROM completing AS c WHERE c.completing_seq = owner_seq;

-- One history a span, or its trace would seem to begin afresh: the one that goes back further.
DELETE FROM history
WHERE rowid IN (
  SELECT h.rowid
  FROM history AS h
  JOIN completing AS c ON c.span_seq = h.owner_seq
  JOIN history AS o ON o.owner_seq = c.completing_seq
  WHERE o.assistant_messages >= h.assistant_messages
);

UPDATE history SET owner_seq = c.span_seq FROM completing AS c WHERE c.completing_seq = owner_seq;

UPDATE "call" SET owner_seq = c.span_seq FROM completing AS c WHERE c.completing_seq = owner_seq;

-- Marked as derived, so that the record of the span wins once an import brings it.
INSERT INTO span BY NAME
SELECT * EXCLUDE (text, input, output, attributes, raw) REPLACE (coalesce(c.status, 'unset') AS status, true AS is_derived),
  c.seq::BIGINT AS wide_no, coalesce(strlen(text), 0) + coalesce(strlen(input), 0) + coalesce(strlen(output), 0) + coalesce(strlen(raw), 0) AS wide_size
FROM completion AS c
WHERE NOT EXISTS (
  SELECT 1 FROM span AS s
  WHERE s.span_id = c.span_id AND (c.session_id IS NULL OR s.session_id IS NULL OR s.session_id = c.session_id)
);

-- one row per trace that names exactly one session on any of its spans
CREATE TABLE trace_session AS
SELECT trace_id, min(session_id) AS session_id
FROM span
WHERE trace_id IS NOT NULL AND session_id IS NOT NULL
GROUP BY trace_id
HAVING count(DISTINCT session_id) = 1;

-- one row per span that another one without session and trace refers to (a client's event to the answer it is about)
CREATE TABLE parent_session AS
SELECT p.span_id, min(coalesce(p.session_id, t.session_id, p.trace_id)) AS session_id,
  bool_and(coalesce(p.session_id, t.session_id) IS NOT NULL) AS has_session_id
FROM span AS p
LEFT JOIN trace_session AS t ON t.trace_id = p.trace_id
WHERE p.span_id IN (SELECT parent_span_id FROM span WHERE session_id IS NULL AND trace_id IS NULL AND operation LIKE 'client.%')
GROUP BY p.span_id
HAVING count(DISTINCT coalesce(p.session_id, t.session_id, p.trace_id)) = 1;

-- one row per record of a span: its session. The id of a result of a batch may be that of another batch too: without its request
-- it stays alone.
CREATE VIEW told AS
SELECT
  s.seq, s.span_id,
  coalesce(
    s.session_id, t.session_id,
    CASE WHEN s.trace_id LIKE 'batch:%' THEN 'file-' || left(s.source_id, 12) || ':' || s.line ELSE s.trace_id END,
    r.session_id, 'file-' || left(coalesce(g.first_source_id, s.source_id), 12)
  ) AS session_id,
  coalesce(s.session_id IS NOT NULL OR t.session_id IS NOT NULL OR (s.trace_id IS NULL AND r.has_session_id), false) AS has_session_id
FROM span AS s
LEFT JOIN trace_session AS t ON t.trace_id = s.trace_id
LEFT JOIN grown AS g ON g.grown_source_id = s.source_id
LEFT JOIN parent_session AS r ON r.span_id = s.parent_span_id AND s.session_id IS NULL AND s.trace_id IS NULL AND s.operation LIKE 'client.%';

-- one row per session and span id: the first record of it; doubles.sql adds those that stay beside it
CREATE TABLE kept AS
SELECT
  min(seq) AS kept_seq, session_id AS kept_session_id, arg_min(has_session_id, seq) AS kept_has_session_id, span_id AS kept_span_id,
  count(*) AS record_count
FROM told
GROUP BY session_id, span_id;

-- one row per call id that a span has, of doubles too: such calls are not derived once more
CREATE TABLE spanned_call AS SELECT DISTINCT tool_call_id FROM span WHERE tool_call_id IS NOT NULL;
