/**
 * Threads of this process that run one program: each is given the same data at its start, then one task after another. Owns the
 * threads' life and nothing of what they compute. What is passed is copied (https://nodejs.org/api/worker_threads.html).
 */
import { availableParallelism } from 'node:os';
import { parentPort, Worker, workerData } from 'node:worker_threads';

type Reply<R> = { result: R } | { problem: string };

/** Threads worth having: one core is left to the thread that hands out the work and to DuckDB. */
export function threadCount(): number {
  return Math.max(1, Math.min(4, availableParallelism() - 1));
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

  /** `data`: what every thread is given at its start. `youngMb`: memory for what JavaScript holds for a short time only. */
  constructor(program: string, data: unknown, count: number = threadCount(), youngMb?: number) {
    this.#threads = Array.from({ length: count }, () => this.#start(program, data, youngMb));
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

  #start(program: string, data: unknown, youngMb: number | undefined): Thread<Result> {
    const worker = new Worker(program, {
      workerData: data,
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
  const work = prepare(workerData);
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
