/**
 * Finding the records inside what a back end's API or console wraps around them: lists, hits of a search, tables of
 * columns and rows, log events whose text is the record. Knows no back end by itself.
 */
import { asArray, asText, get, isObject, parseMaybe, type JsonObject } from '../json';
import { CLOUD_STORES } from './cloud-stores';
import { HOSTED_STORES } from './hosted-stores';
import { GATEWAYS } from './gateways';
import { OPEN_STORES } from './open-stores';
import { PLATFORM_EVENTS } from './platform-events';
import { PLATFORM_LOGS } from './platform-logs';
import { SDK_STORES } from './sdk-stores';
import type { TraceStore } from './store-record';

const STORES: readonly TraceStore[] = [
  ...OPEN_STORES,
  ...HOSTED_STORES,
  ...CLOUD_STORES,
  ...PLATFORM_LOGS,
  ...PLATFORM_EVENTS,
  ...GATEWAYS,
  ...SDK_STORES,
];

/** Names under which lists of records, or what holds them, are given out. */
const WRAPPERS = [
  'data', 'results', 'hits', 'traces', 'Traces', 'events', 'rows', 'spans', 'entries', 'items', 'records', 'tables', '_source', 'result', 'value', 'content',
]; // prettier-ignore
const MESSAGES = ['@message', 'message'];
const MAX_DEPTH = 6;

/** A record with its back end, or one that no back end wrote (`store` is null). */
export interface Unfolded {
  record: unknown;
  store: TraceStore | null;
  /** Where it is inside the value, as a JSON pointer; '' for the value itself. */
  pointer: string;
}

/** The back end that a record, or a table's columns with nulls for values, is of. */
export function storeOf(record: unknown): TraceStore | null {
  return isObject(record) ? (STORES.find((store) => store.knows(record)) ?? null) : null;
}

/** Why a record that is no span is left out: another record of a back end that also keeps spans. Null where it is none. */
export function leftOut(record: unknown): string | null {
  if (!isObject(record)) return null;
  for (const store of STORES) {
    const why = store.leavesOut?.(record);
    if (why !== undefined && why !== null) return why;
  }
  return null;
}

/** `[{field, value}]`, a row of CloudWatch Logs Insights, as an object; null for other lists. */
function insightsRow(list: readonly unknown[]): JsonObject | null {
  if (list.length === 0 || !list.every((one) => typeof get(one, 'field') === 'string')) return null;
  return Object.fromEntries(list.map((one) => [asText(get(one, 'field')) ?? '', get(one, 'value')]));
}

/** Rows of a table written as columns and values (Azure `rows`, Logfire `values`); null where it is none. */
function tableRows(value: JsonObject): JsonObject[] | null {
  const columns = asArray(get(value, 'columns'));
  const names = columns.map((column) => asText(column) ?? asText(get(column, 'name')));
  if (names.length === 0 || names.includes(null)) return null;
  const rows = asArray(get(value, 'rows') ?? get(value, 'results'));
  if (rows.length > 0 && rows.every(Array.isArray))
    return rows.map((row) =>
      Object.fromEntries(names.map((name, i): [string, unknown] => [name ?? '', asArray(row)[i]])),
    );
  const values = columns.map((column) => get(column, 'values'));
  if (!values.every(Array.isArray)) return null;
  const length = Math.max(...values.map((list: unknown[]) => list.length));
  return Array.from({ length }, (_none, row) =>
    Object.fromEntries(names.map((name, i): [string, unknown] => [name ?? '', asArray(values[i])[row]])),
  );
}

/** The text of a log event as the record it holds, also behind the time it was written at; undefined where it holds none. */
function loggedRecord(value: JsonObject): unknown {
  for (const key of MESSAGES) {
    const text = asText(get(value, key));
    const start = text?.indexOf('{') ?? -1;
    if (text === null || start < 0 || start > 64) continue;
    const parsed = parseMaybe(text.slice(start));
    if (isObject(parsed)) return parsed;
  }
  return undefined;
}

/** All records inside a value, in their order. */
export function* unfold(value: unknown, pointer = '', depth = 0): Generator<Unfolded, void> {
  const store = storeOf(value);
  if (store || depth > MAX_DEPTH) {
    yield { record: value, store, pointer };
    return;
  }
  if (Array.isArray(value)) {
    const row = insightsRow(value);
    if (row) yield* unfold(row, pointer, depth + 1);
    else for (const [i, item] of value.entries()) yield* unfold(item, `${pointer}/${String(i)}`, depth + 1);
    return;
  }
  if (isObject(value)) {
    const rows = tableRows(value);
    if (rows) {
      for (const row of rows) yield* unfold(row, pointer, depth + 1);
      return;
    }
    const logged = loggedRecord(value);
    if (logged !== undefined) return yield* unfold(logged, pointer, depth + 1);
    const wrapper = WRAPPERS.find((key) => typeof get(value, key) === 'object' && get(value, key) !== null);
    if (wrapper !== undefined) return yield* unfold(get(value, wrapper), `${pointer}/${wrapper}`, depth + 1);
  }
  yield { record: value, store: null, pointer };
}
