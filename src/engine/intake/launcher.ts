/**
 * The line between the engine and the throw-away intake process: what is asked, what comes back.
 * Knows no way of starting a process: each shell brings its own launcher.
 */
import type { ExtractLook } from '../../shared/contract/extract';
import type { FieldGuess, FilePreview, MappedRow } from '../../shared/contract/import';
import type { ImportProgress, MappingProfile, Source } from '../../shared/model/source';
import type { OpenExtractJob } from './open-extract';

/** A file of a job: where it is, how it is shown, and what the person said of it. */
export interface IntakeFile {
  path: string;
  displayPath: string;
  format?: string | undefined;
  profile?: MappingProfile | undefined;
  /** Found in a folder or an archive under a name that traces do not have: where its content is none either, it is left out. */
  isOptional?: boolean | undefined;
}

/** A source the workspace holds: the SHA-256 (hex) of its bytes, how many they are, what it was read as, and its file's name. */
export interface KnownSource {
  sha256: string;
  bytes: number;
  format: string;
  name: string;
  /** Why it was read as that format. */
  reason: string;
  /** Each of its lines that is not blank was one record, and none was rejected. */
  isCounted: boolean;
  /** What stands behind the ids of its sessions, where these were told apart from those of other files. */
  suffix?: string | null;
}

/** A session of a source the workspace holds whose id is a number that its file counted: `sid`, without the mark behind it. */
export interface NumberedSession {
  sourceId: string;
  format: string;
  /** Why the source was read as that format. */
  reason: string;
  sid: string;
  /** The mark behind the id, where its file was told apart from others. */
  suffix: string | null;
  /** Nanoseconds since the epoch, in decimal. */
  firstNs: string | null;
  lastNs: string | null;
  /** Hashes of what was answered in it, as `answerHash` in tell-apart.ts makes them. */
  said: string[];
}

/**
 * What an intake process needs in its environment from its start. Chunks of a file are read on one thread after another, and each
 * needs the memory of the last one again: the database's allocator (jemalloc, on Linux) is to keep one pool for all threads,
 * and pages for ten seconds rather than one; https://jemalloc.net/jemalloc.3.html#opt.dirty_decay_ms
 */
export const intakeEnvironment = {
  DUCKDB_JE_MALLOC_CONF: 'narenas:1,dirty_decay_ms:10000,muzzy_decay_ms:0',
} as const;

/** Import files into `stagingDir`, which exists and is empty. */
export interface ImportJob {
  task: 'import';
  importId: string;
  stagingDir: string;
  files: IntakeFile[];
  /** SHA-256 (hex) of sources the workspace already holds: those are reported as duplicates and not read. */
  knownHashes: string[];
  /** Those of them that may have grown since, so that only what was appended is read. */
  knownSources?: KnownSource[];
  /** The first sessions of those of them that number their sessions. */
  numberedSessions?: NumberedSession[];
  /** Read byte by byte, each record through its format's own function: slower, and safe for what killed a process before. */
  isSafe?: boolean;
}

/** Foreign files are looked at in this process too, never in the engine. */
export type IntakeJob =
  | ImportJob
  | { task: 'inspect'; files: IntakeFile[]; knownHashes: string[] }
  | { task: 'look-at-extract'; folder: string }
  | OpenExtractJob
  | { task: 'guess-mapping'; file: IntakeFile }
  | { task: 'preview-mapping'; file: IntakeFile; profile: MappingProfile };

/** A preview before the engine adds its handle. */
export type Inspected = Omit<FilePreview, 'handle' | 'name' | 'path' | 'bytes'>;

export type IntakeMessage =
  | { type: 'progress'; progress: ImportProgress }
  /** `fileOf`: of which file of the job each source is (its place there); an archive has several, a file left out none. */
  | { type: 'imported'; sources: Source[]; fileOf: number[]; durationMs: number }
  | { type: 'extract-opened'; sources: Source[]; durationMs: number }
  | { type: 'looked'; extract: ExtractLook | null }
  | { type: 'inspected'; files: Inspected[] }
  | { type: 'guessed'; fields: FieldGuess[]; profile: MappingProfile }
  | { type: 'previewed'; rows: MappedRow[]; problems: string[]; labelCount: number }
  /** `isOutOfMemory`: the process would have died of it; what it was reading may be read another way. */
  | { type: 'failed'; message: string; isOutOfMemory?: boolean };

/** A running intake process. One message but `progress`, or an exit without one, ends it. */
export interface IntakeProcess {
  onMessage(listener: (message: IntakeMessage) => void): void;
  /** `reason` is a sentence when the process died without saying why. */
  onExit(listener: (reason: string) => void): void;
  kill(): void;
}

export type IntakeLauncher = (job: IntakeJob) => IntakeProcess;

/** The intake process ended without an answer: it crashed, ran out of memory or was killed. */
export class IntakeDied extends Error {
  override readonly name = 'IntakeDied';
}

/** How long a killed process may take to be gone; only one that hangs in the kernel takes longer. */
const KILL_PATIENCE_MS = 2000;

type AnswerOf<T extends IntakeMessage['type']> = Extract<IntakeMessage, { type: T }>;

/**
 * Runs a job in a process of its own and resolves with its answer. Rejects with a sentence when the process fails, with
 * IntakeDied when it dies, and with the signal's reason when aborted: the process is killed, and gone before this rejects, so that it
 * writes nothing more into a folder which the caller is about to remove.
 */
export function runJob<T extends IntakeMessage['type']>(
  launch: IntakeLauncher,
  job: IntakeJob,
  expected: T,
  options: { onProgress?: (progress: ImportProgress) => void; signal?: AbortSignal | undefined } = {},
): Promise<AnswerOf<T>> {
  return new Promise((resolve, reject) => {
    const { signal, onProgress } = options;
    const cancelled = (): Error =>
      signal?.reason instanceof Error
        ? signal.reason
        : new DOMException('The import was cancelled.', 'AbortError');
    if (signal?.aborted === true) {
      reject(cancelled());
      return;
    }
    const intake = launch(job);
    let deadline: NodeJS.Timeout | undefined;
    const abort = (): void => {
      intake.kill();
      deadline = setTimeout(() => {
        reject(cancelled());
      }, KILL_PATIENCE_MS);
    };
    signal?.addEventListener('abort', abort, { once: true });
    intake.onMessage((message) => {
      if (signal?.aborted === true) return;
      if (message.type === 'progress') onProgress?.(message.progress);
      else {
        signal?.removeEventListener('abort', abort);
        if (message.type === expected) resolve(message as AnswerOf<T>);
        else if (message.type === 'failed' && message.isOutOfMemory === true)
          reject(new IntakeDied(message.message));
        else
          reject(
            new Error(
              message.type === 'failed' ? message.message : 'The intake process gave an unexpected answer.',
            ),
          );
      }
    });
    intake.onExit((reason) => {
      clearTimeout(deadline);
      signal?.removeEventListener('abort', abort);
      reject(signal?.aborted === true ? cancelled() : new IntakeDied(reason));
    });
  });
}
