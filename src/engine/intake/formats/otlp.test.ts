import { describe, expect, it } from 'vitest';
import { asLines, readFixture, readRecords } from '../../../../test/support/read-format';
import otlp from './otlp';

const collector = readFixture(otlp, 'otlp/collector.jsonl');
const said = (messages: readonly { role: string; text: string }[] | undefined): string[] =>
  (messages ?? []).map((message) => `${message.role}: ${message.text}`);
const kv = (key: string, stringValue: string): unknown => ({ key, value: { stringValue } });
const file = (spans: unknown[]): unknown => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

describe('spans of the Collector', () => {
  it('maps operations and http to kinds and keeps every span', () => {
    expect(collector.spans.map((span) => span.kind).sort()).toEqual([
      'agent', 'agent', 'agent', 'environment', 'llm', 'llm', 'llm', 'llm', 'llm', 'tool', 'tool',
    ]); // prettier-ignore
  });

  it('reads times, usage, model and service', () => {
    expect(collector.span('00000000000000a2')).toMatchObject({
      startNs: 1_790_000_000_010_000_000n,
      endNs: 1_790_000_000_900_000_000n,
      model: 'corn-1-2026',
      provider: 'openai',
      inputTokens: 210,
      outputTokens: 18,
      cacheReadTokens: 128,
      agentVersion: '4.2.0',
      environment: 'staging',
      cohort: 'autumn',
      status: 'unset',
      text: null,
    });
  });

  it('carries the conversation of each model call, instructions first', () => {
    expect(said(collector.span('00000000000000a2').history?.input)).toEqual([
      'system: You answer for the order desk.',
      'user: Where is my order 118? It should have come yesterday.',
    ]);
    expect(collector.span('00000000000000a2').history?.output).toEqual([
      {
        role: 'assistant',
        text: '',
        toolCalls: [{ id: 'call_1', name: 'find_order', arguments: '{"order":118}' }],
      },
    ]);
    expect(collector.span('00000000000000b6')).toMatchObject({
      text: 'I could not reach a courier yet.',
      reasoningTokens: 9,
    });
    expect(collector.span('00000000000000b6').history?.output[0]?.reasoning).toBe('The courier tool failed.');
  });

  it('gives every span of the conversation its session, also those that do not name it', () => {
    expect(new Set(collector.spans.map((span) => span.sessionId))).toEqual(new Set(['conv-118']));
    expect(collector.span('00000000000000a1')).toMatchObject({ userId: 'u-7', feature: 'order-status' });
  });

  it('reads tool calls and their failures', () => {
    expect(collector.span('00000000000000a3')).toMatchObject({
      toolName: 'find_order',
      toolCallId: 'call_1',
      input: '{"order":118}',
      text: '{"state":"baked","courier":null}',
    });
    expect(collector.span('00000000000000b3')).toMatchObject({
      status: 'error',
      errorType: 'CourierTimeout',
      statusMessage: 'no courier answered',
    });
  });

  it('marks the sub-agent and its spans, and nothing else', () => {
    expect(collector.span('00000000000000b4').spawnsAgentId).toBe('00000000000000b4');
    expect(collector.span('00000000000000b4').agentId).toBeUndefined();
    expect(collector.span('00000000000000b5')).toMatchObject({
      agentId: '00000000000000b4',
      agentName: 'courier_desk',
    });
    expect(collector.spans.filter((span) => span.agentId != null)).toHaveLength(1);
  });

  it('leaves sums to the model calls and user words to their histories', () => {
    expect(collector.span('00000000000000a1')).toMatchObject({ inputTokens: null, outputTokens: null });
    expect(collector.span('00000000000000a1').history).toBeUndefined();
  });

  it('turns evaluation events into labels', () => {
    expect(collector.labels).toMatchObject([
      {
        name: 'relevance',
        value: 0.4,
        text: 'poor',
        explanation: 'No time given.',
        spanId: '00000000000000b6',
        sessionId: 'conv-118',
        line: 3,
      },
    ]);
  });

  it('rejects what it cannot use and counts what it does not know', () => {
    expect(collector.rejects).toEqual([
      { line: 3, reason: 'span without a spanId' },
      { line: 4, reason: 'no resourceSpans, resourceLogs or resourceMetrics' },
    ]);
    expect(collector.notes).toEqual({ 'span event "oven.door" kept in the raw record': 1 });
  });
});

describe('log records', () => {
  const joined = readFixture(otlp, 'otlp/logs-joined.jsonl');

  it('join the span they name, ids in base64', () => {
    const first = joined.span('00000000000000c1');
    expect(first.traceId).toBe('a3'.repeat(16));
    expect(said(first.history?.input)).toEqual([
      'system: You answer for the order desk.',
      'user: Cancel order 121, please.',
    ]);
    expect(first.history?.output[0]?.toolCalls).toEqual([
      { id: 'call_9', name: 'cancel_order', arguments: '{"order":121}' },
    ]);
    expect(joined.span('00000000000000c2').text).toBe('Order 121 is cancelled.');
  });

  it('stand for the model call where its span is not in the file', () => {
    expect(joined.span('00000000000000c9')).toMatchObject({
      kind: 'llm',
      text: 'Order 122 stands.',
      sessionId: 'conv-121',
      line: 1,
    });
  });

  it('are counted when they belong to nothing, as metrics are', () => {
    expect(joined.notes).toEqual({
      'log record "" names no trace: not kept': 1,
      'metrics not read': 1,
      'span rebuilt from its log records, which are all the file has of it': 1,
    });
    expect(joined.labels).toMatchObject([
      { name: 'politeness', text: 'pass', value: null, spanId: '00000000000000c2' },
    ]);
  });
});

describe('other spellings', () => {
  it('reads one pretty-printed object with snake_case keys, enum names and numbers', () => {
    const pretty = readFixture(otlp, 'otlp/pretty-snake.json');
    expect(pretty.span('00000000000000d1')).toMatchObject({
      traceId: 'ab'.repeat(16), kind: 'chain', status: 'ok', startNs: 1_790_000_100_000_000_000n, text: 'Every Friday.',
    }); // prettier-ignore
    expect(pretty.span('00000000000000d2')).toMatchObject({
      kind: 'environment',
      status: 'error',
      statusMessage: 'relation does not exist',
      input: 'SELECT * FROM bread',
    });
  });

  it('gives the root the question when no model call has it', () => {
    const pretty = readFixture(otlp, 'otlp/pretty-snake.json');
    expect(pretty.span('00000000000000d1').history?.input).toEqual([
      { role: 'user', text: 'Do you bake rye bread?' },
    ]);
  });

  it('reads a list, and Traceloop attributes by index; spans of a trace may stand in several elements', () => {
    const list = readFixture(otlp, 'otlp/traceloop-list.json');
    expect(list.span('00000000000000e2')).toMatchObject({
      kind: 'llm',
      inputTokens: 52,
      outputTokens: 14,
      sessionId: 'shop-5',
      userId: 'u-9',
    });
    expect(list.span('00000000000000e3')).toMatchObject({
      kind: 'tool',
      toolName: 'place_order',
      toolCallId: 'call_r',
      text: '{"order":130}',
    });
    expect(said(list.span('00000000000000e4').history?.input)).toEqual([
      'system: You answer for the order desk.', 'user: Two rye loaves for Friday, please.', 'assistant: ', 'tool: {"order":130}',
    ]); // prettier-ignore
  });

  it('counts a Vercel call once, though the SDK wraps a span around it', () => {
    const vercel = readFixture(otlp, 'otlp/vercel.jsonl');
    expect(vercel.spans.map((span) => [span.name, span.kind, span.inputTokens])).toEqual([
      ['ai.generateText', 'chain', null], ['ai.generateText.doGenerate', 'llm', 30], ['ai.toolCall', 'tool', null], ['ai.generateText.doGenerate', 'llm', 40],
    ]); // prettier-ignore
    expect(vercel.span('00000000000000f4').history?.input[2]).toEqual({
      role: 'tool',
      text: '["rye"]',
      toolCallId: 'tc-1',
      toolName: 'listBreads',
    });
    expect(vercel.span('00000000000000f2')).toMatchObject({
      sessionId: 'web-6',
      userId: 'u-3',
      feature: 'catalogue',
    });
  });

  it.each([
    ['milliseconds', '1790000000123', 1_790_000_000_123_000_000n],
    ['microseconds', '1790000000123456', 1_790_000_000_123_456_000n],
    ['nanoseconds of a clock that began at 0', '5000000000', 5_000_000_000n],
  ])('reads %s under the names of nanoseconds', (_, time, startNs) => {
    const span = {
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      name: 'chat',
      startTimeUnixNano: time,
      attributes: [kv('gen_ai.operation.name', 'chat')],
    };
    expect(readRecords(otlp, asLines([file([span])])).spans).toMatchObject([{ startNs }]);
  });

  it('reads OpenInference attributes inside OTLP', () => {
    const output = readFixture(otlp, 'otlp/openinference.jsonl');
    expect(output.spans.map((span) => span.kind)).toEqual([
      'chain',
      'embedding',
      'retrieval',
      'guardrail',
      'llm',
      'chain',
      'chain',
    ]);
    expect(output.span('0000000000000013').text).toBe('Rye bakes for 55 minutes.\n\nLet it rest overnight.');
    expect(output.span('0000000000000015').history?.input.slice(1)).toEqual([
      { role: 'user', text: '<system-reminder>Shop closes at six.</system-reminder>', origin: 'harness' },
      { role: 'user', text: 'How long does rye bake?' },
    ]);
    expect(output.span('0000000000000011')).toMatchObject({
      feature: 'recipes',
      cohort: 'kiosk',
      userId: 'u-1',
      tags: ['feature:recipes', 'pilot'],
    });
    expect(output.span('0000000000000017').parentSpanId).toBe('feedfeedfeedfeed');
    expect(output.labels).toMatchObject([
      { name: 'faithfulness', value: 1, text: 'faithful', annotatorKind: 'llm', spanId: '0000000000000015' },
    ]);
  });
});

describe('untrusted content', () => {
  it('keeps hostile keys as keys', () => {
    const output = readRecords(
      otlp,
      asLines([
        file([
          {
            traceId: '1'.repeat(32),
            spanId: '1'.repeat(16),
            name: 'x',
            attributes: [
              kv('__proto__', 'p'),
              kv('llm.input_messages.0.__proto__.polluted', 'yes'),
              kv('constructor', 'c'),
            ],
          },
        ]),
      ]),
    );
    expect(output.spans[0]?.attributes).toMatchObject({ constructor: 'c' });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('survives circles of parents, absurd shapes and spans exported twice', () => {
    const id = (n: number): string => String(n).repeat(16);
    const span = (n: number, parent: number, attributes: unknown = []): unknown => ({
      traceId: '2'.repeat(32),
      spanId: id(n),
      parentSpanId: id(parent),
      name: `s${n}`,
      attributes,
    });
    const output = readRecords(otlp, asLines([
      file([span(1, 2), span(2, 1), span(3, 3), span(4, 1), span(4, 1, [kv('gen_ai.operation.name', 'chat'), kv('gen_ai.input.messages', '{"role": 5, "parts": "x"}')])]),
      file([7, null, { spanId: 9 }]),
      { resourceSpans: [{ resource: 3 }] },
    ])); // prettier-ignore
    expect(output.spans.map((one) => one.name)).toEqual(['s1', 's2', 's3', 's4']);
    expect(output.span(id(4)).kind).toBe('llm');
    expect(output.notes).toEqual({ 'span exported twice: the fuller record kept (line 1)': 1 });
    expect(output.rejects).toHaveLength(4);
  });
});

describe('a workflow that talks to a model itself', () => {
  const span = (id: number, parent: number | null, name: string, attributes: unknown[]): unknown => ({
    traceId: '7'.repeat(32),
    spanId: String(id).repeat(16),
    parentSpanId: parent === null ? '' : String(parent).repeat(16),
    name,
    startTimeUnixNano: String(1_790_000_000_000_000_000n + BigInt(id)),
    attributes,
  });
  const asked = (text: string): unknown[] => [
    kv('llm.request.type', 'chat'),
    kv('gen_ai.prompt.0.role', 'user'),
    kv('gen_ai.prompt.0.content', text),
  ];
  const output = readRecords(otlp, asLines([
    file([
      span(1, null, 'desk.workflow', [kv('traceloop.span.kind', 'workflow')]),
      span(2, 1, 'openai.chat', asked('Is the fair open?')),
      span(3, 1, 'ask.tool', [kv('traceloop.span.kind', 'tool')]),
      span(4, 3, 'finder.agent', [kv('traceloop.span.kind', 'agent')]),
      span(5, 4, 'openai.chat', asked('Opening hours of the fair')),
    ]),
  ])); // prettier-ignore

  it('has as a sub-agent what runs below one of its tools', () => {
    expect(output.spans.map((one) => one.agentId ?? null)).toEqual([null, null, null, null, '4'.repeat(16)]);
    expect(output.span('4'.repeat(16)).spawnsAgentId).toBe('4'.repeat(16));
  });
});

describe('sniffing', () => {
  it('names what it saw', () => {
    expect(otlp.sniff(collector.sample)).toEqual({ confidence: 0.97, reason: 'line 1 has resourceSpans' });
  });

  it.each(['otel-flat/sdk-spans.json', 'langfuse/api-page.json', 'openinference/rest-page.json'])(
    'leaves %s alone',
    (path) => {
      expect(otlp.sniff(readFixture(otlp, path).sample)).toBeNull();
    },
  );
});
