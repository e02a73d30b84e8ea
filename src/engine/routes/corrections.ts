/** Handlers of correction and cluster. */
import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { addFailureMode, currentCodebook } from '../codebook/codebook';
import {
  clusterMap,
  clusterParts,
  clustersInForce,
  listClusters,
  splitCluster,
} from '../corrections/clusters';
import { asBadInput, describeModel } from '../corrections/chosen-model';
import { correctionIdOf } from '../corrections/correction-id';
import { correctionFacets, listCorrections } from '../corrections/list-corrections';
import { countActs, listUserTurns } from '../corrections/list-user-turns';
import { settleLinks } from '../corrections/settle-links';
import { byWording, comparedInWords, linksInPairs, runClustering } from '../corrections/run-clustering';
import { similarCorrections } from '../corrections/similar';
import { correctionSummary } from '../corrections/summary';
import { BadInput } from '../workspace/problem';
import { keepLearning } from '../learning';
import { act, clusteringOf } from '../open-workspace';
import { progressStream } from '../progress-stream';
import type { ClusterEvent, ClusterRunInput } from '../../shared/contract/correction';
import type { ComparedBy } from '../../shared/model/correction';
import type { SingleAct } from '../../shared/model/journal';
import type { RouteContext } from './implementer';

function correctionHandlers({ os, engine }: RouteContext) {
  return {
    list: os.correction.list.handler(({ input }) => listCorrections(engine.workspace.db, input)),
    facets: os.correction.facets.handler(({ input }) => correctionFacets(engine.workspace.db, input.filter)),
    turns: os.correction.turns.handler(({ input }) => listUserTurns(engine.workspace.db, input)),
    acts: os.correction.acts.handler(() => countActs(engine.workspace.db)),
    summary: os.correction.summary.handler(() =>
      correctionSummary(
        engine.workspace.db,
        currentCodebook(engine.workspace.state),
        engine.workspace.state.clustering,
        keepLearning(engine.workspace),
      ),
    ),
    judge: os.correction.judge.handler(async ({ input }) => {
      await act(engine.workspace, [{ type: 'correction.judged', ...input }]);
      return null;
    }),
    add: os.correction.add.handler(async ({ input }) => {
      const correctionId = correctionIdOf(input.sessionId, input.spanId);
      const acts: SingleAct[] = [
        { type: 'correction.added', ...input },
        { type: 'correction.judged', correctionIds: [correctionId], verdict: 'confirmed' },
      ];
      await act(engine.workspace, [{ type: 'acts.grouped', acts }]);
      return { correctionId };
    }),
    assign: os.correction.assign.handler(async ({ input }) => {
      const codebookVersion = currentCodebook(engine.workspace.state).version;
      await act(engine.workspace, [{ type: 'correction.assigned', ...input, codebookVersion }]);
      return null;
    }),
    sortAsNew: os.correction.sortAsNew.handler(async ({ input: { correctionIds, ...mode } }) => {
      const { state } = engine.workspace;
      const { codebook, failureModeId } = addFailureMode(state, mode, engine.memory.author);
      const acts: SingleAct[] = [{ type: 'codebook.saved', codebook }];
      if (correctionIds.length > 0) {
        const codebookVersion = codebook.version;
        acts.push({
          type: 'correction.assigned',
          correctionIds,
          failureModeId,
          codebookVersion,
          mode: 'set',
        });
      }
      await act(engine.workspace, [{ type: 'acts.grouped', acts }]);
      return { failureModeId, version: codebook.version };
    }),
    setAside: os.correction.setAside.handler(async ({ input }) => {
      await act(engine.workspace, [{ type: 'correction.set-aside', ...input }]);
      return null;
    }),
    similar: os.correction.similar.handler(({ input }) =>
      similarCorrections(engine.workspace.db, input.correctionId, input.limit),
    ),
  };
}

export function correctionRoutes(context: RouteContext) {
  const { os, engine } = context;
  const program = engine.options.clusterProgram ?? null;
  const apart = () => {
    const { basis, withAnswered, modelName } = engine.workspace.state.clustering.run?.comparedBy ?? byWording;
    const folder = engine.memory.sentenceModelFolder;
    // The model may have been changed since; another's parts would not be parts of what it found.
    const isThere = basis === 'model' && folder !== null && basename(folder) === modelName;
    return {
      withAnswered,
      modelFolder: isThere ? folder : undefined,
      program: engine.options.clusterProgram,
    };
  };
  const clusterNow = ({ count, seed, basis, withAnswered }: ClusterRunInput, outer?: AbortSignal) =>
    progressStream<ClusterEvent>(async (report, signal) => {
      const { workspace } = engine;
      const modelFolder = basis === 'model' ? engine.memory.sentenceModelFolder : null;
      if (basis === 'model' && modelFolder === null)
        throw new BadInput('No sentence model is chosen on this machine. Choose its folder first.');
      const modelName = modelFolder === null ? null : basename(modelFolder);
      const comparedBy: ComparedBy = { basis, withAnswered, modelName };
      const result = await runClustering(workspace.db, {
        count,
        seed,
        comparedBy,
        modelFolder: modelFolder ?? undefined,
        links: linksInPairs(settleLinks(workspace.state.clusterLinks).kept),
        previous: clustersInForce(workspace.state.clustering),
        program: engine.options.clusterProgram,
        signal,
        onProgress: (step, share) => {
          report({ type: 'progress', step, share });
        },
      }).catch((error: unknown) => {
        throw asBadInput(error);
      });
      const runId = randomUUID();
      const [fact] = await act(workspace, [
        { type: 'cluster.ran', runId, requestedCount: count, seed, comparedBy, result },
      ]);
      const { criterion, itemCount, clusters } = result;
      const run = {
        runId,
        at: fact?.at ?? '',
        itemCount,
        clusterCount: clusters.length,
        criterion,
        seed,
        comparedBy,
        features: comparedInWords(comparedBy),
      };
      return { type: 'done', run };
    }, outer);

  return {
    correction: correctionHandlers(context),
    cluster: {
      run: os.cluster.run.handler(({ input, signal }) => clusterNow(input, signal)),
      list: os.cluster.list.handler(() =>
        listClusters(engine.workspace.db, engine.workspace.state.clusterNames),
      ),
      map: os.cluster.map.handler(async () => ({
        ...(await clusterMap(engine.workspace.db)),
        trustworthiness: clusteringOf(engine.workspace.state)?.trustworthiness ?? null,
      })),
      parts: os.cluster.parts.handler(({ input, signal }) =>
        clusterParts(engine.workspace.db, input.clusterId, { ...apart(), signal }),
      ),
      name: os.cluster.name.handler(async ({ input }) => {
        await act(engine.workspace, [
          { type: 'cluster.named', clusterId: input.clusterId, name: input.name === '' ? null : input.name },
        ]);
        return null;
      }),
      merge: os.cluster.merge.handler(async ({ input }) => {
        await act(engine.workspace, [{ type: 'cluster.merged', ...input }]);
        return null;
      }),
      split: os.cluster.split.handler(async ({ input }) => {
        const parts = await splitCluster(engine.workspace.db, input.clusterId, input.count, 1, apart());
        const moved = parts.slice(1).map(({ clusterId, correctionIds }) => ({
          type: 'cluster.moved' as const,
          clusterId,
          correctionIds,
        }));
        if (moved.length > 0) await act(engine.workspace, moved);
        return parts.map((part) => part.clusterId);
      }),
      model: os.cluster.model.handler(() => describeModel(engine.memory.sentenceModelFolder, program)),
      chooseModel: os.cluster.chooseModel.handler(async ({ input }) => {
        const folder = input.handle === null ? null : engine.pathOf(input.handle);
        const model = await describeModel(folder, program);
        if (model.problem !== null) throw new BadInput(model.problem);
        await engine.memory.setSentenceModelFolder(folder);
        return model;
      }),
      links: os.cluster.links.handler(() => engine.workspace.state.clusterLinks),
      link: os.cluster.link.handler(async ({ input }) => {
        const { link, correctionIds } = input;
        const before = engine.workspace.state.clusterLinks;
        const { contradicted } = settleLinks(link === null ? before : [...before, { correctionIds, link }]);
        const acts = contradicted.map((one): SingleAct => ({ type: 'cluster.linked', ...one, link: null }));
        await act(engine.workspace, [
          { type: 'acts.grouped', acts: [...acts, { type: 'cluster.linked', ...input }] },
        ]);
        return { contradicted };
      }),
      move: os.cluster.move.handler(async ({ input }) => {
        await act(engine.workspace, [{ type: 'cluster.moved', ...input }]);
        return null;
      }),
    },
  };
}
