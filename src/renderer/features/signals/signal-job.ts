/**
 * The run or preview of a signal that is under way. It lives beside the screen, so that going elsewhere neither stops it
 * nor loses sight of it. One at a time.
 */
import { useSyncExternalStore } from 'react';
import { isAbort } from '../../lib/errors';

export interface SignalJob {
  /** What is being done: `Trying it on the sessions`. */
  doing: string;
  sessions: number;
  /** 0 until it is known. */
  total: number;
}

type Event<Done> = { type: 'progress'; sessions: number; total: number } | Done;

export type JobResult<Done> =
  { state: 'done'; done: Done } | { state: 'failed'; error: unknown } | { state: 'stopped' };

let job: SignalJob | null = null;
let controller: AbortController | null = null;
const listeners = new Set<() => void>();

function set(next: SignalJob | null): void {
  job = next;
  for (const listener of listeners) listener();
}

/** Follows the events of a job to its end. While another is under way it is `stopped` at once. */
export async function runJob<Done extends { type: 'done' }>(
  doing: string,
  start: (options: { signal: AbortSignal }) => Promise<AsyncIterable<Event<Done>>>,
): Promise<JobResult<Done>> {
  if (controller !== null) return { state: 'stopped' };
  const own = new AbortController();
  controller = own;
  set({ doing, sessions: 0, total: 0 });
  try {
    for await (const event of await start({ signal: own.signal })) {
      if (event.type === 'done') return { state: 'done', done: event };
      set({ doing, sessions: event.sessions, total: event.total });
    }
    return { state: 'stopped' };
  } catch (error) {
    return isAbort(error) ? { state: 'stopped' } : { state: 'failed', error };
  } finally {
    controller = null;
    set(null);
  }
}

export function stopJob(): void {
  controller?.abort();
}

export function useSignalJob(): SignalJob | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => job,
  );
}
