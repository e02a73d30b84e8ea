/**
 * Values on their way into and out of DuckDB. Owns how SQL types look in JavaScript; runs no statement.
 *
 * In: strings, numbers, bigints, booleans, null, bytes and flat lists of these.
 * Out: BIGINT and wider come as a number where that is exact, else as a string of digits; DECIMAL as a number;
 * lists as arrays, structs as objects, maps as [{key, value}], blobs as Uint8Array; dates, times, intervals and UUIDs as text.
 */
import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DOUBLE,
  DuckDBArrayValue,
  DuckDBBlobValue,
  type DuckDBDataChunk,
  DuckDBDecimalValue,
  DuckDBListType,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
  HUGEINT,
  INTEGER,
  LIST,
  listValue,
  SQLNULL,
  VARCHAR,
} from '@duckdb/node-api';

type Scalar = string | number | bigint | boolean | null;
export type SqlValue = Scalar | Uint8Array | readonly Scalar[];
/** Values for `?` or `$1` by position, or for `$name` by name. */
export type Params = readonly SqlValue[] | Readonly<Record<string, SqlValue>>;
export type Row = Record<string, unknown>;

export interface BoundValue {
  value: DuckDBValue;
  type: DuckDBType;
}

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;

/** A parameter with the DuckDB type it is bound as. An empty list, or one of nulls alone, is bound as VARCHAR[]. */
export function toBoundValue(value: SqlValue): BoundValue {
  if (value instanceof Uint8Array) return { value: new DuckDBBlobValue(value), type: BLOB };
  if (isList(value)) {
    const type = commonType(value);
    return {
      value: listValue(value.map((item) => (item === null ? null : toColumnValue(item, type)))),
      type: LIST(type),
    };
  }
  return { value, type: scalarType(value) };
}

function isList(value: SqlValue): value is readonly Scalar[] {
  return Array.isArray(value);
}

function scalarType(value: Scalar): DuckDBType {
  if (value === null) return SQLNULL;
  if (typeof value === 'string') return VARCHAR;
  if (typeof value === 'boolean') return BOOLEAN;
  if (typeof value === 'bigint') return value >= INT64_MIN && value <= INT64_MAX ? BIGINT : HUGEINT;
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) return DOUBLE;
  return value >= INT32_MIN && value <= INT32_MAX ? INTEGER : BIGINT;
}

/** The type that holds every item: text, else truth values, else the widest number. */
function commonType(items: readonly Scalar[]): DuckDBType {
  const types = new Set(items.filter((item) => item !== null).map((item) => scalarType(item)));
  if (types.size === 0) return VARCHAR;
  if (types.has(VARCHAR) || types.has(BOOLEAN)) {
    const [only] = types;
    if (types.size === 1 && only) return only;
    throw new TypeError('A list bound to a statement mixes text, truth values or numbers.');
  }
  if (types.has(DOUBLE)) return DOUBLE;
  return types.has(HUGEINT) ? HUGEINT : BIGINT;
}

const writtenLists = new WeakMap<readonly string[], string>();

/**
 * Texts as one text that DuckDB reads as a list where the statement casts it (`$1::VARCHAR[]`). For lists that may have thousands
 * of texts: binding them one by one holds this thread up for two microseconds each, every time. The list must not be changed later.
 */
export function textList(texts: readonly string[]): string {
  let written = writtenLists.get(texts);
  if (written === undefined) {
    // Few ids have anything to escape; a joined text is looked through faster than each of its parts.
    const isPlain = !/[\\"]/.test(texts.join(''));
    const safe = isPlain ? texts : texts.map((text) => text.replace(/[\\"]/g, '\\$&'));
    written = texts.length === 0 ? '[]' : `["${safe.join('","')}"]`;
    writtenLists.set(texts, written);
  }
  return written;
}

/** How a value fits a column of each type that can be appended to; undefined where it does not. */
const COLUMN_VALUES: Partial<
  Record<DuckDBTypeId, (value: unknown, type: DuckDBType) => DuckDBValue | undefined>
> = {
  [DuckDBTypeId.VARCHAR]: (value) => (typeof value === 'string' ? value : undefined),
  [DuckDBTypeId.BOOLEAN]: (value) => (typeof value === 'boolean' ? value : undefined),
  [DuckDBTypeId.DOUBLE]: (value) =>
    typeof value === 'bigint' ? Number(value) : typeof value === 'number' ? value : undefined,
  [DuckDBTypeId.INTEGER]: (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= INT32_MIN && value <= INT32_MAX
      ? value
      : undefined,
  [DuckDBTypeId.BIGINT]: (value) => {
    const whole = toBigInt(value);
    return whole !== undefined && whole >= INT64_MIN && whole <= INT64_MAX ? whole : undefined;
  },
  [DuckDBTypeId.HUGEINT]: toBigInt,
  [DuckDBTypeId.LIST]: (value, type) =>
    Array.isArray(value) && type instanceof DuckDBListType
      ? listValue(value.map((item) => toColumnValue(item, type.valueType)))
      : undefined,
};

/** A value for a column of a table, checked against the column's type: nothing is cut, rounded or guessed. */
export function toColumnValue(value: unknown, type: DuckDBType): DuckDBValue {
  if (value === null || value === undefined) return null;
  const fit = COLUMN_VALUES[type.typeId];
  if (!fit) throw new TypeError(`Columns of type ${type.toString()} cannot be appended to.`);
  const fitting = fit(value, type);
  if (fitting === undefined) {
    throw new TypeError(`A value of kind ${kindOf(value)} does not fit a column of type ${type.toString()}.`);
  }
  return fitting;
}

function toBigInt(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  if (typeof value === 'string' && /^-?\d{1,38}$/.test(value)) return BigInt(value);
  return undefined;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  return typeof value === 'number' ? `number (${value})` : typeof value;
}

/** A value as DuckDB hands it out, as plain JavaScript; see the top of this file for what becomes what. */
export function fromDuckDBValue(value: DuckDBValue): unknown {
  if (typeof value === 'bigint') {
    const narrow = Number(value);
    return Number.isSafeInteger(narrow) ? narrow : String(value);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue)
    return value.items.map(fromDuckDBValue);
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(
      Object.entries(value.entries).map(([key, entry]) => [key, fromDuckDBValue(entry)]),
    );
  }
  if (value instanceof DuckDBMapValue) {
    return value.entries.map((entry) => ({
      key: fromDuckDBValue(entry.key),
      value: fromDuckDBValue(entry.value),
    }));
  }
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  if (value instanceof DuckDBBlobValue) return new Uint8Array(value.bytes);
  return value.toString();
}

/** The rows of a chunk as objects. A column called `__proto__` becomes a property like any other. */
export function rowsOfChunk(chunk: DuckDBDataChunk, names: readonly string[]): Row[] {
  const rows: Row[] = Array.from({ length: chunk.rowCount }, () => ({}));
  names.forEach((name, columnIndex) => {
    const isRisky = name === '__proto__';
    chunk.getColumnValues(columnIndex).forEach((raw, rowIndex) => {
      const row = rows[rowIndex];
      if (!row) return;
      const value = fromDuckDBValue(raw);
      if (isRisky)
        Object.defineProperty(row, name, { value, enumerable: true, configurable: true, writable: true });
      else row[name] = value;
    });
  });
  return rows;
}
