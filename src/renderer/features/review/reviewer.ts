/** Who reviews at this machine: a name that is kept here, and goes with every review that is given. */
import { useSyncExternalStore } from 'react';

const KEY = 'faultline.reviewer';
const listeners = new Set<() => void>();

function read(): string | null {
  const name = window.localStorage.getItem(KEY)?.trim() ?? '';
  return name === '' ? null : name.slice(0, 80);
}

/** Another reviewer takes over. */
export function setReviewer(name: string): void {
  window.localStorage.setItem(KEY, name.trim());
  for (const listener of listeners) listener();
}

/** Null until somebody has said who they are. */
export function useReviewer(): string | null {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, read);
}
