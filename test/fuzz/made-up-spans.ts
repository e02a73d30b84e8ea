/** Conversations of an agent made up from a seed, and the same as lines of the formats that SQL reads, with oddities among them. */
import { random } from './intake-harness';

type Random = ReturnType<typeof random>;
export interface MadeSpan {
  trace: string;
  id: string;
  parent: string | null;
  name: string;
  start: number;
  end: number;
  attributes: Record<string, unknown>;
  status?: { code?: number; message?: string };
  more?: Record<string, unknown>;
  /** Events, whichever format writes them. */
  thrown?: { name: string; attributes: Record<string, unknown> }[];
}

const WORDS = [
  'parcel',
  'späte',
  'no',
  'weiß',
  '日本',
  '  two',
  'line\nbreak',
  '"quoted"',
  'back\\slash',
  'tab\there',
  '12',
  '<b>',
  'naïve 😀',
  ' nbsp',
];
export const hex = ({ below }: Random, digits: number): string =>
  Array.from({ length: digits }, () => (1 + below(15)).toString(16)).join('');

export function words({ below, pick }: Random): string {
  return Array.from({ length: 1 + below(6) }, () => pick(WORDS)).join(' ');
}

/** What may be wrong or just uncommon with the spans of a turn. */
const TURN_ODDITIES: ((spans: MadeSpan[], r: Random) => void)[] = [
  ([agent]) =>
    agent &&
    (agent.more = {
      events: [
        {
          name: 'exception',
          timeUnixNano: '1790000000000000001',
          attributes: [{ key: 'exception.message', value: { stringValue: 'it broke' } }],
        },
      ],
    }),
  ([, call]) => call && (call.attributes['gen_ai.request.temperature'] = 0.7),
  ([, call]) => call && (call.attributes['gen_ai.request.temperature'] = 1.5e-9),
  ([, call]) => call && (call.attributes['gen_ai.response.finish_reasons'] = ['stop', 'length']),
  ([, call]) => call && (call.attributes['flag'] = true),
  ([, call]) => call && (call.attributes['nested'] = { a: { b: [1, 'x'] } }),
  ([, call]) => call && (call.attributes['empty'] = ''),
  ([, call]) => call && (call.attributes['gen_ai.usage.input_tokens'] = '77'),
  ([, call]) => call && (call.attributes['gen_ai.usage.input_tokens'] = '7.5'),
  ([, call]) => call && (call.attributes['gen_ai.usage.output_tokens'] = -3),
  ([, call]) => call && (call.attributes['gen_ai.usage.cost'] = 0.25),
  ([, call]) =>
    call && (call.attributes['gen_ai.tool.definitions'] = '[{"type":"function","function":{"name":"f"}}]'),
  ([, call]) =>
    call && (call.attributes['gen_ai.system_instructions'] = '[{"type":"text","content":"Be short."}]'),
  ([, call]) => call && (call.attributes['gen_ai.system_instructions'] = 'Be short.'),
  ([, call]) => call && (call.attributes['gen_ai.input.messages'] = '[]'),
  ([, call]) => call && (call.attributes['gen_ai.input.messages'] = 'just a question?'),
  ([, call]) => call && (call.attributes['gen_ai.input.messages'] = '[{"role":"user","content":"a"},]'),
  ([, call]) =>
    call &&
    (call.attributes['gen_ai.input.messages'] =
      '[{"role":"user","content":"old style"},{"role":"assistant","content":null,"tool_calls":[{"id":"q1","type":"function","function":{"name":"look","arguments":"{\\"b\\":1, \\"a\\":[2]}"}}]},{"role":"tool","tool_call_id":"q1","content":"{\\"content\\":\\"found\\"}"}]'),
  ([, call]) =>
    call &&
    (call.attributes['gen_ai.input.messages'] =
      '[{"role":"user","content":"hi"},{"role":"assistant","content":"","tool_calls":[{"id":"q2","type":"function","function":{"name":"look","arguments":"{}"}}]},{"role":"tool","tool_call_id":"other","content":"x"}]'),
  ([, call]) =>
    call &&
    (call.attributes['gen_ai.input.messages'] =
      '[{"role":"user","parts":[{"type":"text","content":"<system-reminder>mind</system-reminder>"}]},{"role":"user","parts":[{"type":"text","content":"and now?"}]}]'),
  ([, call]) =>
    call &&
    (call.attributes['gen_ai.input.messages'] =
      '[{"role":"user","content":[{"type":"text","text":"parts"},{"type":"image_url"}]},{"role":"developer","content":"d"}]'),
  ([, call]) => call && (call.attributes['metadata'] = '{"feature":"search"}'),
  ([, call]) => call && (call.attributes['tag.tags'] = ['feature:x', 'y']),
  ([, call]) => call && (call.attributes['user.id'] = '12345'),
  ([, call]) => call && (call.attributes['cohort'] = ' spaced '),
  ([, , tool]) => tool && delete tool.attributes['gen_ai.tool.call.id'],
  ([, , tool]) => tool && (tool.attributes['gen_ai.tool.call.result'] = '{"stdout":"out","stderr":"err"}'),
  ([, , tool]) =>
    tool &&
    (tool.attributes['gen_ai.tool.call.result'] =
      '{"isError":true,"content":[{"type":"text","text":"no such order"}]}'),
  ([, , tool]) => tool && (tool.attributes['gen_ai.tool.call.result'] = '{"a":1.0,"b":[1,2]}'),
  ([, , tool]) => tool && (tool.attributes['gen_ai.tool.call.result'] = ' padded\r\nresult '),
  ([, , tool]) => tool && (tool.attributes['gen_ai.tool.call.arguments'] = '{"z":{"y":1},"a":"b"}'),
  ([, , tool]) => tool && (tool.attributes['gen_ai.tool.call.arguments'] = 'not json'),
  ([, , tool]) => tool && (tool.attributes['gen_ai.tool.status'] = 'error'),
  ([, , tool]) => tool && (tool.attributes['error.type'] = 'Timeout'),
  ([, , tool], r) => tool && (tool.id = hex(r, 16).toUpperCase()),
  ([, , tool]) =>
    tool && (tool.more = { links: [{ traceId: 'ab', spanId: 'cd' }], flags: 257, traceState: '' }),
  ([, , tool]) =>
    tool &&
    (tool.more = {
      links: [
        { traceId: 'ab', spanId: 'cd', traceState: 'a="1"', attributes: [], flags: 1 },
        { traceId: 'ef', spanId: '01', droppedAttributesCount: 2 },
      ],
    }),
  ([, , tool]) => tool && (tool.more = { links: [{ spanId: 'cd', traceId: 'ab', flags: 1.5 }] }),
  ([, , tool]) => tool && (tool.more = { unknown: { deep: [1] } }),
  ([agent]) => agent && (agent.attributes['gen_ai.usage.input_tokens'] = 5),
  ([agent]) =>
    agent && (agent.attributes['gen_ai.input.messages'] = '[{"role":"user","content":"asked of the agent"}]'),
  ([agent]) => agent && (agent.attributes['input.value'] = 'asked of the agent'),
  ([agent]) => agent && (agent.attributes['session.id'] = 'another'),
  ([agent]) => agent && delete agent.attributes['gen_ai.operation.name'],
  ([agent, , tool]) => agent && tool && (tool.parent = tool.id),
  ([agent, call]) => agent && call && (agent.parent = call.id),
  (spans) => spans[1] && spans.push({ ...spans[1], end: spans[1].end + 1 }),
  (spans, r) =>
    spans[2] &&
    spans.push({ ...spans[2], id: hex(r, 16), name: 'lookup', attributes: { 'input.value': '{"x":1}' } }),
  (spans, r) =>
    spans[0] && spans.push({ ...spans[0], id: hex(r, 16), parent: spans[0].id, name: 'invoke_agent second' }),
  (spans, r) => spans[1] && spans.push({ ...spans[1], id: hex(r, 16), parent: spans[1].id }),
  (spans, r) =>
    spans[0] &&
    spans.push({
      ...spans[0],
      id: hex(r, 16),
      parent: spans[0].id,
      name: 'GET /x',
      attributes: { 'http.request.method': 'GET', 'url.full': 'http://x/y' },
    }),
  (spans, r) =>
    spans[0] &&
    spans.push({
      ...spans[0],
      id: hex(r, 16),
      parent: spans[0].id,
      name: 'q',
      attributes: { 'db.system': 'postgresql', 'db.query.text': 'SELECT 1' },
    }),
  (spans, r) =>
    spans[0] &&
    spans.push({
      ...spans[0],
      id: hex(r, 16),
      parent: spans[0].id,
      name: 'judge',
      attributes: { 'openinference.span.kind': 'EVALUATOR', 'eval.score': 1, 'eval.name': 'good' },
    }),
  (spans) => spans.reverse(),
];

/** Turns of `count` conversations, those of neighbours interleaved. `oddity`: one in so many turns is odd. */
export function madeTurns(seed: number, count: number, oddity: number): MadeSpan[][] {
  const r = random(seed);
  const turns: { at: number; spans: MadeSpan[] }[] = [];
  for (let c = 0; c < count; c++) {
    const history: unknown[] = [];
    const text = (role: string, content: string) => ({ role, parts: [{ type: 'text', content }] });
    for (let t = 0; t < 1 + r.below(4); t++) {
      const trace = hex(r, 32);
      const [a = '', b = '', d = '', e = ''] = Array.from({ length: 4 }, () => hex(r, 16));
      const start = 1_790_000_000_000 + c * 1000 + t * 5000;
      const base = {
        'gen_ai.conversation.id': `talk-${String(c)}`,
        'app.region': r.pick(['north', 'söuth']),
      };
      const model = {
        ...base,
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': 'acme',
        'gen_ai.usage.input_tokens': r.below(900),
        'gen_ai.usage.output_tokens': r.below(90),
      };
      const callId = `call_${hex(r, 8)}`;
      const args = { order: r.below(99), note: words(r), on: true, none: null };
      history.push(text('user', words(r)));
      const asked = JSON.stringify(history);
      const wants = {
        role: 'assistant',
        parts: [{ type: 'tool_call', id: callId, name: 'lookup', arguments: args }],
      };
      const result = words(r);
      history.push(wants, {
        role: 'tool',
        parts: [{ type: 'tool_call_response', id: callId, response: result }],
      });
      const answered = JSON.stringify(history);
      const answer = text('assistant', words(r));
      history.push(answer);
      const failed = r.below(5) === 0;
      const spans: MadeSpan[] = [
        {
          trace,
          id: a,
          parent: null,
          name: 'invoke_agent helper',
          start,
          end: start + 900,
          attributes: { ...base, 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'helper' },
        },
        {
          trace,
          id: b,
          parent: a,
          name: 'chat acme',
          start: start + 1,
          end: start + 100,
          attributes: {
            ...model,
            'gen_ai.input.messages': asked,
            'gen_ai.output.messages': JSON.stringify([{ ...wants, finish_reason: 'tool_call' }]),
          },
        },
        {
          trace,
          id: d,
          parent: a,
          name: 'execute_tool lookup',
          start: start + 101,
          end: start + 200,
          ...(failed ? { status: { code: 2, message: 'tool failed' } } : {}),
          attributes: {
            ...base,
            'gen_ai.operation.name': 'execute_tool',
            'gen_ai.tool.name': 'lookup',
            'gen_ai.tool.call.id': callId,
            'gen_ai.tool.call.arguments': JSON.stringify(args),
            'gen_ai.tool.call.result': result,
          },
        },
        {
          trace,
          id: e,
          parent: a,
          name: 'chat acme',
          start: start + 201,
          end: start + 300,
          attributes: {
            ...model,
            'gen_ai.input.messages': answered,
            'gen_ai.output.messages': JSON.stringify([{ ...answer, finish_reason: 'stop' }]),
          },
        },
      ];
      if (r.below(oddity) === 0) r.pick(TURN_ODDITIES)(spans, r);
      turns.push({ at: c + t * 1.7, spans });
    }
  }
  return turns.sort((x, y) => x.at - y.at).map((one) => one.spans);
}

function anyValue(value: unknown): unknown {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number')
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  return { kvlistValue: { values: keyValues(value as object) } };
}
const keyValues = (bag: object) =>
  Object.entries(bag).map(([key, value]) => ({ key, value: anyValue(value) }));

/** A turn as a line of OTLP JSON. */
export function otlpLine(spans: readonly MadeSpan[]): string {
  const resource = {
    attributes: keyValues({
      'service.name': 'desk',
      'service.version': '1.2',
      'deployment.environment.name': 'test',
    }),
  };
  const written = spans.map((span) => ({
    traceId: span.trace,
    spanId: span.id,
    ...(span.parent === null ? {} : { parentSpanId: span.parent }),
    name: span.name,
    kind: 1,
    startTimeUnixNano: `${String(span.start)}000001`,
    endTimeUnixNano: `${String(span.end)}000000`,
    attributes: keyValues(span.attributes),
    status: span.status ?? {},
    ...span.more,
    ...(span.thrown && {
      events: span.thrown.map(({ name, attributes }) => ({
        timeUnixNano: '1790000000000000001',
        name,
        attributes: keyValues(attributes),
      })),
    }),
  }));
  return JSON.stringify({
    resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'helper' }, spans: written }] }],
  });
}

/** What may be odd with a line as text. */
const LINE_ODDITIES: ((line: string) => string)[] = [
  (line) => line.slice(0, line.length - 20),
  () => '',
  () => '   ',
  () => 'not json',
  () => '[1,2]',
  () => '{"resourceMetrics":[]}',
  () => '{"resourceSpans":[]}',
  (line) => `${line}\r`,
  (line) => line.replace('"name":"chat acme"', '"name":"first","name":"chat acme"'),
  (line) => line.replaceAll('":', '": ').replaceAll(',"', ', "'),
  (line) => line.replace(/\}$/, ',}'),
  (line) => line.replaceAll('ä', '\\u00e4'),
  (line) => line.replace('parcel', 'par\\u0007cel'),
  (line) => line.replace('"kind":1', '"kind":NaN'),
  (line) => line.replace('"kind":1', '"kind":1.0'),
  (line) => line.replaceAll('"startTimeUnixNano"', '"start_time_unix_nano"'),
  (line) => line.replace(/"startTimeUnixNano":"(\d+)"/, '"startTimeUnixNano":$1'),
  (line) => line.replace(/"startTimeUnixNano":"\d+",/, ''),
  (line) => line.replace(/("(?:start|end)TimeUnixNano":"\d{13})\d+/g, '$1'),
  (line) => line.replace(/("(?:start|end)TimeUnixNano":"\d{16})\d+/g, '$1'),
  (line) => line.replace(/"start_time":"[^"]*"/, '"start_time":1791000000020'),
  (line) => line.replace(/"start_time":"[^"]*"/, '"start_time":"2026-02-30 10:00:00"'),
  (line) => line.replace('"attributes":{', '"attributes":{"nothing":null,"many":[],"one":1.0,'),
  (line) => line.replace('"trace_id"', '"traceId"'),
  (line) => line.replace('"scopeSpans"', '"instrumentationLibrarySpans"'),
  (line) => line + line,
  (line) =>
    line.replace('"resourceSpans":[', `"deep":${'['.repeat(240)}${']'.repeat(240)},"resourceSpans":[`),
  (line) =>
    line.replace('"resourceSpans":[', `"deep":${'['.repeat(300)}${']'.repeat(300)},"resourceSpans":[`),
];

/** A file of such lines. */
export function madeFile(
  seed: number,
  count: number,
  oddity: number,
  line: (spans: readonly MadeSpan[]) => string,
): string {
  const r = random(seed + 1);
  return madeTurns(seed, count, oddity)
    .map((spans) => (r.below(oddity) === 0 ? r.pick(LINE_ODDITIES)(line(spans)) : line(spans)))
    .join('\n');
}

/** A turn as lines of spans with flat attributes. */
export function flatLines(spans: readonly MadeSpan[]): string {
  const time = (ms: number): string => new Date(ms).toISOString();
  return spans
    .map((span) =>
      JSON.stringify({
        trace_id: span.trace,
        span_id: span.id,
        parent_span_id: span.parent,
        name: span.name,
        start_time: time(span.start),
        end_time: time(span.end).replace('Z', '123+00:00'),
        status: span.status ?? { code: 'OK' },
        attributes: span.attributes,
        resource: { 'service.name': 'desk', 'service.version': '1.2' },
        ...(span.more?.['events'] === undefined
          ? span.more
          : { events: [{ name: 'exception', attributes: { 'exception.type': 'Broken' } }] }),
        ...(span.thrown && {
          events: span.thrown.map((event) => ({ timestamp: time(span.end), ...event })),
        }),
      }),
    )
    .join('\n');
}

/** The same as some write it: times as whole numbers of nanoseconds, and every number with a fraction but counts of tokens. */
export function flatNanoLines(spans: readonly MadeSpan[]): string {
  return inNanoseconds(flatLines(spans)).replaceAll(
    /"(gen_ai\.request\.temperature|app\.back\\)":1/g,
    '"$1":1.0',
  );
}

/** Lines of flat spans with times as whole numbers of nanoseconds. */
export function inNanoseconds(lines: string): string {
  return lines.replace(
    /"(start_time|end_time)":"([^"]*?)(?:Z|123\+00:00)"/g,
    (_, name: string, time: string) => `"${name}":${String(Date.parse(`${time}Z`))}000123`,
  );
}
