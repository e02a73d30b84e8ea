/**
 * Takes sessions through detectors batch by batch, here or in threads while the next batches are read, and hands on what
 * was found. What another room wants of the same sessions goes along, so that they are read once. Stores nothing itself.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Queries, Store } from '../workspace/queries';
import { ThreadPool, type ThreadProgram } from '../workspace/thread-pool';
import { prepareInspecting, type InspectJob, type Inspected } from './inspect-batch';
import { eachBatch, type SpanBatch } from './read-trajectories';
import { textList } from '../workspace/sql-values';

/** What another room reads of sessions while detectors look at them. */
export interface Beside {
  /** What it has to know before the first batch; can be passed to a thread. */
  job: unknown;
  /** What it reads of the sessions of a batch; can be passed to a thread. */
  read(db: Store, sessionIds: readonly string[], signal?: AbortSignal): Promise<unknown>;
  /** Does what a thread's program does with `job`, here. */
  prepare(job: unknown): (read: unknown) => unknown;
  /** Tables of its own with rows of sessions, beside its findings. */
  tables: readonly string[];
  /**
   * Stores what was made of the sessions of a batch, in the transaction that stores the findings; in place of what it stored before,
   * where `isFirst` does not say that there is none.
   */
  store(tx: Queries, sessionIds: readonly string[], made: unknown, isFirst: boolean): Promise<void>;
}

/** What a thread that reads sessions is given at its start. */
export interface ReadJob {
  inspect: InspectJob | null;
  beside: unknown;
}
/** A batch of sessions for it. */
export interface ReadTask {
  batch: SpanBatch | null;
  beside: unknown;
}
/** What it answers. */
export interface ReadReply {
  inspected: Inspected | null;
  beside: unknown;
}

export interface Inspecting {
  job: InspectJob;
  beside?: Beside | undefined;
  /** The program of the threads; absent, all is done in this one. */
  threads?: ThreadProgram | undefined;
  /** Spans from which threads are worth their start. */
  threadsFrom?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** Takes what was found in a batch; the next ones are under way meanwhile. */
type Take = (sessionIds: string[], found: Inspected, beside: unknown) => Promise<void>;

/** How long detectors may run before others get a turn, in milliseconds. */
const BREATH_MS = 12;

/** Fewer spans are looked at sooner than a thread has started, and never need a second one. */
const SPANS_FOR_THREADS = 15_000;

/** Looks at the named sessions in order of their ids. Throws the signal's reason when it is aborted. */
export async function inspectSessions(
  db: Store,
  sessionIds: readonly string[],
  how: Inspecting,
  take: Take,
): Promise<void> {
  const { beside, signal, threads } = how;
  if (sessionIds.length === 0) return;
  // Where people wait for answers, a session of a thousand spans would hold this thread up for too long.
  const threadsFrom = how.threadsFrom ?? (threads?.givesWay === true ? 0 : SPANS_FOR_THREADS);
  const spans = threads === undefined ? 0 : await spanCountOf(db, sessionIds);
  const run =
    threads !== undefined && spans >= threadsFrom
      ? inPool(threads, how, how.threadsFrom === undefined && spans < SPANS_FOR_THREADS ? { count: 1 } : {})
      : inThisThread(how);
  const endNow = (): void => void run.close();
  signal?.addEventListener('abort', endNow, { once: true });
  const underWay = new Set<Promise<void>>();
  try {
    await eachBatch(
      db,
      sessionIds,
      async (batch) => {
        const ids = batch.sessions.map((one) => one.sessionId);
        const read = (await beside?.read(db, ids, signal)) ?? null;
        const one = run.read({ batch, beside: read }).then((reply) => {
          return take(ids, reply.inspected ?? { findings: [], figures: [], changes: [] }, reply.beside);
        });
        const settled = one.finally(() => underWay.delete(settled));
        // What fails is thrown at the race below or at the end, whichever comes first.
        settled.catch(() => undefined);
        underWay.add(settled);
        // One batch more than there are threads, so that none waits for the database.
        if (underWay.size > run.size) await Promise.race(underWay);
      },
      signal,
    ).finally(() => Promise.allSettled(underWay));
    await Promise.all(underWay);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', endNow);
    await run.close();
  }
}

interface Reader {
  /** Batches it works on at once; 0 where it works on the one at hand alone. */
  size: number;
  read(task: ReadTask): Promise<ReadReply>;
  close(): Promise<void>;
}

function inPool(program: ThreadProgram, { job, beside }: Inspecting, limits: { count?: number }): Reader {
  const data: ReadJob = { inspect: job, beside: beside?.job ?? null };
  const pool = new ThreadPool<ReadTask, ReadReply>(program, data, limits);
  return { size: pool.size, read: (task) => pool.run(task), close: () => pool.close() };
}

function inThisThread({ job, beside, signal }: Inspecting): Reader {
  const inspect = prepareInspecting(job, breathing(signal));
  const make = beside?.prepare(beside.job);
  return {
    size: 0,
    read: async (task) => ({
      inspected: task.batch === null ? null : await inspect(task.batch),
      beside: make?.(task.beside) ?? null,
    }),
    close: () => Promise.resolve(),
  };
}

async function spanCountOf(db: Store, sessionIds: readonly string[]): Promise<number> {
  const row = await db.one<{ n: number }>(
    'SELECT coalesce(sum(span_count), 0)::DOUBLE AS n FROM session WHERE session_id IN (SELECT unnest($1::VARCHAR[]))',
    [textList(sessionIds)],
  );
  return row?.n ?? 0;
}

/** Lets others have a turn every few milliseconds; throws the signal's reason once it is aborted. */
function breathing(signal?: AbortSignal): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < BREATH_MS) return;
    await nextTurn();
    signal?.throwIfAborted();
    since = performance.now();
  };
}
