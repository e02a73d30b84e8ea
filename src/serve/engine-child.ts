/**
 * The engine process of a browser shell: forks it, passes sockets' frames to and fro, starts another one after it died.
 * Stays alive whatever becomes of the engine. Must not look into the frames.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { EngineControl, engineDownReason } from '../engine/process-control';
import { frameLength, type Frame, type StartOptions, type ToEngine } from '../engine/process-messages';

/** One browser's socket as the engine's relay sees it. */
export interface Peer {
  /** `taken` is called once the browser's side has the frame. */
  send(frame: Frame, taken: () => void): void;
  /** The engine is gone; the socket is closed with this reason. */
  engineDown(reason: string): void;
}

/** What the relay gives back for a peer. */
export interface Relay {
  /** `passed` is called once the engine's pipe has the frame. */
  frame(data: Frame, passed: () => void): void;
  close(): void;
}

export interface EngineChildOptions {
  /** The built entry of the engine process. */
  entry: string;
  start: StartOptions;
}

/** Given to a shutdown before the engine is ended by force; the journal holds all that was acknowledged. */
const SHUTDOWN_MS = 5000;

export class EngineChild {
  readonly #options: EngineChildOptions;
  readonly #peers = new Map<number, Peer>();
  #child: ChildProcess | null = null;
  #control: EngineControl | null = null;
  #starting: Promise<void> | null = null;
  #down: string | null = 'The engine has not started.';
  #isClosing = false;
  #lastSocket = 0;

  constructor(options: EngineChildOptions) {
    this.#options = options;
  }

  /** Null while the engine runs; otherwise a sentence on why it does not. */
  get downReason(): string | null {
    return this.#down;
  }

  /** Process id of the engine, for messages and tests; null while there is none. */
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** Starts the engine unless it runs. Rejects with a sentence when it cannot start; may be called again then. */
  start(): Promise<void> {
    if (this.#down === null) return Promise.resolve();
    this.#starting ??= this.#fork().finally(() => (this.#starting = null));
    return this.#starting;
  }

  grant(path: string): Promise<string> {
    return this.#running().grant(path);
  }

  resolve(handle: string): Promise<string | null> {
    return this.#running().resolve(handle);
  }

  /** Connects a browser's socket. Throws while the engine is down. */
  connect(peer: Peer): Relay {
    this.#running();
    const socket = ++this.#lastSocket;
    this.#peers.set(socket, peer);
    this.#post({ type: 'socket-open', socket });
    return {
      frame: (data, passed) => this.#post({ type: 'socket-frame', socket, data }, passed),
      close: () => {
        if (this.#peers.delete(socket)) this.#post({ type: 'socket-close', socket });
      },
    };
  }

  /** Ends the engine in order, or by force when it does not answer. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const [child, control] = [this.#child, this.#control];
    if (child === null || control === null) return;
    const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const timer = setTimeout(() => child.kill('SIGKILL'), SHUTDOWN_MS);
    await control.shutdown();
    await gone;
    clearTimeout(timer);
  }

  #running(): EngineControl {
    if (this.#control === null || this.#down !== null)
      throw new Error(this.#down ?? 'The engine is not running.');
    return this.#control;
  }

  async #fork(): Promise<void> {
    const child = fork(this.#options.entry, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // DuckDB's queries and file reads share Node's pool: with the default of four, a query starves the files.
      env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
    });
    const control = new EngineControl((message) => this.#post(message));
    this.#child = child;
    this.#control = control;
    child.on('message', (message) => this.#receive(control, message));
    child.once('error', (error) => this.#ended(child, control, error.message));
    child.once('close', (code, signal) =>
      this.#ended(child, control, engineDownReason(code, signal, control.failure)),
    );
    await control.start(this.#options.start);
    this.#down = null;
  }

  #receive(control: EngineControl, raw: unknown): void {
    const message = control.receive(raw);
    // Intake processes are forked by the engine itself here.
    if (message?.type !== 'socket-frame') return;
    const { socket, data } = message;
    this.#peers.get(socket)?.send(data, () => {
      this.#post({ type: 'socket-ack', socket, bytes: frameLength(data) });
    });
  }

  #ended(child: ChildProcess, control: EngineControl, reason: string): void {
    if (this.#child !== child) return;
    this.#child = null;
    this.#control = null;
    this.#down = reason;
    control.down(reason);
    const peers = [...this.#peers.values()];
    this.#peers.clear();
    if (!this.#isClosing) for (const peer of peers) peer.engineDown(reason);
  }

  #post(message: ToEngine, sent?: () => void): void {
    if (this.#child?.connected !== true) return;
    // An error here means that the engine is going; 'close' says so to everybody.
    this.#child.send(message, () => sent?.());
  }
}
