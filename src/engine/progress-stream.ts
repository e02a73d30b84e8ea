/**
 * Turns work that reports progress by calling back into an async iterator that the contract can stream: progress events
 * while it runs (only the latest is kept when nobody reads), then its last event.
 */

/** Runs `work`; the iterator yields what it reports, then what it returns, or throws what it throws. Leaving the iterator aborts it. */
export async function* progressStream<E>(
  work: (report: (event: E) => void, signal: AbortSignal) => Promise<E>,
  outer?: AbortSignal,
): AsyncGenerator<E, void> {
  const own = new AbortController();
  const signal = outer ? AbortSignal.any([outer, own.signal]) : own.signal;
  const state: {
    latest: E | null;
    wake: (() => void) | null;
    outcome: { event: E } | { error: unknown } | null;
  } = {
    latest: null,
    wake: null,
    outcome: null,
  };
  const finish = (outcome: { event: E } | { error: unknown }): void => {
    state.outcome = outcome;
    state.wake?.();
  };
  const running = work((event) => {
    state.latest = event;
    state.wake?.();
  }, signal).then(
    (event) => {
      finish({ event });
    },
    (error: unknown) => {
      finish({ error });
    },
  );
  try {
    for (;;) {
      const { latest, outcome } = state;
      if (latest !== null) {
        state.latest = null;
        yield latest;
      } else if (outcome !== null) {
        if ('error' in outcome) throw outcome.error;
        yield outcome.event;
        return;
      } else {
        await new Promise<void>((resolve) => {
          state.wake = resolve;
        });
        state.wake = null;
      }
    }
  } finally {
    own.abort(new DOMException('Cancelled.', 'AbortError'));
    await running;
  }
}
