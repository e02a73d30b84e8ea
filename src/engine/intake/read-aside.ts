/**
 * Has threads read the files of a job ahead, batch by batch, and gives what they made of them in the order of the files. What a
 * thread cannot read, and all that is left once one of them fails, is for the caller to read. Owns no rows and no database.
 */
import { availableParallelism } from 'node:os';
import { ThreadPool } from '../workspace/thread-pool';
import type { IntakeFile } from './launcher';
import type { IntakeLimits } from './limits';
import type { Progress } from './progress';
import type { Batch, BatchRead, ReadingData } from './read-batch';

const MAX_THREADS = 4;
/** Short-lived memory of JavaScript in a thread: more of it lives to be collected before it is taken for long-lived. */
const YOUNG_MB = 96;
const PROGRESS_MS = 100;

/** A run of files, and whether threads may read it. */
export type Stretch = Batch & { isAside: boolean };

/** Cuts a job into batches; what is large stands alone, and what is very large is not read aside, since its rows wait on the disk. */
export function stretchesOf(
  files: readonly IntakeFile[],
  sizes: readonly number[],
  limits: IntakeLimits,
): Stretch[] {
  const out: Stretch[] = [];
  let bytes = Infinity;
  for (const [i, file] of files.entries()) {
    const size = sizes[i] ?? 0;
    const isAside = size <= limits.asideMostBytes;
    const last = out.at(-1);
    if (last && isAside && last.isAside && bytes + size <= limits.batchBytes) {
      last.files.push(file);
      bytes += size;
    } else {
      out.push({ first: i, files: [file], isAside });
      bytes = size;
    }
  }
  return out;
}

export class AsideReader {
  readonly #pool: ThreadPool<Batch, BatchRead>;
  readonly #count = Math.min(MAX_THREADS, availableParallelism());
  readonly #data: Pick<ReadingData, 'done' | 'begun'>;
  readonly #ahead = new Map<number, Promise<BatchRead>>();
  readonly #waiting: Batch[];
  readonly #timer: NodeJS.Timeout;
  readonly #progress: Progress;
  #told = { bytes: 0, records: 0, rejected: 0 };

  constructor(
    program: string,
    data: Omit<ReadingData, 'done' | 'begun'>,
    stretches: readonly Stretch[],
    progress: Progress,
  ) {
    this.#data = {
      done: new Float64Array(new SharedArrayBuffer(MAX_THREADS * 3 * Float64Array.BYTES_PER_ELEMENT)),
      begun: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)),
    };
    this.#pool = new ThreadPool(
      { path: program },
      { ...data, ...this.#data },
      { count: this.#count, youngMb: YOUNG_MB },
    );
    this.#waiting = stretches.filter(({ isAside }) => isAside).map(({ first, files }) => ({ first, files }));
    this.#progress = progress;
    this.#timer = setInterval(() => {
      this.#tell();
    }, PROGRESS_MS);
    this.#begin();
  }

  /** What became of a batch that may be read aside; null where it is for the caller to read. */
  async take(first: number): Promise<BatchRead> {
    const read = await this.#ahead.get(first);
    this.#ahead.delete(first);
    this.#begin();
    return read ?? null;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#tell();
    await this.#pool.close();
  }

  /** Rows of batches read ahead wait on the disk for those before them: so few are. */
  #begin(): void {
    while (this.#ahead.size < this.#count * 2) {
      const batch = this.#waiting.shift();
      if (!batch) return;
      // A thread that failed, or ran out of memory, leaves its files to the caller, who says what is wrong.
      const read = this.#pool.run(batch).catch(() => null);
      this.#ahead.set(batch.first, read);
    }
  }

  #tell(): void {
    const now = { bytes: 0, records: 0, rejected: 0 };
    const { done } = this.#data;
    for (let i = 0; i < done.length; i += 3) {
      now.bytes += done[i] ?? 0;
      now.records += done[i + 1] ?? 0;
      now.rejected += done[i + 2] ?? 0;
    }
    const { bytes, records, rejected } = this.#told;
    this.#told = now;
    this.#progress.ofThreads({
      bytes: now.bytes - bytes,
      records: now.records - records,
      rejected: now.rejected - rejected,
    });
  }
}
