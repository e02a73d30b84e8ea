/**
 * Where the records of an unknown file are, and where the messages in a record: lists of objects that have a speaker and
 * words, texts that hold a whole conversation, lists of texts by turns, pairs, columns named after who speaks.
 */
import { fieldsOf, valueAt } from '../../shared/trace/field-path';
import { proposeFields } from '../../shared/trace/field-rules';
import { speakersOf, type SeenTurn } from '../../shared/trace/field-speakers';
import { isFilled, type SeenField } from '../../shared/trace/field-values';
import { asObject, asText, get, parseMaybe } from '../../shared/trace/json';
import { isMadeOf, messagesIn } from '../../shared/trace/listed-turns';
import { recordsAt } from '../../shared/trace/mapped-record';
import { plainText } from '../../shared/trace/mapped-values';
import { plainName } from '../../shared/trace/plain-name';

const MAX_FIELDS = 200;
const MAX_MESSAGES = 200;
const MAX_DEPTH = 3;
/** Texts by turns are sentences; shorter ones are words of a list. */
const LEAST_TEXT = 8;
const LIST_NAMES =
  'messages conversation conversations turns dialogue dialog history chat utterances trajectory transcript nachrichten verlauf dialoge mensajes gespraech gespraechsverlauf mensagens messaggi berichten echanges tours turnos'.split(
    ' ',
  );

/** All fields of some records, in the order they are met. */
export function seenIn(records: readonly unknown[]): SeenField[] {
  const fields = new Map<string, unknown[]>();
  for (const record of records) {
    for (const [path, value] of fieldsOf(record)) {
      const known = fields.get(path);
      if (known) known.push(value);
      else if (fields.size < MAX_FIELDS) fields.set(path, [value]);
    }
  }
  return [...fields].map(([path, values]) => ({ path, values }));
}

export interface Shape {
  recordsPath?: string;
  messagesPath?: string;
  openingPath?: string;
  records: readonly unknown[];
  /** Messages of all conversations of the sample, when records are conversations. */
  messages: readonly unknown[];
  /** Turns that tell who speaks. */
  turns: readonly SeenTurn[];
}

/** Messages with the conversation that each is in. */
function turnsIn(lists: readonly { outer: unknown; list: readonly unknown[] }[]): SeenTurn[] {
  return lists
    .flatMap(({ outer, list }, i) => list.map((turn) => ({ turn, outer, session: String(i) })))
    .slice(0, MAX_MESSAGES);
}

/** Objects that have both a speaker and words. */
function looksLikeMessages(found: FoundList, depth = 0): boolean {
  const turns = turnsIn(found.lists.map((list, i) => ({ outer: found.outers[i], list })));
  const some = turns.slice(0, 60).map(({ turn }) => turn);
  if (some.length === 0 || !some.every((each) => asObject(each))) return false;
  const fields = proposeFields(seenIn(some), some.length);
  if ((fields.text ?? fields.output) === undefined) return false;
  // Conversations in a list have speakers and words too, that of their first message.
  if (depth < MAX_DEPTH && listsIn(some).some((inner) => looksLikeMessages(inner, depth + 1))) return false;
  return fields.role !== undefined || speakersOf(turns) !== null;
}

interface FoundList {
  path: string;
  /** One list for each record that has it, and those records. */
  lists: unknown[][];
  outers: unknown[];
  size: number;
}

function nameRank(path: string): number {
  const at = LIST_NAMES.indexOf(plainName(path.split('.').at(-1) ?? ''));
  return at < 0 ? LIST_NAMES.length : at;
}

/** The lists of objects in some records; those named like a conversation first. */
function listsIn(records: readonly unknown[]): FoundList[] {
  return seenIn(records)
    .map(({ path }) => {
      const found = records
        .map((outer) => ({ outer, list: parseMaybe(valueAt(outer, path)) }))
        .filter(
          (one): one is { outer: unknown; list: unknown[] } =>
            Array.isArray(one.list) && one.list.some((each) => asObject(each)),
        );
      const lists = found.map(({ list }) => list);
      return {
        path,
        lists,
        outers: found.map(({ outer }) => outer),
        size: lists.reduce((sum, list) => sum + list.length, 0),
      };
    })
    .filter(({ size }) => size > 0)
    .sort((a, b) => nameRank(a.path) - nameRank(b.path));
}

const textOf = (message: unknown): string => asText(get(message, 'text')) ?? '';
const meanLength = (messages: readonly unknown[]): number =>
  messages.reduce((sum: number, message) => sum + textOf(message).length, 0) / Math.max(1, messages.length);

/** Conversations that are kept as no list of objects: by the field that most records have one in. */
function madeIn(records: readonly unknown[]): Shape | null {
  const fields = [...seenIn(records).map(({ path }) => path), ''];
  const found = fields
    .map((path) => {
      const made = records.map((outer) => {
        const value = path === '' ? outer : valueAt(outer, path);
        const messages = messagesIn(value);
        return { outer, value, list: isMadeOf(value, messages) ? (messages ?? []) : [] };
      });
      const filled = made.filter(({ value }) => isFilled(value)).length;
      const lists = made.filter(({ list }) => list.length >= 2);
      return { path, filled, lists };
    })
    .filter(({ path, filled, lists }) => {
      if (lists.length === 0 || lists.length * 2 < filled) return false;
      const named = lists.some(({ list }) => list.some((message) => get(message, 'speaker') !== undefined));
      const isLong = meanLength(lists.flatMap(({ list }) => list)) >= LEAST_TEXT;
      // Texts by turns name nobody: then the name of their list has to say what they are.
      return isLong && (named || nameRank(path) < LIST_NAMES.length);
    })
    .sort((a, b) => b.lists.length - a.lists.length || nameRank(a.path) - nameRank(b.path))[0];
  if (!found) return null;
  const turns = turnsIn(found.lists);
  return { messagesPath: found.path, records, messages: turns.map(({ turn }) => turn), turns };
}

/** Whether a text is that of a message of the list too. */
function repeats({ lists }: FoundList, said: unknown, text: string): boolean {
  return lists.some((list) => list.some((message) => valueAt(message, text) === said));
}

/** The first message of conversations whose list only holds the replies to it. */
function openingOf(list: FoundList): string | undefined {
  const messages = list.lists.flat().slice(0, MAX_MESSAGES);
  const { role, text } = proposeFields(seenIn(messages), messages.length);
  if (role === undefined || text === undefined) return undefined;
  return fieldsOf(list.outers[0])
    .filter(([path, value]) => asObject(value) && !list.path.startsWith(`${path}.`))
    .map(([path]) => path)
    .find((path) =>
      list.outers.every(
        (outer) =>
          [role, text].every((inner) => typeof valueAt(valueAt(outer, path), inner) === 'string') &&
          !repeats(list, valueAt(valueAt(outer, path), text), text),
      ),
    );
}

function conversationShape(list: FoundList, records: readonly unknown[]): Shape {
  const turns = turnsIn(list.lists.map((one, i) => ({ outer: list.outers[i], list: one })));
  const openingPath = openingOf(list);
  return {
    messagesPath: list.path,
    ...(openingPath === undefined ? {} : { openingPath }),
    records,
    messages: turns.map(({ turn }) => turn),
    turns,
  };
}

/** A document whose keys are the ids of its conversations. */
function keyedShape(document: unknown): Shape | null {
  const values = Object.values(asObject(document) ?? {});
  const isUniform =
    values.length >= 2 &&
    (values.every((value) => Array.isArray(value)) || values.every((value) => asObject(value)));
  if (!isUniform) return null;
  const records = (recordsAt(document, '*') ?? []).slice(0, 50).map(({ record }) => record);
  const inner = shapeOf(records, false);
  return inner.messagesPath === undefined ? null : { ...inner, recordsPath: '*' };
}

/** The same where those keys are below a key of the document: `{"export": {…}, "chats": {"c-1": {…}, "c-2": {…}}}`. */
function keyedBelow(document: unknown): Shape | null {
  for (const [key, value] of Object.entries(asObject(document) ?? {})) {
    const inner = /[.[\]*]/.test(key) ? null : keyedShape(value);
    if (inner) return { ...inner, recordsPath: `${key}.*` };
  }
  return null;
}

/** Rows are turns of their own, with whatever their session is called. */
function rowShape(records: readonly unknown[]): Shape {
  const { session, trace } = proposeFields(seenIn(records), records.length);
  const path = session ?? trace;
  const turns = records.map((turn) => ({
    turn,
    outer: turn,
    session: path === undefined ? '' : (plainText(valueAt(turn, path)) ?? ''),
  }));
  return { records, messages: [], turns };
}

/** Whether the messages of a list are those of several conversations, which they name. */
function holdsSeveral({ lists }: FoundList): boolean {
  const messages = lists.flat().slice(0, MAX_MESSAGES);
  const { session } = proposeFields(seenIn(messages), messages.length);
  return session !== undefined && new Set(messages.map((message) => valueAt(message, session))).size > 1;
}

/** Where the records are in a document, and where the messages are in a record. */
export function shapeOf(records: readonly unknown[], isOneDocument: boolean): Shape {
  if (records.length > 0 && records.every((record) => Array.isArray(record))) {
    const lists = records.map((outer) => ({ outer, list: messagesIn(outer) ?? [] }));
    const turns = turnsIn(lists);
    return { messagesPath: '', records: [], messages: turns.map(({ turn }) => turn), turns };
  }
  const keyed = isOneDocument ? (keyedBelow(records[0]) ?? keyedShape(records[0])) : null;
  if (keyed) return keyed;
  const lists = listsIn(records);
  const own = proposeFields(seenIn(records), records.length);
  // Spans carry the conversation of their model call; that makes none of them a conversation.
  const areSpans = own.kind !== undefined && (own.span ?? own.trace) !== undefined;
  const conversation = areSpans ? undefined : lists.find((list) => looksLikeMessages(list));
  if (conversation)
    return isOneDocument && holdsSeveral(conversation)
      ? { ...rowShape(conversation.lists.flat().slice(0, MAX_MESSAGES)), recordsPath: conversation.path }
      : conversationShape(conversation, records);
  const isExchange = own.input !== undefined && own.output !== undefined;
  // Of several questions in a row, each with its number, one field would tell only the first.
  const isNumbered = isExchange && /\d$/.test(own.input ?? '') && /\d$/.test(own.output ?? '');
  const isRow = own.role !== undefined || (isExchange && !isNumbered);
  const made =
    areSpans || (isRow && own.text === undefined) || own.role !== undefined ? null : madeIn(records);
  if (made) return made;
  const longest = lists.toSorted((a, b) => b.size - a.size)[0];
  if (!isOneDocument || areSpans || !longest) return rowShape(records);
  return { ...shapeOf(longest.lists.flat().slice(0, 50), false), recordsPath: longest.path };
}
