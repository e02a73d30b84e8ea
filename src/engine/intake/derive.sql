-- From spans with sessions (resolve.sql, settle-doubles.ts) to canonical spans, but for those that histories.sql derives.

-- one row per span made of what only message histories tell; filled by histories.sql
CREATE TABLE derived AS SELECT *, NULL::INTEGER AS piece FROM completion WHERE false;

-- Resolved in place: a join over whole rows would hold them twice.
UPDATE span SET session_id = k.kept_session_id, has_session_id = k.kept_has_session_id
FROM kept AS k
WHERE k.kept_seq = span.seq
  AND (span.session_id IS DISTINCT FROM k.kept_session_id OR span.has_session_id <> k.kept_has_session_id);

-- one row per canonical span, without its texts: those of the source, and those derived so far
CREATE VIEW resolved AS
SELECT * EXCLUDE (wide_no, wide_file, is_mute) FROM span
UNION ALL BY NAME
SELECT * EXCLUDE (text, input, output, attributes, raw), coalesce(strlen(text), 0) * 2 + coalesce(strlen(input), 0) AS wide_size FROM derived;
