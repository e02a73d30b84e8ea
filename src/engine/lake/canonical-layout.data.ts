/** The canonical datasets column by column: what `faultline extract` writes and what docs/canonical-schema.md says. */
export interface CanonicalDataset {
  /** Folder below the extract, and the stem of the table's name. */
  name: 'span' | 'turn' | 'session' | 'finding';
  grain: string;
  /** Column, DuckDB type, and what it says, in order. */
  columns: readonly (readonly [name: string, type: string, meaning: string])[];
}

/** The columns of the folders, outermost first. A session lies in one partition as a whole. */
export const partitionColumns = [
  ['date', 'VARCHAR', 'day of the session’s first span in UTC, `YYYY-MM-DD`'],
  [
    'source',
    'VARCHAR',
    'where the session came from: the service of its first span; letters, digits, `_`, `.` and `-`',
  ],
] as const;

const SESSION = ['session_id', 'VARCHAR', 'the session'] as const;
const SPAN = ['span_id', 'VARCHAR', 'the span; unique within its session'] as const;
const TURN = ['turn_no', 'BIGINT', 'turn of the session, 1-based; 0 before the first user message'] as const;

export const canonicalDatasets: readonly CanonicalDataset[] = [
  {
    name: 'span',
    grain:
      'one row per span: a model call, a tool call, a retrieval, a message of a user; sorted by session and sequence',
    columns: [
      SESSION,
      SPAN,
      ['source_id', 'VARCHAR', 'the source file; null in an extract, where the Parquet file is the source'],
      ['line', 'BIGINT', 'line in the source; null in an extract, where it is the row of the Parquet file'],
      ['seq', 'DOUBLE', 'order of emission within the import; in an extract the place in the session'],
      [
        'order_by_time',
        'BOOLEAN',
        'whether times order the spans, or `seq` alone does; true where it is absent',
      ],
      [
        'has_session_id',
        'BOOLEAN',
        'whether the source names the session, or the trace stands for it; true where it is absent',
      ],
      ['parent_span_id', 'VARCHAR', 'the span it is part of'],
      ['trace_id', 'VARCHAR', 'the trace'],
      [
        'kind',
        'VARCHAR',
        'user, llm, tool, retrieval, embedding, memory, agent, chain, guardrail, environment, event or system',
      ],
      [
        'origin',
        'VARCHAR',
        'of kind user: human, simulated, harness, agent or command; only the first two open a turn',
      ],
      ['name', 'VARCHAR', 'name, as the source has it'],
      ['operation', 'VARCHAR', 'operation, as the source names it'],
      ['tool_name', 'VARCHAR', 'tool that was called'],
      ['tool_call_id', 'VARCHAR', 'id of the call, as the model gave it'],
      ['agent_name', 'VARCHAR', 'agent, as the source names it'],
      ['agent_version', 'VARCHAR', 'version of the agent'],
      ['agent_id', 'VARCHAR', 'sub-agent it belongs to; null for the main agent'],
      ['spawns_agent_id', 'VARCHAR', 'sub-agent that it started'],
      ['model', 'VARCHAR', 'model that answered, else the one asked for'],
      ['provider', 'VARCHAR', 'provider of the model'],
      ['start_ns', 'BIGINT', 'start, nanoseconds since 1970 in UTC'],
      ['end_ns', 'BIGINT', 'end, nanoseconds since 1970 in UTC'],
      ['status', 'VARCHAR', 'ok, error, unset, interrupted or rejected'],
      ['status_message', 'VARCHAR', 'what the status says'],
      ['error_type', 'VARCHAR', 'kind of error, as the source names it'],
      ['text', 'VARCHAR', 'readable text: what the user or the model said, what the tool returned'],
      ['input', 'VARCHAR', 'what went in, as the source has it'],
      ['output', 'VARCHAR', 'what came out, as the source has it'],
      ['attributes', 'VARCHAR', 'other attributes as a JSON object'],
      [
        'raw',
        'VARCHAR',
        'the record of the source; null in an extract, where trace and span id lead back to it',
      ],
      ['call_hash', 'VARCHAR', 'equal for calls of one tool with the same arguments'],
      ['input_tokens', 'BIGINT', 'tokens in'],
      ['output_tokens', 'BIGINT', 'tokens out'],
      ['cache_read_tokens', 'BIGINT', 'tokens read from a cache'],
      ['cache_write_tokens', 'BIGINT', 'tokens written to a cache'],
      ['reasoning_tokens', 'BIGINT', 'tokens spent on reasoning'],
      ['cost_usd', 'DOUBLE', 'cost in US dollars'],
      [
        'is_rewound',
        'BOOLEAN',
        'on a branch the user left by editing or rewinding; false where it is absent',
      ],
      [
        'is_derived',
        'BOOLEAN',
        'made of message histories, not a span of its own in the source; false where it is absent',
      ],
      ['user_id', 'VARCHAR', 'user, as the source names them'],
      ['feature', 'VARCHAR', 'feature or task, as the source names it'],
      ['cohort', 'VARCHAR', 'cohort, as the source names it'],
      ['environment', 'VARCHAR', 'deployment, such as production'],
      ['tags', 'VARCHAR', 'tags as a JSON list'],
    ],
  },
  {
    name: 'turn',
    grain: 'one row per turn of a session: a user message and all that follows until the next',
    columns: [
      SESSION,
      TURN,
      ['user_span_id', 'VARCHAR', 'span of the user message'],
      ['user_text', 'VARCHAR', 'its text'],
      ['start_ns', 'BIGINT', 'start, nanoseconds since 1970 in UTC'],
      ['end_ns', 'BIGINT', 'last end, nanoseconds since 1970 in UTC'],
      ['span_count', 'BIGINT', 'spans'],
      ['tool_call_count', 'BIGINT', 'tool calls'],
      ['tool_error_count', 'BIGINT', 'tool calls that failed'],
    ],
  },
  {
    name: 'session',
    grain: 'one row per session',
    columns: [
      SESSION,
      ['title', 'VARCHAR', 'its first user message, at most 200 characters'],
      ['agent_name', 'VARCHAR', 'agent, as the source names it'],
      ['model', 'VARCHAR', 'model of its first model call'],
      ['user_id', 'VARCHAR', 'user, as the source names them'],
      ['start_ns', 'BIGINT', 'start, nanoseconds since 1970 in UTC'],
      ['end_ns', 'BIGINT', 'last end, nanoseconds since 1970 in UTC'],
      ['turn_count', 'BIGINT', 'turns'],
      ['span_count', 'BIGINT', 'spans'],
      ['llm_call_count', 'BIGINT', 'model calls'],
      ['tool_call_count', 'BIGINT', 'tool calls'],
      ['tool_error_count', 'BIGINT', 'tool calls that failed'],
      ['input_tokens', 'BIGINT', 'tokens in'],
      ['output_tokens', 'BIGINT', 'tokens out'],
      ['cost_usd', 'DOUBLE', 'cost in US dollars'],
    ],
  },
  {
    name: 'finding',
    grain: 'one row per finding; an extract holds those that need no more than SQL, which are failed spans',
    columns: [
      ['finding_id', 'VARCHAR', 'the finding'],
      ['signal', 'VARCHAR', 'what fired; `failed-tool-call` and `failed-span` in an extract'],
      ['detector_version', 'VARCHAR', 'version of what found it'],
      SESSION,
      TURN,
      ['span_id', 'VARCHAR', 'the span that is its evidence'],
      ['reason', 'VARCHAR', 'why it fired, in a sentence'],
      ['severity', 'BIGINT', '1 notice to 4 critical'],
      ['pillar', 'VARCHAR', 'llm, memory, tools or environment'],
    ],
  },
];
