/**
 * One message of a model call, whoever wrote it (GenAI conventions, OpenAI chat and Responses, Anthropic, Bedrock,
 * Gemini, LangChain, Vercel AI SDK, OpenInference), in one shape. Text is normalised the same way at every call, so
 * that a message repeated in the histories of later calls stays recognisable.
 */
import type { Origin } from '../model/span';
import {
  addCallsBeside,
  addResult,
  callsOfJson,
  callsWrittenAsText,
  firstText,
  messageText,
  partsOf,
  type ToolResult,
} from './genai-parts';
import { asObject, asText, get, parseMaybe, type JsonObject } from './json';

export interface GenAiMessage {
  role: 'system' | 'user' | 'assistant' | 'tool';
  text: string;
  /** For `user`: who speaks, set where the text shows that no human wrote it. Absent: a human, unless the span belongs to a sub-agent. */
  origin?: Origin;
  reasoning?: string;
  toolCalls?: { id: string | null; name: string; arguments: string }[];
  /** For `tool`: the call this answers. */
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
    .replace(/(?<=\w)Message(Chunk)?$/, '')
    .toLowerCase();
  return Object.hasOwn(ROLES, word) ? (ROLES[word] ?? null) : null;
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
