-- Spans of a chunk by their shape. From temp tables item (one row per span, as twin.ts describes it) and chunk (one row).

-- one row per span that was read: its number in the file, its line, its shape
CREATE OR REPLACE TEMP TABLE tagged AS
SELECT
  i.n, i.n + c.first_no - 1 AS no, i.ord + c.first_line - 1 AS line, i.ok,
  CASE WHEN i.ok THEN concat_ws(chr(30), i.around, i.status, (i.status_message IS NOT NULL)::VARCHAR, (i.parent_span_id IS NOT NULL)::VARCHAR, coalesce(i.type, ''), i.name,
    coalesce(array_to_string(i.keys, chr(31)), ''), coalesce(array_to_string(list_transform(i.lits, lambda l: tag_of(l)), ''), ''),
    coalesce(array_to_string(list_where(i.lits, list_transform(i.keys, lambda k: k IN (SELECT_DECIDING_KEYS))), chr(31)), '')
  ) END AS shape
FROM item AS i, chunk AS c;
