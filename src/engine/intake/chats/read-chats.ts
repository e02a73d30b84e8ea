/**
 * Reads Parquet files whose rows are conversations in SQL, straight into the staging tables, and leaves the rows it is
 * not sure of to the record function. Nothing is lost and nothing differs. Owns the order of the steps.
 */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { openForeign } from '../foreign-parquet';
import type { ChatRows } from '../format';
import { partitionsOf } from '../hive-partition';
import macrosSql from '../mapped/mapped.sql?raw';
import { quotedName } from '../parquet-lines';
import { projectedOf, readSource, type ReadCounts, type ReadTask } from '../read-source';
import { StagingFailure } from '../row-files';
import { runScript } from '../run-script';
import { quote, type Staging } from '../staging';
import { chatLabels, chatSelect, SPANS_OF_ROW, type ChatTask } from './chat-select';
import type { SqlValue } from './chat-values';

/** A file of whose first rows more than this share is for the record function is left to it as a whole. */
const MOST_LEFT = 0.5;
/** Rows of a table that tell it beforehand. */
const TRIED_ROWS = 256;
/** Rows of a row group of the files for the staging tables. */
const GROUP_ROWS = 8192;

export interface ChatReading {
  read: ReadTask;
  chats: ChatRows;
  staging: Staging;
  sourceId: string;
  /** Number of the first span. */
  firstNo: number;
}

export interface ChatResult {
  counts: ReadCounts;
  /** Spans laid into the staging tables by SQL. */
  spans: number;
  /** The last number that may be given to the spans of SQL. */
  lastSeq: number;
  /** Lines that are left to the record function. */
  left: ReadonlySet<number>;
  /** Has the record function read what is left, with numbers beyond `lastSeq`. */
  readLeft(task: ReadTask): Promise<void>;
}

/** Thrown where a file is for the record function as a whole. */
class NoChats extends Error {}

class ChatReader {
  private readonly left = new Set<number>();
  private readonly rows: string;
  private lines = 0;

  constructor(
    private readonly task: ChatReading,
    private readonly connection: DuckDBConnection,
    private readonly folder: string,
  ) {
    this.rows = join(folder, 'rows');
  }

  private async numbers(sql: string): Promise<number[]> {
    const reader = await this.connection.runAndReadAll(sql);
    return (reader.getRowsJson()[0] ?? []).map(Number);
  }

  private select(columns: readonly SqlValue[], rest: Pick<ChatTask, 'from' | 'line'>): string {
    const { chats, read, sourceId, firstNo } = this.task;
    const select = chatSelect({
      ...rest,
      chats,
      columns,
      sourceId,
      shortHash: read.source.shortHash,
      before: firstNo - 1,
      maxBytes: read.limits.maxCellCharacters,
    });
    if (select === null) throw new NoChats('a table of another kind');
    return select;
  }

  /** Writes spans into a file, or several. */
  private async write(select: string, path: string, options = ''): Promise<void> {
    await this.connection.run(
      `COPY (${select}) TO ${quote(path)} (FORMAT parquet, COMPRESSION uncompressed, ROW_GROUP_SIZE ${String(GROUP_ROWS)}${options})`,
    );
  }

  private async leave(written: string): Promise<void> {
    const found = await this.connection.runAndReadAll(
      `SELECT DISTINCT line::DOUBLE FROM ${written} WHERE kind IS NULL`,
    );
    for (const [line] of found.getRowsJson()) this.left.add(Number(line));
  }

  async readTable(): Promise<void> {
    const { path, limits } = this.task.read;
    const found = await this.connection.runAndReadAll('SELECT * FROM read_parquet($1) LIMIT 0', [path]);
    const types = found.columnTypes();
    const columns = found.deduplicatedColumnNames().flatMap((name, i) => {
      const type = types[i];
      return type ? [{ name, type, value: `t.${quotedName(name)}` }] : [];
    });
    const line = 't.file_row_number + 1';
    const rows = `read_parquet(${quote(path)}, file_row_number = true)`;
    const select = (from: string): string => this.select(columns, { from, line });
    await this.refuseMostLeft(`(${select(`(SELECT * FROM ${rows} LIMIT ${String(TRIED_ROWS)}) AS t`)})`);
    await this.write(
      select(`${rows} AS t`),
      this.rows,
      `, FILE_SIZE_BYTES ${String(limits.heldBytes)}, OVERWRITE true`,
    );
    const [count = 0] = await this.numbers(`SELECT count(*)::DOUBLE FROM ${rows}`);
    this.lines = count;
    await this.leave(this.written);
  }

  private async refuseMostLeft(from: string): Promise<void> {
    const [rows = 0, left = 0] = await this.numbers(
      `SELECT count(DISTINCT line)::DOUBLE, count(DISTINCT line) FILTER (kind IS NULL)::DOUBLE FROM ${from}`,
    );
    if (left > rows * MOST_LEFT) throw new NoChats('most of it is for the record function');
  }

  private get written(): string {
    return `read_parquet(${quote(join(this.rows, '*.parquet'))})`;
  }

  /** SQL that leaves out the lines that are left. */
  private get sure(): string {
    return this.left.size === 0
      ? 'true'
      : `line NOT IN (SELECT unnest(from_json(${quote(JSON.stringify([...this.left]))}, '["BIGINT"]')))`;
  }

  /** Lays what was written into the tables. */
  async takeIn(): Promise<ChatResult> {
    const { staging, sourceId, firstNo, chats, read } = this.task;
    const [spans = 0] = await this.numbers(`SELECT count(*)::DOUBLE FROM ${this.written} WHERE ${this.sure}`);
    const labels = chatLabels(chats, `SELECT * FROM ${this.written} WHERE ${this.sure}`);
    const labelPath = join(this.folder, 'labels.parquet');
    if (labels !== '') await this.write(labels, labelPath);
    try {
      if (labels !== '') staging.takeIn({ table: 'label', path: labelPath });
      for (const name of readdirSync(this.rows).sort())
        staging.takeIn({ table: 'span', path: join(this.rows, name) });
      await staging.flush();
      if (this.left.size > 0)
        await staging.connection.run(
          `DELETE FROM span WHERE source_id = ${quote(sourceId)} AND NOT (${this.sure})`,
        );
    } catch (error) {
      // Some of it is in the tables: the record function cannot begin anew.
      throw StagingFailure.of(error);
    }
    const { lines, left } = this;
    const lastSeq = firstNo + (lines + 2) * SPANS_OF_ROW;
    for (let i = 0; i < lines; i++) read.onRecord();
    return {
      counts: { lines, blank: 0, records: lines },
      spans,
      lastSeq,
      left,
      readLeft: (task) => this.readLeft(task),
    };
  }

  private async readLeft(task: ReadTask): Promise<void> {
    const { left } = this;
    if (left.size === 0) return;
    await readSource({ ...task, only: left, ordinalOf: (line) => line });
    await this.orderLeft();
  }

  /** Puts the spans of the record function among those of SQL, where their rows stand. Numbers stay whole. */
  private async orderLeft(): Promise<void> {
    const { staging, sourceId, firstNo } = this.task;
    await staging.flush();
    await staging.connection.run(
      `UPDATE span SET seq = moved.seq FROM (
         SELECT seq AS no, $2 + row_number() OVER (ORDER BY line, seq) AS seq FROM span WHERE source_id = $1
       ) AS moved WHERE span.seq = moved.no`,
      [sourceId, firstNo - 1],
    );
  }
}

/** Whether a source may be read here. */
export function isChatFile({ format, look, source }: ReadTask): boolean {
  if (!format.chats || look.envelope) return false;
  return look.container === 'parquet' && partitionsOf(source.path) === null;
}

/**
 * Reads a source; null where it is to be read by the record function as if nothing had been. Appenders of the staging tables must
 * hold nothing. Throws StagingFailure.
 */
export async function readChats(task: ChatReading): Promise<ChatResult | null> {
  const { read, staging, sourceId } = task;
  const folder = staging.newFolder(`chats-${sourceId}`);
  let result: ChatResult | null = null;
  const foreign = await openForeign([read.path], folder);
  try {
    const reader = new ChatReader(task, foreign.connection, folder);
    await runScript(foreign.connection, macrosSql);
    await reader.readTable();
    result = await reader.takeIn();
  } catch (error) {
    // What SQL stumbles over is for the record function to judge, and to name.
    if (error instanceof StagingFailure) throw error;
  } finally {
    foreign.close();
    if (!result) rmSync(folder, { recursive: true, force: true });
  }
  if (result) await projectedOf(read);
  return result;
}
