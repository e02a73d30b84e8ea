/**
 * Trace exports made up for measuring, the same at every run: conversations of a support agent with growing message
 * histories, tools and failures, as OTLP lines, flat span lines, OpenInference Parquet and coding-agent transcripts.
 */
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const WORDS =
  'order refund address invoice parcel please check again the a to was not delivered yesterday customer account number change cancel status update late wrong item colour size return label email phone'.split(
    ' ',
  );
const COMPLAINTS = ['no, that is wrong', 'I asked for something else', 'you did it again', 'stop, undo that'];
const TOOLS = ['lookup_order', 'issue_refund', 'update_address', 'search_help'];
const START_MS = 1_780_000_000_000;

/** Repeatable randomness (mulberry32): whole numbers below a limit. */
function random(seed) {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  };
}

function sentence(below, words) {
  return Array.from({ length: words }, () => WORDS[below(WORDS.length)]).join(' ');
}

const hex = (below, digits) =>
  Array.from({ length: digits / 4 }, () => below(65_536).toString(16).padStart(4, '0')).join('');
const text = (role, content) => ({ role, parts: [{ type: 'text', content }] });

/** One turn as spans: the agent, a call that asks for a tool, the tool, a call that answers. */
function turnSpans(below, session, history, startMs) {
  const traceId = hex(below, 32);
  const [agent, first, tool, second] = Array.from({ length: 4 }, () => hex(below, 16));
  const callId = `call_${hex(below, 12)}`;
  const toolName = TOOLS[below(TOOLS.length)];
  const failed = below(12) === 0;
  const said =
    below(6) === 0 && history.length > 0 ? COMPLAINTS[below(COMPLAINTS.length)] : sentence(below, 14);
  history.push(text('user', said));
  const call = {
    type: 'tool_call',
    id: callId,
    name: toolName,
    arguments: { order: below(90_000), note: sentence(below, 4) },
  };
  const result = failed ? `error: ${sentence(below, 6)}` : sentence(below, 30);
  const asked = JSON.stringify(history);
  const wants = { role: 'assistant', parts: [call] };
  history.push(wants, {
    role: 'tool',
    parts: [{ type: 'tool_call_response', id: callId, response: result }],
  });
  const answered = JSON.stringify(history);
  const answer = text('assistant', sentence(below, 24));
  history.push(answer);
  const model = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'acme',
    'gen_ai.request.model': 'acme-large',
  };
  const own = { traceId, session };
  const usage = () => ({
    'gen_ai.usage.input_tokens': 200 + below(4000),
    'gen_ai.usage.output_tokens': 20 + below(300),
  });
  const base = { 'gen_ai.conversation.id': session, 'app.region': WORDS[below(4)] };
  return [
    {
      ...own,
      id: agent,
      parent: null,
      name: 'invoke_agent helper',
      start: startMs,
      end: startMs + 5000,
      attributes: { ...base, 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'helper' },
    },
    {
      ...own,
      id: first,
      parent: agent,
      name: 'chat acme-large',
      start: startMs + 10,
      end: startMs + 1500,
      attributes: {
        ...base,
        ...model,
        ...usage(),
        'gen_ai.input.messages': asked,
        'gen_ai.output.messages': JSON.stringify([{ ...wants, finish_reason: 'tool_call' }]),
      },
    },
    {
      ...own,
      id: tool,
      parent: agent,
      name: `execute_tool ${toolName}`,
      start: startMs + 1510,
      end: startMs + 2200,
      failed,
      attributes: {
        ...base,
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': toolName,
        'gen_ai.tool.call.id': callId,
        'gen_ai.tool.call.arguments': JSON.stringify(call.arguments),
        'gen_ai.tool.call.result': result,
        ...(failed ? { 'error.type': 'tool_error' } : {}),
      },
    },
    {
      ...own,
      id: second,
      parent: agent,
      name: 'chat acme-large',
      start: startMs + 2210,
      end: startMs + 4900,
      attributes: {
        ...base,
        ...model,
        ...usage(),
        'gen_ai.input.messages': answered,
        'gen_ai.output.messages': JSON.stringify([{ ...answer, finish_reason: 'stop' }]),
      },
    },
  ];
}

const TURNS = 3;

/**
 * Calls `take` with the spans of one turn after another, about `count` spans in all. The same seed and prefix give the same sessions
 * from the first on, whatever the count; `from` leaves out those before, so that a file is not the beginning of another.
 */
function eachTurn(count, take, { seed = 7, prefix = 'session', from = 0 } = {}) {
  const below = random(seed);
  for (let made = 0, session = 0; made < count; session++) {
    const history = [];
    for (let turn = 0; turn < TURNS && made < count; turn++) {
      const spans = turnSpans(
        below,
        `${prefix}-${session}`,
        history,
        START_MS + session * 1000 + turn * 60_000,
      );
      if (session >= from) take(spans);
      made += spans.length;
    }
  }
}

/** A file written line by line, in blocks. */
class LineFile {
  #file;
  #lines = [];
  #size = 0;

  constructor(path) {
    this.#file = openSync(path, 'w');
  }

  add(value) {
    const line = `${JSON.stringify(value)}\n`;
    this.#lines.push(line);
    this.#size += line.length;
    if (this.#size > 1 << 20) this.#flush();
  }

  close() {
    this.#flush();
    closeSync(this.#file);
  }

  #flush() {
    writeSync(this.#file, this.#lines.join(''));
    this.#lines = [];
    this.#size = 0;
  }
}

const nanos = (ms) => `${ms}000000`;
const anyValue = (value) =>
  typeof value === 'number' ? { intValue: String(value) } : { stringValue: value };

/** OTLP JSON, a turn a line. */
export function writeOtlpLines(path, count) {
  const file = new LineFile(path);
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'support' } }] };
  eachTurn(count, (spans) => {
    const written = spans.map((span) => ({
      traceId: span.traceId,
      spanId: span.id,
      ...(span.parent === null ? {} : { parentSpanId: span.parent }),
      name: span.name,
      kind: 1,
      startTimeUnixNano: nanos(span.start),
      endTimeUnixNano: nanos(span.end),
      attributes: Object.entries(span.attributes).map(([key, value]) => ({ key, value: anyValue(value) })),
      status: span.failed ? { code: 2, message: 'tool failed' } : {},
    }));
    file.add({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'helper' }, spans: written }] }] });
  });
  file.close();
  return path;
}

/** Spans with flat attributes, one a line; another seed and prefix make other sessions (see eachTurn). */
export function writeFlatLines(path, count, sessions) {
  const file = new LineFile(path);
  const add = (spans) => {
    for (const span of spans)
      file.add({
        trace_id: span.traceId,
        span_id: span.id,
        parent_span_id: span.parent,
        name: span.name,
        start_time: new Date(span.start).toISOString(),
        end_time: new Date(span.end).toISOString(),
        status: { code: span.failed ? 'ERROR' : 'OK' },
        attributes: span.attributes,
        resource: { 'service.name': 'support' },
      });
  };
  eachTurn(count, add, sessions);
  file.close();
  return path;
}

/** OpenInference columns as Phoenix writes them, out of the same spans. */
export async function writeParquet(path, count) {
  const lines = `${path}.jsonl`;
  const file = new LineFile(lines);
  eachTurn(count, (spans) => {
    for (const span of spans) file.add(openInferenceRow(span));
  });
  file.close();
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(
    `COPY (SELECT * REPLACE (start_time::TIMESTAMPTZ AS start_time, end_time::TIMESTAMPTZ AS end_time)
      FROM read_json('${lines}', format = 'newline_delimited')) TO '${path}' (FORMAT parquet, COMPRESSION zstd)`,
  );
  connection.closeSync();
  instance.closeSync();
  rmSync(lines);
  return path;
}

function openInferenceRow({ attributes, ...span }) {
  const kinds = { invoke_agent: 'AGENT', chat: 'LLM', execute_tool: 'TOOL' };
  const arguments_ = attributes['gen_ai.tool.call.arguments'] ?? null;
  return {
    name: span.name,
    span_kind: kinds[attributes['gen_ai.operation.name']],
    parent_id: span.parent,
    start_time: new Date(span.start).toISOString(),
    end_time: new Date(span.end).toISOString(),
    status_code: span.failed ? 'ERROR' : 'OK',
    status_message: span.failed ? 'tool failed' : '',
    'context.span_id': span.id,
    'context.trace_id': span.traceId,
    'attributes.session.id': span.session,
    'attributes.input.value': attributes['gen_ai.input.messages'] ?? arguments_,
    'attributes.output.value':
      attributes['gen_ai.output.messages'] ?? attributes['gen_ai.tool.call.result'] ?? null,
    'attributes.llm.model_name': attributes['gen_ai.request.model'] ?? null,
    'attributes.llm.token_count.prompt': attributes['gen_ai.usage.input_tokens'] ?? null,
    'attributes.llm.token_count.completion': attributes['gen_ai.usage.output_tokens'] ?? null,
    'attributes.tool.name': attributes['gen_ai.tool.name'] ?? null,
  };
}

/** Transcripts of a coding agent: `files` of them with about `count` lines in all. */
export function writeTranscripts(folder, files, count) {
  mkdirSync(folder);
  const below = random(11);
  const turns = Math.max(1, Math.round(count / files / 4));
  for (let i = 0; i < files; i++)
    writeTranscript(join(folder, `session-${i}.jsonl`), below, `transcript-${i}`, turns);
  return folder;
}

function writeTranscript(path, below, sessionId, turns) {
  const file = new LineFile(path);
  let previous = null;
  let at = START_MS;
  const add = (type, message, more = {}) => {
    const uuid = `${hex(below, 8)}-${hex(below, 12)}`;
    at += 1000;
    file.add({
      parentUuid: previous,
      isSidechain: false,
      sessionId,
      uuid,
      type,
      timestamp: new Date(at).toISOString(),
      cwd: '/home/user/project',
      version: '2.0.0',
      message,
      ...more,
    });
    previous = uuid;
  };
  const assistant = (content) => ({
    id: `msg_${hex(below, 12)}`,
    role: 'assistant',
    model: 'acme-coder',
    content,
    usage: { input_tokens: below(9000), output_tokens: below(900) },
  });
  for (let turn = 0; turn < turns; turn++) {
    const id = `toolu_${hex(below, 12)}`;
    add('user', {
      role: 'user',
      content: below(6) === 0 ? COMPLAINTS[below(COMPLAINTS.length)] : sentence(below, 20),
    });
    add(
      'assistant',
      assistant([
        { type: 'tool_use', id, name: 'Bash', input: { command: `grep -rn ${sentence(below, 2)} src` } },
      ]),
    );
    add('user', {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: id, content: sentence(below, 300), is_error: below(10) === 0 },
      ],
    });
    add('assistant', assistant([{ type: 'text', text: sentence(below, 60) }]));
  }
  file.close();
}
