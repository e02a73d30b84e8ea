/**
 * OpenTelemetry spans with flat attributes, as SDKs, agents' evaluation kits and clouds dump them: `{trace_id, span_id,
 * start_time, attributes{…}, span_events}` one by one or in a list under `spans`, console exporter objects with
 * `context`, CloudWatch rows with `raw_otel_json` and their runtime logs, captures of a lone span's attributes, and
 * spans that hold their children (`child_spans`, as in the TRAIL set). Owns these envelopes only; what attributes mean
 * is shared (src/shared/trace/genai.ts). Must not take over OTLP proper nor OpenInference exports.
 * https://opentelemetry.io/docs/specs/otel/trace/api/#span
 */
import { newBag, textOf, type AttributeBag } from '../../../shared/trace/attribute-bag';
import type { SpanEvent, SpanSource } from '../../../shared/trace/genai-span';
import {
  asArray,
  asNumber,
  asObject,
  asText,
  get,
  isObject,
  parseMaybe,
  type JsonObject,
} from '../../../shared/trace/json';
import { either, excerptOf, keyValues, otelId, otelStatus, otelTime } from '../../../shared/trace/otel-value';
import { TraceBuffer } from '../../../shared/trace/trace-buffer';
import type {
  Emit,
  FormatGuide,
  FormatReader,
  Place,
  Sample,
  Sniffed,
  SourceContext,
  TraceFormat,
} from '../format';
import twinSql from './otel-flat.sql?raw';

const START = [
  'start_time',
  'startTime',
  'startTimeUnixNano',
  'start_time_unix_nano',
  'timestamp',
  'Timestamp',
  'start_timestamp',
];
const END = ['end_time', 'endTime', 'endTimeUnixNano', 'end_time_unix_nano', 'end_timestamp'];
const EVENTS = ['span_events', 'events', 'spanEvents'];
const MAX_CHILDREN_DEPTH = 64;

function spanId(record: unknown): string | null {
  const context = either(record, 'context', 'span_context');
  return (
    asText(either(record, 'span_id', 'spanId', 'SpanId')) ?? asText(either(context, 'span_id', 'spanId'))
  );
}

function attributesOf(record: unknown): unknown {
  return either(record, 'attributes', 'span_attributes', 'Attributes', 'SpanAttributes');
}

/** The shape of a record, by its own keys; null when it is none of ours. */
function shapeOf(record: unknown): { confidence: number; what: string } | null {
  const wrapped = get(record, 'raw_otel_json');
  if (isObject(wrapped) || typeof wrapped === 'string') return { confidence: 0.95, what: 'raw_otel_json' };
  const attributes = attributesOf(record);
  if (isObject(attributes) && typeof get(record, 'spanName') === 'string')
    return { confidence: 0.8, what: 'spanName with attributes' };
  if (spanId(record) === null) return null;
  if (!isObject(attributes) && typeof attributes !== 'string') {
    const isLogRow =
      isObject(parseMaybe(get(record, 'body'))) && either(record, 'trace_id', 'traceId') !== undefined;
    return isLogRow ? { confidence: 0.7, what: 'a log body with span_id and trace_id' } : null;
  }
  if (Array.isArray(get(record, 'span_events')))
    return { confidence: 0.95, what: 'span_id with flat attributes and span_events' };
  if (Array.isArray(get(record, 'child_spans'))) return { confidence: 0.9, what: 'span_id with child_spans' };
  // Phoenix writes spans much like the SDKs' console exporters, but its kind and status are plain columns.
  const isPhoenix = get(record, 'span_kind') !== undefined && typeof get(record, 'status_code') === 'string';
  if (either(record, ...START) !== undefined && !isPhoenix)
    return { confidence: 0.75, what: 'span_id, a start time and flat attributes' };
  const isLogRow = get(record, 'body') !== undefined && either(record, 'trace_id', 'traceId') !== undefined;
  return isLogRow ? { confidence: 0.7, what: 'a log body with span_id and trace_id' } : null;
}

function sniff(sample: Sample): Sniffed | null {
  if (sample.container === 'parquet') return null;
  for (const [index, record] of sample.records.entries()) {
    const where =
      sample.container === 'document' && !sample.isArray
        ? 'the document'
        : `${sample.isArray ? 'element' : 'line'} ${index + 1}`;
    const own = shapeOf(record);
    if (own) return { confidence: own.confidence, reason: `${where} has ${own.what}` };
    const inside = asArray(get(record, 'spans'));
    const first = inside.length > 0 ? shapeOf(inside[0]) : null;
    if (first)
      return { confidence: first.confidence, reason: `${where} lists spans, the first has ${first.what}` };
  }
  return null;
}

function eventOf(event: unknown): SpanEvent {
  return {
    name: asText(either(event, 'event_name', 'name', 'Name', 'eventName')) ?? '',
    timeNs: otelTime(
      either(event, 'timestamp', 'time', 'timeUnixNano', 'Timestamp', 'time_unix_nano'),
      'auto',
    ),
    attributes: keyValues(parseMaybe(either(event, 'attributes', 'Attributes', 'event_attributes'))),
    body: parseMaybe(get(event, 'body')),
  };
}

/** `PT1M48.75S`, as the length of a span, in nanoseconds. */
function isoDuration(value: unknown): bigint | null {
  const m = /^P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?$/.exec(asText(value) ?? '');
  if (!m) return null;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = m;
  return (
    BigInt(
      Math.round(
        (Number(days) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1e6,
      ),
    ) * 1000n
  );
}

function endOf(record: JsonObject, startNs: bigint | null): bigint | null {
  const end = otelTime(either(record, ...END), 'auto');
  if (end !== null || startNs === null) return end;
  const nanos = asNumber(either(record, 'durationNano', 'duration_nano', 'durationNanos'));
  const length = nanos === null ? isoDuration(get(record, 'duration')) : BigInt(Math.round(nanos));
  return length === null ? null : startNs + length;
}

function resourceOf(record: JsonObject): AttributeBag {
  const resource = either(record, 'resource', 'resource_attributes', 'ResourceAttributes');
  return keyValues(get(resource, 'attributes') ?? resource);
}

function spanOf(
  record: JsonObject,
  id: string,
  fallback: { traceId: string | null; sessionId: string | null },
): SpanSource {
  const context = either(record, 'context', 'span_context');
  const { status, message } = otelStatus(either(record, 'status', 'status_code', 'statusCode'));
  const startNs = otelTime(either(record, ...START), 'auto');
  const attributes = keyValues(parseMaybe(attributesOf(record)));
  if (fallback.sessionId !== null && attributes['session.id'] === undefined)
    attributes['session.id'] = fallback.sessionId;
  const trace = otelId(
    either(record, 'trace_id', 'traceId', 'TraceId') ?? either(context, 'trace_id', 'traceId'),
    16,
  );
  return {
    spanId: otelId(stripHex(id), 8) ?? id,
    parentSpanId: otelId(
      stripHex(either(record, 'parent_span_id', 'parentSpanId', 'parent_id', 'parentId', 'ParentSpanId')),
      8,
    ),
    traceId: stripHex(trace) === undefined ? fallback.traceId : (asText(stripHex(trace)) ?? fallback.traceId),
    name: asText(either(record, 'name', 'span_name', 'spanName', 'SpanName')) ?? '',
    startNs,
    endNs: endOf(record, startNs),
    status,
    statusMessage: message ?? asText(either(record, 'status_message', 'statusMessage', 'StatusMessage')),
    attributes,
    resource: resourceOf(record),
    scope: asText(get(get(record, 'scope'), 'name')) ?? asText(either(record, 'scope_name', 'scopeName')),
    events: asArray(either(record, ...EVENTS)).map(eventOf),
    raw: withoutChildren(record),
  };
}

/** Console exporters write ids as `0x…`. */
function stripHex(id: unknown): unknown {
  return typeof id === 'string' && /^0x[0-9a-f]+$/i.test(id) ? id.slice(2) : (id ?? undefined);
}

function withoutChildren(record: JsonObject): JsonObject {
  if (!Array.isArray(get(record, 'child_spans'))) return record;
  const { child_spans: children, ...rest } = record;
  return { ...rest, child_spans: `${String(asArray(children).length)} spans of their own` };
}

class FlatReader implements FormatReader {
  readonly #buffer: TraceBuffer;
  #captures = 0;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {
    this.#buffer = new TraceBuffer(emit);
  }

  record(record: unknown, place: Place): void {
    const list = get(record, 'spans');
    if (Array.isArray(list)) {
      const around = {
        traceId: asText(either(record, 'trace_id', 'traceId')),
        sessionId: asText(either(record, 'session_id', 'sessionId')),
      };
      for (const [i, span] of list.entries())
        this.#one(span, { line: this.source.lineOf(`/spans/${i}`) }, around, `/spans/${i}`);
    } else if (Array.isArray(record)) {
      for (const [i, span] of record.entries())
        this.#one(span, { line: this.source.lineOf(`/${i}`) }, { traceId: null, sessionId: null }, `/${i}`);
    } else this.#one(record, place, { traceId: null, sessionId: null }, '');
  }

  end(): void {
    this.#buffer.end();
  }

  #one(
    value: unknown,
    place: Place,
    around: { traceId: string | null; sessionId: string | null },
    pointer: string,
    depth = 0,
  ): void {
    const wrapped = parseMaybe(get(value, 'raw_otel_json'));
    const record = asObject(wrapped) ?? asObject(value);
    if (!record) {
      this.emit.reject(place, 'not an object', excerptOf(value));
      return;
    }
    const id = spanId(record);
    if (id === null) this.#withoutId(record, place);
    else if (
      attributesOf(record) === undefined &&
      either(record, 'name', 'span_name') === undefined &&
      get(record, 'body') === undefined
    ) {
      this.emit.reject(place, 'span with neither name nor attributes', excerptOf(record));
    } else if (isLog(record)) this.#log(record, id, place);
    else this.#buffer.add(spanOf(record, id, around), place);
    if (depth >= MAX_CHILDREN_DEPTH) return;
    for (const [i, child] of asArray(get(record, 'child_spans')).entries()) {
      const below = `${pointer}/child_spans/${i}`;
      this.#one(child, { line: this.source.lineOf(below) }, around, below, depth + 1);
    }
  }

  /** A capture of one span's name and attributes, without ids or times: an id is made from the file and its order. */
  #withoutId(record: JsonObject, place: Place): void {
    const name = asText(either(record, 'spanName', 'name'));
    const isCapture = either(record, 'trace_id', 'traceId', ...START) === undefined;
    if (name === null || !isCapture || !isObject(attributesOf(record))) {
      this.emit.reject(place, 'no span_id', excerptOf(record));
      return;
    }
    this.#captures += 1;
    this.emit.note('span captured without ids or times');
    const made = `${this.source.shortHash}-${this.#captures}`;
    this.#buffer.add({ ...spanOf(record, made, { traceId: null, sessionId: null }), spanId: made }, place);
  }

  #log(record: JsonObject, id: string, place: Place): void {
    const traceId = otelId(either(record, 'trace_id', 'traceId'), 16);
    if (traceId === null) {
      this.emit.reject(place, 'log record without a trace id', excerptOf(record));
      return;
    }
    const attributes = keyValues(parseMaybe(attributesOf(record)));
    const name =
      asText(either(record, 'event_name', 'eventName')) ?? textOf(attributes, ['event.name']) ?? '';
    const timeNs = otelTime(either(record, 'timeUnixNano', 'observedTimeUnixNano', 'timestamp'), 'auto');
    const event = { name, timeNs, attributes, body: parseMaybe(get(record, 'body')) };
    this.#buffer.addLog(traceId, {
      spanId: otelId(id, 8) ?? id,
      event,
      resource: resourceOf(record),
      place,
      raw: record,
    });
  }
}

/** A runtime log row: it has a body and no length in time. */
function isLog(record: JsonObject): boolean {
  return (
    get(record, 'body') !== undefined && either(record, ...END, 'durationNano', 'duration') === undefined
  );
}

const guide: FormatGuide = {
  reads: [
    'Spans with flat attributes, one by one, in a list or under `spans`: SDK dumps, evaluation kits, console exporters.',
    'CloudWatch and ADOT rows (`raw_otel_json`) with their runtime logs.',
    'Captures of one span’s attributes without ids; spans that hold their children (`child_spans`).',
  ],
  spans: [
    'What the attributes mean (GenAI, OpenInference, Traceloop, Vercel AI) is read as in OTLP. Log rows join the span they name.',
    'Ends come from the end time, the duration in nanoseconds or an ISO duration.',
  ],
  turns:
    'The session is the one the attributes or the list around the spans name; without one each trace stands alone. User messages that are new to a session open turns.',
  pillars: 'By kind; spans with no GenAI meaning stay as environment or chain.',
  labels: 'GenAI evaluation events become labels.',
  leavesOut: ['Children below 64 levels.', 'Log rows without a trace are rejected.'],
};

const format: TraceFormat = {
  id: 'otel-flat',
  title: 'OpenTelemetry spans (flat)',
  description:
    'OpenTelemetry spans with flat attributes as SDK dumps, AWS ADOT and CloudWatch exports or single captures hold them.',
  documentation: 'https://opentelemetry.io/docs/specs/otel/trace/api/#span',
  guide,
  containers: ['lines', 'document'],
  ordering: 'time',
  canContinue: true,
  sniff,
  twins: [
    {
      container: 'lines',
      script: twinSql,
      scan: 'flat',
      around: (value) => ({
        resource: isObject(value) ? resourceOf(value) : newBag(),
        scope: asText(get(get(value, 'scope'), 'name')),
      }),
    },
  ],
  read: (emit, source) => new FlatReader(emit, source),
};

export default format;
