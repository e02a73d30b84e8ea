-- Which span says what, where the kernel told it of all of them: the tables of said.sql. From views scanned_word (one row per different
-- message) and scanned_place (one row per message of a span), columns as message-frames.ts has them.

-- one row per different message
CREATE OR REPLACE TEMP TABLE worded AS
SELECT word_no, role, text, NULL::VARCHAR AS origin, NULL::VARCHAR AS reasoning,
  CASE WHEN call_name IS NULL THEN []::STRUCT(id VARCHAR, name VARCHAR, arguments VARCHAR)[] ELSE [struct_pack(id := id, name := call_name, arguments := arguments)] END AS calls,
  CASE WHEN call_name IS NULL THEN id END AS tool_call_id, NULL::VARCHAR AS tool_name, false AS is_error, text_hash, call_name IS NOT NULL AS has_calls, said_no
FROM scanned_word
WHERE role IS NOT NULL;

-- one row per message of a model call
CREATE OR REPLACE TEMP TABLE spoken AS
SELECT p.n + c.first_no - 1 AS no, p.ordinal, p.size, p.ordinal >= p.input_size AS is_output, p.word_no, p.role, p.said_no, p.has_calls = 1 AS has_calls, p.occurrence
FROM scanned_place AS p, chunk AS c
WHERE p.is_call = 1;

-- one row per span with a message that cannot be read: none
CREATE OR REPLACE TEMP TABLE untold (no BIGINT);

-- one row per model call with a message: who spoke to it; what it said stays where it was scanned
CREATE OR REPLACE TEMP TABLE heard AS
SELECT d.no, (i.heard & 2) > 0 AS has_user, (i.heard & 4) > 0 AS starts_twice, (i.heard & 8) > 0 AS calls_tools, i.answers, i.last_answer
FROM scanned AS i
POSITIONAL JOIN shaped AS d
WHERE (i.heard & 1) > 0;
