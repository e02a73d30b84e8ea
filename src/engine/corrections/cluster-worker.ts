/**
 * The program of the clustering thread: takes its task with its start, tells how far it is, and ends with what it found. Must not be
 * imported by anything. https://nodejs.org/api/worker_threads.html
 */
import { parentPort, workerData } from 'node:worker_threads';
import { doTask, type ThreadMessage, type ThreadTask } from './cluster-thread';
import { SentenceModelProblem } from './sentence-model';

function say(message: ThreadMessage): void {
  parentPort?.postMessage(message);
}

try {
  const found = await doTask(workerData as ThreadTask, {
    onProgress: (progress) => {
      say({ type: 'progress', progress });
    },
  });
  say({ type: 'done', found });
} catch (error) {
  say({
    type: 'failed',
    reason: error instanceof Error ? error.message : String(error),
    isModel: error instanceof SentenceModelProblem,
  });
}
