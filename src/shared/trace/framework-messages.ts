/**
 * Messages as agent frameworks write them, in the shape of chat messages: Haystack, LlamaIndex, Semantic Kernel (.NET and
 * Python) and the AI SDK here, Pydantic AI and the ADK in agent-frameworks.ts. Owns their field names; who is told what, and in
 * which session, is the format's.
 * https://docs.haystack.deepset.ai/docs/chatmessage
 */
import { adk, pydanticAi } from './agent-frameworks';
import { called, orNone, usageFields, type CallFields, type Dialect } from './framework-dialect';
import { asArray, asNumber, asObject, asText, at, get, isObject, parseMaybe, toJsonText } from './json';

const PARTS = ['text', 'tool_call', 'tool_call_result', 'reasoning', 'image', 'file'];

/** Haystack, of before and after it dropped the underscores. */
const haystack: Dialect = {
  name: 'Haystack',
  knows: (message) => {
    const parts = get(message, 'content') ?? get(message, '_content');
    return (
      asText(get(message, 'role') ?? get(message, '_role')) !== null &&
      isObject(get(message, 'meta') ?? get(message, '_meta')) &&
      Array.isArray(parts) &&
      parts.every(
        (part) => get(part, 'type') === undefined && PARTS.some((key) => get(part, key) !== undefined),
      )
    );
  },
  chat: (message) => {
    const content = get(message, 'content') ?? get(message, '_content');
    const parts = asArray(content);
    const role = asText(get(message, 'role') ?? get(message, '_role'));
    const name = asText(get(message, 'name') ?? get(message, '_name')) ?? undefined;
    if (!Array.isArray(content)) return [{ role, content, name }];
    const results = parts.map((part) => get(part, 'tool_call_result')).filter(isObject);
    if (results.length > 0)
      return results.map((result) => ({
        role: 'tool',
        content: toJsonText(get(result, 'result')),
        tool_call_id: at(result, 'origin', 'id') ?? undefined,
        name: at(result, 'origin', 'tool_name'),
        ...(get(result, 'error') === true ? { status: 'error' } : {}),
      }));
    const calls = parts
      .map((part) => get(part, 'tool_call'))
      .filter(isObject)
      .map((call) => called(get(call, 'id'), get(call, 'tool_name'), get(call, 'arguments')));
    const texts = parts.flatMap((part) => asText(get(part, 'text')) ?? []);
    const thought = parts.flatMap((part) => asText(at(part, 'reasoning', 'reasoning_text')) ?? []);
    return [
      {
        role,
        content: texts.join('\n'),
        name,
        tool_calls: orNone(calls),
        ...(thought.length > 0 ? { reasoning_content: thought.join('\n') } : {}),
      },
    ];
  },
  fields: (message) => {
    const meta = get(message, 'meta') ?? get(message, '_meta');
    return usageFields(meta, get(meta, 'usage'), get(meta, 'model'));
  },
};

/** A message of Haystack in the shape of chat messages, several where it holds several results. */
export const haystackChat = (message: unknown): unknown[] => haystack.chat(message);

const llamaIndex: Dialect = {
  name: 'LlamaIndex',
  knows: (message) =>
    asText(get(message, 'role')) !== null &&
    get(message, 'type') === undefined &&
    isObject(get(message, 'additional_kwargs')) &&
    (asArray(get(message, 'blocks')).every((block) => asText(get(block, 'block_type')) !== null) ||
      asText(get(message, 'content')) !== null),
  chat: (message) => {
    const extra = get(message, 'additional_kwargs');
    const blocks = asArray(get(message, 'blocks'));
    const texts = blocks.flatMap((block) =>
      get(block, 'block_type') === 'text'
        ? (asText(get(block, 'text')) ?? [])
        : get(block, 'block_type') === 'tool_call'
          ? []
          : `[${asText(get(block, 'block_type')) ?? 'block'}]`,
    );
    const inBlocks = blocks
      .filter((block) => get(block, 'block_type') === 'tool_call')
      .map((block) => called(get(block, 'tool_call_id'), get(block, 'tool_name'), get(block, 'tool_kwargs')));
    const calls = inBlocks.length > 0 ? inBlocks : [...asArray(get(extra, 'tool_calls'))];
    return [
      {
        role: get(message, 'role'),
        content: asText(get(message, 'content')) ?? texts.join('\n'),
        tool_calls: orNone(calls),
        tool_call_id: asText(get(extra, 'tool_call_id')) ?? undefined,
        name: asText(get(extra, 'name')) ?? undefined,
      },
    ];
  },
  fields: (message) =>
    usageFields(null, get(message, 'additional_kwargs'), at(message, 'additional_kwargs', 'model')),
};

/** `TextContent` of .NET and `text` of Python in one word; `FunctionCallContent` and `function_call` in another. */
function itemType(item: unknown): string {
  return (asText(get(item, '$type')) ?? asText(get(item, 'content_type')) ?? '')
    .replace(/Content$/, '')
    .replaceAll('_', '')
    .toLowerCase();
}

const itemText = (item: unknown): string => asText(get(item, 'Text')) ?? asText(get(item, 'text')) ?? '';

function functionName(item: unknown): string | null {
  const plugin = asText(get(item, 'PluginName')) ?? asText(get(item, 'plugin_name'));
  const own = asText(get(item, 'FunctionName')) ?? asText(get(item, 'function_name'));
  if (own === null) return asText(get(item, 'name'));
  return plugin === null || plugin === '' ? own : `${plugin}-${own}`;
}

const semanticKernel: Dialect = {
  name: 'Semantic Kernel',
  knows: (message) => {
    const items = get(message, 'Items') ?? get(message, 'items');
    return (
      (asText(at(message, 'Role', 'Label')) ?? asText(get(message, 'role'))) !== null &&
      Array.isArray(items) &&
      items.every((item) => itemType(item) !== '')
    );
  },
  chat: (message) => {
    const items = asArray(get(message, 'Items') ?? get(message, 'items'));
    const role = asText(at(message, 'Role', 'Label')) ?? asText(get(message, 'role'));
    const results = items.filter((item) => itemType(item) === 'functionresult');
    if (results.length > 0)
      return results.map((item) => ({
        role: 'tool',
        content: toJsonText(get(item, 'Result') ?? get(item, 'result')) ?? '',
        tool_call_id: asText(get(item, 'CallId')) ?? asText(get(item, 'call_id')) ?? asText(get(item, 'id')) ?? undefined,
        name: functionName(item) ?? undefined,
      }));
    const calls = items
      .filter((item) => itemType(item) === 'functioncall')
      .map((item) =>
        called(get(item, 'Id') ?? get(item, 'id'), functionName(item), get(item, 'Arguments') ?? get(item, 'arguments')),
      );
    const texts = items.filter((item) => itemType(item) === 'text' || itemType(item) === 'streamingtext').map(itemText);
    return [{ role, content: texts.join('\n'), tool_calls: orNone(calls) }];
  },
  fields: (message) => {
    const meta = get(message, 'Metadata') ?? get(message, 'metadata');
    const model = get(message, 'ModelId') ?? get(message, 'ai_model_id');
    return usageFields(meta, get(meta, 'Usage') ?? get(meta, 'usage'), model);
  },
}; // prettier-ignore

const UI_PART =
  /^(?:text|reasoning|step-start|file|source-(?:url|document)|tool-invocation|dynamic-tool|tool-[\w-]+|data-[\w-]+)$/;

/** Parts of a message of the AI SDK; also where a database keeps them as JSON, and below `content` as Mastra does. */
function uiParts(message: unknown): readonly unknown[] {
  const content = parseMaybe(get(message, 'content'));
  return asArray(parseMaybe(get(message, 'parts')) ?? get(content, 'parts'));
}

function isUiPart(part: unknown): boolean {
  const type = asText(get(part, 'type')) ?? '';
  if (!UI_PART.test(type)) return false;
  if (type === 'text' || type === 'reasoning')
    return typeof (get(part, 'text') ?? get(part, 'reasoning')) === 'string';
  return true;
}

/** One step of an answer: what was said, then the tools that were called. */
class UiStep {
  texts: string[] = [];
  thoughts: string[] = [];
  calls: unknown[] = [];
  results: unknown[] = [];

  take(part: unknown, type: string): void {
    if (type === 'text') this.texts.push(asText(get(part, 'text')) ?? '');
    else if (type === 'reasoning')
      this.thoughts.push(asText(get(part, 'text')) ?? asText(get(part, 'reasoning')) ?? '');
    else if (type === 'file') this.texts.push(`[${asText(get(part, 'filename')) ?? 'file'}]`);
    else if (/^(?:tool-|dynamic-tool$)/.test(type)) this.tool(get(part, 'toolInvocation') ?? part, type);
  }

  private tool(tool: unknown, type: string): void {
    const id = get(tool, 'toolCallId');
    const name = asText(get(tool, 'toolName')) ?? type.slice('tool-'.length);
    this.calls.push(called(id, name, get(tool, 'input') ?? get(tool, 'args')));
    const state = asText(get(tool, 'state')) ?? '';
    const error = asText(get(tool, 'errorText'));
    const output = get(tool, 'output') ?? get(tool, 'result');
    if (error === null && output === undefined && state !== 'output-denied') return;
    const isError = error !== null || state === 'output-error' || state === 'output-denied';
    const content = error ?? asText(output) ?? toJsonText(output) ?? state;
    this.results.push({
      role: 'tool',
      content,
      tool_call_id: id,
      name,
      ...(isError ? { status: 'error' } : {}),
    });
  }

  messages(role: unknown, timestamp: unknown): unknown[] {
    const { texts, thoughts, calls, results } = this;
    if (texts.length + thoughts.length + calls.length === 0) return [];
    const thought = thoughts.length > 0 ? { reasoning_content: thoughts.join('\n') } : {};
    return [
      { role, content: texts.join('\n'), tool_calls: orNone(calls), timestamp, ...thought },
      ...results,
    ];
  }
}

/** Messages that applications of the AI SDK keep for their screens. https://ai-sdk.dev/docs/reference/ai-sdk-core/ui-message */
const aiSdk: Dialect = {
  name: 'the AI SDK',
  knows: (message) => {
    const parts = uiParts(message);
    return (
      /^(?:system|user|assistant)$/.test(asText(get(message, 'role')) ?? '') &&
      parts.length > 0 &&
      parts.every(isUiPart) &&
      // Other tools write texts of this kind with what they belong to beside them.
      !parts.some((part) => get(part, 'sessionID') !== undefined || get(part, 'messageID') !== undefined)
    );
  },
  chat: (message) => {
    const steps = [new UiStep()];
    for (const part of uiParts(message)) {
      const type = asText(get(part, 'type')) ?? '';
      // What is said after tools have answered is another answer of the model.
      if (type === 'step-start' || (type === 'text' && (steps.at(-1)?.calls.length ?? 0) > 0)) steps.push(new UiStep());
      steps.at(-1)?.take(part, type);
    }
    const time = get(message, 'createdAt') ?? get(message, 'created_at') ?? at(message, 'metadata', 'createdAt');
    return steps.flatMap((step) => step.messages(get(message, 'role'), time));
  },
  fields: (message) => {
    const meta = parseMaybe(get(message, 'metadata'));
    const usage = get(meta, 'usage') ?? get(meta, 'totalUsage');
    return {
      model: asText(get(meta, 'model')) ?? asText(get(meta, 'modelId')),
      inputTokens: asNumber(get(usage, 'inputTokens') ?? get(usage, 'promptTokens')),
      outputTokens: asNumber(get(usage, 'outputTokens') ?? get(usage, 'completionTokens')),
    };
  },
}; // prettier-ignore

const DIALECTS: readonly Dialect[] = [haystack, llamaIndex, semanticKernel, aiSdk, pydanticAi, adk];

function dialectOf(messages: readonly unknown[]): Dialect | null {
  if (messages.length === 0) return null;
  return DIALECTS.find((dialect) => messages.every((message) => dialect.knows(message))) ?? null;
}

/** The framework whose message this is; null for others. */
export function frameworkOf(message: unknown): string | null {
  return dialectOf([message])?.name ?? null;
}

interface FrameworkChat {
  framework: string;
  /** Key or id under which it is kept; null where it has none. */
  session: string | null;
  /** JSON pointer to the list of messages. */
  pointer: string;
  messages: readonly unknown[];
}

const LISTS = [
  ['messages'],
  ['chat_history'],
  ['history'],
  ['chat_history', 'messages'],
  ['memory', 'messages'],
  ['replies'],
  ['events'],
  ['message_list'],
  ['message_history'],
];
const STORES = [['store'], ['chat_store', 'store'], ['memory', 'chat_store', 'store']];
const MESSAGE_SESSIONS = ['chatId', 'chat_id', 'threadId', 'thread_id', 'conversationId', 'conversation_id', 'session_id', 'sessionId']; // prettier-ignore
const IDS = ['session_id', 'conversation_id', 'thread_id', 'id', 'chat_id']; // prettier-ignore

/** The session that a message kept by itself names. */
export function sessionOfMessage(message: unknown): string | null {
  return MESSAGE_SESSIONS.map((key) => asText(get(message, key))).find((id) => id !== null) ?? null;
}

/** The conversations in a record: a list of messages, or a store of them by key. */
export function frameworkChats(record: unknown): FrameworkChat[] {
  const session = IDS.map((key) => asText(get(record, key))).find((id) => id !== null) ?? null;
  const lists = [
    ...(Array.isArray(record) ? [{ messages: record as unknown[], session: null, pointer: '' }] : []),
    ...LISTS.map((path) => ({ messages: asArray(parseMaybe(at(record, ...path))), session, pointer: `/${path.join('/')}` })),
    ...STORES.flatMap((path) =>
      Object.entries(asObject(at(record, ...path)) ?? {}).map(([key, value]) => ({
        messages: asArray(value),
        session: key,
        pointer: `/${path.join('/')}/${key}`,
      })),
    ),
  ];
  return lists.flatMap(({ messages, ...where }) => {
    const dialect = dialectOf(messages);
    return dialect ? [{ ...where, messages, framework: dialect.name }] : [];
  });
} // prettier-ignore

/** A message as chat messages, with what it says of its model call. */
export function chatMessagesOf(message: unknown): { messages: unknown[]; fields: CallFields } {
  const dialect = dialectOf([message]);
  return {
    messages: dialect?.chat(message) ?? [message],
    fields: dialect?.fields(message) ?? { model: null, inputTokens: null, outputTokens: null },
  };
}
