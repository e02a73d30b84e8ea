/** Handlers of codebook. */
import {
  addFailureMode,
  codebookVersions,
  diffCodebooks,
  getCodebook,
  newVersion,
  writeCodebook,
} from '../codebook/codebook';
import { starters } from '../codebook/starters';
import { act } from '../open-workspace';
import type { RouteContext } from './implementer';

export function codebookRoutes({ os, engine }: RouteContext) {
  return {
    codebook: {
      get: os.codebook.get.handler(({ input }) => getCodebook(engine.workspace.state, input.version)),
      versions: os.codebook.versions.handler(() => codebookVersions(engine.workspace.state)),
      save: os.codebook.save.handler(async ({ input }) => {
        const codebook = newVersion(engine.workspace.state, input, engine.memory.author);
        await act(engine.workspace, [{ type: 'codebook.saved', codebook }]);
        return codebook;
      }),
      add: os.codebook.add.handler(async ({ input }) => {
        const { codebook, failureModeId } = addFailureMode(
          engine.workspace.state,
          input,
          engine.memory.author,
        );
        await act(engine.workspace, [{ type: 'codebook.saved', codebook }]);
        return { failureModeId, version: codebook.version };
      }),
      diff: os.codebook.diff.handler(({ input }) =>
        diffCodebooks(
          getCodebook(engine.workspace.state, input.from),
          getCodebook(engine.workspace.state, input.to),
        ),
      ),
      starters: os.codebook.starters.handler(() => starters),
      export: os.codebook.export.handler(async ({ input }) => {
        const written = await writeCodebook(
          getCodebook(engine.workspace.state, input.version),
          input.format,
          engine.workspace.exportsDir,
        );
        return { handle: engine.grants.grant(written.path), name: written.name, bytes: written.bytes };
      }),
    },
  };
}
