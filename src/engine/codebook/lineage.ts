/**
 * Merging and splitting failure modes: each makes the next version and leaves in it how the modes came out of those before
 * (workspace/mode-place.ts finds a mode under any version through that).
 */
import type { Codebook, FailureMode, Lineage } from '../../shared/model/codebook';
import { BadInput } from '../workspace/problem';
import type { Projection } from '../workspace/projection';
import { currentCodebook, failureModeNames, idFor, newVersion } from './codebook';

function modeOf(codebook: Codebook, id: string): FailureMode {
  const found = codebook.failureModes.find((mode) => mode.id === id);
  if (found === undefined)
    throw new BadInput(`There is no failure mode “${id}” in version ${String(codebook.version)}.`);
  if (found.isRetired) throw new BadInput(`“${found.name}” is retired.`);
  return found;
}

function withLineage(
  state: Projection,
  note: string,
  failureModes: FailureMode[],
  lineage: Lineage[],
  author: string,
): Codebook {
  const { version } = currentCodebook(state);
  return newVersion(state, { basedOn: version, note, failureModes, lineage }, author);
}

/** The next version, in which `fromIds` are retired and go on in `intoId`. Throws BadInput where one is not there. */
export function mergeModes(
  state: Projection,
  merge: { fromIds: readonly string[]; intoId: string },
  author: string,
): Codebook {
  const current = currentCodebook(state);
  const fromIds = [...new Set(merge.fromIds)];
  if (fromIds.includes(merge.intoId)) throw new BadInput('A failure mode cannot be merged into itself.');
  const into = modeOf(current, merge.intoId);
  const names = fromIds.map((id) => modeOf(current, id).name);
  const failureModes = current.failureModes.map((mode) => {
    if (fromIds.includes(mode.id)) return { ...mode, isRetired: true };
    return mode.parentId !== null && fromIds.includes(mode.parentId)
      ? { ...mode, parentId: mode.id === into.id ? null : into.id }
      : mode;
  });
  const note = `Merged ${names.map((name) => `“${name}”`).join(', ')} into “${into.name}”`.slice(0, 500);
  return withLineage(state, note, failureModes, [{ type: 'merged', fromIds, intoId: into.id }], author);
}

/** The next version, in which one failure mode is retired and several of the given names stand for it. */
export function splitMode(
  state: Projection,
  split: { fromId: string; names: readonly string[] },
  author: string,
): Codebook {
  const current = currentCodebook(state);
  const from = modeOf(current, split.fromId);
  const names = split.names.map((name) => name.trim());
  if (new Set(names.map((name) => name.toLowerCase())).size !== names.length)
    throw new BadInput('The parts need different names.');
  const taken = new Set(failureModeNames(state).keys());
  const parts = names.map((name): FailureMode => {
    const id = idFor(name, taken);
    taken.add(id);
    return { ...from, id, name, examples: [], isRetired: false };
  });
  const failureModes = current.failureModes.flatMap((mode) =>
    mode.id === from.id ? [{ ...mode, isRetired: true }, ...parts] : [mode],
  );
  const note = `Split “${from.name}” into ${names.map((name) => `“${name}”`).join(', ')}`.slice(0, 500);
  const intoIds = parts.map((part) => part.id);
  return withLineage(state, note, failureModes, [{ type: 'split', fromId: from.id, intoIds }], author);
}
