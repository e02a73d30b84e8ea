-- Messages out of the lists they stand in. From item, shaped (one row per span, in the same order) and shape; after content.sql.

-- one row per different message of model calls, and of agents that list theirs: where it stands. Histories repeat, and what a message says is read once. The
-- element is null for calls whose messages cannot be told apart.
CREATE OR REPLACE TEMP TABLE element AS
WITH inner_texts AS (
  SELECT d.no, s.kind = 'llm' AS is_call, s.input_at, s.input_tag, s.output_at, s.output_tag, s.instructions_at, s.instructions_tag,
    CASE WHEN s.input_tag IN ('j', 'm') THEN text_of(i.lits[s.input_at]) END AS input_text,
    CASE WHEN s.output_tag IN ('j', 'm') THEN text_of(i.lits[s.output_at]) END AS output_text,
    CASE WHEN s.input_tag = 's' THEN '{"role":"user","content":' || literal_of(i.lits[s.input_at]) || '}' END AS input_word,
    CASE WHEN s.output_tag = 's' THEN '{"role":"assistant","content":' || literal_of(i.lits[s.output_at]) || '}' END AS output_word,
    CASE WHEN s.instructions_tag = 's' THEN '{"role":"system","content":' || literal_of(i.lits[s.instructions_at]) || '}'
      WHEN starts_with(text_of(i.lits[s.instructions_at]), '[') THEN '{"role":"system","parts":' || text_of(i.lits[s.instructions_at]) || '}'
      WHEN s.instructions_at IS NOT NULL THEN '' END AS instructions
  FROM item AS i
  POSITIONAL JOIN shaped AS d
  JOIN shape AS s ON s.rowid = d.shape_no
  WHERE s.kind = 'llm' OR s.lists_messages
), listed AS (
  SELECT *, TRY(from_json(input_text, '["JSON"]'))::VARCHAR[] AS input_elems, TRY(from_json(output_text, '["JSON"]'))::VARCHAR[] AS output_elems
  FROM inner_texts
), side AS (
  SELECT no, is_call, instructions, input_at IS NOT NULL AS input_is_given, output_at IS NOT NULL AS output_is_given,
    CASE WHEN input_at IS NULL THEN []::VARCHAR[]
      WHEN input_tag = 's' THEN [input_word]
      WHEN input_tag = 'j' AND starts_with(input_text, '{') THEN asked_in(input_text)
      WHEN input_tag = 'j' THEN listed_in(input_text, input_elems)
      WHEN input_tag = 'm' THEN unwrapped(input_elems) END AS input,
    CASE WHEN output_at IS NULL THEN []::VARCHAR[]
      WHEN output_tag = 's' THEN [output_word]
      WHEN output_tag = 'j' AND starts_with(output_text, '{') THEN said_in(output_text)
      WHEN output_tag = 'j' THEN listed_in(output_text, output_elems)
      WHEN output_tag = 'm' THEN unwrapped(output_elems) END AS output
  FROM listed
), whole AS (
  SELECT no, is_call, output,
    CASE WHEN input IS NULL OR (input_is_given AND len(input) = 0) OR output IS NULL OR (output_is_given AND len(output) = 0) THEN NULL
      WHEN instructions IS NULL THEN input
      WHEN instructions = '' OR list_bool_or(list_transform(input, lambda e: regexp_matches(e, '"role":"(system|developer)"'))) THEN NULL
      ELSE list_prepend(instructions, input) END AS input
  FROM side
)
SELECT -row_number() OVER () AS word_no, elem, list({'no': no, 'is_call': is_call, 'ordinal': ordinal, 'size': size, 'input_size': input_size}) AS places
FROM (
  SELECT no, is_call, unnest(elems) AS elem, generate_subscripts(elems, 1) - 1 AS ordinal, size, input_size
  FROM (
    SELECT no, is_call, CASE WHEN input IS NULL THEN [NULL]::VARCHAR[] ELSE list_concat(input, output) END AS elems, len(input) + len(output) AS size, len(input) AS input_size
    FROM whole
  )
)
GROUP BY elem;
