/**
 * Conversations of messengers and chat desks: Telegram's export, Zendesk Chat, Zendesk messaging (Sunshine Conversations),
 * Botpress. Owns their field names and who is the agent: programs are, people of the staff are not.
 * https://core.telegram.org/import-export, https://developer.zendesk.com/api-reference/live-chat/chat-api/chats/ and
 * https://botpress.com/docs/api-reference/runtime-api/openapi/listMessages
 */
import { asArray, asText, at, get, isObject } from '../json';
import { toNs } from '../time';
import { inTimeOrder, idText, isBotName, type Said, type Talk, type TalkSource } from './talk';

/** Words with or without parts of a style: `["Where is ", {"type": "bold", "text": "parcel 9"}, "?"]`. */
function telegramText(value: unknown): string {
  return typeof value === 'string'
    ? value
    : asArray(value)
        .map((part) => asText(part) ?? asText(get(part, 'text')) ?? '')
        .join('');
}

function telegramWho(message: unknown, chat: unknown): Said['who'] {
  const name = asText(get(message, 'from')) ?? '';
  const isTheOther =
    asText(get(message, 'from_id')) === `user${idText(get(chat, 'id')) ?? ''}` || name === asText(get(chat, 'name'));
  const type = asText(get(chat, 'type')) ?? '';
  if (type === 'bot_chat') return isTheOther ? 'agent' : 'user';
  if (isBotName(name) || get(message, 'via_bot') !== undefined) return 'agent';
  return type === 'personal_chat' && !isTheOther ? 'person' : 'user';
} // prettier-ignore

function telegramSaid(message: unknown, chat: unknown, i: number): Said {
  const text = telegramText(get(message, 'text'));
  const isService = get(message, 'type') === 'service';
  const media = ['media_type', 'photo', 'file', 'location_information', 'poll', 'contact_information'].find(
    (key) => get(message, key) !== undefined,
  );
  const action = asText(get(message, 'action')) ?? asText(get(message, 'media_type')) ?? media ?? 'message';
  const isEvent = isService || text === '';
  return {
    who: isEvent ? 'event' : telegramWho(message, chat),
    name: isEvent ? action : null,
    text,
    id: idText(get(message, 'id')),
    timeNs: toNs(get(message, 'date_unixtime'), 's') ?? toNs(get(message, 'date')),
    userId: asText(get(message, 'from_id')) ?? asText(get(message, 'actor_id')),
    at: `/messages/${String(i)}`,
    raw: message,
  };
}

const telegram: TalkSource = {
  name: 'Telegram',
  mark: 'a chat with messages that have from_id and date',
  confidence: 0.95,
  knows: (record) =>
    asText(get(record, 'type')) !== null &&
    asArray(get(record, 'messages')).some(
      (message) =>
        (get(message, 'from_id') !== undefined || get(message, 'actor_id') !== undefined) &&
        asText(get(message, 'date')) !== null &&
        ['message', 'service'].includes(asText(get(message, 'type')) ?? ''),
    ),
  read: (record) => [
    {
      sessionId: idText(get(record, 'id')),
      agentName: get(record, 'type') === 'bot_chat' ? asText(get(record, 'name')) : null,
      said: asArray(get(record, 'messages')).map((message, i) => telegramSaid(message, record, i)),
      ratings: [],
    },
  ],
};

function chatWho(entry: unknown): Said['who'] {
  const sender = (asText(get(entry, 'sender_type')) ?? '').toLowerCase();
  const nick = asText(get(entry, 'nick')) ?? '';
  if (sender === 'visitor' || nick.startsWith('visitor')) return 'user';
  const isProgram = sender === 'trigger' || nick === 'agent:trigger' || isBotName(asText(get(entry, 'name')) ?? '');
  return isProgram ? 'agent' : 'person';
} // prettier-ignore

const zendeskChat: TalkSource = {
  name: 'Zendesk Chat',
  mark: 'a history of chat events',
  confidence: 0.95,
  knows: (record) =>
    isObject(get(record, 'visitor')) &&
    asArray(get(record, 'history')).some((entry) => asText(get(entry, 'type'))?.startsWith('chat.') === true),
  read: (record) => {
    const rating = asText(get(record, 'rating'));
    return [
      {
        sessionId: idText(get(record, 'id')),
        said: asArray(get(record, 'history')).map((entry, i) => {
          const type = asText(get(entry, 'type')) ?? 'event';
          const isMessage = type === 'chat.msg';
          return {
            who: isMessage ? chatWho(entry) : 'event',
            name: isMessage ? null : type,
            text: asText(get(entry, 'msg')) ?? asText(get(entry, 'new_rating')) ?? '',
            id: asText(get(entry, 'msg_id')),
            timeNs: toNs(get(entry, 'timestamp')),
            userId: isMessage && chatWho(entry) === 'user' ? idText(at(record, 'visitor', 'id')) : null,
            at: `/history/${String(i)}`,
            raw: entry,
          } satisfies Said;
        }),
        ratings:
          rating === null
            ? []
            : [
                {
                  name: 'rating',
                  kind: 'feedback',
                  by: 'human',
                  value: rating === 'good' ? 1 : rating === 'bad' ? 0 : null,
                  text: rating,
                  explanation: asText(get(record, 'comment')),
                },
              ],
      },
    ];
  },
};

function isSunshineMessage(value: unknown): boolean {
  return (
    ['user', 'business'].includes(asText(at(value, 'author', 'type')) ?? '') &&
    asText(get(value, 'received')) !== null &&
    isObject(get(value, 'content'))
  );
}

function sunshineWho(message: unknown): Said['who'] {
  if (at(message, 'author', 'type') === 'user') return 'user';
  return asText(at(message, 'source', 'type')) === 'zd:agentWorkspace' ? 'person' : 'agent';
}

const sunshine: TalkSource = {
  name: 'Zendesk messaging',
  mark: 'messages with author, received and content',
  confidence: 0.95,
  knows: (record) => asArray(get(record, 'messages')).some(isSunshineMessage),
  read: (record) => {
    const messages = asArray(get(record, 'messages'));
    const said = messages.map((message, i): Said => {
      const text = asText(at(message, 'content', 'text')) ?? '';
      return {
        who: text === '' ? 'event' : sunshineWho(message),
        name: text === '' ? asText(at(message, 'content', 'type')) : null,
        text,
        id: asText(get(message, 'id')),
        timeNs: toNs(get(message, 'received')),
        userId: asText(at(message, 'author', 'userId')),
        at: `/messages/${String(i)}`,
        raw: message,
      };
    });
    const session = asText(at(record, 'conversation', 'id')) ?? asText(get(record, 'conversationId'));
    return [{ sessionId: session, said: inTimeOrder(said), ratings: [] }];
  },
};

function isBotpressMessage(value: unknown): boolean {
  return (
    ['incoming', 'outgoing'].includes(asText(get(value, 'direction')) ?? '') &&
    asText(get(value, 'conversationId')) !== null &&
    isObject(get(value, 'payload'))
  );
}

function botpressTalk(message: unknown, pointer: string): Talk {
  const text = asText(at(message, 'payload', 'text')) ?? asText(at(message, 'payload', 'markdown')) ?? '';
  const isEvent = text === '';
  return {
    sessionId: asText(get(message, 'conversationId')),
    said: [
      {
        who: isEvent ? 'event' : get(message, 'direction') === 'incoming' ? 'user' : 'agent',
        name: isEvent ? asText(get(message, 'type')) : null,
        text,
        id: asText(get(message, 'id')),
        timeNs: toNs(get(message, 'createdAt')),
        userId: get(message, 'direction') === 'incoming' ? asText(get(message, 'userId')) : null,
        at: pointer,
        raw: message,
      },
    ],
    ratings: [],
  };
}

const botpress: TalkSource = {
  name: 'Botpress',
  mark: 'messages with direction, conversationId and payload',
  confidence: 0.95,
  knows: (record) => isBotpressMessage(record) || asArray(get(record, 'messages')).some(isBotpressMessage),
  read: (record) =>
    isBotpressMessage(record)
      ? [botpressTalk(record, '')]
      : asArray(get(record, 'messages'))
          .map((message, i) => botpressTalk(message, `/messages/${String(i)}`))
          // Pages of the API begin with the latest message.
          .sort((a, b) => Number((a.said[0]?.timeNs ?? 0n) - (b.said[0]?.timeNs ?? 0n))),
};

export const MESSENGER_TALKS: readonly TalkSource[] = [telegram, zendeskChat, sunshine, botpress];
