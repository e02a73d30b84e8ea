/** Handlers of imports. */
import { basename } from 'node:path';
import type { FilePreview, ImportEvent } from '../../shared/contract/import';
import type { MappingProfile } from '../../shared/model/source';
import { countEndings, expandPath, type Expanded } from '../intake/expand-paths';
import { ARCHIVE_OF_FILES } from '../intake/packed';
import { LEAST_CONFIDENCE } from '../intake/registry';
import { takeIn } from '../take-in';
import { IntakeDied, runJob, type IntakeFile } from '../intake/launcher';
import { writeProfile } from '../intake/profile-file';
import { formats } from '../intake/registry';
import { act } from '../open-workspace';
import { progressStream } from '../progress-stream';
import { knownHashes, listImports, listRejects, listSources, shownImport } from '../report/imports';
import { BadInput } from '../workspace/problem';
import type { RouteContext } from './implementer';

/** What is known of a path that cannot be opened. */
const UNREADABLE: Pick<
  FilePreview,
  'bytes' | 'compression' | 'container' | 'detections' | 'alreadyImported'
> = { bytes: 0, compression: 'none', container: 'unknown', detections: [], alreadyImported: false };

/** What goes wrong with the file that a job is about is the file's, unless its process died or was stopped. */
function onFile<T>(job: Promise<T>): Promise<T> {
  return job.catch((error: unknown) => {
    if (error instanceof IntakeDied || !(error instanceof Error) || error.name === 'AbortError') throw error;
    throw new BadInput(error.message);
  });
}

interface Chosen {
  handle: string;
  format?: string | undefined;
  profile?: MappingProfile | undefined;
}

function fileOf(engine: RouteContext['engine'], handle: string): IntakeFile {
  const path = engine.pathOf(handle);
  return { path, displayPath: path };
}

/** Handlers of mapping profiles. */
function mappingRoutes({ os, engine }: RouteContext) {
  return {
    guessMapping: os.imports.guessMapping.handler(async ({ input, signal }) => {
      const job = { task: 'guess-mapping' as const, file: fileOf(engine, input.handle) };
      const { fields, profile } = await onFile(
        runJob(engine.options.launchIntake, job, 'guessed', { signal }),
      );
      return { fields, profile };
    }),
    previewMapping: os.imports.previewMapping.handler(async ({ input, signal }) => {
      const job = {
        task: 'preview-mapping' as const,
        file: fileOf(engine, input.handle),
        profile: input.profile,
      };
      const { rows, problems, labelCount } = await onFile(
        runJob(engine.options.launchIntake, job, 'previewed', { signal }),
      );
      return { rows, problems, labelCount };
    }),
    profiles: os.imports.profiles.handler(() => [...engine.workspace.state.mappingProfiles.values()]),
    exportProfile: os.imports.exportProfile.handler(async ({ input }) => {
      const { path, name } = await writeProfile(input, engine.workspace.exportsDir);
      return { handle: engine.grants.grant(path), name };
    }),
    saveProfile: os.imports.saveProfile.handler(async ({ input }) => {
      await act(engine.workspace, [{ type: 'mapping.saved', profile: input }]);
      return null;
    }),
  };
}

export function importRoutes({ os, engine }: RouteContext) {
  /** What is behind a handle; a path that cannot be opened is said in its own row. */
  const expanded = async (handle: string): Promise<Expanded & { problem: string | null }> => {
    const path = engine.pathOf(handle);
    return expandPath(path).then(
      (found) => ({ ...found, problem: null }),
      (error: unknown) => {
        if (!(error instanceof BadInput)) throw error;
        const file = { path, displayPath: path, bytes: 0, isOptional: false };
        return { files: [file], leftOut: [], problem: error.message };
      },
    );
  };

  const inspect = async (handles: readonly string[], signal?: AbortSignal) => {
    const all = await Promise.all(handles.map(expanded));
    const found = all.flatMap(({ files, problem }) => (problem === null ? files : []));
    const leftOut = all.flatMap((one) => one.leftOut);
    const known = engine.openWorkspace ? await knownHashes(engine.openWorkspace.db) : [];
    const files = found.map(({ path, displayPath }) => ({ path, displayPath }));
    const job = { task: 'inspect' as const, files, knownHashes: known };
    const inspected =
      files.length === 0
        ? []
        : (await runJob(engine.options.launchIntake, job, 'inspected', { signal })).files;
    const previews = found.flatMap((file, i): FilePreview[] => {
      const one = inspected[i];
      if (!one) return [];
      if (file.isOptional && (one.detections[0]?.confidence ?? 0) < LEAST_CONFIDENCE) {
        leftOut.push(file.displayPath);
        return [];
      }
      const shown = { name: basename(file.path), path: file.displayPath, bytes: file.bytes };
      return [{ ...one, ...shown, handle: engine.grants.grant(file.path) }];
    });
    const unreadable = all.flatMap(({ files: [file], problem }): FilePreview[] =>
      file === undefined || problem === null
        ? []
        : [
            {
              ...UNREADABLE,
              name: basename(file.path),
              path: file.path,
              problem,
              handle: engine.grants.grant(file.path),
            },
          ],
    );
    return { files: [...unreadable, ...previews], leftOut: countEndings(leftOut) };
  };

  /** A chosen folder stands for the trace files below it. */
  const filesOf = async (chosen: readonly Chosen[]): Promise<{ files: IntakeFile[]; leftOut: string[] }> => {
    const files: IntakeFile[] = [];
    const leftOut: string[] = [];
    for (const { handle, format, profile } of chosen) {
      const found = await expandPath(engine.pathOf(handle));
      for (const { path, displayPath, isOptional } of found.files)
        files.push({
          path,
          displayPath,
          format: format === ARCHIVE_OF_FILES ? undefined : format,
          profile,
          isOptional,
        });
      leftOut.push(...found.leftOut);
    }
    return { files, leftOut };
  };

  const start = (chosen: readonly Chosen[], withAllFiles: boolean, outer?: AbortSignal) =>
    progressStream<ImportEvent>(async (report, signal) => {
      const { files, leftOut } = await filesOf(chosen);
      const launch = engine.options.launchIntake;
      const record = await takeIn(engine.workspace, { files, leftOut, launch, signal }, (progress) => {
        report({ type: 'progress', progress });
      });
      return { type: 'done', record: shownImport(record, withAllFiles) };
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
      start: os.imports.start.handler(({ input, signal }) => start(input.files, input.withAllFiles, signal)),
      list: os.imports.list.handler(() => listImports(engine.workspace.db)),
      sources: os.imports.sources.handler(({ input }) => listSources(engine.workspace.db, input)),
      rejects: os.imports.rejects.handler(({ input }) => listRejects(engine.workspace.db, input)),
      remove: os.imports.remove.handler(async ({ input }) => {
        await act(engine.workspace, [{ type: 'import.removed', importId: input.importId }]);
        return null;
      }),
      ...mappingRoutes({ os, engine }),
    },
  };
}
