-- What messages say, where SQL reads it easily. From element (one row per different message).

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
