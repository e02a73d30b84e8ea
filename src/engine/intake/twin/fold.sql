-- Attributes whose keys put a list of messages together, laid together before shapes are told: a list in the place of its parts, with
-- a space in front, by which spans.sql knows it. From temp table item, when table fold knows the keys of every span in keyed.

-- one row per span, in order
CREATE OR REPLACE TEMP TABLE item AS
SELECT i.* REPLACE (
  coalesce(f.keys, i.keys) AS keys,
  CASE WHEN f.keys IS NULL THEN i.lits ELSE list_concat(
    list_select(i.lits, f.rest),
    list_transform(f.lists, lambda d: ' ' || array_to_string(list_transform(list_zip(d.heads, list_select(i.lits, d.places)), lambda z: z[1] || z[2]), '') || d.tail)
  ) END AS lits)
FROM item AS i
LEFT JOIN keyed AS k ON k.n = i.n
LEFT JOIN fold AS f ON f.keys_hash = k.keys_hash
ORDER BY i.n;
