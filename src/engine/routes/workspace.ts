/** Handlers of app and workspace. */
import { totalmem } from 'node:os';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkspaceInfo } from '../../shared/contract/workspace';
import { currentCodebook } from '../codebook/codebook';
import { offlineEvidence } from '../workspace/offline-evidence';
import { duckdbVersion } from '../workspace/duckdb';
import { packWorkspace } from '../workspace/pack';
import { act, followFact } from '../open-workspace';
import type { Workspace } from '../workspace/workspace';
import type { RouteContext } from './implementer';

export function workspaceRoutes({ os, engine }: RouteContext) {
  const info = async (workspace: Workspace): Promise<WorkspaceInfo> => {
    const counts = await workspace.db.one<{ sessions: number; imports: number; corrections: number }>(
      `SELECT (SELECT count(*) FROM session)::INTEGER AS sessions, (SELECT count(*) FROM import)::INTEGER AS imports,
        (SELECT count(*) FROM correction_state WHERE state <> 'rejected')::INTEGER AS corrections`,
    );
    return {
      ...workspace.basics,
      isSample: engine.isSample(workspace),
      sessionCount: counts?.sessions ?? 0,
      importCount: counts?.imports ?? 0,
      correctionCount: counts?.corrections ?? 0,
      codebookVersion: currentCodebook(workspace.state).version,
    };
  };
  const appInfo = () => ({
    name: 'Faultline' as const,
    version: engine.options.version,
    shell: engine.options.shell,
    duckdbVersion: duckdbVersion(),
    nodeVersion: process.versions.node,
    platform: `${process.platform} ${process.arch}, ${String(Math.round(totalmem() / 2 ** 30))} GB`,
    author: engine.memory.author,
  });
  const turn = async (direction: 'undo' | 'redo') => {
    const { workspace } = engine;
    const done = await workspace[direction]();
    if (done) await followFact(workspace, done.touched);
    return { sentence: done?.sentence ?? null, canUndo: workspace.canUndo, canRedo: workspace.canRedo };
  };
  return {
    app: {
      info: os.app.info.handler(appInfo),
      offline: os.app.offline.handler(() => offlineEvidence(engine.openWorkspace?.db ?? null)),
      setAuthor: os.app.setAuthor.handler(async ({ input }) => {
        await engine.memory.setAuthor(input.author);
        return appInfo();
      }),
    },
    workspace: {
      current: os.workspace.current.handler(() => (engine.openWorkspace ? info(engine.openWorkspace) : null)),
      recent: os.workspace.recent.handler(() => engine.memory.recent()),
      create: os.workspace.create.handler(async ({ input }) => info(await engine.create(input.name))),
      open: os.workspace.open.handler(async ({ input }) =>
        info(await engine.open(engine.pathOf(input.handle))),
      ),
      openRecent: os.workspace.openRecent.handler(async ({ input }) =>
        info(await engine.openRecent(input.id)),
      ),
      forgetRecent: os.workspace.forgetRecent.handler(async ({ input }) => {
        await engine.memory.forget(input.id);
        return null;
      }),
      openSample: os.workspace.openSample.handler(async () => info(await engine.openSample())),
      close: os.workspace.close.handler(async () => {
        await engine.closeWorkspace();
        return null;
      }),
      saveAs: os.workspace.saveAs.handler(async ({ input }) => info(await engine.saveAs(input.name))),
      pack: os.workspace.pack.handler(async () => {
        const name = `${engine.workspace.name}.faultline.zip`;
        const path = join(engine.workspace.exportsDir, name.replace(/[/\\]/g, '-'));
        await packWorkspace(engine.workspace.path, path);
        return { handle: engine.grants.grant(path), name, bytes: (await stat(path)).size };
      }),
      undo: os.workspace.undo.handler(() => turn('undo')),
      redo: os.workspace.redo.handler(() => turn('redo')),
      history: os.workspace.history.handler(({ input }) => engine.workspace.history(input)),
      views: os.workspace.views.handler(({ input }) => engine.workspace.state.views(input.screen)),
      saveView: os.workspace.saveView.handler(async ({ input }) => {
        await act(engine.workspace, [{ type: 'view.saved', ...input }]);
        return null;
      }),
      removeView: os.workspace.removeView.handler(async ({ input }) => {
        await act(engine.workspace, [{ type: 'view.removed', ...input }]);
        return null;
      }),
    },
  };
}
