/**
 * What every room may ask of the database, and one connection that answers it.
 * Owns running statements: binding, reading in chunks, interrupting, appending. Must not open or configure DuckDB.
 * A connection runs one statement at a time; whoever holds it sees to that (see database.ts).
 */
import {
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBPreparedStatement,
  type DuckDBResult,
  StatementType,
} from '@duckdb/node-api';
import type { z } from 'zod';
import { tablesWritten } from './kept-answers';
import { readStream } from './read-stream';
import {
  type BoundValue,
  type Params,
  type Row,
  rowsOfChunk,
  toBoundValue,
  toColumnValue,
} from './sql-values';

/** Rows for a table, each a list of values in the order of the named columns. */
export type RowSource = Iterable<readonly unknown[]> | AsyncIterable<readonly unknown[]>;

export interface Queries {
  /**
   * All rows of the last statement. With a schema each row is checked against it; without one the type is the caller's
   * claim. Throws the signal's reason when it is aborted. For results beyond some 10,000 rows use `stream`.
   */
  all<T = Row>(sql: string, params?: Params, schema?: z.ZodType<T>, signal?: AbortSignal): Promise<T[]>;
  /** The first row, or null where there is none. */
  one<T = Row>(sql: string, params?: Params, schema?: z.ZodType<T>, signal?: AbortSignal): Promise<T | null>;
  /** Runs one or several statements; parameters go to the last. Returns how many rows it changed. */
  run(sql: string, params?: Params, signal?: AbortSignal): Promise<number>;
  /** Hands over the rows in chunks of at most 2,048; the next is read when `onChunk` has settled. */
  stream<T = Row>(
    sql: string,
    params: Params,
    onChunk: (rows: T[]) => void | Promise<void>,
    schema?: z.ZodType<T>,
    signal?: AbortSignal,
  ): Promise<void>;
  /**
   * Hands over the result column by column, in chunks of at most 2,048 rows: no object per row, no conversion per value.
   * So ask for text, DOUBLE, INTEGER, BOOLEAN and lists of text only, in the order of the SELECT.
   */
  streamColumns(
    sql: string,
    params: Params,
    onChunk: (columns: readonly (readonly unknown[])[], rowCount: number) => void | Promise<void>,
    signal?: AbortSignal,
  ): Promise<void>;
  /**
   * Appends rows to a table, all or none, and returns how many. Columns not named become NULL.
   * BIGINT takes numbers, bigints and digits; lists take arrays. A value that does not fit its column is an error.
   */
  appendRows(table: string, columns: readonly string[], rows: RowSource): Promise<number>;
}

/** Where a room derives from the index: a database, or a transaction that is under way (then everything joins it). */
export interface Store extends Queries {
  transaction<R>(work: (tx: Queries) => Promise<R>): Promise<R>;
}

/** Statements any room may run. Attaching files, loading code, changing settings and calling procedures are not among them. */
const ALLOWED: ReadonlySet<StatementType> = new Set([
  StatementType.SELECT,
  StatementType.INSERT,
  StatementType.UPDATE,
  StatementType.DELETE,
  StatementType.MERGE_INTO,
  StatementType.CREATE,
  StatementType.DROP,
  StatementType.ALTER,
  StatementType.COPY,
  StatementType.EXPLAIN,
  StatementType.VACUUM,
]);

const CHUNK_ROWS = 2048;
/** Rows written between two turns of the event loop. */
const ROWS_PER_BREATH = 4 * CHUNK_ROWS;
const INTERRUPT_EVERY_MS = 20;

/** Statements that write nothing. */
const READING: ReadonlySet<StatementType> = new Set([StatementType.SELECT, StatementType.EXPLAIN]);

export class Connection implements Queries {
  readonly #connection: DuckDBConnection;
  readonly #written = new Set<string>();
  /** A transaction is under way. */
  #isWithin = false;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  async all<T = Row>(
    sql: string,
    params: Params = [],
    schema?: z.ZodType<T>,
    signal?: AbortSignal,
  ): Promise<T[]> {
    return this.#interruptible(signal, async () => {
      const rows: T[] = [];
      const result = await this.#execute(sql, params, (statement) => statement.run());
      await eachChunk(result, signal, (chunk) => {
        rows.push(...checked(chunk, schema));
      });
      return rows;
    });
  }

  async one<T = Row>(
    sql: string,
    params: Params = [],
    schema?: z.ZodType<T>,
    signal?: AbortSignal,
  ): Promise<T | null> {
    return (await this.all(sql, params, schema, signal))[0] ?? null;
  }

  async run(sql: string, params: Params = [], signal?: AbortSignal): Promise<number> {
    return this.#interruptible(signal, async () => {
      const result = await this.#execute(sql, params, (statement) => statement.run());
      return result.rowsChanged;
    });
  }

  async stream<T = Row>(
    sql: string,
    params: Params,
    onChunk: (rows: T[]) => void | Promise<void>,
    schema?: z.ZodType<T>,
    signal?: AbortSignal,
  ): Promise<void> {
    return this.#streamed(sql, params, signal, (result) =>
      eachChunk(result, signal, (rows) => onChunk(checked(rows, schema))),
    );
  }

  async streamColumns(
    sql: string,
    params: Params,
    onChunk: (columns: readonly (readonly unknown[])[], rowCount: number) => void | Promise<void>,
    signal?: AbortSignal,
  ): Promise<void> {
    return this.#streamed(sql, params, signal, async (result) => {
      for (;;) {
        const chunk = await result.fetchChunk();
        signal?.throwIfAborted();
        if (!chunk || chunk.rowCount === 0) return;
        await onChunk(chunk.getColumns(), chunk.rowCount);
      }
    });
  }

  async appendRows(table: string, columns: readonly string[], rows: RowSource): Promise<number> {
    this.#written.add(table.toLowerCase());
    const known = await this.#columnsOf(table);
    const places = known.map((name) => columns.indexOf(name));
    const missing = columns.filter((name) => !known.includes(name));
    if (missing.length > 0) throw new Error(`Table ${table} has no column ${missing.join(', ')}.`);
    const appender = await this.#connection.createAppender(table);
    try {
      return await append(appender, places, rows);
    } finally {
      appender.closeSync();
    }
  }

  /** Columns of a table in order: preparing a query tells them without running one. */
  async #columnsOf(table: string): Promise<string[]> {
    const statement = await this.#connection.prepare(`SELECT * FROM "${table.replaceAll('"', '""')}"`);
    try {
      return Array.from({ length: statement.columnCount }, (_, index) => statement.columnName(index));
    } finally {
      statement.destroySync();
    }
  }

  /** The tables written since it was asked last, as `tablesWritten` names them; also those that were rolled back. */
  takeWritten(): readonly string[] {
    const written = [...this.#written];
    this.#written.clear();
    return written;
  }

  /** Runs what `ALLOWED` keeps from the rooms: transactions and checkpoints. Text of this program's own only. */
  async control(sql: string): Promise<void> {
    await this.#connection.run(sql);
    if (/^(BEGIN|COMMIT|ROLLBACK)/.test(sql)) this.#isWithin = sql.startsWith('BEGIN');
  }

  /** Stops what runs on it now; that then fails. */
  interrupt(): void {
    this.#connection.interrupt();
  }

  close(): void {
    this.#connection.disconnectSync();
  }

  /** Prepares and runs the statements of `sql` in turn, the last through `finish`, with the parameters. */
  async #execute<R>(
    sql: string,
    params: Params,
    finish: (statement: DuckDBPreparedStatement) => Promise<R>,
  ): Promise<R> {
    const statements = await this.#connection.extractStatements(sql);
    let writing = 0;
    for (let index = 0; ; index++) {
      const statement = await statements.prepare(index);
      try {
        if (!READING.has(statement.statementType))
          for (const table of tablesWritten(sql, ++writing)) this.#written.add(table);
        if (!ALLOWED.has(statement.statementType)) {
          throw new Error(
            `Statements of kind ${StatementType[statement.statementType]} are not allowed here.`,
          );
        }
        if (index < statements.count - 1) await statement.run();
        else {
          bind(statement, params);
          return await finish(statement);
        }
      } finally {
        statement.destroySync();
      }
    }
  }

  #streamed(
    sql: string,
    params: Params,
    signal: AbortSignal | undefined,
    read: (result: DuckDBResult) => Promise<void>,
  ): Promise<void> {
    return this.#interruptible(signal, () =>
      readStream(
        this.#connection,
        () => this.#execute(sql, params, (statement) => statement.stream()),
        read,
        {
          isWithin: this.#isWithin,
          why: () => this.#execute(sql, params, (statement) => statement.run()),
        },
      ),
    );
  }

  /** An interrupt is lost while a statement still waits for a thread, so it is repeated until the work has ended. */
  async #interruptible<R>(signal: AbortSignal | undefined, work: () => Promise<R>): Promise<R> {
    if (!signal) return work();
    signal.throwIfAborted();
    let timer: NodeJS.Timeout | undefined;
    const interrupt = () => {
      this.#connection.interrupt();
      timer = setInterval(() => this.#connection.interrupt(), INTERRUPT_EVERY_MS);
    };
    signal.addEventListener('abort', interrupt, { once: true });
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', interrupt);
      clearInterval(timer);
    }
  }
}

function checked<T>(rows: Row[], schema: z.ZodType<T> | undefined): T[] {
  return schema ? rows.map((row) => schema.parse(row)) : (rows as T[]);
}

function bind(statement: DuckDBPreparedStatement, params: Params): void {
  const put = (index: number, { value, type }: BoundValue) => statement.bindValue(index, value, type);
  if (isPositional(params)) params.forEach((value, index) => put(index + 1, toBoundValue(value)));
  else
    for (const [name, value] of Object.entries(params))
      put(statement.parameterIndex(name), toBoundValue(value));
}

function isPositional(params: Params): params is Extract<Params, readonly unknown[]> {
  return Array.isArray(params);
}

async function eachChunk(
  result: DuckDBResult,
  signal: AbortSignal | undefined,
  onRows: (rows: Row[]) => void | Promise<void>,
): Promise<void> {
  const names = result.deduplicatedColumnNames();
  for (;;) {
    const chunk = await result.fetchChunk();
    signal?.throwIfAborted();
    if (!chunk || chunk.rowCount === 0) return;
    await onRows(rowsOfChunk(chunk, names));
  }
}

async function append(appender: DuckDBAppender, places: readonly number[], rows: RowSource): Promise<number> {
  const types = places.map((_, index) => appender.columnType(index));
  let batch: (readonly unknown[])[] = [];
  let count = 0;
  const write = () => {
    const columns = types.map((type, index) => {
      const place = places[index] ?? -1;
      return batch.map((row) => (place < 0 ? null : toColumnValue(row[place], type)));
    });
    const chunk = DuckDBDataChunk.create(types);
    chunk.setColumns(columns);
    appender.appendDataChunk(chunk);
    count += batch.length;
    batch = [];
  };
  for await (const row of rows) {
    batch.push(row);
    if (batch.length < CHUNK_ROWS) continue;
    write();
    if (count % ROWS_PER_BREATH === 0) {
      appender.flushSync();
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }
  if (batch.length > 0) write();
  appender.flushSync();
  return count;
}
