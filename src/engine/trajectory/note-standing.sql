-- Writes down where spans and sessions went that were joined, for what people said of them, and which records complete each other. Runs after build-index.sql, on its tables
-- and those of settle-told.sql and join-imports.sql.

INSERT INTO moved_session BY NAME
SELECT session_id, moved_to, count(*)::INTEGER AS span_count
FROM (
  SELECT old_session_id AS session_id, new_session_id AS moved_to FROM move
  UNION ALL
  SELECT session_id, origin_session_id FROM copy_of
)
GROUP BY session_id, moved_to;

-- one row per record that is left out with the one in force that tells the same
CREATE OR REPLACE TEMP TABLE stands_for AS
SELECT t.row_no, arg_min(o.row_no, {apart: abs(o.n - t.n), n: o.n}) AS standing_row_no
FROM telling AS t
JOIN telling AS o
  ON o.session_id = t.session_id AND o.agent = t.agent AND o.kind = t.kind AND o.text_length = t.text_length AND o.words = t.words
WHERE t.row_no IN (SELECT row_no FROM told_before)
  AND o.row_no NOT IN (SELECT row_no FROM told_before) AND o.row_no NOT IN (SELECT row_no FROM superseded)
GROUP BY t.row_no
UNION ALL
SELECT t.row_no, min(o.row_no)
FROM every_span AS t
JOIN every_span AS o ON o.session_id = t.session_id AND o.tool_call_id = t.tool_call_id AND o.kind = 'tool' AND NOT o.is_derived
WHERE t.kind = 'tool' AND t.is_derived AND t.row_no IN (SELECT row_no FROM told_before)
  AND o.session_id IN (SELECT session_id FROM told_twice) AND o.row_no NOT IN (SELECT row_no FROM superseded)
GROUP BY t.row_no
UNION ALL
SELECT row_no, origin_row_no FROM copy_of;

-- one row per such record with where it stands and where the other does. A table of its own, as the next: in one statement with what they must
-- differ in, DuckDB meets every record of one side with every record of the other, since it has no numbers of rows of tables made in the
-- transaction at hand.
CREATE OR REPLACE TEMP TABLE stands_at AS
SELECT t.session_id, t.span_id, o.session_id AS standing_session_id, o.span_id AS standing_span_id
FROM keyed_span AS t
JOIN stands_for AS f ON f.row_no = t.row_no
JOIN keyed_span AS o ON o.row_no = f.standing_row_no;

INSERT INTO standing BY NAME
SELECT DISTINCT * FROM stands_at WHERE (session_id, span_id) <> (standing_session_id, standing_span_id);

-- one row per record that another of its span stands before, with whether it says what that one leaves out
CREATE OR REPLACE TEMP TABLE beside AS
SELECT
  o.session_id, o.span_id, o.import_id, o.source_id, o.line, coalesce(o.stored_session_id, o.session_id) AS stored_session_id,
  s.import_id AS standing_import_id,
  o.is_derived <> s.is_derived OR (s.text_length = 0 AND o.text_length > 0) OR (s.input_head IS NULL AND o.input_head IS NOT NULL) AS completes
FROM every_span AS o
JOIN twice AS t ON t.row_no = o.row_no AND t.place > 1
JOIN every_span AS s ON s.row_no = t.standing_row_no;

-- Records of one span that contradict each other are told of elsewhere (superseded-notes.ts); here are those that complete each other.
INSERT INTO told_also BY NAME
SELECT DISTINCT session_id, span_id, import_id, source_id, line, stored_session_id
FROM beside
WHERE import_id <> standing_import_id AND completes;
