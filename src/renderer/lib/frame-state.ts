/** Which of the frame's own dialogues is open; so that a key, the menu, the palette and a screen can all open them. */
import { useSyncExternalStore } from 'react';

export type FrameDialogue = 'palette' | 'keyboard-help' | 'offline' | 'log' | 'new-workspace' | 'save-as';

let open: FrameDialogue | null = null;
const listeners = new Set<() => void>();

/** Opens one of the frame's dialogues in place of the one that is open; null closes it. */
export function showDialogue(dialogue: FrameDialogue | null): void {
  open = dialogue;
  for (const listener of listeners) listener();
}

export function useDialogue(): FrameDialogue | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => open,
  );
}
