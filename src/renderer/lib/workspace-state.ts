/**
 * What one screen leaves for another while a workspace is open, and no more than that: the list that a session was
 * opened from (for previous and next), and files that wait to be imported. Lives in memory; gone with the workspace.
 */
import { useSyncExternalStore } from 'react';
import type { SessionFilter } from '../../shared/model/session';
import type { GrantedFile } from '../../shared/desktop';
import type { SessionSort } from './navigation';

export interface WorkspaceState {
  /** The list on the sessions screen, which previous and next on the session screen walk through. */
  sessionList: { filter: SessionFilter; sort: SessionSort };
  /** Files and folders that were dropped or opened and not yet looked at by the import screen. */
  stagedFiles: readonly GrantedFile[];
}

const INITIAL: WorkspaceState = {
  sessionList: { filter: {}, sort: { key: 'startTimeMs', descending: true } },
  stagedFiles: [],
};

let state = INITIAL;
const listeners = new Set<() => void>();

export function getWorkspaceState(): WorkspaceState {
  return state;
}

export function setWorkspaceState(change: Partial<WorkspaceState>): void {
  state = { ...state, ...change };
  for (const listener of listeners) listener();
}

/** Forgets the list; files that wait stay, for they may be what the new workspace was opened for. */
export function forgetWorkspaceState(): void {
  setWorkspaceState({ sessionList: INITIAL.sessionList });
}

/** Adds files that wait to be imported. */
export function stageFiles(files: readonly GrantedFile[]): void {
  const known = new Set(state.stagedFiles.map((file) => file.handle));
  setWorkspaceState({
    stagedFiles: [...state.stagedFiles, ...files.filter((file) => !known.has(file.handle))],
  });
}

/** Hands over the files that wait, and empties the list. */
export function takeStagedFiles(): readonly GrantedFile[] {
  const { stagedFiles } = state;
  if (stagedFiles.length > 0) setWorkspaceState({ stagedFiles: [] });
  return stagedFiles;
}

export function useWorkspaceState<T>(select: (state: WorkspaceState) => T): T {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => select(state),
  );
}
