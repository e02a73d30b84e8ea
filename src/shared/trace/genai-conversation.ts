/**
 * Conversations inside the values that trace exports carry: request and response bodies of the providers, message
 * lists, framework states. Recognises shapes only; what is no conversation is left to the caller as text.
 */
import { GrowingLists } from './growing-lists';
import { alignCallIds, messageOf, originOf, roleOf, type GenAiMessage, type Role } from './genai-message';
import { messageText, toolCallOf } from './genai-parts';
import { asArray, asObject, asText, get, isObject, parseMaybe, toJsonText, type JsonObject } from './json';

/** Who speaks where the value does not say: `user` for inputs, `assistant` for outputs. */
export type Speaker = 'user' | 'assistant';

/** Containers inside containers are followed this deep. */
const MAX_NESTING = 8;

/** The class of a LangChain message: `type: "human"`, a serialised constructor or its `kwargs`. */
function langChainRole(object: JsonObject): Role | null {
  const body = asObject(get(object, 'kwargs')) ?? asObject(get(object, 'data'));
  const ids = get(object, 'lc') !== undefined ? asArray(get(object, 'id')) : [];
  const named = ids.length > 0 ? roleOf(ids[ids.length - 1]) : null;
  if (named) return named;
  const role = roleOf(get(object, 'type')) ?? roleOf(get(body, 'type'));
  const hasContent = get(object, 'content') !== undefined || body !== null;
  return hasContent ? role : null;
}

/** Items of the OpenAI Responses API that are no messages of their own kind. */
function responsesItem(object: JsonObject): GenAiMessage[] | null {
  switch (asText(get(object, 'type')) ?? '') {
    case 'function_call':
    case 'custom_tool_call':
    case 'mcp_call': {
      const call = toolCallOf(object);
      return call ? [{ role: 'assistant', text: '', toolCalls: [call] }] : null;
    }
    case 'function_call_output':
    case 'custom_tool_call_output':
      return messageOf({ content: get(object, 'output'), tool_call_id: get(object, 'call_id') }, 'tool');
    case 'reasoning':
      return messageOf({ content: [object] }, 'assistant');
    default:
      return null;
  }
}

function messagesOfObject(object: JsonObject): GenAiMessage[] | null {
  const role = roleOf(get(object, 'role'));
  if (role) return messageOf(object, role);
  const chained = langChainRole(object);
  if (chained)
    return messageOf(asObject(get(object, 'kwargs')) ?? asObject(get(object, 'data')) ?? object, chained);
  if (asText(get(object, 'role')) !== null && get(object, 'content') !== undefined) {
    // A speaker of the framework's own making (an agent's name): no human, so the model's side.
    return messageOf(object, 'assistant');
  }
  return responsesItem(object);
}

function isPart(value: unknown): boolean {
  if (!isObject(value) || get(value, 'role') !== undefined) return false;
  if (asText(get(value, 'type')) !== null) return !isObject(get(value, 'message'));
  return [
    'text',
    'toolUse',
    'toolResult',
    'toolName',
    'functionCall',
    'function_call',
    'functionResponse',
    'function_response',
    'function',
  ].some((key) => get(value, key) !== undefined);
}

/** What the items of a list gave so far. */
interface ListSoFar {
  found: GenAiMessage[];
  isRecognised: boolean;
  items: number;
  loose: unknown[];
  called: Set<string>;
}

const nothingYet = (): ListSoFar => ({
  found: [],
  isRecognised: false,
  items: 0,
  loose: [],
  called: new Set(),
});

/** Reads further items of a list. */
function addItems(list: ListSoFar, items: readonly unknown[], speaker: Speaker, depth: number): void {
  list.items += items.length;
  for (const item of items) {
    // Langfuse's JavaScript SDK writes a tool's name where its role belongs.
    const isTool = list.called.size > 0 && list.called.has(asText(get(item, 'role')) ?? '');
    const messages =
      isTool && isObject(item)
        ? messageOf(item, 'tool')
        : typeof item === 'string'
          ? null
          : conversation(item, speaker, depth + 1);
    if (messages) {
      list.isRecognised = true;
      for (const message of messages) {
        list.found.push(message);
        for (const call of message.toolCalls ?? []) list.called.add(call.name);
      }
    } else if (isPart(item)) list.loose.push(item);
    else if (typeof item === 'string') list.loose.push(item);
  }
}

function messagesOfList(
  { found, isRecognised, items, loose }: ListSoFar,
  speaker: Speaker,
): GenAiMessage[] | null {
  if (isRecognised) return found;
  const isContent = loose.length === items && loose.some(isPart);
  return isContent ? messageOf({ content: loose }, speaker) : null;
}

function fromList(list: readonly unknown[], speaker: Speaker, depth: number): GenAiMessage[] | null {
  if (list.length === 0) return null;
  const read = nothingYet();
  addItems(read, list, speaker, depth);
  return messagesOfList(read, speaker);
}

function systemOf(object: JsonObject): GenAiMessage[] {
  const value =
    get(object, 'system') ??
    get(object, 'system_instruction') ??
    get(object, 'systemInstruction') ??
    get(object, 'instructions') ??
    get(get(object, 'config'), 'system_instruction');
  if (typeof value === 'string') return messageOf({ content: value }, 'system');
  if (Array.isArray(value) || isObject(value))
    return messageOf({ content: get(value, 'parts') ?? value }, 'system');
  return [];
}

/** The keys under which requests and responses keep their messages, in order of preference. */
function fromContainer(object: JsonObject, speaker: Speaker, depth: number): GenAiMessage[] | null {
  const inner = (value: unknown, who: Speaker): GenAiMessage[] | null =>
    conversation(parseMaybe(value), who, depth + 1);
  const textOr = (value: unknown, who: Speaker): GenAiMessage[] | null =>
    inner(value, who) ??
    (typeof value === 'string' && value.trim() !== '' ? messageOf({ content: value }, who) : null);
  const withSystem = (messages: GenAiMessage[] | null): GenAiMessage[] | null =>
    messages ? [...systemOf(object), ...messages] : null;

  for (const key of ['messages', 'contents', 'chat_history']) {
    const value = get(object, key);
    if (value === undefined) continue;
    const messages = withSystem(textOr(value, speaker));
    if (messages) return messages;
  }
  const choices = get(object, 'choices') ?? get(object, 'candidates');
  if (Array.isArray(choices)) {
    return choices.flatMap(
      (choice: unknown) =>
        textOr(get(choice, 'message') ?? get(choice, 'content') ?? get(choice, 'text'), 'assistant') ?? [],
    );
  }
  const generations = get(object, 'generations');
  if (Array.isArray(generations)) {
    return generations.flat().flatMap((one: unknown) => generation(one, depth));
  }
  if (isObject(get(object, 'message'))) return inner(get(object, 'message'), speaker);
  if (get(object, 'new_message') !== undefined) return textOr(get(object, 'new_message'), 'user');
  if (get(object, 'prompt') !== undefined && speaker === 'user')
    return withSystem(textOr(get(object, 'prompt'), 'user'));
  if (typeof get(object, 'completion') === 'string') return textOr(get(object, 'completion'), 'assistant');
  const items =
    speaker === 'user'
      ? (get(object, 'input') ?? get(object, 'inputs'))
      : (get(object, 'output') ?? get(object, 'outputs'));
  if (Array.isArray(items) || isObject(items))
    return speaker === 'user' ? withSystem(inner(items, speaker)) : inner(items, speaker);
  if (Array.isArray(get(object, 'parts'))) return messageOf(object, speaker);
  const content = get(object, 'content');
  if (Array.isArray(content) && content.some(isPart)) return messageOf(object, speaker);
  if (isObject(content) && Array.isArray(get(content, 'parts'))) return inner(content, speaker);
  if (Array.isArray(get(object, 'toolCalls')) || Array.isArray(get(object, 'tool_calls')))
    return messageOf(object, speaker);
  return null;
}

function generation(one: unknown, depth: number): GenAiMessage[] {
  const message = asObject(get(one, 'message'));
  const text = get(one, 'text');
  if (!message) return typeof text === 'string' ? messageOf({ content: text }, 'assistant') : [];
  const whole = conversation(message, 'assistant', depth + 1) ?? messageOf(message, 'assistant');
  const spoken = whole.some((m) => m.text !== '') || typeof text !== 'string' || text === '';
  return spoken ? whole : messageOf({ ...message, content: text }, 'assistant');
}

function conversation(value: unknown, speaker: Speaker, depth: number): GenAiMessage[] | null {
  if (depth > MAX_NESTING) return null;
  if (Array.isArray(value)) return fromList(value, speaker, depth);
  const object = asObject(value);
  if (!object) return null;
  return messagesOfObject(object) ?? fromContainer(object, speaker, depth);
}

/** Lists of messages read lately, in text: the next call of a conversation has the same messages and a few more. */
const lately = new GrowingLists<Speaker, ListSoFar>();

/** The messages of JSON text of a list; undefined for all other text. */
function fromText(text: string, speaker: Speaker): GenAiMessage[] | undefined {
  const list = lately.read(text, speaker, nothingYet, (so, items) => {
    addItems(so, items, speaker, 0);
    return so.isRecognised;
  });
  return list?.found.map(copyOf);
}

/** A message of its own: what is made of it must not change what is kept. */
function copyOf(message: GenAiMessage): GenAiMessage {
  const { toolCalls } = message;
  return toolCalls
    ? {
        ...message,
        toolCalls: toolCalls.map(({ id, name, arguments: args }) => ({ id, name, arguments: args })),
      }
    : { ...message };
}

/** The messages a value holds, JSON text included; null when it has no known shape of a conversation. */
export function readConversation(value: unknown, speaker: Speaker): GenAiMessage[] | null {
  const known = typeof value === 'string' ? fromText(value, speaker) : undefined;
  const messages = known ?? conversation(parseMaybe(value), speaker, 0);
  if (messages) alignCallIds(messages);
  return messages && messages.length > 0 ? messages : null;
}

/**
 * As readConversation, for what must be a model's input or output: plain text is one message of the speaker, an
 * answer that is data of its own shape is its JSON text, and an input of its own shape is the question in it.
 */
export function readMessages(value: unknown, speaker: Speaker): GenAiMessage[] {
  const messages = readConversation(value, speaker);
  if (messages) return messages;
  if (speaker === 'user') return readQuestion(value);
  const parsed = parseMaybe(value);
  const text = typeof parsed === 'string' ? parsed : toJsonText(value);
  return text === null ? [] : messageOf({ content: text }, speaker);
}

const QUESTION_KEYS = [
  'question',
  'query',
  'user_input',
  'userInput',
  'user_message',
  'user_query',
  'input',
  'prompt',
  'message',
  'task',
  'request',
  'text',
  'topic',
];

/**
 * What the user asked, from the input of a whole run: its user messages, its text, or the field that frameworks put
 * the question in. Empty when nothing there reads like a question.
 */
export function readQuestion(value: unknown, depth = 0): GenAiMessage[] {
  const messages = readConversation(value, 'user');
  if (messages)
    return messages.some((m) => m.role === 'user') ? messages.filter((m) => m.role !== 'system') : [];
  const parsed = parseMaybe(value);
  if (typeof parsed === 'string') {
    const text = messageText(parsed);
    if (text === '') return [];
    const origin = originOf(text);
    return [origin ? { role: 'user', text, origin } : { role: 'user', text }];
  }
  if (depth > 3 || !isObject(parsed)) return [];
  for (const key of [...QUESTION_KEYS, 'inputs', 'kwargs']) {
    const inner = get(parsed, key);
    if ((typeof inner === 'string' && inner.trim() !== '') || isObject(inner)) {
      const found = readQuestion(inner, depth + 1);
      if (found.length > 0) return found;
    }
  }
  const args = asArray(get(parsed, 'args')).filter((arg) => typeof arg === 'string');
  return args.length > 0 ? readQuestion(args[0], depth + 1) : [];
}

const ANSWER_KEYS = [
  'answer',
  'final_answer',
  'final_output',
  'output',
  'response',
  'reply',
  'result',
  'text',
];

/** What a run answered, from its output: its text, or the field that frameworks put the answer in. Null for other data. */
export function readAnswer(value: unknown): string | null {
  const parsed = parseMaybe(value);
  if (!isObject(parsed)) return asText(parsed) ?? asText(value);
  const found = ANSWER_KEYS.map((key) => asText(get(parsed, key))).find((text) => text !== null);
  return found ?? asText(value);
}

/** What the model's side said in these messages, as readable text; null when it said nothing. */
export function spokenText(messages: readonly GenAiMessage[]): string | null {
  return (
    messages
      .filter((m) => m.role === 'assistant' && m.text !== '')
      .map((m) => m.text)
      .join('\n\n') || null
  );
}
