-- What records of their own, in whatever file, say of spans is added to those, and what they say of spans that never come is made into
-- spans. Where there is such a record; before resolve.sql. Texts of spans stay in files beside the tables and are brought in when
-- the spans are written (write-canonical.ts).

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
