/**
 * The spans of a Claude Code transcript, made of lines that are related already: answers, tool calls, what people and
 * the program said, compactions, system lines. Says what a span is called and what it carries, not where it belongs:
 * session, agent and branch are the reader's to add. See src/engine/intake/formats/claude-code.ts.
 */
import type { Origin, SpanKind, SpanStatus } from '../model/span';
import {
  blockTexts,
  filled,
  isApiError,
  isSynthetic,
  usageOf,
  type ClaudeLine,
  type ClaudeUsage,
} from './claude-line';
import type { ToolCall, ToolResult } from './claude-session';
import { toolOutcome } from './claude-tool-outcome';
import type { Spoken } from './claude-user-text';
import { asArray, asNumber, asText, at, get, toJsonText } from './json';
import { contentText } from './messages';

/** A span without its place: fields are those of the canonical span. */
export interface ClaudeSpan extends Partial<ClaudeUsage> {
  spanId: string;
  kind: SpanKind;
  origin?: Origin;
  name: string;
  operation?: string;
  parentSpanId?: string | null;
  toolName?: string | null;
  toolCallId?: string;
  spawnsAgentId?: string | null;
  model?: string | null;
  provider?: string | null;
  startNs: bigint | null;
  endNs?: bigint | null;
  status?: SpanStatus;
  statusMessage?: string | null;
  errorType?: string | null;
  text: string | null;
  input?: string | null;
  output?: string | null;
  attributes?: Readonly<Record<string, unknown>> | null;
  raw: unknown;
}

const NAMES = {
  human: 'user message',
  command: 'local command',
  harness: 'program text',
  agent: 'agent prompt',
} as const;

function firstText(...values: unknown[]): string | null {
  return values.map(asText).find((value) => value !== null) ?? null;
}

/** The id of the span that holds a message: the model's message id, else the line's own. */
export function answerId(line: ClaudeLine): string {
  return asText(get(line.message, 'id')) ?? line.id;
}

/**
 * One model answer, of all the lines it was written in. The lines repeat the usage of the whole answer so far: the
 * last one counts. Local text in an answer's place is an event, unless it reports an error of the model's API.
 * @param askedAt when it was asked for; null where no line comes before it
 */
export function answerSpan(
  lines: readonly [ClaudeLine, ...ClaudeLine[]],
  askedAt: bigint | null,
): ClaudeSpan {
  const line = lines[0];
  const last = lines.at(-1) ?? line;
  const blocks = lines.flatMap((each) => each.blocks);
  const text = blockTexts(blocks, 'text', 'text');
  const isError = lines.some(isApiError);
  const spanId = answerId(line);
  const output = text === '' ? null : text;
  const startNs = askedAt ?? line.timeNs;
  const endNs = last.timeNs;
  const raw = lines.length === 1 ? line.record : lines.map((each) => each.record);
  const isLocal = isSynthetic(line);
  if (isLocal && !isError)
    return { spanId, text, output, startNs, endNs, raw, kind: 'event', name: 'local answer' };
  const stopReason = asText(get(last.message, 'stop_reason'));
  const isRefused = stopReason === 'refusal';
  const isAborted = lines.some((each) => get(each.record, 'isAbortedMidStream') === true);
  const usage = isLocal ? null : usageOf(last.message);
  return {
    spanId,
    kind: 'llm',
    name: 'answer',
    operation: 'chat',
    model: isLocal ? null : asText(get(last.message, 'model')),
    provider: isLocal ? null : 'anthropic',
    startNs,
    endNs,
    status: isError || isRefused ? 'error' : isAborted ? 'interrupted' : 'ok',
    statusMessage: isError ? text.slice(0, 500) : asText(at(last.message, 'stop_details', 'explanation')),
    errorType: isError ? (asText(get(line.record, 'error')) ?? 'api_error') : isRefused ? 'refusal' : null,
    text,
    output,
    raw,
    inputTokens: usage?.inputTokens ?? null,
    outputTokens: usage?.outputTokens ?? null,
    cacheReadTokens: usage?.cacheReadTokens ?? null,
    cacheWriteTokens: usage?.cacheWriteTokens ?? null,
    reasoningTokens: usage?.reasoningTokens ?? null,
    attributes: filled({
      reasoning: blockTexts(blocks, 'thinking', 'thinking'),
      redactedThinking: blocks.filter((block) => get(block, 'type') === 'redacted_thinking').length || null,
      stopReason,
      requestId: get(line.record, 'requestId'),
      uuid: line.id,
      parentUuid: line.parentUuid,
      effort: get(line.record, 'effort'),
      serviceTier: at(last.message, 'usage', 'service_tier'),
    }),
  };
}

/** A tool call with what came of it; without a result its status is unset and it has no end. */
export function callSpan(
  call: ToolCall,
  result: ToolResult | undefined,
  spawnsAgentId: string | null,
): ClaudeSpan {
  const text = result ? contentText(get(result.block, 'content')) : null;
  const record = result?.line.record;
  const outcome =
    result && text !== null
      ? toolOutcome(
          text,
          get(result.block, 'is_error') === true,
          get(record, 'toolUseResult'),
          asText(get(record, 'toolDenialKind')),
        )
      : null;
  return {
    spanId: call.id,
    parentSpanId: answerId(call.line),
    kind: 'tool',
    name: call.name,
    operation: 'execute_tool',
    toolName: call.name,
    toolCallId: call.id,
    spawnsAgentId,
    startNs: call.line.timeNs,
    endNs: result?.line.timeNs ?? null,
    status: outcome?.status ?? 'unset',
    statusMessage: outcome?.statusMessage ?? null,
    errorType: outcome?.errorType ?? null,
    text,
    input: toJsonText(get(call.block, 'input')),
    output: text,
    attributes: filled({
      rejectionReason: outcome?.rejectionReason,
      resultUuid: result?.line.id,
      resultLine: result?.line.line,
    }),
    raw: result ? { call: call.block, result: record } : { call: call.block },
  };
}

/** A tool result whose call is not in the file: all that is known is its end. */
export function orphanSpan(result: ToolResult, id: string): ClaudeSpan {
  const call = { id, name: 'tool result', block: {}, line: result.line };
  const span = callSpan(call, result, null);
  return { ...span, parentSpanId: null, toolName: null, startNs: null, input: null, raw: result.line.record };
}

/** One thing said in a user line, by whomever; `ordinal` tells several of one line apart. */
export function spokenSpan(line: ClaudeLine, spoken: Spoken, ordinal: number): ClaudeSpan {
  const { speaker, text } = spoken;
  const span = {
    spanId: ordinal === 0 ? line.id : `${line.id}:${speaker}`,
    text,
    startNs: line.timeNs,
    raw: line.record,
  };
  if (speaker === 'compaction') return compactionSpan(line, line);
  if (speaker === 'interruption') {
    return {
      ...span,
      kind: 'event',
      name: 'interruption',
      status: 'interrupted',
      attributes: filled({
        forToolUse: text.includes('for tool use'),
        messageId: get(line.record, 'interruptedMessageId'),
      }),
    };
  }
  return {
    ...span,
    kind: 'user',
    origin: speaker,
    name: NAMES[speaker],
    input: text,
    attributes: filled({
      context: spoken.context,
      images: line.blocks.filter((block) => get(block, 'type') === 'image').length || null,
      cwd: get(line.record, 'cwd'),
      gitBranch: get(line.record, 'gitBranch'),
      permissionMode: get(line.record, 'permissionMode'),
      promptSource: get(line.record, 'promptSource'),
      parentUuid: line.parentUuid,
    }),
  };
}

/** One span for a compaction: its boundary and its summary, whichever of them exist (`line` is the first). */
export function compactionSpan(line: ClaudeLine, summary: ClaudeLine | undefined): ClaudeSpan {
  const text = summary ? blockTexts(summary.blocks, 'text', 'text') : '';
  return {
    spanId: line.id,
    kind: 'memory',
    name: 'context compaction',
    operation: 'compact',
    startNs: line.timeNs,
    endNs: summary?.timeNs ?? null,
    text,
    output: text === '' ? null : text,
    attributes: filled({
      trigger: at(line.record, 'compactMetadata', 'trigger') ?? get(line.record, 'trigger'),
      preTokens: at(line.record, 'compactMetadata', 'preTokens'),
      summaryUuid: summary === line ? null : summary?.id,
    }),
    raw: summary && summary !== line ? [line.record, summary.record] : line.record,
  };
}

function httpStatus(error: unknown): string | null {
  const code = asNumber(get(error, 'status'));
  return code === null ? null : `http_${code}`;
}

/** What an API error says of itself, as far down as the versions bury it. */
function apiError(record: unknown): { type: string | null; message: string | null } {
  const error = get(record, 'error');
  const cause = at(record, 'cause', 'code');
  const inner = at(error, 'error', 'error');
  return {
    type: firstText(
      get(inner, 'type'),
      get(error, 'type'),
      at(error, 'connection', 'code'),
      cause,
      httpStatus(error),
    ),
    message: firstText(
      get(error, 'formatted'),
      get(inner, 'message'),
      at(error, 'error', 'message'),
      get(error, 'message'),
      cause,
      error,
    ),
  };
}

/** A line of type system: API errors with their retries, hook summaries, notices. */
export function systemSpan(line: ClaudeLine): ClaudeSpan {
  const name = line.subtype ?? 'notice';
  const content = contentText(get(line.record, 'content'));
  const error = apiError(line.record);
  const hookErrors = asArray(get(line.record, 'hookErrors'));
  const isError =
    ['api_error', 'error', 'api_refusal'].includes(name) || get(line.record, 'level') === 'error';
  const text = asText(content) ?? error.message ?? (hookErrors.length > 0 ? toJsonText(hookErrors) : null);
  return {
    spanId: line.id,
    kind: 'event',
    name,
    startNs: line.timeNs,
    status: isError || hookErrors.length > 0 ? 'error' : 'unset',
    statusMessage: isError ? (error.message ?? asText(content)) : null,
    errorType: name === 'api_error' ? error.type : null,
    text,
    attributes: filled({
      level: get(line.record, 'level'),
      retryAttempt: get(line.record, 'retryAttempt'),
      maxRetries: get(line.record, 'maxRetries'),
      retryInMs: get(line.record, 'retryInMs'),
      durationMs: get(line.record, 'durationMs'),
      toolUseId: get(line.record, 'toolUseID'),
    }),
    raw: line.record,
  };
}

const HOOK_ERRORS = ['hook_blocking_error', 'hook_non_blocking_error', 'hook_error_during_execution'];

/** An attachment that says something of the run: a failed hook, a memory file; null for all others. */
export function attachmentSpan(line: ClaudeLine): ClaudeSpan | null {
  const attachment = get(line.record, 'attachment');
  const type = asText(get(attachment, 'type')) ?? '';
  const span = { spanId: line.id, startNs: line.timeNs, raw: line.record };
  if (type === 'nested_memory') {
    return {
      ...span,
      kind: 'memory',
      name: 'memory file loaded',
      operation: 'load',
      text: contentText(get(attachment, 'content')),
      attributes: filled({ path: get(attachment, 'path') }),
    };
  }
  if (!HOOK_ERRORS.includes(type)) return null;
  const text = firstText(
    at(attachment, 'blockingError', 'blockingError'),
    get(attachment, 'stderr'),
    get(attachment, 'content'),
    get(attachment, 'stdout'),
  );
  return {
    ...span,
    kind: 'event',
    name: type,
    status: 'error',
    statusMessage: text?.slice(0, 500) ?? null,
    text,
    attributes: filled({
      hook: get(attachment, 'hookName'),
      event: get(attachment, 'hookEvent'),
      toolUseId: get(attachment, 'toolUseID'),
      exitCode: get(attachment, 'exitCode'),
    }),
  };
}
