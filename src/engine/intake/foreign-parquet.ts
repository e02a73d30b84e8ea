/**
 * Reads a Parquet file that somebody else wrote. Each read has a DuckDB of its own, which may open this one file and
 * write nothing: a damaged file can make a whole instance unusable, and then no more than this file is lost.
 * Must not be called outside the intake process. https://duckdb.org/docs/stable/operations_manual/securing_duckdb
 */
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { processTempDir } from '../workspace/process-temp';
import type { Sample } from './format';
import { quote } from './staging';

async function withFile<T>(path: string, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', {
    temp_directory: processTempDir(),
    memory_limit: '512MB',
    threads: '2',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    allow_persistent_secrets: 'false',
  });
  try {
    const connection = await instance.connect();
    try {
      await connection.run(`SET allowed_paths = [${quote(path)}]`);
      await connection.run('SET enable_external_access = false');
      await connection.run('SET lock_configuration = true');
      return await work(connection);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

/** Column names and types of a Parquet file, and its first rows as plain JSON values. Throws when it cannot be read. */
export async function lookAtParquet(path: string, name: string, rows = 50): Promise<Sample> {
  return withFile(path, async (connection) => {
    const result = await connection.runAndReadAll('SELECT * FROM read_parquet(?) LIMIT ?', [path, rows]);
    const names = result.deduplicatedColumnNames();
    const types = result.columnTypes();
    return {
      name,
      container: 'parquet',
      records: result.getRowObjectsJson(),
      isArray: false,
      columns: names.map((column, i) => ({ name: column, type: String(types[i]) })),
    };
  });
}

/** Hands the rows over in the order of the file, a batch at a time. Throws where the file cannot be read on. */
export async function readParquetRows(
  path: string,
  take: (rows: readonly Record<string, unknown>[]) => void,
): Promise<void> {
  await withFile(path, async (connection) => {
    const result = await connection.stream('SELECT * FROM read_parquet(?)', [path]);
    for await (const rows of result.yieldRowObjectJson()) take(rows);
  });
}
