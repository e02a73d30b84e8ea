/**
 * Entry of the throw-away intake process: takes one job, reports progress, ends. The only process that reads foreign
 * files; its death is survived and reported by the engine.
 */
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { IntakeJob, IntakeMessage } from './launcher';
import { guessMappingOf, inspectFiles, previewMapping } from './inspect';
import { isOutOfMemory, jobProblem } from './file-problem';
import { lookAtExtract, openExtract } from './open-extract';
import { runIntake } from './run';

const readerProgram = join(import.meta.dirname, 'intake-reader.js');

/** Electron's utilityProcess has a parentPort; a forked Node process has an IPC channel. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
  postMessage(message: unknown): void;
}
const parentPort = (process as unknown as { parentPort?: ParentPort }).parentPort;

/** Resolves once the message is handed over: a long one is still on its way when `send` returns. */
function post(message: IntakeMessage): Promise<void> {
  return new Promise((resolve) => {
    if (parentPort) {
      parentPort.postMessage(message);
      setTimeout(resolve, 50);
    } else if (process.send && process.connected)
      process.send(message, undefined, undefined, () => {
        resolve();
      });
    else resolve();
  });
}

async function answer(job: IntakeJob): Promise<IntakeMessage> {
  switch (job.task) {
    case 'import': {
      const startedAt = Date.now();
      const { sources, fileOf } = await runIntake(
        job,
        (progress) => {
          void post({ type: 'progress', progress });
        },
        undefined,
        undefined,
        readerProgram,
      );
      return { type: 'imported', sources, fileOf, durationMs: Date.now() - startedAt };
    }
    case 'inspect':
      return { type: 'inspected', files: await inspectFiles(job.files, job.knownHashes) };
    case 'look-at-extract':
      return { type: 'looked', extract: await lookAtExtract(job.folder) };
    case 'open-extract': {
      const startedAt = Date.now();
      const sources = await openExtract(job, (progress) => {
        void post({ type: 'progress', progress });
      });
      return { type: 'extract-opened', sources, durationMs: Date.now() - startedAt };
    }
    case 'guess-mapping':
      return { type: 'guessed', ...(await guessMappingOf(job.file)) };
    case 'preview-mapping':
      return { type: 'previewed', ...(await previewMapping(job.file, job.profile)) };
  }
}

/** The folder that a job writes into, as a person knows it. */
function workspaceOf(job: IntakeJob): string {
  return 'stagingDir' in job ? dirname(dirname(job.stagingDir)) : tmpdir();
}

async function work(job: IntakeJob): Promise<void> {
  const said = await answer(job).catch((error: unknown) => ({
    type: 'failed' as const,
    message: jobProblem(error, workspaceOf(job)),
    isOutOfMemory: isOutOfMemory(error),
  }));
  await post(said);
}

/** How long what was said last may take on its way, once this process has let go of its parent. */
const LAST_WORDS_MS = 100;
let isDone = false;

function take(message: unknown): void {
  void work(message as IntakeJob).finally(() => {
    isDone = true;
    // A parent that died must not keep this process alive.
    if (parentPort) process.exit(0);
    else if (process.connected) process.disconnect();
    else process.exit(0);
  });
}

if (parentPort)
  parentPort.on('message', (event) => {
    take(event.data);
  });
else process.once('message', take);
// Nobody waits for the work of a parent that died, and who opens its workspace next is about to remove what is written here.
process.once('disconnect', () => {
  if (isDone) setTimeout(() => process.exit(0), LAST_WORDS_MS);
  else process.exit(1);
});
