/** Handlers of report: the report itself, exports, and taking annotations back in. */
import { addFailureMode, failureModeNames } from '../codebook/codebook';
import { act } from '../open-workspace';
import { writeExport } from '../report/export';
import { importAnnotations } from '../report/import-annotations';
import { previewReport, writeReport } from '../report/write-report';
import type { ReportPart } from '../../shared/model/report';
import type { RouteContext } from './implementer';
import { redactionSettings } from './redaction';

export function reportRoutes({ os, engine }: RouteContext) {
  const request = (input: { parts: readonly ReportPart[]; title: string }) => {
    const { db, state, name } = engine.workspace;
    return { ...input, db, state, workspace: name, program: `Faultline ${engine.options.version}` };
  };
  const settingsIf = (redact: boolean) => (redact ? redactionSettings(engine) : null);
  return {
    report: {
      preview: os.report.preview.handler(async ({ input }) =>
        previewReport(request(input), await settingsIf(input.redact)),
      ),
      write: os.report.write.handler(async ({ input }) => {
        const { path, files, ...written } = await writeReport(request(input), {
          exportsDir: engine.workspace.exportsDir,
          format: input.format,
          settings: await settingsIf(input.redact),
        });
        return {
          ...written,
          handle: engine.grants.grant(path),
          files: files.map((file) => ({
            handle: engine.grants.grant(file.path),
            name: file.name,
            bytes: file.bytes,
          })),
        };
      }),
      export: os.report.export.handler(async ({ input }) => {
        const { db, state, exportsDir } = engine.workspace;
        const redaction = await settingsIf(input.redact);
        const modes = failureModeNames(state);
        const { path, ...written } = await writeExport(db, exportsDir, { ...input, modes, redaction });
        return { handle: engine.grants.grant(path), ...written };
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
