-- Free codes that people put on corrections before there are failure modes for them (projection of the journal).

-- one row per free code on a correction
CREATE TABLE coding (
  correction_id VARCHAR NOT NULL,
  code VARCHAR NOT NULL,
  author VARCHAR NOT NULL,
  made_at VARCHAR NOT NULL,
  seq INTEGER NOT NULL              -- of the fact that gave it
);

-- one row per free code on a correction, in the order in which they were given
CREATE VIEW codes AS
SELECT k.correction_id, c.session_id, k.code, k.author, k.made_at
FROM coding AS k
JOIN correction AS c ON c.correction_id = k.correction_id;
