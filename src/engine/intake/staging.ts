/**
 * The intake process's own in-memory DuckDB: where spans are collected before they are derived, sorted and written.
 * It may read the Parquet sources of this job and write below the staging folder; everything else is locked.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBAppender, type DuckDBConnection } from '@duckdb/node-api';
import { labelColumns, rejectColumns, spanColumns } from './canonical';

/** Messages of model calls: each kept once per trace (or session), with the call it was first seen in. */
export const messageColumns = [
  ['owner_seq', 'DOUBLE'],
  ['ordinal', 'INTEGER'],
  ['history_size', 'INTEGER'],
  ['occurrence', 'INTEGER'],
  ['is_output', 'BOOLEAN'],
  ['role', 'VARCHAR'],
  ['origin', 'VARCHAR'],
  ['text_hash', 'VARCHAR'],
  ['tool_call_id', 'VARCHAR'],
  ['tool_name', 'VARCHAR'],
  ['is_error', 'BOOLEAN'],
] as const;

/** The text of each unique message once per source, however often histories repeat it. */
export const messageTextColumns = [
  ['text_hash', 'VARCHAR'],
  ['text', 'VARCHAR'],
  ['reasoning', 'VARCHAR'],
] as const;

/** What each call with a history was given, for telling a fresh start from a conversation that goes on. */
export const historyColumns = [
  ['owner_seq', 'DOUBLE'],
  ['assistant_messages', 'INTEGER'],
] as const;

/** Tool calls named in messages, for those that have no span of their own. */
export const callColumns = [
  ['owner_seq', 'DOUBLE'],
  ['ordinal', 'INTEGER'],
  ['tool_call_id', 'VARCHAR'],
  ['tool_name', 'VARCHAR'],
  ['arguments', 'VARCHAR'],
  ['call_hash', 'VARCHAR'],
] as const;

export type Cell = string | number | bigint | boolean | null;
type Columns = readonly (readonly [string, string])[];

export const stagingTables = {
  span: spanColumns,
  label: labelColumns,
  reject: rejectColumns,
  message: messageColumns,
  message_text: messageTextColumns,
  history: historyColumns,
  call: callColumns,
} satisfies Record<string, Columns>;
export type StagingTable = keyof typeof stagingTables;

function quote(path: string): string {
  return `'${path.replaceAll("'", "''")}'`;
}

function append(appender: DuckDBAppender, type: string, value: Cell): void {
  if (value === null) appender.appendNull();
  else if (type === 'VARCHAR')
    appender.appendVarchar(typeof value === 'string' ? value.toWellFormed() : String(value));
  else if (type === 'BOOLEAN') appender.appendBoolean(value === true);
  else if (type === 'BIGINT')
    appender.appendBigInt(typeof value === 'bigint' ? value : BigInt(Math.round(Number(value))));
  else if (type === 'INTEGER') appender.appendInteger(Number(value));
  else appender.appendDouble(Number(value));
}

export class Staging {
  private readonly appenders = new Map<StagingTable, DuckDBAppender>();
  private pending = 0;

  private constructor(
    private readonly instance: DuckDBInstance,
    readonly connection: DuckDBConnection,
  ) {}

  /** Opens the database. `readable` are the Parquet sources, `writable` the staging folder, if anything is to be written. */
  static async open(readable: readonly string[], writable: string | null, memoryLimit = '4GB'): Promise<Staging> {
    const temporary = mkdtempSync(join(tmpdir(), 'faultline-intake-'));
    const instance = await DuckDBInstance.create(':memory:', {
      temp_directory: temporary,
      memory_limit: memoryLimit,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
      allow_persistent_secrets: 'false',
    });
    const connection = await instance.connect();
    const files = readable.map(quote).join(', ');
    await connection.run(`SET allowed_paths = [${files}]`);
    if (writable !== null) {
      await connection.run(`SET allowed_directories = [${quote(writable.endsWith('/') ? writable : `${writable}/`)}]`);
    }
    await connection.run('SET enable_external_access = false');
    await connection.run('SET lock_configuration = true');
    for (const [table, columns] of Object.entries(stagingTables)) {
      await connection.run(
        `CREATE TABLE ${table} (${columns.map(([name, type]) => `"${name}" ${type}`).join(', ')})`,
      );
    }
    return new Staging(instance, connection);
  }

  /** Adds a row; `values` are in the order of the table's columns. */
  async add(table: StagingTable, values: readonly Cell[]): Promise<void> {
    let appender = this.appenders.get(table);
    if (!appender) {
      appender = await this.connection.createAppender(table);
      this.appenders.set(table, appender);
    }
    stagingTables[table].forEach(([, type], i) => {
      append(appender, type, values[i] ?? null);
    });
    appender.endRow();
    this.pending += 1;
    if (this.pending >= 20_000) this.flush();
  }

  flush(): void {
    for (const appender of this.appenders.values()) appender.flushSync();
    this.pending = 0;
  }

  /** Ends appending; afterwards SQL sees everything. */
  close(): void {
    for (const appender of this.appenders.values()) appender.closeSync();
    this.appenders.clear();
  }

  async shutdown(): Promise<void> {
    this.close();
    this.connection.closeSync();
    this.instance.closeSync();
    await Promise.resolve();
  }
}
