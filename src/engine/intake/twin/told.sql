-- Fills the staging tables with what is said in a chunk that was scanned. From views scanned (one row per span), scanned_first (one
-- row per message that may be the first of its words, and one more without a role per further call in it) and scanned_text (one row per text that is new), columns as span-scanner.ts and
-- message-frames.ts have them. Traces of lines that are left are the record function's: whose words come first is not told by them.

INSERT INTO message BY NAME
SELECT f.n + c.first_no - 1 AS owner_seq, f.ordinal, f.size AS history_size, f.occurrence, f.is_output = 1 AS is_output, f.role, f.origin, f.text_hash, f.tool_call_id, f.tool_name, f.failed = 1 AS is_error
FROM scanned_first AS f, chunk AS c
WHERE f.role IS NOT NULL AND IS_GOOD(f.ord);

INSERT INTO message_text BY NAME
SELECT t.text_hash, t.text, t.reasoning, t.n + c.first_no - 1 AS owner_seq FROM scanned_text AS t, chunk AS c;

INSERT INTO "call" BY NAME
SELECT f.n + c.first_no - 1 AS owner_seq, f.ordinal, f.call_id AS tool_call_id, f.call_name AS tool_name, f.arguments, f.call_hash
FROM scanned_first AS f, chunk AS c
WHERE f.call_name IS NOT NULL AND IS_GOOD(f.ord);

INSERT INTO history BY NAME
SELECT i.n + c.first_no - 1 AS owner_seq, i.answers AS assistant_messages, i.last_answer
FROM scanned AS i, chunk AS c
WHERE (i.heard & 16) > 0 AND IS_GOOD(i.ord);
