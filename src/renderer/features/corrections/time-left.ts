import { formatDuration } from '../../lib/format';

export interface Progress {
  /** 0 to 1. */
  share: number;
  startedMs: number;
  /** When the last progress came, by the same clock. */
  nowMs: number;
}

/** How long it will still take if it goes on like this: `about 12 s left`; empty while that is anybody's guess. */
export function timeLeft(run: Progress): string {
  const spentMs = run.nowMs - run.startedMs;
  if (run.share < 0.05 || run.share >= 1 || spentMs < 1000) return '';
  return `about ${formatDuration((spentMs / run.share) * (1 - run.share))} left`;
}
