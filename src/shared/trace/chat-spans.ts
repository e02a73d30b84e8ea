/**
 * A list of chat messages as spans: one for each message, one for each tool call with the result that answers it.
 * Takes the OpenAI shape (tool_calls, role tool, legacy function_call) and Anthropic content blocks, mixed as they
 * come. Knows no sessions and no places: those are the format's to add. What is absent stays absent.
 */
import type { Origin, SpanKind, SpanStatus } from '../model/span';
import {
  asArray,
  asObject,
  asString,
  asText,
  at,
  get,
  parseMaybe,
  toJsonText,
  type JsonObject,
} from './json';
import { contentText } from './messages';
import { toNs } from './time';

export interface ChatSpan {
  /** `m<index>` of a message, `m<index>.call<n>` of its calls: the same at every import. */
  spanId: string;
  parentSpanId: string | null;
  /** Index of the message in the list. */
  index: number;
  kind: SpanKind;
  origin?: Origin;
  name: string;
  operation?: string;
  model?: string | null;
  toolName?: string | null;
  toolCallId?: string | null;
  startNs: bigint | null;
  endNs?: bigint | null;
  status: SpanStatus;
  statusMessage: string | null;
  errorType: string | null;
  text: string | null;
  input?: string | null;
  output?: string | null;
  attributes?: Readonly<Record<string, unknown>> | null;
  raw: unknown;
  /** The span adds its result to a call that was told before. */
  completes?: boolean;
}

/** A call of a tool told before this list of messages, which may hold its result. */
export interface EarlierCall {
  spanId: string;
  toolName: string | null;
  toolCallId: string | null;
}

export interface ChatOptions {
  /** Who speaks in messages of role user. */
  userOrigin: Origin;
  /** Role words by meaning; words that are in none of the lists become events. */
  roles?: Partial<Record<'user' | 'assistant' | 'tool' | 'system', readonly string[]>>;
  /** Whether a tool's text reports an error; absent: only an explicit mark does. */
  isToolError?: (text: string) => boolean;
  /** Number of the first message, where earlier ones were told before. */
  firstIndex?: number;
  /** Calls told before that may be answered here; given, calls without a result are left to later messages. */
  earlier?: readonly EarlierCall[];
}

export interface ChatRead {
  spans: ChatSpan[];
  /** Calls without a result, earlier ones included. */
  open: EarlierCall[];
  /** What was odd, each once per occurrence. */
  notes: string[];
  /** Messages that could not be used, by index. */
  problems: { index: number; reason: string }[];
}

/** What is noted of a call whose result is nowhere. */
export const CALL_WITHOUT_RESULT = 'tool call without a result';

/** Members of a message that tell more than who said what, and when. */
export const MORE_OF_A_MESSAGE = [
  'tool_calls',
  'function_call',
  'refusal',
  'audio',
  'model',
  'name',
  'reasoning_content',
  'reasoning',
  'tool_plan',
  'thinking',
  'created_at',
  'time',
  'ts',
] as const;

const ROLES = {
  user: ['user', 'human'],
  assistant: ['assistant', 'ai', 'model'],
  tool: ['tool', 'function'],
  system: ['system', 'developer'],
} as const;

export interface ChatCall {
  id: string | null;
  name: string;
  arguments: string | null;
}

/** The tool calls of an assistant message, in any of the shapes in use. */
export function callsOf(message: unknown): ChatCall[] {
  const listed = asArray(parseMaybe(get(message, 'tool_calls')));
  const legacy = asObject(get(message, 'function_call'));
  const blocks = asArray(get(message, 'content')).filter((block) =>
    (asText(get(block, 'type')) ?? '').endsWith('tool_use'),
  );
  return [...listed, ...(legacy ? [legacy] : []), ...blocks].filter(asObject).map((call) => {
    const inner = asObject(get(call, 'function')) ?? asObject(get(call, 'custom')) ?? call;
    return {
      id: asText(get(call, 'id')),
      name: asText(get(inner, 'name')) ?? 'unknown tool',
      arguments: toJsonText(get(inner, 'arguments') ?? get(inner, 'input') ?? get(inner, 'args') ?? null),
    };
  });
}

const THOUGHTS = new Set(['thinking', 'reasoning', 'think']);

/** What the model thought, where the message says so. */
export function reasoningOf(message: unknown): string | null {
  const thinking = asArray(get(message, 'content'))
    .filter((block) => THOUGHTS.has(asText(get(block, 'type')) ?? ''))
    .map(
      (block) =>
        asString(get(block, 'thinking')) ??
        asString(get(block, 'think')) ??
        asString(get(block, 'text')) ??
        '',
    )
    .join('\n');
  return (
    asText(get(message, 'reasoning_content')) ??
    asText(get(message, 'reasoning')) ??
    asText(get(message, 'tool_plan')) ??
    asText(get(message, 'thinking')) ??
    asText(thinking)
  );
}

function attributesOf(message: JsonObject): Readonly<Record<string, unknown>> | null {
  const reasoning = reasoningOf(message);
  const speaker = get(message, 'role') === 'tool' ? null : asText(get(message, 'name'));
  const found = { ...(reasoning === null ? {} : { reasoning }), ...(speaker === null ? {} : { speaker }) };
  return Object.keys(found).length > 0 ? found : null;
}

/** A role as it is compared: `toolResult`, `Tool-Result` and `tool_result` are one. */
export function roleKey(role: string): string {
  return role.toLowerCase().replace(/[\s_-]+/g, '');
}

/** The content of an answer without the results of tools that the provider ran itself. */
function withoutResults(content: unknown): unknown {
  return Array.isArray(content)
    ? content.filter((block) => !(asText(get(block, 'type')) ?? '').endsWith('_tool_result'))
    : content;
}

function timeOf(message: JsonObject): bigint | null {
  return toNs(
    get(message, 'timestamp') ?? get(message, 'created_at') ?? get(message, 'time') ?? get(message, 'ts'),
  );
}

class Conversation {
  readonly read: ChatRead = { spans: [], open: [], notes: [], problems: [] };
  private open: ChatSpan[] = [];
  private earlier: readonly EarlierCall[];
  private latest = '';

  constructor(private readonly options: ChatOptions) {
    this.earlier = options.earlier ?? [];
  }

  message(message: unknown, index: number): void {
    const object = asObject(message);
    const role = asText(get(object, 'role'));
    if (!object || role === null) {
      this.read.problems.push({ index, reason: `message ${index + 1} has no role` });
      return;
    }
    if (this.means('assistant', role)) this.assistant(object, index);
    else if (this.means('user', role)) this.user(object, index);
    else if (this.means('tool', role)) this.result(object, object, index);
    else if (this.means('system', role)) this.add(object, index, { kind: 'system', name: 'instructions' });
    else {
      this.read.notes.push(`message of role "${role.slice(0, 40)}" kept as an event`);
      this.add(object, index, { kind: 'event', name: role.slice(0, 80) });
    }
  }

  end(): ChatRead {
    const open = this.open.map(({ spanId, toolName, toolCallId }) => ({
      spanId,
      toolName: toolName ?? null,
      toolCallId: toolCallId ?? null,
    }));
    this.read.open = [...this.earlier, ...open];
    if (!this.options.earlier)
      for (let i = 0; i < this.open.length; i++) this.read.notes.push(CALL_WITHOUT_RESULT);
    return this.read;
  }

  private means(meaning: keyof typeof ROLES, role: string): boolean {
    return (this.options.roles?.[meaning] ?? ROLES[meaning]).some((word) => roleKey(word) === roleKey(role));
  }

  private add(
    message: JsonObject,
    index: number,
    span: Partial<ChatSpan> & Pick<ChatSpan, 'kind' | 'name'>,
  ): ChatSpan {
    const text = contentText(get(message, 'content'));
    const added: ChatSpan = {
      spanId: this.idOf(index),
      parentSpanId: null,
      index,
      startNs: timeOf(message),
      status: 'unset',
      statusMessage: null,
      errorType: null,
      text,
      attributes: attributesOf(message),
      raw: message,
      ...span,
    };
    this.read.spans.push(added);
    return added;
  }

  private user(message: JsonObject, index: number): void {
    const blocks = asArray(get(message, 'content'));
    const results = blocks.filter((block) => get(block, 'type') === 'tool_result');
    for (const block of results) this.result(asObject(block) ?? {}, message, index);
    const said = blocks.filter((block) => get(block, 'type') !== 'tool_result');
    if (results.length > 0 && contentText(said) === '') return;
    const text = results.length > 0 ? contentText(said) : contentText(get(message, 'content'));
    this.add(message, index, {
      kind: 'user',
      origin: this.options.userOrigin,
      name: 'user message',
      text,
      input: text,
    });
  }

  private assistant(message: JsonObject, index: number): void {
    const refusal = asText(get(message, 'refusal'));
    const text =
      refusal ??
      (asText(contentText(withoutResults(get(message, 'content')))) ||
        (asText(at(message, 'audio', 'transcript')) ?? ''));
    const answer = this.add(message, index, {
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      model: asText(get(message, 'model')),
      status: refusal === null ? 'ok' : 'error',
      statusMessage: refusal,
      errorType: refusal === null ? null : 'refusal',
      text,
      output: text === '' ? null : text,
    });
    this.latest = answer.spanId;
    callsOf(message).forEach((call, i) => {
      this.open.push(
        this.add({}, index, {
          startNs: timeOf(message),
          spanId: `${this.idOf(index)}.call${i}`,
          parentSpanId: answer.spanId,
          kind: 'tool',
          name: call.name,
          operation: 'execute_tool',
          toolName: call.name,
          toolCallId: call.id,
          text: null,
          input: call.arguments,
          output: null,
          raw: { call: asArray(get(message, 'tool_calls'))[i] ?? get(message, 'function_call') ?? message },
        }),
      );
    });
    this.hosted(message, index);
  }

  /** Results of tools that the provider ran itself stand in the answer that called them. */
  private hosted(message: JsonObject, index: number): void {
    for (const block of asArray(get(message, 'content')))
      if ((asText(get(block, 'type')) ?? '').endsWith('_tool_result'))
        this.result(asObject(block) ?? {}, message, index);
  }

  private idOf(index: number): string {
    return `m${(this.options.firstIndex ?? 0) + index}`;
  }

  /** The call told before that a result answers. */
  private before(id: string | null, name: string | null): EarlierCall | undefined {
    return this.earlier.find((call) =>
      id !== null && call.toolCallId !== null
        ? call.toolCallId === id
        : name === null || call.toolName === name,
    );
  }

  /** The open call a result answers: by id, else by name, else the first that the latest answer made. */
  private answered(id: string | null, name: string | null): ChatSpan | null {
    const byId = id === null ? undefined : this.open.find((call) => call.toolCallId === id);
    const byName = name === null ? undefined : this.open.find((call) => call.toolName === name);
    const byPlace = name === null ? this.open.find((call) => call.parentSpanId === this.latest) : undefined;
    const found = byId ?? byName ?? byPlace;
    if (!found) return null;
    if (found !== byId && id !== null && found.toolCallId !== null)
      this.read.notes.push('tool result matched by place, not id');
    this.open = this.open.filter((call) => call !== found);
    return found;
  }

  private result(result: JsonObject, message: JsonObject, index: number): void {
    const id = asText(get(result, 'tool_call_id')) ?? asText(get(result, 'tool_use_id'));
    const name = asText(get(result, 'name'));
    const hosted = hostedEnd(get(result, 'content'));
    const text = hosted?.text ?? contentText(get(result, 'content'));
    let call = this.answered(id, name);
    const before = call ? undefined : this.before(id, name);
    if (before) {
      this.earlier = this.earlier.filter((one) => one !== before);
      const toolName = before.toolName ?? name;
      call = this.add(message, index, {
        spanId: before.spanId,
        completes: true,
        kind: 'tool',
        name: toolName ?? 'tool result',
        toolName,
        toolCallId: before.toolCallId,
        startNs: null,
      });
    } else if (!call) {
      this.read.notes.push('tool result without its call');
      call = this.add(message, index, {
        spanId: `${this.idOf(index)}${result === message ? '' : `.result${id ?? ''}`}`,
        kind: 'tool',
        name: name ?? 'tool result',
        operation: 'execute_tool',
        toolName: name,
        toolCallId: id,
      });
    } else {
      call.raw = { call: get(call.raw, 'call'), result: message };
      if (call.startNs !== null) call.endNs = timeOf(message);
    }
    const isMarked = [get(result, 'is_error'), get(result, 'isError'), get(result, 'error')].includes(true);
    const isError =
      isMarked ||
      get(result, 'status') === 'error' ||
      hosted?.isError === true ||
      this.options.isToolError?.(text) === true;
    call.text = text;
    call.output = text;
    call.status = isError ? 'error' : this.options.isToolError ? 'ok' : 'unset';
    call.statusMessage = isError ? (text.split('\n')[0] ?? '').slice(0, 500) : null;
  }
}

/**
 * The end of a tool that the provider ran, told by an object in place of text: an error by its code, a run of code by what it
 * printed. Null for contents in text.
 */
function hostedEnd(content: unknown): { text: string; isError: boolean } | null {
  const type = asText(get(content, 'type')) ?? '';
  if (type.endsWith('_tool_result_error'))
    return { text: asText(get(content, 'error_code')) ?? type, isError: true };
  const code = get(content, 'return_code');
  if (typeof code !== 'number') return null;
  const said = [get(content, 'stdout'), get(content, 'stderr')].filter(
    (one): one is string => typeof one === 'string' && one !== '',
  );
  return { text: said.join('\n'), isError: code !== 0 };
}

/** The spans of one conversation, in the order of its messages. */
export function chatSpans(messages: readonly unknown[], options: ChatOptions): ChatRead {
  const conversation = new Conversation(options);
  messages.forEach((message, index) => conversation.message(message, index));
  return conversation.end();
}
