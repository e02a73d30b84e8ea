/** Handlers of regression. */
import { stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { RegressionSet } from '../../shared/model/regression';
import { currentCodebook } from '../codebook/codebook';
import { act } from '../open-workspace';
import { draftCase } from '../regression/draft-case';
import { readSet, writeSet } from '../regression/export-set';
import { baselineOf, runGate } from '../regression/gate';
import { junitOf, markdownOf } from '../regression/gate-report';
import { nearDuplicates } from '../regression/match';
import { minimise } from '../regression/minimise';
import { differenceOf, findSet, listSets, nextSet, setOf } from '../regression/sets';
import { verifyImports } from '../regression/verify';
import { missingSignals } from '../signals/coverage';
import { BadInput } from '../workspace/problem';
import { maskedReport, maskValue, openMasking } from '../report/redaction/redact-value';
import type { RouteContext } from './implementer';
import { redactionSettings } from './redaction';

export function regressionRoutes({ os, engine }: RouteContext) {
  const state = () => engine.workspace.state;
  const context = () => ({ db: engine.workspace.db, importsDir: engine.workspace.importsDir });
  const readFile = (handle: string): Promise<RegressionSet> => {
    const path = engine.pathOf(handle);
    return readSet(path, basename(path));
  };
  const save = async (set: RegressionSet) => {
    await act(engine.workspace, [{ type: 'regression.saved', set }]);
    return { setId: set.setId, version: set.version };
  };
  return {
    regression: {
      sets: os.regression.sets.handler(() => listSets(state())),
      get: os.regression.get.handler(({ input }) => setOf(state(), input.setId, input.version)),
      draft: os.regression.draft.handler(async ({ input }) => {
        const { version } = currentCodebook(state());
        const draft = await draftCase(engine.workspace, input.target, version, input.heldOutShare);
        const others = input.setId === null ? [] : setOf(state(), input.setId).cases;
        const alike = nearDuplicates([...others.filter((one) => one.caseId !== draft.caseId), draft])
          .filter((pair) => pair.second === draft.caseId)
          .map((pair) => ({
            caseId: pair.first,
            name: others.find((one) => one.caseId === pair.first)?.name ?? '',
            similarity: pair.similarity,
          }));
        return { draft, ...minimise(draft.input, draft.expectation), alike };
      }),
      save: os.regression.save.handler(({ input }) => save(nextSet(state(), input))),
      retire: os.regression.retire.handler(async ({ input }) => {
        setOf(state(), input.setId);
        await act(engine.workspace, [{ type: 'regression.retired', ...input }]);
        return null;
      }),
      difference: os.regression.difference.handler(({ input }) =>
        differenceOf(setOf(state(), input.setId, input.from), setOf(state(), input.setId, input.to)),
      ),
      duplicates: os.regression.duplicates.handler(({ input }) =>
        nearDuplicates(setOf(state(), input.setId, input.version).cases),
      ),
      export: os.regression.export.handler(async ({ input }) => {
        const settings = input.redact ? await redactionSettings(engine) : null;
        const masking = await openMasking(engine.workspace.db, settings);
        const set = setOf(state(), input.setId, input.version);
        const { name, text } = writeSet(masking ? maskValue(set, masking, 'cases') : set, input.format);
        const path = join(engine.workspace.exportsDir, name);
        await writeFile(path, text);
        const redaction = await maskedReport(masking, path);
        const incomplete = await missingSignals(engine.workspace.db);
        return {
          handle: engine.grants.grant(path),
          name,
          bytes: (await stat(path)).size,
          incomplete,
          redaction,
        };
      }),
      import: os.regression.import.handler(async ({ input }) => {
        const set = await readFile(input.handle);
        const known = state()
          .regressionSets.get(set.setId)
          ?.versions.some((one) => one.set.version === set.version);
        if (known !== true) await save(set);
        return { setId: set.setId, version: set.version, isNew: known !== true };
      }),
      gate: os.regression.gate.handler(async ({ input }) => {
        if ((input.set === undefined) === (input.handle === undefined))
          throw new BadInput('Name the set or give its file, one of the two.');
        const set =
          input.handle === undefined
            ? findSet(state(), input.set ?? '', input.version)
            : await readFile(input.handle);
        const other = input.baselineHandle === undefined ? null : await readFile(input.baselineHandle);
        const { importIds, maxDrop, rule } = input;
        return runGate(context(), set, { importIds, maxDrop, rule, baseline: other?.baseline ?? null });
      }),
      gateReport: os.regression.gateReport.handler(({ input }) => ({
        text: input.format === 'junit' ? junitOf(input.verdict) : markdownOf(input.verdict),
      })),
      recordBaseline: os.regression.recordBaseline.handler(async ({ input }) => {
        const { version: _version, ...set } = setOf(state(), input.setId);
        const baseline = baselineOf(input.verdict, input.name, new Date().toISOString());
        return save(nextSet(state(), { ...set, baseline, note: `Baseline: ${input.name}` }));
      }),
      verify: os.regression.verify.handler(({ input }) =>
        verifyImports(engine.workspace.db, input.before, input.after, (kind, id) => {
          if (kind === 'failure-mode') return state().failureModeName(id);
          return state().objectives.get(id)?.versions.at(-1)?.objective.name ?? id;
        }),
      ),
    },
  };
}
