/**
 * Reads results as they come, and hears of their failing. A statement that fails after its first rows ends, as its binding tells
 * it, like one whose rows have all come; but its failure aborts the transaction that it is in, and that is asked at the end.
 */
import type { DuckDBConnection, DuckDBResult } from '@duckdb/node-api';

interface StreamOptions {
  /** A transaction is under way on the connection; otherwise there is one for the stream alone. */
  isWithin?: boolean;
  /** Runs the same as a whole, which throws what is wrong with it; it is asked where reading failed midway. */
  why?: () => Promise<unknown>;
}

/**
 * Opens a result and has it read. Throws as DuckDB does, also where the statement fails after some of its rows, which were read by
 * then; and whatever `read` throws.
 */
export async function readStream<R>(
  connection: DuckDBConnection,
  open: () => Promise<DuckDBResult>,
  read: (result: DuckDBResult) => Promise<R>,
  { isWithin = false, why }: StreamOptions = {},
): Promise<R> {
  if (!isWithin) await connection.run('BEGIN TRANSACTION');
  try {
    const done = await read(await open());
    if (await isAborted(connection)) throw new BrokenStream();
    if (!isWithin) await connection.run('COMMIT');
    return done;
  } catch (error) {
    if (!isWithin) await connection.run('ROLLBACK').catch(() => undefined);
    if (error instanceof BrokenStream && !isWithin) await why?.();
    throw error;
  }
}

class BrokenStream extends Error {
  constructor() {
    super('reading broke off after some of the rows');
  }
}

async function isAborted(connection: DuckDBConnection): Promise<boolean> {
  return connection.run('SELECT 1').then(
    () => false,
    () => true,
  );
}
