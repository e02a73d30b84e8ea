-- What the signals room keeps beside its findings. Derived, like everything in the index.

-- one row per model call whose source says more of it than the index's span columns hold
CREATE TABLE call_detail (
  session_id VARCHAR NOT NULL,
  span_id VARCHAR NOT NULL,
  finish_reason VARCHAR NOT NULL    -- why the call ended, in the source's own word
);

-- one row per set of tools that sessions declare
CREATE TABLE tool_declaration (
  declaration_id VARCHAR NOT NULL,
  tools VARCHAR NOT NULL            -- JSON list of {name, schema}
);

-- one row per session that declares its tools
CREATE TABLE session_tools (
  session_id VARCHAR NOT NULL,
  declaration_id VARCHAR NOT NULL
);

-- one row per session whose source says which task of an evaluation it is a run of
CREATE TABLE session_task (
  session_id VARCHAR NOT NULL,
  task_id VARCHAR NOT NULL
);

-- one row per detector: how it ran over all sessions of `inspected_session`
CREATE TABLE signal_run (
  signal VARCHAR NOT NULL,
  stamp VARCHAR NOT NULL,           -- of version, parameters and text of the query
  problem VARCHAR                   -- why it found nothing, in words
);

-- one row per session the detectors have looked at, with what told apart its state then
CREATE TABLE inspected_session (
  session_id VARCHAR NOT NULL,
  import_id VARCHAR NOT NULL,
  span_count INTEGER NOT NULL,
  is_whole BOOLEAN NOT NULL         -- by all of them; else by those alone that are said in SQL
);

-- one row per figure of a session that the session score rests on, beside its findings
CREATE TABLE session_figure (
  session_id VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  value DOUBLE NOT NULL,
  is_count BOOLEAN NOT NULL         -- weighs by how it differs from what is usual, not by itself
);

-- one row per session: all it changed things with, as one value
CREATE TABLE session_change (
  session_id VARCHAR NOT NULL,
  change_count INTEGER NOT NULL,
  change_hash VARCHAR NOT NULL      -- equal for sessions that changed the same
);

-- one row per session that has enough others like it, with the narrowest such group
CREATE TABLE session_peer (
  session_id VARCHAR NOT NULL,
  group_key VARCHAR NOT NULL
);

-- one row per group of sessions that are alike and count of them
CREATE TABLE peer_figure (
  group_key VARCHAR NOT NULL,
  label VARCHAR NOT NULL,           -- the group in words
  session_count INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  usual DOUBLE NOT NULL             -- median over the group's sessions
);

-- one row per session with other runs of its task, where any of them changed something
CREATE TABLE trial_figure (
  session_id VARCHAR NOT NULL,
  other_count INTEGER NOT NULL,
  same_count INTEGER NOT NULL       -- of the others that changed the same
);

-- one row per session: the probability that it failed its user
CREATE TABLE session_score (
  session_id VARCHAR NOT NULL,
  probability DOUBLE NOT NULL
);

-- one row per finding of the latest preview of changed parameters that is new or would go
CREATE TABLE preview_finding (
  preview_id VARCHAR NOT NULL,
  change VARCHAR NOT NULL,          -- added or dropped
  finding_id VARCHAR NOT NULL,
  signal VARCHAR NOT NULL,
  detector_version VARCHAR NOT NULL,
  session_id VARCHAR NOT NULL,
  turn_no INTEGER NOT NULL,
  span_id VARCHAR NOT NULL,
  evidence VARCHAR[] NOT NULL,
  reason VARCHAR NOT NULL,
  severity INTEGER NOT NULL,
  pillar VARCHAR NOT NULL
);

-- one row per finding the analyst judged (projection of the journal)
CREATE TABLE finding_verdict (
  finding_id VARCHAR NOT NULL,
  verdict VARCHAR NOT NULL,         -- right or wrong
  judged_by VARCHAR NOT NULL,
  judged_at VARCHAR NOT NULL
);

-- one row per session the analyst judged (projection of the journal)
CREATE TABLE session_verdict (
  session_id VARCHAR NOT NULL,
  failed BOOLEAN NOT NULL,
  judged_by VARCHAR NOT NULL,
  judged_at VARCHAR NOT NULL
);

-- one row per finding that was not judged wrong
CREATE VIEW standing_finding AS
SELECT f.*
FROM finding AS f
LEFT JOIN finding_verdict AS v ON v.finding_id = f.finding_id
WHERE v.verdict IS DISTINCT FROM 'wrong';

-- one row per signal with a judged finding: what share of its findings is believed, as if four more had held
CREATE VIEW signal_belief AS
SELECT
  f.signal,
  (count(*) FILTER (v.verdict = 'right') + 4.0) / (count(*) + 4.0) AS belief
FROM finding_verdict AS v
JOIN finding AS f ON f.finding_id = v.finding_id
GROUP BY f.signal;

-- one row per input of the session score that is not 0: a count as doublings beyond what is usual (at most two either way),
-- a flag as it is, runs of the same task from -1 (many, all changed the same) to 1, findings of a signal as half for one and all
-- for three and more
CREATE VIEW score_input AS
SELECT
  f.session_id,
  f.name,
  CASE WHEN f.is_count THEN greatest(-2, least(2, log2((1 + f.value) / (1 + p.usual)))) ELSE f.value END AS value
FROM session_figure AS f
LEFT JOIN session_peer AS s ON s.session_id = f.session_id
LEFT JOIN peer_figure AS p ON p.group_key = s.group_key AND p.name = f.name
WHERE CASE WHEN f.is_count THEN p.usual <> f.value ELSE f.value <> 0 END
UNION ALL
SELECT session_id, 'otherTrials', (other_count - 2 * same_count) / (other_count + 1)
FROM trial_figure
WHERE other_count <> 2 * same_count
UNION ALL
SELECT
  f.session_id,
  'signal:' || f.signal AS name,
  least(1, log2(1 + sum(CASE WHEN v.verdict = 'right' THEN 1 ELSE coalesce(b.belief, 1) END)) / 2) AS value
FROM finding AS f
LEFT JOIN finding_verdict AS v ON v.finding_id = f.finding_id
LEFT JOIN signal_belief AS b ON b.signal = f.signal
WHERE v.verdict IS DISTINCT FROM 'wrong'
GROUP BY f.session_id, f.signal;

-- one row: the model the scores were made with
CREATE TABLE score_model (
  stamp VARCHAR NOT NULL,           -- of the shipped weights and the verdicts
  intercept DOUBLE NOT NULL,
  names VARCHAR[] NOT NULL,
  weights DOUBLE[] NOT NULL,
  verdict_count INTEGER NOT NULL    -- it was refitted on; 0 for the shipped weights
);

-- one row per session with what was found in it, and how probable it is that it failed
CREATE OR REPLACE VIEW session_found AS
SELECT
  s.*,
  coalesce(f.finding_count, 0) AS finding_count,
  coalesce(f.signals, []) AS signals,
  coalesce(c.correction_count, 0) AS correction_count,
  coalesce(c.confirmed_count, 0) AS confirmed_count,
  coalesce(m.failure_mode_ids, []) AS failure_mode_ids,
  p.probability AS fail_probability,
  (s.end_ns - s.start_ns) / 1e6 AS duration_ms,
  s.start_ns / 1e6 AS start_ms
FROM session AS s
LEFT JOIN session_score AS p ON p.session_id = s.session_id
LEFT JOIN (
  SELECT session_id, count(*)::INTEGER AS finding_count, list_sort(list_distinct(list(signal))) AS signals
  FROM standing_finding
  GROUP BY session_id
) AS f ON f.session_id = s.session_id
LEFT JOIN (
  SELECT session_id, count(*)::INTEGER AS correction_count, count(*) FILTER (state = 'confirmed')::INTEGER AS confirmed_count
  FROM correction_state
  WHERE state <> 'rejected'
  GROUP BY session_id
) AS c ON c.session_id = s.session_id
LEFT JOIN (
  SELECT k.session_id, list_sort(list_distinct(list(a.failure_mode_id))) AS failure_mode_ids
  FROM sorting AS a
  JOIN correction AS k ON k.correction_id = a.correction_id
  GROUP BY k.session_id
) AS m ON m.session_id = s.session_id;
