/** Frames of rows that libraries write as one JSON value instead of a list of records: by columns, by index, split, with a schema. */
import { asArray, asText, get, isObject, type JsonObject } from '../../shared/trace/json';

/** Row numbers, or the span ids that frames of spans are indexed by. */
const INDEX = /^(\d{1,9}|[0-9a-f]{16})$/;

function areIndexes(keys: readonly string[]): boolean {
  return keys.length > 0 && keys.every((key) => INDEX.test(key));
}

/** `{column: {index: value}}`: every column has the same indexes. */
function byColumns(value: JsonObject): JsonObject[] | null {
  const columns = Object.entries(value);
  const first = columns[0]?.[1];
  if (columns.length < 2 || !isObject(first)) return null;
  const indexes = Object.keys(first);
  if (!areIndexes(indexes)) return null;
  const isFrame = columns.every(
    ([, cells]) =>
      isObject(cells) &&
      Object.keys(cells).length === indexes.length &&
      indexes.every((key) => Object.hasOwn(cells, key)),
  );
  if (!isFrame) return null;
  return indexes.map((key) => Object.fromEntries(columns.map(([name, cells]) => [name, get(cells, key)])));
}

/** `{index: {column: value}}`. */
function byIndex(value: JsonObject): JsonObject[] | null {
  const rows = Object.values(value);
  if (!areIndexes(Object.keys(value)) || !rows.every(isObject)) return null;
  return rows.some((row) => areIndexes(Object.keys(row))) ? null : rows;
}

/** `{columns: […], index: […], data: [[…]]}`; tables of Weights & Biases have no index. */
function split(value: JsonObject): JsonObject[] | null {
  const names = asArray(get(value, 'columns')).map(asText);
  const rows = asArray(get(value, 'data'));
  if (names.length === 0 || names.includes(null) || rows.length === 0) return null;
  if (!rows.every((row) => Array.isArray(row))) return null;
  // What has no index may be anything: every row of a frame has a value for each name.
  const isFrame =
    Array.isArray(get(value, 'index')) || rows.every((row) => asArray(row).length === names.length);
  if (!isFrame) return null;
  return rows.map((row) =>
    Object.fromEntries(names.map((name, i): [string, unknown] => [name ?? '', asArray(row)[i]])),
  );
}

/** `{schema: {fields: […]}, data: [{…}]}`. */
function withSchema(value: JsonObject): readonly JsonObject[] | null {
  const rows = asArray(get(value, 'data'));
  return Array.isArray(get(get(value, 'schema'), 'fields')) && rows.length > 0 && rows.every(isObject)
    ? rows
    : null;
}

/** The rows of a frame written as one JSON value, in its order; null for any other value. */
export function frameRows(value: unknown): readonly JsonObject[] | null {
  if (!isObject(value)) return null;
  return split(value) ?? withSchema(value) ?? byIndex(value) ?? byColumns(value);
}
