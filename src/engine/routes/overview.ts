/** Handlers of overview and report. */
import { addFailureMode, currentCodebook, failureModeNames } from '../codebook/codebook';
import { correctionSignal } from '../corrections/find-corrections';
import { writeExport } from '../report/export';
import { importAnnotations } from '../report/import-annotations';
import { overviewOf, summaryOf } from '../report/overview';
import { act } from '../open-workspace';
import { listSignals } from '../signals/findings';
import type { RouteContext } from './implementer';
import { redactionSettings } from './redaction';

export function overviewRoutes({ os, engine }: RouteContext) {
  return {
    overview: {
      get: os.overview.get.handler(async () => {
        const { db, state } = engine.workspace;
        return overviewOf(db, currentCodebook(state), await listSignals(db, state, [correctionSignal]));
      }),
      summary: os.overview.summary.handler(() => {
        const { db, state, path } = engine.workspace;
        return summaryOf(db, path, currentCodebook(state));
      }),
    },
    report: {
      export: os.report.export.handler(async ({ input }) => {
        const { db, state, exportsDir } = engine.workspace;
        const redaction = input.redact ? await redactionSettings(engine) : null;
        const written = await writeExport(db, exportsDir, {
          ...input,
          modes: failureModeNames(state),
          redaction,
        });
        return {
          handle: engine.grants.grant(written.path),
          name: written.name,
          rows: written.rows,
          bytes: written.bytes,
          redaction: written.redaction,
        };
      }),
      importAnnotations: os.report.importAnnotations.handler(async ({ input }) => {
        const { workspace } = engine;
        const read = await importAnnotations(
          workspace.db,
          workspace.state,
          engine.pathOf(input.handle),
          engine.memory.author,
        );
        for (const mode of read.missingModes) {
          const { codebook } = addFailureMode(workspace.state, mode, engine.memory.author);
          await act(workspace, [{ type: 'codebook.saved', codebook }]);
        }
        for (const { acts, author, at } of read.entries) await act(workspace, acts, author, at ?? undefined);
        return read.counts;
      }),
    },
  };
}
