-- Fills table span with the spans of a chunk, but for those of lines that are left. From item (one row per span), shape, and told
-- (one row per span, in the same order); read-chunk.ts has what was scanned stand for these.

INSERT INTO span BY NAME
SELECT
  t.session_id AS session_id, i.span_id, t.source_id AS source_id, t.line AS line, t.no AS seq, t.no AS wide_no, WIDE_FILE AS wide_file, strlen(i.raw) * 2 AS wide_size, t.flags AS twin_flags, true AS order_by_time, t.session_id IS NOT NULL AS has_session_id,
  i.parent_span_id, i.trace_id, s.kind, i.name,
  coalesce(text_of(i.lits[s.operation_at]), s.operation_is) AS operation,
  t.tool_name AS tool_name,
  t.tool_call_id AS tool_call_id,
  t.agent_name AS agent_name,
  coalesce(text_of(i.lits[s.agent_version_at]), s.agent_version_is) AS agent_version,
  coalesce(text_of(i.lits[s.model_at]), s.model_is) AS model,
  coalesce(text_of(i.lits[s.provider_at]), s.provider_is) AS provider,
  i.start_ns, i.end_ns,
  CASE WHEN t.failed THEN 'error' ELSE s.meant_status END AS status,
  coalesce(i.status_message, text_of(i.lits[s.status_message_at]), s.status_message_is, CASE WHEN t.failed THEN t.head END) AS status_message,
  coalesce(text_of(i.lits[s.error_type_at]), s.error_type_is) AS error_type,
  t.call_hash AS call_hash,
  try_cast(text_of(i.lits[s.input_tokens_at]) AS BIGINT) AS input_tokens,
  try_cast(text_of(i.lits[s.output_tokens_at]) AS BIGINT) AS output_tokens,
  try_cast(text_of(i.lits[s.cache_read_tokens_at]) AS BIGINT) AS cache_read_tokens,
  try_cast(text_of(i.lits[s.cache_write_tokens_at]) AS BIGINT) AS cache_write_tokens,
  try_cast(text_of(i.lits[s.reasoning_tokens_at]) AS BIGINT) AS reasoning_tokens,
  try_cast(text_of(i.lits[s.cost_at]) AS DOUBLE) AS cost_usd,
  false AS is_rewound, false AS is_derived,
  coalesce(text_of(i.lits[s.user_id_at]), s.user_id_is) AS user_id,
  coalesce(text_of(i.lits[s.feature_at]), s.feature_is) AS feature,
  coalesce(text_of(i.lits[s.cohort_at]), s.cohort_is) AS cohort,
  coalesce(text_of(i.lits[s.environment_at]), s.environment_is) AS environment,
  text_of(i.lits[s.tags_at]) AS tags
FROM item AS i
POSITIONAL JOIN told AS t
JOIN shape AS s ON s.rowid = t.shape_no
WHERE t.is_good;
