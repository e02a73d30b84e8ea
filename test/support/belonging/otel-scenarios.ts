/** Scenarios in the formats of OpenTelemetry: spans and log records apart, resent spans, events of the client, ratings. */
import {
  dialogue,
  hex,
  historyOf,
  lines,
  nanos,
  rounds,
  turnsOf,
  type Exchange,
  type Scenario,
} from './dialogue';

type Value = string | number | boolean | readonly unknown[] | Readonly<Record<string, unknown>>;

function anyValue(value: unknown): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'number') return { intValue: String(value) };
  if (typeof value === 'boolean') return { boolValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  return { kvlistValue: { values: pairs(value as Record<string, Value>) } };
}

function pairs(record: Readonly<Record<string, unknown>>): object[] {
  return Object.entries(record).map(([key, value]) => ({ key, value: anyValue(value) }));
}

const spanId = ({ session, turn }: Exchange, role: string): string =>
  hex(`${session}/${String(turn)}/${role}`, 16);

interface SpanShape {
  /** Where the session is named: on each span, on the root alone, or nowhere. */
  named: 'every' | 'root' | 'none';
  /** Messages on the call of the model; null where they come in log records. */
  messages: 'history' | 'fresh' | null;
}

const asParts = (messages: readonly { role: string; content: string }[]): string =>
  JSON.stringify(messages.map(({ role, content }) => ({ role, parts: [{ type: 'text', content }] })));

function spansOf(one: Exchange, { named, messages }: SpanShape): object[] {
  const span = (
    role: string,
    parent: string | null,
    name: string,
    [from, to]: readonly [number, number],
    attributes: object,
    status = 1,
  ) => ({
    traceId: one.trace,
    spanId: spanId(one, role),
    ...(parent === null ? {} : { parentSpanId: spanId(one, parent) }),
    name,
    kind: 1,
    startTimeUnixNano: nanos(one.second + from),
    endTimeUnixNano: nanos(one.second + to),
    attributes: pairs({
      ...attributes,
      ...(named === 'every' || (named === 'root' && parent === null)
        ? { 'gen_ai.conversation.id': one.session }
        : {}),
    }),
    status: { code: status },
  });
  const input = messages === 'history' ? historyOf(one) : [{ role: 'user', content: one.asked }];
  return [
    span(
      'tool',
      'root',
      'execute_tool look_up',
      [2, 3],
      {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': 'look_up',
        'gen_ai.tool.call.id': `call-${one.session}-${String(one.turn)}`,
        'gen_ai.tool.call.arguments': JSON.stringify({ turn: one.turn }),
        'gen_ai.tool.call.result': 'found',
      },
      one.isToolFailed ? 2 : 1,
    ),
    span('chat', 'root', 'chat small-model', [4, 8], {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'small-model',
      ...(messages === null
        ? {}
        : {
            'gen_ai.input.messages': asParts(input),
            'gen_ai.output.messages': asParts([{ role: 'assistant', content: one.answered }]),
          }),
      'gen_ai.usage.input_tokens': 10 + one.turn,
      'gen_ai.usage.output_tokens': 5,
    }),
    span('root', null, 'invoke_agent desk', [0, 9], {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': 'desk',
    }),
  ];
}

function logsOf(one: Exchange, isHistory: boolean): object[] {
  const log = (second: number, eventName: string, body: object) => ({
    traceId: one.trace,
    spanId: spanId(one, 'chat'),
    timeUnixNano: nanos(one.second + second),
    eventName,
    attributes: pairs({ 'gen_ai.system': 'openai' }),
    body: anyValue(body),
  });
  const messages = isHistory ? historyOf(one) : [{ role: 'user', content: one.asked }];
  return [
    ...messages.map(({ role, content }) => log(4.2, `gen_ai.${role}.message`, { role, content })),
    log(8, 'gen_ai.choice', {
      index: 0,
      finish_reason: 'stop',
      message: { role: 'assistant', content: one.answered },
    }),
  ];
}

const spanLine = (spans: readonly object[]): object => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
const logLine = (logRecords: readonly object[]): object => ({
  resourceLogs: [{ scopeLogs: [{ logRecords }] }],
});

const spanFile = (all: readonly Exchange[], shape: SpanShape): string =>
  lines(all.map((one) => spanLine(spansOf(one, shape))));
const logFile = (all: readonly Exchange[], isHistory: boolean): string =>
  lines(all.map((one) => logLine(logsOf(one, isHistory))));

const tools = (all: readonly Exchange[]): [number, number] => [
  all.length,
  all.filter((one) => one.isToolFailed).length,
];

function withLogs(name: string, isHistory: boolean, named: SpanShape['named'] = 'every'): Scenario {
  const all = dialogue(name);
  return {
    name,
    turns: turnsOf(all),
    toolCalls: tools(all),
    parts: [
      { [`${name}-spans.jsonl`]: spanFile(all, { named, messages: null }) },
      { [`${name}-logs.jsonl`]: logFile(all, isHistory) },
    ],
  };
}

/** Spans and logs of each round in files of their own. */
function withLogsByTime(name: string, isHistory: boolean): Scenario {
  const all = dialogue(name);
  return {
    name,
    turns: turnsOf(all),
    toolCalls: tools(all),
    parts: rounds(all).flatMap((round, i) => [
      { [`${name}-spans-${String(i)}.jsonl`]: spanFile(round, { named: 'every', messages: null }) },
      { [`${name}-logs-${String(i)}.jsonl`]: logFile(round, isHistory) },
    ]),
  };
}

function byTime(name: string, shape: SpanShape): Scenario {
  const all = dialogue(name);
  return {
    name,
    turns: turnsOf(all),
    toolCalls: tools(all),
    parts: rounds(all).map((round, i) => ({ [`${name}-${String(i)}.jsonl`]: spanFile(round, shape) })),
  };
}

/** The root, which alone names the session, in a file of its own. */
function rootsApart(name: string, messages: SpanShape['messages']): Scenario {
  const all = dialogue(name);
  const shape: SpanShape = { named: 'root', messages };
  return {
    name,
    turns: turnsOf(all),
    toolCalls: tools(all),
    parts: [
      { [`${name}-inner.jsonl`]: lines(all.map((one) => spanLine(spansOf(one, shape).slice(0, 2)))) },
      { [`${name}-roots.jsonl`]: lines(all.map((one) => spanLine(spansOf(one, shape).slice(2)))) },
    ],
  };
}

/** Windows that overlap: each holds the round before once more. */
function rolling(name: string, shape: SpanShape): Scenario {
  const all = dialogue(name);
  const [first = [], second = [], third = []] = rounds(all);
  return {
    name,
    turns: turnsOf(all),
    toolCalls: tools(all),
    parts: [
      { [`${name}-1.jsonl`]: spanFile([...first, ...second], shape) },
      { [`${name}-2.jsonl`]: spanFile([...second, ...third], shape) },
    ],
  };
}

/** Spans sent when they began, and again when they had ended. */
function resent(name: string): Scenario {
  const all = dialogue(name);
  const shape: SpanShape = { named: 'every', messages: 'fresh' };
  const begun = (span: object): object => {
    const { endTimeUnixNano: _end, status: _status, ...rest } = span as Record<string, unknown>;
    return rest;
  };
  return {
    name,
    turns: turnsOf(all),
    toolCalls: tools(all),
    parts: [
      { [`${name}-begun.jsonl`]: lines(all.map((one) => spanLine(spansOf(one, shape).map(begun)))) },
      { [`${name}-ended.jsonl`]: spanFile(all, shape) },
    ],
  };
}

/** What people did with answers. */
function withEvents(name: string): Scenario {
  const all = dialogue(name);
  const first = all.filter(({ turn }) => turn === 0);
  const events = [
    ...first.map((one) => ({ event: 'undo', span: spanId(one, 'chat') })),
    ...first.map((one) => ({ event: 'copy', session: one.session, turn: 1, used: one.answered })),
    ...all.map((one) => ({ event: 'edit', trace: one.trace, time: nanos(one.second + 20), used: 'Mended.' })),
  ];
  return {
    name,
    turns: turnsOf(all),
    toolCalls: tools(all),
    parts: [
      { [`${name}-spans.jsonl`]: spanFile(all, { named: 'root', messages: 'fresh' }) },
      { [`${name}-events.jsonl`]: lines(events) },
    ],
  };
}

/** Spans as an SDK writes them, flat, and log records beside them. */
function flatWithLogs(name: string): Scenario {
  const all = dialogue(name);
  const flat = (one: Exchange): object[] =>
    spansOf(one, { named: 'none', messages: null }).map((span) => {
      const {
        traceId,
        spanId: id,
        parentSpanId,
        name: title,
        startTimeUnixNano,
        endTimeUnixNano,
        attributes,
        status,
      } = span as Record<string, unknown>;
      const bag = Object.fromEntries(
        (attributes as { key: string; value: { stringValue?: string; intValue?: string } }[]).map(
          ({ key, value }) => [key, value.stringValue ?? Number(value.intValue)],
        ),
      );
      return {
        trace_id: traceId,
        span_id: id,
        parent_span_id: parentSpanId ?? null,
        name: title,
        start_time: Number(startTimeUnixNano),
        end_time: Number(endTimeUnixNano),
        attributes: { ...bag, 'session.id': one.session },
        status: { code: (status as { code: number }).code === 2 ? 'ERROR' : 'OK' },
      };
    });
  return {
    name,
    turns: turnsOf(all),
    toolCalls: tools(all),
    parts: [
      { [`${name}-spans.jsonl`]: lines(all.flatMap(flat)) },
      { [`${name}-logs.jsonl`]: logFile(all, true) },
    ],
  };
}

export function otelScenarios(): Scenario[] {
  return [
    withLogs('logs-fresh', false),
    withLogs('logs-history', true),
    withLogs('logs-root', false, 'root'),
    withLogs('logs-root-history', true, 'root'),
    withLogsByTime('logs-days', false),
    withLogsByTime('logs-days-history', true),
    byTime('days-fresh', { named: 'every', messages: 'fresh' }),
    byTime('days-history', { named: 'every', messages: 'history' }),
    rootsApart('roots-fresh', 'fresh'),
    rootsApart('roots-history', 'history'),
    rolling('rolling-fresh', { named: 'every', messages: 'fresh' }),
    rolling('rolling-history', { named: 'root', messages: 'history' }),
    resent('resent'),
    withEvents('events'),
    flatWithLogs('flat-logs'),
  ];
}
