/**
 * A store whose every statement ends with one signal, so that work of many rooms and minutes can be stopped wherever it is. Owns
 * no connection: it passes the signal on to one that does.
 */
import type { z } from 'zod';
import type { Queries, RowSource, Store } from './queries';
import type { Params, Row } from './sql-values';

class StoppableQueries implements Queries {
  constructor(
    private readonly queries: Queries,
    private readonly whole: AbortSignal,
  ) {}

  all<T = Row>(sql: string, params?: Params, schema?: z.ZodType<T>, signal?: AbortSignal): Promise<T[]> {
    return this.queries.all(sql, params, schema, this.both(signal));
  }

  one<T = Row>(sql: string, params?: Params, schema?: z.ZodType<T>, signal?: AbortSignal): Promise<T | null> {
    return this.queries.one(sql, params, schema, this.both(signal));
  }

  run(sql: string, params?: Params, signal?: AbortSignal): Promise<number> {
    return this.queries.run(sql, params, this.both(signal));
  }

  stream<T = Row>(
    sql: string,
    params: Params,
    onChunk: (rows: T[]) => void | Promise<void>,
    schema?: z.ZodType<T>,
    signal?: AbortSignal,
  ): Promise<void> {
    return this.queries.stream(sql, params, onChunk, schema, this.both(signal));
  }

  streamColumns(
    sql: string,
    params: Params,
    onChunk: (columns: readonly (readonly unknown[])[], rowCount: number) => void | Promise<void>,
    signal?: AbortSignal,
  ): Promise<void> {
    return this.queries.streamColumns(sql, params, onChunk, this.both(signal));
  }

  appendRows(table: string, columns: readonly string[], rows: RowSource): Promise<number> {
    return this.queries.appendRows(table, columns, untilAborted(rows, this.whole));
  }

  private both(signal: AbortSignal | undefined): AbortSignal {
    return signal === undefined || signal === this.whole ? this.whole : AbortSignal.any([this.whole, signal]);
  }
}

class StoppableStore extends StoppableQueries implements Store {
  constructor(
    private readonly store: Store,
    private readonly until: AbortSignal,
  ) {
    super(store, until);
  }

  transaction<R>(work: (tx: Queries) => Promise<R>): Promise<R> {
    return this.store.transaction((tx) => work(new StoppableQueries(tx, this.until)));
  }
}

function untilAborted(rows: RowSource, signal: AbortSignal): RowSource {
  return Symbol.iterator in rows ? eachUntil(rows, signal) : eachLaterUntil(rows, signal);
}

function* eachUntil(rows: Iterable<readonly unknown[]>, signal: AbortSignal) {
  for (const row of rows) {
    signal.throwIfAborted();
    yield row;
  }
}

async function* eachLaterUntil(rows: AsyncIterable<readonly unknown[]>, signal: AbortSignal) {
  for await (const row of rows) {
    signal.throwIfAborted();
    yield row;
  }
}

/**
 * The same store, but that what runs on it is interrupted when the signal is aborted, and throws its reason; a transaction is rolled
 * back then. Without a signal the store itself.
 */
export function stoppable(store: Store, signal: AbortSignal | undefined): Store {
  return signal === undefined ? store : new StoppableStore(store, signal);
}
