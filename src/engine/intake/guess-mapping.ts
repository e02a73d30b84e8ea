/**
 * A first proposal of how to map a file of no known format: which fields its sample has, what their values look like,
 * and which of them most likely say session, role, text and so on. A proposal only, for a person to correct; it is
 * made by names, types and values (src/shared/trace/field-rules.ts) and prefers no field over a wrong one.
 */
import type { FieldGuess } from '../../shared/contract/import';
import { mappingProfileSchema, type MappingProfile } from '../../shared/model/source';
import { fieldsOf, valueAt } from '../../shared/trace/field-path';
import { plainName, proposeFields } from '../../shared/trace/field-rules';
import { isFilled, roleWordsOf, unitOf, type SeenField } from '../../shared/trace/field-values';
import { asObject, parseMaybe, toJsonText } from '../../shared/trace/json';
import type { Sample } from './format';

const MAX_FIELDS = 200;
const MAX_MESSAGES = 200;
const MAX_EXAMPLES = 3;
const EXAMPLE_LENGTH = 80;
const LIST_NAMES =
  'messages conversation conversations turns dialogue dialog history chat utterances trajectory nachrichten verlauf dialoge mensajes'.split(
    ' ',
  );
const OF_CONVERSATION = ['trace', 'user', 'feature', 'cohort', 'agentVersion', 'model', 'start'];
const OF_MESSAGE = [
  'role',
  'text',
  'output',
  'start',
  'end',
  'durationMs',
  'error',
  'status',
  'model',
  'toolName',
  'inputTokens',
  'outputTokens',
  'costUsd',
];

type Fields = MappingProfile['fields'];

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  return typeof value === 'bigint' ? 'number' : typeof value;
}

/** All fields of some records, in the order they are met. */
function seenIn(records: readonly unknown[]): SeenField[] {
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

function shorten(value: unknown): string {
  const text = (toJsonText(value) ?? '')
    .slice(0, EXAMPLE_LENGTH * 4)
    .replace(/\s+/g, ' ')
    .trim();
  return (text.length > EXAMPLE_LENGTH ? `${text.slice(0, EXAMPLE_LENGTH)}…` : text).toWellFormed();
}

function describe({ path, values }: SeenField, records: number): FieldGuess {
  const filled = values.filter(isFilled);
  return {
    path,
    types: [...new Set(values.map(typeOf))].sort(),
    examples: [...new Set(filled.map(shorten))].slice(0, MAX_EXAMPLES),
    share: records === 0 ? 0 : Math.min(1, filled.length / records),
    distinct: new Set(filled.map((value) => toJsonText(value)?.slice(0, 1000))).size,
  };
}

/** Objects that have both a speaker and words. */
function looksLikeMessages(list: readonly unknown[], depth = 0): boolean {
  if (list.length === 0 || !list.every((each) => asObject(each))) return false;
  const some = list.slice(0, 20);
  const fields = proposeFields(seenIn(some), some.length);
  // Conversations in a list have speakers and words too, that of their first message.
  if (
    depth < 3 &&
    listsIn(some).some((inner) => inner.lists.some((one) => looksLikeMessages(one, depth + 1)))
  )
    return false;
  return fields.role !== undefined && (fields.text ?? fields.output) !== undefined;
}

interface FoundList {
  path: string;
  /** One list for each record that has it. */
  lists: unknown[][];
  size: number;
}

/** The lists of objects in some records; those named like a conversation first. */
function listsIn(records: readonly unknown[]): FoundList[] {
  const rank = (path: string): number => {
    const at = LIST_NAMES.indexOf(plainName(path.split('.').at(-1) ?? ''));
    return at < 0 ? LIST_NAMES.length : at;
  };
  return seenIn(records)
    .map(({ path, values }) => {
      const lists = values
        .map((value) => parseMaybe(value))
        .filter((value): value is unknown[] => Array.isArray(value) && value.some((each) => asObject(each)));
      return { path, lists, size: lists.reduce((sum, list) => sum + list.length, 0) };
    })
    .filter(({ size }) => size > 0)
    .sort((a, b) => rank(a.path) - rank(b.path));
}

interface Shape {
  recordsPath?: string;
  messagesPath?: string;
  records: readonly unknown[];
  /** Messages of all conversations of the sample, when records are conversations. */
  messages: readonly unknown[];
}

/** Where the records are in a document, and where the messages are in a record. */
function shapeOf(records: readonly unknown[], isOneDocument: boolean): Shape {
  if (records.length > 0 && records.every((record) => Array.isArray(record))) {
    return { messagesPath: '', records: [], messages: records.flat().slice(0, MAX_MESSAGES) };
  }
  const lists = listsIn(records);
  const own = proposeFields(seenIn(records), records.length);
  // Spans carry the conversation of their model call; that makes none of them a conversation.
  const areSpans = own.kind !== undefined && (own.span ?? own.trace) !== undefined;
  const conversation = areSpans
    ? undefined
    : lists.find((list) => list.lists.some((one) => looksLikeMessages(one)));
  if (conversation) {
    return {
      messagesPath: conversation.path,
      records,
      messages: conversation.lists.flat().slice(0, MAX_MESSAGES),
    };
  }
  const longest = lists.toSorted((a, b) => b.size - a.size)[0];
  if (!isOneDocument || areSpans || !longest) return { records, messages: [] };
  return { ...shapeOf(longest.lists.flat().slice(0, 50), false), recordsPath: longest.path };
}

function pick(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)));
}

/** Fields of a conversation: what its record says of the whole (an `id` is then the conversation's), and its messages. */
function conversationFields(
  shape: Shape,
  records: readonly SeenField[],
  messages: readonly SeenField[],
): Fields {
  const whole = proposeFields(records, shape.records.length);
  const session = whole.session ?? whole.span;
  return {
    ...(session === undefined ? {} : { session }),
    ...pick(whole, OF_CONVERSATION),
    ...pick(proposeFields(messages, shape.messages.length), OF_MESSAGE),
  };
}

/** The values of a field of some records. */
function valuesOf(records: readonly unknown[], path: string | undefined): unknown[] {
  return path === undefined ? [] : records.map((record) => valueAt(record, path));
}

/**
 * The fields of a sample, and a proposal of a profile for it. For conversations with a list of messages the fields of
 * the messages come first, by their path within a message; then those of the record.
 */
export function guessMapping(sample: Sample): { fields: FieldGuess[]; profile: MappingProfile } {
  const shape = shapeOf(sample.records, sample.records.length === 1 && !sample.isArray);
  const ofRecord = seenIn(shape.records);
  const ofMessage = seenIn(shape.messages);
  const fields =
    shape.messagesPath === undefined
      ? proposeFields(ofRecord, shape.records.length)
      : conversationFields(shape, ofRecord, ofMessage);
  const guesses = new Map<string, FieldGuess>();
  for (const seen of ofMessage) guesses.set(seen.path, describe(seen, shape.messages.length));
  for (const seen of ofRecord)
    if (!guesses.has(seen.path)) guesses.set(seen.path, describe(seen, shape.records.length));
  const { recordsPath, messagesPath } = shape;
  const inside = shape.messagesPath === undefined ? shape.records : shape.messages;
  const proposed = mappingProfileSchema.parse({ name: 'proposed', fields: {} });
  return {
    fields: [...guesses.values()],
    profile: mappingProfileSchema.parse({
      name: sample.name.replace(/\.(jsonl?|ndjson|parquet|csv|tsv)(\.\w+)?$/, '').slice(0, 80) || 'mapping',
      ...(recordsPath === undefined ? {} : { recordsPath }),
      ...(messagesPath === undefined ? {} : { messagesPath }),
      fields,
      timeUnit: unitOf(valuesOf([...shape.messages, ...shape.records], fields.start)),
      values: roleWordsOf(valuesOf(inside, fields.role), proposed.values),
    }),
  };
}
