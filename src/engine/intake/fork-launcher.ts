/**
 * Starts intake processes as forks of this Node. For the browser shell and the command line; Electron brings utility
 * processes instead, since its fuses take `fork` away. Must not look at what the process says.
 */
import { fork } from 'node:child_process';
import { intakeEnvironment, type IntakeLauncher, type IntakeMessage } from './launcher';
import { lowerPriority } from './lower-priority';

/**
 * `intakePath` is the built entry of the intake process. With `givesWay` the system runs it after what answers people: for shells with
 * a screen.
 */
export function forkLauncher(intakePath: string, { givesWay = false } = {}): IntakeLauncher {
  return (job) => {
    const child = fork(intakePath, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...process.env, ...intakeEnvironment },
    });
    if (givesWay && child.pid !== undefined) lowerPriority(child.pid);
    const stderr = lastLines(child.stderr);
    let failure: string | null = null;
    child.once('error', (error) => (failure = error.message));
    child.send(job, (error) => {
      if (error !== null) failure ??= error.message;
    });
    return {
      onMessage: (listener) => void child.on('message', (message) => listener(message as IntakeMessage)),
      // 'close' comes after the last message and the last of stderr; 'exit' may come before both.
      onExit: (listener) =>
        void child.once('close', (code, signal) => listener(failure ?? exitReason(code, signal, stderr()))),
      kill: () => void child.kill('SIGKILL'),
    };
  };
}

/** A sentence for the person whose import it was. */
function exitReason(code: number | null, signal: NodeJS.Signals | null, stderr: string): string {
  const said = stderr === '' ? '' : ` It said last: ${stderr}`;
  if (signal === 'SIGKILL') return 'The intake process was stopped, by Faultline or because memory ran out.';
  if (signal !== null) return `The intake process crashed (${signal}).${said}`;
  return code === 0
    ? 'The intake process ended.'
    : `The intake process failed (exit code ${code ?? '?'}).${said}`;
}

const KEPT_CHARACTERS = 600;

/** Follows a stream and returns a function that gives the end of what it carried. */
function lastLines(stream: NodeJS.ReadableStream | null): () => string {
  let kept = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => (kept = (kept + chunk).slice(-KEPT_CHARACTERS)));
  return () => kept.trim();
}
