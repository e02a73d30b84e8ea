/** The tables that hold what is read until it is derived, sorted and written: their columns, in order, with DuckDB types. */
import { labelColumns, rejectColumns, spanColumns, WIDE_COLUMNS } from './canonical';
import type { ColumnType } from './parquet-column';

/** Messages of model calls: each kept once per trace (or session), with the call it was first seen in. */
export const messageColumns = [
  ['owner_seq', 'DOUBLE'],
  ['ordinal', 'INTEGER'],
  ['history_size', 'INTEGER'],
  ['occurrence', 'INTEGER'],
  ['is_output', 'BOOLEAN'],
  ['role', 'VARCHAR'],
  ['origin', 'VARCHAR'],
  ['text_hash', 'VARCHAR'],
  ['tool_call_id', 'VARCHAR'],
  ['tool_name', 'VARCHAR'],
  ['is_error', 'BOOLEAN'],
] as const;

/** The text of each unique message once per source, however often histories repeat it, with the first call that had it. */
export const messageTextColumns = [
  ['text_hash', 'VARCHAR'],
  ['text', 'VARCHAR'],
  ['reasoning', 'VARCHAR'],
  ['owner_seq', 'DOUBLE'],
] as const;

/** What each call with a history was given, for telling a fresh start from a conversation that goes on. */
export const historyColumns = [
  ['owner_seq', 'DOUBLE'],
  ['assistant_messages', 'INTEGER'],
  ['last_answer', 'INTEGER'],
] as const;

/** Tool calls named in messages, for those that have no span of their own. */
export const callColumns = [
  ['owner_seq', 'DOUBLE'],
  ['ordinal', 'INTEGER'],
  ['tool_call_id', 'VARCHAR'],
  ['tool_name', 'VARCHAR'],
  ['arguments', 'VARCHAR'],
  ['call_hash', 'VARCHAR'],
] as const;

/** Sources that grew, and under which id they were first imported. */
export const grownColumns = [
  ['grown_source_id', 'VARCHAR'],
  ['first_source_id', 'VARCHAR'],
] as const;

/** Sources whose sessions are told apart from those of others, and what is put behind their ids (tell-apart.ts). */
export const apartColumns = [
  ['apart_source_id', 'VARCHAR'],
  ['suffix', 'VARCHAR'],
] as const;

type Columns = readonly (readonly [string, ColumnType])[];

/** What a span has beside its narrow columns, to find its texts by. */
const placeColumns = [
  // The number it came with, which its texts keep when it is numbered anew.
  ['wide_no', 'BIGINT'],
  ['wide_file', 'INTEGER'],
  ['wide_size', 'BIGINT'],
  // Its text is that of a call within.
  ['is_mute', 'BOOLEAN'],
  // What the SQL of its file is yet to settle it by (twin/shape-table.ts).
  ['twin_flags', 'INTEGER'],
  // Which piece of the order it is written with.
  ['piece', 'INTEGER'],
] as const;

const WIDE: ReadonlySet<string> = new Set(WIDE_COLUMNS);
const narrowColumns: Columns = spanColumns.filter(([name]) => !WIDE.has(name));

/** Columns of table span, which holds no texts. */
export const spanTableColumns: Columns = [...narrowColumns, ...placeColumns];

/** Names of the columns of a span without its texts, as SQL lists them. */
export const NARROW_NAMES = narrowColumns.map(([name]) => `"${name}"`).join(', ');

/** Tables with the columns of the rows that come into them. */
export const stagingTables = {
  span: spanColumns,
  completion: spanColumns,
  label: labelColumns,
  reject: rejectColumns,
  message: messageColumns,
  message_text: messageTextColumns,
  history: historyColumns,
  call: callColumns,
  grown: grownColumns,
  apart: apartColumns,
} satisfies Record<string, Columns>;
export type StagingTable = keyof typeof stagingTables;
