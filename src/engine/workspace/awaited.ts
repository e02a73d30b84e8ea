/**
 * Which calls somebody waits for, so that work in the background can let them go first. Owns how long it lets them.
 */

/** How long work in the background waits for others before each of its calls. */
const MOST_MS = 100;

export class Awaited {
  #count = 0;
  readonly #waiting = new Set<() => void>();

  /** Runs a call that somebody waits for. */
  async during<R>(call: () => Promise<R>): Promise<R> {
    this.#count++;
    try {
      return await call();
    } finally {
      if (--this.#count === 0) for (const resume of [...this.#waiting]) resume();
    }
  }

  /** Settles when none is under way, or after `MOST_MS`, so that work in the background always goes on. */
  async ended(): Promise<void> {
    if (this.#count === 0) return;
    await new Promise<void>((resolve) => {
      const resume = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(resume);
        resolve();
      };
      const timer = setTimeout(resume, MOST_MS);
      this.#waiting.add(resume);
    });
  }
}
