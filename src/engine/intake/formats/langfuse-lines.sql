-- Observations of Langfuse, one a line: from temp view line to temp view langfuse_row (ord, raw, is_same, cell), which is what a table of them
-- gives as view table_row (../format.ts). That nothing else stands in a line is told by its length: what was understood adds up to it.

CREATE OR REPLACE TEMP VIEW langfuse_row AS
WITH parsed AS (
  SELECT ord, json, json_keys(json) AS names, TRY(from_json(json, '{"id":"JSON","trace_id":"JSON","start_time":"JSON","end_time":"JSON","project_id":"JSON","parent_observation_id":"JSON","type":"JSON","name":"JSON","level":"JSON",
    "status_message":"JSON","version":"JSON","environment":"JSON","bookmarked":"JSON","public":"JSON","user_id":"JSON","session_id":"JSON","is_root_observation":"JSON","completion_start_time":"JSON","created_at":"JSON","updated_at":"JSON",
    "input":"JSON","output":"JSON","metadata":"JSON","provided_model_name":"JSON","model":"JSON","model_id":"JSON","model_parameters":"JSON","usage_details":"JSON","cost_details":"JSON","total_cost":"JSON","usage_pricing_tier_name":"JSON",
    "input_price":"JSON","output_price":"JSON","total_price":"JSON","prompt_id":"JSON","prompt_name":"JSON","prompt_version":"JSON","latency":"JSON","time_to_first_token":"JSON","tags":"JSON","release":"JSON","trace_name":"JSON",
    "tool_definitions":"JSON","tool_calls":"JSON","tool_call_names":"JSON"}')) AS cell
  FROM line
), listed AS (
  SELECT *, [cell.id, cell.trace_id, cell.start_time, cell.end_time, cell.project_id, cell.parent_observation_id, cell.type, cell.name, cell.level,
    cell.status_message, cell.version, cell.environment, cell.bookmarked, cell.public, cell.user_id, cell.session_id, cell.is_root_observation, cell.completion_start_time, cell.created_at, cell.updated_at,
    cell.input, cell.output, cell.provided_model_name, cell.model, cell.model_id, cell.total_cost, cell.usage_pricing_tier_name,
    cell.input_price, cell.output_price, cell.total_price, cell.prompt_id, cell.prompt_name, cell.prompt_version, cell.latency, cell.time_to_first_token, cell.tags, cell.release, cell.trace_name,
    cell.tool_calls, cell.tool_call_names]::VARCHAR[] AS single, [cell.metadata, cell.model_parameters, cell.usage_details, cell.cost_details, cell.tool_definitions]::VARCHAR[] AS maps
  FROM parsed
), measured AS (
  SELECT *, 1 + strlen(array_to_string(names, '')) + list_sum(list_transform(single, lambda l: strlen(l))) + coalesce(list_sum(list_transform(maps, lambda l: strlen(l))), 0) + 4 * (2 * len(names) - list_count(single) - list_count(maps)) AS size
  FROM listed
), written AS (
  SELECT *, CASE WHEN strlen(json) = size THEN json ELSE TRY(json(json))::VARCHAR END AS raw FROM measured
)
SELECT ord, raw, cell,
  coalesce(strlen(raw) = size AND (strlen(json) = size OR NOT regexp_matches(json, ',\s*[\]}]'))
    AND list_unique(names) = len(names)
    AND list_has_all(['id', 'trace_id', 'start_time', 'end_time', 'project_id', 'parent_observation_id', 'type', 'name', 'level', 'status_message', 'version', 'environment', 'bookmarked', 'public', 'user_id', 'session_id',
      'is_root_observation', 'completion_start_time', 'created_at', 'updated_at', 'input', 'output', 'metadata', 'provided_model_name', 'model', 'model_id', 'model_parameters', 'usage_details', 'cost_details', 'total_cost',
      'usage_pricing_tier_name', 'input_price', 'output_price', 'total_price', 'prompt_id', 'prompt_name', 'prompt_version', 'latency', 'time_to_first_token', 'tags', 'release', 'trace_name', 'tool_definitions', 'tool_calls',
      'tool_call_names'], names)
    -- All others are texts where an item is made of them.
    AND list_bool_and(list_transform([cell.bookmarked, cell.public, cell.is_root_observation, cell.total_cost, cell.input_price, cell.output_price, cell.total_price, cell.prompt_version, cell.latency, cell.time_to_first_token,
      cell.tags, cell.tool_calls, cell.tool_call_names], lambda l: l IS NULL OR is_value(l))), false) AS is_same
FROM written;
