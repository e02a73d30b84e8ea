/**
 * The draft of an objective's next version. It lives beside the screen, so that reading a session in between does not
 * lose it; it belongs to one workspace, and one objective of it.
 */
import { useSyncExternalStore } from 'react';
import type { Objective } from '../../../shared/model/objective';
import { checkObstacle } from '../../lib/check-words';
import { compactFilter } from '../../lib/session-query';

export type Draft = Omit<Objective, 'objectiveId' | 'version' | 'note'>;

export const NEW = 'new';
export const EMPTY_DRAFT: Draft = {
  name: '',
  statement: '',
  decides: 'intent',
  appliesTo: {},
  combine: 'all',
  checks: [],
};

let kept: ReadonlyMap<string, Draft> = new Map();
const listeners = new Set<() => void>();

/** Keeps a draft under the workspace's path and the objective's id; null lets it go. */
export function keepDraft(key: string, draft: Draft | null): void {
  const next = new Map(kept);
  if (draft === null) next.delete(key);
  else next.set(key, draft);
  kept = next;
  for (const listener of listeners) listener();
}

export function useKeptDraft(key: string): Draft | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => kept.get(key),
  );
}

export function draftOf(objective: Objective): Draft {
  const { name, statement, decides, appliesTo, combine, checks } = objective;
  return { name, statement, decides, appliesTo, combine, checks };
}

function comparable(draft: Draft): string {
  return JSON.stringify([
    draft.name.trim(),
    draft.statement.trim(),
    draft.decides,
    Object.entries(compactFilter(draft.appliesTo)).toSorted(([a], [b]) => a.localeCompare(b)),
    draft.combine,
    draft.checks,
  ]);
}

/** Whether two drafts say the same. */
export function isSameDraft(a: Draft, b: Draft): boolean {
  return comparable(a) === comparable(b);
}

/** What keeps a draft's checks from deciding anything; null when they can. */
export function checksObstacle(draft: Draft): string | null {
  if (draft.checks.length === 0) return 'Add the first check: it decides which sessions meet the objective.';
  const lacking = draft.checks.findIndex((check) => checkObstacle(check) !== null);
  const lack = draft.checks[lacking];
  return lack === undefined ? null : `Check ${lacking + 1}: ${checkObstacle(lack) ?? ''}`;
}

/** What keeps a draft from being saved; null when nothing does. */
export function saveObstacle(draft: Draft): string | null {
  if (draft.name.trim() === '') return 'Give it a name.';
  if (draft.statement.trim() === '') return 'Say in words what success is.';
  return checksObstacle(draft);
}
