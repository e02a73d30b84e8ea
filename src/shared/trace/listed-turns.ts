/**
 * Conversations whose turns are no objects with a role: a text with all of it, a list of texts by turns, pairs of question
 * and answer, objects or columns named after who speaks. Makes messages of them (`role`, `text`, where known `speaker` and
 * `time`); what is no such conversation stays as it is.
 */
import { asArray, asObject, asText, parseMaybe, type JsonObject } from './json';
import { kindOfRole } from './mapped-values';
import { plainName } from './plain-name';
import { ROLE_WORDS } from './role-words.data';
import { writtenTurns, type WrittenTurn } from './transcript-text';
import { exchangeTurns, isAnswered, isAsked } from './listed-exchanges';

type Turn = Omit<WrittenTurn, 'speaker'> & { speaker?: string };

const isText = (value: unknown): value is string => typeof value === 'string';

/** The number of a turn before who speaks in it: `turn1_user`, `2_bot`. */
const COUNTED = /^(?:turn|message|msg|utterance|step|round|turno|tour|runde)?_?\d{1,3}_/;

/** `Frage 2`, `answer_10`, `q3`: the name of what was asked or answered, with its number. */
const NUMBERED = /^(\D+?)[\s_.-]*\d{1,3}$/;

function numberedSide(key: string): 'user' | 'assistant' | null {
  const name = NUMBERED.exec(key)?.[1];
  if (name === undefined) return null;
  if (/^q$/i.test(name) || isAsked(name)) return 'user';
  return /^a$/i.test(name) || isAnswered(name) ? 'assistant' : null;
}

/** `user`, `bot_2`, `Kunde 3`, `turn1_user` and `Frage 2` as the side that speaks; null for other names. */
function sideOf(key: string): 'user' | 'assistant' | null {
  // A field of this name says which model answered.
  if (/^model$/i.test(key)) return null;
  const isCounted = /^\D{0,12}\d/.test(key) && COUNTED.test(plainName(key));
  const kind =
    kindOfRole(key, ROLE_WORDS) ??
    (isCounted ? kindOfRole(plainName(key).replace(COUNTED, ''), ROLE_WORDS) : null);
  return kind === 'user' ? 'user' : kind === 'llm' ? 'assistant' : numberedSide(key);
}

/** Turns by the number of their keys, where each has one: tables may list all of one side before the other. */
function inOrder(turns: Turn[]): Turn[] {
  const numbers = turns.map(({ speaker }) => speaker?.match(/\d+/g) ?? []);
  if (!numbers.every((found) => found.length === 1)) return turns;
  return turns
    .map((turn, i) => ({ turn, number: Number(numbers[i]?.[0]) }))
    .sort((a, b) => a.number - b.number)
    .map(({ turn }) => turn);
}

/** Keys of a message that says elsewhere who speaks. */
const SAYS = /^(?:role|text|content|message|body|value|utterance|msg|type)$/i;

/** `user_messages`, `bot_turns`: what one side said, in a list. */
const LISTED = /_(?:messages|turns|texts|utterances|replies|responses|inputs|nachrichten|mensajes)$/;

/** Two lists of texts, one for each side, whose turns alternate; null where an object has not just those. */
function byLists(object: JsonObject): Turn[] | null {
  const lists = Object.entries(object).flatMap(([key, value]) => {
    const name = plainName(key);
    const texts = asArray(value);
    const role = LISTED.test(name) ? sideOf(name.replace(LISTED, '')) : null;
    return role !== null && texts.length > 0 && texts.every(isText) ? [{ role, speaker: key, texts }] : [];
  });
  const [first, second] = lists;
  const isPaired =
    lists.length === 2 &&
    first?.role === 'user' &&
    second?.role === 'assistant' &&
    first.texts.length - second.texts.length <= 1 &&
    first.texts.length >= second.texts.length;
  return isPaired
    ? first.texts.flatMap((_, i) =>
        lists.flatMap(({ role, speaker, texts }) => {
          const text = texts[i];
          return isText(text) ? [{ role, speaker, text }] : [];
        }),
      )
    : null;
}

/** The turns of an object whose keys say who speaks, in the order of its keys. */
function byKeys(object: JsonObject): Turn[] | null {
  if (Object.keys(object).some((key) => SAYS.test(key))) return null;
  const turns = Object.entries(object).flatMap(([key, value]): Turn[] => {
    const role = sideOf(key);
    return role !== null && typeof value === 'string' && value.trim() !== ''
      ? [{ role, speaker: key, text: value }]
      : [];
  });
  return new Set(turns.map(({ role }) => role)).size === 2 ? inOrder(turns) : byLists(object);
}

function byTurns(texts: readonly string[]): Turn[] {
  return texts.map((text, i) => ({ role: i % 2 === 0 ? 'user' : 'assistant', text }));
}

/** Texts by turns; each may name its speaker. */
function ofTexts(texts: readonly string[]): Turn[] {
  return writtenTurns(texts.join('\n')) ?? byTurns(texts);
}

const isPair = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && value.every((one) => one === null || isText(one));

/** Pairs of who speaks and what they say; null where the first of a pair is no speaker. */
function ofSpeakers(pairs: readonly unknown[]): Turn[] | null {
  const turns = pairs.map((pair): Turn | null => {
    const [speaker, text] = asArray(pair).map((one) => asText(one));
    const kind = kindOfRole(speaker, ROLE_WORDS);
    const role = kind === 'llm' ? 'assistant' : kind;
    if (role !== 'user' && role !== 'assistant' && role !== 'system' && role !== 'tool') return null;
    return speaker ? { role, speaker, text: text ?? '' } : null;
  });
  const told = turns.filter((turn) => turn !== null);
  return told.length === turns.length && told.some(({ role }) => role === 'user') ? told : null;
}

/**
 * The messages of a conversation in whatever shape it is kept: a list of objects as it is, JSON text of one, or messages made
 * of its texts. Null where there is none.
 */
export function messagesIn(value: unknown): readonly unknown[] | null {
  const parsed = parseMaybe(value);
  if (isText(parsed)) return writtenTurns(parsed);
  const object = asObject(parsed);
  if (object) return byKeys(object);
  const list = asArray(parsed);
  if (!Array.isArray(parsed) || list.length === 0) return Array.isArray(parsed) ? list : null;
  if (list.every(isText)) return ofTexts(list);
  if (list.every(isPair)) {
    const spoken = ofSpeakers(list);
    if (spoken) return spoken;
    return list.flatMap((pair) =>
      byTurns(asArray(pair).map((one) => asText(one) ?? '')).filter(({ text }) => text !== ''),
    );
  }
  const turns = list.map((one) => {
    const each = asObject(one);
    return each && Object.keys(each).length <= 4 ? byKeys(each) : null;
  });
  return turns.every((one) => one !== null) ? turns.flat() : (exchangeTurns(list) ?? list);
}

/** Whether messages were made of something else than a list of objects. */
export function isMadeOf(value: unknown, messages: readonly unknown[] | null): boolean {
  return messages !== null && messages.length > 0 && messages !== parseMaybe(value);
}
