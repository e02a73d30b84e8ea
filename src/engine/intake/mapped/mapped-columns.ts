/**
 * Where the fields of a mapping profile are in a table, as SQL over its columns. Owns which tables and profiles SQL may read:
 * a field is a column, or a member of a struct, whose values are single ones; everything else is for the record function.
 */
import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';
import type { MappingProfile } from '../../../shared/model/source';
import { roleKey } from '../../../shared/trace/chat-spans';
import type { Field } from '../../../shared/trace/mapped-record';
import { FIRST_SPEAKER, THE_USER } from '../../../shared/trace/role-words.data';
import type { Partitions } from '../hive-partition';
import {
  floatDoubt,
  instantOf,
  isFloat,
  isMoved,
  partsOf,
  quotedName,
  rowJson,
  singleText,
} from '../parquet-lines';
import { quote } from '../staging';

export interface Column {
  name: string;
  type: DuckDBType;
  /** SQL for its value in row `t`. */
  value: string;
}

/** A field as SQL. */
export interface MappedColumn {
  /** Its value as text, NULL where it has none. */
  words: string;
  /** Its value where it is a number with a fraction. */
  number: string | null;
  /** Nanoseconds since the epoch where it is a time by its type. */
  instant: string | null;
  /** When its text is not for sure what the record function has; null: never. */
  doubt: string | null;
}

/** A table seen through a profile. */
export interface MappedColumns {
  fields: ReadonlyMap<Field, MappedColumn>;
  /** JSON text of the row as JSON.stringify writes the record. */
  raw: string;
  /** When it is not for sure that; null: never. */
  rawDoubt: string | null;
  /** Numbers with a fraction are within lists and structs, where the JSON text itself has to tell whether it is sure. */
  hasInnerNumbers: boolean;
}

function single({ type, value }: Column): MappedColumn | null {
  const words = singleText(type, value);
  if (words === null) return null;
  return {
    words,
    number: isFloat(type) ? `${value}::DOUBLE` : null,
    instant: instantOf(type, value),
    doubt: isFloat(type) ? floatDoubt(value) : null,
  };
}

/** The value that steps lead to from columns or members; null where they lead nowhere, or it depends on the row where. */
function follow(columns: readonly Column[], steps: readonly string[]): Column | null {
  const fits = steps.flatMap((_, i) => {
    const name = steps.slice(0, i + 1).join('.');
    const column = columns.find((one) => one.name === name);
    return column ? [{ column, rest: steps.slice(i + 1) }] : [];
  });
  const [fit] = fits;
  if (!fit || fits.length > 1) return null;
  const { column, rest } = fit;
  if (rest.length === 0) return column;
  const { type } = column;
  if (type.typeId !== DuckDBTypeId.STRUCT) return null;
  const members = type.entryNames.map((name, i) => ({
    name,
    type: type.entryTypes[i] as DuckDBType,
    value: `${column.value}.${quotedName(name)}`,
  }));
  return follow(members, rest);
}

function rawOf(columns: readonly Column[], partitions: Partitions): Omit<MappedColumns, 'fields'> | null {
  const own = new Map(columns.map((column) => [column.name, column]));
  const order = [...new Set([...Object.keys(partitions), ...own.keys()])];
  const inside = columns.map(({ type }) => partsOf(type));
  if ([...order, ...inside.flatMap(({ names }) => names)].some(isMoved)) return null;
  const raw = rowJson(
    order.map((name) => own.get(name) ?? { name, type: null, value: partitionSql(partitions[name] ?? null) }),
  );
  if (raw === null) return null;
  const doubts = columns.flatMap(({ type, value }) => (isFloat(type) ? [`(${floatDoubt(value)})`] : []));
  return {
    raw,
    rawDoubt: doubts.length > 0 ? doubts.join(' OR ') : null,
    hasInnerNumbers: inside.some(({ types: [, ...below] }) => below.some(isFloat)),
  };
}

function partitionSql(value: string | null): string {
  return value === null ? 'NULL::VARCHAR' : quote(value);
}

/** Whether the roles of a profile depend on other rows, or on who the user is. */
export function areRolesRelative({
  userRoles,
  assistantRoles,
  toolRoles,
  systemRoles,
}: MappingProfile['values']): boolean {
  return [userRoles, assistantRoles, toolRoles, systemRoles]
    .flat()
    .some((role) => [FIRST_SPEAKER, THE_USER].includes(roleKey(role.trim())));
}

/** The columns of a table through a profile; null where it is for the record function as a whole. */
export function mappedColumns(
  profile: MappingProfile,
  columns: readonly Column[],
  partitions: Partitions | null,
): MappedColumns | null {
  if ((profile.recordsPath ?? '') !== '' || profile.messagesPath !== undefined) return null;
  if (areRolesRelative(profile.values)) return null;
  const raw = rawOf(columns, partitions ?? {});
  if (!raw) return null;
  const fields = new Map<Field, MappedColumn>();
  for (const [field, path] of Object.entries(profile.fields) as [Field, string | undefined][]) {
    if (path === undefined) continue;
    const isOwn = columns.some(({ name }) => name === path);
    if (!isOwn && Object.hasOwn(partitions ?? {}, path)) {
      fields.set(field, {
        words: partitionSql(partitions?.[path] ?? null),
        number: null,
        instant: null,
        doubt: null,
      });
      continue;
    }
    const found = follow(columns, isOwn ? [path] : path.split('.'));
    const column = found && single(found);
    if (!column) return null;
    fields.set(field, column);
  }
  return { fields, ...raw };
}
