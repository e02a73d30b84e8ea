/**
 * What a record of a tracing back end turns out to be, and the encodings its exports share: maps written as text or as
 * pairs, attributes as columns, lengths beside starts. Owns no back end; those are in the files beside this one.
 */
import { newBag, textOf, type AttributeBag } from '../attribute-bag';
import type { GenAiLabel, SpanEvent, SpanSource } from '../genai-span';
import { asNumber, asText, get, isObject, parseMaybe, type JsonObject } from '../json';
import { otelId, otelStatus, otelTime } from '../otel-value';

/**
 * A record understood as a span, as a log record of one, as a label, as something left out, or as unusable with the reason. `at`: where
 * in the record it stands, as a JSON pointer.
 */
export type StoreItem = (
  | { span: SpanSource }
  | { log: { traceId: string; spanId: string; event: SpanEvent; resource: AttributeBag } }
  | { label: GenAiLabel }
  | { skip: string }
  | { reject: string }
) & { at?: string };

/** The items of a list under a key of a record, each with its place. */
export function listed(
  list: readonly unknown[],
  key: string,
  read: (one: JsonObject) => StoreItem[],
): StoreItem[] {
  return list.flatMap((one, i) =>
    (isObject(one) ? read(one) : [{ reject: 'not an object' }]).map((item) => ({
      ...item,
      at: `/${key}/${String(i)}`,
    })),
  );
}

/** One back end's way to write its records. */
export interface TraceStore {
  /** As the person knows it. */
  name: string;
  /** What gives its records away, for the screen. */
  mark: string;
  confidence: number;
  /** Whether a record, or the columns of a table with nulls for values, is of this back end. */
  knows(record: JsonObject): boolean;
  /** What a record is that stands among the spans and is none; null where it is not of this back end. */
  leavesOut?(record: JsonObject): string | null;
  /** The items of a record; more than one where it holds a whole trace. */
  read(record: JsonObject): StoreItem[];
}

/** Whether an object has all of these properties. */
export function has(record: JsonObject, ...keys: string[]): boolean {
  return keys.every((key) => Object.hasOwn(record, key));
}

const ENTRY = /'((?:[^'\\]|\\.)*)'\s*[:=]\s*(?:'((?:[^'\\]|\\.)*)'|([^,}]*))\s*[,}]/gy;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', 0: '\0' };

/** Text of a quoted value with its escapes undone. */
function unquoted(text: string): string {
  return text.replace(/\\(.)/gs, (_all, mark: string) => ESCAPES[mark] ?? mark);
}

/** `{'key':'value'}`, as ClickHouse writes a map in CSV; null for other texts. */
function quotedMap(text: string): AttributeBag | null {
  if (!text.startsWith("{'") || !text.endsWith('}')) return null;
  const bag = newBag();
  ENTRY.lastIndex = 1;
  for (let m = ENTRY.exec(text); m; m = ENTRY.exec(text)) {
    const [, key = '', quoted, bare = ''] = m;
    bag[unquoted(key)] = quoted === undefined ? bare.trim() : unquoted(quoted);
    while (text[ENTRY.lastIndex] === ' ') ENTRY.lastIndex += 1;
  }
  return bag;
}

/** A map column: an object, its text in JSON or in quotes, or the pairs that Parquet makes of it. Nulls are left out. */
export function mapOf(value: unknown): AttributeBag {
  const parsed = typeof value === 'string' ? (quotedMap(value.trim()) ?? parseMaybe(value)) : value;
  const bag = newBag();
  if (Array.isArray(parsed)) {
    for (const item of parsed as unknown[]) {
      const key = asText(get(item, 'key'));
      const inner = get(item, 'value');
      if (key !== null && inner !== null && inner !== undefined) bag[key] = inner;
    }
  } else if (isObject(parsed)) {
    for (const [key, inner] of Object.entries(parsed))
      if (inner !== null && inner !== undefined) bag[key] = inner;
  }
  return bag;
}

/** A record's other columns as attributes; `taken` are those that say something else. */
export function restOf(record: JsonObject, taken: ReadonlySet<string>): AttributeBag {
  const bag = newBag();
  for (const [key, value] of Object.entries(record))
    if (!taken.has(key) && value !== null && value !== undefined && value !== '') bag[key] = value;
  return bag;
}

/** Several bags as one; of a key the last counts. */
export function merged(...bags: AttributeBag[]): AttributeBag {
  return Object.assign(newBag(), ...bags) as AttributeBag;
}

export interface StoredSpan {
  traceId: unknown;
  spanId: unknown;
  parentSpanId?: unknown;
  name: unknown;
  /** Any time that says its unit by its size or form. */
  start: unknown;
  end?: unknown;
  /** Length in nanoseconds, where there is no end. */
  durationNs?: number | null;
  status?: unknown;
  statusMessage?: unknown;
  isError?: boolean;
  attributes: AttributeBag;
  resource?: AttributeBag;
  scope?: unknown;
  events?: SpanEvent[];
  raw: unknown;
}

/** A number of `unit` nanoseconds each, whole; null where there is none. */
export function lengthNs(value: unknown, unit: number): number | null {
  const n = asNumber(value);
  return n === null || n < 0 ? null : Math.round(n * unit);
}

/** `0x…` as some exporters write ids. */
function bareId(id: unknown): unknown {
  return typeof id === 'string' && id.startsWith('0x') ? id.slice(2) : id;
}

/** A stored span as what its attributes are read from; rejected where it has no id. */
export function storeSpan(stored: StoredSpan): StoreItem {
  const spanId = otelId(bareId(stored.spanId), 8);
  if (spanId === null) return { reject: 'span without an id' };
  const { attributes } = stored;
  const said = otelStatus(
    stored.status ?? textOf(attributes, ['otel.status_code', 'status.code']) ?? undefined,
  );
  const isError = stored.isError === true || said.status === 'error';
  const startNs = otelTime(stored.start, 'auto');
  const length = stored.durationNs ?? null;
  const endNs =
    otelTime(stored.end, 'auto') ?? (startNs !== null && length !== null ? startNs + BigInt(length) : null);
  return {
    span: {
      spanId,
      parentSpanId: otelId(bareId(stored.parentSpanId), 8),
      traceId: otelId(bareId(stored.traceId), 16),
      name: asText(stored.name) ?? '',
      startNs,
      endNs,
      status: isError ? 'error' : said.status,
      statusMessage:
        asText(stored.statusMessage) ?? said.message ?? textOf(attributes, ['otel.status_description']),
      attributes,
      resource: stored.resource ?? newBag(),
      scope: asText(stored.scope),
      events: stored.events ?? [],
      raw: stored.raw,
    },
  };
}

/** An event of a span. */
export function storeEvent(name: unknown, time: unknown, attributes: AttributeBag): SpanEvent {
  return { name: asText(name) ?? '', timeNs: otelTime(time, 'auto'), attributes };
}
