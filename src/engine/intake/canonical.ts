/**
 * The canonical Parquet files of an import: the columns of `span.parquet`, in order, with their DuckDB types.
 * Owns the layout that intake writes and every later room reads; see docs/architecture.md.
 */

/** [column, DuckDB type] of span.parquet: one row per span; runs of rows are in order of session and sequence, or as their source has them (write-canonical.ts). */
export const spanColumns = [
  ['session_id', 'VARCHAR'],
  ['span_id', 'VARCHAR'],
  ['source_id', 'VARCHAR'],
  ['line', 'BIGINT'],
  ['seq', 'DOUBLE'],
  ['order_by_time', 'BOOLEAN'],
  ['has_session_id', 'BOOLEAN'],
  ['parent_span_id', 'VARCHAR'],
  ['trace_id', 'VARCHAR'],
  ['kind', 'VARCHAR'],
  ['origin', 'VARCHAR'],
  ['name', 'VARCHAR'],
  ['operation', 'VARCHAR'],
  ['tool_name', 'VARCHAR'],
  ['tool_call_id', 'VARCHAR'],
  ['agent_name', 'VARCHAR'],
  ['agent_version', 'VARCHAR'],
  ['agent_id', 'VARCHAR'],
  ['spawns_agent_id', 'VARCHAR'],
  ['model', 'VARCHAR'],
  ['provider', 'VARCHAR'],
  ['start_ns', 'BIGINT'],
  ['end_ns', 'BIGINT'],
  ['status', 'VARCHAR'],
  ['status_message', 'VARCHAR'],
  ['error_type', 'VARCHAR'],
  ['text', 'VARCHAR'],
  ['input', 'VARCHAR'],
  ['output', 'VARCHAR'],
  ['attributes', 'VARCHAR'],
  ['raw', 'VARCHAR'],
  ['call_hash', 'VARCHAR'],
  ['input_tokens', 'BIGINT'],
  ['output_tokens', 'BIGINT'],
  ['cache_read_tokens', 'BIGINT'],
  ['cache_write_tokens', 'BIGINT'],
  ['reasoning_tokens', 'BIGINT'],
  ['cost_usd', 'DOUBLE'],
  ['is_rewound', 'BOOLEAN'],
  ['is_derived', 'BOOLEAN'],
  ['user_id', 'VARCHAR'],
  ['feature', 'VARCHAR'],
  ['cohort', 'VARCHAR'],
  ['environment', 'VARCHAR'],
  ['tags', 'VARCHAR'],
] as const;

export const labelColumns = [
  ['label_id', 'VARCHAR'],
  ['source_id', 'VARCHAR'],
  ['line', 'BIGINT'],
  ['session_id', 'VARCHAR'],
  ['trace_id', 'VARCHAR'],
  ['span_id', 'VARCHAR'],
  ['name', 'VARCHAR'],
  ['kind', 'VARCHAR'],
  ['annotator_kind', 'VARCHAR'],
  ['annotator', 'VARCHAR'],
  ['value', 'DOUBLE'],
  ['text', 'VARCHAR'],
  ['explanation', 'VARCHAR'],
] as const;

export const rejectColumns = [
  ['source_id', 'VARCHAR'],
  ['line', 'BIGINT'],
  ['byte_offset', 'BIGINT'],
  ['reason', 'VARCHAR'],
  ['excerpt', 'VARCHAR'],
] as const;

/** Columns that hold whole texts. Until the spans are written, they stay in files beside the tables. */
export const WIDE_COLUMNS = ['text', 'input', 'output', 'attributes', 'raw'] as const;

/** Version of the layout, written to manifest.json; raised with every change of meaning. */
export const CANONICAL_VERSION = 1;
