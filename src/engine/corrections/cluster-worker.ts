/**
 * The program of the clustering thread: takes its task with its start, tells how far it is, and ends with what it found. Must not be
 * imported by anything. https://nodejs.org/api/worker_threads.html
 */
import { parentPort, workerData } from 'node:worker_threads';
import { clusterCorrections } from './cluster-corrections';
import type { ThreadMessage, ThreadTask } from './cluster-thread';

function say(message: ThreadMessage): void {
  parentPort?.postMessage(message);
}

const { items, options } = workerData as ThreadTask;
try {
  const found = await clusterCorrections(items, {
    ...options,
    onProgress: (progress) => {
      say({ type: 'progress', progress });
    },
  });
  say({ type: 'done', found });
} catch (error) {
  say({ type: 'failed', reason: error instanceof Error ? error.message : String(error) });
}
