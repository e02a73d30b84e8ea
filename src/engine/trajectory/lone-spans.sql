-- Writes the spans of an import that is alone with its sessions (lone-keys.sql), in place of write-spans.sql.
-- Their order is as there.
--   pillar_of  one row per (kind, operation, tool_name, name) with its pillar

INSERT INTO span BY NAME
SELECT
  s.* EXCLUDE (row_no, import_order),
  n.position,
  n.turn_no,
  r.pillar,
  CASE WHEN s.kind = 'user' AND s.origin IN ('human', 'simulated', 'command') AND s.agent_id IS NULL THEN 'user' ELSE r.pillar END AS lane,
  n.depth
FROM stored_span AS s
JOIN numbered AS n ON n.row_no = s.row_no
JOIN pillar_of AS r
  ON r.kind = s.kind AND r.name = s.name
  AND r.operation IS NOT DISTINCT FROM s.operation AND r.tool_name IS NOT DISTINCT FROM s.tool_name
ORDER BY s.session_id, n.position;
