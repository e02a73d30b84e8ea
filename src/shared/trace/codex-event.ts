/**
 * The event lines of a Codex rollout that say how something ended: commands, MCP calls, patches, turns, errors. They
 * stand beside the response items and know what those do not: exit codes, durations, who was started. Pure; see
 * src/engine/intake/formats/codex.ts for where they go.
 */
import { exitEnd, firstLine, type ToolEnd } from './agent-log';
import { asNumber, asObject, asText, at, get, toJsonText } from './json';
import { contentText } from './messages';

/** What an event knows of a tool call. */
export interface CallEvent extends ToolEnd {
  toolName: string;
  input: string | null;
  text: string;
  durationNs: bigint | null;
  spawnsAgentId: string | null;
}

/** `{secs, nanos}` or a number of seconds, in nanoseconds. */
export function durationNs(duration: unknown): bigint | null {
  const secs = asNumber(get(duration, 'secs'));
  if (secs !== null)
    return (
      BigInt(Math.trunc(secs)) * 1_000_000_000n + BigInt(Math.trunc(asNumber(get(duration, 'nanos')) ?? 0))
    );
  const seconds = asNumber(duration);
  return seconds === null ? null : BigInt(Math.round(seconds * 1e9));
}

function mcpEnd(result: unknown): ToolEnd & { text: string } {
  const failed = get(result, 'Err') ?? get(result, 'err');
  if (failed !== undefined) {
    const text = contentText(failed);
    return { status: 'error', statusMessage: firstLine(text), errorType: 'mcp_error', text };
  }
  const fine = get(result, 'Ok') ?? get(result, 'ok') ?? result;
  const text = contentText(get(fine, 'content'));
  const isError = get(fine, 'isError') === true || get(fine, 'is_error') === true;
  return isError
    ? { status: 'error', statusMessage: firstLine(text), errorType: 'mcp_error', text }
    : { status: 'ok', text };
}

function commandEnd(event: unknown): ToolEnd {
  const code = asNumber(get(event, 'exit_code'));
  const status = asText(get(event, 'status'));
  if (status === 'declined') return { status: 'rejected', statusMessage: 'declined' };
  if (code !== null) return exitEnd(code);
  return status === 'failed' ? { status: 'error', statusMessage: 'failed' } : { status: 'unset' };
}

function commandText(event: unknown): string {
  const whole = asText(get(event, 'aggregated_output')) ?? asText(get(event, 'formatted_output'));
  return (
    whole ??
    [get(event, 'stdout'), get(event, 'stderr')]
      .map(asText)
      .filter((part) => part !== null)
      .join('\n')
  );
}

function successEnd(success: unknown, text: string): ToolEnd {
  if (success === false) return { status: 'error', statusMessage: firstLine(text) || 'failed' };
  return { status: success === true ? 'ok' : 'unset' };
}

/**
 * A call as the event that ends it tells it; null for events that end none. Newer versions wrap the same in
 * `item_completed` items (CommandExecution, McpToolCall, FileChange).
 */
export function callEvent(type: string, event: unknown): CallEvent | null {
  const common = { durationNs: durationNs(get(event, 'duration')), spawnsAgentId: null };
  const invocation = get(event, 'invocation');
  switch (type) {
    case 'exec_command_end':
    case 'CommandExecution':
      return {
        ...common,
        ...commandEnd(event),
        toolName: 'exec_command',
        input: toJsonText({ command: get(event, 'command'), cwd: get(event, 'cwd') }),
        text: commandText(event),
      };
    case 'mcp_tool_call_end':
    case 'McpToolCall': {
      const source = asObject(invocation) ?? event;
      return {
        ...common,
        ...mcpEnd(
          get(event, 'result') ?? (get(event, 'error') === undefined ? null : { Err: get(event, 'error') }),
        ),
        toolName:
          [get(source, 'server'), get(source, 'tool')].map(asText).filter(Boolean).join('.') || 'mcp tool',
        input: toJsonText(get(source, 'arguments')),
      };
    }
    case 'patch_apply_end':
    case 'FileChange': {
      const text = commandText(event);
      const success = get(event, 'success') ?? (get(event, 'status') === 'failed' ? false : undefined);
      return {
        ...common,
        ...successEnd(success, asText(get(event, 'stderr')) ?? text),
        toolName: 'apply_patch',
        input: toJsonText(get(event, 'changes')),
        text,
      };
    }
    case 'dynamic_tool_call_response': {
      const text = asText(get(event, 'error')) ?? contentText(get(event, 'content_items'));
      return {
        ...common,
        ...successEnd(get(event, 'success'), text),
        toolName: asText(get(event, 'tool')) ?? 'dynamic tool',
        input: toJsonText(get(event, 'arguments')),
        text,
      };
    }
    case 'web_search_end':
      return {
        ...common,
        status: 'ok',
        toolName: 'web_search',
        input: toJsonText(get(event, 'action') ?? { query: get(event, 'query') }),
        text: toJsonText(get(event, 'results')) ?? '',
      };
    case 'collab_agent_spawn_end': {
      const child = asText(get(event, 'new_thread_id'));
      return {
        ...common,
        ...(child === null
          ? { status: 'error' as const, statusMessage: 'no agent was started' }
          : { status: 'ok' as const }),
        toolName: 'spawn_agent',
        input: toJsonText({ message: get(event, 'prompt') }),
        text: asText(get(event, 'new_agent_nickname')) ?? child ?? '',
        spawnsAgentId: child,
      };
    }
    default:
      return null;
  }
}

/** Token counts of one model call. `input_tokens` includes what came from the cache. */
export function codexUsage(info: unknown): {
  key: string | null;
  contextWindow: number | null;
  usage: Record<
    'inputTokens' | 'outputTokens' | 'cacheReadTokens' | 'cacheWriteTokens' | 'reasoningTokens',
    number | null
  >;
} | null {
  const last = asObject(get(info, 'last_token_usage'));
  if (!last) return null;
  return {
    // The same figures are written again when only the rate limits changed.
    key: toJsonText(get(info, 'total_token_usage')),
    contextWindow: asNumber(get(info, 'model_context_window')),
    usage: {
      inputTokens: asNumber(get(last, 'input_tokens')),
      outputTokens: asNumber(get(last, 'output_tokens')),
      cacheReadTokens: asNumber(get(last, 'cached_input_tokens')),
      cacheWriteTokens: asNumber(get(last, 'cache_write_input_tokens')),
      reasoningTokens: asNumber(get(last, 'reasoning_output_tokens')),
    },
  };
}

/** Who a rollout belongs to, of its first `session_meta` (or the bare first line of versions before 0.44). */
export interface CodexThread {
  id: string;
  /** The thread at the root of all sub-agents; the thread itself for a main one. */
  sessionId: string;
  isSubAgent: boolean;
  nickname: string | null;
  forkedFrom: string | null;
}

export function codexThread(meta: unknown): CodexThread | null {
  const id = asText(get(meta, 'id')) ?? asText(get(meta, 'session_id'));
  if (id === null) return null;
  const source = get(meta, 'source');
  const subagent = get(source, 'subagent') ?? get(source, 'sub_agent');
  const spawn = get(subagent, 'thread_spawn');
  const parent = asText(get(meta, 'parent_thread_id')) ?? asText(get(spawn, 'parent_thread_id'));
  const root = asText(get(meta, 'session_id'));
  const isSubAgent = subagent !== undefined;
  return {
    id,
    sessionId: isSubAgent ? (root !== null && root !== id ? root : (parent ?? id)) : id,
    isSubAgent,
    nickname: asText(at(spawn, 'agent_nickname')) ?? asText(at(spawn, 'agent_role')) ?? asText(subagent),
    forkedFrom: asText(get(meta, 'forked_from_id')),
  };
}
