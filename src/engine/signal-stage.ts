/**
 * What is done to sessions after they can be opened: all detectors look at them and user turns are classed, in the background.
 * Gives way to imports and other derivations and goes on after them; an unfinished stage is taken up when the workspace is
 * opened again. Owns when that happens; the rooms own what is found.
 */
import type { SignalStageState } from '../shared/contract/signal';
import { catchUpAside } from './open-workspace';
import { signalCoverage } from './signals/coverage';
import { GaveWay, type Workspace } from './workspace/workspace';

class SignalStage {
  #running: Promise<number> | null = null;
  #stop: AbortController | null = null;
  #wasStopped = false;
  #problem: string | null = null;
  /** How far the run under way said it was. */
  #latest: [done: number, total: number] | null = null;
  readonly #listeners = new Set<(done: number, total: number) => void>();

  constructor(private readonly workspace: Workspace) {}

  /** Where it stands. */
  async state(): Promise<SignalStageState> {
    return {
      ...(await signalCoverage(this.workspace.db)),
      isRunning: this.#running !== null,
      wasStopped: this.#wasStopped,
      problem: this.#problem,
    };
  }

  /** Starts it unless it runs. */
  start(): void {
    this.#run().catch(() => undefined);
  }

  /** Ends it for now; what it found stays, and the next start goes on from there. */
  async stop(): Promise<void> {
    this.#wasStopped = this.#running !== null;
    this.#stop?.abort(new DOMException('Stopped.', 'AbortError'));
    await this.#running?.catch(() => undefined);
  }

  /**
   * Starts it unless it runs, and follows it to its end; gives the number of sessions looked at. Aborting `signal` stops it for
   * everybody. Throws what it fails with.
   */
  async follow(onProgress: (done: number, total: number) => void, signal?: AbortSignal): Promise<number> {
    signal?.throwIfAborted();
    const stop = (): void => void this.stop();
    this.#listeners.add(onProgress);
    signal?.addEventListener('abort', stop, { once: true });
    if (this.#latest !== null) onProgress(...this.#latest);
    try {
      return await this.#run();
    } finally {
      this.#listeners.delete(onProgress);
      signal?.removeEventListener('abort', stop);
    }
  }

  #run(): Promise<number> {
    this.#running ??= this.#toItsEnd().finally(() => {
      this.#running = null;
      this.#latest = null;
    });
    return this.#running;
  }

  async #toItsEnd(): Promise<number> {
    this.#wasStopped = false;
    this.#problem = null;
    const { signal } = (this.#stop = new AbortController());
    const onProgress = (done: number, total: number): void => {
      this.#latest = [done, total];
      for (const listener of this.#listeners) listener(done, total);
    };
    for (;;) {
      try {
        return await catchUpAside(this.workspace, { signal, onProgress });
      } catch (error) {
        if (error instanceof GaveWay && !this.workspace.isClosed) continue;
        if (!signal.aborted && !this.workspace.isClosed)
          this.#problem = error instanceof Error ? error.message : String(error);
        throw error;
      }
    }
  }
}

const kept = new WeakMap<Workspace, SignalStage>();

/** The stage of a workspace. */
export function signalStageOf(workspace: Workspace): SignalStage {
  let stage = kept.get(workspace);
  if (stage === undefined) kept.set(workspace, (stage = new SignalStage(workspace)));
  return stage;
}
