/**
 * What oRPC's websocket handler speaks to in the engine, where there is no websocket: a browser's socket in the shell's
 * process, or a port to Electron's page. The frames of oRPC's websocket and message-port links are the same.
 * Owns the flow control towards a browser: past a window of bytes not yet taken, a send waits, and its producer with it.
 * https://orpc.dev/docs/adapters/websocket
 */
import { frameLength, type Frame } from './process-messages';

/** Bytes on their way to one browser before the next frame waits. Large enough for a page of 10,000 sessions. */
const WINDOW_BYTES = 16 * 1024 * 1024;

/** What waits to be sent when a socket closes is given up; that is no failure. */
export class SocketClosed extends Error {
  constructor() {
    super('The socket is closed.');
  }
}

interface Waiting {
  frame: Frame;
  resolve: () => void;
  reject: (error: Error) => void;
}

export class FrameSocket {
  readonly #send: (frame: Frame) => void;
  #waiting: Waiting[] = [];
  #bytesOut = 0;
  #isClosed = false;

  constructor(send: (frame: Frame) => void) {
    this.#send = send;
  }

  /** Called by oRPC, which waits for it. Resolves when the frame is on its way; rejects when the socket is gone. */
  send(frame: Frame): Promise<void> {
    if (this.#isClosed) return Promise.reject(new SocketClosed());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ frame, resolve, reject });
      this.#flush();
    });
  }

  /** The browser took `bytes` off its socket. */
  acknowledge(bytes: number): void {
    this.#bytesOut = Math.max(0, this.#bytesOut - bytes);
    this.#flush();
  }

  close(): void {
    this.#isClosed = true;
    for (const { reject } of this.#waiting) reject(new SocketClosed());
    this.#waiting = [];
  }

  #flush(): void {
    // One frame larger than the window goes out when nothing else is under way.
    while (this.#bytesOut < WINDOW_BYTES) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#bytesOut += frameLength(next.frame);
      this.#send(next.frame);
      next.resolve();
    }
  }
}

/** The part of Electron's MessagePortMain that is used. */
export interface TransferredPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(data: unknown): void;
  start(): void;
}

/** A frame if it is one: a page may send anything at all over its port. */
export function frameOf(data: unknown): Frame | null {
  if (typeof data === 'string') return data;
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return data instanceof Uint8Array ? new Uint8Array(data) : null;
}
