/**
 * Logs of bot platforms: Amazon Lex v2, Dialogflow CX and Mistral’s conversations. Owns their field names.
 * https://docs.aws.amazon.com/lexv2/latest/dg/conversation-logs-cw.html,
 * https://cloud.google.com/dialogflow/cx/docs/concept/export-bq and https://docs.mistral.ai/agents/agents_basics/
 */
import { asArray, asText, at, get, isObject, parseMaybe, toJsonText, type JsonObject } from '../json';
import { contentText } from '../messages';
import { toNs } from '../time';
import type { Said, TalkSource } from './talk';

const lex: TalkSource = {
  name: 'Amazon Lex',
  mark: 'a turn of a bot with inputTranscript and sessionState',
  confidence: 0.9,
  knows: (record) =>
    Object.hasOwn(record, 'inputTranscript') && Object.hasOwn(record, 'sessionId') && isObject(get(record, 'bot')),
  read: (record) => {
    const told = { at: '', raw: record, timeNs: toNs(get(record, 'timestamp')) };
    const state = asText(at(record, 'sessionState', 'intent', 'state'));
    const isMissed = get(record, 'missedUtterance') === true;
    const answers = asArray(get(record, 'messages')).flatMap((one) => asText(get(one, 'content')) ?? []);
    return [
      {
        sessionId: asText(get(record, 'sessionId')),
        agentName: asText(at(record, 'bot', 'name')),
        said: [
          { ...told, who: 'user', text: asText(get(record, 'inputTranscript')) ?? '' },
          ...(isMissed
            ? [{ ...told, who: 'event', name: 'missed utterance', text: '', isError: true } satisfies Said]
            : []),
          { ...told, who: 'agent', text: answers.join('\n'), isError: state === 'Failed' },
        ],
        ratings: [],
      },
    ];
  },
}; // prettier-ignore

/** What one turn of Dialogflow CX says, in its request and its response. */
function dialogflowTurn(turn: unknown, pointer: string): Said[] {
  const request = parseMaybe(get(turn, 'request'));
  const response = parseMaybe(get(turn, 'response'));
  const input = at(request, 'queryInput');
  const result = get(response, 'queryResult');
  const told = {
    at: pointer,
    raw: turn,
    timeNs: toNs(get(turn, 'createTime') ?? get(turn, 'request_time')),
  };
  const asked =
    asText(at(input, 'text', 'text')) ??
    asText(get(result, 'transcript')) ??
    asText(get(result, 'text')) ??
    asText(get(turn, 'requestUtterances'));
  const messages = asArray(get(result, 'responseMessages'));
  const answer = messages.flatMap((one) => asArray(at(one, 'text', 'text')).flatMap((text) => asText(text) ?? [])); // prettier-ignore
  const isHandedOver = messages.some((one) => isObject(get(one, 'liveAgentHandoff')));
  const hooks = asArray(get(result, 'webhookStatuses')).filter((status) => get(status, 'code') !== undefined);
  return [
    ...(asked === null ? [] : [{ ...told, who: 'user', text: asked } satisfies Said]),
    ...hooks.flatMap((status): Said[] => {
      const isError = Number(get(status, 'code')) !== 0;
      return [
        { ...told, who: 'call', name: 'webhook', text: '' },
        { ...told, who: 'result', name: 'webhook', text: asText(get(status, 'message')) ?? '', isError },
      ];
    }),
    ...(answer.length === 0 ? [] : [{ ...told, who: 'agent', text: answer.join('\n') } satisfies Said]),
    ...(isHandedOver ? [{ ...told, who: 'event', name: 'escalation', text: 'handed over to a person' } satisfies Said] : []), // prettier-ignore
  ];
}

/** The session of a resource name: what stands last in it. */
function lastOf(name: unknown): string | null {
  return asText(name)?.split('/').at(-1) ?? null;
}

function isDialogflowRow(record: JsonObject): boolean {
  return (
    isObject(get(parseMaybe(get(record, 'response')), 'queryResult')) &&
    isObject(get(parseMaybe(get(record, 'request')), 'queryInput'))
  );
}

const dialogflow: TalkSource = {
  name: 'Dialogflow CX',
  mark: 'requests with queryInput and responses with queryResult',
  confidence: 0.95,
  knows: (record) =>
    isDialogflowRow(record) ||
    asArray(get(record, 'interactions')).some((one) => isObject(one) && isDialogflowRow(one)),
  read: (record) => {
    const turns = asArray(get(record, 'interactions'));
    const session = get(record, 'conversation_name') ?? get(record, 'name') ?? get(record, 'session_id') ?? get(parseMaybe(get(record, 'request')), 'session'); // prettier-ignore
    return [
      {
        sessionId: lastOf(session),
        said:
          turns.length === 0
            ? dialogflowTurn(record, '')
            : turns
                .map((turn, i) => ({ turn, pointer: `/interactions/${String(i)}` }))
                .sort((a, b) =>
                  (asText(get(a.turn, 'createTime')) ?? '') < (asText(get(b.turn, 'createTime')) ?? '')
                    ? -1
                    : 1,
                ) // prettier-ignore
                .flatMap(({ turn, pointer }) => dialogflowTurn(turn, pointer)),
        ratings: [],
      },
    ];
  },
};

function mistralEntry(entry: unknown, pointer: string): Said[] {
  const type = asText(get(entry, 'type')) ?? '';
  const told = {
    at: pointer,
    raw: entry,
    id: asText(get(entry, 'id')),
    timeNs: toNs(get(entry, 'created_at')),
    callId: asText(get(entry, 'tool_call_id')),
    name: asText(get(entry, 'name')),
  };
  const text = contentText(get(entry, 'content'));
  if (type === 'message.input')
    return [{ ...told, who: get(entry, 'role') === 'assistant' ? 'agent' : 'user', text }];
  if (type === 'message.output') return [{ ...told, who: 'agent', text, model: asText(get(entry, 'model')) }];
  if (type === 'function.call' || type === 'tool.execution') {
    const call: Said = { ...told, who: 'call', text: toJsonText(get(entry, 'arguments')) ?? '' };
    const info = toJsonText(get(entry, 'info'));
    return type === 'function.call' ? [call] : [call, { ...told, who: 'result', text: info ?? '' }];
  }
  if (type === 'function.result')
    return [{ ...told, who: 'result', text: toJsonText(get(entry, 'result')) ?? '' }];
  return [{ ...told, who: 'event', name: type, text: asText(get(entry, 'next_agent_name')) ?? '' }];
}

const mistral: TalkSource = {
  name: 'Mistral conversations',
  mark: 'conversation.response, conversation.history or conversation.messages',
  confidence: 0.95,
  knows: (record) =>
    /^conversation\.(response|history|messages)$/.test(asText(get(record, 'object')) ?? '') &&
    Object.hasOwn(record, 'conversation_id'),
  read: (record) => {
    const key = ['outputs', 'entries', 'messages'].find((one) => Array.isArray(get(record, one))) ?? '';
    return [
      {
        sessionId: asText(get(record, 'conversation_id')),
        said: asArray(get(record, key)).flatMap((entry, i) => mistralEntry(entry, `/${key}/${String(i)}`)),
        ratings: [],
      },
    ];
  },
};

export const BOT_TALKS: readonly TalkSource[] = [lex, dialogflow, mistral];
