/**
 * Conversations of support tools and messengers: Intercom, Amazon Connect Contact Lens, Microsoft Teams, Discord. Owns
 * their field names and who is the agent: accounts of bots and programs are, people of the staff are not.
 * https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations
 */
import { plainTextOf } from '../html-text';
import { asArray, asNumber, asText, at, get, isObject } from '../json';
import { toNs } from '../time';
import { idText, type Rating, type Said, type Talk, type TalkSource } from './talk';
import { ZENDESK_TALKS } from './zendesk-talks';

function intercomWho(author: unknown): Said['who'] {
  const type = asText(get(author, 'type')) ?? '';
  if (get(author, 'from_ai_agent') === true || get(author, 'is_ai_answer') === true || type === 'bot') return 'agent';
  return ['user', 'lead', 'contact'].includes(type) ? 'user' : 'person';
} // prettier-ignore

function intercomPart(part: unknown, pointer: string): Said[] {
  const kind = asText(get(part, 'part_type')) ?? 'comment';
  const text = plainTextOf(asText(get(part, 'body')) ?? '').trim();
  const told = {
    at: pointer,
    raw: part,
    id: idText(get(part, 'id')),
    timeNs: toNs(get(part, 'created_at'), 's'),
    userId: idText(at(part, 'author', 'id')),
  };
  const isAssigned = kind.includes('assign');
  const to = asText(at(part, 'assigned_to', 'type'));
  return [
    ...(text === '' || kind === 'note' ? [] : [{ ...told, who: intercomWho(get(part, 'author')), text }]),
    ...(isAssigned && to !== null
      ? [
          {
            ...told,
            id: told.id === null ? null : `${told.id}:assigned`,
            who: 'event',
            name: 'escalation',
            text: `assigned to ${to}`,
          } satisfies Said,
        ]
      : []),
    ...(text === '' && !isAssigned ? [{ ...told, who: 'event', name: kind, text: '' } satisfies Said] : []),
  ];
}

function rated(name: string, value: unknown, remark: unknown): Rating[] {
  const score = asNumber(value);
  return score === null
    ? []
    : [{ name, kind: 'feedback', by: 'human', value: score, explanation: asText(remark) }];
}

const intercom: TalkSource = {
  name: 'Intercom',
  mark: 'a conversation with conversation_parts',
  confidence: 0.95,
  knows: (record) =>
    isObject(get(record, 'conversation_parts')) || (get(record, 'type') === 'conversation' && isObject(get(record, 'source'))),
  read: (record) => {
    const source = get(record, 'source');
    const opening = isObject(source)
      ? intercomPart({ created_at: get(record, 'created_at'), ...source, part_type: 'comment' }, '/source')
      : [];
    const parts = asArray(at(record, 'conversation_parts', 'conversation_parts'));
    const rating = get(record, 'conversation_rating');
    const agent = get(record, 'ai_agent');
    const resolution = asText(get(agent, 'resolution_state'));
    return [
      {
        sessionId: idText(get(record, 'id')),
        said: [
          ...opening,
          ...parts.flatMap((part, i) =>
            intercomPart(part, `/conversation_parts/conversation_parts/${String(i)}`),
          ),
        ],
        ratings: [
          ...rated('conversation rating', get(rating, 'rating'), get(rating, 'remark')),
          ...rated('agent rating', get(agent, 'rating'), get(agent, 'rating_remark')),
          ...(resolution === null
            ? []
            : [{ name: 'resolution', kind: 'outcome', by: 'llm', text: resolution } satisfies Rating]),
        ],
      },
    ];
  },
}; // prettier-ignore

const contactLens: TalkSource = {
  name: 'Amazon Connect Contact Lens',
  mark: 'a Transcript with Participants',
  confidence: 0.95,
  knows: (record) => Array.isArray(get(record, 'Transcript')) && Array.isArray(get(record, 'Participants')),
  read: (record) => {
    const roles = new Map(
      asArray(get(record, 'Participants')).map((one) => [
        asText(get(one, 'ParticipantId')) ?? '',
        asText(get(one, 'ParticipantRole')) ?? '',
      ]),
    );
    return [
      {
        sessionId: asText(at(record, 'CustomerMetadata', 'ContactId')),
        said: asArray(get(record, 'Transcript')).map((one, i) => {
          const id = asText(get(one, 'ParticipantId')) ?? '';
          const role = (asText(get(one, 'ParticipantRole')) ?? roles.get(id) ?? id).toUpperCase();
          return {
            who:
              role === 'CUSTOMER' ? 'user' : role === 'AGENT' || role === 'SUPERVISOR' ? 'person' : 'agent',
            text: asText(get(one, 'Content')) ?? '',
            id: asText(get(one, 'Id')),
            timeNs: toNs(get(one, 'AbsoluteTime')),
            at: `/Transcript/${String(i)}`,
            raw: one,
          };
        }),
        ratings: [],
      },
    ];
  },
};

function isTeamsMessage(value: unknown): boolean {
  return asText(get(value, 'messageType')) !== null && asText(get(value, 'createdDateTime')) !== null && isObject(get(value, 'body')); // prettier-ignore
}

function teamsTalk(message: unknown, pointer: string): Talk {
  const application = at(message, 'from', 'application');
  const isAgent = isObject(application);
  const thread = asText(get(message, 'replyToId')) ?? asText(get(message, 'id'));
  const kind = asText(get(message, 'messageType'));
  return {
    sessionId: asText(get(message, 'chatId')) ?? thread,
    agentName: asText(get(application, 'displayName')),
    said: [
      {
        who: kind !== 'message' ? 'event' : isAgent ? 'agent' : 'user',
        name: kind,
        text: plainTextOf(asText(at(message, 'body', 'content')) ?? '').trim(),
        id: asText(get(message, 'id')),
        timeNs: toNs(get(message, 'createdDateTime')),
        userId: asText(at(message, 'from', 'user', 'id')),
        at: pointer,
        raw: message,
      },
    ],
    ratings: [],
  };
}

const teams: TalkSource = {
  name: 'Microsoft Teams',
  mark: 'messages with messageType and createdDateTime',
  confidence: 0.9,
  knows: (record) => isTeamsMessage(record) || asArray(get(record, 'value')).some(isTeamsMessage),
  read: (record) =>
    isTeamsMessage(record)
      ? [teamsTalk(record, '')]
      : asArray(get(record, 'value'))
          .map((message, i) => ({ message, talk: teamsTalk(message, `/value/${String(i)}`) }))
          // Pages of the API begin with the latest message.
          .sort((a, b) =>
            (asText(get(a.message, 'createdDateTime')) ?? '') < (asText(get(b.message, 'createdDateTime')) ?? '') ? -1 : 1,
          )
          .map(({ talk }) => talk),
}; // prettier-ignore

const discord: TalkSource = {
  name: 'Discord',
  mark: 'a channel with messages of authors that are bots or not',
  confidence: 0.9,
  knows: (record) =>
    isObject(get(record, 'channel')) &&
    asArray(get(record, 'messages')).some((message) => typeof at(message, 'author', 'isBot') === 'boolean'),
  read: (record) => [
    {
      sessionId: asText(at(record, 'channel', 'id')),
      said: asArray(get(record, 'messages')).map((message, i) => ({
        who: at(message, 'author', 'isBot') === true ? 'agent' : 'user',
        text: asText(get(message, 'content')) ?? '',
        id: asText(get(message, 'id')),
        timeNs: toNs(get(message, 'timestamp')),
        userId: asText(at(message, 'author', 'id')),
        at: `/messages/${String(i)}`,
        raw: message,
      })),
      ratings: [],
    },
  ],
};

export const DESK_TALKS: readonly TalkSource[] = [intercom, ...ZENDESK_TALKS, contactLens, teams, discord];
