-- Spans of a chunk by their shape. From temp tables item (one row per span, as twin.ts describes it) and chunk (one row).

-- how a JSON literal is written, a letter as span-shape.ts has them
CREATE OR REPLACE TEMP MACRO tag_of(lit) AS CASE
  WHEN starts_with(lit, '"') THEN CASE
    WHEN (lit >= '"A' AND lit < '"[') OR (lit >= '"_' AND lit < '"{') THEN 's'
    WHEN lit = '""' THEN 'e'
    WHEN lit[2] IN ('{', '[') OR starts_with(lit, '"\"') THEN 'j'
    WHEN regexp_matches(lit, '^"(\\|\s|\x{00a0}|\x{1680}|[\x{2000}-\x{200a}]|\x{2028}|\x{2029}|\x{202f}|\x{205f}|\x{3000}|\x{feff})') THEN 'u'
    WHEN lit[2] BETWEEN '0' AND '9' OR lit[2] IN ('+', '-', '.') THEN CASE
      WHEN regexp_full_match(lit, '"\d{1,7}"') THEN 't'
      WHEN regexp_full_match(lit, '"\d{8,15}"') THEN 'd'
      WHEN regexp_full_match(lit, '"[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?)(\s|\\.)*"|"0[xXoObB][0-9a-fA-F]+(\s|\\.)*"') THEN 'u'
      ELSE 's' END
    ELSE 's' END
  WHEN starts_with(lit, '[') THEN 'a'
  WHEN starts_with(lit, ' ') THEN 'm'
  WHEN lit IN ('true', 'false') THEN 'b'
  WHEN regexp_full_match(lit, '\d{1,15}') THEN 'n'
  WHEN regexp_full_match(lit, '\d+(\.\d+)?') THEN 'f'
  ELSE 'x' END;

-- one row per span that was read: its number in the file, its line, its shape
CREATE OR REPLACE TEMP TABLE tagged AS
SELECT
  i.n, i.n + c.first_no - 1 AS no, i.ord + c.first_line - 1 AS line, i.ok,
  CASE WHEN i.ok THEN concat_ws(chr(30), i.around, i.status, (i.status_message IS NOT NULL)::VARCHAR, (i.parent_span_id IS NOT NULL)::VARCHAR, coalesce(i.type, ''), i.name,
    coalesce(array_to_string(i.keys, chr(31)), ''), coalesce(array_to_string(list_transform(i.lits, lambda l: tag_of(l)), ''), ''),
    coalesce(array_to_string(list_where(i.lits, list_transform(i.keys, lambda k: k IN (SELECT_DECIDING_KEYS))), chr(31)), '')
  ) END AS shape
FROM item AS i, chunk AS c;
