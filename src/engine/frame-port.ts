/**
 * A port made of frames: what oRPC's message-port handler wants to speak over, fed from a browser's socket in another
 * process. The frames of oRPC's websocket link and of its message-port handler are the same, so they pass unchanged.
 * Owns the flow control towards the browser: past a window of bytes not yet taken, frames wait here.
 * https://orpc.dev/docs/adapters/message-port
 */
import { frameLength, type Frame } from './process-messages';

type Listener = (event?: { data: unknown }) => unknown;

/** Bytes on their way to one browser before the next frame waits. Large enough for a page of 10,000 sessions. */
const WINDOW_BYTES = 16 * 1024 * 1024;

export class FramePort {
  readonly #send: (frame: Frame) => void;
  readonly #onError: (error: unknown) => void;
  readonly #listeners = { message: new Set<Listener>(), close: new Set<Listener>() };
  #waiting: Frame[] = [];
  #bytesOut = 0;
  #isClosed = false;

  /** `onError` hears of frames that could not be understood; the port goes on. */
  constructor(send: (frame: Frame) => void, onError: (error: unknown) => void) {
    this.#send = send;
    this.#onError = onError;
  }

  on(event: string, listener: Listener): void {
    if (event === 'message' || event === 'close') this.#listeners[event].add(listener);
  }

  /** Called by oRPC. */
  postMessage(data: Frame): void {
    if (this.#isClosed) return;
    this.#waiting.push(data);
    this.#flush();
  }

  /** A frame came from the browser. */
  receive(data: Frame): void {
    for (const listener of this.#listeners.message) settle(() => listener({ data }), this.#onError);
  }

  /** The browser took `bytes` off its socket. */
  acknowledge(bytes: number): void {
    this.#bytesOut = Math.max(0, this.#bytesOut - bytes);
    this.#flush();
  }

  /** The socket is gone: calls under way are aborted. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#waiting = [];
    for (const listener of this.#listeners.close) settle(() => listener(), this.#onError);
  }

  #flush(): void {
    // One frame larger than the window goes out when nothing else is under way.
    while (this.#waiting.length > 0 && this.#bytesOut < WINDOW_BYTES) {
      const frame = this.#waiting.shift();
      if (frame === undefined) return;
      this.#bytesOut += frameLength(frame);
      this.#send(frame);
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

/**
 * oRPC's listeners are async and reject on a frame that is not theirs; unhandled, one such frame would end the process.
 * This hands out the port with that caught.
 */
export function guardedPort(port: TransferredPort, onError: (error: unknown) => void) {
  return {
    on: (event: string, listener: Listener): void => {
      if (event === 'message') port.on('message', ({ data }) => settle(() => listener({ data }), onError));
      else if (event === 'close') port.on('close', () => settle(() => listener(), onError));
    },
    postMessage: (data: unknown): void => port.postMessage(data),
  };
}

function settle(call: () => unknown, onError: (error: unknown) => void): void {
  void (async () => {
    try {
      await call();
    } catch (error) {
      onError(error);
    }
  })();
}
