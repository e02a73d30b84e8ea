-- The documented views: names and columns that people's own queries rest on (docs/views.md). Plural, where the tables
-- behind them are singular and may change. Times are epoch milliseconds and, for reading, timestamps in UTC.

-- one row per session
CREATE VIEW sessions AS
SELECT
  f.session_id, f.title, f.format, f.import_id, f.source_id, f.agent_name, f.agent_version, f.model, f.feature, f.cohort, f.user_id,
  f.start_ms, make_timestamp(f.start_ns // 1000) AS started_at, f.duration_ms, f.turn_count, f.user_turn_count, f.span_count,
  f.llm_call_count, f.tool_call_count, f.tool_error_count, f.interruption_count, f.rejection_count, f.input_tokens, f.output_tokens,
  f.cost_usd, f.finding_count, f.signals, f.correction_count, f.confirmed_count, f.failure_mode_ids, f.flags, f.error_pillars,
  p.probability AS failure_probability, v.intent AS verdict
FROM session_found AS f
LEFT JOIN session_score AS p ON p.session_id = f.session_id
LEFT JOIN session_review AS v ON v.session_id = f.session_id;

-- one row per turn of a session
CREATE VIEW turns AS
SELECT session_id, turn_no, user_span_id, user_text, first_position, last_position, start_ns / 1e6 AS start_ms,
  (end_ns - start_ns) / 1e6 AS duration_ms, span_count, tool_call_count, tool_error_count
FROM turn;

-- one row per span; texts are cut, whole ones are in span_texts
CREATE VIEW spans AS
SELECT session_id, span_id, parent_span_id, trace_id, position, turn_no, kind, origin, pillar, name, operation, tool_name, tool_call_id,
  agent_id, agent_name, depth, model, provider, status, status_message, error_type, start_ns / 1e6 AS start_ms,
  CASE WHEN end_ns >= start_ns THEN (end_ns - start_ns) / 1e6 END AS duration_ms, text_head AS text, text_length, input_head AS input,
  call_hash, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd, is_rewound, is_derived, import_id, source_id, line
FROM span;

-- one row per finding that was not judged wrong
CREATE VIEW findings AS
SELECT finding_id, signal, detector_version, session_id, turn_no, span_id, evidence, reason, severity, pillar
FROM standing_finding;

-- one row per correction, proposed by the machine or made by the analyst
CREATE VIEW corrections AS
SELECT correction_id, session_id, span_id, turn_no, text, agent_text, cue_text, cue_kind, kind, score, state, is_set_aside
FROM correction_state;

-- one row per failure mode on a correction, in the order of sorting
CREATE VIEW assignments AS
SELECT a.correction_id, c.session_id, a.failure_mode_id, a.codebook_version, a.author, a.made_at
FROM assignment AS a
JOIN correction AS c ON c.correction_id = a.correction_id;

-- one row per feedback, score or label that came with an export
CREATE VIEW labels AS
SELECT label_id, session_id, span_id, trace_id, name, kind, annotator_kind, annotator, value, text, explanation, import_id, source_id, line
FROM label;

-- one row per review or decision on a disagreement
CREATE VIEW reviews AS
SELECT queue_id, session_id, reviewer, intent, quality, missed, first_span_id, expected, note, seconds, codebook_version, made_at,
  is_settlement, inclusion
FROM review;

-- one row per failure mode that a review names
CREATE VIEW review_failure_modes AS
SELECT queue_id, session_id, reviewer, failure_mode_id, severity, is_settlement
FROM review_mode;

-- one row per session and evaluation of an objective
CREATE VIEW objective_results AS
SELECT run_id, objective_id, version, made_at, session_id, passed
FROM objective_result;

-- one row per source file of an import
CREATE VIEW sources AS
SELECT import_id, source_id, path, name, format, confidence, state, reason, bytes, sha256, lines, records, rejected, blank, spans, sessions
FROM source;

-- one row per record that could not be used
CREATE VIEW rejects AS
SELECT import_id, source_id, line, byte_offset, reason, excerpt
FROM reject;

-- one row per import
CREATE VIEW imports AS
SELECT import_id, import_order, created_at, duration_ms
FROM import;
