/**
 * Spans of one trace, written as one OTLP JSON line (opentelemetry.io/docs/specs/otel/protocol/file-exporter).
 * Owns the encoding; it must not know what the spans mean.
 */
export type AttributeValue = string | number | boolean | readonly string[];
export type Attributes = Readonly<Record<string, AttributeValue>>;

export interface SpanEvent {
  name: string;
  atMs: number;
  attributes: Attributes;
}

export interface Span {
  spanId: string;
  parentSpanId: string;
  name: string;
  kind: 'internal' | 'client';
  startMs: number;
  endMs: number;
  attributes: Attributes;
  events?: readonly SpanEvent[];
  /** Present when the span failed. */
  error?: string;
}

/** One line of the export: a resource with its spans in the order in which they ended. */
export function otlpLine(
  resource: Attributes,
  scope: { name: string; version: string },
  traceId: string,
  spans: readonly Span[],
): string {
  const ordered = [...spans].sort((a, b) => a.endMs - b.endMs || b.startMs - a.startMs);
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: keyValues(resource) },
        scopeSpans: [{ scope, spans: ordered.map((span) => encodeSpan(traceId, span)) }],
      },
    ],
  });
}

function encodeSpan(traceId: string, span: Span): object {
  return {
    traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    name: span.name,
    kind: span.kind === 'client' ? 3 : 1,
    startTimeUnixNano: nanos(span.startMs),
    endTimeUnixNano: nanos(span.endMs),
    attributes: keyValues(span.attributes),
    ...(span.events === undefined
      ? {}
      : {
          events: span.events.map((e) => ({
            timeUnixNano: nanos(e.atMs),
            name: e.name,
            attributes: keyValues(e.attributes),
          })),
        }),
    status: span.error === undefined ? {} : { code: 2, message: span.error },
  };
}

/** Microseconds are exact in a double until 2255; the last three digits are always zero. */
function nanos(ms: number): string {
  return `${Math.round(ms * 1000)}000`;
}

function keyValues(attributes: Attributes): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: AttributeValue): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number')
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return { arrayValue: { values: value.map((item) => ({ stringValue: item })) } };
}
