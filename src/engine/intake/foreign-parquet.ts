/**
 * Reads a Parquet file that somebody else wrote. Each read has a DuckDB of its own, which may open this one file and
 * write nothing: a damaged file can make a whole instance unusable, and then no more than this file is lost.
 * Must not be called outside the intake process. https://duckdb.org/docs/stable/operations_manual/securing_duckdb
 */
import { DuckDBInstance, DuckDBTypeId, type DuckDBConnection, type DuckDBType } from '@duckdb/node-api';
import { processTempDir } from '../workspace/process-temp';
import { readStream } from '../workspace/read-stream';
import type { Sample, TraceFormat } from './format';
import { plainMembers, plainOf, quotedName } from './parquet-lines';
import { StagingFailure } from './row-files';
import { quote } from './staging';

/** What reading may take: as a rule, and for a row group that needs more, so that all of intake stays below 3 GiB. */
const MEMORY = { usual: '512MB', most: '1500MB' };

/**
 * A database of its own for files of somebody else's making; it may write into `folder`, which ends with a slash, where one is given.
 * Rows are written in order, so each further thread would hold a row group of the source until those before it are written: one writes.
 */
export async function openForeign(
  paths: readonly string[],
  folder?: string,
  memory = MEMORY.usual,
): Promise<{ connection: DuckDBConnection; close: () => void }> {
  const instance = await DuckDBInstance.create(':memory:', {
    temp_directory: processTempDir(),
    memory_limit: memory,
    threads: folder === undefined ? '2' : '1',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    allow_persistent_secrets: 'false',
  });
  let connection: DuckDBConnection | null = null;
  const close = (): void => {
    connection?.closeSync();
    instance.closeSync();
  };
  try {
    connection = await instance.connect();
    await connection.run(`SET allowed_paths = [${paths.map(quote).join(', ')}]`);
    if (folder !== undefined) await connection.run(`SET allowed_directories = [${quote(folder)}]`);
    await connection.run('SET enable_external_access = false');
    await connection.run('SET lock_configuration = true');
    return { connection, close };
  } catch (error) {
    close();
    throw error;
  }
}

async function withFile<T>(
  path: string,
  work: (connection: DuckDBConnection) => Promise<T>,
  memory = MEMORY.usual,
): Promise<T> {
  const { connection, close } = await openForeign([path], undefined, memory);
  try {
    return await work(connection);
  } finally {
    close();
  }
}

/** Why a Parquet file cannot be read, in words: DuckDB's own name the path, the statement and its parts. */
function parquetProblem(error: unknown): Error {
  const said = error instanceof Error ? error.message : String(error);
  if (/no magic bytes|too small to be a parquet|footer/i.test(said))
    return new Error(
      'the Parquet file is cut off or damaged at its end, where its contents are described: fetch it again',
      { cause: error },
    );
  if (/encrypted/i.test(said))
    return new Error('the Parquet file is encrypted: write it again without encryption', { cause: error });
  const what = (said.split('\n')[0] ?? '')
    .replace(/^[\w ]+ Error: /, '')
    .replace(/Failed to read file ".*?": /, '');
  return new Error(`the Parquet file is damaged (${what.slice(0, 300)}): fetch it again`, { cause: error });
}

/** Column names and types of a Parquet file, and its first rows as plain JSON values. Throws when it cannot be read. */
export async function lookAtParquet(path: string, name: string, rows = 50): Promise<Sample> {
  return withFile(path, async (connection) => {
    const result = await connection
      .runAndReadAll('SELECT * FROM read_parquet(?) LIMIT ?', [path, rows])
      .catch(() => connection.runAndReadAll('SELECT * FROM read_parquet(?) LIMIT 0', [path]));
    const names = result.deduplicatedColumnNames();
    const types = result.columnTypes();
    return {
      name,
      container: 'parquet' as const,
      records: plainRows(names, types, result.getRowObjectsJson()),
      isArray: false,
      columns: names.map((column, i) => ({ name: column, type: String(types[i]) })),
    };
  }).catch((error: unknown) => {
    throw parquetProblem(error);
  });
}

type Row = Record<string, unknown>;

/** The rows with what their columns of JSON mean. */
function plainRows<T extends Row>(names: readonly string[], types: readonly DuckDBType[], rows: T[]): T[] {
  const plain = plainMembers(types.map((type, i) => [names[i] ?? '', plainOf(type)]));
  return plain ? rows.map((row) => plain(row) as T) : rows;
}

/** Rows that cannot be read: the first of them (1-based), how many, and why. */
export interface LostRows {
  first: number;
  count: number;
  reason: string;
}

type Take = (rows: readonly Record<string, unknown>[]) => void;

/** Hands over rows that can be read, by their 1-based numbers in order, a batch at a time. Throws as DuckDB does. */
export async function readChosenRows(path: string, numbers: readonly number[], take: Take): Promise<void> {
  await withFile(path, (connection) =>
    streamRows(
      connection,
      `SELECT * EXCLUDE (file_row_number) FROM read_parquet($1, file_row_number = true)
       WHERE file_row_number + 1 IN (SELECT unnest(from_json($2, '["BIGINT"]'))) ORDER BY file_row_number`,
      [path, JSON.stringify(numbers)],
      take,
    ),
  );
}

/** What is read of the rows of a file. */
export interface Projection {
  /** SQL for the columns that are read. */
  select: string;
  /** Names of those that are not. */
  left: readonly string[];
}

/** SQL for an item of a list without the members that are not read. */
function itemOf(type: DuckDBType, members: readonly string[]): string | null {
  if (type.typeId !== DuckDBTypeId.STRUCT) return null;
  const kept = type.entryNames.filter((name) => members.includes(name));
  if (kept.length === 0 || kept.length === type.entryNames.length) return null;
  const parts = kept.map((name) => `${quotedName(name)} := item.${quotedName(name)}`);
  return `CASE WHEN item IS NOT NULL THEN struct_pack(${parts.join(', ')}) END`;
}

/** What a format reads of a file; all of it where that is not told, or it has no such column. Throws when it cannot be read. */
export async function projectionOf(path: string, { columns }: TraceFormat): Promise<Projection> {
  if (!columns) return { select: '*', left: [] };
  return withFile(path, async (connection) => {
    const found = await connection.runAndReadAll('SELECT * FROM read_parquet($1) LIMIT 0', [path]);
    const types = found.columnTypes();
    const names = found.deduplicatedColumnNames();
    const select = names.flatMap((name, i) => {
      const read = Object.hasOwn(columns, name) ? columns[name] : undefined;
      const type = types[i];
      if (read === undefined || !type) return [];
      const item = read !== 'all' && type.typeId === DuckDBTypeId.LIST ? itemOf(type.valueType, read) : null;
      const column = quotedName(name);
      return [item === null ? column : `list_transform(${column}, lambda item: ${item}) AS ${column}`];
    });
    const left = names.filter((name) => !Object.hasOwn(columns, name));
    return select.length === 0 ? { select: '*', left: [] } : { select: select.join(', '), left };
  });
}

/**
 * Hands the rows over in the order of the file, a batch at a time. Where a row group is damaged, its rows are handed to
 * `lose` and the next group is gone on with. Throws where the file cannot be read on at all.
 */
export async function readParquetRows(
  path: string,
  select: string,
  take: Take,
  lose: (rows: LostRows) => void,
  memory = MEMORY,
): Promise<void> {
  let done = 0;
  const counted: Take = (rows) => {
    take(rows);
    done += rows.length;
  };
  try {
    await withFile(
      path,
      (connection) => streamRows(connection, `SELECT ${select} FROM read_parquet($1)`, [path], counted),
      memory.usual,
    );
  } catch (error) {
    if (error instanceof StagingFailure) throw error;
    await readGroups({ path, select, memory }, done, counted, lose, error);
  }
}

async function streamRows(
  connection: DuckDBConnection,
  sql: string,
  values: (string | number)[],
  take: Take,
  why: { why?: () => Promise<unknown> } = {},
): Promise<void> {
  await readStream(
    connection,
    () => connection.stream(sql, values),
    async (result) => {
      const [names, types] = [result.deduplicatedColumnNames(), result.columnTypes()];
      for await (const rows of result.yieldRowObjectJson()) take(plainRows(names, types, rows));
    },
    why,
  );
}

function isShortOfMemory(error: unknown): boolean {
  return error instanceof Error && /^Out of Memory/i.test(error.message);
}

/** A row count beyond this is no count but damage to the footer. */
const MOST_ROWS_OF_A_GROUP = 50_000_000;

/** Goes on after the row `done` (0-based) group by group, each with a database of its own. */
async function readGroups(
  { path, select, memory }: { path: string; select: string; memory: typeof MEMORY },
  done: number,
  take: Take,
  lose: (rows: LostRows) => void,
  cause: unknown,
): Promise<void> {
  const groups = await withFile(path, async (connection) => {
    const result = await connection.runAndReadAll(
      `SELECT row_group_id, any_value(row_group_num_rows)::DOUBLE AS count FROM parquet_metadata($1)
       GROUP BY row_group_id ORDER BY row_group_id`,
      [path],
    );
    return result.getRowsJson().map(([, count]) => Number(count));
  }).catch(() => []);
  if (groups.length === 0 || groups.some((count) => !(count >= 0 && count <= MOST_ROWS_OF_A_GROUP)))
    throw parquetProblem(cause);
  let start = 0;
  for (const count of groups) {
    const end = start + count;
    const from = Math.max(start, done);
    start = end;
    if (from >= end) continue;
    let taken = from;
    const sql = `SELECT ${select === '*' ? '* EXCLUDE (file_row_number)' : select} FROM read_parquet($1, file_row_number = true) WHERE file_row_number >= $2 AND file_row_number < $3`;
    const counted: Take = (rows) => {
      take(rows);
      taken += rows.length;
    };
    const read = (limit: string): Promise<void> =>
      withFile(
        path,
        (connection) => {
          const values = [path, taken, end];
          return streamRows(connection, sql, values, counted, { why: () => connection.run(sql, values) });
        },
        limit,
      );
    try {
      await read(memory.usual).catch((error: unknown) => {
        if (!isShortOfMemory(error)) throw error;
        return read(memory.most);
      });
    } catch (error) {
      if (error instanceof StagingFailure) throw error;
      lose({ first: taken + 1, count: end - taken, reason: parquetProblem(error).message });
    }
  }
}
