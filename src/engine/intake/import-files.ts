/**
 * Runs an import from the engine's side: a staging folder aside, one intake process, then a rename into imports/.
 * Whatever ends it early (cancel, a crash of the process, a full disk) leaves nothing behind.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, statfs, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImportProgress, ImportRecord, Source } from '../../shared/model/source';
import { BadInput } from '../workspace/problem';
import {
  runJob,
  type IntakeFile,
  type IntakeLauncher,
  type KnownSource,
  type NumberedSession,
} from './launcher';
import { countEndings } from './expand-paths';
import type { PartitionChoice } from './open-extract';
import { runSurviving } from './run-surviving';

export interface ImportRequest {
  importsDir: string;
  /** Folder on the same disk as imports/ for what is not complete yet. */
  stagingRoot: string;
  files: IntakeFile[];
  /** Paths of files in the chosen folders that hold no traces by their names. */
  leftOut?: readonly string[];
  /** What the workspace holds already. */
  known: readonly KnownSource[];
  /** Sessions there that are told apart from others of their number. */
  numbered: readonly NumberedSession[];
  launch: IntakeLauncher;
  onProgress: (progress: ImportProgress) => void;
  signal?: AbortSignal | undefined;
}

/** An id that sorts by time and does not clash. */
function newImportId(now: Date): string {
  return `${now.toISOString().slice(0, 19).replace(/[-:]/g, '')}-${randomBytes(3).toString('hex')}`;
}

/** Free space needed beside the import: what is written is rarely larger than what is read, but sorting spills. */
const ROOM_FACTOR = 2;

/** Sizes of the files, in bytes. One that is gone or forbidden counts none; it is said so in its own line of the result. */
function sizesOf(files: readonly IntakeFile[]): Promise<number[]> {
  return Promise.all(
    files.map((file) =>
      stat(file.path).then(
        (info) => info.size,
        () => 0,
      ),
    ),
  );
}

async function checkRoom(request: ImportRequest, sizes: readonly number[]): Promise<void> {
  const needed = sizes.reduce((sum, size) => sum + size, 0) * ROOM_FACTOR;
  const disk = await statfs(request.stagingRoot);
  const free = disk.bavail * disk.bsize;
  if (free < needed) {
    throw new BadInput(
      `The disk has ${Math.round(free / 1e6).toLocaleString('en')} MB free; this import may need ${Math.round(needed / 1e6).toLocaleString('en')} MB. Free some space or import fewer files.`,
    );
  }
}

/**
 * Imports files and returns the record, its folder complete below imports/. `isKept` is false when no source was
 * imported (all of them duplicates, unrecognised or failed): then there is no folder, and the sources say why.
 * Throws when the process dies of more than single files or the disk is too full, and the signal's reason when cancelled.
 */
export async function importFiles(request: ImportRequest): Promise<Taken> {
  await mkdir(request.stagingRoot, { recursive: true });
  const sizes = await sizesOf(request.files);
  await checkRoom(request, sizes);
  return stage(request, async (importId, stagingDir) => {
    const { sources, durationMs } = await runSurviving(
      request.launch,
      {
        task: 'import',
        importId,
        stagingDir,
        files: request.files,
        knownHashes: request.known.map((source) => source.sha256),
        knownSources: [...request.known],
        numberedSessions: [...request.numbered],
      },
      sizes,
      { onProgress: request.onProgress, signal: request.signal },
    );
    const leftOut = [
      ...(request.leftOut ?? []),
      ...request.files.flatMap(({ displayPath }, i) => (sources[i]?.length === 0 ? [displayPath] : [])),
    ];
    return { sources: sources.flat(), leftOut, durationMs };
  });
}

/**
 * Opens an extract in place as an import that points at its files. Returns and throws as importFiles does, and where the
 * folder is no extract or no file of it can be read.
 */
export function importExtract(
  request: Omit<ImportRequest, 'files' | 'numbered'> & { root: string; choice: PartitionChoice },
): Promise<Taken> {
  const { root, choice, known, launch, onProgress, signal } = request;
  return stage(request, async (importId, stagingDir) => {
    const { sources, durationMs } = await runJob(
      launch,
      {
        task: 'open-extract',
        importId,
        stagingDir,
        root,
        choice,
        knownHashes: known.map((source) => source.sha256),
      },
      'extract-opened',
      { onProgress, signal },
    );
    return { sources, leftOut: [], durationMs };
  });
}

/** An import: its record, whether anything was kept of it, and its folder where it was. */
export interface Taken {
  record: ImportRecord;
  isKept: boolean;
  dir: string;
}

/** Lets `fill` write an import aside, and renames it into place when it is complete. */
async function stage(
  request: Pick<ImportRequest, 'importsDir' | 'stagingRoot'>,
  fill: (
    importId: string,
    stagingDir: string,
  ) => Promise<{ sources: Source[]; leftOut: string[]; durationMs: number }>,
): Promise<Taken> {
  const now = new Date();
  const importId = newImportId(now);
  const stagingDir = join(request.stagingRoot, importId);
  await mkdir(stagingDir, { recursive: true });
  try {
    const { sources, leftOut, durationMs } = await fill(importId, stagingDir);
    const imported = sources.filter((source) => source.state === 'imported');
    const record: ImportRecord = {
      importId,
      at: now.toISOString(),
      sources,
      spans: imported.reduce((sum, source) => sum + source.spans, 0),
      sessions: imported.reduce((sum, source) => sum + source.sessions, 0),
      durationMs,
      ...(leftOut.length === 0 ? {} : { leftOut: countEndings(leftOut) }),
    };
    const dir = join(request.importsDir, importId);
    if (imported.length === 0) return { record, isKept: false, dir };
    const manifestPath = join(stagingDir, 'manifest.json');
    const manifest = JSON.parse(await readFile(manifestPath, 'utf8')) as Record<string, unknown>;
    await writeFile(
      manifestPath,
      JSON.stringify({ ...manifest, at: record.at, durationMs, sources }, null, 2),
    );
    await rename(stagingDir, dir);
    return { record, isKept: true, dir };
  } finally {
    await rm(stagingDir, { recursive: true, force: true });
  }
}
