/**
 * W&B Weave calls and feedback as spans and labels: call objects, and rows whose nested columns are dotted
 * (`inputs.messages`, `summary.weave.status`). Field meanings: https://docs.wandb.ai/guides/tracking/call-schema-reference
 */
import { newBag, undot, type AttributeBag } from './attribute-bag';
import { annotatorKindOf, labelKindOf } from './genai-label';
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

/** A row with dotted columns as the nested object it stands for; JSON text in the nested columns is parsed. */
export function nestedCall(record: JsonObject): JsonObject {
  const isDotted = Object.keys(record).some((key) => /^(inputs|output|summary|attributes)\./.test(key));
  const filled = Object.fromEntries(
    Object.entries(record)
      .filter(([, value]) => value !== '' && value !== null)
      .map(([key, value]) => [key, key.includes('.') ? parseMaybe(value) : value]),
  );
  const nested = isDotted ? undot(filled) : filled;
  return isObject(nested) ? nested : record;
}

/** The name of an operation without its project and hash. */
function nameOf(op: string): string {
  if (!op.startsWith('weave:///')) return op;
  const last = op.slice(op.lastIndexOf('/') + 1);
  const colon = last.lastIndexOf(':');
  return colon > 0 ? last.slice(0, colon) : last;
}

const MODEL_OP =
  /(chat\.completions|completions\.create|responses\.(create|parse)|messages\.create|generate_content|litellm\.a?completion|\bllm\b|chat_?model|converse|invoke_model)/i;
const EMBEDDING_OP = /embed/i;
const RETRIEVER_OP = /retriev|vector_?search|similarity_search/i;
const TOOL_OP = /(^|[._])(tools?|functions?|mcp)([._]|$)|call_tool|execute_tool/i;

/** What kind of work a call is: what Weave says of it, else what its operation is called, else what it spent. */
function typeOf(
  name: string,
  attributes: JsonObject | null,
  usage: unknown,
  hasChildren: boolean,
): string | null {
  const said = asText(get(attributes, 'kind')) ?? asText(at(attributes, 'weave', 'kind'));
  if (said !== null) return said === 'search' ? 'retriever' : said;
  if (MODEL_OP.test(name)) return 'llm';
  if (EMBEDDING_OP.test(name)) return 'embedding';
  if (RETRIEVER_OP.test(name)) return 'retriever';
  if (TOOL_OP.test(name)) return 'tool';
  return isObject(usage) && Object.keys(usage).length > 0 && !hasChildren ? 'llm' : null;
}

/** The usage a call spent itself: Weave sums what the calls below it spent under the same key. */
function setUsage(bag: AttributeBag, usage: unknown, output: unknown): string | null {
  const models = isObject(usage) ? Object.entries(usage) : [];
  // What the answer itself leaves out, the summary of the call may tell.
  const told = [asObject(get(output, 'usage')), asObject(models[0]?.[1])];
  const set = (key: string, ...paths: string[]): void => {
    const count = told
      .flatMap((own) => paths.map((path) => asNumber(at(own, ...path.split('.')))))
      .find((one) => one !== null);
    if (count !== undefined) bag[key] = count;
  };
  set('gen_ai.usage.input_tokens', 'prompt_tokens', 'input_tokens');
  set('gen_ai.usage.output_tokens', 'completion_tokens', 'output_tokens');
  set(
    'gen_ai.usage.cache_read.input_tokens',
    'cache_read_input_tokens',
    'prompt_tokens_details.cached_tokens',
    'input_tokens_details.cached_tokens',
  );
  set('gen_ai.usage.cache_creation.input_tokens', 'cache_creation_input_tokens');
  set(
    'gen_ai.usage.reasoning.output_tokens',
    'completion_tokens_details.reasoning_tokens',
    'output_tokens_details.reasoning_tokens',
  );
  return models[0]?.[0] ?? null;
}

/** US dollars of a model call: what the costs of its models add up to; null where none is told. */
function costOf(costs: unknown): number | null {
  const parts = Object.values(asObject(parseMaybe(costs)) ?? {}).flatMap((cost) =>
    ['prompt_tokens_total_cost', 'completion_tokens_total_cost'].map((key) => asNumber(get(cost, key))),
  );
  const known = parts.filter((part) => part !== null);
  return known.length === 0 ? null : known.reduce((sum, part) => sum + part, 0);
}

/** A call as a span; text says why not. `hasChildren`: other calls of the file name it as their parent. */
export function callSpan(call: JsonObject, hasChildren: boolean): SpanSource | string {
  const spanId = asText(get(call, 'id')) ?? asText(get(call, 'call_id'));
  if (spanId === null) return 'call without an id';
  const op = asText(get(call, 'op_name'));
  if (op === null) return 'call without an operation (op_name)';
  const attributes = asObject(parseMaybe(get(call, 'attributes')));
  const summary = asObject(parseMaybe(get(call, 'summary')));
  const usage = parseMaybe(get(summary, 'usage'));
  const inputs = parseMaybe(get(call, 'inputs'));
  const output = parseMaybe(get(call, 'output'));
  const exception = asText(get(call, 'exception'));
  const status = asText(at(summary, 'weave', 'status'));
  const name = nameOf(op);
  const type = typeOf(name, attributes, usage, hasChildren);
  const bag = newBag();
  for (const [key, value] of Object.entries(attributes ?? {})) bag[`metadata.${key}`] = value;
  for (const key of ['op_name', 'display_name', 'project_id', 'wb_run_id', 'turn_id', 'summary'])
    if (get(call, key) !== undefined && get(call, key) !== null) bag[`weave.${key}`] = get(call, key);
  const thread = asText(get(call, 'thread_id'));
  if (thread !== null) bag['session.id'] = thread;
  const model = type === 'llm' ? setUsage(bag, usage, output) : null;
  if (type === 'tool') bag['gen_ai.tool.name'] = name;
  const documents = type === 'retriever' ? retrievedDocuments(output) : undefined;
  if (documents) bag['retrieval.documents'] = documents;
  const errorType =
    exception === null ? undefined : /^([A-Za-z_][\w.]{0,80}(?:Error|Exception))\b/.exec(exception)?.[1];
  if (errorType !== undefined) bag['error.type'] = errorType;
  return {
    spanId,
    parentSpanId: asText(get(call, 'parent_id')),
    traceId: asText(get(call, 'trace_id')),
    name: asText(get(call, 'display_name')) ?? name,
    startNs: toNs(get(call, 'started_at')),
    endNs: toNs(get(call, 'ended_at')),
    // An error of a call below is that call's, not this one's.
    status: exception !== null || status === 'error' ? 'error' : status === 'success' ? 'ok' : 'unset',
    statusMessage: exception?.slice(0, 2000) ?? null,
    attributes: bag,
    resource: newBag(),
    scope: null,
    events: [],
    raw: call,
    type,
    input: inputs,
    output,
    stated: {
      model: type === 'llm' ? (asText(get(output, 'model')) ?? asText(get(inputs, 'model')) ?? model) : null,
      userId: asText(get(call, 'wb_user_id')),
      ...(type === 'llm' ? { costUsd: costOf(at(summary, 'weave', 'costs')) } : {}),
    },
  };
}

/** The id of the call a reference points at: `weave:///entity/project/call/<id>`. */
function callOfRef(ref: unknown): string | null {
  return /\/call\/([^/:]+)/.exec(asText(ref) ?? '')?.[1] ?? null;
}

const REACTIONS: Readonly<Record<string, number>> = { '👍': 1, '👎': 0 };

/** A row of feedback as a label; text says why not. `callId`: the call it is listed under. */
export function weaveFeedback(record: JsonObject, callId: string | null): GenAiLabel | string {
  const type = asText(get(record, 'feedback_type'));
  if (type === null) return 'feedback without a type';
  const spanId = callOfRef(get(record, 'weave_ref')) ?? asText(get(record, 'call_id')) ?? callId;
  if (spanId === null) return 'feedback without a call';
  const payload = parseMaybe(get(record, 'payload'));
  const isRun = type.startsWith('wandb.runnable');
  const emoji = asText(get(payload, 'emoji'));
  const alias = asText(get(payload, 'alias'));
  const note = asText(get(payload, 'note'));
  const given = get(payload, 'output') ?? get(payload, 'value') ?? payload;
  const scored = isRun ? get(given, 'score') : undefined;
  const value =
    emoji !== null
      ? (REACTIONS[emoji.replace(/[\u{1F3FB}-\u{1F3FF}]/gu, '')] ?? null)
      : typeof (scored ?? given) === 'boolean'
        ? Number(scored ?? given)
        : asNumber(scored ?? given);
  const text =
    emoji !== null
      ? (alias ?? emoji)
      : (note ?? (value !== null && typeof given !== 'boolean' ? null : toJsonText(given)));
  if (value === null && text === null) return 'feedback without a payload';
  const name =
    emoji !== null
      ? 'reaction'
      : note !== null
        ? 'note'
        : type.replace(/^wandb\.(annotation|runnable)\./, '');
  const isPerson = emoji !== null || note !== null || type.startsWith('wandb.annotation');
  const annotatorKind = isPerson ? 'human' : isRun ? 'code' : annotatorKindOf(get(payload, 'annotator_kind'));
  return {
    labelId: asText(get(record, 'id')) ?? `${spanId}:${type}:${asText(get(record, 'created_at')) ?? ''}`,
    spanId,
    name,
    kind: emoji !== null || note !== null ? 'feedback' : labelKindOf(name, annotatorKind),
    annotatorKind,
    annotator: asText(get(record, 'creator')) ?? asText(get(record, 'wb_user_id')),
    value,
    text,
    explanation:
      [payload, given]
        .flatMap((one) => ['reason', 'rationale', 'explanation'].map((key) => asText(get(one, key))))
        .find((one) => one !== null) ?? null,
  };
}

/** Feedback that a call carries itself (`summary.weave.feedback`, exported with `include_feedback`). */
export function feedbackOfCall(call: JsonObject): readonly unknown[] {
  const said = parseMaybe(at(parseMaybe(get(call, 'summary')), 'weave', 'feedback'));
  return asArray(isObject(said) ? (get(said, 'feedback') ?? get(said, 'items')) : said);
}
