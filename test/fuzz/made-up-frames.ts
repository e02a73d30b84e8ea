/** Made-up spans as Phoenix's frame of spans in Parquet: dotted columns, messages as lists of structs, and what may be odd with a row. */
import { rmSync, writeFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { random } from './intake-harness';
import type { MadeSpan } from './made-up-spans';

type Random = ReturnType<typeof random>;
type Row = Record<string, unknown>;

interface Part {
  type: string;
  content?: string;
  id?: string;
  name?: string;
  arguments?: unknown;
  response?: string;
}

const MESSAGES = `STRUCT("message.role" VARCHAR, "message.content" VARCHAR, "message.tool_calls" STRUCT("tool_call.id" VARCHAR, "tool_call.function.name" VARCHAR,
  "tool_call.function.arguments" VARCHAR)[], "message.tool_call_id" VARCHAR, "message.contents" STRUCT("message_content.type" VARCHAR, "message_content.text" VARCHAR)[])[]`;

const COLUMNS: Readonly<Record<string, string>> = {
  name: 'VARCHAR',
  span_kind: 'VARCHAR',
  parent_id: 'VARCHAR',
  start_time: 'TIMESTAMPTZ',
  end_time: 'TIMESTAMPTZ',
  status_code: 'VARCHAR',
  status_message: 'VARCHAR',
  events: 'STRUCT("name" VARCHAR, "timestamp" VARCHAR, attributes STRUCT("exception.message" VARCHAR))[]',
  'context.span_id': 'VARCHAR',
  'context.trace_id': 'VARCHAR',
  'attributes.session.id': 'VARCHAR',
  'attributes.llm.input_messages': MESSAGES,
  'attributes.llm.output_messages': MESSAGES,
  'attributes.input.value': 'VARCHAR',
  'attributes.output.value': 'VARCHAR',
  'attributes.llm.model_name': 'VARCHAR',
  'attributes.llm.token_count.prompt': 'BIGINT',
  'attributes.llm.token_count.completion': 'DOUBLE',
  'attributes.tool.name': 'VARCHAR',
  'attributes.agent.name': 'VARCHAR',
  'attributes.app.share': 'DOUBLE',
  'attributes.app.small': 'FLOAT',
  'attributes.app.flag': 'BOOLEAN',
  'attributes.app.count': 'INTEGER',
  'attributes.app.price': 'DECIMAL(10,3)',
  'attributes.app.seen': 'TIMESTAMP',
  'attributes.app.words': 'VARCHAR[]',
  'attributes.app.numbers': 'DOUBLE[]',
  'attributes.app.pairs': 'MAP(VARCHAR, INTEGER)',
  'attributes.url': 'STRUCT("full" VARCHAR, path VARCHAR)',
  'attributes.metadata': 'STRUCT(step INTEGER, note VARCHAR, deep STRUCT(x VARCHAR))',
  'eval.good.score': 'DOUBLE',
  seen_at: 'DATE',
};

function message(one: { role: string; parts?: Part[]; content?: unknown }, r: Random): Row {
  const parts = one.parts ?? [{ type: 'text', content: typeof one.content === 'string' ? one.content : '' }];
  const texts = parts.flatMap(({ type, content }) => (type === 'text' ? [content ?? ''] : []));
  const calls = parts.filter(({ type }) => type === 'tool_call');
  const answer = parts.find(({ type }) => type === 'tool_call_response');
  const inParts = texts.length > 0 && r.below(4) === 0;
  return {
    'message.role': one.role,
    'message.content': answer?.response ?? (inParts ? null : (texts[0] ?? null)),
    'message.tool_calls':
      calls.length === 0
        ? null
        : calls.map((call) => ({
            'tool_call.id': call.id,
            'tool_call.function.name': call.name,
            'tool_call.function.arguments': JSON.stringify(call.arguments),
          })),
    'message.tool_call_id': answer?.id ?? null,
    'message.contents': inParts
      ? texts.map((text) => ({ 'message_content.type': 'text', 'message_content.text': text }))
      : null,
  };
}

function messages(json: unknown, r: Random): Row[] | null {
  if (typeof json !== 'string') return null;
  try {
    const list = JSON.parse(json) as unknown;
    return Array.isArray(list)
      ? (list as Parameters<typeof message>[0][]).map((one) => message(one, r))
      : null;
  } catch {
    return null;
  }
}

const firstMessage = (row: Row): Row | undefined =>
  (row['attributes.llm.input_messages'] as Row[] | null)?.[0];

/** What may be odd with a row. */
const ROW_ODDITIES: ((row: Row) => unknown)[] = [
  (row) => (row['parent_id'] = 'None'),
  (row) => (row['parent_id'] = 'nan'),
  (row) => (row['parent_id'] = ''),
  (row) => (row['start_time'] = null),
  (row) => (row['end_time'] = null),
  (row) => (row['name'] = null),
  (row) => (row['span_kind'] = null),
  (row) => (row['span_kind'] = 'UNKNOWN'),
  (row) => (row['span_kind'] = 'EVALUATOR'),
  (row) => (row['span_kind'] = 'RETRIEVER'),
  (row) => (row['status_code'] = 'UNSET'),
  (row) => (row['status_code'] = 'STATUS_CODE_ERROR'),
  (row) => (row['status_code'] = '2'),
  (row) => (row['status_message'] = 'it broke'),
  (row) => (row['context.trace_id'] = null),
  (row) => (row['context.span_id'] = null),
  (row) => (row['context.span_id'] = 'Not hex'),
  (row) =>
    (row['events'] = [{ name: 'exception', timestamp: null, attributes: { 'exception.message': 'broken' } }]),
  (row) => (row['eval.good.score'] = 0.5),
  (row) => (row['attributes.app.share'] = 0.1 + 0.2),
  (row) => (row['attributes.app.share'] = 1e300),
  (row) => (row['attributes.app.share'] = 1e-9),
  (row) => (row['attributes.app.share'] = -0),
  (row) => (row['attributes.app.share'] = 3),
  (row) => (row['attributes.app.share'] = 'NaN'),
  (row) => (row['attributes.app.share'] = '-Infinity'),
  (row) => (row['attributes.app.small'] = 0.1),
  (row) => (row['attributes.app.small'] = 0.5),
  (row) => (row['attributes.app.flag'] = true),
  (row) => (row['attributes.app.count'] = -4),
  (row) => (row['attributes.app.price'] = 12.5),
  (row) => (row['attributes.app.seen'] = '2026-03-04 05:06:07.080900'),
  (row) => (row['attributes.app.words'] = ['a', 'ä"b']),
  (row) => (row['attributes.app.words'] = ['a', null]),
  (row) => (row['attributes.app.words'] = []),
  (row) => (row['attributes.app.numbers'] = [1, 2.5, null]),
  (row) => (row['attributes.app.pairs'] = { a: 1, b: null }),
  (row) => (row['attributes.url'] = { full: 'https://example.org/x', path: null }),
  (row) => (row['attributes.metadata'] = { step: 1, note: null, deep: null }),
  (row) => (row['attributes.metadata'] = { step: null, note: 'n', deep: { x: 'y' } }),
  (row) => (row['seen_at'] = '2026-02-03'),
  (row) => (row['attributes.input.value'] = 'a\u0007b and a\u0000c'),
  (row) => (row['attributes.input.value'] = '{"text":"\\u0041 \u2028 NaN"}'),
  (row) => (row['attributes.input.value'] = `${'{"a":['.repeat(120)}1${']}'.repeat(120)}`),
  (row) => (row['attributes.output.value'] = 'x[0 '.repeat(300)),
  (row) => (row['attributes.output.value'] = '[{"a":[]}] '.repeat(300)),
  (row) => (row['attributes.output.value'] = ''),
  (row) => (row['attributes.llm.token_count.prompt'] = '9007199254740993'),
  (row) => (row['attributes.llm.token_count.completion'] = 7.5),
  (row) => (row['attributes.llm.input_messages'] = []),
  (row) => (row['attributes.llm.input_messages'] = [null]),
  (row) => Object.assign(firstMessage(row) ?? {}, { 'message.role': null }),
  (row) => Object.assign(firstMessage(row) ?? {}, { 'message.content': null, 'message.role': null }),
  (row) => Object.assign(firstMessage(row) ?? {}, { 'message.content': '[{"type":"text","text":"x"}]' }),
  (row) =>
    Object.assign(firstMessage(row) ?? {}, {
      'message.tool_calls': [{ 'tool_call.id': null, 'tool_call.function.name': 'lookup' }, null],
    }),
  (row) =>
    (row['attributes.llm.output_messages'] = Array.from({ length: 9 }, () => ({
      'message.role': 'assistant',
      'message.content': 'bit',
    }))),
];

const KINDS: ReadonlyMap<unknown, string> = new Map([
  ['chat', 'LLM'],
  ['execute_tool', 'TOOL'],
  ['invoke_agent', 'AGENT'],
]);

const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null);

function rowOf(span: MadeSpan, oddity: number): Row {
  const r = random(parseInt(span.id.slice(0, 7), 16) || 1);
  const { attributes } = span;
  const row: Row = {
    name: span.name,
    span_kind: KINDS.get(attributes['gen_ai.operation.name']) ?? 'CHAIN',
    parent_id: span.parent,
    start_time: new Date(span.start).toISOString(),
    end_time: new Date(span.end).toISOString(),
    status_code: span.status?.code === 2 ? 'ERROR' : 'OK',
    status_message: span.status?.message ?? '',
    'context.span_id': span.id,
    'context.trace_id': span.trace,
    'attributes.session.id': attributes['gen_ai.conversation.id'] ?? null,
    'attributes.llm.input_messages': messages(attributes['gen_ai.input.messages'], r),
    'attributes.llm.output_messages': messages(attributes['gen_ai.output.messages'], r),
    'attributes.input.value':
      attributes['gen_ai.input.messages'] ?? attributes['gen_ai.tool.call.arguments'] ?? null,
    'attributes.output.value':
      attributes['gen_ai.output.messages'] ?? attributes['gen_ai.tool.call.result'] ?? null,
    'attributes.llm.model_name': attributes['gen_ai.request.model'] ?? null,
    'attributes.llm.token_count.prompt': numberOrNull(attributes['gen_ai.usage.input_tokens']),
    'attributes.llm.token_count.completion': numberOrNull(attributes['gen_ai.usage.output_tokens']),
    'attributes.tool.name': attributes['gen_ai.tool.name'] ?? null,
    'attributes.agent.name': attributes['gen_ai.agent.name'] ?? null,
  };
  if (r.below(oddity) === 0) r.pick(ROW_ODDITIES)(row);
  return row;
}

/** Writes the spans of turns as Parquet in several row groups; one row in `oddity` is odd. `extra`: SQL for a column more. */
export async function writeFrame(
  path: string,
  turns: readonly (readonly MadeSpan[])[],
  oddity: number,
  extra = '',
): Promise<string> {
  const lines = `${path}.rows`;
  const rows = turns.flatMap((spans) => spans.map((span) => JSON.stringify(rowOf(span, oddity))));
  writeFileSync(lines, rows.join('\n'));
  const columns = Object.entries(COLUMNS).map(([name, type]) => `'${name}': '${type}'`);
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`SET TimeZone = 'UTC'`).catch(() => undefined);
  await connection.run(
    `COPY (SELECT *${extra} FROM read_json('${lines}', format = 'newline_delimited', columns = {${columns.join(', ')}})) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`,
  );
  connection.closeSync();
  rmSync(lines);
  return path;
}
