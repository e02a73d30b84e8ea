/**
 * Reads a file of lines in SQL, chunks of it at the same time, straight into the staging tables, and says which lines and traces
 * are left for the record function. Nothing is lost and nothing differs: what a chunk, line, span or trace holds beyond what the
 * twin knows for sure is left. Owns the file as a whole; a chunk is read-chunk.ts's.
 */
import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { SqlTwin } from '../format';
import type { ReadTask } from '../read-source';
import { runScript } from '../run-script';
import { openSource } from '../source-stream';
import type { Staging } from '../staging';
import { ChunkScanner, type ScanThread } from './chunk-scanner';
import { chunkLines, type ChunkOptions, type LineChunk } from './chunk-lines';
import { LeftLines } from './left-lines';
import orderSql from './order.sql?raw';
import { ChunkReader } from './read-chunk';
import { flagColumns } from './shape-table';
import { NoRows, tableChunks, type RowChunk } from './table-chunks';
import tracesSql from './traces.sql?raw';

/** Chunks read at a time: each holds its lines several times over. */
const MOST_AT_ONCE = 4;
/** A file of fewer chunks is scanned without a thread. */
const LEAST_CHUNKS = 4;
const MAX_LINE_BYTES = 16 * 1024 * 1024;
/** Far below what any JSON function of DuckDB was seen to survive, and below the record function's own limit. */
const MAX_DEPTH = 200;
/** Tables that are of no use once a file is read. */
const OWN_TABLES =
  'twin_called routed traced linked tree wrapper placed inner_agent agent_id_of found_call trace_session_of odd gone settled summed unsettled'.split(
    ' ',
  );

export interface TwinResult {
  lines: number;
  blank: number;
  /** Spans laid into the staging tables. */
  spans: number;
  /** The last number given to them. */
  lastSeq: number;
  /** Spans that were scanned rather than parsed in SQL. */
  scanned: number;
  /** Lines that the record function has to read, and the traces it is to be believed of; spans of others are there already. */
  left: { lines: ReadonlySet<number>; traces: ReadonlySet<string> };
}

export interface TwinTask {
  read: ReadTask;
  twin: SqlTwin;
  staging: Staging;
  sourceId: string;
  /** Number of the first span. */
  firstNo: number;
  /** The program of a thread that scans lines; null for none. */
  program: string | null;
}

/** A thread costs its start, and is of use where there is a core for it. */
function threadFor({ read, program }: TwinTask): ScanThread | null {
  const isLarge = read.length - (read.from?.byteOffset ?? 0) >= read.limits.twinChunkBytes * LEAST_CHUNKS;
  return program !== null && isLarge && availableParallelism() > 1
    ? { program, format: read.format.id }
    : null;
}

class TwinReader {
  private readonly left: LeftLines;
  private readonly idle: ChunkReader[] = [];
  private readonly readers: ChunkReader[] = [];
  private readonly atWork = new Set<Promise<void>>();
  private lines = 0;
  private blank = 0;
  private nextNo: Promise<number>;
  private readonly scanner: ChunkScanner | null;
  private isOver = false;
  private problem: Error | null = null;

  constructor(private readonly task: TwinTask) {
    this.left = new LeftLines(task.read);
    this.nextNo = Promise.resolve(task.firstNo);
    this.scanner = task.twin.scan ? new ChunkScanner(task.twin, threadFor(task)) : null;
  }

  private run(script: string): Promise<void> {
    return runScript(this.task.staging.connection, script);
  }

  private async rows(sql: string): Promise<Record<string, unknown>[]> {
    return (await this.task.staging.connection.runAndReadAll(sql)).getRowObjectsJson();
  }

  async open(): Promise<void> {
    await this.run(`
      CREATE OR REPLACE VIEW twin_text AS SELECT text_hash, owner_seq AS no FROM message_text WHERE owner_seq >= ${String(this.task.firstNo)};
      CREATE OR REPLACE TABLE twin_called (trace_id VARCHAR, name VARCHAR);
      CREATE OR REPLACE VIEW twin_span AS SELECT wide_no AS no, line, trace_id, span_id, parent_span_id, kind, name, operation, start_ns, end_ns, agent_name, tool_call_id,
        call_hash, session_id, ${flagColumns} FROM span WHERE seq >= ${String(this.task.firstNo)};
      CREATE OR REPLACE TABLE routed (trace_id VARCHAR);
      CREATE OR REPLACE TABLE twin_start AS SELECT ${String(this.task.firstNo)}::BIGINT AS first_no;
    `);
    const count = Math.min(MOST_AT_ONCE, availableParallelism());
    for (let number = 0; number < count; number++) this.readers.push(await this.openReader(number));
    this.idle.push(...this.readers);
  }

  private async openReader(number: number): Promise<ChunkReader> {
    const { staging, twin, sourceId } = this.task;
    const { scanner } = this;
    const reader = new ChunkReader(await staging.connect(), { twin, sourceId, staging, scanner }, number);
    await reader.open();
    return reader;
  }

  /**
   * Takes a chunk in, once there is a reader for it; the first one is read before any other. False where the file had better be
   * left to the record function.
   */
  async add(chunk: LineChunk | RowChunk): Promise<boolean> {
    while (this.idle.length === 0) await Promise.race(this.atWork);
    const isFirst = this.lines === 0;
    this.lines += chunk.lineCount;
    this.blank += chunk.blank;
    const work = this.readChunk(chunk, isFirst).catch((error: unknown) => {
      this.isOver = true;
      this.problem ??= error instanceof Error ? error : new Error(String(error));
    });
    this.atWork.add(work);
    void work.then(() => this.atWork.delete(work));
    if (isFirst) await work;
    return this.isFine();
  }

  private isFine(): boolean {
    if (this.problem) throw this.problem;
    return !this.isOver;
  }

  private async readChunk(chunk: LineChunk | RowChunk, isFirst: boolean): Promise<void> {
    const reader = this.idle.pop() as ChunkReader;
    const firstNo = this.nextNo;
    let onCount = (_: number): void => undefined;
    const count = new Promise<number>((resolve) => (onCount = resolve));
    this.nextNo = Promise.all([firstNo, count]).then(([first, spans]) => first + spans);
    try {
      const bad = this.isOver ? null : await reader.read({ chunk, firstNo, isFirst, onCount });
      const isLeft =
        bad !== null &&
        bad.every(({ line, bytes }) => this.left.add(line, bytes)) &&
        chunk.odd.every(({ line, bytes }) => this.left.add(line, bytes));
      if (!isLeft) this.isOver = true;
      for (let i = chunk.blank; i < chunk.lineCount; i++) this.task.read.onRecord();
    } finally {
      // Whoever waits for the number goes on, and stops of itself.
      onCount(0);
      if ('release' in chunk) chunk.release();
      this.idle.push(reader);
    }
  }

  /** Ends with what was read; null where the file had better be left to the record function. */
  async end(): Promise<TwinResult | null> {
    await Promise.all(this.atWork);
    if (!this.isFine()) return null;
    // What they hold of their last chunks is as much as all that follows takes.
    await this.closeReaders();
    await this.scanner?.close();
    const { lines, traces } = this.left;
    if (traces.size > 0)
      await this.task.staging.connection.run(
        'INSERT INTO routed SELECT unnest(from_json($1, \'["VARCHAR"]\'))',
        [JSON.stringify([...traces])],
      );
    await this.task.staging.onAllCores(() => this.run(tracesSql));
    const left = await this.rows('SELECT DISTINCT line::INTEGER AS line FROM unsettled');
    for (const row of left) lines.add(Number(row['line']));
    for (const row of await this.rows('SELECT DISTINCT trace_id FROM routed'))
      traces.add(String(row['trace_id']));
    const [count] = await this.rows('SELECT count(*)::INTEGER AS n FROM twin_span');
    return {
      lines: this.lines,
      blank: this.blank,
      spans: Number(count?.['n'] ?? 0),
      lastSeq: (await this.nextNo) - 1,
      scanned: this.scanner?.scanned ?? 0,
      left: { lines, traces },
    };
  }

  /** Takes out all that was laid into the tables. */
  async undo(): Promise<void> {
    const from = String(this.task.firstNo);
    await this.run(`
      DELETE FROM span WHERE seq >= ${from};
      DELETE FROM message WHERE owner_seq >= ${from};
      DELETE FROM message_text WHERE owner_seq >= ${from};
      DELETE FROM history WHERE owner_seq >= ${from};
      DELETE FROM "call" WHERE owner_seq >= ${from};
    `);
  }

  async close(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.atWork);
    await this.closeReaders();
    await this.scanner?.close();
    await this.run('DROP VIEW IF EXISTS twin_text;\nDROP VIEW IF EXISTS twin_span;');
    for (const table of OWN_TABLES) await this.task.staging.connection.run(`DROP TABLE IF EXISTS ${table}`);
  }

  private async closeReaders(): Promise<void> {
    for (const reader of this.readers.splice(0)) await reader.close();
  }
}

function chunkBytesOf({ read: { limits }, twin }: TwinTask): number {
  const isScanned = twin.scan !== undefined || twin.table !== undefined;
  return isScanned ? limits.twinChunkBytes : Math.min(limits.twinChunkBytes, limits.unscannedChunkBytes);
}

/** The lines of the source, or the rows of a table, which are laid into `folder`. */
async function chunksOf(
  { read, twin }: TwinTask,
  options: ChunkOptions,
  folder: string,
): Promise<AsyncIterable<LineChunk | RowChunk>> {
  if (twin.table) return tableChunks(read.path, twin.table, options, folder);
  const start = read.from?.byteOffset ?? 0;
  const { bytes } = await openSource(read, read.limits, read.onBytes, { start, end: read.length });
  return chunkLines(bytes, options, read.from?.line);
}

function briefly(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n')[0] ?? '').slice(0, 160);
}

/**
 * Reads the source with its format's twin; null where it is to be read by the record function as if nothing had been. Appenders
 * of the staging tables must hold nothing of this source. Throws as the source's stream and the database do.
 */
export async function readWithTwin(task: TwinTask): Promise<TwinResult | null> {
  const { read } = task;
  const reader = new TwinReader(task);
  await reader.open();
  const folder = task.staging.newFolder(`rows-${task.sourceId}`);
  let isDone = false;
  try {
    const options = {
      chunkBytes: chunkBytesOf(task),
      // No text of a shorter line is longer than what is kept of one.
      maxLineBytes: Math.min(MAX_LINE_BYTES, read.limits.maxRecordBytes, read.limits.maxCellCharacters),
      maxDepth: Math.min(MAX_DEPTH, read.limits.maxDepth),
    };
    for await (const chunk of await chunksOf(task, options, folder)) {
      if (!(await reader.add(chunk))) return null;
    }
    const result = await reader.end();
    isDone = result !== null;
    return result;
  } catch (error) {
    // What SQL stumbles over is for the record function to judge: a line too long, values no cast was meant for, too little memory.
    if (!(error instanceof NoRows)) read.emit.note(`left to be read record by record: ${briefly(error)}`);
    return null;
  } finally {
    await reader.close();
    rmSync(folder, { recursive: true, force: true });
    if (!isDone) await reader.undo();
  }
}

/**
 * Puts the spans of the source read last in order, those of the record function among the others. Appenders of the staging tables
 * must hold nothing.
 */
export function orderTwinSpans(staging: Staging): Promise<void> {
  return runScript(staging.connection, orderSql);
}
