/**
 * The two wires an engine process can have to its shell: Node's channel to a forked child (browser shell), and the parent
 * port of Electron's utility process. Knows what is sent by its type alone.
 */
import type { TransferredPort } from './frame-socket';
import type { Wire } from './process-host';

/** Electron's `process.parentPort`; absent in a fork. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown; ports: TransferredPort[] }) => void): unknown;
  postMessage(message: unknown): void;
}

/** Given to messages under way when the process is to end; a shell that no longer reads must not keep it. */
const LAST_WORDS_MS = 1000;

/** The wire of this process, and whether it is a utility process. */
export function findWire(): { wire: Wire; isUtility: boolean } {
  const port = (process as { parentPort?: ParentPort }).parentPort;
  return port === undefined
    ? { wire: forkWire(), isUtility: false }
    : { wire: utilityWire(port), isUtility: true };
}

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
      setTimeout(() => process.exit(code), LAST_WORDS_MS);
    },
  };
}

/** Says an error that nobody caught to the shell and ends: nothing is left in a known state after one. */
export function failOnUncaught(wire: Wire): void {
  process.on('uncaughtException', (error) => {
    console.error(error);
    wire.send({ type: 'failed', message: error.message });
    wire.exit(1);
  });
}
