/**
 * Entry of the engine process. Finds out what started it, a browser shell's fork or Electron's utility process, and
 * hosts the engine over that wire. Must not be imported by anything.
 */
import { join } from 'node:path';
import type { TransferredPort } from './frame-port';
import { createEngine } from './index';
import { forkLauncher } from './intake/fork-launcher';
import { hostEngine, type Wire } from './process-host';

/** Electron's `process.parentPort`; absent in a fork. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown; ports: TransferredPort[] }) => void): unknown;
  postMessage(message: unknown): void;
}

const parentPort = (process as { parentPort?: ParentPort }).parentPort;

function utilityWire(port: ParentPort): Wire {
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => void port.on('message', ({ data, ports }) => listener(data, ports)),
    // Chromium ends a utility process together with its browser process.
    onParentGone: () => undefined,
    // What was posted last is on its way only after this turn of the loop.
    exit: (code) => void setTimeout(() => process.exit(code), 50),
  };
}

function forkWire(): Wire {
  let unsent = 0;
  let exitCode: number | null = null;
  const exitWhenSent = () => {
    if (exitCode !== null && unsent === 0) process.exit(exitCode);
  };
  // The terminal sends it to the whole group; the shell ends the engine in its own order.
  process.on('SIGINT', () => undefined);
  return {
    send: (message) => {
      if (!process.connected) return;
      unsent += 1;
      process.send?.(message, () => {
        unsent -= 1;
        exitWhenSent();
      });
    },
    onMessage: (listener) => void process.on('message', (message) => listener(message, [])),
    onParentGone: (listener) => void process.once('disconnect', listener),
    exit: (code) => {
      exitCode = code;
      exitWhenSent();
      // A shell that no longer reads must not keep this process.
      setTimeout(() => process.exit(code), 1000);
    },
  };
}

const wire = parentPort === undefined ? forkWire() : utilityWire(parentPort);

// Nothing is left in a known state after one of these: the shell says so and offers a new engine.
process.on('uncaughtException', (error) => {
  console.error(error);
  wire.send({ type: 'failed', message: error.message });
  wire.exit(1);
});

hostEngine({
  wire,
  createEngine,
  forkIntake: parentPort === undefined ? forkLauncher(join(import.meta.dirname, 'intake.js')) : null,
});
