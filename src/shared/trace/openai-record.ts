/**
 * Where a record of OpenAI's chat API keeps what was sent and what came back: messages, answer, tools, session, times and
 * tokens, in files of fine-tuning, logged pairs, batches and the exports of proxies. Decides nothing about spans.
 * https://platform.openai.com/docs/api-reference/chat/create
 */
import type { SpanStatus } from '../model/span';
import { ofChunks } from './chat-chunks';
import {
  asArray,
  asNumber,
  asObject,
  asText,
  at,
  get,
  parseMaybe,
  toJsonText,
  type JsonObject,
} from './json';
import { toNs } from './time';

/** Where a record keeps the messages it sent, in the order of looking. */
const PATHS = [
  ['messages'],
  ['request', 'messages'],
  ['request', 'body', 'messages'],
  ['body', 'messages'],
  ['input', 'messages'],
  ['request_body', 'messages'],
  ['sample', 'input'],
] as const;
const SESSIONS = [
  'session_id',
  'sessionId',
  'conversation_id',
  'conversationId',
  'thread_id',
  'chat_id',
  'conv_id',
  'chat_session_id',
  'conversation_uuid',
  'dialog_id',
  'Helicone-Session-Id',
  'session',
  'conversation',
  'thread',
];
/** Under a name such as `conversation` there may be all of it. */
const LONGEST_ID = 200;
const ROLES = new Set(['system', 'developer', 'user', 'assistant', 'tool', 'function']);
/** What a message says is in one of these. */
const BODIES = ['content', 'tool_calls', 'function_call', 'refusal', 'audio', 'tool_call_id', 'tool_plan'];
interface Found {
  messages: readonly unknown[];
  /** JSON pointer of the list, for line numbers. */
  pointer: string;
}

/** A value with the JSON in its strings opened, for lists that Parquet exports write as text. */
export function opened(value: unknown, ...path: string[]): unknown {
  return path.reduce((current: unknown, key) => parseMaybe(get(current, key)), value);
}

/** Whether a value is a message with a role of the API. */
export function isMessage(value: unknown): boolean {
  const role = asText(get(value, 'role'));
  return role !== null && ROLES.has(role);
}

/** Whether a record is an item of an evaluation's run: what was asked and answered in it, and how graders found that. */
export function isGraded(record: unknown): boolean {
  return get(record, 'object') === 'eval.run.output_item' && asObject(get(record, 'sample')) !== null;
}

/** The items of a page of the API: stored completions, or those of an evaluation's run. */
export function pageOf(record: unknown): readonly unknown[] | null {
  const data = get(record, 'object') === 'list' ? asArray(get(record, 'data')) : [];
  const isKnown = (item: unknown): boolean => get(item, 'object') === 'chat.completion' || isGraded(item);
  return data.length > 0 && data.every(isKnown) ? data : null;
}

/** Whether a value is a message of the API that says something in its own fields, and not under names of somebody else. */
export function isLoose(value: unknown): boolean {
  return isMessage(value) && BODIES.some((key) => get(value, key) !== undefined);
}

/** Bookkeeping between messages, as Kimi CLI keeps it: `_checkpoint`, `_usage`. */
export function isMark(record: unknown): boolean {
  return /^_[a-z_]{1,30}$/.test(asText(get(record, 'role')) ?? '');
}

/** The prompt of a completion that stands beside it as text. */
function promptOf(record: unknown): string | null {
  return asText(get(record, 'prompt')) ?? asText(get(record, 'request')) ?? asText(get(record, 'question'));
}

/** Whether a record is a prompt beside its response, both as text and neither as the API writes it. */
export function isTextPair(record: unknown): boolean {
  const isText = (value: unknown): boolean =>
    typeof value === 'string' && asObject(parseMaybe(value)) === null;
  return (
    !PATHS.some((path) => Array.isArray(opened(record, ...path))) &&
    promptOf(record) !== null &&
    [promptOf(record), get(record, 'response')].every(isText)
  );
}

/** Whether a record is a response as text, with nothing of what the API was sent. */
export function isBareAnswer(record: unknown): boolean {
  const response = get(record, 'response');
  return (
    typeof response === 'string' && asObject(parseMaybe(response)) === null && findMessages(record) === null
  );
}

/** The messages that a record sent; null where it holds none. */
export function findMessages(record: unknown): Found | null {
  if (Array.isArray(record))
    return record.some(isMessage) ? { messages: record as unknown[], pointer: '' } : null;
  for (const path of PATHS) {
    const messages = opened(record, ...path);
    if (Array.isArray(messages) && (path[0] !== 'sample' || isGraded(record)))
      return { messages: messages as unknown[], pointer: `/${path.join('/')}` };
  }
  const prompt = promptOf(record);
  const isGenerated = asText(opened(record, 'response', 'response')) !== null;
  const sent = prompt ?? (isGenerated ? asText(opened(record, 'request', 'prompt')) : null);
  if (sent !== null && isGenerated) return { messages: [{ role: 'user', content: sent }], pointer: '' };
  return prompt !== null && asText(get(record, 'response')) !== null
    ? { messages: [{ role: 'user', content: prompt }], pointer: '' }
    : null;
}

/** What came back of a call: its message, or what went wrong, with what the response says beside it. */
export interface Answer {
  message: JsonObject | null;
  model: string | null;
  createdNs: bigint | null;
  /** When it was whole, where the response says so. */
  doneNs: bigint | null;
  usage: unknown;
  finishReason: string | null;
  error: string | null;
  errorType: string | null;
  choices: number;
}

/** What a record says of a call that failed, beside a response that is missing. */
function failureOf(record: unknown, body: unknown): { message: string; type: string } | null {
  const error = asObject(get(body, 'error')) ?? asObject(get(record, 'error'));
  if (error)
    return {
      message: asText(get(error, 'message')) ?? toJsonText(error) ?? '',
      type: asText(get(error, 'type')) ?? asText(get(error, 'code')) ?? 'error',
    };
  const isCall = ['request', 'response', 'model'].some((key) => get(record, key) !== undefined);
  const info = get(record, 'error_information');
  const message =
    asText(get(record, 'error_str')) ??
    asText(get(info, 'error_message')) ??
    asText(get(record, 'error')) ??
    asText(get(body, 'error'));
  return isCall && message !== null ? { message, type: asText(get(info, 'error_class')) ?? 'error' } : null;
}

/** What Ollama counts, in the names of the API. */
function usageOf(body: unknown): unknown {
  if (get(body, 'eval_count') !== undefined)
    return { prompt_tokens: get(body, 'prompt_eval_count'), completion_tokens: get(body, 'eval_count') };
  const usage = get(body, 'usage') ?? at(body, 'meta');
  return asObject(get(usage, 'tokens')) ?? usage;
}

/** When a response was begun and whole; Ollama tells the end and, in nanoseconds, how long it took. */
function whenOf(body: unknown): Pick<Answer, 'createdNs' | 'doneNs'> {
  const created = toNs(get(body, 'created'));
  const done = created === null ? toNs(get(body, 'created_at')) : null;
  const took = asNumber(get(body, 'total_duration'));
  return done !== null && took !== null
    ? { createdNs: done - BigInt(Math.round(took)), doneNs: done }
    : { createdNs: created ?? done, doneNs: null };
}

/** The answer of a logged call: a chat completion, a batch response around one, a bare message or bare text. */
export function findAnswer(record: unknown): Answer | null {
  const response =
    ofChunks(opened(record, 'response') ?? undefined) ??
    opened(record, 'response_body') ??
    (isGraded(record) ? get(record, 'sample') : undefined) ??
    (Array.isArray(get(record, 'choices')) ? record : undefined);
  const body = asObject(opened(response, 'body')) ?? response;
  const failure = failureOf(record, body);
  const choices = asArray(get(body, 'choices'));
  const text =
    asText(body) ??
    asText(get(body, 'text')) ??
    (get(body, 'role') === undefined ? asText(get(body, 'content')) : null) ??
    asText(at(choices, 0, 'text')) ??
    (get(body, 'done') === undefined ? null : asText(get(body, 'response')));
  const said = isGraded(record) ? asArray(get(body, 'output')).at(-1) : undefined;
  const bare = [body, get(body, 'message'), said].find(isMessage);
  const made =
    text === null
      ? null
      : { role: 'assistant', content: text, reasoning_content: get(body, 'reasoning_content') };
  const message = asObject(at(choices, 0, 'message')) ?? asObject(bare) ?? made;
  if (!message && !failure) return null;
  return {
    message,
    model: asText(get(body, 'model')),
    ...whenOf(body),
    usage: usageOf(body),
    finishReason: asText(at(choices, 0, 'finish_reason')) ?? asText(get(body, 'finish_reason')),
    error: failure?.message ?? null,
    errorType: failure?.type ?? null,
    choices: choices.length,
  };
}

/** The tools that a record, or the request in it, declares; null where it declares none. */
export function toolsOf(record: unknown): readonly unknown[] | null {
  for (const path of [[], ['request'], ['body'], ['request_body']])
    for (const key of ['tools', 'functions']) {
      const tools = opened(record, ...path, key);
      if (Array.isArray(tools) && tools.length > 0) return tools as unknown[];
    }
  return null;
}

/** The session that a record names itself; proxies keep it in metadata or headers. */
export function sessionOf(record: unknown): string | null {
  const inner = ['metadata', 'request', 'request_properties'].map((key) => opened(record, key));
  for (const object of [record, ...inner, opened(record, 'request', 'metadata')])
    for (const key of SESSIONS) {
      const value = get(object, key);
      const id = typeof value === 'number' || typeof value === 'bigint' ? String(value) : asText(value);
      if (id !== null && id.length <= LONGEST_ID) return id;
    }
  return null;
}

/** When the call began and ended, where the record says so beside request and response. */
function timesOf(record: unknown): { startNs: bigint | null; endNs: bigint | null } {
  const first = (keys: readonly string[]): bigint | null =>
    keys.map((key) => toNs(get(record, key))).find((ns) => ns !== null) ?? null;
  const startNs = first(['startTime', 'start_time', 'request_created_at', 'timestamp', 'created_at', 'ts']);
  const took = asNumber(get(record, 'latency_ms') ?? get(record, 'duration_ms'));
  return {
    startNs,
    endNs:
      first(['endTime', 'end_time', 'response_created_at']) ??
      (startNs !== null && took !== null ? startNs + BigInt(Math.round(took * 1e6)) : null),
  };
}

/** When a record was written, where it says so beside its messages; null where it does not. */
export function recordTime(record: unknown): bigint | null {
  return timesOf(record).startNs;
}

/** What a call's record says of it, in the names of a span. */
export interface CallFields {
  model: string | null;
  startNs: bigint | null;
  endNs: bigint | null;
  costUsd: number | null;
  inputTokens: number | null;
  outputTokens: number | null;
  cacheReadTokens: number | null;
  reasoningTokens: number | null;
  status?: SpanStatus;
  statusMessage?: string;
  errorType?: string | null;
}

/** What the response says of the model call that made the last message. */
export function callFields(answer: Answer, request: unknown, record: unknown): CallFields {
  const { usage } = answer;
  const { startNs, endNs } = timesOf(record);
  return {
    model: answer.model ?? asText(get(request, 'model')) ?? asText(get(record, 'model')),
    startNs: answer.doneNs === null ? (startNs ?? answer.createdNs) : answer.createdNs,
    endNs: answer.doneNs ?? (startNs === null ? null : endNs),
    costUsd: asNumber(get(record, 'response_cost') ?? get(record, 'cost_usd')),
    inputTokens: asNumber(get(usage, 'prompt_tokens') ?? get(usage, 'input_tokens')),
    outputTokens: asNumber(get(usage, 'completion_tokens') ?? get(usage, 'output_tokens')),
    cacheReadTokens: asNumber(at(usage, 'prompt_tokens_details', 'cached_tokens')),
    reasoningTokens: asNumber(at(usage, 'completion_tokens_details', 'reasoning_tokens')),
    ...(answer.error === null
      ? {}
      : { status: 'error', statusMessage: answer.error, errorType: answer.errorType }),
    ...(answer.finishReason === 'content_filter' ? { status: 'error', errorType: 'content_filter' } : {}),
  };
}
