/**
 * LangSmith runs and feedback as spans and labels: run objects of the API and of JSON lines, rows of the bulk export
 * (values encoded as JSON text), and what an ingest batch posts and patches. Field meanings:
 * https://docs.langchain.com/langsmith/run-data-format
 */
import { bagOf, newBag, type AttributeBag } from './attribute-bag';
import { labelKindOf } from './genai-label';
import type { GenAiLabel, SpanSource } from './genai-span';
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
import { retrievedDocuments } from './retrieved';
import { toNs } from './time';

/** `20241011T205823298773Z<uuid>`: when a run started and which it is. */
const ORDER_STEP = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(\d{1,9})Z(.+)$/;
const ERROR_NAME = /^([A-Za-z_][\w.]{0,80}(?:Error|Exception|Interrupt))\b/;

interface OrderStep {
  id: string;
  startNs: bigint | null;
}

/** The runs above a run and itself, the root first. */
function orderOf(run: JsonObject): OrderStep[] {
  const order = asText(get(run, 'dotted_order'));
  if (order === null || order.length > 20_000) return [];
  return order.split('.').flatMap((step) => {
    const [, year, month, day, hour, minute, second, fraction, id] = ORDER_STEP.exec(step) ?? [];
    if (id === undefined) return [];
    const iso = `${year ?? ''}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}.${fraction ?? ''}Z`;
    return [{ id, startNs: toNs(iso) }];
  });
}

/** The id of a run; patches may carry it in their order alone. Null when it has none. */
export function runId(run: JsonObject): string | null {
  return asText(get(run, 'id')) ?? asText(get(run, 'run_id')) ?? orderOf(run).at(-1)?.id ?? null;
}

/** A run with what a later record says of it; what the later one leaves out or empty stays. */
export function mergeRuns(first: JsonObject, next: JsonObject): JsonObject {
  const merged = newBag();
  for (const [key, value] of [...Object.entries(first), ...Object.entries(next)]) {
    const there = merged[key];
    const isEmpty =
      value === null || value === undefined || (isObject(value) && Object.keys(value).length === 0);
    if (there !== undefined && isEmpty) continue;
    merged[key] =
      (key === 'extra' || key === 'metadata') && isObject(there) && isObject(value)
        ? mergeRuns(there, value)
        : value;
  }
  return merged;
}

/** LangChain's message in a run's outputs, or its fields where they stand alone. */
function answerOf(outputs: unknown): JsonObject | null {
  const message =
    at(outputs, 'generations', 0, 0, 'message') ??
    at(outputs, 'generations', 0, 'message') ??
    get(outputs, 'message');
  return asObject(get(message, 'kwargs')) ?? asObject(message);
}

/** The model that answered and the one that was asked for, where a run's content or parameters say so. */
function modelsOf(extra: JsonObject | null, inputs: unknown, outputs: unknown): AttributeBag {
  const bag = newBag();
  const first = (...values: unknown[]): string | null =>
    values.map(asText).find((value) => value !== null) ?? null;
  const metadata = get(answerOf(outputs), 'response_metadata');
  const parameters = get(extra, 'invocation_params');
  const answered = first(
    get(metadata, 'model_name'),
    get(metadata, 'model'),
    at(outputs, 'llm_output', 'model_name'),
    at(outputs, 'llm_output', 'model'),
    get(outputs, 'model'),
  );
  const asked = first(get(inputs, 'model'), get(parameters, 'model'), get(parameters, 'model_name'));
  if (answered !== null) bag['gen_ai.response.model'] = answered;
  if (asked !== null) bag['gen_ai.request.model'] = asked;
  return bag;
}

/** Where a run's outputs keep their usage: beside them, in the provider's answer or in LangChain's message. */
function usageOf(run: JsonObject, outputs: unknown): AttributeBag {
  const kwargs = answerOf(outputs);
  const said =
    asObject(get(outputs, 'usage_metadata')) ??
    asObject(get(kwargs, 'usage_metadata')) ??
    asObject(at(outputs, 'llm_output', 'token_usage')) ??
    asObject(at(kwargs, 'response_metadata', 'token_usage')) ??
    asObject(get(outputs, 'usage'));
  // Runs that call no model say 0.
  const isCounted = [get(run, 'prompt_tokens'), ...Object.values(said ?? {})].some(
    (n) => (asNumber(n) ?? 0) > 0,
  );
  const count = (...values: unknown[]): number | null =>
    values.map(asNumber).find((value) => value !== null && value > 0) ??
    (isCounted ? values.map(asNumber).find((value) => value !== null) : null) ??
    null;
  const inputs = asObject(get(said, 'input_token_details'));
  const outs = asObject(get(said, 'output_token_details'));
  const details = asObject(parseMaybe(get(run, 'prompt_token_details')));
  const bag = newBag();
  const set = (key: string, value: number | null): void => {
    if (value !== null) bag[key] = value;
  };
  set(
    'gen_ai.usage.input_tokens',
    count(get(run, 'prompt_tokens'), get(said, 'input_tokens'), get(said, 'prompt_tokens')),
  );
  set(
    'gen_ai.usage.output_tokens',
    count(get(run, 'completion_tokens'), get(said, 'output_tokens'), get(said, 'completion_tokens')),
  );
  set(
    'gen_ai.usage.cache_read.input_tokens',
    count(
      get(inputs, 'cache_read'),
      get(details, 'cache_read'),
      at(said, 'prompt_tokens_details', 'cached_tokens'),
    ),
  );
  set(
    'gen_ai.usage.cache_creation.input_tokens',
    count(get(inputs, 'cache_creation'), get(details, 'cache_creation')),
  );
  set(
    'gen_ai.usage.reasoning.output_tokens',
    count(get(outs, 'reasoning'), at(said, 'completion_tokens_details', 'reasoning_tokens')),
  );
  set('gen_ai.usage.cost', count(get(run, 'total_cost')));
  return bag;
}

/** Columns that hold content or are said elsewhere in the span. */
const SAID = new Set(
  'id name run_type start_time end_time inputs outputs error extra events tags trace_id dotted_order parent_run_id parent_run_ids child_run_ids child_runs status feedback_stats serialized inputs_preview outputs_preview metadata'.split(
    ' ',
  ),
);

function attributesOf(run: JsonObject, extra: JsonObject | null): AttributeBag {
  const bag = newBag();
  for (const key of Object.keys(run)) {
    const value = get(run, key);
    // The column session_id is the project: a conversation is named in the metadata alone.
    if (!SAID.has(key) && value !== null && value !== undefined) bag[`langsmith.${key}`] = value;
  }
  const metadata = bagOf({
    ...asObject(parseMaybe(get(run, 'metadata'))),
    ...asObject(parseMaybe(get(extra, 'metadata'))),
  });
  for (const key of Object.keys(metadata)) bag[`metadata.${key}`] = metadata[key];
  const parameters = get(extra, 'invocation_params');
  if (parameters !== undefined) bag['langsmith.invocation_params'] = parameters;
  const tags = parseMaybe(get(run, 'tags'));
  if (Array.isArray(tags) && tags.length > 0) bag['tags'] = tags;
  return bag;
}

/** A run as a span; text says why not. */
export function runSpan(run: JsonObject): SpanSource | string {
  const spanId = runId(run);
  if (spanId === null) return 'run without an id';
  const order = orderOf(run);
  const extra = asObject(parseMaybe(get(run, 'extra')));
  const outputs = contentOf(run, 'outputs');
  const type = asText(get(run, 'run_type')) ?? (isPatch(run) && isModelAnswer(outputs) ? 'llm' : null);
  const inputs = contentOf(run, 'inputs');
  const error = asText(get(run, 'error')) ?? toJsonText(asObject(get(run, 'error')));
  const status = asText(get(run, 'status'));
  const name =
    asText(get(run, 'name')) ?? asText(at(parseMaybe(get(run, 'serialized')), 'name')) ?? type ?? 'run';
  const attributes = {
    ...(type === 'llm' ? modelsOf(extra, inputs, outputs) : {}),
    ...attributesOf(run, extra),
    ...usageOf(run, outputs),
  };
  if (type === 'tool') attributes['gen_ai.tool.name'] = name;
  const documents = type === 'retriever' ? retrievedDocuments(outputs) : undefined;
  if (documents) attributes['retrieval.documents'] = documents;
  const errorType = error === null ? undefined : ERROR_NAME.exec(error)?.[1];
  if (errorType !== undefined) attributes['error.type'] = errorType;
  const version = asText(attributes['metadata.agent_version']) ?? asText(attributes['metadata.revision_id']);
  return {
    spanId,
    parentSpanId:
      asText(get(run, 'parent_run_id')) ??
      order.at(-2)?.id ??
      asText(asArray(parseMaybe(get(run, 'parent_run_ids'))).at(-1)),
    traceId: asText(get(run, 'trace_id')) ?? order[0]?.id ?? null,
    name,
    startNs: toNs(get(run, 'start_time')) ?? order.at(-1)?.startNs ?? null,
    endNs: toNs(get(run, 'end_time')),
    status: error !== null || status === 'error' ? 'error' : status === 'success' ? 'ok' : 'unset',
    statusMessage: error?.slice(0, 2000) ?? null,
    attributes,
    resource: newBag(),
    scope: null,
    events: [],
    raw: run,
    type,
    input: inputs === undefined ? undefined : type === 'tool' ? unwrapped(inputs, 'input') : inputs,
    output: outputs === undefined ? undefined : type === 'tool' ? unwrapped(outputs, 'output') : outputs,
    stated: version === null ? {} : { agentVersion: version },
  };
}

/** What a batch patches of a run that another batch posted: neither its kind nor its beginning. */
export function isPatch(run: JsonObject): boolean {
  return get(run, 'run_type') === undefined && get(run, 'start_time') === undefined;
}

function isModelAnswer(outputs: unknown): boolean {
  return Array.isArray(get(outputs, 'generations')) || Array.isArray(get(outputs, 'choices'));
}

/** LangChain wraps what a tool gets and gives into an object with one key. */
function unwrapped(value: unknown, key: 'input' | 'output'): unknown {
  const inner = get(value, key);
  return inner !== undefined && inner !== null && isObject(value) && Object.keys(value).length === 1
    ? inner
    : value;
}

/** What went in or came out of a run; where that is kept elsewhere or was not asked for, the preview of it. */
function contentOf(run: JsonObject, side: 'inputs' | 'outputs'): unknown {
  const value = parseMaybe(get(run, side));
  const isEmpty =
    value === undefined ||
    value === null ||
    value === '' ||
    // The bulk export writes all contents as JSON text.
    value === 'null' ||
    (isObject(value) && Object.keys(value).length === 0);
  return isEmpty ? (asText(get(run, `${side}_preview`)) ?? undefined) : withMessages(value);
}

/** Contents whose messages are JSON texts of their own, as a column of messages of several shapes holds them. */
function withMessages(value: unknown): unknown {
  const messages = get(value, 'messages');
  const isWritten = (item: unknown): boolean => typeof item === 'string' && /^\s*[[{]/.test(item);
  return isObject(value) && Array.isArray(messages) && messages.some(isWritten)
    ? { ...value, messages: messages.map((item: unknown) => (isWritten(item) ? parseMaybe(item) : item)) }
    : value;
}

/** The statistics of feedback that a run carries: one label for each key, its value the mean. */
export function feedbackStats(run: JsonObject): GenAiLabel[] {
  const spanId = runId(run);
  const stats = asObject(parseMaybe(get(run, 'feedback_stats')));
  if (spanId === null || !stats) return [];
  return Object.entries(stats).flatMap(([name, stat]) => {
    const count = asNumber(get(stat, 'n')) ?? 0;
    const value = asNumber(get(stat, 'avg'));
    const values = asObject(get(stat, 'values'));
    const words = values ? Object.entries(values).map(([word, n]) => `${word}: ${String(n)}`) : [];
    if (count === 0 || (value === null && words.length === 0)) return [];
    const comments = asArray(get(stat, 'comments')).filter((one) => typeof one === 'string');
    return [
      {
        labelId: `${spanId}:stats:${name}`,
        traceId: asText(get(run, 'trace_id')),
        spanId,
        name,
        kind: labelKindOf(name, 'unknown'),
        annotatorKind: 'unknown' as const,
        value,
        text: words.length > 0 ? words.join(', ').slice(0, 500) : null,
        explanation:
          comments.length > 0 ? comments.join('\n') : count > 1 ? `mean of ${count} feedbacks` : null,
      },
    ];
  });
}

const ANNOTATORS: Readonly<Record<string, GenAiLabel['annotatorKind']>> = {
  app: 'human',
  model: 'llm',
  auto_eval: 'llm',
};

/** A feedback object as labels: its score or value, and its correction apart; text says why not. */
export function feedbackLabels(record: JsonObject): GenAiLabel[] | string {
  const spanId = asText(get(record, 'run_id'));
  const traceId = asText(get(record, 'trace_id'));
  const name = asText(get(record, 'key'));
  if (name === null) return 'feedback without a key';
  if (spanId === null && traceId === null) return 'feedback without a run';
  const source = parseMaybe(get(record, 'feedback_source'));
  const sourceType = asText(get(source, 'type')) ?? asText(get(record, 'feedback_source_type')) ?? '';
  const annotatorKind = Object.hasOwn(ANNOTATORS, sourceType)
    ? (ANNOTATORS[sourceType] ?? 'unknown')
    : 'unknown';
  const id = asText(get(record, 'id')) ?? `${spanId ?? traceId ?? ''}:${name}`;
  const said = get(record, 'value');
  const value =
    asNumber(get(record, 'score')) ??
    (typeof get(record, 'score') === 'boolean' ? Number(get(record, 'score')) : asNumber(said));
  const text = typeof said === 'number' ? null : toJsonText(said);
  const comment = asText(get(record, 'comment'));
  const base = {
    traceId,
    spanId,
    annotatorKind,
    annotator: asText(get(source, 'user_id')) ?? asText(get(source, 'user_name')) ?? (sourceType || null),
  };
  const labels: GenAiLabel[] = [];
  if (value !== null || text !== null || comment !== null)
    labels.push({
      ...base,
      labelId: id,
      name,
      kind: labelKindOf(name, annotatorKind),
      value,
      text,
      explanation: comment,
    });
  const correction = toJsonText(parseMaybe(get(record, 'correction')));
  if (correction !== null)
    labels.push({
      ...base,
      labelId: `${id}:correction`,
      name,
      kind: 'correction',
      value: null,
      text: correction,
      explanation: comment,
    });
  return labels.length > 0 ? labels : 'feedback without score, value, comment or correction';
}
