/** A table of OTLP spans as a lake holds it, small and written for the tests: what happened, and the rows that tell it. */
export interface LakeSpan {
  traceId: string;
  spanId: string;
  parent?: string;
  name: string;
  service: string;
  /** ISO 8601. */
  at: string;
  ms: number;
  status?: 'Ok' | 'Error' | 'Unset';
  message?: string;
  attributes: Record<string, string>;
}

const said = (...turns: [role: string, text: string][]): string =>
  JSON.stringify(turns.map(([role, content]) => ({ role, parts: [{ type: 'text', content }] })));

const chat = (input: string, output: string, more: Record<string, string> = {}): Record<string, string> => ({
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'example',
  'gen_ai.request.model': 'small-1',
  'gen_ai.usage.input_tokens': '120',
  'gen_ai.usage.output_tokens': '15',
  'gen_ai.input.messages': input,
  'gen_ai.output.messages': output,
  ...more,
});

/**
 * Two services over two days. Session c1 has two turns in two traces, the second repeating the first in its history, and a
 * tool that fails; c2 is all well; a trace without a session id has no messages but an input; a web request is no GenAI.
 */
export const lakeSpans: readonly LakeSpan[] = [
  {
    traceId: 'aa01',
    spanId: '01',
    name: 'invoke_agent travel',
    service: 'travel desk',
    at: '2026-03-01T10:00:00.000Z',
    ms: 3000,
    attributes: {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': 'travel',
      'gen_ai.conversation.id': 'c1',
    },
  },
  {
    traceId: 'aa01',
    spanId: '02',
    parent: '01',
    name: 'chat small-1',
    service: 'travel desk',
    at: '2026-03-01T10:00:00.100Z',
    ms: 900,
    status: 'Ok',
    attributes: chat(said(['user', 'Book a train to Lyon']), said(['assistant', 'Looking for trains.']), {
      'gen_ai.conversation.id': 'c1',
      'user.id': 'u-7',
    }),
  },
  {
    traceId: 'aa01',
    spanId: '03',
    parent: '01',
    name: 'execute_tool find_train',
    service: 'travel desk',
    at: '2026-03-01T10:00:01.100Z',
    ms: 400,
    status: 'Error',
    message: 'timetable is not there',
    attributes: {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'find_train',
      'gen_ai.tool.call.id': 'call-1',
      'gen_ai.tool.call.arguments': '{"to":"Lyon"}',
      'gen_ai.tool.call.result': '',
      'error.type': 'timeout',
    },
  },
  {
    traceId: 'aa02',
    spanId: '04',
    name: 'chat small-1',
    service: 'travel desk',
    at: '2026-03-01T10:05:00.000Z',
    ms: 700,
    status: 'Ok',
    attributes: chat(
      said(
        ['user', 'Book a train to Lyon'],
        ['assistant', 'Looking for trains.'],
        ['user', "No, I said Lyon, it's urgent"],
      ),
      said(['assistant', 'Sorry, once more.']),
      { 'gen_ai.conversation.id': 'c1' },
    ),
  },
  {
    traceId: 'bb01',
    spanId: '05',
    name: 'chat small-1',
    service: 'travel desk',
    at: '2026-03-02T08:00:00.000Z',
    ms: 500,
    status: 'Ok',
    attributes: chat(said(['user', 'Which gate?']), said(['assistant', 'Gate 4.']), {
      'gen_ai.conversation.id': 'c2',
    }),
  },
  {
    traceId: 'cc01',
    spanId: '06',
    name: 'answer',
    service: 'faq',
    at: '2026-03-02T09:00:00.000Z',
    ms: 300,
    attributes: {
      'openinference.span.kind': 'CHAIN',
      'input.value': 'Do you ship to Malta?',
      'output.value': 'We do.',
    },
  },
  {
    traceId: 'dd01',
    spanId: '07',
    name: 'GET /health',
    service: 'faq',
    at: '2026-03-02T09:30:00.000Z',
    ms: 2,
    attributes: { 'http.request.method': 'GET' },
  },
];

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

function mapOf(attributes: Record<string, string>, store: 'map' | 'json'): string {
  if (store === 'json') return quoted(JSON.stringify(attributes));
  const keys = Object.keys(attributes).map(quoted).join(', ');
  const values = Object.values(attributes).map(quoted).join(', ');
  return `map([${keys}]::VARCHAR[], [${values}]::VARCHAR[])`;
}

/** A SELECT in DuckDB's words that makes the table, with the columns of a layout. */
export function lakeTable(layout: 'otel-collector' | 'otlp-flat', store: 'map' | 'json'): string {
  return lakeSpans
    .map((span) => {
      const resource = mapOf({ 'deployment.environment.name': 'test', 'service.version': '1.4' }, store);
      const attributes = mapOf(span.attributes, store);
      const startMs = Date.parse(span.at);
      const [status, message, parent] = [span.status ?? 'Unset', span.message ?? '', span.parent ?? ''].map(
        quoted,
      ) as [string, string, string];
      return layout === 'otel-collector'
        ? `SELECT ${quoted(span.traceId)} AS "TraceId", ${quoted(span.spanId)} AS "SpanId", ${parent} AS "ParentSpanId",
            ${quoted(span.name)} AS "SpanName", ${quoted(span.service)} AS "ServiceName", ${resource} AS "ResourceAttributes",
            ${attributes} AS "SpanAttributes", make_timestamp_ns(${String(startMs)}000000) AS "Timestamp", ${String(span.ms)}000000 AS "Duration",
            ${status} AS "StatusCode", ${message} AS "StatusMessage"`
        : `SELECT ${quoted(span.traceId)} AS trace_id, ${quoted(span.spanId)} AS span_id, ${parent} AS parent_span_id,
            ${quoted(span.name)} AS name, ${quoted(span.service)} AS service_name, ${resource} AS resource_attributes,
            ${attributes} AS attributes, ${String(startMs)}000000 AS start_time_unix_nano, ${String(startMs + span.ms)}000000 AS end_time_unix_nano,
            'STATUS_CODE_' || upper(${status}) AS status_code, ${message} AS status_message`;
    })
    .join('\nUNION ALL\n');
}
