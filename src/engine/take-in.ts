/**
 * One import from files to sessions in the index. Owns that it is all or nothing: stopped or failed anywhere on the way,
 * it leaves neither a folder nor a row. Signals that need texts come after it, in the background.
 */
import { realpath, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ImportProgress, ImportRecord } from '../shared/model/source';
import { fileProblem } from './intake/file-problem';
import { importExtract, importFiles, type Taken } from './intake/import-files';
import { IntakeDied, type IntakeFile, type IntakeLauncher } from './intake/launcher';
import { defaultLimits } from './intake/limits';
import type { PartitionChoice } from './intake/open-extract';
import { indexNewImport } from './open-workspace';
import { ProgressPulse } from './progress-pulse';
import { knownSources, listImports, notesByPath } from './report/imports';
import { numberedSessions } from './report/numbered-sessions';
import { signalStageOf } from './signal-stage';
import { BadInput } from './workspace/problem';
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
  return indexed(workspace, pulse, signal, async () =>
    importFiles({
      ...(await around(workspace, pulse)),
      numbered: await numberedSessions(workspace.db, defaultLimits),
      files,
      ...(leftOut === undefined ? {} : { leftOut }),
      launch,
      signal,
    }),
  );
}

/**
 * Opens an extract in place: its files stay where they are, and the index reads them there. `allow` lets the database read
 * below the folder before anything is indexed. Throws as importExtract does.
 */
export async function takeInExtract(
  workspace: Workspace,
  {
    root,
    choice,
    launch,
    signal,
    allow,
  }: {
    root: string;
    choice: PartitionChoice;
    launch: IntakeLauncher;
    signal: AbortSignal;
    allow: (root: string) => Promise<void>;
  },
  onProgress: (progress: ImportProgress) => void,
): Promise<ImportRecord> {
  const folder = await realpath(root).catch((error: unknown) => {
    throw new BadInput(`${root} cannot be opened: ${fileProblem(error)}.`);
  });
  const pulse = new ProgressPulse(atStart([{ path: folder, displayPath: root }]), onProgress);
  return indexed(workspace, pulse, signal, async () => {
    try {
      const taken = await importExtract({
        ...(await around(workspace, pulse)),
        root: folder,
        choice,
        launch,
        signal,
      });
      if (taken.isKept) await allow(folder);
      return taken;
    } catch (error) {
      if (signal.aborted || error instanceof IntakeDied) throw error;
      throw new BadInput(error instanceof Error ? error.message : String(error));
    }
  });
}

/** What importing needs of the workspace. */
async function around(workspace: Workspace, pulse: ProgressPulse) {
  return {
    importsDir: workspace.importsDir,
    stagingRoot: workspace.stagingDir,
    known: await knownSources(workspace.db),
    onProgress: (progress: ImportProgress) => {
      pulse.tell(progress);
    },
  };
}

/** The record with what indexing found out about its sources, and what the workspace holds of it. */
async function withNotes({ db }: Workspace, record: ImportRecord): Promise<ImportRecord> {
  const listed = (await listImports(db)).find(({ importId }) => importId === record.importId);
  const notes = await notesByPath(db, record.importId);
  const sources = record.sources.map((source) => ({
    ...source,
    notes: notes.get(source.path) ?? source.notes,
  }));
  return {
    ...record,
    sources,
    ...(listed === undefined ? {} : { spans: listed.spans, sessions: listed.sessions }),
  };
}

async function isIndexed({ db }: Workspace, { importId }: ImportRecord): Promise<boolean> {
  return (await listImports(db)).some((one) => one.importId === importId);
}

/** Indexes what `take` brings; takes its folder away again when that fails. */
async function indexed(
  workspace: Workspace,
  pulse: ProgressPulse,
  signal: AbortSignal,
  take: () => Promise<Taken>,
): Promise<ImportRecord> {
  try {
    const { record, isKept, dir } = await take();
    if (!isKept) return record;
    try {
      await indexNewImport(workspace, dir, {
        signal,
        onPhase: (phase, phaseShare) => {
          pulse.tell({ phase, phaseShare, secondsLeft: null });
        },
      });
    } catch (error) {
      // Where the workspace was closed meanwhile, what was read is kept for its next opening. What failed only after the index
      // had taken it in stays too.
      if (!workspace.db.isClosed && !(await isIndexed(workspace, record)))
        await rm(dir, { recursive: true, force: true });
      throw error;
    }
    signalStageOf(workspace).start();
    return await withNotes(workspace, record);
  } finally {
    pulse.stop();
  }
}
