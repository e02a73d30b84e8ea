/**
 * A record of an unknown export seen through a mapping profile: the value of a field by its name, wherever the profile
 * says it is. Reads values as they are; what they mean is said in mapped-values.ts.
 */
import type { MappingProfile } from '../model/source';
import type { SpanKind } from '../model/span';
import { valueAt } from './field-path';
import { asObject, parseMaybe } from './json';
import { kindOfWord, mappedStatus, plainText } from './mapped-values';
import { contentText } from './messages';

export type Field = keyof MappingProfile['fields'];

/** What is said of a whole conversation, whatever a message has under the same path: an id of a message is no session. */
const OF_RECORD: readonly Field[] = ['session', 'trace', 'user', 'feature', 'cohort', 'agentVersion'];

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
    if (own !== undefined && own !== null) return own;
    return field === 'model' ? this.outer?.get(field) : undefined;
  }

  has(field: Field): boolean {
    const value = this.get(field);
    return value !== undefined && value !== '';
  }

  text(field: Field): string | null {
    return plainText(this.get(field));
  }

  /** A message of this record; what it does not say of session, user and the like is taken from the record. */
  inner(message: unknown): Mapped {
    return new Mapped(this.fields, message, this);
  }
}

/** What a span without a text field can be read by. */
export function readable(kind: SpanKind, mapped: Mapped): string | null {
  const value =
    kind === 'user'
      ? (mapped.get('input') ?? mapped.get('output'))
      : (mapped.get('output') ?? mapped.get('error'));
  return value === undefined ? null : contentText(parseMaybe(value));
}

function kindRole(kind: SpanKind | null): string | null {
  return kind === 'llm' ? 'assistant' : kind;
}

/** The JSON pointer of a field path, for line numbers. */
export function pointerOf(path: string): string {
  return path === '' ? '' : `/${path.replace(/\[(\d+)\]/g, '/$1').replaceAll('.', '/')}`;
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
  const chat = messages.map((message, i) => {
    const inside = mapped[i];
    const role = inside?.text('role') ?? kindRole(kindOfWord(inside?.get('kind')));
    const content = inside?.get('text') ?? inside?.get('output') ?? inside?.get('input') ?? null;
    // A result is shown with its call: what its message says of an error has to come along.
    const isError = mappedStatus(inside?.get('status'), inside?.get('error'), values).status === 'error';
    return {
      ...asObject(message),
      role,
      content,
      is_error: isError,
      timestamp: null,
      created_at: null,
      time: null,
    };
  });
  return { chat, mapped };
}
