/** The evaluation that is under way. It lives beside the screen, so that going elsewhere neither stops nor hides it. */
import { useSyncExternalStore } from 'react';
import { client } from '../../lib/client';
import { isAbort } from '../../lib/errors';
import { formatPlural, formatShare } from '../../lib/format';
import { refreshDerived } from '../../lib/query-client';
import { toastDone, toastError } from '../../lib/toast';

export interface EvaluationRun {
  objectiveId: string;
  step: string;
  share: number;
  startedMs: number;
  nowMs: number;
}

let run: EvaluationRun | null = null;
let controller: AbortController | null = null;
const listeners = new Set<() => void>();

function set(next: EvaluationRun | null): void {
  run = next;
  for (const listener of listeners) listener();
}

/** Evaluates the latest version of an objective. Does nothing while an evaluation is under way. */
export async function runEvaluation(objectiveId: string): Promise<void> {
  if (controller !== null) return;
  const own = new AbortController();
  controller = own;
  const startedMs = performance.now();
  set({ objectiveId, step: 'starting', share: 0, startedMs, nowMs: startedMs });
  try {
    for await (const event of await client.objective.evaluate({ objectiveId }, { signal: own.signal })) {
      if (event.type === 'progress')
        set({ objectiveId, step: event.step, share: event.share, startedMs, nowMs: performance.now() });
      else
        toastDone(
          `Evaluated ${formatPlural(event.summary.sessions, 'session')}: ${formatShare(event.summary.passed)} pass.`,
        );
    }
  } catch (error) {
    if (!isAbort(error)) toastError(error, 'evaluate the objective');
  } finally {
    controller = null;
    set(null);
    await refreshDerived();
  }
}

export function cancelEvaluation(): void {
  controller?.abort();
}

export function useEvaluationRun(): EvaluationRun | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => run,
  );
}
