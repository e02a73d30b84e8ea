/**
 * The log events by which coding agents report their work over OpenTelemetry, without a trace: prompts, model calls, tool
 * results (Claude Code, Codex, Gemini CLI, Qwen Code). Owns what each event says as a span; what the model answered is not in
 * them. https://docs.claude.com/en/docs/claude-code/monitoring-usage
 */
import { amountOf, countOf, firstOf, textOf, type AttributeBag } from './attribute-bag';
import { parseMaybe, toJsonText } from './json';
import { toolResultText } from './genai-parts';
import type { ToldSpan } from './told-span';

/** A log event with its attributes, whichever way it was encoded. */
export interface CliLog {
  /** `user_prompt`, with or without the name of its agent in front. */
  name: string;
  /** Nanoseconds since the epoch, when what it tells of was over. */
  timeNs: bigint | null;
  attributes: AttributeBag;
}

/** What such an event says; its reader gives it an id. */
export interface CliSpan extends Omit<ToldSpan, 'spanId' | 'attributes'> {
  sessionId: string;
  operation: string;
  attributes: AttributeBag;
}

const AGENT = /^(claude_code|codex|gemini_cli|qwen[-_]code)\./;
const MODEL_CALL = new Set(['api_request', 'api_response', 'sse_event', 'api_error', 'api_request_error']);
const TOOL_CALL = new Set(['tool_result', 'tool_call']);
const OTHER = new Set([
  'tool_decision',
  'conversation_starts',
  'config',
  'chat_compression',
  'compaction',
  'slash_command',
  'flash_fallback',
  'loop_detected',
  'next_speaker_check',
  'conversation_finished',
  'mcp_server_connection',
  'api_retries_exhausted',
]);

/** The event's name without the agent's in front; null when it is no event of a coding agent. */
function bareName(log: CliLog): string | null {
  const name = log.name.replace(AGENT, '');
  return name === 'user_prompt' || MODEL_CALL.has(name) || TOOL_CALL.has(name) || OTHER.has(name)
    ? name
    : null;
}

function durationMs(bag: AttributeBag): number | null {
  return countOf(bag, ['duration_ms', 'durationMs']);
}

function isFalse(value: unknown): boolean {
  return value === false || value === 'false';
}

function modelCall(name: string, bag: AttributeBag): Partial<CliSpan> | null {
  const error = textOf(bag, ['error', 'error.message', 'error_message']);
  const isError = name.endsWith('error') || (error !== null && name !== 'api_request');
  const inputTokens = amountOf(bag, ['input_tokens', 'input_token_count']);
  const outputTokens = amountOf(bag, ['output_tokens', 'output_token_count']);
  // Codex logs every piece of a stream, Gemini CLI the request apart from its response: only the end counts.
  if (!isError && inputTokens === null && outputTokens === null) return null;
  return {
    kind: 'llm',
    model: textOf(bag, ['model']),
    status: isError ? 'error' : 'unset',
    statusMessage: isError ? error : null,
    errorType: isError
      ? textOf(bag, ['error_type', 'error.type', 'status_code', 'http.response.status_code'])
      : null,
    text: null,
    output: textOf(bag, ['response_text']),
    inputTokens,
    outputTokens,
    cacheReadTokens: amountOf(bag, ['cache_read_tokens', 'cached_token_count', 'cached_content_token_count']),
    cacheWriteTokens: amountOf(bag, ['cache_creation_tokens']),
    reasoningTokens: amountOf(bag, ['reasoning_token_count', 'thoughts_token_count']),
    costUsd: amountOf(bag, ['cost_usd']),
  };
}

function toolCall(bag: AttributeBag): Partial<CliSpan> {
  const output = firstOf(bag, ['output', 'tool_output', 'tool_result']);
  const failed = isFalse(bag['success']);
  const error = textOf(bag, ['error', 'error_message']);
  return {
    kind: 'tool',
    toolName: textOf(bag, ['tool_name', 'function_name']),
    toolCallId: textOf(bag, ['call_id', 'tool_use_id']),
    input: toJsonText(firstOf(bag, ['arguments', 'tool_input', 'tool_parameters', 'function_args'])),
    output: toJsonText(output),
    text: output === undefined ? error : toolResultText(output),
    status: failed ? 'error' : 'ok',
    statusMessage: failed ? (error ?? toJsonText(parseMaybe(output))?.slice(0, 500) ?? null) : null,
    errorType: failed ? textOf(bag, ['error_type']) : null,
  };
}

function contentOf(name: string, bag: AttributeBag): Partial<CliSpan> | null {
  if (name === 'user_prompt') {
    const prompt = textOf(bag, ['prompt']);
    const isHidden = prompt === '<REDACTED>' || prompt === '[REDACTED]';
    return { kind: 'user', origin: 'human', text: isHidden ? null : prompt };
  }
  if (MODEL_CALL.has(name)) return modelCall(name, bag);
  if (TOOL_CALL.has(name)) return toolCall(bag);
  const what = ['decision', 'tool_name', 'function_name'].flatMap((key) => textOf(bag, [key]) ?? []);
  return { kind: 'event', text: what.join(' ') || null };
}

/**
 * What a log event of a coding agent says; `unknown` when it is no such event or names no session, `empty` when it is a
 * piece of one that another event tells whole.
 */
export function readCliLog(log: CliLog): CliSpan | 'unknown' | 'empty' {
  const bag = log.attributes;
  const name = bareName(log);
  const sessionId = textOf(bag, ['session.id', 'conversation.id', 'gen_ai.conversation.id']);
  if (name === null || sessionId === null) return 'unknown';
  const content = contentOf(name, bag);
  if (content === null) return 'empty';
  const took = content.kind === 'llm' || content.kind === 'tool' ? durationMs(bag) : null;
  return {
    sessionId,
    kind: 'event',
    status: 'unset',
    name: content.toolName ?? name,
    operation: name,
    startNs: log.timeNs === null || took === null ? log.timeNs : log.timeNs - BigInt(Math.round(took * 1e6)),
    endNs: took === null ? null : log.timeNs,
    userId: textOf(bag, ['user.id', 'user.account_uuid']),
    attributes: bag,
    ...content,
  };
}
