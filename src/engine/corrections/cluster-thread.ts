// Clustering in a thread of its own, so that the engine answers while it runs and a cancel is a thread that ends. Owns the thread's
// life; what it computes is cluster-corrections'. Where no thread program is given, the work is done here, in slices.
import { Worker } from 'node:worker_threads';
import {
  clusterCorrections,
  type ClusterOptions,
  type CorrectionClustering,
  type CorrectionText,
} from './cluster-corrections';
import type { Progress } from './pacer';

/** What a thread is given, and what it says. */
export type ThreadTask = { items: CorrectionText[]; options: Omit<ClusterOptions, 'signal' | 'onProgress'> };
export type ThreadMessage =
  | { type: 'progress'; progress: Progress }
  | { type: 'done'; found: CorrectionClustering }
  | { type: 'failed'; reason: string };

/** JavaScript's heap in the thread; vectors lie outside it, in at most 2 GiB of their own. */
const heapMb = 1_536;

/**
 * As clusterCorrections, in the thread program at `program` (null: in this thread). Aborting ends the thread at once.
 * @throws the signal's reason when aborted; Error where the thread fails
 */
export function clusterInThread(
  program: string | null,
  items: CorrectionText[],
  options: ClusterOptions,
): Promise<CorrectionClustering> {
  if (program === null) return clusterCorrections(items, options);
  const { signal, onProgress, ...rest } = options;
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const task: ThreadTask = { items, options: rest };
    const worker = new Worker(program, {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    });
    const onAbort = (): void => {
      settle(() => {
        reject(signal?.reason as Error);
      });
    };
    let isSettled = false;
    const settle = (tell: () => void): void => {
      if (isSettled) return;
      isSettled = true;
      signal?.removeEventListener('abort', onAbort);
      void worker.terminate().then(tell, tell);
    };
    const fail = (reason: string): void => {
      settle(() => {
        reject(new Error(`The clustering failed: ${reason}`));
      });
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    worker.on('message', (message: ThreadMessage) => {
      if (isSettled) return;
      if (message.type === 'progress') onProgress?.(message.progress);
      else if (message.type === 'failed') fail(message.reason);
      else
        settle(() => {
          resolve(message.found);
        });
    });
    worker.on('error', (error) => {
      fail(error instanceof Error ? error.message : String(error));
    });
    worker.on('exit', (code) => {
      fail(`its thread ended with code ${String(code)}`);
    });
  });
}
