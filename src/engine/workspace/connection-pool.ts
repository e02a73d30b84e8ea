/**
 * The connections of one DuckDB instance: one writer, a few readers. Owns lending each to one caller at a time.
 */
import type { DuckDBInstance } from '@duckdb/node-api';
import { Connection } from './queries';

/** Lends connections, first come, first served. */
class Lender {
  readonly #idle: Connection[];
  readonly #waiting: ((connection: Connection) => void)[] = [];

  constructor(connections: readonly Connection[]) {
    this.#idle = [...connections];
  }

  get hasIdle(): boolean {
    return this.#idle.length > 0;
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

export class ConnectionPool {
  readonly #instance: DuckDBInstance;
  readonly #connections: Connection[];
  readonly #writer: Lender;
  readonly #readers: Lender;
  readonly #onClose: () => void;
  readonly #working = new Set<Promise<unknown>>();

  private constructor(
    instance: DuckDBInstance,
    writer: Connection,
    readers: Connection[],
    onClose: () => void,
  ) {
    this.#instance = instance;
    this.#connections = [writer, ...readers];
    this.#writer = new Lender([writer]);
    this.#readers = new Lender(readers);
    this.#onClose = onClose;
  }

  /** Connects to an instance that is locked down already; `onClose` runs once, after all connections are closed. */
  static async over(
    instance: DuckDBInstance,
    readerCount: number,
    onClose: () => void,
  ): Promise<ConnectionPool> {
    const connect = async () => new Connection(await instance.connect());
    const writer = await connect();
    const readers = await Promise.all(Array.from({ length: readerCount }, connect));
    return new ConnectionPool(instance, writer, readers, onClose);
  }

  write<R>(work: (connection: Connection) => Promise<R>): Promise<R> {
    return this.#track(this.#writer.lend(work));
  }

  /**
   * Reads on a connection of its own. A nested read, made while its caller holds a connection, gets a new one when none
   * is idle: callers that wait for each other's connections would wait for ever.
   */
  read<R>(work: (connection: Connection) => Promise<R>, isNested: boolean): Promise<R> {
    if (!isNested || this.#readers.hasIdle) return this.#track(this.#readers.lend(work));
    return this.#track(this.#withNew(work));
  }

  /** Runs work on a connection made for it, beside the writer. */
  apart<R>(work: (connection: Connection) => Promise<R>): Promise<R> {
    return this.#track(this.#withNew(work));
  }

  /** Waits for calls that run; then closes everything. With `interrupt`, they are stopped and fail. */
  async close(interrupt: boolean): Promise<void> {
    while (this.#working.size > 0) {
      if (interrupt) for (const connection of this.#connections) connection.interrupt();
      await Promise.race([
        Promise.allSettled(this.#working),
        new Promise((resolve) => setTimeout(resolve, 20)),
      ]);
    }
    for (const connection of this.#connections) connection.close();
    this.#instance.closeSync();
    this.#onClose();
  }

  async #withNew<R>(work: (connection: Connection) => Promise<R>): Promise<R> {
    const connection = new Connection(await this.#instance.connect());
    this.#connections.push(connection);
    try {
      return await work(connection);
    } finally {
      this.#connections.splice(this.#connections.indexOf(connection), 1);
      connection.close();
    }
  }

  #track<R>(call: Promise<R>): Promise<R> {
    this.#working.add(call);
    const done = () => this.#working.delete(call);
    call.then(done, done);
    return call;
  }
}
