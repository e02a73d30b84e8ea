-- Sessions of lines that are of another format than their file have that format. Runs after build-index.sql, where there are such lines.

WITH told AS (
  SELECT s.session_id, arg_min(o.format, s.position) AS format
  FROM other_lines AS o
  JOIN span AS s ON s.import_id = o.import_id AND s.source_id = o.source_id AND s.line BETWEEN o.first_line AND o.last_line
  WHERE NOT s.is_derived AND s.session_id IN (SELECT session_id FROM affected)
  GROUP BY s.session_id
)
UPDATE session SET format = told.format FROM told WHERE told.session_id = session.session_id;
