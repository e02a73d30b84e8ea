/**
 * Threads of this process that run one program: each is given the same data at its start, then one task after another. Owns the
 * threads' life and nothing of what they compute. What is passed is copied (https://nodejs.org/api/worker_threads.html).
 */
import { availableParallelism, constants, setPriority } from 'node:os';
import { parentPort, Worker, workerData } from 'node:worker_threads';

type Reply<R> = { result: R } | { problem: string };

/** A program that threads run. */
export interface ThreadProgram {
  path: string;
  /** Whether it gives way to whatever answers people: for shells with a screen. */
  givesWay?: boolean;
}

/** Linux alone gives a thread a priority of its own; elsewhere the whole process would have it. */
const hasThreadPriority = process.platform === 'linux';

/** Threads worth having: where people wait for answers and threads cannot give way to them, one core is left free. */
function threadCount(givesWay: boolean): number {
  const free = givesWay && !hasThreadPriority ? 1 : 0;
  return Math.max(1, Math.min(4, availableParallelism() - free));
}

interface ThreadLimits {
  count?: number;
  /** Memory for what JavaScript holds for a short time only. */
  youngMb?: number;
}

/** What a thread is given at its start. */
interface ThreadStart {
  data: unknown;
  givesWay: boolean;
}

interface Thread<R> {
  worker: Worker;
  settle: ((reply: Reply<R>) => void) | null;
}

/** JavaScript's heap in a thread; a batch of spans takes some 100 MB. */
const heapMb = 1_024;

export class ThreadPool<Task, Result> {
  readonly #threads: Thread<Result>[];
  readonly #idle: Thread<Result>[];
  readonly #waiting: (() => void)[] = [];
  #problem: string | null = null;

  /** `data`: what every thread is given at its start. */
  constructor({ path, givesWay = false }: ThreadProgram, data: unknown, limits: ThreadLimits = {}) {
    const start: ThreadStart = { data, givesWay };
    const { count = threadCount(givesWay), youngMb } = limits;
    this.#threads = Array.from({ length: count }, () => this.#start(path, start, youngMb));
    this.#idle = [...this.#threads];
  }

  get size(): number {
    return this.#threads.length;
  }

  /** Hands a task to the next free thread. Rejects with what it threw, or when a thread has died. */
  async run(task: Task): Promise<Result> {
    while (this.#idle.length === 0 && this.#problem === null)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const thread = this.#idle.pop();
    if (this.#problem !== null || thread === undefined)
      throw new Error(this.#problem ?? 'No thread is left.');
    const reply = await new Promise<Reply<Result>>((resolve) => {
      thread.settle = resolve;
      thread.worker.postMessage(task);
    });
    thread.settle = null;
    this.#idle.push(thread);
    this.#waiting.shift()?.();
    if ('problem' in reply) throw new Error(reply.problem);
    return reply.result;
  }

  /** Ends the threads at once, whatever they do; tasks under way reject. */
  async close(): Promise<void> {
    this.#fail('The threads were ended.');
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #start(path: string, start: ThreadStart, youngMb: number | undefined): Thread<Result> {
    const worker = new Worker(path, {
      workerData: start,
      resourceLimits: {
        maxOldGenerationSizeMb: heapMb,
        ...(youngMb !== undefined && { maxYoungGenerationSizeMb: youngMb }),
      },
    });
    const thread: Thread<Result> = { worker, settle: null };
    worker.on('message', (reply: Reply<Result>) => thread.settle?.(reply));
    worker.on('error', (error) => {
      this.#fail(error instanceof Error ? error.message : String(error));
    });
    worker.on('exit', (code) => {
      this.#fail(`A thread ended with code ${String(code)}.`);
    });
    return thread;
  }

  #fail(problem: string): void {
    if (this.#problem !== null) return;
    this.#problem = problem;
    for (const thread of this.#threads) thread.settle?.({ problem });
    for (const resume of this.#waiting.splice(0)) resume();
  }
}

/**
 * In a thread of such a pool: answers every task with what `prepare` makes of the data given at the start. Both come from whoever
 * made the pool, who alone knows their types.
 */
export function serveTasks(prepare: (data: unknown) => (task: unknown) => Promise<unknown>): void {
  const port = parentPort;
  if (port === null) throw new Error('This program runs in a thread.');
  const { data, givesWay } = workerData as ThreadStart;
  if (givesWay && hasThreadPriority) setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const work = prepare(data);
  const answer = async (task: unknown): Promise<Reply<unknown>> => {
    try {
      return { result: await work(task) };
    } catch (error) {
      return { problem: error instanceof Error ? error.message : String(error) };
    }
  };
  port.on('message', (task: unknown) => {
    void answer(task).then((reply) => {
      port.postMessage(reply);
    });
  });
}
