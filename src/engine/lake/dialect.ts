/**
 * What differs between the engines that an extract is written for: reading attributes, JSON, times, lists, and where the
 * result goes. Everything else of the statements is SQL that all of them understand. Texts handed in are SQL expressions.
 */
export type Engine = 'duckdb' | 'spark' | 'trino' | 'clickhouse';
export type AttributeStore = 'map' | 'json';
export type ColumnType = 'text' | 'int' | 'double' | 'bool';

export interface Written {
  /** Name of the dataset, such as `span`. */
  dataset: string;
  select: string;
  /** The columns within a file are sorted by, where the engine can be told. */
  order: readonly string[];
}

export interface Dialect {
  engine: Engine;
  /** Statements to be run before the others, for an extract that goes to `out`. */
  setUp: (out: string) => readonly string[];
  /** A table by name, or what stands for one. */
  table: (name: string) => string;
  /** Text of an attribute; null where it is absent. */
  attribute: (column: string, store: AttributeStore, key: string) => string;
  /** The attributes without `keys`, as a JSON object's text. */
  otherAttributes: (column: string, store: AttributeStore, keys: readonly string[]) => string;
  type: (type: ColumnType) => string;
  /** A number from text; null for what is none. */
  numberOf: (text: string, type: 'int' | 'double') => string;
  /** MD5 in lower-case hexadecimal digits. */
  md5: (text: string) => string;
  /** Nanoseconds since 1970 of a timestamp column, and a timestamp from ISO text to compare it with. */
  nanosOf: (timestamp: string) => string;
  timestampOf: (iso: string) => string;
  /** The UTC day of nanoseconds, `YYYY-MM-DD`. */
  dayOf: (nanos: string) => string;
  /** Text with everything but letters, digits, `_`, `.` and `-` made `_`. */
  safeName: (text: string) => string;
  /** GenAI messages (JSON text) as a list of (role, text); empty or null for anything else. */
  messages: (json: string) => string;
  /** The texts of such a list, one per line. */
  joined: (messages: string) => string;
  /** `FROM table AS s` with a row per element of the list; the elements' role, text and 1-based ordinal. */
  exploded: (
    table: string,
    messages: string,
  ) => { from: string; role: string; text: string; ordinal: string };
  /** The value of `by`’s least row, nulls of `value` left out. */
  firstBy: (value: string, by: string) => string;
  write: (out: string, prefix: string, written: Written) => string;
  /** The dataset that an earlier statement wrote. */
  read: (out: string, prefix: string, dataset: string) => string;
}

/** A text as a literal of SQL; a quote within is doubled. ClickHouse and Spark also read backslashes. */
export function literal(text: string, hasEscapes = false): string {
  const plain = text.replaceAll("'", "''");
  return `'${hasEscapes ? plain.replaceAll('\\', '\\\\') : plain}'`;
}

/** Path of a dataset below the folder of the extract. */
export function below(out: string, dataset: string): string {
  return `${out.replace(/\/+$/, '')}/${dataset}`;
}
