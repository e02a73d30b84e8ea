// Clustering in a thread of its own, so that the engine answers while it runs and a cancel is a thread that ends. Owns the thread's
// life; what it computes is cluster-corrections'. Where no thread program is given, the work is done here, in slices.
import { Worker } from 'node:worker_threads';
import {
  clusterCorrections,
  type ClusterOptions,
  type CorrectionClustering,
  type CorrectionText,
} from './cluster-corrections';
import type { PaceOptions, Progress } from './pacer';
import { SentenceModelProblem, openSentenceModel } from './sentence-model';

/** As for clusterCorrections; with `modelFolder` by the vectors of the sentence model in it. */
export type ThreadOptions = Omit<ClusterOptions, 'embeddings'> & { modelFolder?: string | undefined };

/** What a thread is given, and what it says. */
export type ThreadTask =
  | { task: 'cluster'; items: CorrectionText[]; options: Omit<ThreadOptions, 'signal' | 'onProgress'> }
  | { task: 'try-model'; folder: string };
export type ThreadMessage =
  | { type: 'progress'; progress: Progress }
  | { type: 'done'; found: unknown }
  | { type: 'failed'; reason: string; isModel: boolean };

/** What a person can know of a sentence model that can be used. */
export type TriedModel = { name: string; dimensions: number };

/** JavaScript's heap in the thread; vectors lie outside it, in at most 2 GiB of their own. */
const heapMb = 1_536;

/** What the user said counts so much beside what it answers, where both do. */
const ownShare = 0.6;

async function embed(folder: string, items: readonly CorrectionText[], pace: PaceOptions) {
  const model = await openSentenceModel(folder);
  try {
    const { dimensions } = model;
    const values = await model.embed(
      items.map(({ text }) => text),
      pace,
    );
    if (items.some(({ about }) => about !== undefined)) {
      const about = await model.embed(
        items.map((item) => item.about ?? ''),
        pace,
      );
      addRows(values, about, dimensions);
    }
    return { columnCount: dimensions, values };
  } finally {
    await model.close();
  }
}

/** Each row becomes the weighed sum of its two directions. */
function addRows(own: Float32Array, other: Float32Array, width: number): void {
  for (let from = 0; from < own.length; from += width) {
    const scale = (values: Float32Array, share: number): number => {
      const length = Math.hypot(...values.subarray(from, from + width));
      return length > 0 ? share / length : 0;
    };
    const [a, b] = [scale(own, ownShare), scale(other, 1 - ownShare)];
    for (let d = from; d < from + width; d++) own[d] = a * (own[d] as number) + b * (other[d] as number);
  }
}

/** Does the task of a thread, in whatever thread it is called. */
export async function doTask(
  task: ThreadTask,
  pace: PaceOptions = {},
): Promise<CorrectionClustering | TriedModel> {
  if (task.task === 'try-model') {
    const model = await openSentenceModel(task.folder);
    await model.close();
    return { name: model.name, dimensions: model.dimensions };
  }
  const { modelFolder, ...options } = task.options;
  const embeddings =
    modelFolder !== undefined && task.items.length > 0
      ? await embed(modelFolder, task.items, pace)
      : undefined;
  return clusterCorrections(task.items, {
    ...options,
    ...(embeddings && { embeddings }),
    ...(pace.signal && { signal: pace.signal }),
    onProgress: pace.onProgress,
  });
}

/** Tries the sentence model in a folder. @throws SentenceModelProblem that names the file */
export function tryModelInThread(program: string | null, folder: string): Promise<TriedModel> {
  return inThread(program, { task: 'try-model', folder }, {}) as Promise<TriedModel>;
}

/**
 * As clusterCorrections, in the thread program at `program` (null: in this thread). Aborting ends the thread at once.
 * @throws the signal's reason when aborted; SentenceModelProblem that names the file; Error where the thread fails
 */
export function clusterInThread(
  program: string | null,
  items: CorrectionText[],
  { signal, onProgress, ...options }: ThreadOptions,
): Promise<CorrectionClustering> {
  const task: ThreadTask = { task: 'cluster', items, options };
  return inThread(program, task, { signal, onProgress }) as Promise<CorrectionClustering>;
}

function inThread(program: string | null, task: ThreadTask, pace: PaceOptions): Promise<unknown> {
  if (program === null) return doTask(task, pace);
  const { signal, onProgress } = pace;
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
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
      else if (message.type === 'failed' && message.isModel)
        settle(() => {
          reject(new SentenceModelProblem(message.reason));
        });
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
