/**
 * A shell's side of the wire to its engine process: waits until it is ready, asks for handles and paths, asks it to
 * close. Used by every shell that keeps the engine in a process of its own. Must not start or kill that process.
 */
import { fromEngineSchema, type FromEngine, type StartOptions, type ToEngine } from './process-messages';

interface Question {
  resolve: (answer: FromEngine) => void;
  reject: (error: Error) => void;
}

export class EngineControl {
  readonly #send: (message: ToEngine) => void;
  readonly #questions = new Map<number, Question>();
  readonly #ready: Promise<void>;
  #settleReady: { resolve: () => void; reject: (error: Error) => void } | null = null;
  #closed: (() => void) | null = null;
  #failure: string | null = null;
  #isDown = false;
  #lastId = 0;

  constructor(send: (message: ToEngine) => void) {
    this.#send = send;
    this.#ready = new Promise((resolve, reject) => {
      this.#settleReady = { resolve, reject };
    });
    // Whoever waits hears of it; when nobody does, a failed start is no unhandled rejection.
    this.#ready.catch(() => undefined);
  }

  /** What the engine said it died of; null when it said nothing. */
  get failure(): string | null {
    return this.#failure;
  }

  /** Resolves when the engine serves calls; rejects with its own sentence when it could not start. */
  start(options: StartOptions): Promise<void> {
    this.#send({ type: 'start', options });
    return this.#ready;
  }

  /** Gives the contract a handle for a path. Rejects with a sentence, for instance when there is nothing at the path. */
  async grant(path: string): Promise<string> {
    const answer = await this.#ask((id) => ({ type: 'grant', id, path }));
    if (answer.type !== 'granted') throw new Error('The engine gave an answer to another question.');
    return answer.handle;
  }

  /** The path behind a handle that the engine gave out, for saving an export; null when it is not one. */
  async resolve(handle: string): Promise<string | null> {
    const answer = await this.#ask((id) => ({ type: 'resolve', id, handle }));
    if (answer.type !== 'resolved') throw new Error('The engine gave an answer to another question.');
    return answer.path;
  }

  /** Resolves when the workspace is closed and its lock given back, or the engine is gone. */
  shutdown(): Promise<void> {
    if (this.#isDown) return Promise.resolve();
    return new Promise((resolve) => {
      this.#closed = resolve;
      this.#send({ type: 'shutdown' });
    });
  }

  /**
   * Takes a message from the engine. Returns what only the shell can do (socket frames, intake processes), and null for
   * what was dealt with here. Throws on what is no message of ours.
   */
  receive(
    raw: unknown,
  ): Extract<FromEngine, { type: 'socket-frame' | 'intake-start' | 'intake-kill' }> | null {
    const message = fromEngineSchema.parse(raw);
    switch (message.type) {
      case 'ready':
        this.#settleReady?.resolve();
        return null;
      case 'failed':
        this.#failure = message.message;
        return null;
      case 'granted':
      case 'resolved':
        this.#take(message.id)?.resolve(message);
        return null;
      case 'refused':
        this.#take(message.id)?.reject(new Error(message.message));
        return null;
      case 'closed':
        this.#closed?.();
        return null;
      case 'socket-frame':
      case 'intake-start':
      case 'intake-kill':
        return message;
    }
  }

  /** The process is gone: everything that waits for it fails with `reason`. */
  down(reason: string): void {
    this.#isDown = true;
    const error = new Error(reason);
    this.#settleReady?.reject(error);
    for (const question of this.#questions.values()) question.reject(error);
    this.#questions.clear();
    this.#closed?.();
  }

  #ask(question: (id: number) => ToEngine): Promise<FromEngine> {
    if (this.#isDown) return Promise.reject(new Error('The engine is not running.'));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#questions.set(id, { resolve, reject });
      this.#send(question(id));
    });
  }

  #take(id: number): Question | undefined {
    const question = this.#questions.get(id);
    this.#questions.delete(id);
    return question;
  }
}

/** A sentence for the screen on why an engine process is gone. `failure` is what it said itself, if it did. */
export function engineDownReason(code: number | null, signal: string | null, failure: string | null): string {
  if (failure !== null) return `The engine stopped: ${failure}`;
  if (signal === 'SIGKILL')
    return 'The engine was stopped by the system, most likely because memory ran out.';
  if (signal !== null) return `The engine crashed (${signal}).`;
  return `The engine stopped unexpectedly (exit code ${code ?? 'unknown'}).`;
}
