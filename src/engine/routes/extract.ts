/** Handlers of extracts: the SQL that cuts a lake down, and opening what it wrote in place. */
import type { ImportEvent } from '../../shared/contract/import';
import { runJob } from '../intake/launcher';
import { extractStatements } from '../lake/extract-sql';
import { progressStream } from '../progress-stream';
import { shownImport } from '../report/imports';
import { takeInExtract } from '../take-in';
import type { RouteContext } from './implementer';

export function extractRoutes({ os, engine }: RouteContext) {
  return {
    extract: {
      sql: os.extract.sql.handler(({ input }) => extractStatements(input)),
      look: os.extract.look.handler(async ({ input, signal }) => {
        const job = { task: 'look-at-extract' as const, folder: engine.pathOf(input.handle) };
        return (await runJob(engine.options.launchIntake, job, 'looked', { signal })).extract;
      }),
      open: os.extract.open.handler(({ input, signal: outer }) => {
        const { handle, withAllFiles, ...choice } = input;
        const root = engine.pathOf(handle);
        const { workspace, memory } = engine;
        return progressStream<ImportEvent>(async (report, signal) => {
          const allow = async (folder: string): Promise<void> => {
            await memory.noteOpenedFolder(folder);
            await workspace.reopenIndex();
          };
          const record = await takeInExtract(
            workspace,
            { root, choice, launch: engine.options.launchIntake, signal, allow },
            (progress) => {
              report({ type: 'progress', progress });
            },
          );
          return { type: 'done', record: shownImport(record, withAllFiles) };
        }, outer);
      }),
    },
  };
}
