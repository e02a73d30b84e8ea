/**
 * Values of tables as SQL: their texts, times and JSON, and when one of these is not for sure what the record function has. Needs
 * the macros of ../mapped/mapped.sql.
 */
import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';
import { floatDoubt, instantOf, isFloat, isMoved, partsOf, quotedName, valueJson } from '../parquet-lines';

/** A value in SQL. */
export interface SqlValue {
  name: string;
  type: DuckDBType;
  value: string;
}

/** SQL for something made of values, and conditions under which it is not for sure that. */
export interface Sure {
  sql: string;
  doubts: readonly string[];
}

const WHOLE: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
]);

const isThere = ({ value }: SqlValue): string => `${value} IS NOT NULL`;

export const isText = ({ typeId }: DuckDBType): boolean => typeId === DuckDBTypeId.VARCHAR;

function first(values: readonly SqlValue[], isKnown: (type: DuckDBType) => boolean): Sure {
  const known = values.filter(({ type }) => isKnown(type));
  return {
    sql:
      known.length === 0 ? 'NULL' : `coalesce(${known.map(({ value }) => `${value}::VARCHAR`).join(', ')})`,
    doubts: values.filter(({ type }) => !isKnown(type)).map(isThere),
  };
}

/** The first of texts that has a value; other values are in doubt. */
export function firstText(values: readonly SqlValue[]): Sure {
  return first(values, isText);
}

/** The first of texts and whole numbers that has a value, as an id is written. */
export function firstId(values: readonly SqlValue[]): Sure {
  return first(values, (type) => isText(type) || WHOLE.has(type.typeId));
}

/** The first of times that has a value, in nanoseconds since the epoch. */
export function firstTime(values: readonly SqlValue[]): Sure {
  if (values.length === 0) return { sql: 'NULL::BIGINT', doubts: [] };
  const sql = `CASE ${values.map((one) => `WHEN ${isThere(one)} THEN ${timeNs(one)}`).join(' ')} END`;
  return { sql, doubts: [`(${values.map(isThere).join(' OR ')}) AND ${sql} IS NULL`] };
}

function timeNs({ type, value }: SqlValue): string {
  const instant = instantOf(type, value);
  if (instant !== null) return `sound_ns(${instant})`;
  if (isFloat(type)) return `sound_ns(double_ns(${value}::DOUBLE, NULL::VARCHAR))`;
  return isText(type) || WHOLE.has(type.typeId)
    ? `sound_ns(time_ns(${value}::VARCHAR, NULL::VARCHAR))`
    : 'NULL::BIGINT';
}

/** A value as JSON.stringify writes it; null for types that are not known for sure. */
export function jsonOf({ name, type, value }: SqlValue): Sure | null {
  if ([name, ...partsOf(type).names].some(isMoved)) return null;
  const sql = valueJson(type, value);
  return sql === null ? null : { sql, doubts: numberDoubts({ name, type, value }) };
}

function numberDoubts(one: SqlValue): string[] {
  if (isFloat(one.type)) return [floatDoubt(one.value)];
  if (one.type.typeId === DuckDBTypeId.STRUCT) return membersOf(one).flatMap(numberDoubts);
  return partsOf(one.type).types.some(isFloat) ? [isThere(one)] : [];
}

/** The members of a struct. */
export function membersOf({ type, value }: SqlValue): SqlValue[] {
  if (type.typeId !== DuckDBTypeId.STRUCT) return [];
  return type.entryNames.flatMap((name, i) => {
    const inner = type.entryTypes[i];
    return inner ? [{ name, type: inner, value: `${value}.${quotedName(name)}` }] : [];
  });
}
