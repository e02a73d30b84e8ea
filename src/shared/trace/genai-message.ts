/**
 * One message of a model call, whoever wrote it (GenAI conventions, OpenAI chat and Responses, Anthropic, Bedrock,
 * Gemini, LangChain, Vercel AI SDK, OpenInference), in one shape. Text is normalised the same way at every call, so
 * that a message repeated in the histories of later calls stays recognisable.
 */
import type { Origin } from '../model/span';
import { asArray, asObject, asString, asText, get, parseMaybe, toJsonText, type JsonObject } from './json';
import { contentText, partText } from './messages';

export interface GenAiMessage {
  role: 'system' | 'user' | 'assistant' | 'tool';
  text: string;
  /** For `user`: set where the text shows that no human wrote it. */
  origin?: Origin;
  reasoning?: string;
  toolCalls?: { id: string | null; name: string; arguments: string }[];
  toolCallId?: string | null;
  toolName?: string | null;
  isError?: boolean;
}

export type Role = GenAiMessage['role'];

const ROLES: Readonly<Record<string, Role>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  human: 'user',
  assistant: 'assistant',
  ai: 'assistant',
  model: 'assistant',
  chatbot: 'assistant',
  bot: 'assistant',
  'tool-call': 'assistant',
  tool_call: 'assistant',
  aimessagechunk: 'assistant',
  tool: 'tool',
  function: 'tool',
  ipython: 'tool',
  'tool-response': 'tool',
  tool_response: 'tool',
  tool_result: 'tool',
  toolresult: 'tool',
  function_call_output: 'tool',
};

/** A role as the sources write it (`HUMAN`, `HumanMessage`, `MessageRole.USER`) as ours; null when it is none. */
export function roleOf(value: unknown): Role | null {
  const text = asText(value);
  if (text === null || text.length > 60) return null;
  const word = text
    .trim()
    .replace(/^.*\./, '')
    .replace(/[^A-Za-z_-].*$/, '')
    .replace(/(?<=[a-z])Message(Chunk)?$/, '')
    .toLowerCase();
  return Object.hasOwn(ROLES, word) ? (ROLES[word] ?? null) : null;
}

/** Line ends unified and outer white space gone: the same text however a later call repeats it. */
export function messageText(text: string): string {
  return text.replace(/\r\n?/g, '\n').trim();
}

const HARNESS_TAG =
  /^<(system-reminder|environment_context|environment_details|user_instructions|permissions instructions|turn_aborted|local-command-caveat)\b/;
const COMMAND_TAG =
  /^<(command-name|command-message|local-command-stdout|local-command-stderr|bash-input|bash-stdout)\b/;

/** Who wrote a user message, as far as its text shows; undefined for what a human may have typed. */
export function originOf(text: string): Origin | undefined {
  const head = text.slice(0, 200);
  if (COMMAND_TAG.test(head)) return 'command';
  if (head.startsWith('Caveat: The messages below') || head.startsWith('# AGENTS.md instructions'))
    return 'harness';
  const tag = HARNESS_TAG.exec(head)?.[1];
  if (tag === undefined) return undefined;
  // A reminder in front of a question leaves the question the human's.
  const close = `</${tag.split(' ')[0] ?? tag}`;
  const end = text.lastIndexOf(close);
  return end < 0 || text.slice(text.indexOf('>', end) + 1).trim() === '' ? 'harness' : undefined;
}

interface ToolResult {
  id: string | null;
  name: string | null;
  text: string;
  isError: boolean;
}

/** What the parts of one message hold, by kind. */
interface Parts {
  texts: string[];
  reasoning: string[];
  toolCalls: { id: string | null; name: string; arguments: string }[];
  results: ToolResult[];
}

const TOOL_CALL_TYPES = new Set([
  'tool_call',
  'tool_use',
  'server_tool_use',
  'function_call',
  'server_tool_call',
  'toolcall',
  'function',
  'custom_tool_call',
  'mcp_call',
]);
const TOOL_RESULT_TYPES = new Set([
  'tool_call_response',
  'tool_result',
  'function_call_output',
  'server_tool_call_response',
  'toolresult',
  'web_search_tool_result',
  'function_result',
  'custom_tool_call_output',
]);
const REASONING_TYPES = new Set(['reasoning', 'thinking', 'redacted_thinking', 'thought']);

function typeOf(part: JsonObject): string {
  return (asText(get(part, 'type')) ?? '').toLowerCase().replace(/-/g, '_');
}

function firstText(object: unknown, ...keys: string[]): string | null {
  for (const key of keys) {
    const text = asText(get(object, key));
    if (text !== null) return text;
  }
  return null;
}

/** A tool call of any provider, or null when the object names no tool. */
export function toolCallOf(value: unknown): { id: string | null; name: string; arguments: string } | null {
  const object = asObject(get(value, 'tool_call')) ?? asObject(value);
  const fn = asObject(get(object, 'function')) ?? object;
  const name =
    firstText(fn, 'name', 'toolName', 'tool_name') ?? firstText(object, 'name', 'toolName', 'tool_name');
  if (name === null) return null;
  const args =
    get(fn, 'arguments') ??
    get(fn, 'args') ??
    get(object, 'arguments') ??
    get(object, 'args') ??
    get(object, 'input') ??
    get(object, 'parameters');
  const id = firstText(object, 'id', 'call_id', 'toolCallId', 'tool_call_id', 'toolUseId');
  return { id, name, arguments: toJsonText(args) ?? '' };
}

/** Readable text of what a tool gave back: its content, the one field it wraps, or its JSON. */
export function toolResultText(value: unknown): string {
  const parsed = parseMaybe(value);
  if (typeof parsed === 'string') return messageText(parsed);
  if (Array.isArray(parsed)) {
    const blocks = parsed.every(
      (block) =>
        asObject(block) && (typeof get(block, 'text') === 'string' || asText(get(block, 'type')) !== null),
    );
    return blocks && parsed.length > 0
      ? messageText(contentText(parsed)) || (toJsonText(parsed) ?? '')
      : (toJsonText(parsed) ?? '');
  }
  const object = asObject(parsed);
  if (!object) return toJsonText(parsed) ?? '';
  const inner = asObject(get(object, 'kwargs')) ?? object;
  const content = get(inner, 'content');
  if (typeof content === 'string') return messageText(content);
  if (Array.isArray(content)) return toolResultText(content);
  const shell = [get(object, 'stdout'), get(object, 'stderr')].filter(
    (text) => typeof text === 'string' && text !== '',
  );
  if (typeof get(object, 'stdout') === 'string') return messageText(shell.join('\n'));
  const keys = Object.keys(object);
  if (TOOL_RESULT_TYPES.has(typeOf(object)))
    return toolResultText(get(object, 'result') ?? get(object, 'output') ?? get(object, 'response'));
  const only =
    keys.length === 1
      ? (get(object, 'result') ?? get(object, 'output') ?? get(object, 'response'))
      : undefined;
  if (typeof only === 'string') return messageText(only);
  if (/^(text|json|content|error-text|error-json)$/.test(asText(get(object, 'type')) ?? '')) {
    const inner = get(object, 'value') ?? get(object, 'text');
    if (inner !== undefined) return typeof inner === 'string' ? messageText(inner) : toolResultText(inner);
  }
  return toJsonText(value) ?? '';
}

/** True when a tool's result says itself that the tool failed (MCP `isError`, LangChain and Bedrock `status`). */
export function toolResultFailed(value: unknown): boolean {
  const object = asObject(parseMaybe(value));
  if (!object) return false;
  const inner = asObject(get(object, 'kwargs')) ?? object;
  if (get(inner, 'isError') === true || get(inner, 'is_error') === true) return true;
  const isMessage = firstText(inner, 'tool_call_id', 'toolUseId') !== null;
  return isMessage && get(inner, 'status') === 'error';
}

function addResult(parts: Parts, object: unknown, value: unknown): void {
  const output = asObject(value);
  parts.results.push({
    id: firstText(object, 'id', 'tool_use_id', 'call_id', 'toolCallId', 'tool_call_id', 'toolUseId'),
    name: firstText(object, 'name', 'toolName', 'tool_name'),
    text: toolResultText(value),
    isError:
      get(object, 'is_error') === true ||
      get(object, 'isError') === true ||
      get(object, 'status') === 'error' ||
      (asText(get(output, 'type')) ?? '').startsWith('error'),
  });
}

/** Parts that carry no `type`: Bedrock and Gemini name the kind by the key. */
function addUntyped(parts: Parts, part: JsonObject): void {
  const call = get(part, 'toolUse') ?? get(part, 'functionCall') ?? get(part, 'function_call');
  const result = get(part, 'toolResult') ?? get(part, 'functionResponse') ?? get(part, 'function_response');
  const reasoning = asObject(get(part, 'reasoningContent'));
  const oi = get(part, 'message_content');
  if (asObject(oi)) addPart(parts, oi);
  else if (asObject(call)) {
    const toolCall = toolCallOf(call);
    if (toolCall) parts.toolCalls.push(toolCall);
  } else if (asObject(result)) {
    addResult(parts, result, get(result, 'content') ?? get(result, 'response') ?? get(result, 'output'));
  } else if (reasoning) {
    parts.reasoning.push(
      asString(get(get(reasoning, 'reasoningText'), 'text')) ?? contentText(get(reasoning, 'text')),
    );
  } else if (typeof get(part, 'toolName') === 'string' || asObject(get(part, 'function'))) {
    const toolCall = toolCallOf(part);
    if (toolCall) parts.toolCalls.push(toolCall);
  } else if (typeof get(part, 'text') === 'string') {
    (get(part, 'thought') === true ? parts.reasoning : parts.texts).push(asString(get(part, 'text')) ?? '');
  } else if (asObject(get(part, 'inline_data') ?? get(part, 'inlineData') ?? get(part, 'image')))
    parts.texts.push('[image]');
  else if (get(part, 'cachePoint') === undefined) parts.texts.push(partText(part));
}

function addPart(parts: Parts, part: unknown): void {
  if (typeof part === 'string') {
    parts.texts.push(part);
    return;
  }
  const object = asObject(part);
  if (!object) return;
  const type = typeOf(object);
  if (type === '') addUntyped(parts, object);
  else if (TOOL_CALL_TYPES.has(type)) {
    const call = toolCallOf(object);
    if (call) parts.toolCalls.push(call);
  } else if (TOOL_RESULT_TYPES.has(type)) {
    addResult(
      parts,
      object,
      get(object, 'response') ?? get(object, 'result') ?? get(object, 'content') ?? get(object, 'output'),
    );
  } else if (REASONING_TYPES.has(type)) {
    const text =
      get(object, 'text') ?? get(object, 'thinking') ?? get(object, 'content') ?? get(object, 'summary');
    parts.reasoning.push(contentText(text));
  } else parts.texts.push(partText(object));
}

function partsOf(content: unknown): Parts {
  const parts: Parts = { texts: [], reasoning: [], toolCalls: [], results: [] };
  if (Array.isArray(content)) for (const part of content as unknown[]) addPart(parts, part);
  else addPart(parts, content);
  return parts;
}

/** The list of calls beside the content: OpenAI `tool_calls`, LangChain `additional_kwargs`, legacy `function_call`. */
function addCallsBeside(parts: Parts, message: JsonObject): void {
  const extra = asObject(get(message, 'additional_kwargs'));
  const listed = parseMaybe(
    get(message, 'tool_calls') ?? get(message, 'toolCalls') ?? get(message, 'toolInvocations'),
  );
  const fallback = get(extra, 'tool_calls');
  const calls = asArray(listed).length > 0 ? asArray(listed) : asArray(fallback);
  for (const item of calls) {
    const call = toolCallOf(item);
    if (call) parts.toolCalls.push(call);
  }
  const legacy =
    calls.length === 0 ? toolCallOf(get(message, 'function_call') ?? get(extra, 'function_call')) : null;
  if (legacy) parts.toolCalls.push(legacy);
  const reasoning =
    firstText(message, 'reasoning', 'reasoning_content', 'thinking') ?? firstText(extra, 'reasoning_content');
  if (reasoning !== null) parts.reasoning.push(reasoning);
}

/** A tool call of the OpenAI SDK written out by Python's `repr`. */
const REPR_CALL =
  /^ResponseFunctionToolCall\(arguments='((?:[^'\\]|\\.)*)', call_id='([^']*)', name='([^']*)'/;

function callsOfRepr(text: string): Parts['toolCalls'] {
  if (!text.startsWith('ResponseFunctionToolCall(')) return [];
  return text.split(/(?=ResponseFunctionToolCall\()/).flatMap((piece) => {
    const [, args, id, name] = REPR_CALL.exec(piece) ?? [];
    return args === undefined || !name
      ? []
      : [{ id: id || null, name, arguments: args.replace(/\\(['\\])/g, '$1') }];
  });
}

function callsOfJson(text: string): Parts['toolCalls'] {
  if (!text.startsWith('[{"function":')) return [];
  const calls = asArray(parseMaybe(text)).map(toolCallOf);
  return calls.includes(null) ? [] : calls.flatMap((call) => call ?? []);
}

/** Some SDKs write the calls of a turn into its text, as JSON (Koog) or as Python shows them. */
function callsWrittenAsText(parts: Parts): void {
  const text = parts.texts.length === 1 ? (parts.texts[0] ?? '') : '';
  if (parts.toolCalls.length > 0) return;
  const calls = [...callsOfRepr(text), ...callsOfJson(text)];
  if (calls.length === 0) return;
  parts.texts = [];
  parts.toolCalls = calls;
}

function joined(texts: readonly string[]): string {
  return messageText(texts.filter((text) => text.trim() !== '').join('\n'));
}

function toolMessage(result: ToolResult): GenAiMessage {
  const message: GenAiMessage = {
    role: 'tool',
    text: messageText(result.text),
    toolCallId: result.id,
    toolName: result.name,
  };
  if (result.isError) message.isError = true;
  return message;
}

/** A user message as the turns it is made of: text the harness put in stands apart from what the human wrote. */
function userMessages(texts: readonly string[]): GenAiMessage[] {
  const out: GenAiMessage[] = [];
  const human: string[] = [];
  for (const text of texts.map(messageText)) {
    if (text === '') continue;
    const origin = originOf(text);
    if (origin) out.push({ role: 'user', text, origin });
    else human.push(text);
  }
  if (human.length > 0) out.push({ role: 'user', text: joined(human) });
  return out;
}

function isToolDefinition(content: unknown): boolean {
  const object = asObject(parseMaybe(content));
  return get(object, 'type') === 'function' && asObject(get(get(object, 'function'), 'parameters')) !== null;
}

/**
 * The messages one message object stands for: a user message that carries tool results becomes tool messages, one
 * that carries injected text several user messages; empty ones vanish. `role` is what the object is said to be.
 */
export function messageOf(object: JsonObject, role: Role): GenAiMessage[] {
  const content =
    get(object, 'content') ?? get(object, 'parts') ?? get(object, 'contents') ?? get(object, 'text');
  if (role === 'tool' && isToolDefinition(content)) return [];
  const written = role === 'tool' && typeof content === 'string' ? callsOfJson(content) : [];
  if (written.length > 0) return [{ role: 'assistant', text: '', toolCalls: written }];
  const parts = partsOf(content);
  addCallsBeside(parts, object);
  if (role === 'assistant') callsWrittenAsText(parts);
  if (role === 'tool' && parts.results.length === 0) {
    addResult(parts, object, parts.texts.length > 0 ? parts.texts.join('\n') : content);
    const id = firstText(object, 'tool_call_id', 'toolCallId', 'tool_use_id', 'call_id', 'id');
    for (const result of parts.results) result.id = id;
    parts.texts = [];
  }
  const results = parts.results.map(toolMessage);
  if (role === 'tool') return results;
  if (role === 'user') return [...results, ...userMessages(parts.texts)];
  const text = joined(parts.texts);
  if (text === '' && parts.toolCalls.length === 0 && parts.reasoning.join('').trim() === '') return results;
  const message: GenAiMessage = { role, text };
  const reasoning = joined(parts.reasoning);
  if (reasoning !== '') message.reasoning = reasoning;
  if (parts.toolCalls.length > 0) message.toolCalls = parts.toolCalls;
  return [message, ...results];
}

/**
 * Makes the ids of calls agree with the results that answer them: some instrumentations give a call another id when a
 * later request repeats it. Only whole groups are mended, where no id of the calls is answered and the numbers agree.
 */
export function alignCallIds(messages: readonly GenAiMessage[]): void {
  let calls: NonNullable<GenAiMessage['toolCalls']> = [];
  let results: GenAiMessage[] = [];
  const settle = (): void => {
    const ids = new Set(calls.map((call) => call.id));
    const isAnswered = results.some((result) => ids.has(result.toolCallId ?? null));
    if (calls.length > 0 && calls.length === results.length && !isAnswered) {
      for (const [i, call] of calls.entries()) call.id = results[i]?.toolCallId ?? call.id;
    }
    calls = [];
    results = [];
  };
  for (const message of messages) {
    if (message.role === 'tool') results.push(message);
    else {
      if (results.length > 0 || message.role !== 'assistant') settle();
      if (message.toolCalls) calls = [...calls, ...message.toolCalls];
    }
  }
  settle();
}
