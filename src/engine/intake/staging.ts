/**
 * The intake process's own in-memory DuckDB: where spans are collected before they are derived, sorted and written.
 * It may write below the staging folder, where it also spills what does not fit into memory; everything else is locked.
 */
import { mkdirSync, rmSync } from 'node:fs';
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
  ['last_answer', 'INTEGER'],
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

/** Sources that grew, and under which id they were first imported. */
export const grownColumns = [
  ['grown_source_id', 'VARCHAR'],
  ['first_source_id', 'VARCHAR'],
] as const;

export type Cell = string | number | bigint | boolean | null;
type Columns = readonly (readonly [string, string])[];

export const stagingTables = {
  span: spanColumns,
  completion: spanColumns,
  label: labelColumns,
  reject: rejectColumns,
  message: messageColumns,
  message_text: messageTextColumns,
  history: historyColumns,
  call: callColumns,
  grown: grownColumns,
} satisfies Record<string, Columns>;
export type StagingTable = keyof typeof stagingTables;

/** An SQL string literal, for settings that take no parameters. */
export function quote(path: string): string {
  return `'${path.replaceAll("'", "''")}'`;
}

function append(appender: DuckDBAppender, type: string, value: Cell): void {
  if (value === null) appender.appendNull();
  else if (type === 'VARCHAR')
    appender.appendVarchar(typeof value === 'string' ? value.toWellFormed() : String(value));
  else if (type === 'BOOLEAN') appender.appendBoolean(value === true);
  else if (type === 'BIGINT') {
    if (typeof value === 'bigint') appender.appendBigInt(value);
    else if (Number.isFinite(Number(value))) appender.appendBigInt(BigInt(Math.round(Number(value))));
    else appender.appendNull();
  } else if (type === 'INTEGER') appender.appendInteger(Number(value));
  else appender.appendDouble(Number(value));
}

/** The database failed, which no record is to blame for: the import as a whole cannot go on. */
export class StagingFailure extends Error {
  override readonly name = 'StagingFailure';
}

/** Rows and characters appended before they are handed over to tables, which can spill to disk; an appender cannot. */
const FLUSH_ROWS = 20_000;
const FLUSH_CHARACTERS = 16_000_000;

export class Staging {
  private readonly appenders = new Map<StagingTable, DuckDBAppender>();
  private pendingRows = 0;
  private pendingCharacters = 0;

  private constructor(
    private readonly instance: DuckDBInstance,
    readonly connection: DuckDBConnection,
    /** Folder for what is not kept; removed at the end. */
    readonly spill: string,
  ) {}

  /** Opens the database. `folder` is the staging folder of an import, the only place it can write to. */
  static async open(folder: string, memoryLimit: string): Promise<Staging> {
    const spill = join(folder, 'spill');
    mkdirSync(spill);
    const instance = await DuckDBInstance.create(':memory:', {
      temp_directory: spill,
      memory_limit: memoryLimit,
      // Each thread holds two thousand rows with all their texts at a time, several times over.
      threads: '1',
      // In memory a checkpoint only copies the tables, all of them, over and over while they grow.
      checkpoint_threshold: '1000GB',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
      allow_persistent_secrets: 'false',
    });
    const connection = await instance.connect();
    await connection.run(
      `SET allowed_directories = [${quote(folder.endsWith('/') ? folder : `${folder}/`)}]`,
    );
    await connection.run('SET enable_external_access = false');
    await connection.run('SET lock_configuration = true');
    const staging = new Staging(instance, connection, spill);
    for (const [table, columns] of Object.entries(stagingTables)) {
      await connection.run(
        `CREATE TABLE ${table} (${columns.map(([name, type]) => `"${name}" ${type}`).join(', ')})`,
      );
      staging.appenders.set(table as StagingTable, await connection.createAppender(table));
    }
    return staging;
  }

  /** Adds a row; `values` are in the order of the table's columns. Throws StagingFailure. */
  add(table: StagingTable, values: readonly Cell[]): void {
    const appender = this.appenders.get(table);
    if (!appender) throw new StagingFailure(`nothing can be added to ${table} any more`);
    const columns: Columns = stagingTables[table];
    try {
      for (let i = 0; i < columns.length; i++) {
        const value = values[i] ?? null;
        if (typeof value === 'string') this.pendingCharacters += value.length;
        append(appender, columns[i]?.[1] ?? 'VARCHAR', value);
      }
      appender.endRow();
      this.pendingRows += 1;
      if (this.pendingRows >= FLUSH_ROWS || this.pendingCharacters >= FLUSH_CHARACTERS) this.flush();
    } catch (error) {
      throw new StagingFailure(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  /** Another connection to the same tables, with temporary ones of its own. Who asks for it ends it. */
  connect(): Promise<DuckDBConnection> {
    return this.instance.connect();
  }

  /** Hands over what is appended, so that SQL sees it. */
  flush(): void {
    for (const appender of this.appenders.values()) appender.flushSync();
    this.pendingRows = 0;
    this.pendingCharacters = 0;
  }

  /** Ends appending; afterwards SQL sees everything. */
  close(): void {
    for (const appender of this.appenders.values()) appender.closeSync();
    this.appenders.clear();
  }

  /** Takes out all rows of a source that could not be read to a sensible end. After `close` only. */
  async forget(sourceId: string): Promise<void> {
    for (const table of ['span', 'completion', 'label', 'reject'])
      await this.connection.run(`DELETE FROM ${table} WHERE source_id = ?`, [sourceId]);
  }

  /** Ends the database and removes what it spilled. */
  shutdown(): void {
    this.appenders.clear();
    this.connection.closeSync();
    this.instance.closeSync();
    rmSync(this.spill, { recursive: true, force: true });
  }
}
