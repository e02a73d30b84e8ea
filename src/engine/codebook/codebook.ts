/**
 * The codebook in force and its versions: reading, making a new version, what changed between two.
 * Versions are facts of the journal and never change; this room only reads them and prepares the next.
 */
import type { Codebook, CodebookChange, FailureMode, Lineage } from '../../shared/model/codebook';
import { BadInput, NotFound } from '../workspace/problem';
import { PROGRAM_AUTHOR, type Projection } from '../workspace/projection';
import { starterFailureModes } from './starters';

/** The codebook a workspace begins with: the built-in starter as version 1. */
export function firstCodebook(now: Date = new Date()): Codebook {
  return {
    version: 1,
    at: now.toISOString(),
    author: PROGRAM_AUTHOR,
    note: 'The built-in starter.',
    failureModes: [...starterFailureModes],
  };
}

/** The latest version. Throws when the journal holds none, which no workspace of ours does. */
export function currentCodebook(state: Projection): Codebook {
  const latest = state.codebooks.at(-1);
  if (!latest) throw new NotFound('This workspace has no codebook.');
  return latest;
}

/** A version by number, the latest without one. */
export function getCodebook(state: Projection, version?: number): Codebook {
  if (version === undefined) return currentCodebook(state);
  const found = state.codebooks.find((codebook) => codebook.version === version);
  if (!found) throw new NotFound(`There is no version ${String(version)} of the codebook.`);
  return found;
}

/** All versions, latest first. */
export function codebookVersions(
  state: Projection,
): { version: number; at: string; author: string; note: string; size: number }[] {
  return state.codebooks
    .map(({ version, at, author, note, failureModes }) => ({
      version,
      at,
      author,
      note,
      size: failureModes.filter((mode) => !mode.isRetired).length,
    }))
    .reverse();
}

/** Names of failure modes by id, over all versions; the latest name wins. */
export function failureModeNames(state: Projection): Map<string, string> {
  return new Map(
    state.codebooks.flatMap((codebook) =>
      codebook.failureModes.map((mode): [string, string] => [mode.id, mode.name]),
    ),
  );
}

function checkModes(modes: readonly FailureMode[]): void {
  const ids = new Set<string>();
  const names = new Set<string>();
  for (const mode of modes) {
    if (ids.has(mode.id)) throw new BadInput(`Two failure modes have the id “${mode.id}”.`);
    const name = mode.name.trim().toLowerCase();
    if (!mode.isRetired && names.has(name))
      throw new BadInput(`Two failure modes are called “${mode.name}”. Rename or retire one of them.`);
    ids.add(mode.id);
    if (!mode.isRetired) names.add(name);
  }
  for (const mode of modes) {
    if (mode.parentId !== null && !ids.has(mode.parentId))
      throw new BadInput(`“${mode.name}” belongs below a failure mode that is not in the codebook.`);
  }
  const parents = new Map(modes.map((mode) => [mode.id, mode.parentId]));
  for (const mode of modes) {
    const above = new Set<string>();
    for (let id = mode.parentId; id !== null && !above.has(id); id = parents.get(id) ?? null) above.add(id);
    if (above.has(mode.id)) throw new BadInput(`“${mode.name}” cannot be below itself.`);
  }
}

/** What corrections are sorted under must stay, retired if need be: a count must never lose its name. */
function checkRemoved(state: Projection, before: Codebook, after: readonly FailureMode[]): void {
  const kept = new Set(after.map((mode) => mode.id));
  for (const mode of before.failureModes.filter((one) => !kept.has(one.id))) {
    const uses = [...state.corrections.values()].filter((say) =>
      say.assignments.some((one) => one.failureModeId === mode.id),
    ).length;
    if (uses > 0) {
      throw new BadInput(
        `“${mode.name}” is on ${uses.toLocaleString('en')} correction${uses === 1 ? '' : 's'}. Retire it, or sort them elsewhere first.`,
      );
    }
  }
}

/** The next version with the given failure modes. Throws BadInput when somebody saved in between, modes contradict, or one in use is gone. */
export function newVersion(
  state: Projection,
  draft: { basedOn: number; note: string; failureModes: FailureMode[]; lineage?: Lineage[] },
  author: string,
): Codebook {
  const current = currentCodebook(state);
  if (draft.basedOn !== current.version) {
    throw new BadInput(
      `${current.author} saved version ${String(current.version)} since you began from version ${String(draft.basedOn)}. Look at what changed and save again.`,
    );
  }
  checkModes(draft.failureModes);
  checkRemoved(state, current, draft.failureModes);
  return {
    version: state.nextCodebookVersion,
    at: new Date().toISOString(),
    author,
    note: draft.note,
    failureModes: draft.failureModes,
    ...(draft.lineage === undefined || draft.lineage.length === 0 ? {} : { lineage: draft.lineage }),
  };
}

/** An id from a name: lower-case words with dashes, made unique by a number. */
export function idFor(name: string, taken: ReadonlySet<string>): string {
  const stem =
    name
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60) || 'failure-mode';
  for (let i = 1; ; i++) {
    const id = i === 1 ? stem : `${stem}-${String(i)}`;
    if (!taken.has(id)) return id;
  }
}

/** The next version with one failure mode more; what is not said is left open. An id may be given to keep one that exists elsewhere. */
export function addFailureMode(
  state: Projection,
  draft: { [K in keyof FailureMode]?: FailureMode[K] | undefined } & { name: string },
  author: string,
): { codebook: Codebook; failureModeId: string } {
  const current = currentCodebook(state);
  const failureModeId = draft.id ?? idFor(draft.name, new Set(failureModeNames(state).keys()));
  const added: FailureMode = {
    id: failureModeId,
    name: draft.name,
    definition: draft.definition ?? '',
    include: draft.include ?? '',
    exclude: draft.exclude ?? '',
    severity: draft.severity ?? 2,
    pillar: draft.pillar ?? null,
    parentId: draft.parentId ?? null,
    color: draft.color ?? null,
    examples: draft.examples ?? [],
    source: draft.source ?? '',
    isRetired: false,
  };
  const failureModes = [...current.failureModes, added];
  return {
    codebook: newVersion(
      state,
      { basedOn: current.version, note: `Added “${draft.name}”`, failureModes },
      author,
    ),
    failureModeId,
  };
}

const comparedFields = [
  'name',
  'definition',
  'include',
  'exclude',
  'severity',
  'pillar',
  'parentId',
  'color',
  'source',
  'examples',
] as const;

function fieldText(value: FailureMode[(typeof comparedFields)[number]]): string {
  if (value === null) return '';
  return Array.isArray(value) ? value.map((example) => example.text).join('\n') : String(value);
}

/** By failure mode, what merges, splits and renamings of the versions between say of it. */
function historyBetween(
  before: Codebook,
  after: Codebook,
  versions: readonly Codebook[],
): Map<string, string[]> {
  const between = versions.filter((one) => one.version > before.version && one.version <= after.version);
  const names = new Map(
    [before, ...between, after].flatMap((one) => one.failureModes.map((mode) => [mode.id, mode.name])),
  );
  const said = new Map<string, string[]>();
  const say = (id: string, words: string) => said.set(id, [...(said.get(id) ?? []), words]);
  const quoted = (ids: readonly string[]) => ids.map((id) => `“${names.get(id) ?? id}”`).join(', ');
  const old = new Map(before.failureModes.map((mode) => [mode.id, mode.name]));
  for (const { id, name } of after.failureModes) {
    const was = old.get(id);
    if (was !== undefined && was !== name) say(id, `renamed from “${was}”`);
  }
  for (const one of between.flatMap((version) => version.lineage ?? [])) {
    if (one.type === 'merged') {
      for (const id of one.fromIds) say(id, `merged into ${quoted([one.intoId])}`);
      say(one.intoId, `took in ${quoted(one.fromIds)}`);
    } else {
      say(one.fromId, `split into ${quoted(one.intoIds)}`);
      for (const id of one.intoIds) say(id, `split from ${quoted([one.fromId])}`);
    }
  }
  return said;
}

/**
 * What changed from one version to another, by failure mode, in the order of the newer; `versions` are all there are, for the
 * merges and splits between the two. Where the newer comes first, merges and splits are not told.
 */
export function diffCodebooks(
  before: Codebook,
  after: Codebook,
  versions: readonly Codebook[] = [after],
): CodebookChange[] {
  const old = new Map(before.failureModes.map((mode) => [mode.id, mode]));
  const told = historyBetween(before, after, versions);
  const changes: CodebookChange[] = [];
  const history = (id: string) => told.get(id) ?? [];
  for (const mode of after.failureModes) {
    const previous = old.get(mode.id);
    old.delete(mode.id);
    if (!previous) {
      changes.push({ id: mode.id, name: mode.name, change: 'added', fields: [], history: history(mode.id) });
      continue;
    }
    const fields = comparedFields
      .map((field) => ({ field, before: fieldText(previous[field]), after: fieldText(mode[field]) }))
      .filter((field) => field.before !== field.after);
    if (previous.isRetired !== mode.isRetired)
      changes.push({
        id: mode.id,
        name: mode.name,
        change: mode.isRetired ? 'retired' : 'restored',
        fields,
        history: history(mode.id),
      });
    else if (fields.length > 0 || history(mode.id).length > 0)
      changes.push({ id: mode.id, name: mode.name, change: 'changed', fields, history: history(mode.id) });
  }
  for (const mode of old.values())
    changes.push({ id: mode.id, name: mode.name, change: 'removed', fields: [], history: history(mode.id) });
  return changes;
}
