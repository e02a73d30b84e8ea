/**
 * Tickets of Zendesk: with their comments, pages of the comments of one ticket, pages of ticket events with comments in them.
 * Owns their field names and who is the agent: programs are, people of the staff are not. Private comments are left out.
 * https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_comments/ and
 * https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/
 */
import { plainTextOf } from '../html-text';
import { asArray, asText, at, get, isObject, type JsonObject } from '../json';
import { toNs } from '../time';
import { idText, isBotName, type Rating, type Said, type TalkSource } from './talk';

type Users = ReadonlyMap<string, unknown>;

/** The account by which Zendesk itself, its triggers and its answer bot write. */
const SYSTEM = '-1';

function usersOf(record: JsonObject): Users {
  return new Map(asArray(get(record, 'users')).map((user) => [idText(get(user, 'id')) ?? '', user]));
}

function who(comment: unknown, requester: string | null, users: Users): Said['who'] {
  const author = idText(get(comment, 'author_id')) ?? '';
  if (author === requester) return 'user';
  if (author === SYSTEM) return 'agent';
  const user = users.get(author) ?? get(comment, 'author');
  const role = asText(get(user, 'role'));
  if (role === 'end-user') return 'user';
  return isBotName(asText(get(user, 'name')) ?? '') ? 'agent' : 'person';
}

function isComment(value: unknown): boolean {
  return get(value, 'author_id') !== undefined && asText(get(value, 'body')) !== null && get(value, 'public') !== undefined;
} // prettier-ignore

/** What people outside of the staff can read, as what was said. */
function saidIn(
  comments: readonly { comment: unknown; pointer: string }[],
  requester: string | null,
  users: Users,
): Said[] {
  return comments
    .filter(({ comment }) => get(comment, 'public') !== false)
    .map(({ comment, pointer }) => ({
      who: who(comment, requester, users),
      text: asText(get(comment, 'plain_body')) ?? plainTextOf(asText(get(comment, 'body')) ?? ''),
      id: idText(get(comment, 'id')),
      timeNs: toNs(get(comment, 'created_at')),
      userId: idText(get(comment, 'author_id')),
      at: pointer,
      raw: comment,
    }));
}

function satisfaction(record: JsonObject): Rating[] {
  const rating = get(record, 'satisfaction_rating');
  const score = asText(get(rating, 'score'));
  if (score === null || /^(un)?offered$/.test(score)) return [];
  return [
    {
      name: 'satisfaction',
      kind: 'feedback',
      by: 'human',
      value: score.startsWith('good') ? 1 : score.startsWith('bad') ? 0 : null,
      text: score,
      explanation: asText(get(rating, 'comment')),
    },
  ];
}

const tickets: TalkSource = {
  name: 'Zendesk',
  mark: 'a ticket with requester_id and comments',
  confidence: 0.95,
  knows: (record) =>
    Object.hasOwn(record, 'requester_id') &&
    (Array.isArray(get(record, 'comments')) || Array.isArray(at(record, 'comments', 'comments'))),
  read: (record) => {
    const isList = Array.isArray(get(record, 'comments'));
    const list = asArray(isList ? get(record, 'comments') : at(record, 'comments', 'comments'));
    const comments = list.map((comment, i) => ({
      comment,
      pointer: `${isList ? '' : '/comments'}/comments/${String(i)}`,
    }));
    return [
      {
        sessionId: idText(get(record, 'id')),
        said: saidIn(comments, idText(get(record, 'requester_id')), usersOf(record)),
        ratings: satisfaction(record),
      },
    ];
  },
};

/** Who asked, where no user is told with the comments: the author of the first of them. */
function firstAuthor(comments: readonly unknown[], users: Users): string | null {
  return users.size > 0 ? null : idText(get(comments[0], 'author_id'));
}

const commentPages: TalkSource = {
  name: 'Zendesk',
  mark: 'comments of a ticket',
  confidence: 0.95,
  knows: (record) =>
    !Object.hasOwn(record, 'requester_id') &&
    asArray(get(record, 'comments')).some(isComment) &&
    (Object.hasOwn(record, 'next_page') || Object.hasOwn(record, 'meta')),
  read: (record) => {
    const comments = asArray(get(record, 'comments'));
    const users = usersOf(record);
    const links = [get(record, 'next_page'), get(record, 'previous_page'), at(record, 'links', 'next')];
    const ticket = links.flatMap((link) => /\/tickets\/(\d+)\/comments/.exec(asText(link) ?? '')?.[1] ?? [])[0];
    const inOrder = comments
      .map((comment, i) => ({ comment, pointer: `/comments/${String(i)}` }))
      .sort((a, b) => String(get(a.comment, 'created_at')).localeCompare(String(get(b.comment, 'created_at'))));
    const requester = firstAuthor(inOrder.map(({ comment }) => comment), users);
    return [{ sessionId: ticket ?? null, said: saidIn(inOrder, requester, users), ratings: [] }];
  },
}; // prettier-ignore

/** A comment out of a ticket's events, at the time of its event. */
function commentsOf(event: unknown, i: number): { comment: unknown; pointer: string }[] {
  return asArray(get(event, 'child_events')).flatMap((child, j) =>
    isComment(child) && isObject(child)
      ? [
          {
            comment: { created_at: get(event, 'created_at') ?? get(event, 'timestamp'), ...child },
            pointer: `/ticket_events/${String(i)}/child_events/${String(j)}`,
          },
        ]
      : [],
  );
}

const ticketEvents: TalkSource = {
  name: 'Zendesk',
  mark: 'ticket events with comments',
  confidence: 0.95,
  knows: (record) =>
    asArray(get(record, 'ticket_events')).some(
      (event) => get(event, 'ticket_id') !== undefined && Array.isArray(get(event, 'child_events')),
    ),
  read: (record) => {
    const users = usersOf(record);
    const events = asArray(get(record, 'ticket_events'));
    const ids = [...new Set(events.map((event) => idText(get(event, 'ticket_id'))))];
    return ids.map((sessionId) => {
      const own = events
        .map((event, i) => ({ event, i }))
        .filter(({ event }) => idText(get(event, 'ticket_id')) === sessionId);
      const comments = own.flatMap(({ event, i }) => commentsOf(event, i));
      const told = own
        .flatMap(({ event }) => asArray(get(event, 'child_events')))
        .flatMap((child) => idText(get(child, 'requester_id')) ?? [])[0];
      const requester = told ?? firstAuthor(comments.map(({ comment }) => comment), users);
      return { sessionId, said: saidIn(comments, requester, users), ratings: [] };
    });
  },
}; // prettier-ignore

export const ZENDESK_TALKS: readonly TalkSource[] = [tickets, commentPages, ticketEvents];
