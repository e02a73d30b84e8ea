/**
 * What reviewers have begun to say and how long they looked, by item and reviewer, while the program is open: going to
 * another item and coming back loses nothing, and a review that is undone is there again to be changed.
 */
import { useEffect, useRef, useState } from 'react';
import type { Draft } from './draft';

const drafts = new Map<string, Draft>();
const spentMs = new Map<string, number>();

export function itemKey(queueId: string, sessionId: string, reviewer: string): string {
  return JSON.stringify([queueId, sessionId, reviewer]);
}

/** The draft of an item, `initial` until something was changed. */
export function useDraft(key: string, initial: Draft): [Draft, (draft: Draft) => void] {
  const [, setCount] = useState(0);
  const change = (draft: Draft) => {
    drafts.set(key, draft);
    setCount((count) => count + 1);
  };
  return [drafts.get(key) ?? initial, change];
}

const TICK_MS = 1000;

/**
 * Seconds a reviewer has looked at an item, those of a review given before included; time in which the window is hidden
 * does not count. `take` gives them at the moment, for the review.
 */
export function useTimeSpent(key: string, before: number): { seconds: number; take: () => number } {
  const [spent, setSpent] = useState(() => spentMs.get(key) ?? 0);
  const since = useRef<number | null>(null);
  useEffect(() => {
    const stop = () => {
      if (since.current === null) return;
      spentMs.set(key, (spentMs.get(key) ?? 0) + performance.now() - since.current);
      since.current = null;
    };
    const follow = () => {
      stop();
      if (document.visibilityState === 'visible') since.current = performance.now();
    };
    const tick = () => {
      follow();
      setSpent(spentMs.get(key) ?? 0);
    };
    follow();
    const timer = window.setInterval(tick, TICK_MS);
    document.addEventListener('visibilitychange', follow);
    return () => {
      stop();
      window.clearInterval(timer);
      document.removeEventListener('visibilitychange', follow);
    };
  }, [key]);
  const take = () => {
    const running = since.current === null ? 0 : performance.now() - since.current;
    return before + ((spentMs.get(key) ?? 0) + running) / 1000;
  };
  return { seconds: before + spent / 1000, take };
}

/** After a review was given its time is part of it. */
export function forgetTime(key: string): void {
  spentMs.delete(key);
}
