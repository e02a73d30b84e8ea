/**
 * The rows of a foreign table as JSON, written by DuckDB itself: each just as JSON.stringify writes the row that
 * foreign-parquet.ts hands over, so that SQL can read tables too. Owns how values of each type are written, and which values
 * are not for sure written so.
 */
import { DuckDBTimestampTZValue, DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';
import { isObject } from '../../shared/trace/json';

const SAME: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.BOOLEAN,
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.VARCHAR,
  DuckDBTypeId.SQLNULL,
]);
/** Written as the texts that DuckDB makes of them. */
const AS_TEXT: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.DECIMAL,
  DuckDBTypeId.ENUM,
  DuckDBTypeId.UUID,
]);
const TIMES: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.TIMESTAMP,
  DuckDBTypeId.TIMESTAMP_S,
  DuckDBTypeId.TIMESTAMP_MS,
  DuckDBTypeId.TIMESTAMP_NS,
  DuckDBTypeId.DATE,
]);

/** A name as SQL quotes it. */
export const quotedName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Years of four digits, which all write the same way; others end the attempt. */
function withinYears(value: string, written: string): string {
  return `CASE WHEN ${value} IS NULL THEN NULL WHEN ${value} BETWEEN '1000-01-01' AND '9999-12-30' THEN ${written} ELSE error('a time of an uncommon year') END`;
}

/** A time with a zone in the zone of this process. */
function zonedTime(value: string): string {
  const minutes = DuckDBTimestampTZValue.timezoneOffsetInMinutes;
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const two = (part: number): string => String(part).padStart(2, '0');
  const zone = `${minutes < 0 ? '-' : '+'}${two(hours)}${rest === 0 ? '' : `:${two(rest)}`}`;
  const micros = `epoch_us(${value}) + ${String(minutes * 60_000_000)}`;
  return withinYears(value, `make_timestamp(${micros})::VARCHAR || '${zone}'`);
}

/** A number as JavaScript writes it; what is none is a text. */
function double(value: string): string {
  return `CASE WHEN ${value} IS NULL THEN NULL WHEN isnan(${value}) THEN to_json('NaN') WHEN isinf(${value}) THEN to_json(CASE WHEN ${value} > 0 THEN 'Infinity' ELSE '-Infinity' END)
    WHEN abs(${value}) < 1e15 AND ${value} = trunc(${value}) THEN to_json(${value}::BIGINT) ELSE to_json(${value}::DOUBLE) END`;
}

function isJson({ typeId, alias }: DuckDBType): boolean {
  return typeId === DuckDBTypeId.VARCHAR && alias === 'JSON';
}

/**
 * A value of a column that is said to be JSON, as plainOf makes it of its text. What begins as a JSON text is nested no deeper, so
 * that it may go through DuckDB's reader.
 */
function jsonText(text: string): string {
  return `CASE WHEN ${text} = 'null' THEN NULL WHEN starts_with(${text}, '"') THEN CASE WHEN json_valid(${text}) THEN json_extract_string(${text}, '$') ELSE error('no JSON') END ELSE ${text} END`;
}

type Plain = (value: unknown) => unknown;

function plainJson(value: unknown): unknown {
  if (value === 'null') return null;
  if (typeof value !== 'string' || !value.startsWith('"')) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/**
 * What makes of a value of this type, as a row has it, what is meant: of JSON that is a text this text, of JSON that is null nothing;
 * other JSON stays as it is written. Null where nothing in the type is said to be JSON.
 */
export function plainOf(type: DuckDBType): Plain | null {
  if (isJson(type)) return plainJson;
  if (type.typeId === DuckDBTypeId.LIST) {
    const inner = plainOf(type.valueType);
    return inner && ((value) => (Array.isArray(value) ? value.map(inner) : value));
  }
  if (type.typeId === DuckDBTypeId.STRUCT)
    return plainMembers(type.entryNames.map((name, i) => [name, plainOf(type.entryTypes[i] ?? type)]));
  if (type.typeId !== DuckDBTypeId.MAP) return null;
  const pair = plainMembers([
    ['key', plainOf(type.keyType)],
    ['value', plainOf(type.valueType)],
  ]);
  return pair && ((value) => (Array.isArray(value) ? value.map(pair) : value));
}

/** As `plainOf`, of an object with these members. */
export function plainMembers(members: readonly (readonly [string, Plain | null])[]): Plain | null {
  const inner = members.flatMap(([name, plain]) => (plain ? [[name, plain] as const] : []));
  if (inner.length === 0) return null;
  return (value) =>
    isObject(value)
      ? { ...value, ...Object.fromEntries(inner.map(([name, plain]) => [name, plain(value[name])])) }
      : value;
}

/** SQL for a value of which `to_json` makes what the row has; null for a type that is not known for sure. */
function written(type: DuckDBType, value: string, depth = 0): string | null {
  const { typeId } = type;
  if (isJson(type)) return jsonText(`${value}::VARCHAR`);
  if (typeId === DuckDBTypeId.VARCHAR && type.alias !== undefined) return `${value}::VARCHAR`;
  if (SAME.has(typeId)) return value;
  // What 64 bits of nanoseconds can say has years of four digits.
  if (AS_TEXT.has(typeId) || typeId === DuckDBTypeId.TIMESTAMP_NS) return `${value}::VARCHAR`;
  if (TIMES.has(typeId)) return withinYears(value, `${value}::VARCHAR`);
  if (typeId === DuckDBTypeId.FLOAT || typeId === DuckDBTypeId.DOUBLE) return double(value);
  if (typeId === DuckDBTypeId.TIMESTAMP_TZ) return zonedTime(value);
  return nested(type, value, depth);
}

function nested(type: DuckDBType, value: string, depth: number): string | null {
  const item = `v${String(depth)}`;
  if (type.typeId === DuckDBTypeId.LIST) {
    const inner = written(type.valueType, item, depth + 1);
    if (inner === null || inner === item) return inner && value;
    return `list_transform(${value}, lambda ${item}: ${inner})`;
  }
  if (type.typeId === DuckDBTypeId.STRUCT) {
    const fields = type.entryNames.map((name, i) => ({
      name,
      type: type.entryTypes[i],
      value: `${value}.${quotedName(name)}`,
    }));
    const parts = packed(fields, depth);
    return parts && `CASE WHEN ${value} IS NOT NULL THEN ${parts} END`;
  }
  if (type.typeId !== DuckDBTypeId.MAP) return null;
  const pair = [
    { name: 'key', type: type.keyType, value: `${item}.key` },
    { name: 'value', type: type.valueType, value: `${item}.value` },
  ];
  const parts = packed(pair, depth + 1);
  return (
    parts &&
    `CASE WHEN ${value} IS NOT NULL THEN list_transform(map_entries(${value}), lambda ${item}: ${parts}) END`
  );
}

interface Field {
  name: string;
  /** Null for a text of SQL's own. */
  type: DuckDBType | null | undefined;
  value: string;
}

function packed(fields: readonly Field[], depth: number): string | null {
  const parts: string[] = [];
  for (const { name, type, value } of fields) {
    const part = type ? written(type, value, depth) : type === null ? value : null;
    if (part === null) return null;
    parts.push(`${quotedName(name)} := ${part}`);
  }
  return `struct_pack(${parts.join(', ')})`;
}

/** SQL for the JSON text of a row with these fields; null where one has a type that is not known for sure. */
export function rowJson(fields: readonly Field[]): string | null {
  const row = packed(fields, 0);
  return row && `to_json(${row})::VARCHAR`;
}

/** SQL for the JSON text of a value, NULL where there is none; null for a type that is not known for sure. */
export function valueJson(type: DuckDBType, value: string): string | null {
  const part = written(type, value);
  return part && `to_json(${part})::VARCHAR`;
}

const FLOATS: ReadonlySet<DuckDBTypeId> = new Set([DuckDBTypeId.FLOAT, DuckDBTypeId.DOUBLE]);

export const isFloat = ({ typeId }: DuckDBType): boolean => FLOATS.has(typeId);

/** Names that come first in an object of JavaScript, or are none of its own. */
const MOVED = /^(?:\d+|__proto__)$/;
export const isMoved = (name: string): boolean => MOVED.test(name);

/** Types within a type, itself first, with the names of its members. */
export function partsOf(type: DuckDBType): { types: DuckDBType[]; names: readonly string[] } {
  const inner =
    type.typeId === DuckDBTypeId.STRUCT
      ? type.entryTypes
      : type.typeId === DuckDBTypeId.LIST
        ? [type.valueType]
        : type.typeId === DuckDBTypeId.MAP
          ? [type.keyType, type.valueType]
          : [];
  const own = type.typeId === DuckDBTypeId.STRUCT ? type.entryNames : [];
  const below = inner.map(partsOf);
  return {
    types: [type, ...below.flatMap(({ types }) => types)],
    names: [...own, ...below.flatMap(({ names }) => names)],
  };
}

/** SQL for when a number with a fraction may be written otherwise than JavaScript does: beyond these bounds. */
export function floatDoubt(value: string): string {
  return `${value} IS NOT NULL AND NOT coalesce(${value} = 0 OR (abs(${value}) >= 1e-6 AND abs(${value}) < 1e15), false)`;
}

/** SQL for a single value as the text that the row has of it; null for types of several values, and those not known for sure. */
export function singleText(type: DuckDBType, value: string): string | null {
  const { typeId } = type;
  const isNested =
    typeId === DuckDBTypeId.LIST || typeId === DuckDBTypeId.STRUCT || typeId === DuckDBTypeId.MAP;
  const text = isNested ? null : written(type, value);
  return text && `(${text})::VARCHAR`;
}

/** SQL for a time as nanoseconds since the epoch, NULL beyond the years from 1970 to 2261; null for other types. */
export function instantOf({ typeId }: DuckDBType, value: string): string | null {
  if (!TIMES.has(typeId) && typeId !== DuckDBTypeId.TIMESTAMP_TZ) return null;
  const instant = typeId === DuckDBTypeId.DATE ? `${value}::TIMESTAMP` : value;
  return `CASE WHEN ${value} BETWEEN '1970-01-01' AND '2261-12-30' THEN epoch_ns(${instant}) END`;
}
