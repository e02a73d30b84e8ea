/**
 * The database every room works with. Owns who may run when: writes one after another, reads beside them.
 * Knows no tables and no paths. It stays the same object when the file behind it is exchanged for a rebuilt one.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { z } from 'zod';
import { Awaited } from './awaited';
import type { ConnectionPool } from './connection-pool';
import { KeptAnswers, type Relation, RELATIONS } from './kept-answers';
import type { Connection, Queries, RowSource, Store } from './queries';
import type { Params, Row } from './sql-values';

interface Caller {
  kind: 'call' | 'transaction' | 'aside';
  isOpen: boolean;
  /** Works in the background: gives way to all others. */
  isAside: boolean;
}

/**
 * Reads (`all`, `one`, `stream`, `streamColumns`) see what is committed and run beside each other and beside writes.
 * Writes (`run`, `appendRows`, `transaction`) run one after another. What belongs together, and anything with
 * temporary tables, goes through `transaction`, which holds one connection throughout.
 */
export class Database implements Store {
  #pool: ConnectionPool;
  readonly #caller = new AsyncLocalStorage<Caller>();
  readonly #kept = new KeptAnswers();
  /** Calls somebody waits for. */
  readonly #awaited = new Awaited();
  /** Settles when calls may go on; they wait while the file is being exchanged. */
  #gate: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(pool: ConnectionPool) {
    this.#pool = pool;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  all<T = Row>(sql: string, params?: Params, schema?: z.ZodType<T>, signal?: AbortSignal): Promise<T[]> {
    return this.#read((queries) => queries.all(sql, params, schema, signal));
  }

  one<T = Row>(sql: string, params?: Params, schema?: z.ZodType<T>, signal?: AbortSignal): Promise<T | null> {
    return this.#read((queries) => queries.one(sql, params, schema, signal));
  }

  /**
   * As `all`, but what it gave is given again until one of the tables it reads is written. For statements that screens ask again
   * and again and whose answer follows from the index alone: no random values, no time of day. The rows are shared: they must
   * not be changed.
   */
  kept<T = Row>(sql: string, params: Params = [], signal?: AbortSignal): Promise<readonly Readonly<T>[]> {
    const isNested = this.#isNested;
    return this.#enter('call', () =>
      this.#kept.answer<T>(sql, params, {
        read: () =>
          this.#pool.read(
            this.#noting((queries) => queries.all<T>(sql, params, undefined, signal)),
            isNested,
          ),
        relations: this.#relations,
        signal,
        isNested,
      }),
    );
  }

  /** A text that changes whenever one of the tables that the statement reads is written; for who keeps what was read from them. */
  stampOf(sql: string): Promise<string> {
    return this.#enter('call', () => this.#kept.stamp(sql, this.#relations));
  }

  /** The first row of `kept`, or null where there is none. */
  async keptOne<T = Row>(
    sql: string,
    params: Params = [],
    signal?: AbortSignal,
  ): Promise<Readonly<T> | null> {
    return (await this.kept<T>(sql, params, signal))[0] ?? null;
  }

  stream<T = Row>(
    sql: string,
    params: Params,
    onChunk: (rows: T[]) => void | Promise<void>,
    schema?: z.ZodType<T>,
    signal?: AbortSignal,
  ): Promise<void> {
    return this.#read((queries) => queries.stream<T>(sql, params, onChunk, schema, signal));
  }

  streamColumns(
    sql: string,
    params: Params,
    onChunk: (columns: readonly (readonly unknown[])[], rowCount: number) => void | Promise<void>,
    signal?: AbortSignal,
  ): Promise<void> {
    return this.#read((queries) => queries.streamColumns(sql, params, onChunk, signal));
  }

  run(sql: string, params?: Params, signal?: AbortSignal): Promise<number> {
    return this.#enter('call', () =>
      this.#pool.write(this.#noting((queries) => queries.run(sql, params, signal))),
    );
  }

  appendRows(table: string, columns: readonly string[], rows: RowSource): Promise<number> {
    return this.transaction((tx) => tx.appendRows(table, columns, rows));
  }

  /**
   * Runs `work` on one connection between BEGIN and COMMIT; rolls back and rethrows when it throws.
   * Inside, use the handle it is given: calls on the database itself throw, since they would wait for ever.
   */
  transaction<R>(work: (tx: Queries) => Promise<R>): Promise<R> {
    return this.#enter('transaction', () =>
      this.#pool.write(this.#noting((connection) => transacted(connection, () => work(connection)))),
    );
  }

  /**
   * As `transaction`, for work of minutes: on a connection of its own, so that other writes go on meanwhile. They must not
   * touch the rows that it touches; whoever calls this sees to that. Inside, use the store it is given.
   */
  longTransaction<R>(work: (store: Store) => Promise<R>): Promise<R> {
    return this.#enter('transaction', () =>
      this.#pool.apart(
        this.#noting((connection) => transacted(connection, () => work(new OpenTransaction(connection)))),
      ),
    );
  }

  /**
   * Runs work in the background: each call that it makes waits until nobody else waits for an answer, but not for ever, and what it
   * writes is in kept answers a little later, or when it has ended.
   */
  async aside<R>(work: () => Promise<R>): Promise<R> {
    try {
      return await this.#caller.run({ kind: 'aside', isOpen: false, isAside: true }, work);
    } finally {
      this.#kept.noteAside();
    }
  }

  /** Moves the write-ahead log into the file. Fails while other transactions run. */
  checkpoint(): Promise<void> {
    return this.#enter('call', () => this.#pool.write((connection) => connection.control('CHECKPOINT')));
  }

  /**
   * Lets running calls end, closes the file, and goes on with what `open` opens; calls made meanwhile wait.
   * When `open` fails the database is closed. Must not be called from within a call.
   */
  async exchange(open: () => Promise<ConnectionPool>): Promise<void> {
    this.#refuseWithin('Exchanging the file');
    const earlier = this.#gate;
    let lift: () => void = () => undefined;
    this.#gate = new Promise((resolve) => (lift = resolve));
    try {
      await earlier;
      await this.#pool.close(false);
      this.#kept.forget();
      this.#pool = await open();
    } catch (error) {
      this.#isClosed = true;
      throw error;
    } finally {
      lift();
    }
  }

  /** Interrupts calls still running, then closes the file. Closing twice is harmless. */
  async close(): Promise<void> {
    this.#refuseWithin('Closing');
    await this.#passGate();
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#pool.close(true);
  }

  /** Of use to all who ask: nobody's signal ends it, and it never waits for a connection. */
  readonly #relations = (): Promise<Relation[]> =>
    this.#pool.read((queries) => queries.all<Relation>(RELATIONS), true);

  get #isNested(): boolean {
    return this.#caller.getStore()?.isOpen === true;
  }

  #read<R>(work: (queries: Queries) => Promise<R>): Promise<R> {
    const isNested = this.#isNested;
    return this.#enter('call', () => this.#pool.read(this.#noting(work), isNested));
  }

  /** Work that says afterwards what it wrote, before whoever asked for it goes on. */
  #noting<R>(work: (connection: Connection) => Promise<R>): (connection: Connection) => Promise<R> {
    return async (connection) => {
      try {
        return await work(connection);
      } finally {
        const written = connection.takeWritten();
        if (this.#caller.getStore()?.isAside === true) this.#kept.noteWrittenAside(written);
        else this.#kept.noteWritten(written);
      }
    };
  }

  async #enter<R>(kind: 'call' | 'transaction', work: () => Promise<R>): Promise<R> {
    const outer = this.#caller.getStore();
    if (outer?.isOpen && outer.kind === 'transaction') {
      throw new Error('Inside a transaction only the handle it was given may be used.');
    }
    const isAside = outer?.isAside === true;
    // A call made within another must not wait at the gate, which waits for the other.
    if (!outer?.isOpen) {
      if (isAside) await this.#awaited.ended();
      await this.#passGate();
    }
    if (this.#isClosed) throw new Error('The database is closed.');
    const caller: Caller = { kind, isOpen: true, isAside };
    const call = () => this.#caller.run(caller, work);
    try {
      return await (isAside ? call() : this.#awaited.during(call));
    } finally {
      caller.isOpen = false;
    }
  }

  /** Another exchange may have begun while one was waited for. */
  async #passGate(): Promise<void> {
    for (let gate = null; gate !== this.#gate;) {
      gate = this.#gate;
      await gate;
    }
  }

  #refuseWithin(what: string): void {
    if (this.#caller.getStore()?.isOpen) throw new Error(`${what} within a call would wait for ever.`);
  }
}

/** Runs `work` between BEGIN and COMMIT. */
async function transacted<R>(connection: Connection, work: () => Promise<R>): Promise<R> {
  await connection.control('BEGIN TRANSACTION');
  try {
    const result = await work();
    await connection.control('COMMIT');
    return result;
  } catch (error) {
    // A commit that failed has rolled back by itself: the error worth telling is the first.
    await connection.control('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** A transaction under way; one within it is a part of it. Calls made at once run one after another on its connection. */
class OpenTransaction implements Store {
  readonly #tx: Queries;
  #last: Promise<unknown> = Promise.resolve();

  constructor(tx: Queries) {
    this.#tx = tx;
  }

  all<T = Row>(sql: string, params?: Params, schema?: z.ZodType<T>, signal?: AbortSignal): Promise<T[]> {
    return this.#next(() => this.#tx.all(sql, params, schema, signal));
  }

  one<T = Row>(sql: string, params?: Params, schema?: z.ZodType<T>, signal?: AbortSignal): Promise<T | null> {
    return this.#next(() => this.#tx.one(sql, params, schema, signal));
  }

  /** `onChunk` must make no call of its own: it would wait for the one it is part of. */
  stream<T = Row>(
    sql: string,
    params: Params,
    onChunk: (rows: T[]) => void | Promise<void>,
    schema?: z.ZodType<T>,
    signal?: AbortSignal,
  ): Promise<void> {
    return this.#next(() => this.#tx.stream<T>(sql, params, onChunk, schema, signal));
  }

  /** `onChunk` must make no call of its own. */
  streamColumns(
    sql: string,
    params: Params,
    onChunk: (columns: readonly (readonly unknown[])[], rowCount: number) => void | Promise<void>,
    signal?: AbortSignal,
  ): Promise<void> {
    return this.#next(() => this.#tx.streamColumns(sql, params, onChunk, signal));
  }

  run(sql: string, params?: Params, signal?: AbortSignal): Promise<number> {
    return this.#next(() => this.#tx.run(sql, params, signal));
  }

  appendRows(table: string, columns: readonly string[], rows: RowSource): Promise<number> {
    return this.#next(() => this.#tx.appendRows(table, columns, rows));
  }

  transaction<R>(work: (tx: Queries) => Promise<R>): Promise<R> {
    return work(this);
  }

  #next<R>(work: () => Promise<R>): Promise<R> {
    const done = this.#last.then(work, work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}
