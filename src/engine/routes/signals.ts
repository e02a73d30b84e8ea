/** Handlers of signal. */
import { correctionSignal } from '../corrections/find-corrections';
import { act, catchUpSignals } from '../open-workspace';
import { countingSessions } from '../progress-pulse';
import { progressStream } from '../progress-stream';
import { signalStageOf } from '../signal-stage';
import { checkQuery } from '../signals/check-query';
import { compoundingOf } from '../signals/compounding';
import { listFindings, listPreview, listSignals } from '../signals/findings';
import { checkParameters, planDetector, planQuery, type Plan } from '../signals/plan';
import { previewPlan } from '../signals/preview';
import { detectors } from '../signals/registry';
import { placeMeasured, scoreAhead, scoreMeasured } from '../signals/session-score-trust.data';
import { shippedScore } from '../signals/session-score.data';
import { pairsOf, prevalenceOf, trendOf } from '../signals/statistics';
import { signalViews } from '../signals/views';
import { BadInput, NotFound } from '../workspace/problem';
import type { PreviewEvent, SignalEvent, SignalTuning } from '../../shared/contract/signal';
import type { Act } from '../../shared/model/journal';
import type { SignalQuery } from '../../shared/model/signal';
import type { RouteContext } from './implementer';

/** Handlers of the stage that goes on after an import. */
function stageRoutes({ os, engine }: RouteContext) {
  return {
    stage: os.signal.stage.handler(() => signalStageOf(engine.workspace).state()),
    stopStage: os.signal.stopStage.handler(async () => {
      await signalStageOf(engine.workspace).stop();
      return null;
    }),
    startStage: os.signal.startStage.handler(() => {
      signalStageOf(engine.workspace).start();
      return null;
    }),
  };
}

export function signalRoutes({ os, engine }: RouteContext) {
  const ranAfter = (acts: () => Promise<Act[]>, isAnew: boolean, outer?: AbortSignal) =>
    progressStream<SignalEvent>(async (report, signal) => {
      const { workspace } = engine;
      const wanted = await acts();
      if (wanted.length > 0) await workspace.act(wanted);
      const sessions = await countingSessions(report, (onProgress) =>
        catchUpSignals(workspace, { isAnew, signal, onProgress }),
      );
      return { type: 'done', sessions };
    }, outer);

  const followed = (outer?: AbortSignal) =>
    progressStream<SignalEvent>(async (report, signal) => {
      const sessions = await countingSessions(report, (onProgress) =>
        signalStageOf(engine.workspace).follow(onProgress, signal),
      );
      return { type: 'done', sessions };
    }, outer);

  const previewed = (id: string, plan: () => Promise<Plan | null>, outer?: AbortSignal) =>
    progressStream<PreviewEvent>(async (report, signal) => {
      const { workspace } = engine;
      const made = await plan();
      const preview = await countingSessions(report, (onProgress) =>
        workspace.derive(() =>
          previewPlan(workspace.db, id, made, { signal, threads: workspace.detectorProgram, onProgress }),
        ),
      );
      return { type: 'done', preview };
    }, outer);

  /** The act that makes a tuning; throws BadInput where it does not fit. */
  const tuningAct = ({ signal, isEnabled, parameters }: SignalTuning): Act => {
    const detector = detectors.get(signal);
    if (!detector && !engine.workspace.state.signalQueries.has(signal))
      throw new NotFound(`There is no detector ${signal}.`);
    const changed = detector ? checkParameters(detector, parameters) : {};
    return { type: 'signal.tuned', signal, isEnabled, parameters: changed };
  };

  const tunedPlan = ({ signal, isEnabled, parameters }: SignalTuning): Plan | null => {
    const detector = detectors.get(signal);
    const query = engine.workspace.state.signalQueries.get(signal);
    if (!isEnabled) return null;
    if (detector) return planDetector(detector, checkParameters(detector, parameters));
    if (query) return planQuery(query);
    throw new NotFound(`There is no detector ${signal}.`);
  };

  const checked = async (query: SignalQuery): Promise<SignalQuery> => {
    if (detectors.has(query.id) || query.id === correctionSignal.id)
      throw new BadInput(`There is a detector ${query.id} already; choose another name.`);
    await checkQuery(engine.workspace.db, query.sql);
    return query;
  };

  return {
    signal: {
      list: os.signal.list.handler(() =>
        listSignals(engine.workspace.db, engine.workspace.state, [correctionSignal]),
      ),
      findings: os.signal.findings.handler(({ input }) => listFindings(engine.workspace.db, input)),
      judge: os.signal.judge.handler(async ({ input }) => {
        await act(engine.workspace, [{ type: 'finding.judged', ...input }]);
        return null;
      }),
      ...stageRoutes({ os, engine }),
      run: os.signal.run.handler(({ input, signal }) =>
        input.anew ? ranAfter(() => Promise.resolve([]), true, signal) : followed(signal),
      ),
      tune: os.signal.tune.handler(({ input, signal }) =>
        ranAfter(() => Promise.resolve([tuningAct(input)]), false, signal),
      ),
      preview: os.signal.preview.handler(({ input, signal }) =>
        previewed(input.signal, () => Promise.resolve(tunedPlan(input)), signal),
      ),
      previewQuery: os.signal.previewQuery.handler(({ input, signal }) =>
        previewed(input.query.id, async () => planQuery(await checked(input.query)), signal),
      ),
      previewFindings: os.signal.previewFindings.handler(({ input }) =>
        listPreview(engine.workspace.db, input),
      ),
      saveQuery: os.signal.saveQuery.handler(({ input, signal }) =>
        ranAfter(async () => [{ type: 'signal.saved', query: await checked(input.query) }], false, signal),
      ),
      removeQuery: os.signal.removeQuery.handler(async ({ input }) => {
        if (!engine.workspace.state.signalQueries.has(input.signal))
          throw new NotFound(`There is no query ${input.signal} in this workspace.`);
        await act(engine.workspace, [{ type: 'signal.removed', signal: input.signal }]);
        return null;
      }),
      views: os.signal.views.handler(() =>
        signalViews.map(({ name, grain, columns }) => ({
          name,
          grain,
          columns: columns.map((one) => ({ name: one.name, meaning: one.meaning })),
        })),
      ),
      prevalence: os.signal.prevalence.handler(({ input }) => prevalenceOf(engine.workspace.db, input.by)),
      pairs: os.signal.pairs.handler(() => pairsOf(engine.workspace.db)),
      compounding: os.signal.compounding.handler(({ input }) =>
        compoundingOf(engine.workspace.db, input.whatIf),
      ),
      scoreTrust: os.signal.scoreTrust.handler(() => ({
        provenance: shippedScore.provenance,
        sets: [...scoreMeasured],
        ahead: scoreAhead,
        places: [...placeMeasured],
      })),
      trend: os.signal.trend.handler(({ input }) => trendOf(engine.workspace.db, input.signal)),
    },
  };
}
