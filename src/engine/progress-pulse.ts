/**
 * Keeps an import's progress coming while a phase works without a word: what was said last is said again, with the time
 * the phase has taken so far.
 */
import type { ImportProgress } from '../shared/model/source';

const EVERY_MS = 250;

export class ProgressPulse {
  readonly #timer: NodeJS.Timeout;
  readonly #send: (progress: ImportProgress) => void;
  #latest: ImportProgress;
  #phaseStart = Date.now();
  #sentAt = 0;

  /** `first` is said until something else is told. Call `stop` in the end. */
  constructor(first: ImportProgress, send: (progress: ImportProgress) => void) {
    this.#latest = first;
    this.#send = send;
    this.#timer = setInterval(() => {
      if (Date.now() - this.#sentAt >= EVERY_MS) this.tell({});
    }, EVERY_MS);
  }

  /** Says what changed. */
  tell(change: Partial<ImportProgress>): void {
    const phase = change.phase ?? this.#latest.phase;
    if (phase !== this.#latest.phase) {
      this.#phaseStart = Date.now();
      this.#latest = { ...this.#latest, phaseShare: null };
    }
    this.#sentAt = Date.now();
    this.#latest = { ...this.#latest, ...change, phaseMs: this.#sentAt - this.#phaseStart };
    this.#send(this.#latest);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
