/**
 * Spans as hosted tracing services give them out: Honeycomb and New Relic (attributes as columns), Pydantic Logfire,
 * Elastic (OpenTelemetry documents and those of APM). Owns their field names only.
 * https://logfire.pydantic.dev/docs/reference/sql/ and https://www.elastic.co/docs/solutions/observability/apm/spans
 */
import { newBag, type AttributeBag } from '../attribute-bag';
import { asArray, asNumber, asText, at, get, parseMaybe, type JsonObject } from '../json';
import { either } from '../otel-value';
import {
  has,
  lengthNs,
  mapOf,
  merged,
  restOf,
  storeEvent,
  storeSpan,
  type StoreItem,
  type TraceStore,
} from './store-record';

const MS = 1_000_000;

const HONEYCOMB = new Set(
  'Timestamp time trace.trace_id trace.span_id trace.parent_id name duration_ms duration status_code status_message error service.name span.kind type library.name library.version scope.name meta.signal_type meta.annotation_type span.num_events span.num_links'.split(
    ' ',
  ),
);

function isTrue(value: unknown): boolean {
  return value === true || value === 'true' || value === 1;
}

function serviceOf(value: unknown): AttributeBag {
  const name = asText(value);
  return name === null ? newBag() : { 'service.name': name };
}

const honeycomb: TraceStore = {
  name: 'Honeycomb',
  mark: 'trace.trace_id and trace.span_id',
  confidence: 0.95,
  knows: (record) =>
    has(record, 'trace.trace_id') && (has(record, 'trace.span_id') || has(record, 'trace.parent_id')),
  read: (record) => {
    const attributes = restOf(record, HONEYCOMB);
    const traceId = get(record, 'trace.trace_id');
    const kind = asText(get(record, 'meta.annotation_type'));
    // Events and links of spans are rows of their own.
    if (kind === 'link') return [{ skip: 'link of a span left out' }];
    if (kind === 'span_event') {
      const event = storeEvent(get(record, 'name'), either(record, 'Timestamp', 'time'), attributes);
      return [
        {
          log: {
            traceId: asText(traceId) ?? '',
            spanId: asText(get(record, 'trace.parent_id')) ?? '',
            event,
            resource: newBag(),
          },
        },
      ];
    }
    return [
      storeSpan({
        traceId,
        spanId: get(record, 'trace.span_id'),
        parentSpanId: get(record, 'trace.parent_id'),
        name: get(record, 'name'),
        start: either(record, 'Timestamp', 'time'),
        durationNs: lengthNs(get(record, 'duration_ms'), MS),
        status: get(record, 'status_code'),
        statusMessage: get(record, 'status_message'),
        isError: isTrue(get(record, 'error')),
        attributes,
        resource: serviceOf(get(record, 'service.name')),
        scope: either(record, 'library.name', 'scope.name'),
        raw: record,
      }),
    ];
  },
};

const NEW_RELIC = new Set(
  'timestamp trace.id id guid span.id parent.id parentId name duration duration.ms entity.name entity.guid entity.type entityGuid service.name span.kind otel.status_code otel.status_description otel.library.name otel.library.version newRelic.ingestPoint nr.guid'.split(
    ' ',
  ),
);

const newRelic: TraceStore = {
  name: 'New Relic',
  mark: 'trace.id beside the id and the entity of a span',
  confidence: 0.92,
  knows: (record) =>
    has(record, 'trace.id') &&
    (has(record, 'id') || has(record, 'guid') || has(record, 'span.id')) &&
    !has(record, '@timestamp') &&
    ['entity.guid', 'entity.name', 'entityGuid', 'duration.ms', 'nr.guid'].some((key) => has(record, key)),
  read: (record) => [
    storeSpan({
      traceId: get(record, 'trace.id'),
      spanId: either(record, 'id', 'span.id', 'guid'),
      parentSpanId: either(record, 'parent.id', 'parentId'),
      name: get(record, 'name'),
      start: get(record, 'timestamp'),
      durationNs: lengthNs(get(record, 'duration.ms'), MS) ?? lengthNs(get(record, 'duration'), 1000 * MS),
      status: get(record, 'otel.status_code'),
      statusMessage: get(record, 'otel.status_description'),
      isError: get(record, 'error.message') != null || get(record, 'error.class') != null,
      attributes: restOf(record, NEW_RELIC),
      resource: serviceOf(either(record, 'service.name', 'entity.name')),
      scope: get(record, 'otel.library.name'),
      raw: record,
    }),
  ],
};

function logfireEvents(record: JsonObject): ReturnType<typeof storeEvent>[] {
  return asArray(parseMaybe(get(record, 'otel_events'))).map((event) =>
    storeEvent(
      either(event, 'event_name', 'name'),
      either(event, 'event_timestamp', 'timestamp'),
      mapOf(get(event, 'attributes')),
    ),
  );
}

const logfire: TraceStore = {
  name: 'Pydantic Logfire',
  mark: 'start_timestamp, span_id and the columns of Logfire',
  confidence: 0.94,
  knows: (record) =>
    has(record, 'start_timestamp', 'span_id') &&
    ['otel_scope_name', 'attributes_json_schema', 'otel_status_code', 'span_name'].some((key) =>
      has(record, key),
    ),
  read: (record) => {
    const kind = asText(get(record, 'kind'));
    if (kind === 'pending_span') return [{ skip: 'pending span left out, its end tells the same' }];
    const attributes = mapOf(get(record, 'attributes'));
    const isException = isTrue(get(record, 'is_exception'));
    for (const [column, key] of [
      ['exception_type', 'exception.type'],
      ['exception_message', 'exception.message'],
    ] as const) {
      const said = asText(get(record, column));
      if (said !== null && isException) attributes[key] ??= said;
    }
    return [
      storeSpan({
        traceId: get(record, 'trace_id'),
        spanId: get(record, 'span_id'),
        parentSpanId: get(record, 'parent_span_id'),
        name: either(record, 'span_name', 'message'),
        start: get(record, 'start_timestamp'),
        end: get(record, 'end_timestamp'),
        durationNs: lengthNs(get(record, 'duration'), 1000 * MS),
        status: get(record, 'otel_status_code'),
        statusMessage: get(record, 'otel_status_message'),
        isError: isException,
        attributes,
        resource: merged(
          serviceOf(get(record, 'service_name')),
          mapOf(get(record, 'otel_resource_attributes')),
        ),
        scope: get(record, 'otel_scope_name'),
        events: logfireEvents(record),
        raw: record,
      }),
    ];
  },
};

/** A field of a document whose names may be nested or joined by dots. */
function field(record: JsonObject, path: string): unknown {
  return get(record, path) ?? at(record, ...path.split('.'));
}

/** Fields below a name, nested or joined by dots. */
function below(record: JsonObject, name: string): AttributeBag {
  const bag = mapOf(get(record, name));
  for (const [key, value] of Object.entries(record))
    if (key.startsWith(`${name}.`) && value !== null && value !== '') bag[key.slice(name.length + 1)] = value;
  return bag;
}

const elasticOtel: TraceStore = {
  name: 'Elastic (OpenTelemetry)',
  mark: '@timestamp, trace_id and span_id',
  confidence: 0.93,
  knows: (record) =>
    has(record, '@timestamp', 'trace_id', 'span_id') &&
    (has(record, 'attributes') || Object.keys(record).some((key) => key.startsWith('attributes.'))),
  read: (record): StoreItem[] => [
    storeSpan({
      traceId: get(record, 'trace_id'),
      spanId: get(record, 'span_id'),
      parentSpanId: get(record, 'parent_span_id'),
      name: get(record, 'name'),
      start: elasticTime(get(record, '@timestamp')),
      durationNs: lengthNs(get(record, 'duration'), 1),
      status: field(record, 'status.code'),
      statusMessage: field(record, 'status.message'),
      attributes: below(record, 'attributes'),
      resource: merged(mapOf(at(record, 'resource', 'attributes')), below(record, 'resource.attributes')),
      scope: field(record, 'scope.name'),
      raw: record,
    }),
  ],
};

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/** `Aug 29, 2026 @ 08:00:00.000`, as Kibana writes times into CSV, as ISO text. */
function elasticTime(value: unknown): unknown {
  const [, month = '', day = '', year = '', clock = ''] =
    /^([A-Z][a-z]{2}) (\d{1,2}), (\d{4}) @ (\d{2}:\d{2}:\d{2}(?:\.\d+)?)$/.exec(asText(value) ?? '') ?? [];
  if (month === '') return value;
  const number = String(MONTHS.indexOf(month) / 3 + 1).padStart(2, '0');
  return `${year}-${number}-${day.padStart(2, '0')}T${clock}Z`;
}

/** Names of attributes whose dots Elastic APM turned into underscores. */
const DOTTED =
  'gen_ai.operation.name gen_ai.provider.name gen_ai.system gen_ai.request.model gen_ai.response.model gen_ai.response.id gen_ai.response.finish_reasons gen_ai.conversation.id gen_ai.agent.name gen_ai.agent.id gen_ai.tool.name gen_ai.tool.call.id gen_ai.tool.call.arguments gen_ai.tool.call.result gen_ai.tool.type gen_ai.input.messages gen_ai.output.messages gen_ai.system_instructions gen_ai.usage.input_tokens gen_ai.usage.output_tokens gen_ai.usage.prompt_tokens gen_ai.usage.completion_tokens gen_ai.usage.cache_read.input_tokens gen_ai.retrieval.query.text gen_ai.retrieval.documents gen_ai.data_source.id error.type session.id user.id openinference.span.kind input.value output.value llm.model_name llm.token_count.prompt llm.token_count.completion tool.name traceloop.span.kind traceloop.entity.name traceloop.entity.input traceloop.entity.output'.split(
    ' ',
  );
const BY_LABEL: ReadonlyMap<string, string> = new Map(DOTTED.map((key) => [key.replaceAll('.', '_'), key]));

/** `gen_ai_prompt_0_content` and its like, where the numbers tell which underscores were dots. */
function dotted(label: string): string {
  const known = BY_LABEL.get(label);
  if (known !== undefined) return known;
  const [, kind, index = '', rest = ''] =
    /^(gen_ai_(?:prompt|completion)|llm_(?:input|output)_messages)_(\d+)_(.+)$/.exec(label) ?? [];
  if (kind === undefined) return label;
  const inner = rest
    .replace(/(tool_calls?|contents)_(\d+)_/, '$1.$2.')
    .replace(/^message_/, 'message.')
    .replace(/tool_call_(function)_/, 'tool_call.$1.');
  return `${kind.startsWith('gen') ? kind.replace('gen_ai_', 'gen_ai.') : kind.replace('llm_', 'llm.')}.${index}.${inner}`;
}

/** A document of an error: what was thrown in the span it names. */
function apmError(record: JsonObject): StoreItem {
  const traceId = asText(field(record, 'trace.id'));
  const spanId = asText(field(record, 'parent.id')) ?? asText(field(record, 'transaction.id'));
  if (traceId === null || spanId === null) return { skip: 'error document that names no span left out' };
  const thrown = at(record, 'error', 'exception', 0) ?? at(record, 'error', 'exception');
  const said = newBag();
  const type = asText(get(thrown, 'type')) ?? asText(get(record, 'error.exception.type'));
  const message = asText(get(thrown, 'message')) ?? asText(get(record, 'error.exception.message'));
  if (type !== null) said['exception.type'] = type;
  if (message !== null) said['exception.message'] = message;
  const event = storeEvent('exception', elasticTime(get(record, '@timestamp')), said);
  return { log: { traceId, spanId, event, resource: newBag() } };
}

const elasticApm: TraceStore = {
  name: 'Elastic APM',
  mark: '@timestamp and trace.id of a span or transaction',
  confidence: 0.9,
  knows: (record) => {
    const isOf = (path: string): boolean => has(record, path) || at(record, ...path.split('.')) !== undefined;
    return has(record, '@timestamp') && isOf('trace.id') && (isOf('span.id') || isOf('transaction.id'));
  },
  read: (record) => {
    if (field(record, 'processor.event') === 'error') return [apmError(record)];
    const isSpan = field(record, 'span.id') != null && field(record, 'processor.event') !== 'transaction';
    const what = isSpan ? 'span' : 'transaction';
    const labels = merged(below(record, 'labels'), below(record, 'numeric_labels'));
    const attributes = newBag();
    for (const key of Object.keys(labels)) attributes[dotted(key)] = labels[key];
    return [
      storeSpan({
        traceId: field(record, 'trace.id'),
        spanId: field(record, `${what}.id`),
        parentSpanId: field(record, 'parent.id'),
        name: field(record, `${what}.name`),
        start: asNumber(field(record, 'timestamp.us')) ?? elasticTime(get(record, '@timestamp')),
        durationNs: lengthNs(field(record, `${what}.duration.us`), 1000),
        isError: field(record, 'event.outcome') === 'failure',
        attributes,
        resource: serviceOf(field(record, 'service.name')),
        scope: field(record, 'service.framework.name'),
        raw: record,
      }),
    ];
  },
};

export const HOSTED_STORES: readonly TraceStore[] = [honeycomb, newRelic, logfire, elasticOtel, elasticApm];
