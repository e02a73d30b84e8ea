/** How far a long computation is: `stage` in words for the screen, `fraction` from 0 to 1 within that stage. */
export type Progress = { stage: string; fraction: number };

/** What a caller may hand to any long computation of this room. */
export type PaceOptions = {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
};

/** Where in the whole each stage lies, measured at some thousand texts: from its start to its end, 0 to 1. */
const stageSpans = new Map<string, readonly [number, number]>([
  ['looking for neighbours', [0.02, 0.25]],
  ['finding directions', [0.25, 0.5]],
  ['drawing neighbours together', [0.5, 0.55]],
  ['choosing starting points', [0.55, 0.65]],
  ['choosing the number of clusters', [0.65, 0.85]],
  ['grouping', [0.55, 0.9]],
]);

/** Turns the progress of each stage into one that runs from 0 to 1 over all of them and never back. */
export function overallProgress(report: PaceOptions['onProgress']): PaceOptions['onProgress'] {
  if (report === undefined) return undefined;
  let reached = 0;
  return ({ stage, fraction }) => {
    const [from, to] = stageSpans.get(stage) ?? [reached, reached];
    reached = Math.max(reached, from + (to - from) * fraction);
    report({ stage, fraction: reached });
  };
}

/** How long a computation may hold the event loop, in ms: one frame at 60 Hz would be 16, but timers cost about 1 ms each. */
const sliceMs = 40;

/**
 * Keeps a long computation polite: `pause` returns at once until the time slice is used up, then lets the event loop run.
 * It throws the signal's reason (an `AbortError` by default) when the caller has cancelled.
 */
export class Pacer {
  #sliceStart = performance.now();

  constructor(private readonly options: PaceOptions = {}) {}

  /** Reports progress, stops on abort, yields when due. Cheap enough to call a few thousand times. */
  async pause(stage: string, fraction: number): Promise<void> {
    this.options.signal?.throwIfAborted();
    if (performance.now() - this.#sliceStart < sliceMs) return;
    this.options.onProgress?.({ stage, fraction: Math.min(1, Math.max(0, fraction)) });
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.options.signal?.throwIfAborted();
    this.#sliceStart = performance.now();
  }
}
