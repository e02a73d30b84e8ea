/** Handlers of imports. */
import { basename } from 'node:path';
import type { ImportEvent } from '../../shared/contract/import';
import type { MappingProfile } from '../../shared/model/source';
import { expandPath } from '../intake/expand-paths';
import { takeIn } from '../take-in';
import { runJob, type IntakeFile } from '../intake/launcher';
import { formats } from '../intake/registry';
import { act } from '../open-workspace';
import { progressStream } from '../progress-stream';
import { knownHashes, listImports, listRejects } from '../report/imports';
import type { RouteContext } from './implementer';

interface Chosen {
  handle: string;
  format?: string | undefined;
  profile?: MappingProfile | undefined;
}

export function importRoutes({ os, engine }: RouteContext) {
  const fileOf = (handle: string): IntakeFile => {
    const path = engine.pathOf(handle);
    return { path, displayPath: path };
  };

  const inspect = async (handles: readonly string[], signal?: AbortSignal) => {
    const found = (await Promise.all(handles.map((handle) => expandPath(engine.pathOf(handle))))).flat();
    const known = engine.openWorkspace ? await knownHashes(engine.openWorkspace.db) : [];
    const files = found.map(({ path, displayPath }) => ({ path, displayPath }));
    const job = { task: 'inspect' as const, files, knownHashes: known };
    const inspected =
      files.length === 0
        ? []
        : (await runJob(engine.options.launchIntake, job, 'inspected', { signal })).files;
    return found.flatMap((file, i) => {
      const one = inspected[i];
      const shown = { name: basename(file.path), path: file.displayPath, bytes: file.bytes };
      return one ? [{ ...one, ...shown, handle: engine.grants.grant(file.path) }] : [];
    });
  };

  /** A chosen folder stands for the trace files below it. */
  const filesOf = async (chosen: readonly Chosen[]): Promise<IntakeFile[]> => {
    const files: IntakeFile[] = [];
    for (const { handle, format, profile } of chosen) {
      for (const { path, displayPath } of await expandPath(engine.pathOf(handle)))
        files.push({ path, displayPath, format, profile });
    }
    return files;
  };

  const start = (chosen: readonly Chosen[], outer?: AbortSignal) =>
    progressStream<ImportEvent>(async (report, signal) => {
      const files = await filesOf(chosen);
      const launch = engine.options.launchIntake;
      const record = await takeIn(engine.workspace, { files, launch, signal }, (progress) => {
        report({ type: 'progress', progress });
      });
      return { type: 'done', record };
    }, outer);

  return {
    imports: {
      formats: os.imports.formats.handler(() =>
        [...formats.values()].map(({ id, title, description, containers, documentation }) => ({
          id,
          title,
          description,
          containers: [...containers],
          documentation,
        })),
      ),
      inspect: os.imports.inspect.handler(({ input, signal }) => inspect(input.handles, signal)),
      start: os.imports.start.handler(({ input, signal }) => start(input.files, signal)),
      list: os.imports.list.handler(() => listImports(engine.workspace.db)),
      rejects: os.imports.rejects.handler(({ input }) => listRejects(engine.workspace.db, input)),
      remove: os.imports.remove.handler(async ({ input }) => {
        await act(engine.workspace, [{ type: 'import.removed', importId: input.importId }]);
        return null;
      }),
      guessMapping: os.imports.guessMapping.handler(async ({ input, signal }) => {
        const job = { task: 'guess-mapping' as const, file: fileOf(input.handle) };
        const { fields, profile } = await runJob(engine.options.launchIntake, job, 'guessed', { signal });
        return { fields, profile };
      }),
      previewMapping: os.imports.previewMapping.handler(async ({ input, signal }) => {
        const job = { task: 'preview-mapping' as const, file: fileOf(input.handle), profile: input.profile };
        const { rows, problems } = await runJob(engine.options.launchIntake, job, 'previewed', { signal });
        return { rows, problems };
      }),
      profiles: os.imports.profiles.handler(() => [...engine.workspace.state.mappingProfiles.values()]),
      saveProfile: os.imports.saveProfile.handler(async ({ input }) => {
        await act(engine.workspace, [{ type: 'mapping.saved', profile: input }]);
        return null;
      }),
    },
  };
}
