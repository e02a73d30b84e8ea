/**
 * OpenTelemetry protocol in JSON, as the Collector's file exporter writes it (TracesData and LogsData, one a line),
 * also as one document or a list. Owns the envelope: resources, scopes, spans, log records, ids, times. What the
 * attributes mean is shared with the other formats of the family (src/shared/trace/genai.ts). Log records join the span
 * they name when it is in the same file. Must not read files or drop a span: what is not GenAI stays as environment
 * or chain.
 * https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/
 */
import type { AttributeBag } from '../../../shared/trace/attribute-bag';
import { newBag, textOf } from '../../../shared/trace/attribute-bag';
import { readCliLog, type CliLog } from '../../../shared/trace/cli-log';
import type { SpanEvent, SpanSource } from '../../../shared/trace/genai-span';
import { asArray, asText, get, isObject, type JsonObject } from '../../../shared/trace/json';
import {
  anyValue,
  either,
  excerptOf,
  keyValues,
  otelId,
  otelStatus,
  otelTime,
} from '../../../shared/trace/otel-value';
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
import twinSql from './otlp.sql?raw';

const SPANS = ['resourceSpans', 'resource_spans', 'batches'];
const LOGS = ['resourceLogs', 'resource_logs'];
const METRICS = ['resourceMetrics', 'resource_metrics'];
const SCOPE_SPANS = [
  'scopeSpans',
  'scope_spans',
  'instrumentationLibrarySpans',
  'instrumentation_library_spans',
];
const SCOPE_LOGS = ['scopeLogs', 'scope_logs', 'instrumentationLibraryLogs'];

/** The first of these keys that holds a list, with the list. */
function listUnder(
  value: unknown,
  keys: readonly string[],
): { key: string; list: readonly unknown[] } | null {
  for (const key of keys) {
    const list = get(value, key);
    if (Array.isArray(list)) return { key, list };
  }
  return null;
}

/** A Span on its own, without resource and scope around it. */
function isBareSpan(record: unknown): boolean {
  const hasId = either(record, 'spanId', 'span_id') !== undefined;
  const isTimed = either(record, 'startTimeUnixNano', 'start_time_unix_nano') !== undefined;
  return hasId && isTimed && Array.isArray(get(record, 'attributes'));
}

/** Grafana Tempo wraps a trace's resources once more. */
function unwrapped(record: unknown): unknown {
  const inner = get(record, 'trace');
  return listUnder(inner, SPANS) ? inner : record;
}

function envelopeKey(record: unknown): string | null {
  for (const keys of [SPANS, LOGS, METRICS, SCOPE_SPANS, SCOPE_LOGS]) {
    const found = listUnder(record, keys);
    if (found && (found.key !== 'batches' || listUnder(found.list[0], SCOPE_SPANS))) return found.key;
  }
  return null;
}

function sniff(sample: Sample): Sniffed | null {
  if (sample.container === 'parquet') return null;
  const unit = sample.isArray ? 'element' : 'line';
  for (const [index, wrapped] of sample.records.entries()) {
    const record = unwrapped(wrapped);
    const key = envelopeKey(record);
    if (key)
      return { confidence: METRICS.includes(key) ? 0.7 : 0.97, reason: `${unit} ${index + 1} has ${key}` };
    if (isBareSpan(record))
      return {
        confidence: 0.85,
        reason: `${unit} ${index + 1} is an OTLP span (spanId, startTimeUnixNano, list of attributes)`,
      };
  }
  return null;
}

function eventOf(event: unknown): SpanEvent {
  return {
    name: asText(get(event, 'name')) ?? '',
    timeNs: otelTime(either(event, 'timeUnixNano', 'time_unix_nano')),
    attributes: keyValues(get(event, 'attributes')),
  };
}

interface Around {
  resource: AttributeBag;
  scope: string | null;
}

function spanOf(span: JsonObject, { resource, scope }: Around): SpanSource | string {
  const spanId = otelId(either(span, 'spanId', 'span_id'), 8);
  if (spanId === null) return 'span without a spanId';
  const { status, message } = otelStatus(get(span, 'status'));
  return {
    spanId,
    parentSpanId: otelId(either(span, 'parentSpanId', 'parent_span_id'), 8),
    traceId: otelId(either(span, 'traceId', 'trace_id'), 16),
    name: asText(get(span, 'name')) ?? '',
    startNs: otelTime(either(span, 'startTimeUnixNano', 'start_time_unix_nano')),
    endNs: otelTime(either(span, 'endTimeUnixNano', 'end_time_unix_nano')),
    status,
    statusMessage: message,
    attributes: keyValues(get(span, 'attributes')),
    resource,
    scope,
    events: asArray(get(span, 'events')).map(eventOf),
    raw: span,
  };
}

class OtlpReader implements FormatReader {
  readonly #buffer: TraceBuffer;
  /** Events of coding agents so far. */
  #cliEvents = 0;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {
    this.#buffer = new TraceBuffer(emit);
  }

  record(wrapped: unknown, place: Place): void {
    const record = unwrapped(wrapped);
    const above = record === wrapped ? '' : '/trace';
    if (isBareSpan(record)) return this.#span(record, place, { resource: newBag(), scope: null });
    let known = false;
    const spans = listUnder(record, SPANS);
    if (spans) {
      known = true;
      for (const [i, one] of spans.list.entries()) this.#resource(one, place, `${above}/${spans.key}/${i}`);
    }
    const logs = listUnder(record, LOGS);
    if (logs) {
      known = true;
      for (const [i, one] of logs.list.entries()) this.#resource(one, place, `/${logs.key}/${i}`);
    }
    const metrics = listUnder(record, METRICS);
    if (metrics) {
      known = true;
      this.emit.note('metrics not read', metrics.list.length);
    }
    if (listUnder(record, SCOPE_SPANS) ?? listUnder(record, SCOPE_LOGS)) {
      known = true;
      this.#resource(record, place, '');
    }
    if (!known)
      this.emit.reject(place, 'no resourceSpans, resourceLogs or resourceMetrics', excerptOf(record));
  }

  end(): void {
    this.#buffer.end();
  }

  #resource(one: unknown, place: Place, pointer: string): void {
    const resource = keyValues(get(get(one, 'resource'), 'attributes'));
    const spans = listUnder(one, SCOPE_SPANS);
    const logs = listUnder(one, SCOPE_LOGS);
    if (!spans && !logs) {
      this.emit.reject(
        this.#placeOf(pointer, place),
        'resource without scopeSpans or scopeLogs',
        excerptOf(one),
      );
      return;
    }
    for (const [j, scoped] of (spans?.list ?? []).entries()) {
      const around = { resource, scope: scopeName(scoped) };
      const inside = listUnder(scoped, ['spans']);
      for (const [k, span] of (inside?.list ?? []).entries()) {
        this.#span(span, this.#placeOf(`${pointer}/${spans?.key ?? ''}/${j}/spans/${k}`, place), around);
      }
    }
    for (const [j, scoped] of (logs?.list ?? []).entries()) {
      const inside = listUnder(scoped, ['logRecords', 'log_records', 'logs']);
      for (const [k, log] of (inside?.list ?? []).entries()) {
        this.#log(
          log,
          this.#placeOf(`${pointer}/${logs?.key ?? ''}/${j}/${inside?.key ?? ''}/${k}`, place),
          resource,
        );
      }
    }
  }

  #span(span: unknown, place: Place, around: Around): void {
    const read = isObject(span) ? spanOf(span, around) : 'span is not an object';
    if (typeof read === 'string') this.emit.reject(place, read, excerptOf(span));
    else this.#buffer.add(read, place);
  }

  #log(log: unknown, place: Place, resource: AttributeBag): void {
    if (!isObject(log)) {
      this.emit.reject(place, 'log record is not an object', excerptOf(log));
      return;
    }
    const attributes = keyValues(get(log, 'attributes'));
    const body = anyValue(get(log, 'body'));
    const name = asText(either(log, 'eventName', 'event_name')) ?? textOf(attributes, ['event.name']) ?? '';
    const timeNs =
      otelTime(either(log, 'timeUnixNano', 'time_unix_nano')) ??
      otelTime(either(log, 'observedTimeUnixNano', 'observed_time_unix_nano'));
    if (this.#cliLog({ name: name || (asText(body) ?? ''), timeNs, attributes }, log, place, resource))
      return;
    const traceId = otelId(either(log, 'traceId', 'trace_id'), 16);
    const spanId = otelId(either(log, 'spanId', 'span_id'), 8) ?? '';
    if (traceId === null) {
      this.#buffer.noteUnknown(`log record "${name.slice(0, 80)}" names no trace: not kept`);
      return;
    }
    this.#buffer.addLog(traceId, {
      spanId,
      event: { name, timeNs, attributes, body },
      resource,
      place,
      raw: log,
    });
  }

  /** Events of a coding agent stand for themselves; true when this was one. */
  #cliLog(event: CliLog, log: JsonObject, place: Place, resource: AttributeBag): boolean {
    const said = readCliLog(event);
    if (said === 'unknown') return false;
    if (said === 'empty') {
      this.#buffer.noteUnknown(`log event "${event.name.slice(0, 80)}" without content of its own: not kept`);
      return true;
    }
    this.#cliEvents += 1;
    this.emit.span(
      {
        ...said,
        spanId: `log:${this.source.shortHash}:${String(this.#cliEvents)}`,
        agentName: textOf(resource, ['service.name']),
        agentVersion: textOf(resource, ['service.version']),
        environment: textOf(resource, ['deployment.environment.name', 'deployment.environment']),
        raw: log,
      },
      place,
    );
    return true;
  }

  #placeOf(pointer: string, place: Place): Place {
    return pointer === '' ? place : { line: this.source.lineOf(pointer) };
  }
}

function scopeName(scoped: unknown): string | null {
  return asText(get(either(scoped, 'scope', 'instrumentationLibrary', 'instrumentation_library'), 'name'));
}

const guide: FormatGuide = {
  reads: [
    '`resourceSpans` and `resourceLogs`, one a line, as a document or a list, also as Grafana Tempo (`batches`, `trace`) and the Java SDK’s logging exporter wrap them; snake case, base64 ids, names or numbers of enums, attributes as lists or objects; bare spans.',
  ],
  spans: [
    'GenAI attributes of today and the deprecated ones, OpenInference, Traceloop and Vercel AI (`ai.*`) decide kind, messages, tokens and tool calls.',
    'GenAI log events join their span by trace and span id, in whatever order they stand, in one file, in several or in several imports; a model call known from its log events alone becomes a span of its own.',
    'Log events of coding agents (Claude Code, Codex, Gemini CLI, Qwen Code), which name a session and no trace: prompts are user messages, `api_request`, `api_response` and `api_error` model calls, `tool_result` and `tool_call` tool calls with their failure, the rest events.',
    'An error status makes a span an error, and where the status says nothing an `exception` event, unless it never left the span.',
  ],
  turns:
    'The session is `session.id`, `gen_ai.conversation.id` and the like; without one each trace stands alone. User messages that are new to a session open turns.',
  pillars: 'By kind; spans with no GenAI meaning stay as environment or chain and are never dropped.',
  labels: 'GenAI evaluation events become labels.',
  leavesOut: [
    'Metrics are counted only.',
    'Other log records that name no trace are not kept; the import says which.',
    'What a coding agent answered is not in its log events; they hold prompts only where its telemetry was told to.',
  ],
};

const format: TraceFormat = {
  id: 'otlp',
  title: 'OpenTelemetry (OTLP JSON)',
  description:
    'Traces and logs in OTLP JSON, from the Collector’s file exporter or an SDK’s, with GenAI, OpenInference, Traceloop or Vercel AI attributes.',
  documentation: 'https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/',
  guide,
  containers: ['lines', 'document'],
  ordering: 'time',
  canContinue: true,
  sniff,
  twins: [
    {
      container: 'lines',
      script: twinSql,
      scan: 'otlp',
      around: (value) => ({
        resource: keyValues(get(get(value, 'resource'), 'attributes')),
        scope: scopeName(value),
      }),
    },
  ],
  read: (emit, source) => new OtlpReader(emit, source),
};

export default format;
