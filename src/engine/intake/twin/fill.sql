-- Fills the staging tables with the rows of a chunk, but for its bad lines. After rows.sql, when argued knows every hash.

-- one row per span of the chunk that stays here
CREATE OR REPLACE TEMP TABLE good AS
SELECT c.no FROM clear AS c WHERE c.line NOT IN (SELECT line FROM bad_line);

-- one row per model call that stays here: which calls work for the same agent, those of one parent, and its place among all
CREATE OR REPLACE TEMP TABLE caller AS
SELECT g.no, min(g.no) OVER (PARTITION BY c.trace_id, c.parent_span_id) AS group_no, row_number() OVER (ORDER BY c.start_ns, g.no) AS place
FROM good AS g
JOIN clear AS c ON c.no = g.no AND c.kind = 'llm';

-- one row per message that may be the first of its words in its trace, or its agent
CREATE OR REPLACE TEMP TABLE fresh AS
WITH first_said AS (
  SELECT arg_min(s.rowid, c.place) AS spoken_row
  FROM spoken AS s
  JOIN caller AS c ON c.no = s.no
  WHERE NOT s.is_output
  GROUP BY c.group_no, s.role, s.said_no, s.occurrence
)
SELECT s.* FROM spoken AS s
JOIN caller AS c ON c.no = s.no
WHERE s.is_output OR s.rowid IN (SELECT spoken_row FROM first_said);

INSERT INTO message BY NAME
SELECT f.no AS owner_seq, f.ordinal, f.size AS history_size, f.occurrence, f.is_output, f.role, w.origin, w.text_hash, w.tool_call_id, w.tool_name, w.is_error
FROM fresh AS f
JOIN worded AS w ON w.word_no = f.word_no;

-- Chunks are read at the same time, so that several may bring a text; it is as the first span has it.
INSERT INTO message_text BY NAME
SELECT w.text_hash, arg_min(w.text, f.no) AS text, arg_min(w.reasoning, f.no) AS reasoning, min(f.no) AS owner_seq
FROM (SELECT word_no, min(no) AS no FROM fresh GROUP BY word_no) AS f
JOIN worded AS w ON w.word_no = f.word_no
WHERE NOT EXISTS (SELECT 1 FROM twin_text AS t WHERE t.text_hash = w.text_hash AND t.no < f.no)
GROUP BY w.text_hash;

INSERT INTO "call" BY NAME
SELECT f.no AS owner_seq, f.ordinal, f.call.id AS tool_call_id, f.call.name AS tool_name, f.call.arguments AS arguments, a.call_hash
FROM (SELECT f.no, f.ordinal, unnest(w.calls) AS call FROM fresh AS f JOIN worded AS w ON w.word_no = f.word_no) AS f
JOIN argued AS a ON a.name = f.call.name AND a.args = f.call.arguments;

INSERT INTO history BY NAME
SELECT g.no AS owner_seq, coalesce(h.answers, 0) AS assistant_messages, coalesce(h.last_answer, -1) AS last_answer
FROM good AS g
JOIN clear AS c ON c.no = g.no AND c.kind = 'llm'
LEFT JOIN heard AS h ON h.no = g.no;

-- one row per tool that a trace's model calls name
INSERT INTO twin_called
SELECT DISTINCT c.trace_id, call.name
FROM (SELECT s.no, unnest(w.calls) AS call FROM spoken AS s JOIN worded AS w ON w.word_no = s.word_no WHERE s.has_calls) AS s
JOIN clear AS c ON c.no = s.no;

-- one row per tool span
CREATE OR REPLACE TEMP TABLE hashed AS
SELECT c.no, a.call_hash FROM clear AS c JOIN argued AS a ON a.name = c.tool_name AND a.args = c.args;

-- one row per span, in order, with all that its row needs beside its contents
CREATE OR REPLACE TEMP TABLE told AS
SELECT d.n, g.no IS NOT NULL AS is_good, k.source_id, d.shape_no, c.line, d.no, c.session_id, c.agent_name, c.tool_name, c.tool_call_id,
  h.words, r.text AS result_text, r.failed, r.head, a.call_hash,
  c.flags + CASE WHEN c.kind = 'llm' AND h.no IS NULL THEN 8 ELSE 0 END + CASE WHEN h.has_user THEN 16 ELSE 0 END + CASE WHEN h.starts_twice THEN 32 ELSE 0 END
    + CASE WHEN h.calls_tools THEN 64 ELSE 0 END AS flags
FROM shaped AS d
CROSS JOIN chunk AS k
LEFT JOIN clear AS c ON c.no = d.no
LEFT JOIN good AS g ON g.no = d.no
LEFT JOIN heard AS h ON h.no = d.no
LEFT JOIN result AS r ON r.no = d.no
LEFT JOIN hashed AS a ON a.no = d.no
ORDER BY d.n;

-- the texts of the spans, which stay in a file beside the tables
COPY (
SELECT
  t.no::DOUBLE AS seq,
  CASE s.text_from WHEN 'spoken' THEN t.words WHEN 'result' THEN coalesce(t.result_text, message_text(text_of(i.lits[s.output_at]))) END AS text,
  coalesce(text_of(i.lits[s.method_at]) || ' ', '') || text_of(i.lits[s.input_at]) AS input,
  text_of(i.lits[s.output_at]) AS output,
  attributes_of(i.lits, s.kept_at, s.heads, s.tail) AS attributes,
  i.raw
FROM item AS i
POSITIONAL JOIN told AS t
JOIN shape AS s ON s.rowid = t.shape_no
WHERE t.is_good
) TO 'WIDE_PATH' (FORMAT parquet, COMPRESSION lz4_raw, ROW_GROUP_SIZE 2048);
