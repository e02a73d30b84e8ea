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
    exit: (code) => process.exit(code),
  };
}

function forkWire(): Wire {
  // The shell is gone, so nobody is left to work for; the journal holds all that was acknowledged.
  process.on('disconnect', () => process.exit(0));
  // The terminal sends these to the whole group: the shell closes the engine in its own order.
  process.on('SIGINT', () => undefined);
  return {
    send: (message) => process.send?.(message),
    onMessage: (listener) => void process.on('message', (message) => listener(message, [])),
    exit: (code) => {
      if (process.connected) process.disconnect();
      process.exit(code);
    },
  };
}

hostEngine({
  wire: parentPort === undefined ? forkWire() : utilityWire(parentPort),
  createEngine,
  forkIntake: parentPort === undefined ? forkLauncher(join(import.meta.dirname, 'intake.js')) : null,
});
