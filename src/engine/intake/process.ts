/**
 * Entry of the throw-away intake process: takes one job, reports progress, ends. The only process that reads foreign
 * files; its death is survived and reported by the engine.
 */
import type { IntakeJob, IntakeMessage } from './launcher';
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

async function work(job: IntakeJob): Promise<void> {
  const startedAt = Date.now();
  try {
    const sources = await runIntake(job, (progress) => {
      post({ type: 'progress', progress });
    });
    post({ type: 'done', sources, durationMs: Date.now() - startedAt });
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
