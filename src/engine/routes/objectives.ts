/** Handlers of objective. */
import type { EvaluationEvent } from '../../shared/contract/objective';
import { wilson } from '../../shared/stats/wilson';
import { act } from '../open-workspace';
import { evaluateObjective, sortOutcome } from '../objectives/evaluate';
import { loopbackUrl } from '../objectives/judge';
import {
  evaluationsOf,
  latestVersion,
  listObjectives,
  nextVersion,
  objectiveOf,
  objectivesOfSession,
  outcomeRows,
  runEvaluation,
  summaryOf,
} from '../objectives/objectives';
import { evaluationOf, objectiveResults } from '../objectives/results';
import { progressStream } from '../progress-stream';
import { importIds } from '../trajectory/wide-span';
import type { RouteContext } from './implementer';

export function objectiveRoutes({ os, engine }: RouteContext) {
  const context = () => ({ db: engine.workspace.db, importsDir: engine.workspace.importsDir });
  const evaluate = (objectiveId: string, outer?: AbortSignal) =>
    progressStream<EvaluationEvent>(async (report, signal) => {
      const { workspace } = engine;
      const objective = latestVersion(workspace.state, objectiveId);
      const evaluation = await runEvaluation(
        context(),
        workspace.state,
        objective,
        await importIds(workspace.db),
        {
          signal,
          report: (step, share) => {
            report({ type: 'progress', step, share });
          },
        },
      );
      const [fact] = await act(workspace, [{ type: 'objective.evaluated', evaluation }]);
      const { author = '', at = '', seq = 0 } = fact ?? {};
      return { type: 'done', summary: summaryOf({ evaluation, author, at, seq }) };
    }, outer);

  return {
    objective: {
      list: os.objective.list.handler(async () =>
        listObjectives(engine.workspace.state, await importIds(engine.workspace.db)),
      ),
      versions: os.objective.versions.handler(({ input }) =>
        [...objectiveOf(engine.workspace.state, input.objectiveId).versions].reverse(),
      ),
      save: os.objective.save.handler(async ({ input }) => {
        const objective = await nextVersion(context(), engine.workspace.state, input);
        await act(engine.workspace, [{ type: 'objective.saved', objective }]);
        return { objectiveId: objective.objectiveId, version: objective.version };
      }),
      retire: os.objective.retire.handler(async ({ input }) => {
        objectiveOf(engine.workspace.state, input.objectiveId);
        await act(engine.workspace, [{ type: 'objective.retired', ...input }]);
        return null;
      }),
      preview: os.objective.preview.handler(async ({ input: { objective, offset, limit }, signal }) => {
        const outcome = await evaluateObjective(context(), objective, { signal });
        const { failedIds, undecidedIds, passedIds } = sortOutcome(objective, outcome);
        const page = [...failedIds, ...undecidedIds, ...passedIds].slice(offset, offset + limit);
        return {
          items: await outcomeRows(context(), objective, page, []),
          total: outcome.sessionIds.length,
          passed: wilson(passedIds.length, passedIds.length + failedIds.length),
          undecided: undecidedIds.length,
        };
      }),
      evaluate: os.objective.evaluate.handler(({ input, signal }) => evaluate(input.objectiveId, signal)),
      evaluations: os.objective.evaluations.handler(({ input }) =>
        evaluationsOf(engine.workspace.state, input.objectiveId).map(summaryOf),
      ),
      results: os.objective.results.handler(({ input }) =>
        objectiveResults(engine.workspace.db, engine.workspace.state, input),
      ),
      outcomes: os.objective.outcomes.handler(async ({ input }) => {
        const { state } = engine.workspace;
        const { evaluation } = evaluationOf(state, input.objectiveId, input.runId);
        const { passedIds, failedIds, undecidedIds, version, judge } = evaluation;
        const lists = { passed: passedIds, failed: failedIds, undecided: undecidedIds };
        const ids = input.passed ? lists[input.passed] : [...failedIds, ...undecidedIds, ...passedIds];
        const objective =
          objectiveOf(state, input.objectiveId).versions.find((one) => one.objective.version === version)
            ?.objective ?? latestVersion(state, input.objectiveId);
        const page = ids.slice(input.offset, input.offset + input.limit);
        return {
          items: await outcomeRows(context(), objective, page, judge?.judgements ?? []),
          total: ids.length,
        };
      }),
      ofSession: os.objective.ofSession.handler(({ input }) =>
        objectivesOfSession(context(), engine.workspace.state, input.sessionId),
      ),
      judge: os.objective.judge.handler(() => engine.workspace.state.judge),
      setJudge: os.objective.setJudge.handler(async ({ input }) => {
        if (input.judge) loopbackUrl(input.judge.address);
        await act(engine.workspace, [{ type: 'judge.set', judge: input.judge }]);
        return null;
      }),
    },
  };
}
