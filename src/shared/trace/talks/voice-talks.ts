/**
 * Calls of voice agents: Vapi, Retell and ElevenLabs. Owns their field names. https://docs.vapi.ai/api-reference/calls/get,
 * https://docs.retellai.com/api-references/get-call and https://elevenlabs.io/docs/api-reference/conversations/get
 */
import { asArray, asNumber, asText, at, get, isObject, toJsonText } from '../json';
import { toNs } from '../time';
import type { Rating, Said, TalkSource } from './talk';

function afterStart(start: unknown, unit: 's' | 'ms', seconds: unknown): bigint | null {
  const startNs = toNs(start, unit);
  const passed = asNumber(seconds);
  return startNs === null || passed === null ? null : startNs + BigInt(Math.round(passed * 1e9));
}

function outcome(value: unknown, explanation: unknown): Rating[] {
  const text = typeof value === 'boolean' ? String(value) : asText(value);
  if (text === null) return [];
  const isYes = /^(true|success|successful|pass)$/i.test(text);
  const isNo = /^(false|failure|failed|fail)$/i.test(text);
  return [
    {
      name: 'call successful',
      kind: 'outcome',
      by: 'llm',
      value: isYes ? 1 : isNo ? 0 : asNumber(text),
      text,
      explanation: asText(explanation),
    },
  ];
}

function ended(reason: unknown, pointer: string): Said[] {
  const text = asText(reason);
  if (text === null) return [];
  const isError = /error|fail/i.test(text);
  return [{ who: 'event', name: /transfer|forward/i.test(text) ? 'escalation' : 'call ended', text, isError, at: pointer, raw: text }]; // prettier-ignore
}

function vapiSaid(message: unknown, pointer: string): Said[] {
  const role = asText(get(message, 'role')) ?? '';
  const told = { at: pointer, raw: message, timeNs: toNs(get(message, 'time'), 'ms') };
  const text = asText(get(message, 'message')) ?? asText(get(message, 'content')) ?? '';
  if (role === 'user') return [{ ...told, who: 'user', text }];
  if (role === 'bot' || role === 'assistant') return [{ ...told, who: 'agent', text }];
  if (role === 'system') return [{ ...told, who: 'system', text }];
  if (role === 'tool_calls')
    return asArray(get(message, 'toolCalls')).map((call) => ({
      ...told,
      who: 'call',
      callId: asText(get(call, 'id')),
      name: asText(at(call, 'function', 'name')),
      text: toJsonText(at(call, 'function', 'arguments')) ?? '',
    }));
  if (role === 'tool_call_result')
    return [
      {
        ...told,
        who: 'result',
        callId: asText(get(message, 'toolCallId')),
        name: asText(get(message, 'name')),
        text: toJsonText(get(message, 'result') ?? get(message, 'error')) ?? '',
        isError: asText(get(message, 'error')) !== null,
      },
    ];
  return [];
}

const vapi: TalkSource = {
  name: 'Vapi',
  mark: 'a call with an assistant and messages',
  confidence: 0.9,
  knows: (record) =>
    (Object.hasOwn(record, 'endedReason') || Object.hasOwn(record, 'assistantId')) &&
    (Array.isArray(get(record, 'messages')) || Array.isArray(at(record, 'artifact', 'messages'))),
  read: (record) => {
    const isInArtifact = Array.isArray(at(record, 'artifact', 'messages'));
    const list = asArray(isInArtifact ? at(record, 'artifact', 'messages') : get(record, 'messages'));
    const pointer = isInArtifact ? '/artifact/messages' : '/messages';
    return [
      {
        sessionId: asText(get(record, 'id')),
        said: [
          ...list.flatMap((message, i) => vapiSaid(message, `${pointer}/${String(i)}`)),
          ...ended(get(record, 'endedReason'), ''),
        ],
        ratings: outcome(at(record, 'analysis', 'successEvaluation'), at(record, 'analysis', 'summary')),
      },
    ];
  },
};

function retellSaid(entry: unknown, start: unknown, pointer: string): Said[] {
  const role = asText(get(entry, 'role'));
  const told = {
    at: pointer,
    raw: entry,
    timeNs: afterStart(start, 'ms', at(entry, 'words', 0, 'start')),
    text: asText(get(entry, 'content')) ?? '',
    callId: asText(get(entry, 'tool_call_id')),
  };
  if (role === 'user') return [{ ...told, who: 'user' }];
  if (role === 'agent') return [{ ...told, who: 'agent' }];
  if (role === 'transfer_target') return [{ ...told, who: 'person' }];
  if (role === 'tool_call_invocation')
    return [{ ...told, who: 'call', name: asText(get(entry, 'name')), text: asText(get(entry, 'arguments')) ?? '' }]; // prettier-ignore
  return role === 'tool_call_result'
    ? [{ ...told, who: 'result', isError: get(entry, 'successful') === false }]
    : [];
}

const retell: TalkSource = {
  name: 'Retell',
  mark: 'call_id and transcript_object',
  confidence: 0.95,
  knows: (record) =>
    Object.hasOwn(record, 'call_id') &&
    (Array.isArray(get(record, 'transcript_object')) ||
      Array.isArray(get(record, 'transcript_with_tool_calls'))),
  read: (record) => {
    const key = Array.isArray(get(record, 'transcript_with_tool_calls'))
      ? 'transcript_with_tool_calls'
      : 'transcript_object';
    const start = get(record, 'start_timestamp');
    const analysis = get(record, 'call_analysis');
    const sentiment = asText(get(analysis, 'user_sentiment'));
    return [
      {
        sessionId: asText(get(record, 'call_id')),
        agentName: asText(get(record, 'agent_name')) ?? asText(get(record, 'agent_id')),
        said: [
          ...asArray(get(record, key)).flatMap((entry, i) =>
            retellSaid(entry, start, `/${key}/${String(i)}`),
          ),
          ...ended(get(record, 'disconnection_reason'), ''),
        ],
        ratings: [
          ...outcome(get(analysis, 'call_successful'), get(analysis, 'call_summary')),
          ...(sentiment === null
            ? []
            : [{ name: 'user sentiment', kind: 'score', by: 'llm', text: sentiment } satisfies Rating]),
        ],
      },
    ];
  },
};

function elevenLabsSaid(turn: unknown, start: unknown, pointer: string): Said[] {
  const told = { at: pointer, raw: turn, timeNs: afterStart(start, 's', get(turn, 'time_in_call_secs')) };
  const text = asText(get(turn, 'message'));
  const isUser = get(turn, 'role') === 'user';
  return [
    ...(text === null ? [] : [{ ...told, who: isUser ? 'user' : 'agent', text } satisfies Said]),
    ...asArray(get(turn, 'tool_calls')).map((call): Said => ({
      ...told,
      who: 'call',
      callId: asText(get(call, 'request_id')),
      name: asText(get(call, 'tool_name')),
      text: asText(get(call, 'params_as_json')) ?? '',
    })),
    ...asArray(get(turn, 'tool_results')).map((result): Said => ({
      ...told,
      who: 'result',
      callId: asText(get(result, 'request_id')),
      name: asText(get(result, 'tool_name')),
      text: toJsonText(get(result, 'result_value')) ?? '',
      isError: get(result, 'is_error') === true,
    })),
  ];
}

const elevenLabs: TalkSource = {
  name: 'ElevenLabs',
  mark: 'conversation_id and a transcript with times in the call',
  confidence: 0.95,
  knows: (record) =>
    Object.hasOwn(record, 'conversation_id') &&
    asArray(get(record, 'transcript')).some(
      (turn) => isObject(turn) && Object.hasOwn(turn, 'time_in_call_secs'),
    ),
  read: (record) => {
    const start = at(record, 'metadata', 'start_time_unix_secs');
    const analysis = get(record, 'analysis');
    const criteria = Object.entries(get(analysis, 'evaluation_criteria_results') ?? {});
    return [
      {
        sessionId: asText(get(record, 'conversation_id')),
        agentName: asText(get(record, 'agent_name')) ?? asText(get(record, 'agent_id')),
        said: asArray(get(record, 'transcript')).flatMap((turn, i) =>
          elevenLabsSaid(turn, start, `/transcript/${String(i)}`),
        ),
        ratings: [
          ...outcome(get(analysis, 'call_successful'), get(analysis, 'transcript_summary')),
          ...criteria.flatMap(([name, found]) =>
            outcome(get(found, 'result'), get(found, 'rationale')).map((one): Rating => ({
              ...one,
              name,
              kind: 'score',
            })),
          ),
        ],
      },
    ];
  },
};

export const VOICE_TALKS: readonly TalkSource[] = [vapi, retell, elevenLabs];
