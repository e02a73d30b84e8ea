/**
 * The parts of a message's content, of any provider, sorted by what they are: text, reasoning, tool calls, tool results.
 */
import {
  asArray,
  asObject,
  asString,
  asText,
  get,
  isObject,
  parseMaybe,
  toJsonText,
  type JsonObject,
} from './json';
import { contentText, partText } from './messages';

/** Line ends unified and outer white space gone: the same text however a later call repeats it. */
export function messageText(text: string): string {
  return text.replace(/\r\n?/g, '\n').trim();
}

/** What a tool gave back, as a message carries it. */
export interface ToolResult {
  id: string | null;
  name: string | null;
  text: string;
  isError: boolean;
}

/** What the parts of one message hold, by kind. */
export interface Parts {
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

/** The first of these properties that is a text with something in it. */
export function firstText(object: unknown, ...keys: string[]): string | null {
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
    get(object, 'parameters') ??
    get(object, 'server_tool_call');
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

/** Adds a tool's result; `object` names the call, `value` is the result. */
export function addResult(parts: Parts, object: unknown, value: unknown): void {
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
      get(object, 'response') ??
        get(object, 'result') ??
        get(object, 'content') ??
        get(object, 'output') ??
        get(object, 'server_tool_call_response'),
    );
  } else if (REASONING_TYPES.has(type)) {
    const text =
      get(object, 'text') ?? get(object, 'thinking') ?? get(object, 'content') ?? get(object, 'summary');
    parts.reasoning.push(contentText(text));
  } else parts.texts.push(partText(object));
}

const MEDIA_TYPES = new Set(
  'text input_text output_text image image_url input_image audio input_audio file input_file'.split(' '),
);

/** The parts in a text that is their JSON list, as Traceloop writes contents of several parts; null for any other text. */
function writtenParts(text: string): readonly unknown[] | null {
  if (!/^\s*\[\s*\{/.test(text)) return null;
  const list = asArray(parseMaybe(text));
  const isPart = (item: unknown): boolean => {
    const type = isObject(item) ? typeOf(item) : '';
    return (
      MEDIA_TYPES.has(type) ||
      // Declared tools are of type function too.
      (TOOL_CALL_TYPES.has(type) && type !== 'function') ||
      TOOL_RESULT_TYPES.has(type) ||
      REASONING_TYPES.has(type)
    );
  };
  return list.length > 0 && list.every(isPart) ? list : null;
}

/** The parts of a content: a text, one part, or a list of parts, also where that is written as JSON. */
export function partsOf(content: unknown): Parts {
  const parts: Parts = { texts: [], reasoning: [], toolCalls: [], results: [] };
  const list = typeof content === 'string' ? (writtenParts(content) ?? content) : content;
  if (Array.isArray(list)) for (const part of list as unknown[]) addPart(parts, part);
  else addPart(parts, list);
  return parts;
}

/** The list of calls beside the content: OpenAI `tool_calls`, LangChain `additional_kwargs`, legacy `function_call`. */
export function addCallsBeside(parts: Parts, message: JsonObject): void {
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

/** Tool calls in a text that is their JSON list; empty when it is anything else. */
export function callsOfJson(text: string): Parts['toolCalls'] {
  if (!text.startsWith('[{"function":')) return [];
  const calls = asArray(parseMaybe(text)).map(toolCallOf);
  return calls.includes(null) ? [] : calls.flatMap((call) => call ?? []);
}

/** Some SDKs write the calls of a turn into its text, as JSON (Koog) or as Python shows them. */
export function callsWrittenAsText(parts: Parts): void {
  const text = parts.texts.length === 1 ? (parts.texts[0] ?? '') : '';
  if (parts.toolCalls.length > 0) return;
  const calls = [...callsOfRepr(text), ...callsOfJson(text)];
  if (calls.length === 0) return;
  parts.texts = [];
  parts.toolCalls = calls;
}
