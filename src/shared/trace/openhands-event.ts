/**
 * One event of OpenHands in one shape, whatever version wrote it: V0 (`action`/`observation` with args or extras), the
 * pairs of older evaluations (the same fields without an envelope) and the V1 SDK (`kind`). Says what an event is, not
 * where it goes; see src/engine/intake/formats/openhands.ts.
 */
import { exitEnd, firstLine, markedEnd, type ToolEnd } from './agent-log';
import { asArray, asNumber, asObject, asText, at, get, parseMaybe, toJsonText } from './json';
import { contentText } from './messages';

export type OpenHandsEvent =
  | { type: 'said'; by: 'user' | 'agent' | 'environment'; text: string }
  | { type: 'system'; text: string }
  | {
      type: 'action';
      toolName: string;
      callId: string | null;
      input: string | null;
      thought: string;
      reasoning: string | null;
      isHidden: boolean;
    }
  | { type: 'finish'; text: string }
  | { type: 'recall'; text: string; isResult: boolean }
  | {
      type: 'result';
      toolName: string;
      callId: string | null;
      cause: string | null;
      text: string;
      end: ToolEnd;
      input: string | null;
    }
  | { type: 'error'; text: string; callId: string | null; cause: string | null; errorType: string }
  | { type: 'compaction'; text: string }
  | { type: 'interruption'; text: string }
  | { type: 'state'; state: string }
  | { type: 'other'; name: string };

/** What the agent asks a tool for; other actions are words, states or memory. */
const TOOL_NAMES: Readonly<Record<string, string>> = {
  run: 'execute_bash',
  run_ipython: 'execute_ipython_cell',
  read: 'read',
  write: 'write',
  edit: 'edit',
  browse: 'browse',
  browse_interactive: 'browser',
  delegate: 'delegate',
  think: 'think',
  call_tool_mcp: 'mcp',
  task_tracking: 'task_tracker',
  mcp: 'mcp',
};

function nameOf(event: unknown, word: string): string {
  const called = asText(at(event, 'tool_call_metadata', 'function_name'));
  const named =
    word === 'mcp' || word === 'call_tool_mcp'
      ? (asText(at(event, 'args', 'name')) ?? asText(at(event, 'extras', 'name')))
      : null;
  return named ?? called ?? (Object.hasOwn(TOOL_NAMES, word) ? TOOL_NAMES[word] : undefined) ?? word;
}

function callIdOf(event: unknown): string | null {
  return asText(at(event, 'tool_call_metadata', 'tool_call_id')) ?? asText(get(event, 'tool_call_id'));
}

/** The arguments of the call in the model's answer, for events that only point to it. */
function calledWith(event: unknown): string | null {
  const callId = callIdOf(event);
  const calls = asArray(
    at(event, 'tool_call_metadata', 'model_response', 'choices', 0, 'message', 'tool_calls'),
  );
  const call = calls.find((each) => get(each, 'id') === callId);
  return toJsonText(at(call, 'function', 'arguments'));
}

/** Events of the same cause belong together: V0 numbers them, V1 names the action. */
function causeOf(event: unknown): string | null {
  const cause = get(event, 'cause') ?? get(event, 'action_id');
  return typeof cause === 'number' ? String(cause) : asText(cause);
}

/** Fields of an action: in `args`, or beside it in the old pairs. */
function argument(event: unknown, key: string): unknown {
  return get(get(event, 'args'), key) ?? get(event, key);
}

const LEFT_OUT = new Set([
  'thought',
  'action',
  'id',
  'timestamp',
  'source',
  'message',
  'tool_call_metadata',
  'llm_metrics',
  'timeout',
  'action_risk',
  'is_confirmed',
  'confirmation_state',
  'keep_prompt',
  'hidden',
]);

function argumentsOf(event: unknown): string | null {
  const args = asObject(get(event, 'args')) ?? asObject(event) ?? {};
  return toJsonText(Object.fromEntries(Object.entries(args).filter(([key]) => !LEFT_OUT.has(key))));
}

function action(event: unknown, word: string, source: string): OpenHandsEvent {
  const text = asText(argument(event, 'content')) ?? asText(get(event, 'message')) ?? '';
  const thought = asText(argument(event, 'thought')) ?? '';
  switch (word) {
    case 'message':
      return { type: 'said', by: source === 'user' || source === 'environment' ? source : 'agent', text };
    case 'system':
      return { type: 'system', text };
    case 'recall':
      return { type: 'recall', text: asText(argument(event, 'query')) ?? '', isResult: false };
    case 'finish':
      return {
        type: 'finish',
        text: asText(argument(event, 'final_thought')) ?? asText(get(event, 'message')) ?? thought,
      };
    case 'condensation':
    case 'condensation_request':
      return { type: 'compaction', text: asText(argument(event, 'summary')) ?? '' };
    case 'change_agent_state':
    case 'pause':
    case 'stop': {
      const state = asText(argument(event, 'agent_state')) ?? word;
      const isStop = source === 'user' && /^(paused?|stop(ped)?)$/.test(state);
      return isStop ? { type: 'interruption', text: state } : { type: 'state', state };
    }
    case 'null':
      return { type: 'other', name: 'action null' };
    default:
      return {
        type: 'action',
        toolName: nameOf(event, word),
        callId: callIdOf(event),
        input: calledWith(event) ?? argumentsOf(event),
        thought,
        reasoning: null,
        isHidden: source !== 'agent',
      };
  }
}

/** How the editor and the interpreter of the runtime say that nothing came of a call. */
const FAILED =
  /^(ERROR:|\[?Error\b|Error executing|\[File .{0,400} does not exist|\[?Your proposed edit has introduced|\[No exact match found|Traceback \(most recent call last\):)/;

function observedEnd(event: unknown, text: string): ToolEnd {
  const code = asNumber(
    at(event, 'extras', 'metadata', 'exit_code') ??
      at(event, 'extras', 'exit_code') ??
      get(event, 'exit_code'),
  );
  if (code !== null && code !== -1) return exitEnd(code);
  // -1 is a command that still runs when its output is looked at.
  if (code === -1) return { status: 'unset', statusMessage: 'still running' };
  if (get(event, 'success') === false || at(event, 'extras', 'error') === true) return markedEnd(true, text);
  if (FAILED.test(text)) return markedEnd(true, text.replace(/^ERROR:\s*/, ''), 'error_text');
  return { status: get(event, 'success') === true ? 'ok' : 'unset' };
}

function observation(event: unknown, word: string): OpenHandsEvent {
  const text = asText(get(event, 'content')) ?? asText(get(event, 'message')) ?? '';
  const link = { callId: callIdOf(event), cause: causeOf(event) };
  if (word === 'recall')
    return { type: 'recall', text: asText(contentText(get(event, 'content'))) ?? '', isResult: true };
  if (word === 'agent_state_changed')
    return { type: 'state', state: asText(at(event, 'extras', 'agent_state')) ?? '' };
  if (word === 'error')
    return {
      type: 'error',
      text,
      ...link,
      errorType: asText(at(event, 'extras', 'error_id')) ?? 'agent_error',
    };
  if (word === 'user_rejected')
    return {
      type: 'result',
      toolName: nameOf(event, word),
      ...link,
      text,
      end: { status: 'rejected', statusMessage: firstLine(text) },
      input: calledWith(event),
    };
  if (word === 'agent_condensation') return { type: 'compaction', text };
  if (word === 'null' || word === 'agent_thought') return { type: 'other', name: `observation ${word}` };
  return {
    type: 'result',
    toolName: nameOf(event, word),
    ...link,
    text,
    end: observedEnd(event, text),
    input: calledWith(event),
  };
}

/** Result of a V1 observation: its text and whether it failed. */
function sdkResult(event: unknown): { text: string; end: ToolEnd } {
  const seen = get(event, 'observation');
  const text = contentText(
    get(seen, 'content') ?? get(seen, 'output') ?? get(seen, 'message') ?? get(seen, 'error'),
  );
  const code = asNumber(get(seen, 'exit_code') ?? at(seen, 'metadata', 'exit_code'));
  if (get(seen, 'is_error') === true || asText(get(seen, 'error')) !== null)
    return { text, end: markedEnd(true, asText(get(seen, 'error')) ?? text) };
  if (code === null || code === -1)
    return { text, end: { status: get(seen, 'is_error') === false ? 'ok' : 'unset' } };
  return { text, end: exitEnd(code) };
}

function sdkEvent(event: unknown, kind: string, source: string): OpenHandsEvent {
  const toolName = asText(get(event, 'tool_name')) ?? 'unknown tool';
  const callId = callIdOf(event);
  const link = { toolName, callId, cause: causeOf(event) };
  switch (kind) {
    case 'SystemPromptEvent':
      return { type: 'system', text: contentText(get(event, 'system_prompt')) };
    case 'MessageEvent':
      return {
        type: 'said',
        by: source === 'user' || source === 'environment' ? source : 'agent',
        text: contentText(at(event, 'llm_message', 'content')),
      };
    case 'ActionEvent': {
      const input = toJsonText(
        parseMaybe(at(event, 'tool_call', 'arguments') ?? at(event, 'tool_call', 'function', 'arguments')) ??
          get(event, 'action'),
      );
      if (toolName === 'finish')
        return {
          type: 'finish',
          text: asText(at(event, 'action', 'message')) ?? contentText(get(event, 'thought')),
        };
      return {
        type: 'action',
        toolName,
        callId,
        input,
        thought: contentText(get(event, 'thought')),
        reasoning: asText(get(event, 'reasoning_content')),
        isHidden: false,
      };
    }
    case 'ObservationEvent': {
      if (toolName === 'finish') return { type: 'other', name: 'finish observed' };
      return { type: 'result', ...link, ...sdkResult(event), input: null };
    }
    case 'UserRejectObservation': {
      const text = asText(get(event, 'rejection_reason')) ?? 'refused by the user';
      return {
        type: 'result',
        ...link,
        text,
        end: { status: 'rejected', statusMessage: firstLine(text) },
        input: null,
      };
    }
    case 'AgentErrorEvent':
      return {
        type: 'error',
        text: asText(get(event, 'error')) ?? '',
        callId,
        cause: causeOf(event),
        errorType: 'agent_error',
      };
    case 'ConversationErrorEvent':
      return {
        type: 'error',
        text: asText(get(event, 'detail')) ?? '',
        callId: null,
        cause: null,
        errorType: asText(get(event, 'code')) ?? 'conversation_error',
      };
    case 'Condensation':
      return { type: 'compaction', text: asText(get(event, 'summary')) ?? '' };
    case 'PauseEvent':
    case 'InterruptEvent':
      return { type: 'interruption', text: 'paused' };
    default:
      return { type: 'other', name: kind };
  }
}

/** Whether a value is an event of OpenHands, of any version. */
export function isOpenHandsEvent(value: unknown): boolean {
  const object = asObject(value);
  if (!object) return false;
  const isV0 =
    (asText(get(object, 'action')) !== null || asText(get(object, 'observation')) !== null) &&
    asText(get(object, 'source')) !== null;
  const isV1 =
    /(Event|Observation|Condensation|Action)$/.test(asText(get(object, 'kind')) ?? '') &&
    asText(get(object, 'source')) !== null;
  return isV0 || isV1;
}

/** Reads an event; null when it is none. */
export function openHandsEvent(event: unknown): OpenHandsEvent | null {
  const source = asText(get(event, 'source')) ?? '';
  const kind = asText(get(event, 'kind'));
  const word = asText(get(event, 'action'));
  const seen = asText(get(event, 'observation'));
  if (word !== null) return action(event, word, source === '' ? 'agent' : source);
  if (seen !== null) return observation(event, seen);
  return kind === null ? null : sdkEvent(event, kind, source);
}

/** Whether an event is a message of the user; in old pairs, which name no source, one that says something is. */
export function isUsersMessage(event: unknown): boolean {
  const read = openHandsEvent(event);
  return read?.type === 'said' && (read.by === 'user' || get(event, 'source') === undefined);
}
