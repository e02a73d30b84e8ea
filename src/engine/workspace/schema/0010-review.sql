-- What reviewers said of sessions, as the journal has it: projections, written anew whenever a fact of reviewing comes.

-- one row per review completed and per decision on a disagreement
CREATE TABLE review (
  queue_id VARCHAR NOT NULL,
  session_id VARCHAR NOT NULL,
  reviewer VARCHAR NOT NULL,
  intent VARCHAR NOT NULL,          -- met, missed or unclear
  quality VARCHAR,
  missed VARCHAR[] NOT NULL,        -- request, goal, expectations, autonomy
  first_span_id VARCHAR,
  expected VARCHAR NOT NULL,
  note VARCHAR NOT NULL,
  seconds DOUBLE NOT NULL,
  codebook_version INTEGER,
  made_at VARCHAR NOT NULL,
  is_settlement BOOLEAN NOT NULL,
  inclusion DOUBLE NOT NULL         -- probability with which the queue's design drew the session; 0 where it has none
);

-- one row per failure mode that a review or a settlement names
CREATE TABLE review_mode (
  queue_id VARCHAR NOT NULL,
  session_id VARCHAR NOT NULL,
  reviewer VARCHAR NOT NULL,
  failure_mode_id VARCHAR NOT NULL,
  severity INTEGER NOT NULL,        -- 1 notice to 4 critical
  is_settlement BOOLEAN NOT NULL
);

-- one row per queue and session with what holds of it: the settlement, else what more than half of the reviewers said
CREATE VIEW review_verdict AS
SELECT
  queue_id,
  session_id,
  count(*) FILTER (NOT is_settlement)::INTEGER AS review_count,
  bool_or(is_settlement) AS is_settled,
  count(DISTINCT intent) FILTER (NOT is_settlement) > 1 AS is_disputed,
  CASE
    WHEN bool_or(is_settlement) THEN max(intent) FILTER (is_settlement)
    WHEN count(*) FILTER (intent = 'missed') > count(*) / 2.0 THEN 'missed'
    WHEN count(*) FILTER (intent = 'met') > count(*) / 2.0 THEN 'met'
    ELSE 'unclear'
  END AS intent,
  max(inclusion) AS inclusion
FROM review
GROUP BY queue_id, session_id;

-- one row per session that any queue holds a verdict on; the latest said counts
CREATE VIEW session_review AS
SELECT v.session_id, arg_max(v.intent, r.last_at) AS intent, max(r.last_at) AS made_at
FROM review_verdict AS v
JOIN (SELECT queue_id, session_id, max(made_at) AS last_at FROM review GROUP BY ALL) AS r
  ON r.queue_id = v.queue_id AND r.session_id = v.session_id
GROUP BY v.session_id;

-- one row per session somebody judged: what was said of it outright, else what reviewers decided, unclear ones left out
CREATE VIEW session_outcome AS
SELECT session_id, failed, 'judged' AS said
FROM session_verdict
UNION ALL
SELECT r.session_id, r.intent = 'missed' AS failed, 'reviewed' AS said
FROM session_review AS r
WHERE r.intent IN ('met', 'missed') AND r.session_id NOT IN (SELECT session_id FROM session_verdict);
