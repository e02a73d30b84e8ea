-- Labels with the sessions of what they are about; after that, what is of no use to writing is let go.

-- Labels find their session through their span or trace.
CREATE TABLE resolved_label AS
SELECT l.* REPLACE (coalesce(l.session_id, s.session_id, t.session_id, l.trace_id) AS session_id)
FROM label AS l
LEFT JOIN (
  SELECT span_id, min(session_id) AS session_id FROM resolved WHERE span_id IN (SELECT span_id FROM label) GROUP BY span_id
) AS s ON s.span_id = l.span_id
LEFT JOIN trace_session AS t ON t.trace_id = l.trace_id
QUALIFY row_number() OVER (PARTITION BY l.label_id, l.session_id, l.trace_id, l.span_id ORDER BY l.line) = 1;

-- What spans are written from has the memory to itself.
DROP TABLE message;
DROP TABLE message_text;
DROP TABLE history;
DROP TABLE "call";
DROP TABLE kept;
DROP TABLE spanned_call;
