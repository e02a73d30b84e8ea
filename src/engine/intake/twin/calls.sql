-- Messages that are calls or what tools returned in more than one form or part. After content.sql, where any is left; adds to wording
-- (one row per different message).

-- one row per other message that may be a call or what a tool returned
CREATE OR REPLACE TEMP TABLE worded_call AS
WITH parsed AS MATERIALIZED (
  SELECT word_no, elem, TRY(from_json(elem, '{"role":"VARCHAR","content":"JSON","finish_reason":"VARCHAR","tool_call_id":"VARCHAR",
    "parts":[{"type":"VARCHAR","content":"JSON","id":"VARCHAR","name":"VARCHAR","arguments":"JSON","response":"JSON"}],
    "tool_calls":[{"id":"VARCHAR","type":"VARCHAR","function":{"name":"VARCHAR","arguments":"JSON"}}]}')) AS e
  FROM matched
  WHERE m.role = '' AND word_no NOT IN (SELECT word_no FROM worded_one)
), shaped AS (
  SELECT word_no, strlen(elem) AS length, e.role AS role, e.tool_call_id AS asked_id,
    11 + strlen(e.role)
      + CASE WHEN e.content IS NULL THEN 0 ELSE 11 + strlen(e.content) END
      + CASE WHEN e.finish_reason IS NULL THEN 0 ELSE 19 + strlen(e.finish_reason) END
      + CASE WHEN e.tool_call_id IS NULL THEN 0 ELSE 16 + strlen(to_json(e.tool_call_id)) END
      + CASE WHEN e.parts IS NULL THEN 0 ELSE 10 + coalesce(list_sum(list_transform(e.parts, lambda p:
          11 + strlen(p.type) + CASE WHEN p.content IS NULL THEN 0 ELSE 11 + strlen(p.content) END
          + CASE WHEN p.id IS NULL THEN 0 ELSE 6 + strlen(to_json(p.id)) END + CASE WHEN p.name IS NULL THEN 0 ELSE 8 + strlen(to_json(p.name)) END
          + CASE WHEN p.arguments IS NULL THEN 0 ELSE 13 + strlen(p.arguments) END + CASE WHEN p.response IS NULL THEN 0 ELSE 12 + strlen(p.response) END)), 0)
          + len(e.parts) END
      + CASE WHEN e.tool_calls IS NULL THEN 0 ELSE 15 + coalesce(list_sum(list_transform(e.tool_calls, lambda t:
          40 + strlen(to_json(t.id)) + CASE WHEN t.type IS NULL THEN 0 ELSE 10 + strlen(t.type) END
          + strlen(to_json(t."function".name)) + strlen(t."function".arguments))), 0) + len(e.tool_calls) END AS size,
    list_transform(list_filter(e.parts, lambda p: p.type = 'text'), lambda p: CASE WHEN starts_with(p.content, '"') THEN json_extract_string(p.content, '$') END) AS texts,
    list_transform(list_filter(e.parts, lambda p: p.type = 'tool_call'), lambda p: struct_pack(id := p.id, name := p.name, arguments := p.arguments::VARCHAR)) AS part_calls,
    list_transform(e.tool_calls, lambda t: struct_pack(id := t.id, name := t."function".name, arguments := t."function".arguments::VARCHAR)) AS listed_calls,
    list_filter(e.parts, lambda p: p.type = 'tool_call_response') AS responses,
    CASE WHEN starts_with(e.content, '"') THEN json_extract_string(e.content, '$') END AS content,
    e.content IS NOT NULL AS has_content, e.parts IS NOT NULL AS has_parts, len(e.parts) AS part_count
  FROM parsed
), told AS (
  SELECT word_no, length, role, size,
    CASE WHEN has_parts AND role <> 'tool' THEN message_text(array_to_string(list_filter(texts, lambda t: trimmed(t) <> ''), chr(10)))
      WHEN has_parts AND starts_with(responses[1].response, '"') THEN message_text(json_extract_string(responses[1].response, '$'))
      ELSE message_text(content) END AS text,
    coalesce(CASE WHEN has_parts THEN part_calls ELSE listed_calls END, []) AS calls,
    CASE WHEN role = 'tool' THEN CASE WHEN has_parts THEN responses[1].id ELSE asked_id END END AS tool_call_id,
    coalesce(CASE
      WHEN role = 'tool' AND has_parts THEN NOT has_content AND asked_id IS NULL AND listed_calls IS NULL AND part_count = 1 AND len(responses) = 1 AND responses[1].id <> ''
        AND responses[1].content IS NULL AND responses[1].name IS NULL AND responses[1].arguments IS NULL
      WHEN role = 'tool' THEN has_content AND asked_id <> '' AND listed_calls IS NULL
      WHEN has_parts THEN NOT has_content AND asked_id IS NULL AND listed_calls IS NULL AND part_count = len(texts) + len(part_calls) AND part_count > 0 AND (role = 'assistant' OR len(part_calls) = 0)
        AND (role = 'assistant' OR part_count = 1)
      ELSE has_content AND asked_id IS NULL AND (role = 'assistant' OR listed_calls IS NULL) END, false) AS is_shaped
  FROM shaped
)
SELECT * FROM told;

INSERT INTO wording
SELECT word_no, role, text, NULL::VARCHAR AS origin, NULL::VARCHAR AS reasoning,
  list_transform(calls, lambda c: struct_pack(id := c.id, name := c.name,
    arguments := CASE WHEN starts_with(c.arguments, '"') THEN json_extract_string(c.arguments, '$') ELSE c.arguments END)) AS calls,
  tool_call_id, NULL::VARCHAR AS tool_name, false AS is_error
FROM worded_call
WHERE is_shaped AND length = size AND role IN ('system', 'user', 'assistant', 'tool')
  AND (text <> '' OR len(calls) > 0 OR role = 'tool')
  AND NOT coalesce(list_bool_or(list_transform(calls, lambda c: coalesce(c.id = '' OR c.name = '' OR c.id = c.name OR c.name IN ('system', 'user', 'assistant', 'tool')
    OR NOT regexp_matches(c.arguments, '^["{]') OR (starts_with(c.arguments, '{') AND regexp_matches(c.arguments, '\d[.eE]|\d{16}|-0')), true))), false)
  AND NOT regexp_matches(text, '^(ResponseFunctionToolCall\(|\[\s*\{)')
  AND CASE role WHEN 'user' THEN NOT regexp_matches(text, '^(<|Caveat: The messages below|# AGENTS\.md instructions|\[\s*\{)') WHEN 'tool' THEN is_plain(text) ELSE true END;
