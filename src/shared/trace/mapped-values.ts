/**
 * What the words of an unknown export mean: kinds of spans, roles of messages, statuses and errors. Knows the words
 * in common use; a mapping profile adds those of its export.
 */
import type { MappingProfile } from '../model/source';
import { spanKinds, type SpanKind, type SpanStatus } from '../model/span';
import { roleKey } from './chat-spans';
import { ANY_OTHER, FIRST_SPEAKER, ROLE_WORDS, THE_USER } from './role-words.data';
import { asText, get, toJsonText } from './json';
import { decimalOf } from './mapped-amounts';

const KIND_WORDS: Readonly<Record<string, SpanKind>> = {
  generation: 'llm',
  completion: 'llm',
  chat: 'llm',
  model: 'llm',
  llm_call: 'llm',
  chat_model: 'llm',
  response: 'llm',
  llm_response: 'llm',
  model_response: 'llm',
  assistant_message: 'llm',
  bot_message: 'llm',
  bot: 'llm',
  ai: 'llm',
  function: 'tool',
  tool_call: 'tool',
  tool_result: 'tool',
  function_call: 'tool',
  execute_tool: 'tool',
  action: 'tool',
  retriever: 'retrieval',
  search: 'retrieval',
  embeddings: 'embedding',
  human: 'user',
  user_message: 'user',
  user_input: 'user',
  user_utterance: 'user',
  customer_message: 'user',
  message_received: 'user',
  incoming_message: 'user',
  inbound_message: 'user',
  message_sent: 'llm',
  outgoing_message: 'llm',
  outbound_message: 'llm',
  agent_message: 'llm',
  bot_response: 'llm',
  bot_reply: 'llm',
  invoke_agent: 'agent',
  agent_run: 'agent',
  workflow: 'chain',
  task: 'chain',
  step: 'chain',
  span: 'chain',
  guard: 'guardrail',
  evaluator: 'guardrail',
  observation: 'environment',
  log: 'event',
  error: 'event',
};
/** Names of spans whose record gives them none. */
export const UNNAMED: Readonly<Partial<Record<SpanKind, string>>> = {
  user: 'user message',
  llm: 'answer',
  tool: 'tool result',
  system: 'instructions',
};

const OK_WORDS = [
  'ok',
  'success',
  'succeeded',
  'successful',
  'completed',
  'complete',
  'done',
  'finished',
  'pass',
  'passed',
];
const INTERRUPTED_WORDS = ['interrupted', 'cancelled', 'canceled', 'aborted', 'stopped'];
const REJECTED_WORDS = ['rejected', 'denied', 'refused'];
const NO_ERROR = ['', 'false', 'none', 'null', 'nil', 'no', '0', 'ok'];

function word(value: unknown): string {
  return (asText(value) ?? (typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''))
    .trim()
    .toLowerCase();
}

/** A value as text: numbers and booleans as written, objects as JSON; null for nothing. */
export function plainText(value: unknown): string | null {
  return asText(typeof value === 'string' ? value : toJsonText(value));
}

const GOOD = [
  '👍',
  'like',
  'liked',
  'good',
  'positive',
  'up',
  'thumbs_up',
  'thumbsup',
  'helpful',
  'gut',
  'satisfied',
  'true',
  'yes',
  ...'ja oui sí si sim да はい 是 네 hilfreich utile util útil'.split(' '),
];
const BAD = [
  '👎',
  'dislike',
  'disliked',
  'bad',
  'negative',
  'down',
  'thumbs_down',
  'thumbsdown',
  'unhelpful',
  'schlecht',
  'unsatisfied',
  'false',
  'no',
  ...'nein non não nao нет いいえ 否 아니요 nicht_hilfreich nutzlos inutile inutil inútil'.split(' '),
];

/** A rating as a number: as written, or 1 and 0 for what is said to be good and bad; null where it says neither. */
export function ratingOf(value: unknown): number | null {
  const number = decimalOf(value);
  if (number !== null) return Math.abs(number) <= 1000 ? number : null;
  const said = word(value)
    .replace(/[\s-]+/g, '_')
    .replace(/[\u{1f3fb}-\u{1f3ff}]/u, '');
  if (GOOD.includes(said)) return 1;
  return BAD.includes(said) ? 0 : null;
}

/** The kind a word names; null when the word is not known. */
export function kindOfWord(value: unknown): SpanKind | null {
  const name = word(value).replace(/[\s-]+/g, '_');
  const exact = spanKinds.find((kind) => kind === name);
  return exact ?? (Object.hasOwn(KIND_WORDS, name) ? (KIND_WORDS[name] ?? null) : null);
}

/** Who takes part in a session, as far as its export says: whose it is, and who speaks first. */
export interface Party {
  user: string | null;
  first: string | null;
}
const NOBODY: Party = { user: null, first: null };

/** `agent_12`, `Kunde 3` and `visitor-7f2`: a word, and which one of them it is. */
const NUMBERED = /^(\p{L}+(?:[ _-]\p{L}+)?)[\s_:#.-]*(?=[\p{L}\d-]*\d)[\p{L}\d-]{1,40}$/u;

/** A role word without its accents. */
function roleWord(value: unknown): string {
  return word(value).normalize('NFD').replace(/\p{M}/gu, '');
}

const KINDS_OF = new WeakMap<MappingProfile['values'], ReadonlyMap<string, SpanKind>>();

/** The kind of each word of the lists; of a word in several the first list's. Records ask for it by the million. */
function kindsOf(words: MappingProfile['values']): ReadonlyMap<string, SpanKind> {
  const known = KINDS_OF.get(words);
  if (known) return known;
  const lists: [readonly string[], SpanKind][] = [
    [words.systemRoles, 'system'],
    [words.toolRoles, 'tool'],
    [words.assistantRoles, 'llm'],
    [words.userRoles, 'user'],
  ];
  const kinds = new Map(
    lists.flatMap(([list, kind]) =>
      list.map((entry): [string, SpanKind] => [roleKey(roleWord(entry)), kind]),
    ),
  );
  KINDS_OF.set(words, kinds);
  return kinds;
}

/**
 * The kind of a message by its role; null when the profile does not list the role. Words of which there may be several
 * are also known with their number. Lists may hold `*` for any other word, `=user` for the value of `user` and `=first` for
 * who speaks first in the session.
 */
export function kindOfRole(
  value: unknown,
  words: MappingProfile['values'],
  { user, first }: Party = NOBODY,
): SpanKind | null {
  const said = roleWord(value);
  if (said === '') return null;
  const known = kindsOf(words);
  const listed = (role: string): SpanKind | null => known.get(roleKey(role)) ?? null;
  const ofUser = user !== null && said === roleWord(user) ? listed(THE_USER) : null;
  const ofFirst = first !== null && said === roleWord(first) ? listed(FIRST_SPEAKER) : null;
  if (ofUser ?? ofFirst) return ofUser ?? ofFirst;
  return listed(said) ?? listed(NUMBERED.exec(said)?.[1] ?? '') ?? listed(ANY_OTHER);
}

/** The kind of a message by its role as the profile lists it, or as the word is commonly meant. */
export function spokenKind(role: unknown, words: MappingProfile['values'], party: Party): SpanKind | null {
  return kindOfRole(role, words, party) ?? kindOfRole(role, ROLE_WORDS);
}

export interface SaidKind {
  /** Null where neither value tells a kind. */
  kind: SpanKind | null;
  /** What a person should know of a word that no list has; null where there is nothing to say. */
  problem: string | null;
}

/** The kind of a record by the values of its kind and role; undefined and '' stand for none. `partyOf` is asked only where the kind does not tell. */
export function saidKind(
  kind: unknown,
  role: unknown,
  words: MappingProfile['values'],
  partyOf: () => Party,
): SaidKind {
  const isGiven = (value: unknown): boolean => value !== undefined && value !== '';
  const byKind = kindOfWord(kind);
  if (byKind) return { kind: byKind, problem: null };
  const isUnknownKind = isGiven(kind) && !isGiven(role);
  const byRole = spokenKind(role ?? kind, words, partyOf());
  if (isUnknownKind)
    return { kind: byRole, problem: `kind "${(plainText(kind) ?? '').slice(0, 60)}" is not known` };
  const isUnknownRole = byRole === null && isGiven(role);
  return {
    kind: byRole,
    problem: isUnknownRole ? `role "${(plainText(role) ?? '').slice(0, 60)}" is in no list of roles` : null,
  };
}

/** "Acme Support", "HelpBot": a name with a word for the machine or the staff at an end of it. */
export function isAgentName(name: string): boolean {
  const parts = name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .split(/[\s_.@-]+/)
    .filter((part) => part !== '');
  return (
    /bot$/i.test(name) || [parts[0], parts.at(-1)].some((part) => kindOfRole(part, ROLE_WORDS) === 'llm')
  );
}

export interface MappedStatus {
  status: SpanStatus;
  statusMessage: string | null;
}

/** What an error field says: a message, a flag or an object with a message; null for no error. */
function errorText(value: unknown): string | null {
  if (value === undefined || value === null || NO_ERROR.includes(word(value))) {
    return typeof value === 'object' && value !== null
      ? (asText(get(value, 'message')) ?? plainText(value))
      : null;
  }
  return value === true || word(value) === 'true' ? 'error' : plainText(value);
}

/** The status of a span by its status and error fields; HTTP codes from 400 are errors. */
export function mappedStatus(status: unknown, error: unknown, words: MappingProfile['values']): MappedStatus {
  const problem = errorText(error);
  if (problem !== null && problem !== '{}' && problem !== '[]') {
    return { status: 'error', statusMessage: problem === 'error' ? null : problem.slice(0, 500) };
  }
  const said = word(status);
  const is = (value: SpanStatus): MappedStatus => ({ status: value, statusMessage: null });
  if (said === '') return is('unset');
  if (words.errorValues.some((entry) => entry.trim().toLowerCase() === said) || /^[45]\d\d$/.test(said))
    return is('error');
  if (OK_WORDS.includes(said) || /^2\d\d$/.test(said)) return is('ok');
  if (INTERRUPTED_WORDS.includes(said)) return is('interrupted');
  return is(REJECTED_WORDS.includes(said) ? 'rejected' : 'unset');
}
