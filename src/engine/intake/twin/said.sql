-- Which span says what. From view place (one row per message of a span), after wording.sql, with what the message functions read added to wording.

-- one row per different message, with its hash, and the first message that says the same
CREATE OR REPLACE TEMP TABLE worded AS
WITH hashed AS (
  SELECT *,
    md5(folded(text) || chr(0) || coalesce(array_to_string(list_transform(calls, lambda c: c.id), chr(10)), '') || chr(0) || coalesce(tool_call_id, '') || chr(0)) AS text_hash
  FROM wording
)
SELECT h.*, len(h.calls) > 0 AS has_calls, f.said_no
FROM hashed AS h
JOIN (SELECT text_hash, min(word_no) AS said_no FROM hashed GROUP BY text_hash) AS f ON f.text_hash = h.text_hash;

-- one row per message of a model call; word_no is null for one that cannot be read. Most are said once in a call, and are not sorted.
CREATE OR REPLACE TEMP TABLE spoken AS
WITH said AS MATERIALIZED (
  SELECT s.no, s.ordinal, s.size, s.ordinal >= s.input_size AS is_output, w.word_no, w.role, w.said_no, w.has_calls
  FROM place AS s
  LEFT JOIN worded AS w ON w.word_no = s.word_no
  WHERE s.is_call
), repeated AS MATERIALIZED (
  SELECT no, said_no FROM said WHERE said_no IS NOT NULL GROUP BY no, said_no HAVING count(*) > 1
)
SELECT *, 1 AS occurrence FROM said AS s ANTI JOIN repeated AS r ON r.no = s.no AND r.said_no = s.said_no
UNION ALL
SELECT *, row_number() OVER (PARTITION BY s.no, s.said_no ORDER BY s.ordinal) AS occurrence FROM said AS s SEMI JOIN repeated AS r ON r.no = s.no AND r.said_no = s.said_no;

-- one row per span with a message that cannot be read
CREATE OR REPLACE TEMP TABLE untold AS SELECT DISTINCT no FROM place ANTI JOIN worded USING (word_no);

-- one row per model call with a message: what it said, and who spoke to it
CREATE OR REPLACE TEMP TABLE heard AS
WITH answer AS (
  SELECT s.no, string_agg(w.text, chr(10) || chr(10) ORDER BY s.ordinal) AS words
  FROM spoken AS s
  JOIN worded AS w ON w.word_no = s.word_no
  WHERE s.is_output AND s.role = 'assistant' AND w.text <> ''
  GROUP BY s.no
), listened AS (
  SELECT no, bool_or(role = 'user' AND NOT is_output) AS has_user,
    bool_or(role = 'user' AND NOT is_output AND ordinal = 0) AND bool_or(role = 'user' AND NOT is_output AND ordinal = 1) AS starts_twice,
    bool_or(is_output AND has_calls) AS calls_tools,
    count(*) FILTER (role = 'assistant' AND NOT is_output) AS answers, max(ordinal) FILTER (role = 'assistant' AND NOT is_output) AS last_answer
  FROM spoken
  WHERE word_no IS NOT NULL
  GROUP BY no
)
SELECT l.*, a.words FROM listened AS l LEFT JOIN answer AS a ON a.no = l.no;
