-- Observations of Langfuse: from langfuse_row to temp table item, as ../format.ts describes it. Only what its blob-storage export has in common is
-- taken. Keys are those of src/shared/trace/langfuse-fields.ts.

-- one row per observation, in order
CREATE OR REPLACE TEMP TABLE item AS
WITH mapped AS (
  SELECT ord, raw, is_same, cell, entries_of(cell.usage_details) AS usage, entries_of(cell.cost_details) AS cost, entries_of(cell.model_parameters) AS parameters, entries_of(cell.tool_definitions) AS definitions,
    -- A list other than the one that a map of a table becomes says nothing as metadata.
    CASE WHEN starts_with(cell.metadata, '[') AND NOT starts_with(cell.metadata, '[{"key":') THEN [] ELSE entries_of(cell.metadata) END AS metadata,
    CASE WHEN cell.tags IS NULL OR cell.tags IN ('[]', '""') THEN [] WHEN starts_with(cell.tags, '["') AND is_value(cell.tags) THEN from_json(cell.tags, '["VARCHAR"]') END AS tags,
    nullif(cell.output, '""') AS output, upper(cell_text(cell.level)) AS level
  FROM langfuse_row
), opened AS (
  SELECT *, is_flat(usage) AND list_bool_and(list_prepend(true, list_transform(usage, lambda e: e.value IS NULL OR coalesce(is_count(e.value), false)))) AS is_counted,
    value_of(metadata, 'attributes') AS attributes_lit, value_of(metadata, 'resourceAttributes') AS resource_lit, value_of(metadata, 'scope') AS scope_lit,
    list_filter(metadata, lambda e: e.value IS NOT NULL AND e.key NOT IN ('attributes', 'resourceAttributes', 'scope')) AS plain_metadata,
    CASE WHEN coalesce(trim(cell.total_cost, '"')::VARCHAR ~ '[0.]*', true) THEN trim(value_of(cost, 'total'), '"') ELSE trim(cell.total_cost, '"') END AS cost_text
  FROM mapped
), counted AS (
  SELECT *, entries_of(attributes_lit) AS attributes, entries_of(resource_lit) AS resource, entries_of(scope_lit) AS scope,
    CASE WHEN is_counted AND len(usage) > 0 THEN map_from_entries(list_transform(usage, lambda e: struct_pack(k := e.key, v := trim(e.value, '"')::BIGINT))) END AS counts
  FROM opened
), totalled AS (
  SELECT *, first_of(counts, ['input', 'prompt_tokens', 'promptTokens', 'input_tokens']) AS input_count, first_of(counts, ['output', 'completion_tokens', 'completionTokens', 'output_tokens']) AS output_count,
    first_of(counts, ['input_cache_read', 'cache_read_input_tokens', 'input_cached_tokens', 'prompt_details.cache_read', 'cached_tokens']) AS cache_read,
    first_of(counts, ['input_cache_creation', 'cache_creation_input_tokens', 'prompt_details.cache_write']) AS cache_write,
    first_of(counts, ['output_reasoning', 'output_reasoning_tokens', 'completion_details.reasoning', 'reasoning_tokens']) AS reasoning,
    first_of(counts, ['total', 'total_tokens', 'totalTokens']) AS total
  FROM counted
), settled AS (
  SELECT *, input_count = 0 AND output_count = 0 AND coalesce(total, 0) = 0 AS is_empty,
    coalesce(cache_read, 0) + coalesce(cache_write, 0) + coalesce(reasoning, 0) > 0 AND total = input_count + output_count + coalesce(cache_read, 0) + coalesce(cache_write, 0) + coalesce(reasoning, 0) AS is_beside
  FROM totalled
), read AS (
  SELECT ord, raw, is_same, cell, level, resource_lit, scope_lit, attributes, resource, scope, is_counted, usage, cost, parameters, definitions, metadata, plain_metadata, tags, output, cost_text,
    -- What an observation may have beside its attributes, each with its name and, where it has it, its value; the large ones last.
    list_transform(list_filter(attributes, lambda e: e.value IS NOT NULL), lambda e: e.key) AS attribute_keys, list_transform(list_filter(attributes, lambda e: e.value IS NOT NULL), lambda e: e.value::VARCHAR) AS attribute_lits,
    list_transform(plain_metadata, lambda e: 'metadata.' || e.key) AS metadata_keys, list_transform(plain_metadata, lambda e: e.value::VARCHAR) AS metadata_lits,
    [cell.completion_start_time::VARCHAR, cell.prompt_name::VARCHAR, cell.prompt_version::VARCHAR, cell.model_parameters::VARCHAR, cell.trace_name::VARCHAR, cell.latency::VARCHAR, cell.time_to_first_token::VARCHAR,
      cell.usage_details::VARCHAR, cell.cost_details::VARCHAR, CASE WHEN level <> 'DEFAULT' THEN to_json(level)::VARCHAR END, nullif(cell.session_id, '""')::VARCHAR,
      coalesce(nullif(cell.provided_model_name, '""'), nullif(cell.model, '""'))::VARCHAR, nullif(cell.user_id, '""')::VARCHAR, coalesce(nullif(cell.release, '""'), nullif(cell.version, '""'))::VARCHAR, nullif(cell.environment, '""')::VARCHAR,
      CASE WHEN NOT coalesce(is_empty, false) THEN (CASE WHEN is_beside THEN input_count + coalesce(cache_read, 0) + coalesce(cache_write, 0) ELSE input_count END)::VARCHAR END,
      CASE WHEN NOT coalesce(is_empty, false) THEN (CASE WHEN is_beside THEN output_count + coalesce(reasoning, 0) ELSE output_count END)::VARCHAR END,
      cache_read::VARCHAR, cache_write::VARCHAR, reasoning::VARCHAR, cost_text, tagged(tags, 'feature:'), tagged(tags, 'cohort:'), CASE WHEN len(tags) > 0 THEN to_json(cell.tags::VARCHAR)::VARCHAR END] AS lits_or_null
  FROM settled
), told AS (
  SELECT *, list_concat(attribute_keys, metadata_keys, list_where(
      ['langfuse.completion_start_time', 'langfuse.prompt_name', 'langfuse.prompt_version', 'langfuse.model_parameters', 'langfuse.trace_name', 'langfuse.latency', 'langfuse.time_to_first_token',
        'langfuse.usage_details', 'langfuse.cost_details', 'langfuse.level', 'langfuse.session.id', '.model', '.user', '.version', '.environment',
        '.usage.input', '.usage.output', '.usage.input_cache_read', '.usage.input_cache_creation', '.usage.output_reasoning', '.cost', '.feature', '.cohort', '.tags'],
      list_transform(lits_or_null, lambda l: l IS NOT NULL)),
      CASE WHEN cell.input IS NULL THEN [] ELSE ['.input'] END, CASE WHEN output IS NULL THEN [] ELSE ['.output'] END) AS keys,
    list_concat(attribute_lits, metadata_lits, list_filter(lits_or_null, lambda l: l IS NOT NULL),
      CASE WHEN cell.input IS NULL THEN [] ELSE [cell.input::VARCHAR] END, CASE WHEN output IS NULL THEN [] ELSE [output::VARCHAR] END) AS lits
  FROM read
), named AS (
  SELECT *, '{"resourceAttributes":' || coalesce(resource_lit, 'null') || ',"scope":' || coalesce(scope_lit, 'null') || '}' AS around_text, row_ns(cell_text(cell.start_time)) AS start_ns, row_ns(cell_text(cell.end_time)) AS end_ns
  FROM told
)
SELECT
  row_number() OVER () AS n, ord, 1 AS idx, md5(around_text) AS around, around_text, raw, cell_text(cell.type) AS type, cell_text(cell.trace_id) AS trace_id, cell_text(cell.id) AS span_id,
  cell_text(cell.parent_observation_id) AS parent_span_id, coalesce(cell_text(cell.name), '') AS name, start_ns, end_ns,
  CASE WHEN level = 'ERROR' THEN 'error' ELSE 'unset' END AS status, cell_text(cell.status_message) AS status_message, keys, lits,
  coalesce(
    is_same AND cell_text(cell.trace_id) IS NOT NULL AND cell_text(cell.id) IS NOT NULL AND start_ns > 0
    AND upper(cell_text(cell.type)) IN ('SPAN', 'GENERATION', 'EVENT', 'AGENT', 'TOOL', 'CHAIN', 'RETRIEVER', 'EVALUATOR', 'EMBEDDING', 'GUARDRAIL')
    AND (end_ns > 0 OR (upper(cell_text(cell.type)) = 'EVENT' AND cell.end_time IS NULL))
    AND are_texts([cell.id, cell.trace_id, cell.start_time, cell.end_time, cell.project_id, cell.parent_observation_id, cell.type, cell.name, cell.level, cell.version, cell.environment, cell.user_id, cell.session_id, cell.completion_start_time,
      cell.created_at, cell.updated_at, cell.provided_model_name, cell.model, cell.model_id, cell.usage_pricing_tier_name, cell.prompt_id, cell.prompt_name, cell.release, cell.trace_name])
    AND (cell.input IS NULL OR starts_with(cell.input, '"')) AND (cell.output IS NULL OR starts_with(cell.output, '"'))
    -- Of a row that the interface exports each column with a list of values is a score.
    AND (cell.status_message IS NULL OR (starts_with(cell.status_message, '"') AND (cell.bookmarked IS NULL OR NOT regexp_matches(cell.status_message, '^"(\s|\\[tnr])*\['))))
    AND (cell.model_parameters IS NULL OR NOT starts_with(cell.model_parameters, '"['))
    AND (cell.level IS NULL OR regexp_full_match(cell.level, '"[A-Za-z_]*"'))
    AND is_counted AND is_flat(cost) AND is_flat(parameters) AND is_flat(definitions) AND is_flat(attributes) AND is_flat(resource) AND is_flat(scope) AND is_flat(plain_metadata)
    AND len(list_distinct(list_transform(metadata, lambda e: e.key))) = len(metadata)
    AND (cost_text IS NULL OR regexp_full_match(cost_text, '(0|[1-9]\d{0,14})(\.\d+)?')) AND (cell.total_cost IS NULL OR regexp_full_match(cell.total_cost, '"?\d+(\.\d+)?"?'))
    AND tags IS NOT NULL AND NOT list_contains(tags, '')
    AND (output IS NOT NULL OR coalesce(cell.tool_call_names, '[]') IN ('[]', '""'))
    AND NOT list_bool_or(list_prepend(false, list_transform(attributes, lambda e: regexp_matches(e.key, '^(\.|metadata\.|langfuse\.(completion_start_time|prompt_name|prompt_version|model_parameters|trace_name|latency|time_to_first_token|usage_details|cost_details|level|session\.id)$)')))),
    false) AS ok
FROM named;

-- one row per line or row of the table
CREATE OR REPLACE TEMP VIEW envelope AS SELECT ord, true AS ok FROM item;

-- one row per resource and scope
CREATE OR REPLACE TEMP TABLE around AS SELECT around, any_value(around_text) AS around_text FROM item WHERE ok GROUP BY around;
