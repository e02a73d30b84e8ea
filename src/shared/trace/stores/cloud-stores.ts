/**
 * Spans as the clouds keep them: Azure Application Insights and Log Analytics, Google Cloud Trace and Logging, AWS X-Ray,
 * and the OpenTelemetry records in CloudWatch logs. Owns their field names only.
 * https://learn.microsoft.com/azure/azure-monitor/app/data-model-complete,
 * https://cloud.google.com/trace/docs/reference/v2/rest/v2/projects.traces/batchWrite,
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
 */
import { newBag, textOf, type AttributeBag } from '../attribute-bag';
import { asArray, asObject, asText, at, get, isObject, parseMaybe, type JsonObject } from '../json';
import { anyValue, either, keyValues, otelId } from '../otel-value';
import { toNs } from '../time';
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

const MS = 1_000_000;
/** Below this nesting, subsegments of X-Ray are left out. */
const MAX_SEGMENTS = 64;

function azureTime(record: JsonObject): unknown {
  const written = either(
    record,
    'timestamp',
    'TimeGenerated',
    'time',
    'timestamp [UTC]',
    'TimeGenerated [UTC]',
  );
  return toNs(written, 'month-first') ?? written;
}

/** A row of traces, events or exceptions: it says more of the span it names. */
function azureLog(record: JsonObject, properties: AttributeBag, resource: AttributeBag): StoreItem {
  const traceId = asText(either(record, 'operation_Id', 'OperationId'));
  const spanId = asText(either(record, 'operation_ParentId', 'ParentId'));
  const exception = asText(either(record, 'type', 'ExceptionType'));
  const isException =
    get(record, 'itemType') === 'exception' ||
    get(record, 'Type') === 'AppExceptions' ||
    has(record, 'ExceptionType');
  const message = asText(either(record, 'message', 'Message', 'outerMessage', 'OuterMessage'));
  if (traceId === null || spanId === null) return { skip: 'log row that names no span left out' };
  if (isException) {
    const said = newBag();
    if (exception !== null) said['exception.type'] = exception;
    if (message !== null) said['exception.message'] = message;
    return { log: { traceId, spanId, event: storeEvent('exception', azureTime(record), said), resource } };
  }
  const name =
    textOf(properties, ['event.name', 'microsoft.custom_event.name']) ??
    asText(either(record, 'name', 'Name')) ??
    '';
  if (!name.startsWith('gen_ai.')) return { skip: 'log row without content of a model call left out' };
  const event = { ...storeEvent(name, azureTime(record), properties), body: parseMaybe(message) };
  return { log: { traceId, spanId, event, resource } };
}

const azure: TraceStore = {
  name: 'Azure Monitor',
  mark: 'operation_Id and customDimensions',
  confidence: 0.95,
  knows: (record) =>
    (has(record, 'operation_Id') && (has(record, 'customDimensions') || has(record, 'operation_ParentId'))) ||
    (has(record, 'OperationId') && (has(record, 'Properties') || has(record, 'ParentId'))),
  read: (record) => {
    const attributes = mapOf(either(record, 'customDimensions', 'Properties'));
    const service = asText(either(record, 'cloud_RoleName', 'AppRoleName'));
    const resource = service === null ? newBag() : { 'service.name': service };
    const spanId = either(record, 'id', 'Id');
    if (spanId === undefined) return [azureLog(record, attributes, resource)];
    const code = asText(either(record, 'resultCode', 'ResultCode'));
    const success = either(record, 'success', 'Success');
    return [
      storeSpan({
        traceId: either(record, 'operation_Id', 'OperationId'),
        spanId,
        parentSpanId: azureParent(record),
        name: either(record, 'name', 'Name'),
        start: azureTime(record),
        durationNs: lengthNs(either(record, 'duration', 'DurationMs'), MS),
        isError: success === false || /^false$/i.test(asText(success) ?? ''),
        statusMessage:
          textOf(attributes, ['otel.status_description', 'error.message']) ?? (code === '0' ? null : code),
        attributes,
        resource,
        raw: record,
      }),
    ];
  },
};

/** A root names its own trace as the parent. */
function azureParent(record: JsonObject): unknown {
  const parent = either(record, 'operation_ParentId', 'ParentId');
  return parent === either(record, 'operation_Id', 'OperationId') ? undefined : parent;
}

/** Ids of the first Cloud Trace API are decimal numbers of 64 bits. */
function googleId(value: unknown): unknown {
  const text = typeof value === 'number' ? String(value) : asText(value);
  if (text === null || !/^\d{1,20}$/.test(text) || text.length === 16) return value;
  const hex = BigInt(text).toString(16);
  return hex === '0' ? undefined : hex.padStart(16, '0');
}

/** `{value}` around a text that may be cut. */
function truncatable(value: unknown): unknown {
  return isObject(value) ? (get(value, 'value') ?? value) : value;
}

function googleAttributes(value: unknown): AttributeBag {
  const bag = newBag();
  for (const [key, wrapped] of Object.entries(asObject(get(value, 'attributeMap')) ?? {})) {
    const text = get(wrapped, 'stringValue');
    bag[key] = text === undefined ? anyValue(wrapped) : truncatable(text);
  }
  return bag;
}

function googleSpan(span: JsonObject, traceId: unknown): StoreItem {
  const fromName = /\/traces\/([0-9a-f]{32})\/spans\/([0-9a-f]{16})$/.exec(asText(get(span, 'name')) ?? '');
  const labels = mapOf(get(span, 'labels'));
  const attributes = merged(labels, googleAttributes(get(span, 'attributes')));
  const events = asArray(at(span, 'timeEvents', 'timeEvent')).map((event) =>
    storeEvent(
      truncatable(at(event, 'annotation', 'description')),
      get(event, 'time'),
      googleAttributes(at(event, 'annotation', 'attributes')),
    ),
  );
  const code = at(span, 'status', 'code');
  return storeSpan({
    traceId: traceId ?? fromName?.[1],
    spanId: googleId(get(span, 'spanId')) ?? fromName?.[2],
    parentSpanId: googleId(get(span, 'parentSpanId')),
    name: truncatable(get(span, 'displayName')) ?? get(span, 'name'),
    start: get(span, 'startTime'),
    end: get(span, 'endTime'),
    // Any code of google.rpc.Status but 0 is a failure.
    isError: (typeof code === 'number' && code !== 0) || attributes['/error/message'] !== undefined,
    statusMessage: at(span, 'status', 'message') ?? attributes['/error/message'],
    attributes,
    scope: attributes['otel.scope.name'],
    events,
    raw: span,
  });
}

const googleTrace: TraceStore = {
  name: 'Google Cloud Trace',
  mark: 'a trace or span of Cloud Trace',
  confidence: 0.95,
  knows: (record) =>
    has(record, 'projectId', 'traceId', 'spans') ||
    (has(record, 'displayName', 'spanId', 'startTime') && isObject(get(record, 'displayName'))),
  read: (record) => {
    const spans = get(record, 'spans');
    if (!Array.isArray(spans)) return [googleSpan(record, undefined)];
    const traceId = get(record, 'traceId');
    return listed(spans, 'spans', (span) => [googleSpan(span, traceId)]);
  },
};

const googleLog: TraceStore = {
  name: 'Google Cloud Logging',
  mark: 'a log entry with a trace and a span',
  confidence: 0.9,
  knows: (record) =>
    has(record, 'logName', 'trace', 'spanId') && (has(record, 'jsonPayload') || has(record, 'labels')),
  read: (record) => {
    const traceId = /\/traces\/([0-9a-f]{32})$/.exec(asText(get(record, 'trace')) ?? '')?.[1];
    const attributes = mapOf(get(record, 'labels'));
    const body = either(record, 'jsonPayload', 'textPayload');
    const name = textOf(attributes, ['event.name']) ?? asText(get(body, 'event.name')) ?? '';
    const spanId = otelId(googleId(get(record, 'spanId')), 8);
    if (traceId === undefined || spanId === null || !name.startsWith('gen_ai.'))
      return [{ skip: 'log entry without content of a model call left out' }];
    const event = { ...storeEvent(name, get(record, 'timestamp'), attributes), body };
    return [{ log: { traceId, spanId, event, resource: newBag() } }];
  },
};

function xrayItems(segment: JsonObject, trace: unknown, parent: unknown, depth: number): StoreItem[] {
  const traceId = (asText(get(segment, 'trace_id')) ?? asText(trace))?.replace(/^1-/, '').replace('-', '');
  const metadata = Object.values(asObject(get(segment, 'metadata')) ?? {}).map((inside) => mapOf(inside));
  const service = asText(at(segment, 'metadata', 'default', 'otel.resource.service.name'));
  const cause = asArray(at(segment, 'cause', 'exceptions'))[0];
  const attributes = merged(mapOf(get(segment, 'annotations')), ...metadata);
  const said = newBag();
  for (const key of ['type', 'message']) {
    const text = asText(get(cause, key));
    if (text !== null) said[`exception.${key}`] = text;
  }
  const span = storeSpan({
    traceId,
    spanId: get(segment, 'id'),
    parentSpanId: get(segment, 'parent_id') ?? parent,
    name: get(segment, 'name'),
    start: get(segment, 'start_time'),
    end: get(segment, 'end_time'),
    isError: ['fault', 'error', 'throttle'].some((key) => get(segment, key) === true),
    attributes,
    resource: service === null ? newBag() : { 'service.name': service },
    events: cause === undefined ? [] : [storeEvent('exception', get(segment, 'end_time'), said)],
    raw: { ...segment, subsegments: undefined },
  });
  if (depth >= MAX_SEGMENTS) return [span];
  const below = asArray(get(segment, 'subsegments')).filter(isObject);
  return [span, ...below.flatMap((one) => xrayItems(one, traceId, get(segment, 'id'), depth + 1))];
}

const xray: TraceStore = {
  name: 'AWS X-Ray',
  mark: 'a segment of X-Ray',
  confidence: 0.95,
  knows: (record) =>
    (has(record, 'Segments', 'Id') && Array.isArray(get(record, 'Segments'))) ||
    (has(record, 'trace_id', 'id', 'start_time') &&
      /^1-[0-9a-f]{8}-/.test(asText(get(record, 'trace_id')) ?? '')),
  read: (record) => {
    const segments = get(record, 'Segments');
    if (!Array.isArray(segments)) return xrayItems(record, undefined, undefined, 0);
    return listed(segments, 'Segments', (one) => {
      const document = parseMaybe(get(one, 'Document'));
      return isObject(document)
        ? xrayItems(document, get(record, 'Id'), undefined, 0)
        : [{ reject: 'segment without a document' }];
    });
  },
};

/** Records of `aws/spans` and of the runtime logs beside it, as CloudWatch hands out the text of each. */
const cloudWatch: TraceStore = {
  name: 'AWS CloudWatch',
  mark: 'an OpenTelemetry record of CloudWatch',
  confidence: 0.85,
  knows: (record) =>
    has(record, 'traceId', 'spanId') &&
    ((has(record, 'startTimeUnixNano') && isObject(get(record, 'attributes'))) ||
      (has(record, 'body') && has(record, 'timeUnixNano'))),
  read: (record) => {
    const attributes = keyValues(get(record, 'attributes'));
    const resource = keyValues(at(record, 'resource', 'attributes'));
    const scope = at(record, 'scope', 'name');
    if (!has(record, 'startTimeUnixNano')) {
      const traceId = otelId(get(record, 'traceId'), 16);
      const spanId = otelId(get(record, 'spanId'), 8);
      if (traceId === null || spanId === null) return [{ skip: 'log record that names no span left out' }];
      const name = textOf(attributes, ['event.name']) ?? '';
      const event = {
        ...storeEvent(name, get(record, 'timeUnixNano'), attributes),
        body: anyValue(get(record, 'body')),
      };
      return [{ log: { traceId, spanId, event, resource } }];
    }
    return [
      storeSpan({
        traceId: get(record, 'traceId'),
        spanId: get(record, 'spanId'),
        parentSpanId: get(record, 'parentSpanId'),
        name: get(record, 'name'),
        start: get(record, 'startTimeUnixNano'),
        end: get(record, 'endTimeUnixNano'),
        durationNs: lengthNs(get(record, 'durationNano'), 1),
        status: get(record, 'status'),
        attributes,
        resource,
        scope,
        events: asArray(get(record, 'events')).map((event) =>
          storeEvent(get(event, 'name'), get(event, 'timeUnixNano'), keyValues(get(event, 'attributes'))),
        ),
        raw: record,
      }),
    ];
  },
};

export const CLOUD_STORES: readonly TraceStore[] = [azure, googleTrace, googleLog, xray, cloudWatch];
