/** A draft of the next codebook version: what it changes, and how it is carried over when somebody saved in between. Pure. */
import type { Codebook, FailureMode } from '../../../shared/model/codebook';

export interface Draft {
  /** The version it began from, kept whole: what changed is told against it. */
  base: Codebook;
  modes: readonly FailureMode[];
}

export function draftOf(codebook: Codebook): Draft {
  return { base: codebook, modes: codebook.failureModes };
}

function isSame(a: FailureMode, b: FailureMode): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** Ids of the failure modes that the draft adds or changes. */
export function changedIds(draft: Draft): string[] {
  const before = new Map(draft.base.failureModes.map((mode) => [mode.id, mode]));
  return draft.modes
    .filter((mode) => {
      const old = before.get(mode.id);
      return old === undefined || !isSame(old, mode);
    })
    .map((mode) => mode.id);
}

export function withMode(draft: Draft, id: string, change: Partial<FailureMode>): Draft {
  return { ...draft, modes: draft.modes.map((mode) => (mode.id === id ? { ...mode, ...change } : mode)) };
}

/** Lower-case words with dashes, made unique by a number. */
function idFor(name: string, taken: ReadonlySet<string>): string {
  const stem =
    name
      .toLowerCase()
      .normalize('NFKD')
      .replace(/[^a-z0-9]+/gu, '-')
      .replace(/^-+|-+$/gu, '')
      .slice(0, 60) || 'mode';
  if (!taken.has(stem)) return stem;
  let number = 2;
  while (taken.has(`${stem}-${number}`)) number += 1;
  return `${stem}-${number}`;
}

/** Adds an empty failure mode at the end; the result says its id. */
export function withNewMode(draft: Draft, name: string): { draft: Draft; id: string } {
  const id = idFor(name, new Set(draft.modes.map((mode) => mode.id)));
  const mode: FailureMode = {
    id,
    name,
    definition: '',
    include: '',
    exclude: '',
    severity: 2,
    pillar: null,
    parentId: null,
    color: null,
    examples: [],
    source: '',
    isRetired: false,
  };
  return { draft: { ...draft, modes: [...draft.modes, mode] }, id };
}

/** Takes failure modes of a starter over; those that are there already stay as they are. */
export function withStarter(draft: Draft, modes: readonly FailureMode[]): Draft {
  const known = new Set(draft.modes.map((mode) => mode.id));
  return { ...draft, modes: [...draft.modes, ...modes.filter((mode) => !known.has(mode.id))] };
}

/** Takes out what only this draft added. What was saved once is retired instead: its id is in the journal. */
export function withoutNewMode(draft: Draft, id: string): Draft {
  if (draft.base.failureModes.some((mode) => mode.id === id)) return draft;
  return {
    ...draft,
    modes: draft.modes
      .filter((mode) => mode.id !== id)
      .map((mode) => (mode.parentId === id ? { ...mode, parentId: null } : mode)),
  };
}

/** The draft's own changes laid over a newer version; where both changed a failure mode, the draft's is kept and named. */
export function rebased(draft: Draft, newer: Codebook): { draft: Draft; contested: string[] } {
  const mine = new Set(changedIds(draft));
  const before = new Map(draft.base.failureModes.map((mode) => [mode.id, mode]));
  const drafted = new Map(draft.modes.map((mode) => [mode.id, mode]));
  const theirs = new Set(newer.failureModes.map((mode) => mode.id));
  const contested = newer.failureModes
    .filter((mode) => {
      const old = before.get(mode.id);
      return mine.has(mode.id) && (old === undefined || !isSame(old, mode));
    })
    .map((mode) => mode.name);
  const modes = [
    ...newer.failureModes.map((mode) => (mine.has(mode.id) ? (drafted.get(mode.id) ?? mode) : mode)),
    ...draft.modes.filter((mode) => mine.has(mode.id) && !theirs.has(mode.id)),
  ];
  return { draft: { base: newer, modes }, contested };
}

/** Why the draft cannot be saved as it is, in a sentence; null when it can. */
export function obstacle(draft: Draft): string | null {
  const names = new Set<string>();
  for (const mode of draft.modes) {
    const name = mode.name.trim().toLowerCase();
    if (name === '') return 'A failure mode has no name.';
    if (mode.isRetired) continue;
    if (names.has(name)) return `Two failure modes are called “${mode.name}”. Rename or retire one of them.`;
    names.add(name);
  }
  return null;
}

/** The failure modes one may be put below: not itself, nor any that is below it. */
export function possibleParents(modes: readonly FailureMode[], id: string): FailureMode[] {
  const below = new Set([id]);
  for (let grew = true; grew;) {
    grew = false;
    for (const mode of modes)
      if (mode.parentId !== null && below.has(mode.parentId) && !below.has(mode.id)) {
        below.add(mode.id);
        grew = true;
      }
  }
  return modes.filter((mode) => !below.has(mode.id) && !mode.isRetired);
}

export interface ListedMode {
  mode: FailureMode;
  depth: number;
}

/** In the codebook's order, each below the one it belongs to; the retired at the end. Circles end where they began. */
export function inOrder(modes: readonly FailureMode[]): ListedMode[] {
  const ids = new Set(modes.filter((mode) => !mode.isRetired).map((mode) => mode.id));
  const listed: ListedMode[] = [];
  const seen = new Set<string>();
  const add = (mode: FailureMode, depth: number) => {
    if (seen.has(mode.id)) return;
    seen.add(mode.id);
    listed.push({ mode, depth });
    for (const child of modes) if (child.parentId === mode.id && !child.isRetired) add(child, depth + 1);
  };
  for (const mode of modes)
    if (!mode.isRetired && (mode.parentId === null || !ids.has(mode.parentId))) add(mode, 0);
  for (const mode of modes) if (!mode.isRetired) add(mode, 0);
  for (const mode of modes) if (mode.isRetired) add(mode, 0);
  return listed;
}
