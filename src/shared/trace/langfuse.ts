/**
 * Langfuse observations, traces and scores in any of their spellings (snake_case rows, camelCase API objects, values
 * encoded as JSON text once or twice) as spans, facts of a trace, and labels. Field meanings:
 * https://langfuse.com/docs/api-and-data-platform/features/export-to-blob-storage
 */
import { listOf } from './attribute-bag';
import { metadataOf, readContext, readSession } from './genai-context';
import { labelKindOf } from './genai-label';
import type { GenAiLabel, GenAiSpan, SpanSource } from './genai-span';
import type { TraceFacts } from './genai-trace';
import {
  asArray,
  asNumber,
  asObject,
  asText,
  get,
  isObject,
  parseMaybe,
  toJsonText,
  type JsonObject,
} from './json';
import { langfuseUsage } from './langfuse-usage';
import { toNs } from './time';

/** The few dozen names that are asked for, in camelCase. */
const CAMEL = new Map<string, string>();

function camelOf(snake: string): string {
  const known = CAMEL.get(snake);
  if (known !== undefined) return known;
  const camel = snake.replace(/_([a-z])/g, (_, c: string) => c.toUpperCase());
  CAMEL.set(snake, camel);
  return camel;
}

/** A field under its snake_case or camelCase name. */
export function field(record: unknown, snake: string): unknown {
  const value = get(record, snake);
  if (value !== undefined && value !== null) return value;
  const found = get(record, camelOf(snake));
  return found === null ? undefined : found;
}

const text = (record: unknown, name: string): string | null => asText(field(record, name));

/** Tokens and cost of an observation. */
function usageOf(record: JsonObject): Partial<GenAiSpan> {
  const usage = langfuseUsage(
    field(record, 'usage_details') ?? field(record, 'usage'),
    field(record, 'cost_details'),
  );
  return {
    ...usage,
    inputTokens: usage.inputTokens ?? asNumber(field(record, 'prompt_tokens')),
    outputTokens: usage.outputTokens ?? asNumber(field(record, 'completion_tokens')),
    costUsd: (asNumber(field(record, 'total_cost')) || null) ?? usage.costUsd,
  };
}

/** Calls listed beside the output, for exports without inputs and outputs. */
function listedCalls(record: JsonObject): unknown {
  const names = listOf(field(record, 'tool_call_names'));
  const calls = asArray(parseMaybe(field(record, 'tool_calls'))).map((call) => asObject(parseMaybe(call)));
  if (names.length === 0) return undefined;
  const toolCalls = names.map((name, i) => ({
    id: get(calls[i], 'id'),
    name,
    arguments: get(calls[i], 'arguments') ?? get(calls[i], 'input'),
  }));
  return { role: 'assistant', content: '', tool_calls: toolCalls };
}

function present(fields: Partial<GenAiSpan>): Partial<GenAiSpan> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  );
}

/** A list of tags, or nothing. */
function tagsOf(record: unknown): string[] {
  return listOf(field(record, 'tags'));
}

/** An observation as a span; text says why not. */
export function observationSpan(record: JsonObject): SpanSource | string {
  const spanId = text(record, 'id');
  if (spanId === null) return 'observation without an id';
  const traceId = text(record, 'trace_id');
  if (traceId === null) return 'observation without a trace id';
  const { metadata, attributes, resource, scope } = metadataOf(field(record, 'metadata'));
  for (const key of Object.keys(metadata)) attributes[`metadata.${key}`] ??= metadata[key];
  for (const key of [
    'completion_start_time',
    'prompt_name',
    'prompt_version',
    'model_parameters',
    'trace_name',
    'latency',
    'time_to_first_token',
    'usage_details',
    'cost_details',
  ]) {
    const value = field(record, key);
    if (value !== undefined) attributes[`langfuse.${key}`] = value;
  }
  const level = text(record, 'level')?.toUpperCase() ?? null;
  if (level !== null && level !== 'DEFAULT') attributes['langfuse.level'] = level;
  const tags = tagsOf(record);
  const parsedOutput = field(record, 'output');
  const output = parsedOutput === undefined || parsedOutput === '' ? listedCalls(record) : parsedOutput;
  const stated: Partial<GenAiSpan> = {
    ...usageOf(record),
    model: text(record, 'provided_model_name') ?? text(record, 'model'),
    userId: text(record, 'user_id'),
    agentVersion: text(record, 'release') ?? text(record, 'version'),
    environment: text(record, 'environment'),
  };
  const { feature, cohort } = readContext({ ...attributes, tags }, resource);
  const source: SpanSource = {
    spanId,
    parentSpanId: text(record, 'parent_observation_id'),
    traceId,
    name: text(record, 'name') ?? '',
    startNs: toNs(field(record, 'start_time')),
    endNs: toNs(field(record, 'end_time')),
    status: level === 'ERROR' ? 'error' : 'unset',
    statusMessage: text(record, 'status_message'),
    attributes,
    resource,
    scope,
    events: [],
    raw: record,
    type: text(record, 'type'),
    input: field(record, 'input'),
    output,
    stated: present({ ...stated, feature, cohort }),
  };
  const sessionId = text(record, 'session_id');
  if (sessionId !== null) attributes['langfuse.session.id'] = sessionId;
  if (tags.length > 0) source.stated = { ...source.stated, tags };
  return source;
}

/** What a trace row or object says of all its spans. */
export function traceFacts(trace: JsonObject): TraceFacts {
  const { metadata, attributes, resource } = metadataOf(field(trace, 'metadata'));
  for (const key of Object.keys(metadata)) attributes[`metadata.${key}`] ??= metadata[key];
  const tags = tagsOf(trace);
  const { feature, cohort } = readContext({ ...attributes, tags }, resource);
  const facts: TraceFacts = {
    sessionId: text(trace, 'session_id') ?? readSession(attributes)?.sessionId ?? null,
    userId: text(trace, 'user_id'),
    input: field(trace, 'input'),
    output: field(trace, 'output'),
    defaults: {
      agentVersion: text(trace, 'release') ?? text(trace, 'version'),
      environment: text(trace, 'environment'),
      feature,
      cohort,
    },
  };
  if (tags.length > 0) facts.defaults = { ...facts.defaults, tags };
  return facts;
}

/** A trace row as the root span it stands for in exports without its observations. */
export function traceSpan(trace: JsonObject, traceId: string): SpanSource {
  const { metadata, attributes, resource, scope } = metadataOf(field(trace, 'metadata'));
  for (const key of Object.keys(metadata)) attributes[`metadata.${key}`] ??= metadata[key];
  return {
    spanId: traceId,
    parentSpanId: null,
    traceId,
    name: text(trace, 'name') ?? 'trace',
    startNs: toNs(field(trace, 'timestamp')),
    endNs: null,
    status: 'unset',
    statusMessage: null,
    attributes,
    resource,
    scope,
    events: [],
    raw: trace,
    type: 'TRACE',
    input: field(trace, 'input'),
    output: field(trace, 'output'),
  };
}

function annotatorOf(record: JsonObject): GenAiLabel['annotatorKind'] {
  const source = text(record, 'source')?.toUpperCase();
  if (source === 'ANNOTATION' || text(record, 'author_user_id') !== null) return 'human';
  return source === 'EVAL' ? 'llm' : 'unknown';
}

/** A score as a label; text says why not. `defaults` name the trace and session it is listed under. */
export function scoreLabel(
  record: JsonObject,
  defaults: { traceId: string | null; sessionId: string | null; isCorrection?: boolean },
): GenAiLabel | string {
  const labelId = text(record, 'id');
  const name = text(record, 'name') ?? (defaults.isCorrection ? 'correction' : null);
  if (labelId === null) return 'score without an id';
  if (name === null) return 'score without a name';
  const annotatorKind = annotatorOf(record);
  const isCorrection = defaults.isCorrection === true || text(record, 'data_type') === 'CORRECTION';
  const said =
    text(record, 'string_value') ??
    text(record, 'long_string_value') ??
    (isObject(field(record, 'value')) ? toJsonText(field(record, 'value')) : asText(field(record, 'value')));
  // Of words the value is always 0.
  const isWords = ['TEXT', 'CORRECTION'].includes(text(record, 'data_type')?.toUpperCase() ?? '');
  const value = isWords ? null : asNumber(field(record, 'value'));
  if (value === null && said === null && text(record, 'comment') === null) return 'score without a value';
  return {
    labelId,
    sessionId: text(record, 'session_id') ?? defaults.sessionId,
    traceId: text(record, 'trace_id') ?? defaults.traceId,
    spanId: text(record, 'observation_id'),
    name,
    kind: isCorrection ? 'correction' : labelKindOf(name, annotatorKind),
    annotatorKind,
    annotator: text(record, 'author_user_id') ?? text(record, 'evaluator_id'),
    value,
    text: value !== null && said === String(value) ? null : said,
    explanation: text(record, 'comment'),
  };
}

/** Marks of a row that the interface exports: what its tables show beside an observation or a trace. */
const OF_TABLE = ['trace_tags', 'trace_timestamp', 'observation_count', 'bookmarked'];
/** Columns of such rows that may hold lists of words or figures and are no scores. */
const OTHER_LISTS = new Set(
  'input output metadata tags traceTags toolCalls toolCallNames toolDefinitions comments observations scores userIds usageDetails costDetails'.split(
    ' ',
  ),
);

/**
 * Scores that the interface exports as columns of its tables, a column a name with the list of its values, as labels of the
 * observation or the trace of the row. Empty for other records.
 */
export function columnScores(
  record: JsonObject,
  of: { traceId: string | null; spanId: string | null; sessionId: string | null },
): GenAiLabel[] {
  if (OF_TABLE.every((name) => field(record, name) === undefined)) return [];
  return Object.entries(record).flatMap(([name, cell]) => {
    const isList = Array.isArray(cell) || (typeof cell === 'string' && cell.trim().startsWith('['));
    if (!isList || OTHER_LISTS.has(camelOf(name))) return [];
    const values = asArray(parseMaybe(cell));
    if (!values.every((value) => typeof value === 'number' || typeof value === 'string')) return [];
    return values.map((value, i) => ({
      ...of,
      labelId: `${of.spanId ?? of.traceId ?? ''}:${name}:${String(i)}`,
      name,
      kind: labelKindOf(name, 'unknown'),
      annotatorKind: 'unknown' as const,
      annotator: null,
      value: asNumber(value),
      text: asNumber(value) === null ? asText(value) : null,
      explanation: null,
    }));
  });
}
