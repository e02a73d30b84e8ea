/**
 * The database every room works with: one writer, a few readers, over one DuckDB instance.
 * Owns who may run when: writes one after another, reads beside them. Knows no tables and no paths.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { DuckDBInstance } from '@duckdb/node-api';
import type { z } from 'zod';
import { Connection, type Queries, type RowSource } from './queries';
import type { Params, Row } from './sql-values';

/** Lends each of its connections to one caller at a time, first come, first served. */
class Lender {
  readonly #idle: Connection[];
  readonly #waiting: ((connection: Connection) => void)[] = [];

  constructor(readonly connections: readonly Connection[]) {
    this.#idle = [...connections];
  }

  async lend<R>(work: (connection: Connection) => Promise<R>): Promise<R> {
    const connection =
      this.#idle.pop() ?? (await new Promise<Connection>((resolve) => this.#waiting.push(resolve)));
    try {
      return await work(connection);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(connection);
      else this.#idle.push(connection);
    }
  }
}

/**
 * Reads (`all`, `one`, `stream`) see what is committed and run beside each other and beside writes.
 * Writes (`run`, `appendRows`, `transaction`) run one after another. What belongs together, and anything with
 * temporary tables, goes through `transaction`, which holds one connection throughout.
 */
export class Database implements Queries {
  readonly #writer: Lender;
  readonly #readers: Lender;
  readonly #onClose: () => void;
  readonly #inTransaction = new AsyncLocalStorage<{ isOpen: boolean }>();
  #isClosed = false;

  private constructor(writer: Connection, readers: Connection[], onClose: () => void) {
    this.#writer = new Lender([writer]);
    this.#readers = new Lender(readers);
    this.#onClose = onClose;
  }

  /** Connects to an instance that is already locked down; `onClose` runs once after the connections are closed. */
  static async over(instance: DuckDBInstance, readerCount: number, onClose: () => void): Promise<Database> {
    const connections: Connection[] = [];
    for (let i = 0; i <= readerCount; i++) connections.push(new Connection(await instance.connect()));
    const [writer, ...readers] = connections;
    if (!writer) throw new Error('A database needs a connection.');
    return new Database(writer, readers, onClose);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  all<T = Row>(sql: string, params?: Params, schema?: z.ZodType<T>, signal?: AbortSignal): Promise<T[]> {
    return this.#use(this.#readers, (connection) => connection.all(sql, params, schema, signal));
  }

  one<T = Row>(sql: string, params?: Params, schema?: z.ZodType<T>, signal?: AbortSignal): Promise<T | null> {
    return this.#use(this.#readers, (connection) => connection.one(sql, params, schema, signal));
  }

  stream<T = Row>(
    sql: string,
    params: Params,
    onChunk: (rows: T[]) => void | Promise<void>,
    schema?: z.ZodType<T>,
    signal?: AbortSignal,
  ): Promise<void> {
    return this.#use(this.#readers, (connection) =>
      connection.stream<T>(sql, params, onChunk, schema, signal),
    );
  }

  run(sql: string, params?: Params, signal?: AbortSignal): Promise<number> {
    return this.#use(this.#writer, (connection) => connection.run(sql, params, signal));
  }

  appendRows(table: string, columns: readonly string[], rows: RowSource): Promise<number> {
    return this.transaction((tx) => tx.appendRows(table, columns, rows));
  }

  /**
   * Runs `work` on one connection between BEGIN and COMMIT; rolls back and rethrows when it throws.
   * Inside, use the handle it is given: calls on the database itself throw, since they would wait for ever.
   */
  transaction<R>(work: (tx: Queries) => Promise<R>): Promise<R> {
    return this.#use(this.#writer, async (connection) => {
      const state = { isOpen: true };
      await connection.control('BEGIN TRANSACTION');
      try {
        const result = await this.#inTransaction.run(state, () => work(connection));
        await connection.control('COMMIT');
        return result;
      } catch (error) {
        // A commit that failed has rolled back by itself: the error worth telling is the first.
        await connection.control('ROLLBACK').catch(() => undefined);
        throw error;
      } finally {
        state.isOpen = false;
      }
    });
  }

  /** Moves the write-ahead log into the file. Fails while other transactions run. */
  checkpoint(): Promise<void> {
    return this.#use(this.#writer, (connection) => connection.control('CHECKPOINT'));
  }

  /** Closes all connections and the instance; calls still running fail. Closing twice is harmless. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const connection of [...this.#readers.connections, ...this.#writer.connections]) connection.close();
    this.#onClose();
  }

  async #use<R>(lender: Lender, work: (connection: Connection) => Promise<R>): Promise<R> {
    if (this.#inTransaction.getStore()?.isOpen) {
      throw new Error('Inside a transaction only the handle it was given may be used.');
    }
    return lender.lend((connection) => {
      if (this.#isClosed) throw new Error('The database is closed.');
      return work(connection);
    });
  }
}
