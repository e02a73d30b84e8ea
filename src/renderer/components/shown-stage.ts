/** When screens have to fetch anew what a search for signals that goes on in the background has found. */
import type { SignalStageState } from '../../shared/contract/signal';

/** What was found so far is shown this often: every time costs the queries of a screen. */
const SHOW_EVERY_MS = 3_000;

/** What the screens show of the search: how many sessions it had looked at, -1 before that is known, since when, and whether it ran. */
export interface Shown {
  looked: number;
  atMs: number;
  wasRunning: boolean;
}

/** What the screens are to show from now on; null where they are in step. */
export function nextShown(
  shown: Shown,
  { looked, isRunning }: SignalStageState,
  nowMs: number,
): Shown | null {
  // What is on the screens when the search is asked for the first time is as new as its answer.
  const hasMore = shown.looked >= 0 && looked !== shown.looked;
  // A short search begins and ends between two askings.
  const hasEnded = !isRunning && (shown.wasRunning || hasMore);
  const isDue = isRunning && hasMore && nowMs - shown.atMs > SHOW_EVERY_MS;
  return hasEnded || isDue ? { looked, atMs: nowMs, wasRunning: isRunning } : null;
}
