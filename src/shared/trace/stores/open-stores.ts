/**
 * Spans as tracing back ends that anybody can run keep them: Jaeger, Zipkin, the tables of ClickHouse and SigNoz, and
 * the objects of OpenTelemetry’s JavaScript SDK. Owns their field names only.
 * https://www.jaegertracing.io/docs/latest/apis/ and https://zipkin.io/zipkin-api/
 */
import { newBag, type AttributeBag } from '../attribute-bag';
import type { SpanEvent } from '../genai-span';
import { asArray, asNumber, asObject, asText, at, get, isObject, parseMaybe, type JsonObject } from '../json';
import { either } from '../otel-value';
import {
  has,
  lengthNs,
  listed,
  mapOf,
  merged,
  storeEvent,
  storeSpan,
  type StoreItem,
  type TraceStore,
} from './store-record';

/** Jaeger's list of `{key, type, value}`, or the object that Elasticsearch may keep instead. */
function jaegerTags(value: unknown, flat?: unknown): AttributeBag {
  return merged(mapOf(flat), mapOf(value));
}

function jaegerSpan(span: JsonObject, processes: JsonObject | null): StoreItem {
  const above = asArray(get(span, 'references'));
  const parent =
    above.find((one) => get(one, 'refType') === 'CHILD_OF' && get(one, 'traceID') === get(span, 'traceID')) ??
    above.find((one) => get(one, 'traceID') === get(span, 'traceID'));
  const process = get(span, 'process') ?? get(processes, asText(get(span, 'processID')) ?? '');
  const attributes = jaegerTags(get(span, 'tags'), get(span, 'tag'));
  const events = asArray(get(span, 'logs')).map((log): SpanEvent => {
    const fields = jaegerTags(get(log, 'fields'));
    return storeEvent(fields['event'] ?? '', get(log, 'timestamp'), fields);
  });
  const service = asText(get(process, 'serviceName'));
  return storeSpan({
    traceId: get(span, 'traceID'),
    spanId: get(span, 'spanID'),
    parentSpanId: get(parent, 'spanID') ?? get(span, 'parentSpanID'),
    name: get(span, 'operationName'),
    start: get(span, 'startTime'),
    durationNs: lengthNs(get(span, 'duration'), 1000),
    isError: attributes['error'] === true || attributes['error'] === 'true',
    attributes,
    resource: merged(
      jaegerTags(get(process, 'tags'), get(process, 'tag')),
      service === null ? newBag() : { 'service.name': service },
    ),
    scope: attributes['otel.scope.name'] ?? attributes['otel.library.name'],
    events,
    raw: span,
  });
}

const jaeger: TraceStore = {
  name: 'Jaeger',
  mark: 'traceID, spanID and operationName',
  confidence: 0.95,
  knows: (record) =>
    has(record, 'traceID', 'spanID', 'operationName') ||
    (has(record, 'traceID', 'processes') && Array.isArray(get(record, 'spans'))),
  read: (record) => {
    const spans = get(record, 'spans');
    if (!Array.isArray(spans)) return [jaegerSpan(record, null)];
    const processes = asObject(get(record, 'processes'));
    return listed(spans, 'spans', (span) => [jaegerSpan(span, processes)]);
  },
};

/** OpenTelemetry's exporters put an event's attributes into the text of an annotation: `{"exception":{…}}`. */
function zipkinEvent(annotation: unknown): SpanEvent {
  const value = get(annotation, 'value');
  const said = Object.entries(asObject(parseMaybe(value)) ?? {});
  const [name, inside] = said.length === 1 ? (said[0] ?? []) : [];
  return storeEvent(name ?? value, get(annotation, 'timestamp'), isObject(inside) ? mapOf(inside) : newBag());
}

const zipkin: TraceStore = {
  name: 'Zipkin',
  mark: 'traceId, id and localEndpoint or tags',
  confidence: 0.92,
  knows: (record) =>
    has(record, 'traceId', 'id', 'timestamp') &&
    (has(record, 'localEndpoint') || isObject(get(record, 'tags'))),
  read: (record) => {
    const attributes = mapOf(get(record, 'tags'));
    const service = asText(at(record, 'localEndpoint', 'serviceName'));
    const error = asText(attributes['error']);
    return [
      storeSpan({
        traceId: get(record, 'traceId'),
        spanId: get(record, 'id'),
        parentSpanId: get(record, 'parentId'),
        name: get(record, 'name'),
        start: get(record, 'timestamp'),
        durationNs: lengthNs(get(record, 'duration'), 1000),
        isError: error !== null && error !== 'false',
        statusMessage: error === 'true' || error === 'false' ? undefined : error,
        attributes,
        resource: service === null ? newBag() : { 'service.name': service },
        scope: attributes['otel.scope.name'] ?? attributes['otel.library.name'],
        events: asArray(get(record, 'annotations')).map(zipkinEvent),
        raw: record,
      }),
    ];
  },
};

/** The columns of nested values that ClickHouse keeps as lists beside each other. */
function clickHouseEvents(record: JsonObject): SpanEvent[] {
  const list = (key: string): readonly unknown[] =>
    asArray(parseMaybe(either(record, `Events.${key}`, `Events_${key}`) ?? at(record, 'Events', key)));
  const [times, attributes] = [list('Timestamp'), list('Attributes')];
  return list('Name').map((name, i) => storeEvent(name, times[i], mapOf(attributes[i])));
}

const clickHouse: TraceStore = {
  name: 'ClickHouse',
  mark: 'TraceId, SpanId and SpanAttributes',
  confidence: 0.95,
  knows: (record) => has(record, 'TraceId', 'SpanId', 'SpanAttributes'),
  read: (record) => {
    const service = asText(get(record, 'ServiceName'));
    return [
      storeSpan({
        traceId: get(record, 'TraceId'),
        spanId: get(record, 'SpanId'),
        parentSpanId: get(record, 'ParentSpanId'),
        name: get(record, 'SpanName'),
        start: get(record, 'Timestamp'),
        durationNs: lengthNs(either(record, 'Duration', 'DurationNs'), 1),
        status: get(record, 'StatusCode'),
        statusMessage: get(record, 'StatusMessage'),
        attributes: mapOf(get(record, 'SpanAttributes')),
        resource: merged(
          service === null ? newBag() : { 'service.name': service },
          mapOf(get(record, 'ResourceAttributes')),
        ),
        scope: get(record, 'ScopeName'),
        events: clickHouseEvents(record),
        raw: record,
      }),
    ];
  },
};

function sigNozEvent(written: unknown): SpanEvent {
  const event = parseMaybe(written);
  return storeEvent(
    get(event, 'name'),
    get(event, 'timeUnixNano'),
    mapOf(either(event, 'attributeMap', 'attributes')),
  );
}

const sigNoz: TraceStore = {
  name: 'SigNoz',
  mark: 'attributes_string beside a span id',
  confidence: 0.95,
  knows: (record) =>
    (has(record, 'attributes_string') && (has(record, 'span_id') || has(record, 'spanID'))) ||
    (has(record, 'spanID', 'traceID') && has(record, 'stringTagMap')),
  read: (record) => [
    storeSpan({
      traceId: either(record, 'trace_id', 'traceID'),
      spanId: either(record, 'span_id', 'spanID'),
      parentSpanId: either(record, 'parent_span_id', 'parentSpanID'),
      name: get(record, 'name'),
      start: get(record, 'timestamp'),
      durationNs: lengthNs(either(record, 'duration_nano', 'durationNano'), 1),
      status: either(record, 'status_code', 'status_code_string', 'statusCode'),
      statusMessage: either(record, 'status_message', 'statusMessage'),
      isError: either(record, 'has_error', 'hasError') === true,
      attributes: merged(
        ...[
          'attributes_string',
          'attributes_number',
          'attributes_bool',
          'stringTagMap',
          'numberTagMap',
          'boolTagMap',
        ].map((key) => mapOf(get(record, key))),
      ),
      resource: mapOf(either(record, 'resources_string', 'resourceTagsMap', 'resource_string')),
      scope: get(record, 'scope_name'),
      events: asArray(parseMaybe(get(record, 'events'))).map(sigNozEvent),
      raw: record,
    }),
  ],
};

/** `[seconds, nanoseconds]`, as the JavaScript SDK keeps times, in nanoseconds as digits. */
function hrTime(value: unknown): unknown {
  const [seconds, nanos] = asArray(value).map(asNumber);
  if (seconds == null || nanos == null || !Number.isInteger(seconds) || !Number.isInteger(nanos))
    return value;
  return String(BigInt(seconds) * 1_000_000_000n + BigInt(nanos));
}

function jsResource(record: JsonObject): AttributeBag {
  const resource = get(record, 'resource');
  const raw = asArray(get(resource, '_rawAttributes')).flatMap((pair) => {
    const [key, value] = asArray(pair);
    return typeof key === 'string' ? [{ key, value }] : [];
  });
  return merged(mapOf(raw), mapOf(either(resource, 'attributes', '_attributes')));
}

const javaScript: TraceStore = {
  name: 'OpenTelemetry JavaScript SDK',
  mark: 'a span object of the JavaScript SDK',
  confidence: 0.93,
  knows: (record) =>
    isObject(get(record, 'attributes')) &&
    ((has(record, 'traceId', 'id', 'timestamp', 'duration') && !has(record, 'tags')) ||
      (Array.isArray(get(record, 'startTime')) && isObject(either(record, '_spanContext', 'spanContext')))),
  read: (record) => {
    const context = either(record, '_spanContext', 'spanContext');
    return [
      storeSpan({
        traceId: get(record, 'traceId') ?? get(context, 'traceId'),
        spanId: get(record, 'id') ?? get(context, 'spanId'),
        parentSpanId: either(record, 'parentId', 'parentSpanId') ?? at(record, 'parentSpanContext', 'spanId'),
        name: get(record, 'name'),
        start: get(record, 'timestamp') ?? hrTime(get(record, 'startTime')),
        end: hrTime(get(record, 'endTime')),
        durationNs: lengthNs(get(record, 'duration'), 1000),
        status: get(record, 'status'),
        statusMessage: at(record, 'status', 'message'),
        attributes: mapOf(get(record, 'attributes')),
        resource: jsResource(record),
        scope: get(either(record, 'instrumentationScope', 'instrumentationLibrary'), 'name'),
        events: asArray(get(record, 'events')).map((event) =>
          storeEvent(get(event, 'name'), hrTime(get(event, 'time')), mapOf(get(event, 'attributes'))),
        ),
        raw: record,
      }),
    ];
  },
};

export const OPEN_STORES: readonly TraceStore[] = [jaeger, zipkin, clickHouse, sigNoz, javaScript];
