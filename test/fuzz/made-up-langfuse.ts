/** Made-up spans as observations of Langfuse's blob-storage export, as lines and as Parquet, and what may be odd with a row. */
import { rmSync, writeFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { random } from './intake-harness';
import type { MadeSpan } from './made-up-spans';

type Random = ReturnType<typeof random>;
export type Row = Record<string, unknown>;

const TYPES: ReadonlyMap<unknown, string> = new Map([
  ['chat', 'GENERATION'],
  ['execute_tool', 'TOOL'],
  ['invoke_agent', 'AGENT'],
]);

const time = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').replace('Z', '250');

/** Messages as providers have them; one in parts stays so now and then. */
function provided(json: unknown, r: Random): unknown[] | null {
  if (typeof json !== 'string') return null;
  try {
    const list = JSON.parse(json) as unknown;
    if (!Array.isArray(list)) return null;
    return (list as { role: string; parts?: Record<string, unknown>[] }[]).map((one) => {
      const { role, parts } = one;
      if (!parts || r.below(8) === 0) return one;
      const calls = parts.filter(({ type }) => type === 'tool_call');
      const answer = parts.find(({ type }) => type === 'tool_call_response');
      if (answer) return { role: 'tool', tool_call_id: answer['id'], content: answer['response'] };
      const content = parts.flatMap((part) => (part['type'] === 'text' ? [part['content']] : [])).join('\n');
      if (calls.length === 0) return { role, content };
      return {
        role,
        content,
        tool_calls: calls.map(({ id, name, arguments: args }) => ({
          id,
          type: 'function',
          function: { name, arguments: JSON.stringify(args) },
        })),
      };
    });
  } catch {
    return null;
  }
}

function inputOf(messages: unknown[], r: Random): unknown {
  return r.pick([messages, messages, messages, { messages }, { model: 'm', messages, temperature: 0.5 }]);
}

function outputOf(messages: unknown[], r: Random): unknown {
  const choices = messages.map((message, index) => ({ index, message, finish_reason: 'stop' }));
  return messages.length === 1
    ? r.pick<unknown>([messages, messages[0], messages[0], { choices }])
    : messages;
}

const text = (value: unknown): string | null =>
  value === undefined || value === null ? null : typeof value === 'string' ? value : JSON.stringify(value);

/** What OpenTelemetry's spans have in their metadata. */
function metadataOf(attributes: Row, r: Random): Row {
  const rest = Object.fromEntries(
    Object.entries(attributes).filter(([key]) => !/messages$|call\.(arguments|result)$/.test(key)),
  );
  const scope = { name: 'made.up', version: '1', attributes: {} };
  const resource = { 'service.name': 'shop', 'service.version': '3' };
  const whole = r.below(2) === 0;
  return {
    ...(r.below(2) === 0 ? { attributes: whole ? rest : JSON.stringify(rest) } : {}),
    ...(r.below(3) === 0 ? { resourceAttributes: whole ? resource : JSON.stringify(resource), scope } : {}),
    ...(r.below(3) === 0 ? { tenant: 't-1', step: 3, 'is new': true } : {}),
  };
}

/** What may be odd with a row. */
const ODDITIES: ((row: Row) => unknown)[] = [
  (row) => (row['type'] = 'SPAN'),
  (row) => Object.assign(row, { type: 'SPAN', output: '{"tool_call_id":"c","content":"x"}' }),
  (row) => Object.assign(row, { type: 'SPAN', output: '{"generations":[[{"text":"x"}]]}' }),
  (row) =>
    Object.assign(row, { type: 'SPAN', input: '{"question":"where is it?"}', output: '{"answer":"here"}' }),
  (row) => Object.assign(row, { type: 'CHAIN', input: '[{"role":"user","content":"of the chain"}]' }),
  (row) => (row['type'] = 'EVALUATOR'),
  (row) => Object.assign(row, { type: 'RETRIEVER', output: '[{"text":"a document"},{"content":"another"}]' }),
  (row) => Object.assign(row, { type: 'RETRIEVER', output: 'a document' }),
  (row) => Object.assign(row, { type: 'EMBEDDING', output: '[0.1,0.2]' }),
  (row) => Object.assign(row, { type: 'GUARDRAIL', output: '{"passed":true}' }),
  (row) => Object.assign(row, { type: 'EVENT', end_time: null, output: 'it happened' }),
  (row) => (row['end_time'] = null),
  (row) => (row['type'] = 'generation'),
  (row) => (row['type'] = 'UNKNOWN'),
  (row) => (row['type'] = null),
  (row) => (row['name'] = null),
  (row) => (row['id'] = ''),
  (row) => (row['trace_id'] = null),
  (row) => (row['parent_observation_id'] = ''),
  (row) => (row['start_time'] = null),
  (row) => (row['level'] = 'warning'),
  (row) => Object.assign(row, { level: 'ERROR', status_message: '[Errno 2] no such file' }),
  (row) => (row['level'] = 'DEBUG'),
  (row) => (row['status_message'] = ''),
  (row) => (row['tags'] = ['feature: search ', 'b', 'Cohort:spring']),
  (row) => (row['tags'] = ['a,b', 'ä"\\']),
  (row) => (row['tags'] = ['']),
  (row) => (row['tags'] = ['feature:']),
  (row) => (row['release'] = ''),
  (row) => Object.assign(row, { release: null, version: '7' }),
  (row) => (row['user_id'] = '12345'),
  (row) => (row['user_id'] = '[1]'),
  (row) => (row['session_id'] = null),
  (row) => (row['input'] = ''),
  (row) => (row['input'] = null),
  (row) => (row['input'] = 'just a question?'),
  (row) => (row['input'] = ' padded'),
  (row) => (row['input'] = '{"messages":[{"role":"user","content":"hi"}],"system":"Be short."}'),
  (row) => (row['input'] = '{"messages":[]}'),
  (row) => (row['input'] = '{"messages":["hi",{"role":"user","content":"there"}]}'),
  (row) => (row['input'] = '{"messages":[{"role":"user","content":"hi"}],"messages":[]}'),
  (row) => (row['input'] = '{"messages":[{"role":"user","content":"hi"},]}'),
  (row) => (row['input'] = '{"role":"user","content":"alone"}'),
  (row) => (row['input'] = '{"prompt":"a prompt"}'),
  (row) => (row['input'] = '{"query":"asked","context":[1,2]}'),
  (row) => (row['input'] = '{"a":1}'),
  (row) => (row['input'] = '[{"role":"lookup","content":"who is this"}]'),
  (row) => (row['output'] = ''),
  (row) => (row['output'] = null),
  (row) => (row['output'] = '"quoted"'),
  (row) => (row['output'] = '{"answer":5}'),
  (row) => (row['output'] = '{"answer":5,}'),
  (row) => (row['output'] = '{"role":"critic","content":"too long"}'),
  (row) => (row['output'] = '{"role":"assistant","content":"","reasoning_content":"hm"}'),
  (row) =>
    (row['output'] =
      '{"role":"assistant","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}'),
  (row) =>
    (row['output'] =
      '{"role":"assistant","content":null,"tool_calls":[{"function":{"name":"look","arguments":"{}"}}]}'),
  (row) => (row['output'] = '{"completion":"done"}'),
  (row) => (row['output'] = `${'{"a":['.repeat(120)}1${']}'.repeat(120)}`),
  (row) =>
    Object.assign(row, {
      output: null,
      tool_call_names: ['look'],
      tool_calls: ['{"id":"c9","arguments":"{}"}'],
    }),
  (row) =>
    (row['usage_details'] = { input: 60, output: 10, input_cache_read: 30, output_reasoning: 5, total: 105 }),
  (row) => (row['usage_details'] = { input: 60, output: 10, cache_read_input_tokens: 30, total: 70 }),
  (row) => (row['usage_details'] = { input: 0, output: 0, total: 0 }),
  (row) => (row['usage_details'] = { prompt_tokens: 5, completionTokens: 7 }),
  (row) => Object.assign(row, { usage_details: { input: 5 }, type: 'EMBEDDING' }),
  (row) => Object.assign(row, { total_cost: 0, cost_details: { input: 0.5, total: 0.75 } }),
  (row) => (row['total_cost'] = 0.1 + 0.2),
  (row) => (row['total_cost'] = 1.25e-9),
  (row) => (row['latency'] = 1e-7),
  (row) => (row['latency'] = 0.000012),
  (row) => (row['prompt_name'] = ''),
  (row) => Object.assign(row, { prompt_name: 'greet', prompt_version: 3 }),
  (row) => (row['provided_model_name'] = ''),
  (row) => (row['bookmarked'] = null),
];

/** Oddities that only lines can have. */
const LINE_ODDITIES: ((row: Row) => unknown)[] = [
  (row) => (row['input'] = [{ role: 'user', content: 'as it is' }]),
  (row) => (row['output'] = { role: 'assistant', content: 'as it is' }),
  (row) => (row['output'] = 5),
  (row) => (row['metadata'] = '{"tenant":"t-2","feature":"search"}'),
  (row) => (row['metadata'] = 'no object'),
  (row) => (row['metadata'] = { 'session.id': 's', 7: 'seven' }),
  (row) =>
    (row['metadata'] = { attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm' } }),
  (row) => (row['metadata'] = { attributes: { 'metadata.tenant': 'x' }, tenant: 'y' }),
  (row) => (row['metadata'] = { attributes: { 'langfuse.latency': 5, '.cost': 3 } }),
  (row) => (row['metadata'] = { attributes: [], tags: ['x'] }),
  (row) => (row['metadata'] = { nested: { a: [1, { b: 2 }] } }),
  (row) => (row['metadata'] = { tags: 'x,y', cohort: ' spaced ' }),
  (row) => (row['metadata'] = { scope: 'made.up', resourceAttributes: '{"service.version":"9"}' }),
  (row) => (row['usage_details'] = '{"input":3,"output":"4"}'),
  (row) => (row['usage_details'] = { input: 1.5 }),
  (row) => (row['usage_details'] = { input: null, prompt_tokens: 6 }),
  (row) => (row['usage'] = { input: 9 }),
  (row) => (row['modelParameters'] = { a: 1 }),
  (row) => (row['model_parameters'] = '{"temperature":1}'),
  (row) => (row['model_parameters'] = [1, 2]),
  (row) => (row['tags'] = 'a,b'),
  (row) => (row['quality'] = [0.5]),
  (row) => (row['name'] = 7),
  (row) => delete row['parent_observation_id'],
  (row) => (row['start_time'] = '2026-09-22T10:00:00.123Z'),
  (row) => (row['start_time'] = '2026-09-22T10:00:00+02:00'),
  (row) => (row['start_time'] = '2026-02-30 10:00:00'),
  (row) => (row['total_cost'] = '0.0150'),
];

/** The rows of a turn; one in `oddity` is odd. */
export function observations(
  spans: readonly MadeSpan[],
  oddity: number,
  isTable = false,
  oddities = isTable ? ODDITIES : [...ODDITIES, ...LINE_ODDITIES],
): Row[] {
  return spans.map((span) => {
    const r = random(parseInt(span.id.slice(0, 7), 16) || 1);
    const { attributes } = span;
    const [asked, said] = ['input', 'output'].map((side) =>
      provided(attributes[`gen_ai.${side}.messages`], r),
    );
    const [tokens, written] = [
      attributes['gen_ai.usage.input_tokens'],
      attributes['gen_ai.usage.output_tokens'],
    ];
    const isCounted = typeof tokens === 'number' && typeof written === 'number' && written >= 0;
    const row: Row = {
      id: span.id,
      trace_id: span.trace,
      start_time: time(span.start),
      end_time: time(span.end),
      project_id: 'shop',
      parent_observation_id: span.parent,
      type: TYPES.get(attributes['gen_ai.operation.name']) ?? r.pick(['SPAN', 'CHAIN']),
      name: attributes['gen_ai.tool.name'] ?? span.name,
      level: span.status?.code === 2 ? 'ERROR' : 'DEFAULT',
      status_message: span.status?.message ?? null,
      version: null,
      environment: 'production',
      bookmarked: false,
      user_id: 'u-4',
      session_id: attributes['gen_ai.conversation.id'] ?? null,
      completion_start_time: null,
      input: asked ? JSON.stringify(inputOf(asked, r)) : text(attributes['gen_ai.tool.call.arguments']),
      output: said ? JSON.stringify(outputOf(said, r)) : text(attributes['gen_ai.tool.call.result']),
      metadata: metadataOf(attributes, r),
      provided_model_name: attributes['gen_ai.request.model'] ?? null,
      model_parameters: r.pick([null, { temperature: 0.2, max_tokens: 100 }]),
      usage_details: isCounted ? { input: tokens, output: written, total: tokens + written } : {},
      cost_details: isCounted ? { total: tokens / 1e6 } : {},
      total_cost: isCounted ? tokens / 1e6 : null,
      prompt_name: null,
      prompt_version: null,
      latency: (span.end - span.start) / 1000,
      tags: r.pick([[], ['feature:orders', 'x']]),
      release: '2026.9',
      trace_name: 'order',
      tool_calls: [],
      tool_call_names: [],
    };
    if (r.below(oddity) === 0) r.pick(oddities)(row);
    return row;
  });
}

const COLUMNS: Readonly<Record<string, string>> = {
  start_time: 'TIMESTAMP',
  end_time: 'TIMESTAMP',
  bookmarked: 'BOOLEAN',
  metadata: 'MAP(VARCHAR, VARCHAR)',
  usage_details: 'MAP(VARCHAR, UBIGINT)',
  cost_details: 'MAP(VARCHAR, DECIMAL(18, 12))',
  total_cost: 'DECIMAL(18, 12)',
  prompt_version: 'INTEGER',
  latency: 'DOUBLE',
  tags: 'VARCHAR[]',
  tool_calls: 'VARCHAR[]',
  tool_call_names: 'VARCHAR[]',
};

/** Writes rows as Parquet; `columns`: types of columns that are not as usual. */
export async function writeObservations(
  path: string,
  rows: readonly Row[],
  columns: Readonly<Record<string, string>> = {},
): Promise<string> {
  const lines = `${path}.rows`;
  writeFileSync(lines, rows.map((row) => JSON.stringify(row)).join('\n'));
  const types: Readonly<Record<string, string>> = { ...COLUMNS, ...columns };
  const list = Object.keys(rows[0] ?? {}).map((name) => `'${name}': '${types[name] ?? 'VARCHAR'}'`);
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(
    `COPY (SELECT * FROM read_json('${lines}', format = 'newline_delimited', columns = {${list.join(', ')}})) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`,
  );
  connection.closeSync();
  rmSync(lines);
  return path;
}
