-- What the spans of a chunk hold: messages of model calls, results of tools. From item, shaped (one row per span, in the same order) and shape.

-- one row per span whose shape is clear; without its contents, which stay in item
CREATE OR REPLACE TEMP TABLE clear AS
SELECT d.n, d.no, d.line, d.shape_no, s.kind, s.input_at, s.input_tag, s.output_at, s.output_tag, s.instructions_at, s.instructions_tag,
  i.trace_id, i.span_id, i.parent_span_id, i.name, i.start_ns, i.end_ns, s.session_rank, s.may_ask,
  coalesce(s.input_tokens_at, s.output_tokens_at, s.cache_read_tokens_at, s.cache_write_tokens_at, s.reasoning_tokens_at, s.cost_at) IS NOT NULL AS has_sums,
  coalesce(s.input_tokens_at, s.output_tokens_at) IS NOT NULL AS has_tokens,
  coalesce(text_of(i.lits[s.operation_at]), s.operation_is) AS operation,
  coalesce(text_of(i.lits[s.session_at]), s.session_is) AS session_id,
  coalesce(text_of(i.lits[s.agent_name_at]), s.agent_name_is) AS agent_name,
  coalesce(text_of(i.lits[s.tool_name_at]), s.tool_name_is) AS tool_name,
  coalesce(text_of(i.lits[s.tool_call_id_at]), s.tool_call_id_is) AS tool_call_id,
  CASE WHEN s.kind = 'tool' THEN coalesce(text_of(i.lits[s.input_at]), '') END AS args,
  CASE WHEN s.kind NOT IN ('tool', 'llm') THEN coalesce(starts_with(text_of(i.lits[s.output_at]), '"'), false) ELSE false END AS is_quoted
FROM item AS i
POSITIONAL JOIN shaped AS d
JOIN shape AS s ON s.rowid = d.shape_no;

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
      WHEN input_tag = 'j' THEN listed_in(input_text, input_elems)
      WHEN input_tag = 'm' THEN unwrapped(input_elems) END AS input,
    CASE WHEN output_at IS NULL THEN []::VARCHAR[]
      WHEN output_tag = 's' THEN [output_word]
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
SELECT row_number() OVER () AS word_no, elem, list({'no': no, 'is_call': is_call, 'ordinal': ordinal, 'size': size, 'input_size': input_size}) AS places
FROM (
  SELECT no, is_call, unnest(elems) AS elem, generate_subscripts(elems, 1) - 1 AS ordinal, size, input_size
  FROM (
    SELECT no, is_call, CASE WHEN input IS NULL THEN [NULL]::VARCHAR[] ELSE list_concat(input, output) END AS elems, len(input) + len(output) AS size, len(input) AS input_size
    FROM whole
  )
)
GROUP BY elem;

-- Step by step, since conditions on what is parsed would be computed anew for each of them. Most messages are a text.
CREATE OR REPLACE TEMP TABLE matched AS
SELECT word_no, elem, regexp_extract(elem, '^\{"role":"(user|assistant|system)",(?:"parts":\[\{"type":"text","content":("(?:[^"\\]|\\.)*")\}\](?:,"finish_reason":"[a-z_]*")?|"content":("(?:[^"\\]|\\.)*"))\}$', ['role', 'part', 'content']) AS m
FROM element
WHERE elem IS NOT NULL;

-- one row per message that is a text
CREATE OR REPLACE TEMP TABLE worded_text AS
SELECT word_no, m, message_text(json_extract_string(CASE WHEN m.part <> '' THEN m.part WHEN m.content <> '' THEN m.content END, '$')) AS text FROM matched WHERE m.role <> '';

-- one row per message that is one call, or what one call returned, as the conventions write it, and is easily read. Of a call all that is behind
-- its beginning and before its end is arguments, where that is JSON.
CREATE OR REPLACE TEMP TABLE worded_one AS
WITH begun AS (
  SELECT word_no, elem,
    CASE WHEN starts_with(elem, '{"role":"assistant"') THEN regexp_extract(elem, '^\{"role":"assistant","parts":\[\{"type":"tool_call","id":"([!#-\[\]-~]+)","name":"([!#-\[\]-~]+)","arguments":\{', ['id', 'name']) END AS asks,
    CASE WHEN starts_with(elem, '{"role":"tool"') THEN regexp_extract(elem, '^\{"role":"tool","parts":\[\{"type":"tool_call_response","id":"([!#-\[\]-~]+)","response":("(?:[^"\\]|\\.)*")\}\]\}$', ['id', 'response']) END AS tells
  FROM matched
  WHERE m.role = ''
), read AS (
  SELECT word_no, asks, tells,
    CASE WHEN asks.id <> '' THEN elem[strlen(asks.id) + strlen(asks.name) + 80 : length(elem) - CASE WHEN ends_with(elem, '}]}') THEN 3 ELSE strlen(regexp_extract(elem, '\}\],"finish_reason":"[a-z_]*"\}$')) END] END AS arguments,
    CASE WHEN tells.id <> '' THEN message_text(json_extract_string(tells.response, '$')) END AS text
  FROM begun
), judged AS (
  SELECT *, CASE
    WHEN text IS NOT NULL THEN is_plain(text) AND NOT starts_with(text, 'ResponseFunctionToolCall(')
    WHEN arguments IS NOT NULL THEN json_valid(arguments) AND asks.id <> asks.name AND asks.name NOT IN ('system', 'user', 'assistant', 'tool') AND NOT regexp_matches(arguments, '\d[.eE]|\d{16}|-0')
    ELSE false END AS is_easy
  FROM read
)
SELECT word_no, CASE WHEN arguments IS NULL THEN 'tool' ELSE 'assistant' END AS role, coalesce(text, '') AS text,
  CASE WHEN arguments IS NULL THEN [] ELSE [struct_pack(id := asks.id, name := asks.name, arguments := arguments)] END AS calls,
  tells.id AS tool_call_id
FROM judged
WHERE is_easy;

-- one row per different message that SQL can read easily; calls.sql adds others, and all that it cannot read the message functions do
CREATE OR REPLACE TEMP TABLE wording AS
SELECT word_no, m.role AS role, text, NULL::VARCHAR AS origin, NULL::VARCHAR AS reasoning, []::STRUCT(id VARCHAR, name VARCHAR, arguments VARCHAR)[] AS calls,
  NULL::VARCHAR AS tool_call_id, NULL::VARCHAR AS tool_name, false AS is_error
FROM worded_text
WHERE text <> '' AND CASE WHEN m.role = 'user' THEN NOT regexp_matches(text, '^(<|Caveat: The messages below|# AGENTS\.md instructions|\[\s*\{)')
  ELSE NOT regexp_matches(text, '^(ResponseFunctionToolCall\(|\[\s*\{)') END
UNION ALL
SELECT word_no, role, text, NULL::VARCHAR AS origin, NULL::VARCHAR AS reasoning, calls, tool_call_id, NULL::VARCHAR AS tool_name, false AS is_error
FROM worded_one;
