-- What evaluations of objectives found, as the journal has it: a projection.

-- one row per session that an objective held for when it was evaluated
CREATE TABLE objective_result (
  run_id VARCHAR NOT NULL,
  objective_id VARCHAR NOT NULL,
  version INTEGER NOT NULL,
  made_at VARCHAR NOT NULL,
  session_id VARCHAR NOT NULL,
  passed BOOLEAN                    -- null: undecided
);

-- one row per objective and session: the result of the latest evaluation of the objective
CREATE VIEW objective_latest AS
SELECT r.*
FROM objective_result AS r
JOIN (SELECT objective_id, arg_max(run_id, made_at) AS run_id FROM objective_result GROUP BY objective_id) AS l
  ON l.run_id = r.run_id;
