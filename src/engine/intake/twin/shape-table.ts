/**
 * The shapes of spans as a table for SQL: a row per shape with the places its columns come from. Owns the encoding of both
 * directions; what a shape means is src/shared/trace/span-shape.ts.
 */
import type { AttributeBag } from '../../../shared/trace/attribute-bag';
import {
  COUNT_FIELDS,
  DECIDING_KEYS,
  plainKey,
  meaningOfShape,
  type SourceOf,
  TEXT_FIELDS,
  type Origin,
  type ShapeMeaning,
  type SpanShape,
  type ValueTag,
} from '../../../shared/trace/span-shape';
import type { SpanStatus } from '../../../shared/model/span';

/** Shapes beyond which a file has no shapes to speak of. */
export const MAX_SHAPES = 20_000;

export interface Around {
  resource: AttributeBag;
  scope: string | null;
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Columns of table shape beside `shape` and `is_clear`, with their types. */
const COLUMNS: readonly (readonly [string, string])[] = [
  ['kind', 'VARCHAR'],
  ['meant_status', 'VARCHAR'],
  ...[...TEXT_FIELDS, 'session'].flatMap(
    (field) =>
      [
        [`${snake(field)}_at`, 'INTEGER'],
        [`${snake(field)}_is`, 'VARCHAR'],
      ] as const,
  ),
  ...COUNT_FIELDS.map((field) => [`${snake(field)}_at`, 'INTEGER'] as const),
  ['cost_at', 'INTEGER'],
  ['tags_at', 'INTEGER'],
  ['session_rank', 'INTEGER'],
  ['input_at', 'INTEGER'],
  ['input_tag', 'VARCHAR'],
  ['method_at', 'INTEGER'],
  ['lists_messages', 'BOOLEAN'],
  ['output_at', 'INTEGER'],
  ['output_tag', 'VARCHAR'],
  ['instructions_at', 'INTEGER'],
  ['instructions_tag', 'VARCHAR'],
  ['text_from', 'VARCHAR'],
  ['flags', 'INTEGER'],
  ['kept_at', 'INTEGER[]'],
  ['heads', 'VARCHAR[]'],
  ['tail', 'VARCHAR[]'],
];
/** What a shape says the place of, among the attributes of its spans; columns `<field>_at`. Tags only have a place among fields. */
export const SHAPE_FIELDS: readonly string[] = COLUMNS.flatMap(([name]) =>
  name.endsWith('_at') && name !== 'kept_at' && name !== 'tags_at' ? [name.slice(0, -3)] : [],
);

const ALL: readonly (readonly [string, string])[] = [
  ['shape', 'VARCHAR'],
  ['is_clear', 'BOOLEAN'],
  // The number that span-scanner.ts gave it, where it did.
  ['scan_no', 'INTEGER'],
  ...COLUMNS,
];

/** Each reader has its own: two that learn a shape at the same time would each add it, and its spans would be there twice. */
export const createShapes = `CREATE OR REPLACE TEMP TABLE shape (${ALL.map(([name, type]) => `"${name}" ${type}`).join(', ')})`;

const STRUCTURE = JSON.stringify([
  Object.fromEntries(ALL.map(([name, type]) => [name, type.endsWith('[]') ? [type.slice(0, -2)] : type])),
]);
/** Adds shapes; its one parameter is JSON text of a list of rows. */
export const addShapes = `INSERT INTO shape BY NAME SELECT unnest(from_json($1, '${STRUCTURE}'), max_depth := 2)`;

const DECIDING: ReadonlySet<string> = new Set(DECIDING_KEYS);

const PART = '\u001e';
const FIELD = '\u001f';

/** A shape as spans.sql writes it. */
function parseShape(
  text: string,
  aroundOf: (key: string) => Around | null,
  sourceOf: SourceOf | undefined,
): (SpanShape & { around: Around }) | null {
  const [
    around = '',
    status = 'unset',
    hasMessage,
    hasParent,
    type = '',
    name = '',
    keys = '',
    tags = '',
    said = '',
  ] = text.split(PART);
  const found = aroundOf(around);
  if (!found) return null;
  const names = tags === '' ? [] : keys.split(FIELD);
  // A key without a name, or there twice, is for the record function to judge.
  if (names.includes('') || new Set(names).size < names.length) return null;
  const values = said.split(FIELD).values();
  return {
    around: found,
    ...found,
    ...(sourceOf ? { sourceOf } : {}),
    name,
    status: status as SpanStatus,
    hasStatusMessage: hasMessage === 'true',
    hasParent: hasParent === 'true',
    type: type === '' ? null : type,
    attributes: names.map((key, i) => {
      // Only texts decide what a span is; span-shape.ts refuses others.
      const value = DECIDING.has(plainKey(key))
        ? (JSON.parse(values.next().value ?? 'null') as unknown)
        : null;
      return { key, tag: (tags[i] ?? 'x') as ValueTag, said: typeof value === 'string' ? value : null };
    }),
  };
}

/** SQL counts from 1. */
const place = (index: number | null | undefined): number | null =>
  index === null || index === undefined ? null : index + 1;

function originCells(field: string, origin: Origin | null | undefined): Record<string, unknown> {
  return {
    [`${snake(field)}_at`]: origin && 'at' in origin ? place(origin.at) : null,
    [`${snake(field)}_is`]: origin && 'is' in origin ? origin.is : null,
  };
}

/** Of a span with `flags`, by the bit: its columns in view twin_span. The rank of a session comes behind them, from 1. */
const FLAGS = ['may_ask', 'has_sums', 'has_tokens', 'is_silent', 'has_user', 'starts_twice', 'calls_tools'];

/** What SQL settles spans of a file by, once all are there: their columns, with what `twin_flags` holds of them. */
export const flagColumns = [
  ...FLAGS.map((name, bit) => `(twin_flags & ${String(1 << bit)}) > 0 AS ${name}`),
  `nullif(twin_flags >> ${String(FLAGS.length)}, 0) - 1 AS session_rank`,
].join(', ');

/** What the flags of all spans of a shape have; what is said in messages is added to it. */
function flagsOf({ mayAsk, counts, costAt, sessionRank }: ShapeMeaning): number {
  const isThere = (at: number | null | undefined): boolean => at !== null && at !== undefined;
  const hasTokens = isThere(counts.inputTokens) || isThere(counts.outputTokens);
  const hasSums = isThere(costAt) || COUNT_FIELDS.some((field) => isThere(counts[field]));
  const rank = sessionRank === null ? 0 : sessionRank + 1;
  return (mayAsk ? 1 : 0) | (hasSums ? 2 : 0) | (hasTokens ? 4 : 0) | (rank << FLAGS.length);
}

/** The row of a shape; nothing is clear where what is around its spans is for the record function. */
export function shapeRow(
  text: string,
  aroundOf: (key: string) => Around | null,
  sourceOf?: SourceOf,
): Record<string, unknown> {
  const shape = parseShape(text, aroundOf, sourceOf);
  const meaning = shape && meaningOfShape(shape);
  if (!meaning) return { shape: text, is_clear: false };
  const tagAt = (at: number | null): string | null =>
    at === null ? null : (shape.attributes[at]?.tag ?? null);
  const { resource, scope } = shape.around;
  const kept = shape.attributes.flatMap(({ key }, at) => (meaning.kept[at] === true ? [{ key, at }] : []));
  return {
    shape: text,
    is_clear: true,
    kind: meaning.kind,
    meant_status: meaning.status,
    ...Object.fromEntries(
      TEXT_FIELDS.flatMap((field) => Object.entries(originCells(field, meaning.texts[field]))),
    ),
    ...originCells('session', meaning.session),
    ...Object.fromEntries(COUNT_FIELDS.map((field) => [`${snake(field)}_at`, place(meaning.counts[field])])),
    cost_at: place(meaning.costAt),
    tags_at: place(meaning.tagsAt),
    session_rank: meaning.sessionRank,
    input_at: place(meaning.inputAt),
    input_tag: tagAt(meaning.inputAt),
    method_at: place(meaning.methodAt),
    lists_messages: meaning.listsMessages,
    output_at: place(meaning.outputAt),
    output_tag: tagAt(meaning.outputAt),
    instructions_at: place(meaning.instructionsAt),
    instructions_tag: tagAt(meaning.instructionsAt),
    text_from: meaning.text,
    flags: flagsOf(meaning),
    kept_at: kept.map(({ at }) => place(at)),
    heads: kept.map(({ key }) => `${JSON.stringify(key)}:`),
    tail: [
      ...(Object.keys(resource).length > 0 ? [`"resource":${JSON.stringify(resource)}`] : []),
      ...(scope === null ? [] : [`"scope":${JSON.stringify(scope)}`]),
    ],
  };
}
