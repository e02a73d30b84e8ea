/**
 * A first proposal of how to map a file of no known format: which fields its sample has, what their values look like,
 * and which of them most likely say session, role, text and so on. A proposal only, for a person to correct; it is
 * made by names, types and values (src/shared/trace/field-rules.ts) and prefers no field over a wrong one.
 */
import type { FieldGuess } from '../../shared/contract/import';
import { mappingProfileSchema, type MappingProfile } from '../../shared/model/source';
import { valueAt } from '../../shared/trace/field-path';
import { proposeFields } from '../../shared/trace/field-rules';
import { speakersOf } from '../../shared/trace/field-speakers';
import { isFilled, roleWordsOf, unitOf, type SeenField } from '../../shared/trace/field-values';
import { toJsonText } from '../../shared/trace/json';
import { isTimeOfDay } from '../../shared/trace/mapped-record';
import type { Sample } from './format';
import { judgementFields } from './guess-judgements';
import { seenIn, shapeOf, type Shape } from './guess-shape';

const MAX_EXAMPLES = 3;
const EXAMPLE_LENGTH = 80;
const OF_CONVERSATION = [
  'rating',
  'comment',
  'annotator',
  'trace',
  'user',
  'feature',
  'cohort',
  'agentVersion',
  'model',
  'start',
];
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
  const session = shape.recordsPath?.endsWith('*') === true ? 'key' : (whole.session ?? whole.span);
  return {
    ...(session === undefined ? {} : { session }),
    ...pick(whole, OF_CONVERSATION),
    ...pick(proposeFields(messages, shape.messages.length), OF_MESSAGE),
  };
}

/** The fields of records that are no conversations: of what they say, or of what they judge. */
function fieldsOfTable(seen: readonly SeenField[], records: number): Fields {
  const proposed = proposeFields(seen, records);
  return judgementFields(seen, proposed) ?? proposed;
}

/** The values of a field of some records. */
function valuesOf(records: readonly unknown[], path: string | undefined): unknown[] {
  return path === undefined ? [] : records.map((record) => valueAt(record, path));
}

const DAY = /^(\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2,4})([T ]00:00(:00(\.0+)?)?Z?)?$/u;

/** The fields with the time of day, where what tells the start holds nothing but days: the first with nothing but times of day. */
function withClock(fields: Fields, seen: readonly SeenField[]): Fields {
  const allAre = (isSuch: (text: string) => boolean, values: readonly unknown[]): boolean => {
    const filled = values.filter(isFilled);
    return filled.length > 0 && filled.every((value) => typeof value === 'string' && isSuch(value));
  };
  const days = seen.find(({ path }) => path === fields.start);
  if (!days || !allAre((text) => DAY.test(text.trim()), days.values)) return fields;
  const clock = seen.find(({ values }) => allAre(isTimeOfDay, values));
  if (!clock) return fields;
  const others = Object.entries(fields).filter(([, path]) => path !== clock.path);
  return { ...Object.fromEntries(others), clock: clock.path };
}

type Values = MappingProfile['values'];

/** The words of a profile for who speaks: those of the field, or what else told the speakers. */
function rolesOf(shape: Shape, fields: Fields, own: Values): { fields: Fields; values: Values } {
  const inside = shape.messagesPath === undefined ? shape.records : shape.messages;
  if (fields.role !== undefined || fields.kind !== undefined)
    return { fields, values: roleWordsOf(valuesOf(inside, fields.role), own) };
  const isExchange = fields.input !== undefined && fields.output !== undefined && fields.text === undefined;
  const speakers = isExchange ? null : speakersOf(shape.turns, fields.user);
  if (!speakers) return { fields, values: own };
  const { path, userRoles, assistantRoles } = speakers;
  // What says who speaks is no id of the user, but where it is compared with it.
  const { user, ...rest } = fields;
  return {
    fields: { ...(user === undefined || user === path ? rest : fields), role: path },
    values: {
      ...own,
      userRoles: [...own.userRoles, ...userRoles],
      assistantRoles: [...own.assistantRoles, ...assistantRoles],
    },
  };
}

/**
 * The fields of a sample, and a proposal of a profile for it. For conversations with a list of messages the fields of
 * the messages come first, by their path within a message; then those of the record.
 */
export function guessMapping(sample: Sample): { fields: FieldGuess[]; profile: MappingProfile } {
  const shape = shapeOf(sample.records, sample.records.length === 1 && !sample.isArray);
  const ofRecord = seenIn(shape.records);
  const ofMessage = seenIn(shape.messages);
  const told =
    shape.messagesPath === undefined
      ? fieldsOfTable(ofRecord, shape.records.length)
      : conversationFields(shape, ofRecord, ofMessage);
  const guesses = new Map<string, FieldGuess>();
  for (const seen of ofMessage) guesses.set(seen.path, describe(seen, shape.messages.length));
  for (const seen of ofRecord)
    if (!guesses.has(seen.path)) guesses.set(seen.path, describe(seen, shape.records.length));
  const { recordsPath, messagesPath, openingPath } = shape;
  const proposed = mappingProfileSchema.parse({ name: 'proposed', fields: {} });
  const timed = withClock(told, shape.messagesPath === undefined ? ofRecord : [...ofMessage, ...ofRecord]);
  const { fields, values } = rolesOf(shape, timed, proposed.values);
  return {
    fields: [...guesses.values()],
    profile: mappingProfileSchema.parse({
      name: sample.name.replace(/\.(jsonl?|ndjson|parquet|csv|tsv)(\.\w+)?$/, '').slice(0, 80) || 'mapping',
      ...(recordsPath === undefined ? {} : { recordsPath }),
      ...(messagesPath === undefined ? {} : { messagesPath }),
      ...(openingPath === undefined ? {} : { openingPath }),
      fields,
      timeUnit: unitOf(valuesOf([...shape.messages, ...shape.records], fields.start), fields.start),
      values,
    }),
  };
}
