/**
 * Entry of the throw-away intake process: takes one job, reports progress, ends. The only process that reads foreign
 * files; its death is survived and reported by the engine.
 */
import type { IntakeJob, IntakeMessage } from './launcher';
import { guessMappingOf, inspectFiles, previewMapping } from './inspect';
import { runIntake } from './run';

/** Electron's utilityProcess has a parentPort; a forked Node process has an IPC channel. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
  postMessage(message: unknown): void;
}
const parentPort = (process as unknown as { parentPort?: ParentPort }).parentPort;

function post(message: IntakeMessage): void {
  if (parentPort) parentPort.postMessage(message);
  else process.send?.(message);
}

async function answer(job: IntakeJob): Promise<IntakeMessage> {
  switch (job.task) {
    case 'import': {
      const startedAt = Date.now();
      const sources = await runIntake(job, (progress) => {
        post({ type: 'progress', progress });
      });
      return { type: 'imported', sources, durationMs: Date.now() - startedAt };
    }
    case 'inspect':
      return { type: 'inspected', files: await inspectFiles(job.files, job.knownHashes) };
    case 'guess-mapping':
      return { type: 'guessed', ...(await guessMappingOf(job.file)) };
    case 'preview-mapping':
      return { type: 'previewed', ...(await previewMapping(job.file, job.profile)) };
  }
}

async function work(job: IntakeJob): Promise<void> {
  try {
    post(await answer(job));
  } catch (error) {
    post({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
}

function take(message: unknown): void {
  void work(message as IntakeJob).finally(() => {
    // Leaves once the last message is on its way; a parent that died must not keep this process alive.
    if (parentPort) setTimeout(() => process.exit(0), 50);
    else if (process.connected) process.disconnect();
    else process.exit(0);
  });
}

if (parentPort)
  parentPort.on('message', (event) => {
    take(event.data);
  });
else process.once('message', take);
process.once('disconnect', () => setTimeout(() => process.exit(0), 100));
