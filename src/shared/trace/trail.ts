/**
 * Spans and labels of TRAIL: OpenTelemetry spans nested in one another with a duration instead of an end, and what
 * people annotated of them. https://github.com/patronus-ai/trail-benchmark
 */
import { flattenInto, newBag } from './attribute-bag';
import type { GenAiLabel, SpanEvent, SpanSource } from './genai-span';
import { asArray, asNumber, asText, get, isObject, parseMaybe, type JsonObject } from './json';
import { either, otelStatus } from './otel-value';
import { toNs } from './time';

const DURATION = /^P(?:(\d{1,6})D)?T?(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9})(?:\.(\d{1,9})\d{0,9})?S)?$/;

/** An ISO 8601 duration (`PT1M48.75S`) in nanoseconds; null when it is none. */
export function durationNs(value: unknown): bigint | null {
  const text = asText(value);
  const found = text === null || text === 'P' || text === 'PT' ? null : DURATION.exec(text);
  if (!found) return null;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0', fraction = ''] = found;
  const whole = ((BigInt(days) * 24n + BigInt(hours)) * 60n + BigInt(minutes)) * 60n + BigInt(seconds);
  return whole * 1_000_000_000n + BigInt(fraction.padEnd(9, '0') || '0');
}

function eventOf(event: unknown): SpanEvent {
  const attributes = newBag();
  flattenInto(attributes, parseMaybe(either(event, 'Attributes', 'attributes')));
  return {
    name: asText(either(event, 'Name', 'name')) ?? '',
    timeNs: toNs(either(event, 'Timestamp', 'timestamp')),
    attributes,
  };
}

/** A span without the spans below it; text says why not. */
export function trailSpan(
  record: JsonObject,
  parent: string | null,
  traceId: string | null,
): SpanSource | string {
  const spanId = asText(get(record, 'span_id'));
  if (spanId === null) return 'span without an id';
  const attributes = newBag();
  flattenInto(attributes, parseMaybe(get(record, 'span_attributes')));
  const resource = newBag();
  flattenInto(resource, parseMaybe(get(record, 'resource_attributes')));
  // Smolagents write what a function was given and gave as a log of its span.
  const body = asArray(get(record, 'logs'))
    .map((log) => parseMaybe(get(log, 'body')))
    .find((one) => isObject(one) && get(one, 'function.name') !== undefined);
  const startNs = toNs(get(record, 'timestamp'));
  const duration = durationNs(get(record, 'duration'));
  const { status, message } = otelStatus(either(record, 'status_code'));
  const { child_spans: _below, ...own } = record;
  return {
    spanId,
    parentSpanId: asText(get(record, 'parent_span_id')) ?? parent,
    traceId: asText(get(record, 'trace_id')) ?? traceId,
    name: asText(get(record, 'span_name')) ?? '',
    startNs,
    endNs: startNs === null || duration === null ? null : startNs + duration,
    status,
    statusMessage: asText(get(record, 'status_message')) ?? message,
    attributes,
    resource,
    scope: asText(get(record, 'scope_name')),
    events: asArray(get(record, 'events')).map(eventOf),
    raw: own,
    input:
      attributes['input.value'] === undefined ? (get(body, 'function.arguments') ?? undefined) : undefined,
    output:
      attributes['output.value'] === undefined ? (get(body, 'function.output') ?? undefined) : undefined,
  };
}

/** A category as it is compared: `Context Handling Failure(s)` and `Language-Only` have one spelling each. */
export function trailCategory(text: string): string {
  const words = text
    .replace(/\(s\)|s$/i, '')
    .replace(/[-_\s]+/g, ' ')
    .trim()
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const SCORES = ['reliability', 'security', 'instruction_adherence', 'plan_opt'] as const;

/** What people annotated of one trace: errors at spans, and scores of the whole. */
export function trailLabels(record: JsonObject, traceId: string): { label: GenAiLabel; pointer: string }[] {
  const errors = asArray(get(record, 'errors')).flatMap((error, i) => {
    const category = asText(get(error, 'category'));
    if (category === null) return [];
    const said = [get(error, 'description'), get(error, 'evidence')].filter(
      (one) => typeof one === 'string' && one !== '',
    );
    const impact = asText(get(error, 'impact'));
    const label: GenAiLabel = {
      labelId: `${traceId}:error:${i}`,
      traceId,
      spanId: asText(get(error, 'location')),
      name: trailCategory(category),
      kind: 'failure',
      annotatorKind: 'human',
      annotator: 'TRAIL',
      text: impact === null ? null : `impact ${impact.toLowerCase()}`,
      explanation: said.join('\n') || null,
    };
    return [{ label, pointer: `/errors/${i}` }];
  });
  const scores = asArray(get(record, 'scores')).flatMap((score, i) =>
    [
      ...SCORES.map((name) => [name, `${name}_score`, `${name}_reasoning`] as const),
      ['overall', 'overall', 'overall_reasoning'] as const,
    ].flatMap(([name, key, why]) => {
      const value = asNumber(get(score, key));
      if (value === null) return [];
      const label: GenAiLabel = {
        labelId: `${traceId}:score:${i}:${name}`,
        traceId,
        name: name.replaceAll('_', ' '),
        kind: 'score',
        annotatorKind: 'human',
        annotator: 'TRAIL',
        value,
        explanation: asText(get(score, why)),
      };
      return [{ label, pointer: `/scores/${i}` }];
    }),
  );
  return [...errors, ...scores];
}
