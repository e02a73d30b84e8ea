/** Regression sets and their versions: listing, the next version, what changed between two. Versions never change. */
import { randomUUID } from 'node:crypto';
import type { RegressionSetSummary, SetDifference } from '../../shared/contract/regression';
import type { RegressionCase, RegressionSet } from '../../shared/model/regression';
import { BadInput, NotFound } from '../workspace/problem';
import type { Projection } from '../workspace/projection';

/** A version of a set, the latest without a number. Throws NotFound. */
export function setOf(state: Projection, setId: string, version?: number): RegressionSet {
  const say = state.regressionSets.get(setId);
  const found =
    version === undefined ? say?.versions.at(-1) : say?.versions.find((one) => one.set.version === version);
  if (!found)
    throw new NotFound(
      say ? `The set has no version ${String(version)}.` : `There is no regression set ${setId}.`,
    );
  return found.set;
}

/** A set by id or, regardless of case, by name. Throws NotFound. */
export function findSet(state: Projection, idOrName: string, version?: number): RegressionSet {
  const wanted = idOrName.trim().toLowerCase();
  const say =
    state.regressionSets.get(idOrName) ??
    [...state.regressionSets.values()].find(
      (one) => !one.isRetired && one.versions.at(-1)?.set.name.toLowerCase() === wanted,
    );
  const last = say?.versions.at(-1);
  if (!last) throw new NotFound(`There is no regression set “${idOrName}” in this workspace.`);
  return setOf(state, last.set.setId, version);
}

/** All sets, retired ones last. */
export function listSets(state: Projection): RegressionSetSummary[] {
  return [...state.regressionSets.values()]
    .flatMap(({ versions, isRetired }): RegressionSetSummary[] => {
      const last = versions.at(-1);
      if (!last) return [];
      const { setId, name, version, cases, baseline, note } = last.set;
      return [
        {
          setId,
          name,
          version,
          note,
          isRetired,
          at: last.at,
          author: last.author,
          caseCount: cases.length,
          heldOutCount: cases.filter((one) => one.split === 'held-out').length,
          baseline: baseline && {
            name: baseline.name,
            at: baseline.at,
            passed: baseline.results.filter((one) => one.passed === true).length,
            n: baseline.results.length,
          },
          versions: versions.map((one) => ({
            version: one.set.version,
            at: one.at,
            author: one.author,
            note: one.set.note,
            caseCount: one.set.cases.length,
          })),
        },
      ];
    })
    .sort((a, b) => Number(a.isRetired) - Number(b.isRetired) || a.name.localeCompare(b.name));
}

/** The next version of a set, or the first of a new one with `setId` null. Throws BadInput for two cases of one id. */
export function nextSet(
  state: Projection,
  draft: Omit<RegressionSet, 'setId' | 'version'> & { setId: string | null },
): RegressionSet {
  const ids = new Set<string>();
  for (const one of draft.cases) {
    if (ids.has(one.caseId)) throw new BadInput(`The case “${one.name}” is in the set twice.`);
    ids.add(one.caseId);
  }
  const setId = draft.setId ?? randomUUID();
  const versions = state.regressionSets.get(setId)?.versions ?? [];
  return { ...draft, setId, version: Math.max(0, ...versions.map((one) => one.set.version)) + 1 };
}

const COMPARED = ['name', 'expectation', 'failureModeName', 'severity', 'split', 'combine'] as const;

/** What changed from one version to another. */
export function differenceOf(before: RegressionSet, after: RegressionSet): SetDifference {
  const old = new Map(before.cases.map((one) => [one.caseId, one]));
  const now = new Set(after.cases.map((one) => one.caseId));
  const brief = ({ caseId, name }: RegressionCase) => ({ caseId, name });
  return {
    added: after.cases.filter((one) => !old.has(one.caseId)).map(brief),
    removed: before.cases.filter((one) => !now.has(one.caseId)).map(brief),
    changed: after.cases.flatMap((one) => {
      const was = old.get(one.caseId);
      if (!was) return [];
      const fields = [
        ...COMPARED.flatMap((field) =>
          was[field] === one[field]
            ? []
            : [{ field, before: String(was[field] ?? ''), after: String(one[field] ?? '') }],
        ),
        ...(JSON.stringify(was.checks) === JSON.stringify(one.checks)
          ? []
          : [{ field: 'checks', before: JSON.stringify(was.checks), after: JSON.stringify(one.checks) }]),
        ...(was.input.length === one.input.length
          ? []
          : [
              {
                field: 'messages',
                before: String(was.input.length),
                after: String(one.input.length),
              },
            ]),
      ];
      return fields.length === 0 ? [] : [{ ...brief(one), fields }];
    }),
  };
}
