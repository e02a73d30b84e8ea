-- Spans of a chunk that were scanned rather than parsed in SQL. From view scanned: one row per span, in order, columns as span-scanner.ts has them.

-- one row per span, in order
CREATE OR REPLACE TEMP TABLE shaped AS
SELECT i.n, i.n + c.first_no - 1 AS no, i.ord + c.first_line - 1 AS line, s.rowid AS shape_no, i.is_unsure = 1 AS is_unsure
FROM scanned AS i
CROSS JOIN chunk AS c
JOIN shape AS s ON s.scan_no = i.scan_no
ORDER BY i.n;

-- one row per line in which something is not known for sure
CREATE OR REPLACE TEMP TABLE unread AS
SELECT unnest([UNREAD_ORDS]::BIGINT[]) + c.first_line - 1 AS line FROM chunk AS c;
