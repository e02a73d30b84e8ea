/**
 * The draft of the next version. It lives beside the screen, so that looking at a session in between does not lose it;
 * it belongs to one workspace and is gone with it.
 */
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, useSyncExternalStore } from 'react';
import { client, orpc } from '../../lib/client';
import { explainError } from '../../lib/errors';
import { refreshDerived } from '../../lib/query-client';
import { toastDone } from '../../lib/toast';
import { useWorkspace } from '../../lib/workspace';
import { changedIds, draftOf, rebased, type Draft } from './draft';

let kept: { workspace: string; draft: Draft } | null = null;
const listeners = new Set<() => void>();

function keep(next: typeof kept): void {
  kept = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export type DraftState = ReturnType<typeof useDraft>;

/** The current codebook, the draft over it, and the ways to save it or let it go. */
export function useDraft() {
  const current = useQuery(orpc.codebook.get.queryOptions({ input: {} }));
  const workspace = useWorkspace().data?.path ?? '';
  const stored = useSyncExternalStore(subscribe, () => kept);
  const own = stored?.workspace === workspace ? stored.draft : null;
  const isTouched = own !== null && changedIds(own).length > 0;
  // A draft without changes follows what is saved elsewhere, by undo or from the sorting table.
  const draft = isTouched ? own : current.data === undefined ? null : draftOf(current.data);
  const [conflict, setConflict] = useState<string | null>(null);

  const save = useMutation({
    mutationFn: ({ note, draft: wanted }: { note: string; draft: Draft }) =>
      client.codebook.save({
        basedOn: wanted.base.version,
        note,
        failureModes: wanted.modes.map((mode) => ({ ...mode, name: mode.name.trim() })),
      }),
    onSuccess: ({ version }) => {
      keep(null);
      setConflict(null);
      toastDone(`Saved as version ${version}. Undo takes it back.`);
    },
    onError: (error) => {
      const { title, detail } = explainError(error);
      setConflict(detail === '' ? title : detail);
    },
    // The newest version is needed to say who was first.
    onSettled: refreshDerived,
    meta: { isQuiet: true },
  });

  const edit = (next: Draft) => keep({ workspace, draft: next });
  return {
    current,
    draft,
    changed: draft === null ? [] : changedIds(draft),
    edit,
    discard: () => {
      keep(null);
      setConflict(null);
    },
    save: (note: string) => {
      if (draft !== null) save.mutate({ note, draft });
    },
    isSaving: save.isPending,
    conflict,
    /** Somebody saved after this draft was begun. */
    isBehind: isTouched && current.data !== undefined && current.data.version !== own.base.version,
    /** Lays the draft over the newest version; names of what both changed. */
    carryOver: (): string[] => {
      if (own === null || current.data === undefined) return [];
      const result = rebased(own, current.data);
      edit(result.draft);
      setConflict(null);
      return result.contested;
    },
  };
}
