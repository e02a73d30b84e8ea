-- What a queue asks its reviewers about: their verdicts against an objective, apart from those about no objective.
ALTER TABLE review ADD COLUMN objective_id VARCHAR; -- null: the queue names no objective

-- one row per session and objective that queues asked about (null: about none); the latest said counts
CREATE VIEW objective_review AS
WITH verdict AS (
  SELECT
    queue_id,
    session_id,
    any_value(objective_id) AS objective_id,
    max(made_at) AS last_at,
    CASE
      WHEN bool_or(is_settlement) THEN max(intent) FILTER (is_settlement)
      WHEN count(*) FILTER (intent = 'missed') > count(*) / 2.0 THEN 'missed'
      WHEN count(*) FILTER (intent = 'met') > count(*) / 2.0 THEN 'met'
      ELSE 'unclear'
    END AS intent,
    CASE
      WHEN bool_or(is_settlement AND quality IS NOT NULL) THEN max(quality) FILTER (is_settlement)
      WHEN count(*) FILTER (quality = 'missed') > count(quality) / 2.0 THEN 'missed'
      WHEN count(*) FILTER (quality = 'met') > count(quality) / 2.0 THEN 'met'
      WHEN count(quality) > 0 THEN 'unclear'
    END AS quality
  FROM review
  GROUP BY queue_id, session_id
)
SELECT session_id, objective_id, arg_max(intent, last_at) AS intent, arg_max(quality, last_at) FILTER (quality IS NOT NULL) AS quality
FROM verdict
GROUP BY session_id, objective_id;
