/**
 * Runs an import job through the death of its process. A process that dies takes only the file with it that it died of:
 * the job is run again on the safe path, and where that file kills it once more, without the file.
 */
import { mkdir, rm } from 'node:fs/promises';
import type { ImportProgress, Source } from '../../shared/model/source';
import { emptySource } from './empty-source';
import { filesAtWork } from './file-at-work';
import { IntakeDied, runJob, type ImportJob, type IntakeFile, type IntakeLauncher } from './launcher';

/** Files that may each kill a process before the job as a whole is given up. */
const MAX_FATAL_FILES = 8;

interface Watch {
  onProgress: (progress: ImportProgress) => void;
  signal?: AbortSignal | undefined;
}

/** A file that is not read any more, since it ended the process twice. */
function fatalSource(file: IntakeFile, bytes: number, why: string): Source {
  return {
    ...emptySource(file),
    bytes,
    reason: `reading this file ended the intake process twice, on the safe path too; the other files were imported without it. ${why}`,
  };
}

/**
 * Runs the job and resolves with what became of each file, in their order: one source, several of an archive, none of a
 * file that was left out. `job.stagingDir` exists and is empty; it is
 * emptied between attempts. Rejects when the process fails, when it dies of no file in particular twice, and as runJob.
 */
export async function runSurviving(
  launch: IntakeLauncher,
  job: ImportJob,
  sizes: readonly number[],
  watch: Watch,
): Promise<{ sources: Source[][]; durationMs: number }> {
  const startedAt = Date.now();
  /** Deaths, by the file they are laid to (its place in the job), or by none (-1). */
  const deaths = new Map<number, string>();
  const fatal = new Map<number, Source>();
  const fatalOf = (place: number): Source[] | null => {
    const source = fatal.get(place);
    return source ? [source] : null;
  };
  for (;;) {
    const places = job.files.flatMap((_, i) => (fatal.has(i) ? [] : [i]));
    const files = job.files.filter((_, i) => !fatal.has(i));
    try {
      const { sources, fileOf } = await runJob(
        launch,
        { ...job, files, isSafe: job.isSafe === true || deaths.size > 0 },
        'imported',
        watch,
      );
      const all = job.files.map((_, i) => fatalOf(i) ?? []);
      sources.forEach((source, i) => all[places[fileOf[i] ?? -1] ?? -1]?.push(source));
      for (const [i, why] of deaths)
        if (!fatal.has(i))
          for (const source of all[i] ?? [])
            source.notes.push({ what: `read on the safe path. ${why}`, count: 1 });
      const between = deaths.get(-1);
      if (between !== undefined)
        all
          .flat()[0]
          ?.notes.push({ what: `all files read once more, on the safe path. ${between}`, count: 1 });
      return { sources: all, durationMs: Date.now() - startedAt };
    } catch (error) {
      if (!(error instanceof IntakeDied)) throw error;
      const at = filesAtWork(job.stagingDir).map((index) => places[index] ?? -1);
      // Threads may have been at several; on the safe path it is one.
      const culprits = at.length > 0 ? at : [-1];
      const again = culprits.find((one) => deaths.has(one));
      const isSecond = again !== undefined;
      const place = again ?? -1;
      const file = job.files[place];
      for (const culprit of culprits) deaths.set(culprit, error.message);
      if (isSecond && (!file || files.length === 1 || fatal.size >= MAX_FATAL_FILES))
        throw new IntakeDied(file ? `${error.message} It was reading ${file.displayPath}.` : error.message, {
          cause: error,
        });
      if (isSecond && file) fatal.set(place, fatalSource(file, sizes[place] ?? 0, error.message));
      await rm(job.stagingDir, { recursive: true, force: true });
      await mkdir(job.stagingDir);
    }
  }
}
