/**
 * ShareGPT and its kin: conversations of `{from, value}`, and the question and answer files of FastChat's judge, whose
 * turns are plain texts and belong together by the question's id. Owns the spellings of who speaks; messages are read
 * as everywhere. Must not clean the texts: some are HTML, and stay so.
 * https://github.com/lm-sys/FastChat
 */
import { chatSession } from '../../../shared/trace/chat-session';
import {
  asArray,
  asText,
  get,
  isObject,
  parseMaybe,
  toJsonText,
  type JsonObject,
} from '../../../shared/trace/json';
import { excerptOf } from '../../../shared/trace/otel-value';
import type {
  ChatRows,
  Emit,
  FormatGuide,
  FormatReader,
  Place,
  Sample,
  Sniffed,
  SourceContext,
  TraceFormat,
} from '../format';

const LISTS = ['conversations', 'conversation', 'items', 'messages'];
const ROLES: Readonly<Record<string, string>> = {
  human: 'user',
  user: 'user',
  prompter: 'user',
  gpt: 'assistant',
  chatgpt: 'assistant',
  bard: 'assistant',
  bing: 'assistant',
  bot: 'assistant',
  assistant: 'assistant',
  model: 'assistant',
  function_call: 'call',
  tool_call: 'call',
  function_response: 'tool',
  tool_response: 'tool',
  observation: 'tool',
  tool: 'tool',
  system: 'system',
};

function speakerOf(message: unknown): string | null {
  return asText(get(message, 'from')) ?? asText(get(message, 'user')) ?? null;
}

/** The list of messages of a record with the key it stands under; null when it has none. */
function listOf(record: unknown): { key: string; messages: readonly unknown[] } | null {
  for (const key of LISTS) {
    const messages = asArray(parseMaybe(get(record, key)));
    const [first] = messages;
    const isFrom =
      speakerOf(first) !== null && (get(first, 'value') !== undefined || get(first, 'content') !== undefined);
    const isPair =
      typeof get(first, 'human') === 'string' ||
      (typeof get(first, 'user') === 'string' && get(first, 'bot') !== undefined);
    if (isFrom || isPair) return { key, messages };
  }
  return null;
}

/** A message in the chat shape: `{from, value}`, or one exchange of two texts. */
function chatOf(message: unknown): unknown[] {
  const asked =
    get(message, 'human') ?? (get(message, 'bot') === undefined ? undefined : get(message, 'user'));
  if (typeof asked === 'string') {
    const answer = get(message, 'assistant') ?? get(message, 'bot') ?? get(message, 'gpt');
    return [
      { role: 'user', content: asked },
      ...(typeof answer === 'string' ? [{ role: 'assistant', content: answer }] : []),
    ];
  }
  const speaker = (speakerOf(message) ?? '').toLowerCase();
  const role = Object.hasOwn(ROLES, speaker) ? (ROLES[speaker] ?? speaker) : speaker;
  const content = get(message, 'value') ?? get(message, 'content') ?? get(message, 'text');
  const results = role === 'tool' && typeof content === 'string' ? tagged(content, 'tool_response') : [];
  if (results.length > 1) return results.map((result) => ({ role, content: result }));
  const calls = typeof content === 'string' ? taggedCalls(content) : [];
  if (role !== 'call')
    return [{ role, content, ...(role === 'assistant' && calls.length > 0 ? { tool_calls: calls } : {}) }];
  const call = parseMaybe(content);
  const listed = Array.isArray(call) ? call.filter(isObject) : isObject(call) ? [call] : calls;
  return [
    {
      role: 'assistant',
      content: '',
      tool_calls: listed.length > 0 ? listed : [{ name: 'function call', arguments: content }],
    },
  ];
}

/** What is written between tags: `<tool_response>…</tool_response>`, once or several times. */
function tagged(text: string, tag: string): string[] {
  return text
    .split(`<${tag}>`)
    .slice(1)
    .map((part) => (part.split(`</${tag}>`)[0] ?? '').trim());
}

/** Calls written between tags: `<tool_call>{"name": …, "arguments": …}</tool_call>`, one or several. */
function taggedCalls(text: string): JsonObject[] {
  return tagged(text, 'tool_call')
    .map((call) => parseMaybe(call))
    .filter((call): call is JsonObject => isObject(call) && typeof get(call, 'name') === 'string');
}

function turnsOf(record: unknown): { model: string | null; turns: readonly unknown[] } | null {
  if (get(record, 'question_id') === undefined) return null;
  const own = asArray(get(record, 'turns'));
  if (own.length > 0) return { model: null, turns: own };
  const choice = asArray(get(record, 'choices'))[0];
  const turns = asArray(get(choice, 'turns'));
  return turns.length > 0 ? { model: asText(get(record, 'model_id')) ?? 'model', turns } : null;
}

class ShareGptReader implements FormatReader {
  #ordinal = 0;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    this.#ordinal = this.source.ordinalOf?.(place.line) ?? this.#ordinal + 1;
    const list = listOf(record);
    const benchmark = turnsOf(record);
    if (isObject(record) && list) this.#conversation(record, list.key, list.messages, place);
    else if (isObject(record) && benchmark) this.#benchmark(record, benchmark.model, benchmark.turns, place);
    else this.emit.reject(place, 'the record has no conversation of {from, value}', excerptOf(record));
  }

  #conversation(record: JsonObject, key: string, messages: readonly unknown[], place: Place): void {
    const id = get(record, 'id') ?? get(record, 'conversation_id');
    const given = asText(id) ?? (typeof id === 'number' ? String(id) : null);
    const sessionId =
      given === null ? `${this.source.shortHash}:${this.#ordinal}` : `${given}:${this.source.shortHash}`;
    const chat = messages.map(chatOf);
    const origins = chat.flatMap((each, index) => each.map(() => index));
    const read = chatSession(chat.flat(), { sessionId, model: asText(get(record, 'model')) }, 'human');
    const lineOf = (index: number): Place => ({
      line: Math.max(place.line, this.source.lineOf(`/${key}/${origins[index] ?? 0}`)),
    });
    for (const { span, index } of read.spans)
      this.emit.span({ ...span, raw: messages[origins[index] ?? 0] }, lineOf(index));
    for (const note of read.notes) this.emit.note(note);
    for (const { index, reason } of read.problems) this.emit.reject(lineOf(index), reason);
  }

  /** Questions, or the answers of one model to them: both are files of their own. */
  #benchmark(record: JsonObject, model: string | null, turns: readonly unknown[], place: Place): void {
    const sessionId = `question:${toJsonText(get(record, 'question_id')) ?? ''}`;
    turns.forEach((text, i) => {
      if (typeof text !== 'string') this.emit.reject(place, `turn ${i + 1} is no text`, excerptOf(text));
      else
        this.emit.span(
          {
            spanId: model === null ? `q${i}` : `${model}.${i}`,
            parentSpanId: model === null ? null : `q${i}`,
            sessionId,
            kind: model === null ? 'user' : 'llm',
            origin: model === null ? 'simulated' : null,
            name: model === null ? 'user message' : 'answer',
            model,
            text,
            ...(model === null ? { input: text } : { output: text }),
            feature: asText(get(record, 'category')),
            raw: i === 0 ? record : { question_id: get(record, 'question_id'), turn: i + 1, text },
          },
          place,
        );
    });
  }
}

function sniff(sample: Sample): Sniffed | null {
  const found = sample.records
    .slice(0, 20)
    .map(listOf)
    .find((one) => one !== null);
  if (found) {
    const isFrom = get(found.messages[0], 'from') !== undefined;
    return {
      confidence: isFrom ? 0.93 : 0.75,
      reason: `records have ${found.key} of ${isFrom ? '{from, value}' : 'exchanges'}`,
    };
  }
  const asked = sample.records.slice(0, 20).some((record) => turnsOf(record) !== null);
  return asked ? { confidence: 0.8, reason: 'records have a question_id and turns' } : null;
}

const guide: FormatGuide = {
  reads: [
    'Conversations of `{from, value}` under `conversations`, `conversation`, `items` or `messages`; also exchanges of two texts (`human`/`assistant`, `user`/`bot`).',
    'Questions (`question_id`, `turns`) and answers (`question_id`, `model_id`, `choices[].turns`) of FastChat’s judge, joined by the question.',
  ],
  spans: [
    '`human` is a user message, `gpt` and its kin a model call, `function_call` (and `<tool_call>` in the words of an assistant) with the `observation` that follows a tool call, `system` instructions.',
  ],
  turns:
    'A record is a session; each message of the human opens a turn. Questions of a benchmark are those of a simulated user.',
  pillars: 'By kind.',
  labels: '',
  leavesOut: [
    'HTML in the texts is kept as it is.',
    'Prompts for judges are no conversations and are not read.',
  ],
};

/** Of lists of `{from, value}` that use no tools. */
const chats: ChatRows = {
  lists: LISTS.map((column) => [{ column, model: 'model', suffix: '' }]),
  speaker: 'from',
  roles: Object.fromEntries(
    Object.entries(ROLES).flatMap(([word, role]) =>
      role === 'user' || role === 'assistant' || role === 'system' ? [[word, role]] : [],
    ),
  ),
  said: ['value', 'content', 'text'],
  marks: ['<tool_call>'],
  more: [],
  foreign: ['human', 'bot'],
  messageTimes: [],
  ids: ['id', 'conversation_id'],
  isIdOfFile: true,
  times: [],
  users: [],
  firstUser: null,
  attributes: [],
  moderation: null,
  vote: null,
};

const format: TraceFormat = {
  id: 'sharegpt',
  title: 'ShareGPT conversations',
  description: 'Conversations in the layout of ShareGPT, and the questions and answers of FastChat.',
  documentation: 'https://github.com/lm-sys/FastChat',
  guide,
  containers: ['lines', 'document', 'parquet'],
  ordering: 'stream',
  canContinue: true,
  countsRecords: true,
  sniff,
  chats,
  read: (emit, source) => new ShareGptReader(emit, source),
};

export default format;
