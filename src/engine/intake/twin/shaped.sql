-- What the shapes of spans are, once table shape knows them all. After spans.sql.

-- one row per span, in order, so that it can be laid beside item without a join: a join would copy the contents
CREATE OR REPLACE TEMP TABLE shaped AS
SELECT t.n, t.no, t.line, s.rowid AS shape_no FROM tagged AS t LEFT JOIN shape AS s ON s.shape = t.shape AND s.is_clear ORDER BY t.n;

-- one row per line in which something is not known for sure
CREATE OR REPLACE TEMP TABLE unread AS
SELECT e.ord + c.first_line - 1 AS line FROM envelope AS e, chunk AS c WHERE NOT e.ok
UNION
SELECT t.line FROM tagged AS t WHERE NOT t.ok
UNION
SELECT t.line FROM tagged AS t JOIN shape AS s ON s.shape = t.shape WHERE NOT s.is_clear;
