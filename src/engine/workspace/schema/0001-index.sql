-- The index of a workspace: derived from imports/ and journal.jsonl, can be deleted and rebuilt at any time.
-- No secondary indexes and no in-place DDL on filled tables: both are known to break write-ahead log replay.
-- Texts are compressed by zstd: DuckDB's own choice, dictionaries of texts, takes longer to write and more room.

-- one row per setting of the index itself
CREATE TABLE meta (key VARCHAR NOT NULL, value VARCHAR);

-- one row per import folder that is indexed
CREATE TABLE import (
  import_id VARCHAR NOT NULL,
  import_order INTEGER NOT NULL,
  created_at VARCHAR NOT NULL,
  duration_ms DOUBLE NOT NULL
);

-- one row per source file of an import, whatever became of it
CREATE TABLE source (
  import_id VARCHAR NOT NULL,
  source_id VARCHAR NOT NULL,
  path VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  format VARCHAR,
  confidence DOUBLE,
  reason VARCHAR NOT NULL,
  state VARCHAR NOT NULL,
  bytes BIGINT NOT NULL,
  sha256 VARCHAR NOT NULL,
  lines BIGINT NOT NULL,
  records BIGINT NOT NULL,
  rejected BIGINT NOT NULL,
  blank BIGINT NOT NULL,
  spans BIGINT NOT NULL,
  sessions BIGINT NOT NULL,
  notes VARCHAR NOT NULL -- JSON list of {what, count}
);

-- one row per span in force: of spans with the same session and id the latest import's is kept
CREATE TABLE span (
  session_id VARCHAR NOT NULL,
  span_id VARCHAR NOT NULL,
  import_id VARCHAR NOT NULL,
  source_id VARCHAR NOT NULL,
  line BIGINT NOT NULL,
  seq DOUBLE NOT NULL,              -- order of emission within the import
  position INTEGER NOT NULL,        -- 0-based place in the session, over all agents
  turn_no INTEGER NOT NULL,
  parent_span_id VARCHAR,
  trace_id VARCHAR,
  kind VARCHAR NOT NULL,
  origin VARCHAR,
  pillar VARCHAR NOT NULL,
  lane VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  operation VARCHAR,
  tool_name VARCHAR,
  tool_call_id VARCHAR,
  agent_name VARCHAR,
  agent_version VARCHAR,
  agent_id VARCHAR,
  spawns_agent_id VARCHAR,
  depth INTEGER NOT NULL,
  model VARCHAR,
  provider VARCHAR,
  start_ns BIGINT,
  end_ns BIGINT,
  status VARCHAR NOT NULL,
  status_message VARCHAR,
  error_type VARCHAR,
  text_head VARCHAR NOT NULL USING COMPRESSION zstd, -- first 2,000 characters of the readable text
  text_tail VARCHAR USING COMPRESSION zstd, -- last 600 characters of texts longer than text_head
  text_length BIGINT NOT NULL,
  input_head VARCHAR USING COMPRESSION zstd, -- first 1,000 characters of the input
  call_hash VARCHAR,
  input_tokens BIGINT,
  output_tokens BIGINT,
  cache_read_tokens BIGINT,
  cache_write_tokens BIGINT,
  cost_usd DOUBLE,
  is_rewound BOOLEAN NOT NULL,
  is_derived BOOLEAN NOT NULL,
  user_id VARCHAR,
  feature VARCHAR,
  cohort VARCHAR,
  order_by_time BOOLEAN NOT NULL,   -- how its source orders spans, needed when a later import adds some to the session
  has_session_id BOOLEAN NOT NULL   -- whether its source names the session
);

-- one row per turn of a session
CREATE TABLE turn (
  session_id VARCHAR NOT NULL,
  turn_no INTEGER NOT NULL,
  user_span_id VARCHAR,
  user_text VARCHAR NOT NULL USING COMPRESSION zstd, -- at most 2,000 characters
  first_position INTEGER NOT NULL,
  last_position INTEGER NOT NULL,
  start_ns BIGINT,
  end_ns BIGINT,
  span_count INTEGER NOT NULL,
  tool_call_count INTEGER NOT NULL,
  tool_error_count INTEGER NOT NULL
);

-- one row per session
CREATE TABLE session (
  session_id VARCHAR NOT NULL,
  import_id VARCHAR NOT NULL,       -- the latest import that holds spans of it
  source_id VARCHAR NOT NULL,       -- the source of its first span
  format VARCHAR NOT NULL,
  title VARCHAR NOT NULL,
  agent_name VARCHAR,
  agent_version VARCHAR,
  model VARCHAR,
  feature VARCHAR,
  cohort VARCHAR,
  user_id VARCHAR,
  start_ns BIGINT,
  end_ns BIGINT,
  turn_count INTEGER NOT NULL,
  user_turn_count INTEGER NOT NULL,
  span_count INTEGER NOT NULL,
  llm_call_count INTEGER NOT NULL,
  tool_call_count INTEGER NOT NULL,
  tool_error_count INTEGER NOT NULL,
  interruption_count INTEGER NOT NULL,
  rejection_count INTEGER NOT NULL,
  input_tokens BIGINT,
  output_tokens BIGINT,
  cost_usd DOUBLE,
  flags VARCHAR[] NOT NULL,
  error_pillars VARCHAR[] NOT NULL
);

-- one row per label carried by an export
CREATE TABLE label (
  label_id VARCHAR NOT NULL,
  import_id VARCHAR NOT NULL,
  source_id VARCHAR NOT NULL,
  line BIGINT NOT NULL,
  session_id VARCHAR,
  trace_id VARCHAR,
  span_id VARCHAR,
  name VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  annotator_kind VARCHAR NOT NULL,
  annotator VARCHAR,
  value DOUBLE,
  text VARCHAR,
  explanation VARCHAR
);

-- one row per record that could not be used
CREATE TABLE reject (
  import_id VARCHAR NOT NULL,
  source_id VARCHAR NOT NULL,
  line BIGINT NOT NULL,
  byte_offset BIGINT,
  reason VARCHAR NOT NULL,
  excerpt VARCHAR NOT NULL
);

-- one row per finding of a detector
CREATE TABLE finding (
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

-- one row per user turn that a detector proposed or an analyst made a correction
CREATE TABLE correction (
  correction_id VARCHAR NOT NULL,
  session_id VARCHAR NOT NULL,
  span_id VARCHAR NOT NULL,
  turn_no INTEGER NOT NULL,
  text VARCHAR NOT NULL,
  agent_text VARCHAR NOT NULL,
  cue_text VARCHAR,
  cue_start INTEGER,
  cue_end INTEGER,
  cue_kind VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  score DOUBLE NOT NULL,
  reasons VARCHAR[] NOT NULL
);

-- one row per correction the analyst judged or set aside (projection of the journal)
CREATE TABLE judgement (
  correction_id VARCHAR NOT NULL,
  state VARCHAR,                    -- confirmed, rejected or null
  judged_by VARCHAR NOT NULL,       -- author of the latest fact about it
  judged_at VARCHAR NOT NULL,
  is_set_aside BOOLEAN NOT NULL
);

-- one row per failure mode on a correction (projection of the journal), in the order of sorting
CREATE TABLE assignment (
  correction_id VARCHAR NOT NULL,
  failure_mode_id VARCHAR NOT NULL,
  codebook_version INTEGER NOT NULL,
  author VARCHAR NOT NULL,
  made_at VARCHAR NOT NULL,
  seq INTEGER NOT NULL
);

-- one row per failure mode that another stands for in the current version of the codebook: it was merged into it
CREATE TABLE mode_place (
  failure_mode_id VARCHAR NOT NULL,
  under_id VARCHAR NOT NULL
);

-- one row per correction and failure mode as it is called today; the order is that of sorting
CREATE VIEW sorting AS
SELECT a.correction_id, coalesce(p.under_id, a.failure_mode_id) AS failure_mode_id, min(a.seq)::INTEGER AS seq
FROM assignment AS a
LEFT JOIN mode_place AS p ON p.failure_mode_id = a.failure_mode_id
GROUP BY ALL;

-- one row per cluster of the latest clustering, after the analyst's merges and moves
CREATE TABLE cluster (
  cluster_id VARCHAR NOT NULL,
  keywords VARCHAR[] NOT NULL,
  exemplar_ids VARCHAR[] NOT NULL,
  cohesion DOUBLE NOT NULL,
  is_outliers BOOLEAN NOT NULL
);

-- one row per correction in the latest clustering
CREATE TABLE cluster_member (
  correction_id VARCHAR NOT NULL,
  cluster_id VARCHAR NOT NULL,
  x DOUBLE NOT NULL,
  y DOUBLE NOT NULL
);

-- one row per annotation taken back in from an export
CREATE TABLE annotation (
  annotation_id VARCHAR NOT NULL,
  session_id VARCHAR,
  span_id VARCHAR,
  kind VARCHAR NOT NULL,
  author VARCHAR,
  made_at VARCHAR,
  body VARCHAR NOT NULL             -- the annotation as JSON
);

-- one row per correction with what the analyst said of it; nobody's word yet means proposed
CREATE VIEW correction_state AS
SELECT c.*, coalesce(j.state, 'proposed') AS state, coalesce(j.is_set_aside, false) AS is_set_aside
FROM correction AS c
LEFT JOIN judgement AS j ON j.correction_id = c.correction_id;

-- one row per session with what was found in it
CREATE VIEW session_found AS
SELECT
  s.*,
  coalesce(f.finding_count, 0) AS finding_count,
  coalesce(f.signals, []) AS signals,
  coalesce(c.correction_count, 0) AS correction_count,
  coalesce(c.confirmed_count, 0) AS confirmed_count,
  coalesce(m.failure_mode_ids, []) AS failure_mode_ids,
  (s.end_ns - s.start_ns) / 1e6 AS duration_ms,
  s.start_ns / 1e6 AS start_ms
FROM session AS s
LEFT JOIN (
  SELECT session_id, count(*)::INTEGER AS finding_count, list_sort(list_distinct(list(signal))) AS signals
  FROM finding
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
  FROM assignment AS a
  JOIN correction AS k ON k.correction_id = a.correction_id
  GROUP BY k.session_id
) AS m ON m.session_id = s.session_id;
