/** Handlers of codebook. */
import {
  addFailureMode,
  codebookVersions,
  diffCodebooks,
  getCodebook,
  newVersion,
} from '../codebook/codebook';
import { countUnder } from '../codebook/counts';
import { checkLink, crosswalkOf } from '../codebook/crosswalk';
import { mergeModes, splitMode } from '../codebook/lineage';
import { modeNumbers } from '../codebook/numbers';
import { readCrosswalk, takeCrosswalk } from '../codebook/read-crosswalk';
import { starters } from '../codebook/starters';
import { readCodebook, writeCodebook } from '../codebook/write-codebook';
import { writeCrosswalk } from '../codebook/write-crosswalk';
import { act } from '../open-workspace';
import { maskedReport, maskValue, openMasking } from '../report/redaction/redact-value';
import type { RouteContext } from './implementer';
import { redactionSettings } from './redaction';

export function codebookRoutes({ os, engine }: RouteContext) {
  return {
    numbers: {
      modes: os.numbers.modes.handler(({ input }) =>
        modeNumbers(engine.workspace.db, engine.workspace.state, input),
      ),
    },
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
          engine.workspace.state.codebooks,
        ),
      ),
      starters: os.codebook.starters.handler(() => starters),
      merge: os.codebook.merge.handler(async ({ input }) => {
        const codebook = mergeModes(engine.workspace.state, input, engine.memory.author);
        await act(engine.workspace, [{ type: 'codebook.saved', codebook }]);
        return codebook;
      }),
      split: os.codebook.split.handler(async ({ input }) => {
        const split = { fromId: input.failureModeId, names: input.names };
        const codebook = splitMode(engine.workspace.state, split, engine.memory.author);
        await act(engine.workspace, [{ type: 'codebook.saved', codebook }]);
        return codebook;
      }),
      counts: os.codebook.counts.handler(({ input }) =>
        countUnder(engine.workspace.db, engine.workspace.state, input.version),
      ),
      read: os.codebook.read.handler(({ input }) => readCodebook(input.text, input.name)),
      crosswalk: os.codebook.crosswalk.handler(() => crosswalkOf(engine.workspace.state)),
      link: os.codebook.link.handler(async ({ input }) => {
        checkLink(engine.workspace.state, input);
        await act(engine.workspace, [{ type: 'crosswalk.changed', ...input }]);
        return null;
      }),
      importCrosswalk: os.codebook.importCrosswalk.handler(async ({ input }) => {
        const { state } = engine.workspace;
        const { acts, ...counts } = takeCrosswalk(state, readCrosswalk(input.text, input.name));
        if (acts.length > 0) await act(engine.workspace, [{ type: 'acts.grouped', acts }]);
        return counts;
      }),
      exportCrosswalk: os.codebook.exportCrosswalk.handler(async ({ input }) => {
        const { workspace, grants } = engine;
        const links = crosswalkOf(workspace.state);
        const written = await writeCrosswalk(links, input.format, workspace.exportsDir);
        return { handle: grants.grant(written.path), name: written.name, bytes: written.bytes };
      }),
      export: os.codebook.export.handler(async ({ input }) => {
        const settings = input.redact ? await redactionSettings(engine) : null;
        const masking = await openMasking(engine.workspace.db, settings);
        const codebook = getCodebook(engine.workspace.state, input.version);
        const written = await writeCodebook(
          masking ? maskValue(codebook, masking, 'codebook') : codebook,
          input.format,
          engine.workspace.exportsDir,
        );
        const { path, name, bytes } = written;
        const redaction = await maskedReport(masking, path);
        return { handle: engine.grants.grant(path), name, bytes, redaction };
      }),
    },
  };
}
