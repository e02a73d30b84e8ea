/**
 * MLflow traces (version 2 and 3) as spans, facts of a trace, and labels: trace objects, and rows of the frame that
 * `search_traces` returns (parts of them JSON text). Field meanings: https://mlflow.org/docs/latest/genai/tracing/
 */
import { bagOf, newBag, type AttributeBag } from './attribute-bag';
import { labelKindOf } from './genai-label';
import type { GenAiLabel, SpanEvent, SpanSource } from './genai-span';
import type { TraceFacts } from './genai-trace';
import {
  asArray,
  asNumber,
  asObject,
  asText,
  at,
  get,
  isObject,
  parseMaybe,
  toJsonText,
  type JsonObject,
} from './json';
import { either, keyValues, otelId, otelStatus, otelTime } from './otel-value';
import { retrievedDocuments } from './retrieved';
import { toNs } from './time';

/** A trace with its parts where they are, whichever version and container it came in. */
export interface MlflowTrace {
  traceId: string;
  info: JsonObject;
  metadata: AttributeBag;
  spans: readonly unknown[];
  assessments: readonly unknown[];
}

/** A map as MLflow writes it: an object, its JSON, or the list of pairs that Parquet maps become. */
function mapOf(value: unknown): AttributeBag {
  const parsed = parseMaybe(value);
  return Array.isArray(parsed) ? keyValues(parsed) : bagOf(parsed);
}

function listOf(value: unknown): readonly unknown[] {
  return asArray(parseMaybe(value)).map((item) => parseMaybe(item));
}

/** What a record says of the trace as a whole: `info`, which the REST API calls `trace_info`. */
export function infoOf(record: unknown): JsonObject | null {
  return asObject(parseMaybe(get(record, 'info') ?? get(record, 'trace_info')));
}

/** The trace a record stands for: `{info, data}`, `{trace_info, spans}`, or a row of the frame. Null when it is none. */
export function traceOf(record: unknown): MlflowTrace | null {
  if (!isObject(record)) return null;
  const whole = asObject(parseMaybe(get(record, 'trace')));
  const inner = whole && infoOf(whole) ? whole : record;
  const info = infoOf(inner) ?? record;
  const traceId = asText(get(info, 'trace_id')) ?? asText(get(info, 'request_id')) ?? artifactId(record);
  if (traceId === null) return null;
  const data = asObject(parseMaybe(get(inner, 'data')));
  const metadata = {
    ...mapOf(get(info, 'tags')),
    ...mapOf(get(info, 'request_metadata')),
    ...mapOf(get(info, 'trace_metadata')),
  };
  return {
    traceId,
    info: { ...record, ...info },
    metadata,
    spans: listOf(get(data, 'spans') ?? get(inner, 'spans') ?? get(record, 'spans')),
    assessments: listOf(get(info, 'assessments') ?? get(record, 'assessments')),
  };
}

/** The trace that a stored artifact (`traces.json`: spans and nothing around them) is of; null for other records. */
export function artifactId(record: unknown): string | null {
  const first = asArray(get(record, 'spans'))[0];
  return asText(decoded(get(first, 'attributes'))['mlflow.traceRequestId']);
}

/** Facts for all spans of the trace, and what was asked and answered where no span says it. */
export function mlflowFacts({ info, metadata }: MlflowTrace): TraceFacts {
  const text = (...keys: string[]): string | null =>
    keys.map((key) => asText(metadata[key])).find((one) => one !== null) ?? null;
  return {
    sessionId: text('mlflow.trace.session', 'session_id', 'thread_id', 'conversation_id'),
    userId: text('mlflow.trace.user', 'mlflow.user', 'user_id'),
    input: either(info, 'request', 'request_preview') ?? metadata['mlflow.traceInputs'],
    output: either(info, 'response', 'response_preview') ?? metadata['mlflow.traceOutputs'],
    defaults: {
      agentVersion: text('mlflow.modelId', 'mlflow.source.git.commit', 'version'),
      environment: text('mlflow.env', 'environment'),
    },
  };
}

/** The trace as the root span it stands for in exports without spans. */
export function mlflowRow(trace: MlflowTrace): SpanSource {
  const { info, metadata, traceId } = trace;
  const startNs = toNs(either(info, 'request_time', 'timestamp_ms')) ?? toNs(either(info, 'timestamp'));
  const durationMs = durationOf(info);
  const { status } = otelStatus(either(info, 'state', 'status'));
  const facts = mlflowFacts(trace);
  return {
    spanId: traceId,
    parentSpanId: null,
    traceId,
    name: asText(metadata['mlflow.traceName']) ?? 'trace',
    startNs,
    endNs: startNs === null || durationMs === null ? null : startNs + BigInt(Math.round(durationMs * 1e6)),
    status,
    statusMessage: null,
    attributes: metadata,
    resource: newBag(),
    scope: null,
    events: [],
    raw: info,
    type: 'TRACE',
    input: facts.input,
    output: facts.output,
  };
}

function durationOf(info: JsonObject): number | null {
  const ms = asNumber(either(info, 'execution_duration_ms', 'execution_time_ms'));
  if (ms !== null) return ms;
  const said = get(info, 'execution_duration');
  if (typeof said === 'number') return said;
  const seconds = /^(\d{1,12}(?:\.\d{1,9})?)s$/.exec(asText(said) ?? '')?.[1];
  return seconds === undefined ? null : Number(seconds) * 1000;
}

/** Ids are base64 in version 3 and hexadecimal with or without 0x in version 2. */
function idOf(value: unknown, bytes: 8 | 16): string | null {
  const text = asText(value);
  if (text === null) return null;
  return otelId(text.startsWith('0x') ? text.slice(2) : text, bytes);
}

function eventOf(event: unknown): SpanEvent {
  return {
    name: asText(get(event, 'name')) ?? '',
    timeNs: otelTime(either(event, 'time_unix_nano', 'timestamp', 'time'), 'auto'),
    attributes: decoded(get(event, 'attributes')),
  };
}

/** Attributes; each value may be JSON text of its own. */
function decoded(value: unknown): AttributeBag {
  const bag = newBag();
  const given = mapOf(value);
  for (const key of Object.keys(given)) {
    const one = parseMaybe(given[key]);
    if (one !== null && one !== undefined && one !== 'null') bag[key] = one;
  }
  return bag;
}

/** A span of a trace; text says why not. */
export function mlflowSpan(record: JsonObject, traceId: string): SpanSource | string {
  const spanId = idOf(either(record, 'span_id') ?? get(get(record, 'context'), 'span_id'), 8);
  if (spanId === null) return 'span without an id';
  const attributes = decoded(get(record, 'attributes'));
  const type = asText(attributes['mlflow.spanType']) ?? asText(get(record, 'span_type'));
  // Version 2 counts no tokens of its own: they are in the provider's answer.
  const isCall = type === 'LLM' || type === 'CHAT_MODEL';
  const usage =
    attributes['mlflow.chat.tokenUsage'] ??
    (isCall ? get(attributes['mlflow.spanOutputs'], 'usage') : undefined);
  const set = (key: string, ...from: string[]): void => {
    const count = from.map((one) => asNumber(get(usage, one))).find((one) => one !== null);
    if (count != null) attributes[key] = count;
  };
  set('gen_ai.usage.input_tokens', 'input_tokens', 'prompt_tokens');
  set('gen_ai.usage.output_tokens', 'output_tokens', 'completion_tokens');
  set('gen_ai.usage.cache_read.input_tokens', 'cache_read_input_tokens');
  set('gen_ai.usage.cache_creation.input_tokens', 'cache_creation_input_tokens');
  const cost = asNumber(get(attributes['mlflow.llm.cost'], 'total_cost'));
  if (cost !== null) attributes['gen_ai.usage.cost'] ??= cost;
  const name = asText(get(record, 'name')) ?? '';
  const documents = type === 'RETRIEVER' ? retrievedDocuments(attributes['mlflow.spanOutputs']) : undefined;
  if (documents) attributes['retrieval.documents'] ??= documents;
  if (type === 'TOOL') attributes['gen_ai.tool.name'] ??= name;
  const { status, message } = otelStatus(either(record, 'status', 'status_code'));
  return {
    spanId,
    parentSpanId: idOf(either(record, 'parent_span_id', 'parent_id'), 8),
    traceId,
    name,
    startNs: otelTime(either(record, 'start_time_unix_nano', 'start_time', 'start_time_ns'), 'auto'),
    endNs: otelTime(either(record, 'end_time_unix_nano', 'end_time', 'end_time_ns'), 'auto'),
    status,
    statusMessage: asText(get(record, 'status_message')) ?? message,
    attributes,
    resource: newBag(),
    scope: null,
    events: listOf(get(record, 'events')).map(eventOf),
    raw: record,
    type,
    input: either(record, 'inputs') ?? attributes['mlflow.spanInputs'] ?? attributes['mlflow.chat.messages'],
    output: either(record, 'outputs') ?? attributes['mlflow.spanOutputs'],
    stated: {
      model: asText(attributes['mlflow.llm.model']) ?? asText(get(attributes['mlflow.spanInputs'], 'model')),
    },
  };
}

const SOURCES: Readonly<Record<string, GenAiLabel['annotatorKind']>> = {
  HUMAN: 'human',
  LLM_JUDGE: 'llm',
  AI_JUDGE: 'llm',
  CODE: 'code',
};

/** An assessment as a label; text says why not. Overridden ones are no longer what anybody thinks. */
export function assessmentLabel(record: unknown, traceId: string | null): GenAiLabel | string {
  const name = asText(either(record, 'assessment_name', 'name'));
  if (name === null) return 'assessment without a name';
  if (get(record, 'valid') === false) return 'overridden';
  const source = parseMaybe(get(record, 'source'));
  const word = (asText(get(source, 'source_type')) ?? '').toUpperCase();
  const annotatorKind = Object.hasOwn(SOURCES, word) ? (SOURCES[word] ?? 'unknown') : 'unknown';
  const feedback = parseMaybe(get(record, 'feedback'));
  const expectation = parseMaybe(get(record, 'expectation'));
  const isExpected = isObject(expectation);
  const given = parseMaybe(
    isExpected
      ? (get(expectation, 'value') ?? at(expectation, 'serialized_value', 'value'))
      : (get(feedback, 'value') ?? get(record, 'value')),
  );
  const error = toJsonText(get(feedback, 'error'));
  if ((given === undefined || given === null) && error === null) return 'assessment without a value';
  const value = typeof given === 'boolean' ? Number(given) : typeof given === 'number' ? given : null;
  const target = asText(get(record, 'trace_id')) ?? traceId;
  const spanId = idOf(get(record, 'span_id'), 8);
  return {
    labelId: asText(get(record, 'assessment_id')) ?? `${target ?? ''}:${spanId ?? ''}:${name}`,
    traceId: target,
    spanId,
    name,
    kind: isExpected ? 'correction' : labelKindOf(name, annotatorKind),
    annotatorKind,
    annotator: asText(get(source, 'source_id')),
    value,
    text:
      value === null || typeof given === 'boolean'
        ? toJsonText(typeof given === 'boolean' ? String(given) : given)
        : null,
    explanation: asText(get(record, 'rationale')) ?? error,
  };
}
