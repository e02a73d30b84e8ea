/**
 * The clustering that is under way. It lives beside the screen, so that going to a session and back neither stops it nor
 * loses sight of it.
 */
import { useSyncExternalStore } from 'react';
import type { ClusterRunInput } from '../../../shared/contract/correction';
import { client } from '../../lib/client';
import { isAbort } from '../../lib/errors';
import { formatPlural } from '../../lib/format';
import { refreshDerived } from '../../lib/query-client';
import { toastDone, toastError } from '../../lib/toast';
import type { Progress } from './time-left';

export interface ClusterRunState extends Progress {
  step: string;
}

let state: ClusterRunState | null = null;
let controller: AbortController | null = null;
const listeners = new Set<() => void>();

function set(next: ClusterRunState | null): void {
  state = next;
  for (const listener of listeners) listener();
}

/** What is asked for; `count` null lets the criterion choose. */
export type ClusterWish = Pick<ClusterRunInput, 'count' | 'basis' | 'withAnswered'>;

/** Clusters anew. Does nothing while one is under way. */
export async function runClustering(wish: ClusterWish): Promise<void> {
  if (controller !== null) return;
  const own = new AbortController();
  controller = own;
  const startedMs = performance.now();
  set({ step: 'starting', share: 0, startedMs, nowMs: startedMs });
  try {
    for await (const event of await client.cluster.run(wish, { signal: own.signal })) {
      if (event.type === 'progress')
        set({ step: event.step, share: event.share, startedMs, nowMs: performance.now() });
      else
        toastDone(
          `${formatPlural(event.run.itemCount, 'correction')} in ${formatPlural(event.run.clusterCount, 'cluster')}.`,
        );
    }
  } catch (error) {
    if (!isAbort(error)) toastError(error, 'cluster the corrections');
  } finally {
    controller = null;
    set(null);
    await refreshDerived();
  }
}

export function cancelClustering(): void {
  controller?.abort();
}

export function useClusterRun(): ClusterRunState | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}
