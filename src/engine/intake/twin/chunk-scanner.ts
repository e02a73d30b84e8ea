/**
 * Has chunks of lines scanned, by a thread of its own where there is a program for one: scanning takes about a third of reading, in which
 * statements would wait for the thread that sends them. Owns what is known of all chunks scanned so far, and whether a file is for
 * the kernel at all; scans nothing itself (span-scanner.ts).
 */
import { ThreadPool } from '../../workspace/thread-pool';
import type { SqlTwin } from '../format';
import type { LineChunk } from './chunk-lines';
import { readAround } from './read-around';
import type { SpanFiles } from './span-frames';
import { SpanScanner, type Scan, type Scanned, type ScanTask } from './span-scanner';

/** SQL leaves about as much from this share on of what a scan leaves. */
const MUCH_OF = 0.8;

/** What a thread that scans is given at its start: the format whose lines it is to scan. */
export interface ScanningData {
  scans: string;
}

/** Scans one chunk after another in this thread; null for a format whose lines the kernel does not know. */
export function scannerOf(twin: SqlTwin): ((task: ScanTask) => Scanned) | null {
  if (!twin.scan) return null;
  const scanner = new SpanScanner(twin.scan, (text) => readAround(twin, text));
  return (task) => scanner.scan(task);
}

/** The thread that scans, and the format it is asked for. */
export interface ScanThread {
  program: string;
  format: string;
}

export class ChunkScanner {
  /** Rows of table shape, in the order of their numbers. */
  readonly shapes: Record<string, unknown>[] = [];
  /** Spans scanned so far. */
  scanned = 0;
  /** No chunk is for the kernel any more. */
  isOff = false;
  private used: ReadonlySet<string> = new Set();
  /** SQL was seen to leave about as much. */
  private isAsGood = false;
  /** Lines that would have been left of chunks that SQL is to parse. */
  private readonly doubted = new WeakMap<LineChunk, number>();
  private pool: ThreadPool<ScanTask, Scanned> | null = null;
  private here: ((task: ScanTask) => Scanned) | null = null;
  private hasScanned = false;

  constructor(
    private readonly twin: SqlTwin,
    thread: ScanThread | null,
  ) {
    if (thread)
      this.pool = new ThreadPool<ScanTask, Scanned>(
        { path: thread.program },
        { scans: thread.format } satisfies ScanningData,
        { count: 1 },
      );
  }

  /** Whether any shape has a value in a column of its own, such as `input`. */
  has(field: string): boolean {
    return this.used.has(field);
  }

  /**
   * Scans a chunk into new files; null where the chunk had better be parsed in SQL. Chunks are scanned in the order they are asked for, the
   * first one before any other. Throws as the file system does, and where the thread died.
   */
  async scan(chunk: LineChunk, files: SpanFiles): Promise<Scan | null> {
    const { text, lineCount } = chunk;
    const { scan, doubted, isOff, shapes, used } = await this.work({
      text,
      lineCount,
      ...files,
      isAsked: this.isAsGood,
    });
    this.shapes.push(...shapes);
    this.used = new Set(used);
    this.isOff ||= isOff;
    if (doubted !== null) this.doubted.set(chunk, doubted);
    this.scanned += scan?.rows ?? 0;
    return scan;
  }

  private async work(task: ScanTask): Promise<Scanned> {
    const isFirst = !this.hasScanned;
    this.hasScanned = true;
    if (this.pool) {
      try {
        return await this.pool.run(task);
      } catch (error) {
        // It did not start, or will not get through any chunk; what it knew of chunks before would be lost.
        if (!isFirst) throw error;
        await this.close();
      }
    }
    this.here ??= scannerOf(this.twin);
    if (!this.here) throw new Error('the kernel does not know such lines');
    return this.here(task);
  }

  /** Hears how many lines SQL left of a chunk that was left to it: where it left much less, it is to read the others too. */
  compare(chunk: LineChunk, left: number): void {
    const count = this.doubted.get(chunk);
    if (count === undefined) return;
    if (left >= count * MUCH_OF) this.isAsGood = true;
    else this.isOff = true;
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    const { pool } = this;
    this.pool = null;
    await pool?.close();
  }
}
