-- Numbers the spans of a source as the record function would: traces by where they end in the file, the spans of each in order.

-- one row per span of the source whose number changes
CREATE OR REPLACE TEMP TABLE renumbered AS
WITH part AS (
  SELECT seq, line, coalesce(trace_id, 'span ' || span_id) AS trace FROM span WHERE seq >= (SELECT first_no FROM twin_start)
), ended AS (
  SELECT p.seq, t.last_line, t.last_seq
  FROM part AS p
  JOIN (SELECT trace, max(line) AS last_line, max(seq) AS last_seq FROM part GROUP BY trace) AS t ON t.trace = p.trace
), numbered AS (
  SELECT seq AS no, row_number() OVER (ORDER BY last_line, last_seq, seq) + (SELECT first_no - 1 FROM twin_start) AS seq FROM ended
)
SELECT * FROM numbered WHERE no <> seq;

UPDATE message SET owner_seq = r.seq FROM renumbered AS r WHERE r.no = owner_seq;
UPDATE history SET owner_seq = r.seq FROM renumbered AS r WHERE r.no = owner_seq;
UPDATE "call" SET owner_seq = r.seq FROM renumbered AS r WHERE r.no = owner_seq;
UPDATE span SET seq = r.seq FROM renumbered AS r WHERE r.no = span.seq;
