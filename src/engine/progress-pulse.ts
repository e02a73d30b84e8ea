/**
 * Keeps the progress of an import, or of a look at sessions, coming while it works without a word: what was said last is said again;
 * of an import with the time the phase has taken so far.
 */
import type { ImportProgress } from '../shared/model/source';

const EVERY_MS = 250;
/** How often it is looked whether that long nothing was said: what was said in between does not put the next off by another while. */
const LOOK_MS = 50;

/**
 * Runs `work`, which tells of sessions looked at, of how many; `report` hears of it at least four times a second, also before anything
 * is known of it (then of 0). Throws what it throws.
 */
export async function countingSessions<T>(
  report: (event: { type: 'progress'; sessions: number; total: number }) => void,
  work: (onProgress: (done: number, total: number) => void) => Promise<T>,
): Promise<T> {
  let latest = { type: 'progress' as const, sessions: 0, total: 0 };
  const timer = setInterval(() => {
    report(latest);
  }, EVERY_MS);
  try {
    return await work((sessions, total) => {
      latest = { type: 'progress', sessions, total };
      report(latest);
    });
  } finally {
    clearInterval(timer);
  }
}

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
    }, LOOK_MS);
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
