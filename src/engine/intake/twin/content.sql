-- What the spans of a chunk are. From item, shaped (one row per span, in the same order) and shape.

-- one row per span whose shape is clear; without its contents, which stay in item
CREATE OR REPLACE TEMP TABLE clear AS
SELECT d.n, d.no, d.line, d.shape_no, s.kind, s.input_at, s.input_tag, s.output_at, s.output_tag, s.instructions_at, s.instructions_tag,
  i.trace_id, i.parent_span_id, i.start_ns, i.end_ns, s.flags,
  coalesce(text_of(i.lits[s.session_at]), s.session_is) AS session_id,
  coalesce(text_of(i.lits[s.agent_name_at]), s.agent_name_is) AS agent_name,
  coalesce(text_of(i.lits[s.tool_name_at]), s.tool_name_is) AS tool_name,
  coalesce(text_of(i.lits[s.tool_call_id_at]), s.tool_call_id_is) AS tool_call_id,
  given_to_tool(s.kind, i.lits[s.input_at]) AS args,
  is_quoted_by_other(s.kind, i.lits[s.output_at]) AS is_quoted
FROM item AS i
POSITIONAL JOIN shaped AS d
JOIN shape AS s ON s.rowid = d.shape_no;
