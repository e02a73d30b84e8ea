/**
 * The views that detectors written in SQL may read, and no others: what they hold, column by column. Owns their text;
 * they are woven into a query as common table expressions, so that they hold the sessions at hand alone.
 */
import { contextTokens } from '../trajectory/context-tokens';

interface SignalColumn {
  name: string;
  sql: string;
  meaning: string;
  /** What has to be joined for it; leaves every row there is, once. */
  join?: string;
}

export interface SignalView {
  name: string;
  /** What a row is. */
  grain: string;
  columns: readonly SignalColumn[];
  from: string;
}

const column = (name: string, meaning: string, sql = name, join?: string): SignalColumn => ({
  name,
  meaning,
  sql,
  ...(join !== undefined && { join }),
});

const ofSession = 'JOIN session AS x ON x.session_id = s.session_id';
const ofCall = 'LEFT JOIN call_detail AS c ON c.session_id = s.session_id AND c.span_id = s.span_id';

export const signalViews: readonly SignalView[] = [
  {
    name: 'spans',
    grain: 'one row per span: a message, a model call, a tool call, an event',
    from: 'span AS s',
    columns: [
      column('session_id', 'session it belongs to', 's.session_id'),
      column('span_id', 'its id, unique within the session', 's.span_id'),
      column('position', '0-based place in the session', 's.position'),
      column('turn_no', 'turn it belongs to, 1-based; 0 before the first', 's.turn_no'),
      column('kind', 'user, llm, tool, retrieval, memory, event, system …', 's.kind'),
      column('origin', 'of user messages: human, simulated, harness, agent or command', 's.origin'),
      column('pillar', 'llm, memory, tools or environment', 's.pillar'),
      column('name', 'name the source gives it', 's.name'),
      column('operation', 'operation the source gives it', 's.operation'),
      column('tool_name', 'tool that was called', 's.tool_name'),
      column('tool_call_id', 'id of the call', 's.tool_call_id'),
      column('parent_span_id', 'span it belongs under', 's.parent_span_id'),
      column('trace_id', 'trace it belongs to', 's.trace_id'),
      column('agent_id', 'sub-agent; null for the main agent', 's.agent_id'),
      column('model', 'model of a call', 's.model'),
      column('status', 'ok, error, unset, interrupted or rejected', 's.status'),
      column('status_message', 'what the source says of the status', 's.status_message'),
      column('error_type', 'kind of error', 's.error_type'),
      column('finish_reason', 'why a model call ended, where the source says', 'c.finish_reason', ofCall),
      column('start_ms', 'epoch milliseconds', 's.start_ns / 1e6'),
      column('end_ms', 'epoch milliseconds', 's.end_ns / 1e6'),
      column(
        'duration_ms',
        'milliseconds; null where unknown',
        'CASE WHEN s.end_ns >= s.start_ns THEN (s.end_ns - s.start_ns) / 1e6 END',
      ),
      column('text', 'first 2,000 characters of the text or the tool result', 's.text_head'),
      column('text_length', 'characters of the whole text', 's.text_length'),
      column('input', 'first 1,000 characters of the arguments', 's.input_head'),
      column('call_hash', 'equal for calls of one tool with the same arguments', 's.call_hash'),
      column('input_tokens', 'tokens', 's.input_tokens'),
      column('output_tokens', 'tokens', 's.output_tokens'),
      column('context_tokens', 'tokens in the context window of a model call', contextTokens, ofSession),
      column('cost_usd', 'US dollars', 's.cost_usd'),
      column('is_rewound', 'on a branch the user left', 's.is_rewound'),
    ],
  },
  {
    name: 'turns',
    grain: 'one row per turn: a user message and all that follows until the next',
    from: 'turn AS s',
    columns: [
      column('session_id', 'session it belongs to', 's.session_id'),
      column('turn_no', '1-based', 's.turn_no'),
      column('user_span_id', 'span of the user message', 's.user_span_id'),
      column('user_text', 'first 2,000 characters of the user message', 's.user_text'),
      column('first_position', 'place of its first span', 's.first_position'),
      column('last_position', 'place of its last span', 's.last_position'),
      column('start_ms', 'epoch milliseconds', 's.start_ns / 1e6'),
      column('duration_ms', 'milliseconds', '(s.end_ns - s.start_ns) / 1e6'),
      column('span_count', 'spans', 's.span_count'),
      column('tool_call_count', 'tool calls', 's.tool_call_count'),
      column('tool_error_count', 'tool calls with status error', 's.tool_error_count'),
    ],
  },
  {
    name: 'sessions',
    grain: 'one row per session',
    from: 'session AS s',
    columns: [
      column('session_id', 'its id', 's.session_id'),
      column('format', 'format of its source', 's.format'),
      column('agent_name', 'agent', 's.agent_name'),
      column('agent_version', 'version of the agent', 's.agent_version'),
      column('model', 'model used most', 's.model'),
      column('feature', 'feature', 's.feature'),
      column('cohort', 'cohort', 's.cohort'),
      column('user_id', 'user', 's.user_id'),
      column('start_ms', 'epoch milliseconds', 's.start_ns / 1e6'),
      column('duration_ms', 'milliseconds', '(s.end_ns - s.start_ns) / 1e6'),
      column('turn_count', 'turns', 's.turn_count'),
      column('span_count', 'spans', 's.span_count'),
      column('tool_call_count', 'tool calls', 's.tool_call_count'),
      column('tool_error_count', 'tool calls with status error', 's.tool_error_count'),
      column('input_tokens', 'tokens', 's.input_tokens'),
      column('output_tokens', 'tokens', 's.output_tokens'),
      column('cost_usd', 'US dollars', 's.cost_usd'),
    ],
  },
  {
    name: 'labels',
    grain: 'one row per label, score or feedback that the export carries',
    from: 'label AS s',
    columns: [
      column('session_id', 'session it belongs to', 's.session_id'),
      column('span_id', 'span it belongs to; null for the session', 's.span_id'),
      column('name', 'name of the label', 's.name'),
      column('kind', 'score, feedback, correction, failure or outcome', 's.kind'),
      column('annotator_kind', 'human, llm, code or unknown', 's.annotator_kind'),
      column('value', 'as a number', 's.value'),
      column('text', 'as text', 's.text'),
    ],
  },
];

/**
 * The views as common table expressions; with `only`, a condition on s.session_id. With `text` they have the columns alone that are
 * named there, so that nothing is joined or read for the others.
 */
export function viewExpressions(only: string | null, text: string | null = null): string {
  const words = text === null ? null : new Set(text.match(/\w+/g));
  return signalViews
    .map((view) => {
      const columns = view.columns.filter(({ name }) => words?.has(name) ?? true);
      const select = columns.map((one) => `${one.sql} AS ${one.name}`).join(', ') || 'NULL AS nothing';
      const joins = [...new Set(columns.flatMap(({ join }) => join ?? []))];
      const from = [view.from, ...joins].join(' ');
      return `${view.name} AS NOT MATERIALIZED (SELECT ${select} FROM ${from}${only === null ? '' : ` WHERE ${only}`})`;
    })
    .join(',\n');
}
