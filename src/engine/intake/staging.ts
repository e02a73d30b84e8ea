/**
 * The intake process's own in-memory DuckDB: where spans are collected before they are derived, sorted and written.
 * It may write below the staging folder, where it also spills what does not fit into memory; everything else is locked.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { labelColumns, rejectColumns, spanColumns } from './canonical';
import type { Cell, ColumnType } from './parquet-column';
import { ParquetRows } from './parquet-rows';

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

type Columns = readonly (readonly [string, ColumnType])[];

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

/** The database failed, which no record is to blame for: the import as a whole cannot go on. */
export class StagingFailure extends Error {
  override readonly name = 'StagingFailure';
}

function stagingFailure(error: unknown): StagingFailure {
  return new StagingFailure(error instanceof Error ? error.message : String(error), { cause: error });
}

/** Bytes of rows held, of all tables together, before they are handed over to tables, which can spill to disk. */
const HELD_BYTES = 16_000_000;

export class Staging {
  private readonly held = new Map(
    Object.entries(stagingTables).map(([table, columns]) => [
      table as StagingTable,
      new ParquetRows(columns),
    ]),
  );
  private heldBytes = 0;
  private files = 0;
  /** The last of the files of rows to be taken in; they are taken in one after another, while reading goes on. */
  private taking: Promise<void> = Promise.resolve();
  private failure: StagingFailure | null = null;
  private isClosed = false;

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
    }
    return staging;
  }

  /** Adds a row; `values` are in the order of the table's columns. Throws StagingFailure. */
  add(table: StagingTable, values: readonly Cell[]): void {
    const rows = this.held.get(table);
    if (!rows || this.isClosed) throw new StagingFailure(`nothing can be added to ${table} any more`);
    const before = rows.bytes;
    rows.add(values);
    this.heldBytes += rows.bytes - before;
    if (this.heldBytes >= HELD_BYTES) this.handOver();
  }

  /** Writes the rows held into files, and has the database take them in. Throws StagingFailure. */
  private handOver(): void {
    if (this.failure) throw this.failure;
    for (const [table, rows] of this.held) {
      if (rows.count === 0) continue;
      const path = join(this.spill, `rows-${String(this.files++)}.parquet`);
      try {
        rows.writeTo(path);
      } catch (error) {
        throw stagingFailure(error);
      }
      this.taking = this.taking.then(() => this.takeIn(table, path));
    }
    this.heldBytes = 0;
  }

  private async takeIn(table: StagingTable, path: string): Promise<void> {
    if (this.failure) return;
    try {
      await this.connection.run(`INSERT INTO ${table} SELECT * FROM read_parquet(${quote(path)})`);
      await rm(path);
    } catch (error) {
      this.failure = stagingFailure(error);
    }
  }

  /** Another connection to the same tables, with temporary ones of its own. Who asks for it ends it. */
  connect(): Promise<DuckDBConnection> {
    return this.instance.connect();
  }

  /** Hands over what is added, so that SQL sees it. Throws StagingFailure. */
  async flush(): Promise<void> {
    this.handOver();
    await this.taking;
    if (this.failure) throw this.failure;
  }

  /** Ends adding; afterwards SQL sees everything. Throws StagingFailure. */
  async close(): Promise<void> {
    await this.flush();
    this.isClosed = true;
    this.held.clear();
  }

  /** Takes out all rows of a source that could not be read to a sensible end. After `close` only. */
  async forget(sourceId: string): Promise<void> {
    for (const table of ['span', 'completion', 'label', 'reject'])
      await this.connection.run(`DELETE FROM ${table} WHERE source_id = ?`, [sourceId]);
  }

  /** Ends the database and removes what it spilled. */
  async shutdown(): Promise<void> {
    await this.taking;
    this.connection.closeSync();
    this.instance.closeSync();
    rmSync(this.spill, { recursive: true, force: true });
  }
}
