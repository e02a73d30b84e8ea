/** The open workspace, and the way into another one: the cache is emptied, so that nothing of the last one is shown. */
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { WorkspaceInfo } from '../../shared/contract/workspace';
import { client, orpc } from './client';
import { navigate } from './navigation';
import { ACTS, queryClient, refreshAll } from './query-client';
import { toastDone, toastError, toastWhile } from './toast';
import { forgetWorkspaceState } from './workspace-state';

/** The open workspace; `data` is null when none is open. */
export function useWorkspace(): UseQueryResult<WorkspaceInfo | null> {
  return useQuery(orpc.workspace.current.queryOptions());
}

const OPENING =
  'Opening the workspace. Where its index does not hold it is made anew from the imports, which can take minutes.';

/**
 * Opens a workspace by whatever call the caller makes and goes to its first useful screen: the overview, or the import
 * screen while it is empty. Failures are shown; the result says whether it was opened.
 */
export async function enterWorkspace(open: () => Promise<WorkspaceInfo>): Promise<boolean> {
  try {
    const info = await toastWhile(OPENING, open());
    forgetWorkspaceState();
    queryClient.clear();
    queryClient.setQueryData(orpc.workspace.current.queryKey(), info);
    navigate({ screen: info.sessionCount === 0 ? 'import' : 'overview' });
    await refreshAll();
    return true;
  } catch (error) {
    toastError(error, 'open the workspace');
    return false;
  }
}

/** Closes the workspace and goes home. */
export async function leaveWorkspace(): Promise<void> {
  try {
    await client.workspace.close();
    forgetWorkspaceState();
    queryClient.clear();
    navigate({ screen: 'home' });
    await refreshAll();
  } catch (error) {
    toastError(error, 'close the workspace');
  }
}

async function step(way: 'undo' | 'redo'): Promise<void> {
  const turn = queryClient.getMutationCache().build(queryClient, {
    mutationFn: async () => {
      const { sentence } = await client.workspace[way]();
      const word = way === 'undo' ? 'Undone' : 'Redone';
      toastDone(sentence === null ? `There is nothing to ${way}.` : `${word}: ${sentence}`);
      if (sentence !== null) await refreshAll();
    },
    scope: ACTS,
    meta: { isQuiet: true },
  });
  try {
    await turn.execute(undefined);
  } catch (error) {
    toastError(error, way);
  }
}

/** Takes back the last act of a person; it stays in the journal as one more fact. */
export function undo(): Promise<void> {
  return step('undo');
}

export function redo(): Promise<void> {
  return step('redo');
}
