/**
 * The intake process's own in-memory DuckDB: where spans are collected before they are derived, sorted and written.
 * It may write below the staging folder, where it also spills what does not fit into memory; everything else is locked.
 * The texts of spans stay in the files they come in: the tables, and what is joined and sorted, are narrow.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { WIDE_COLUMNS } from './canonical';
import type { IntakeLimits } from './limits';
import type { Cell } from './parquet-column';
import { RowFiles, StagingFailure, type RowFile, type RowSink } from './row-files';
import { NARROW_NAMES, spanTableColumns, stagingTables, type StagingTable } from './staging-tables';

/** An SQL string literal, for settings that take no parameters. */
export function quote(path: string): string {
  return `'${path.replaceAll("'", "''")}'`;
}

/** Which columns tell a span by its number. */
const NUMBERS: Partial<Record<StagingTable, string>> = {
  span: 'seq',
  completion: 'seq',
  message: 'owner_seq',
  message_text: 'owner_seq',
  history: 'owner_seq',
  call: 'owner_seq',
};

/** Threads that work on narrow tables at the same time. */
const MOST_THREADS = 4;

const WIDE_SIZE = WIDE_COLUMNS.map((name) => `coalesce(strlen("${name}"), 0)`).join(' + ');

/** A file with the texts of spans, told by their numbers; `after` is what is to be added to those. */
export interface WideFile {
  path: string;
  after: number;
  /** It has column piece too, by which it is sorted (pieces.ts). */
  isByPiece: boolean;
  /** Its rows lie in the order of their numbers. */
  isInOrder: boolean;
}

export class Staging implements RowSink {
  private readonly rows: RowFiles;
  /** The last of the files of rows to be taken in; they are taken in one after another, while reading goes on. */
  private taking: Promise<void> = Promise.resolve();
  private failure: StagingFailure | null = null;
  private isClosed = false;
  private readonly wideFiles: WideFile[] = [];

  private constructor(
    private readonly instance: DuckDBInstance,
    readonly connection: DuckDBConnection,
    /** Folder for what is not kept; removed at the end. */
    readonly spill: string,
    heldBytes: number,
  ) {
    this.rows = new RowFiles(spill, 'rows', heldBytes, (file) => {
      this.takeIn(file);
    });
  }

  /** Opens the database. `folder` is the staging folder of an import, the only place it can write to. */
  static async open(
    folder: string,
    { databaseMemory, heldBytes }: Pick<IntakeLimits, 'databaseMemory' | 'heldBytes'>,
  ): Promise<Staging> {
    const spill = join(folder, 'spill');
    mkdirSync(spill);
    const instance = await DuckDBInstance.create(':memory:', {
      temp_directory: spill,
      memory_limit: databaseMemory,
      // Each thread holds two thousand rows with all their texts at a time, several times over; see onAllCores.
      threads: '1',
      allowed_configs: "['threads', 'disabled_optimizers']",
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
    const staging = new Staging(instance, connection, spill, heldBytes);
    for (const [table, given] of Object.entries(stagingTables)) {
      const columns = table === 'span' ? spanTableColumns : given;
      await connection.run(
        `CREATE TABLE ${table} (${columns.map(([name, type]) => `"${name}" ${type}`).join(', ')})`,
      );
    }
    return staging;
  }

  /** Adds a row; `values` are in the order of the table's columns. Throws StagingFailure. */
  add(table: StagingTable, values: readonly Cell[]): void {
    if (this.isClosed) throw new StagingFailure(`nothing can be added to ${table} any more`);
    this.rows.add(table, values);
  }

  /** A new folder for files beside the tables, with a slash at its end as DuckDB wants it. */
  newFolder(name: string): string {
    const folder = join(this.spill, name, '/');
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** A new file for the texts of spans, a row with `seq` and WIDE_COLUMNS for each: its number, and its path. */
  newWideFile(isByPiece = false): { number: number; path: string } {
    const number = this.wideFiles.length;
    const path = join(this.spill, `texts-${String(number)}.parquet`);
    this.wideFiles.push({ path, after: 0, isByPiece, isInOrder: false });
    return { number, path };
  }

  /** A file with texts of spans by its number. Throws StagingFailure. */
  wideFile(number: number): WideFile {
    const file = this.wideFiles[number];
    if (!file) throw new StagingFailure(`there is no file ${String(number)} of texts`);
    return file;
  }

  /** Notes that the rows of a file of texts lie in the order of their numbers. Throws StagingFailure. */
  isInOrder(number: number): void {
    this.wideFile(number).isInOrder = true;
  }

  /** The files of texts whose rows lie in the order of their numbers. */
  filesInOrder(): { number: number; path: string }[] {
    return this.wideFiles.flatMap(({ isInOrder, path }, number) => (isInOrder ? [{ number, path }] : []));
  }

  /** Has the database take in a file of rows, and removes it unless it holds texts. `after`: what is added to the numbers of its spans. Throws StagingFailure. */
  takeIn({ table, path }: RowFile, after = 0): void {
    if (this.failure) throw this.failure;
    if (table === 'span') {
      const no = `seq + ${String(after)}`;
      const file = this.wideFiles.push({ path, after, isByPiece: false, isInOrder: false }) - 1;
      const columns = `${NARROW_NAMES}, (${no})::BIGINT AS wide_no, ${String(file)} AS wide_file, ${WIDE_SIZE} AS wide_size`;
      this.insert(
        `INSERT INTO span BY NAME SELECT * REPLACE (${no} AS seq) FROM (SELECT ${columns} FROM read_parquet(${quote(path)}))`,
        null,
      );
      return;
    }
    const number = NUMBERS[table];
    const columns =
      number !== undefined && after > 0 ? `* REPLACE (${number} + ${String(after)} AS ${number})` : '*';
    this.insert(`INSERT INTO ${table} SELECT ${columns} FROM read_parquet(${quote(path)})`, path);
  }

  /** Runs a statement after those before it, and removes the file it read where that is told. */
  private insert(statement: string, path: string | null): void {
    this.taking = this.taking.then(async () => {
      if (this.failure) return;
      try {
        await this.connection.run(statement);
        if (path !== null) await rm(path);
      } catch (error) {
        this.failure = StagingFailure.of(error);
      }
    });
  }

  /** Does work on narrow tables, which may take several threads: without texts they hold little. */
  async onAllCores<T>(work: () => Promise<T>): Promise<T> {
    await this.connection.run(`SET threads = ${String(Math.min(MOST_THREADS, availableParallelism()))}`);
    try {
      return await work();
    } finally {
      await this.connection.run('SET threads = 1');
    }
  }

  /**
   * Does work whose joins run as they are written: what stands on the right is held, what stands on the left goes past it. DuckDB
   * tells by how many columns and rows a side has, which says nothing of how long texts are, and would hold texts.
   */
  async joinedAsWritten<T>(work: () => Promise<T>): Promise<T> {
    await this.connection.run("SET disabled_optimizers = 'join_order,build_side_probe_side'");
    try {
      return await work();
    } finally {
      await this.connection.run("SET disabled_optimizers = ''");
    }
  }

  /** Whether a table has any. After `close`, or of what is flushed. */
  async hasRows(table: StagingTable): Promise<boolean> {
    return (await this.connection.runAndReadAll(`SELECT 1 FROM ${table} LIMIT 1`)).currentRowCount > 0;
  }

  /** Another connection to the same tables, with temporary ones of its own. Who asks for it ends it. */
  connect(): Promise<DuckDBConnection> {
    return this.instance.connect();
  }

  /** Hands over what is added, so that SQL sees it. Throws StagingFailure. */
  async flush(): Promise<void> {
    this.rows.write();
    await this.taking;
    if (this.failure) throw this.failure;
  }

  /** Ends adding; afterwards SQL sees everything. Throws StagingFailure. */
  async close(): Promise<void> {
    await this.flush();
    this.isClosed = true;
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
