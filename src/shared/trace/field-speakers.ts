/**
 * Who speaks in turns of an unknown export whose speakers are no role words: by a flag (`is_bot`), by an id that is the
 * customer's, by names such as "Acme Support", or by who is in many conversations. Says nothing where the sample does not.
 */
import { fieldsOf, valueAt } from './field-path';
import { plainName } from './plain-name';
import { isAgentName, plainText } from './mapped-values';
import { ANY_OTHER, FIRST_SPEAKER, THE_USER } from './role-words.data';

/** A turn with what its record says of the whole conversation, and the conversation it is in. */
export interface SeenTurn {
  turn: unknown;
  outer: unknown;
  session: string;
}

export interface Speakers {
  path: string;
  /** Words to add to the lists of a profile. */
  userRoles: string[];
  assistantRoles: string[];
}

const OF_AGENT =
  /^(?:is_|from_|by_|sent_by_)*(?:bot|agent|ai|assistant|admin|operator|staff|me|us|outgoing|outbound|automated|machine)$/;
const OF_USER =
  /^(?:is_|from_|by_|sent_by_)*(?:user|customer|client|visitor|human|incoming|inbound|end_user)$/;
const SPEAKER =
  /^(?:author|sender|from|speaker|user|participant|actor|by|who|name|username|absender|verfasser|sprecher|emisor|auteur)(?:_(?:id|name|uuid|email|key|address))?$/;
const USERS =
  /^(?:requester|customer|client|end_user|contact|visitor|submitter|caller|kunden?|cliente)(?:_(?:id|nr|nummer|uuid|email|key|number))?$/;
const FLAGS = ['true', 'false', '0', '1', 'yes', 'no', 'ja', 'nein'];
const YES = ['true', '1', 'yes', 'ja'];

const last = (path: string): string => plainName(path.split('.').at(-1) ?? '');
const wordAt = (value: unknown, path: string): string => (plainText(valueAt(value, path)) ?? '').trim();

function byFlag(path: string, words: readonly string[]): Speakers | null {
  const isAgent = OF_AGENT.test(last(path));
  if (!isAgent && !OF_USER.test(last(path))) return null;
  const said = [...new Set(words.map((word) => word.toLowerCase()))];
  if (!said.every((word) => FLAGS.includes(word))) return null;
  const yes = FLAGS.filter((word) => YES.includes(word));
  const no = FLAGS.filter((word) => !YES.includes(word));
  return { path, userRoles: isAgent ? no : yes, assistantRoles: isAgent ? yes : no };
}

/** The id of who speaks, where the record says whose the conversation is. */
function byUser(path: string, turns: readonly SeenTurn[], userPath: string | undefined): Speakers | null {
  if (userPath === undefined || userPath === path) return null;
  const isUser = turns.map(({ turn, outer }) => {
    const user = wordAt(outer, userPath) || wordAt(turn, userPath);
    return user !== '' && wordAt(turn, path) === user;
  });
  const own = isUser.filter(Boolean).length;
  return own * 5 >= turns.length && own < turns.length
    ? { path, userRoles: [THE_USER], assistantRoles: [ANY_OTHER] }
    : null;
}

function byName(path: string, words: readonly string[]): Speakers | null {
  const names = [...new Set(words)];
  const agents = names.filter(isAgentName);
  if (agents.length === 0 || agents.length === names.length || agents.length > 8) return null;
  return { path, userRoles: [ANY_OTHER], assistantRoles: agents };
}

const CODE = /^(?:\d{1,2}|\p{Lu}|\p{Ll})$/u;
/** Least turns by which two codes may be told to be two speakers. */
const LEAST_TURNS = 6;

/** First letters of user and agent, assistant or bot: no other two letters say so by themselves. */
function initialsOf(words: readonly string[]): Omit<Speakers, 'path'> | null {
  const userRoles = words.filter((word) => /^u$/i.test(word));
  const assistantRoles = words.filter((word) => /^[ab]$/i.test(word));
  return userRoles.length === 1 && assistantRoles.length === 1 ? { userRoles, assistantRoles } : null;
}

/** Two numbers or letters that take turns: whoever begins is the user, if it is the same one in every conversation. */
function byCode(path: string, turns: readonly SeenTurn[]): Speakers | null {
  const sessions = new Map<string, string[]>();
  for (const { turn, session } of turns)
    sessions.set(session, [...(sessions.get(session) ?? []), wordAt(turn, path)]);
  const words = new Set([...sessions.values()].flat());
  const [opener] = [...sessions.values()][0] ?? [];
  if (opener === undefined || words.size !== 2 || ![...words].every((word) => CODE.test(word))) return null;
  const initials = initialsOf([...words]);
  if (initials) return { path, ...initials };
  const all = [...sessions.values()];
  const pairs = all.flatMap((list) => list.slice(1).map((word, i) => word !== list[i]));
  const takesTurns = pairs.filter(Boolean).length * 4 >= pairs.length * 3;
  if (turns.length < LEAST_TURNS || all.length < 2 || !takesTurns || pairs.length < all.length) return null;
  if (!all.every((list) => list[0] === opener)) return null;
  return { path, userRoles: [opener], assistantRoles: [...words].filter((word) => word !== opener) };
}

/** Least conversations that tell who comes back and who does not. */
const LEAST_SESSIONS = 3;

/** Agents are in several conversations, the people they help in one; and one side begins. */
function byReturning(path: string, turns: readonly SeenTurn[]): Speakers | null {
  const sessions = new Map<string, string[]>();
  for (const { turn, session } of turns) {
    const word = wordAt(turn, path);
    if (word !== '') sessions.set(session, [...(sessions.get(session) ?? []), word]);
  }
  const all = [...sessions.values()].filter((words) => new Set(words).size >= 2);
  if (all.length < LEAST_SESSIONS || all.length * 2 < sessions.size) return null;
  const count = new Map<string, number>();
  for (const words of all) for (const word of new Set(words)) count.set(word, (count.get(word) ?? 0) + 1);
  const returns = (word: string | undefined): boolean => (count.get(word ?? '') ?? 0) >= 2;
  const isTold = all.filter((words) => words.some(returns) && !words.every(returns)).length;
  if (isTold * 2 < all.length) return null;
  const openedByAgent = all.filter((words) => returns(words[0])).length;
  if (openedByAgent * 5 <= all.length)
    return { path, userRoles: [FIRST_SPEAKER], assistantRoles: [ANY_OTHER] };
  return openedByAgent * 5 >= all.length * 4
    ? { path, userRoles: [ANY_OTHER], assistantRoles: [FIRST_SPEAKER] }
    : null;
}

/**
 * The field that says who speaks in these turns, and the words for either side.
 * @param userPath field of the user, where it is known
 */
export function speakersOf(turns: readonly SeenTurn[], userPath?: string): Speakers | null {
  if (turns.length < 2) return null;
  const paths = [...new Set(turns.slice(0, 20).flatMap(({ turn }) => fieldsOf(turn).map(([path]) => path)))];
  const outer = turns[0]?.outer;
  const user = userPath ?? fieldsOf(outer).find(([path]) => USERS.test(last(path)))?.[0];
  const wordsAt = (path: string): string[] =>
    turns.map(({ turn }) => wordAt(turn, path)).filter((word) => word !== '' && word.length <= 80);
  const candidates = paths
    .map((path) => ({ path, words: wordsAt(path) }))
    .filter(({ words }) => words.length * 5 >= turns.length * 4);
  const flag = candidates.map(({ path, words }) => byFlag(path, words)).find((found) => found !== null);
  if (flag) return flag;
  const speakers = candidates.filter(
    ({ path, words }) =>
      (SPEAKER.test(last(path)) || SPEAKER.test(path.split('.').slice(-2).map(plainName).join('_'))) &&
      new Set(words).size >= 2,
  );
  const code = candidates.map(({ path }) => byCode(path, turns)).find((found) => found !== null);
  if (code) return code;
  for (const tell of [
    ({ path }: { path: string }) => byUser(path, turns, user),
    ({ path, words }: { path: string; words: string[] }) => byName(path, words),
    ({ path }: { path: string }) => byReturning(path, turns),
  ])
    for (const one of speakers) {
      const found = tell(one);
      if (found) return found;
    }
  return null;
}
