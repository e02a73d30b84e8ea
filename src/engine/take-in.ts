/**
 * One import from files to sessions in the index. Owns that it is all or nothing: stopped or failed anywhere on the way,
 * it leaves neither a folder nor a row.
 */
import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ImportProgress, ImportRecord } from '../shared/model/source';
import { importFiles } from './intake/import-files';
import type { IntakeFile, IntakeLauncher } from './intake/launcher';
import { indexNewImport } from './open-workspace';
import { ProgressPulse } from './progress-pulse';
import { knownSources } from './report/imports';
import type { Workspace } from './workspace/workspace';

/** Nothing was read yet. */
function atStart(files: readonly IntakeFile[]): ImportProgress {
  return {
    phase: 'hashing',
    phaseShare: null,
    phaseMs: 0,
    fileIndex: 0,
    fileCount: files.length,
    fileName: basename(files[0]?.displayPath ?? ''),
    bytesDone: 0,
    bytesTotal: 0,
    records: 0,
    rejected: 0,
    recordsPerSecond: 0,
    secondsLeft: null,
  };
}

/**
 * Imports files into a workspace and indexes them; `onProgress` hears of it at least four times a second. Throws as
 * importFiles does, and the signal's reason when stopped.
 */
export async function takeIn(
  workspace: Workspace,
  {
    files,
    leftOut,
    launch,
    signal,
  }: { files: IntakeFile[]; leftOut?: readonly string[]; launch: IntakeLauncher; signal: AbortSignal },
  onProgress: (progress: ImportProgress) => void,
): Promise<ImportRecord> {
  const pulse = new ProgressPulse(atStart(files), onProgress);
  try {
    const { record, isKept, dir } = await importFiles({
      importsDir: workspace.importsDir,
      stagingRoot: workspace.stagingDir,
      files,
      ...(leftOut === undefined ? {} : { leftOut }),
      known: await knownSources(workspace.db),
      launch,
      onProgress: (progress) => {
        pulse.tell(progress);
      },
      signal,
    });
    if (!isKept) return record;
    try {
      await indexNewImport(workspace, dir, {
        signal,
        onPhase: (phase, phaseShare) => {
          pulse.tell({ phase, phaseShare, secondsLeft: null });
        },
      });
    } catch (error) {
      // Where the workspace was closed meanwhile, what was read is kept for its next opening.
      if (!workspace.db.isClosed) await rm(dir, { recursive: true, force: true });
      throw error;
    }
    return record;
  } finally {
    pulse.stop();
  }
}
