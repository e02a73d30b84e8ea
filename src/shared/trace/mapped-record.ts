/**
 * A record of an unknown export seen through a mapping profile: the value of a field by its name, wherever the profile
 * says it is. Reads values as they are; what they mean is said in mapped-values.ts.
 */
import type { MappingProfile } from '../model/source';
import type { SpanKind } from '../model/span';
import { valueAt } from './field-path';
import { asObject, parseMaybe } from './json';
import { plainTextOf } from './html-text';
import { kindOfWord, mappedStatus, plainText, spokenKind } from './mapped-values';
import { contentText } from './messages';

export type Field = keyof MappingProfile['fields'];

/** What is said of a whole conversation, whatever a message has under the same path: an id of a message is no session. */
const OF_RECORD: readonly Field[] = [
  'rating',
  'comment',
  'annotator',
  'session',
  'trace',
  'user',
  'feature',
  'cohort',
  'agentVersion',
];

/** A record, or a message within one, seen through the profile. */
export class Mapped {
  constructor(
    private readonly fields: MappingProfile['fields'],
    private readonly value: unknown,
    private readonly outer: Mapped | null = null,
  ) {}

  get(field: Field): unknown {
    const outer = this.outer && OF_RECORD.includes(field) ? this.outer.get(field) : undefined;
    if (outer !== undefined) return outer;
    const path = this.fields[field];
    const own = path === undefined ? undefined : valueAt(this.value, path);
    if (own !== undefined && own !== null) return field === 'start' ? this.withClock(own) : own;
    return field === 'model' ? this.outer?.get(field) : undefined;
  }

  /** A day with the time of day that stands in a field of its own, where there is one. */
  private withClock(day: unknown): unknown {
    const [date, clock] = [plainText(day), this.fields.clock === undefined ? null : this.text('clock')];
    if (date === null || clock === null) return day;
    // A table's own days come with a midnight that nobody wrote.
    return `${date.replace(/[T ]00:00(:00(\.0+)?)?Z?$/u, '')} ${ofTwentyFourHours(clock)}`;
  }

  has(field: Field): boolean {
    const value = this.get(field);
    return value !== undefined && value !== '';
  }

  text(field: Field): string | null {
    return plainText(this.get(field));
  }

  /** Whether the record itself has something under one of these keys. */
  holdsAny(keys: readonly string[]): boolean {
    return keys.some((key) => (asObject(this.value)?.[key] ?? null) !== null);
  }

  /** A message of this record; what it does not say of session, user and the like is taken from the record. */
  inner(message: unknown): Mapped {
    return new Mapped(this.fields, message, this);
  }
}

/** Hour, minute, second and its fraction, and the half of the day. */
const TIME_OF_DAY = /^(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:[.,](\d+))?)?(?: ?([ap])\.?m\.?)?$/iu;

/** Whether a text is a time of day and nothing else, such as `17:30`, `9h05` or `5:30 PM`. */
export function isTimeOfDay(text: string): boolean {
  return TIME_OF_DAY.test(text.trim());
}

/** `5:30 PM`, `9h05` and `17.30` as `17:30`, `09:05` and `17:30`; what is no time of day as it is. */
function ofTwentyFourHours(clock: string): string {
  const parts = TIME_OF_DAY.exec(clock.trim()) ?? [];
  const [, hour, minute, second, fraction, half] = parts;
  if (hour === undefined || minute === undefined) return clock;
  const hours =
    half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  const seconds = second === undefined ? '' : `:${second}${fraction === undefined ? '' : `.${fraction}`}`;
  return `${String(hours).padStart(2, '0')}:${minute}${seconds}`;
}

/** What a span without a text field can be read by. */
export function readable(kind: SpanKind, mapped: Mapped): string | null {
  const value =
    kind === 'user'
      ? (mapped.get('input') ?? mapped.get('output'))
      : (mapped.get('output') ?? mapped.get('error'));
  return value === undefined ? null : contentText(parseMaybe(value));
}

/** The role that a kind of span has in a chat. */
function kindRole(kind: SpanKind | null): string | null {
  return kind === 'llm' ? 'assistant' : kind;
}

/** The JSON pointer of a field path, for line numbers. */
export function pointerOf(path: string): string {
  return path === '' ? '' : `/${path.replace(/\[(\d+)\]/g, '/$1').replaceAll('.', '/')}`;
}

/**
 * The records at a path of a document, each with its key or place there: the elements of a list; for a path that ends with
 * `*` the values of an object, which get their `key`, and lists among them become `messages`. Null where there are none.
 */
export function recordsAt(document: unknown, path: string): { key: string; record: unknown }[] | null {
  const isKeyed = path === '*' || path.endsWith('.*');
  const outer = path.replace(/\.?\*$/, '');
  const found = parseMaybe(outer === '' ? document : valueAt(document, outer));
  if (!isKeyed)
    return Array.isArray(found) ? found.map((record: unknown, i) => ({ key: String(i), record })) : null;
  const object = asObject(found);
  return object
    ? Object.entries(object).map(([key, value]) => ({
        key,
        record: asObject(value) ? { key, ...asObject(value) } : { key, messages: value },
      }))
    : null;
}

/** What a message holds beside words: a message of none of it and no words says nothing. */
const HOLDS = [
  'tool_calls',
  'toolCalls',
  'function_call',
  'tool_call_id',
  'refusal',
  'audio',
  'reasoning_content',
];

function roleOf(
  message: Mapped,
  values: MappingProfile['values'],
  first: string | null,
  content: unknown,
): string | null {
  const said = message.text('role');
  const kind =
    spokenKind(said, values, { user: message.text('user'), first }) ?? kindOfWord(message.get('kind'));
  const isEmpty = content === null || content === '';
  if (isEmpty && (kind === 'user' || kind === 'llm') && !message.holdsAny(HOLDS))
    return 'message without words';
  return kindRole(kind) ?? said ?? message.text('kind');
}

/**
 * The messages of a conversation in the chat shape, and each seen through the profile. Times are left out: only the
 * profile says where they are.
 */
export function chatMessages(
  messages: readonly unknown[],
  record: Mapped,
  values: MappingProfile['values'],
): { chat: unknown[]; mapped: Mapped[] } {
  const mapped = messages.map((message) => record.inner(message));
  const first = mapped.map((inside) => inside.text('role')).find((role) => role !== null) ?? null;
  const chat = mapped.map((inside, i) => {
    const said = inside.get('text') ?? inside.get('output') ?? inside.get('input') ?? null;
    const content = typeof said === 'string' ? plainTextOf(said) : said;
    // A result is shown with its call: what its message says of an error has to come along.
    const isError = mappedStatus(inside.get('status'), inside.get('error'), values).status === 'error';
    return {
      ...asObject(messages[i]),
      role: roleOf(inside, values, first, content),
      content,
      is_error: isError,
      timestamp: null,
      created_at: null,
      time: null,
    };
  });
  return { chat, mapped };
}
