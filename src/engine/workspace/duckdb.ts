/**
 * Opening DuckDB so that nothing leaves the machine and no file is touched beyond the folders it is given.
 * Owns every option of DuckDB: nobody else may create an instance of a file. Knows no tables.
 * Settings and the order they need: https://duckdb.org/docs/stable/operations_manual/securing_duckdb/overview
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join, sep } from 'node:path';
import { DuckDBInstance, version } from '@duckdb/node-api';
import { ConnectionPool } from './connection-pool';
import { Database } from './database';
import { processTempDir } from './process-temp';

export interface OpenOptions {
  /** The database file, made when absent; `:memory:` for none. Its folder must exist. */
  path: string;
  /**
   * Folders DuckDB may read and write below, all other files being out of reach. They must exist. DuckDB cannot be
   * held to reading alone, so statements that write into `imports/` must not be written.
   */
  allowedDirs: readonly string[];
  /** DuckDB's own limit, such as `1GB`; the process takes more than that. */
  memoryLimit?: string;
  /** As many as there are cores, four at most, where it is not given. */
  threads?: number;
  /** How many reads may run at once. */
  readers?: number;
  /** Makes the tables of `scratch`, a database in memory beside the file; absent, there is none. */
  scratch?: string;
}

/** Pinned, so that a file does not depend on the defaults of the library that made it. */
export const STORAGE_VERSION = 'v1.5.0';

/** Files open in this process: a second instance of the same file loses rows without an error. */
const openFiles = new Set<string>();

/** Opens a database, locked down. Fails when this process, or another, has the file open already. */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  return new Database(await openPool(options));
}

/** The connections of a file that is to take the place of another; see `Database.exchange`. */
export async function openPool(options: OpenOptions): Promise<ConnectionPool> {
  const path = options.path === ':memory:' ? options.path : realPathOf(options.path);
  if (openFiles.has(path)) throw new Error(`${path} is open in this process already.`);
  if (path !== ':memory:') openFiles.add(path);
  const scratch = mkdtempSync(join(processTempDir(), 'duckdb-'));
  const release = () => {
    openFiles.delete(path);
    rmSync(scratch, { recursive: true, force: true });
  };
  let instance: DuckDBInstance | null = null;
  try {
    instance = await DuckDBInstance.create(path, configuration(options, scratch));
    await lockDown(
      instance,
      options.allowedDirs.map((dir) => realpathSync(dir) + sep),
      options.scratch,
    );
    return await ConnectionPool.over(instance, options.readers ?? 4, release);
  } catch (error) {
    instance?.closeSync();
    release();
    throw error;
  }
}

/** The real path of a file that may not exist yet, so that two names of one file are seen as one. */
function realPathOf(path: string): string {
  return join(realpathSync(dirname(path)), basename(path));
}

function configuration(options: OpenOptions, scratch: string): Record<string, string> {
  const folder = (name: string) => {
    mkdirSync(join(scratch, name));
    return join(scratch, name);
  };
  return {
    temp_directory: folder('spill'),
    extension_directory: folder('extensions'),
    secret_directory: folder('secrets'),
    max_temp_directory_size: '50GB',
    memory_limit: options.memoryLimit ?? '2GB',
    threads: String(options.threads ?? Math.max(1, Math.min(4, availableParallelism()))),
    storage_compatibility_version: STORAGE_VERSION,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    allow_persistent_secrets: 'false',
  };
}

/** The order matters: what is attached and folders first, then no external access, then no more changes. */
async function lockDown(
  instance: DuckDBInstance,
  allowedDirs: readonly string[],
  scratch: string | undefined,
): Promise<void> {
  const connection = await instance.connect();
  try {
    if (scratch !== undefined) await connection.run(`ATTACH ':memory:' AS scratch;\n${scratch}`);
    // SET takes no parameters; quotes are doubled by hand.
    const list = allowedDirs.map((dir) => `'${dir.replaceAll("'", "''")}'`).join(', ');
    await connection.run(`SET allowed_directories = [${list}]`);
    await connection.run("SET GLOBAL TimeZone = 'UTC'");
    // Imports never change, and reading what a file says of itself is a tenth of reading a slice of it.
    await connection.run('SET GLOBAL parquet_metadata_cache = true');
    await connection.run('SET enable_external_access = false');
    await connection.run('SET lock_configuration = true');
  } finally {
    connection.disconnectSync();
  }
}

/** Version of the DuckDB library. */
export function duckdbVersion(): string {
  return version();
}
