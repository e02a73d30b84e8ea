/**
 * Messages of LangChain and LangGraph: histories as `messages_to_dict` writes them, serialised objects of `dumps`, states and
 * threads of a graph, rows of a message store. A thread's later states repeat the earlier; only what is new is told. Owns where
 * the messages are and what LangChain calls things; runs of LangSmith are another format.
 * https://python.langchain.com/docs/concepts/messages/
 */
import { CALL_WITHOUT_RESULT, chatSpans } from '../../../shared/trace/chat-spans';
import { GrowingChats, type GrowingChat } from '../../../shared/trace/growing-chat';
import {
  asArray,
  asNumber,
  asObject,
  asText,
  at,
  get,
  parseMaybe,
  toJsonText,
} from '../../../shared/trace/json';
import type {
  Emit,
  FormatGuide,
  FormatReader,
  Place,
  Sample,
  Sniffed,
  SourceContext,
  SpanInput,
  TraceFormat,
} from '../format';

const ROLES: Readonly<Record<string, string>> = {
  human: 'user',
  ai: 'assistant',
  tool: 'tool',
  system: 'system',
  developer: 'system',
  function: 'tool',
  humanmessage: 'user',
  aimessage: 'assistant',
  toolmessage: 'tool',
  systemmessage: 'system',
  functionmessage: 'tool',
  humanmessagechunk: 'user',
  aimessagechunk: 'assistant',
};
const PATHS = [
  ['messages'],
  ['values', 'messages'],
  ['state', 'values', 'messages'],
  ['channel_values', 'messages'],
  ['history'],
  ['output', 'messages'],
];
const THREADS = [
  ['thread_id'],
  ['session_id'],
  ['SessionId'],
  ['config', 'configurable', 'thread_id'],
  ['metadata', 'thread_id'],
];

/** A message of LangChain with its fields at hand: `{type, data}`, a serialised object, or the fields themselves. */
function fieldsOf(value: unknown): { type: string; fields: unknown } | null {
  const message = parseMaybe(value);
  const path = asArray(get(message, 'id'));
  if (get(message, 'lc') === 1 && path.length > 0)
    return { type: asText(path.at(-1)) ?? '', fields: get(message, 'kwargs') };
  const type = asText(get(message, 'type'));
  if (type === null || ROLES[type.toLowerCase()] === undefined) return null;
  const data = get(message, 'data');
  if (asObject(data) && get(data, 'content') !== undefined) return { type, fields: data };
  return get(message, 'content') === undefined ? null : { type, fields: message };
}

function isMessage(value: unknown): boolean {
  const found = fieldsOf(value);
  return found !== null && ROLES[found.type.toLowerCase()] !== undefined;
}

/** In the shape of chat messages, as everywhere else. */
function chatMessage(value: unknown): unknown {
  const found = fieldsOf(value);
  if (!found) return value;
  const { type, fields } = found;
  const extra = get(fields, 'additional_kwargs');
  const calls = asArray(get(fields, 'tool_calls'));
  return {
    role: ROLES[type.toLowerCase()] ?? type,
    content: get(fields, 'content'),
    tool_calls: calls.length > 0 ? calls : get(extra, 'tool_calls'),
    function_call: calls.length > 0 ? undefined : get(extra, 'function_call'),
    tool_call_id: get(fields, 'tool_call_id'),
    status: get(fields, 'status'),
    name: get(fields, 'name') ?? undefined,
    reasoning_content: get(extra, 'reasoning_content'),
    refusal: get(extra, 'refusal') ?? undefined,
    timestamp: get(extra, 'timestamp') ?? get(fields, 'timestamp'),
  };
}

/** What a message of the assistant says of the call that made it. */
function callFields(value: unknown): Partial<SpanInput> {
  const fields = fieldsOf(value)?.fields;
  const usage = get(fields, 'usage_metadata') ?? at(fields, 'response_metadata', 'token_usage');
  const told = get(fields, 'response_metadata');
  return {
    model: asText(get(told, 'model_name')) ?? asText(get(told, 'model')) ?? asText(get(told, 'model_id')),
    provider: asText(get(told, 'model_provider')),
    inputTokens: asNumber(get(usage, 'input_tokens') ?? get(usage, 'prompt_tokens')),
    outputTokens: asNumber(get(usage, 'output_tokens') ?? get(usage, 'completion_tokens')),
    cacheReadTokens: asNumber(at(usage, 'input_token_details', 'cache_read')),
    reasoningTokens: asNumber(at(usage, 'output_token_details', 'reasoning')),
  };
}

/** The messages of a record with their JSON pointer; null where it holds none of LangChain's. */
function findMessages(record: unknown): { messages: readonly unknown[]; pointer: string } | null {
  for (const path of PATHS) {
    const list = path.reduce((value: unknown, key) => parseMaybe(get(value, key)), record);
    if (Array.isArray(list) && list.length > 0 && list.every(isMessage))
      return { messages: list as unknown[], pointer: `/${path.join('/')}` };
  }
  return null;
}

/** The message in a row of a store: itself, or beside the session it belongs to. */
function rowMessage(record: unknown): unknown {
  for (const value of [record, get(record, 'message'), get(record, 'History'), get(record, 'history')])
    if (isMessage(value)) return value;
  return null;
}

function threadOf(record: unknown): string | null {
  for (const path of THREADS) {
    const id = at(record, ...path);
    if (asText(id) !== null || typeof id === 'number') return String(id);
  }
  return null;
}

class LangChainReader implements FormatReader {
  private readonly chats = new GrowingChats();
  private readonly waiting = new Set<GrowingChat>();
  private readonly rows = new Map<string | null, { message: unknown; line: number }[]>();

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    const found = findMessages(record);
    const row = found ? null : rowMessage(record);
    if (found) {
      const lineOf = (i: number): number => Math.max(place.line, this.source.lineOf(`${found.pointer}/${i}`));
      const fresh = `${this.source.shortHash}:${place.line}`;
      this.tell(found.messages, lineOf, threadOf(record), fresh, asText(at(record, 'metadata', 'user_id')));
    } else if (row !== null) {
      const thread = threadOf(record);
      const rows = this.rows.get(thread) ?? [];
      rows.push({ message: row, line: place.line });
      this.rows.set(thread, rows);
    } else if (Array.isArray(at(record, 'values', 'messages')) || threadOf(record) !== null)
      this.emit.note('thread without messages counted only');
    else
      this.emit.reject(
        place,
        'no messages of LangChain found in the record',
        toJsonText(record)?.slice(0, 1000),
      );
  }

  private tell(
    messages: readonly unknown[],
    lineOf: (index: number) => number,
    thread: string | null,
    fresh: string,
    userId: string | null,
  ): void {
    const sent = messages.map(chatMessage);
    const { chat, from } = this.chats.place(sent, thread, fresh);
    const read = chatSpans(sent.slice(from), {
      userOrigin: 'human',
      firstIndex: chat.told,
      earlier: chat.open,
    });
    for (const { index, ...span } of read.spans) {
      const place = { line: lineOf(index + from) };
      const fields = span.kind === 'llm' ? callFields(messages[index + from]) : {};
      this.emit.span({ ...span, ...fields, sessionId: chat.sessionId, userId }, place);
    }
    for (const note of read.notes) this.emit.note(note);
    for (const { index, reason } of read.problems) this.emit.reject({ line: lineOf(index + from) }, reason);
    chat.told += sent.length - from;
    chat.open = read.open;
    this.waiting.add(chat);
    this.chats.told(chat, sent, null, thread);
  }

  end(): void {
    for (const [thread, rows] of this.rows)
      this.tell(
        rows.map(({ message }) => message),
        (index) => rows[index]?.line ?? 1,
        thread,
        `${this.source.shortHash}:1`,
        null,
      );
    for (const chat of this.waiting)
      if (chat.open.length > 0) this.emit.note(CALL_WITHOUT_RESULT, chat.open.length);
  }
}

function sniff({ records }: Sample): Sniffed | null {
  const lists = records.filter((record) => findMessages(record) !== null).length;
  if (lists > 0 && lists * 2 >= records.length)
    return { confidence: 0.88, reason: `${lists} of ${records.length} records hold messages of LangChain` };
  const rows = records.filter((record) => rowMessage(record) !== null).length;
  return rows > 0 && rows * 2 >= records.length
    ? { confidence: 0.86, reason: `${rows} of ${records.length} records are messages of LangChain` }
    : null;
}

const guide: FormatGuide = {
  reads: [
    'Lists of messages: `messages_to_dict`, serialised objects (`lc: 1`), results of an agent (`messages`).',
    'States and threads of a LangGraph server or checkpointer (`values.messages`), and rows of a message store (`session_id`, `message`).',
  ],
  spans: [
    'A human’s message is a user message, one of the model a model call with its model and tokens, its `tool_calls` tool calls, ended by the tool message that names them; `status: error` makes it an error.',
  ],
  turns:
    'The session is the thread, else the record; rows of a file without one are one session. States of a thread repeat what went before: only what is new is told. Human messages open turns.',
  pillars: 'By kind.',
  labels: '',
  leavesOut: ['Other values of a graph’s state stay in the file; threads without messages are counted.'],
};

const langchain: TraceFormat = {
  id: 'langchain',
  title: 'LangChain and LangGraph messages',
  description: 'Message histories, graph states and threads of LangChain and LangGraph.',
  documentation: 'https://python.langchain.com/docs/concepts/messages/',
  guide,
  containers: ['document', 'lines', 'parquet', 'csv'],
  ordering: 'stream',
  recalls: true,
  sniff,
  read: (emit, source) => new LangChainReader(emit, source),
};

export default langchain;
