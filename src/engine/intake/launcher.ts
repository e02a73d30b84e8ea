/**
 * The line between the engine and the throw-away intake process: what is asked, what comes back.
 * Knows no way of starting a process: each shell brings its own launcher.
 */
import type { ImportProgress, MappingProfile, Source } from '../../shared/model/source';

/** What one intake process is asked to do. Files are written to `stagingDir`, which exists and is empty. */
export interface IntakeJob {
  importId: string;
  stagingDir: string;
  files: { path: string; displayPath: string; format?: string; profile?: MappingProfile }[];
  /** SHA-256 (hex) of sources the workspace already holds: those are reported as duplicates and not read. */
  knownHashes: string[];
}

export type IntakeMessage =
  | { type: 'progress'; progress: ImportProgress }
  | { type: 'done'; sources: Source[]; durationMs: number }
  | { type: 'failed'; message: string };

/** A running intake process. Exactly one of `done`, `failed` or an exit without either ends it. */
export interface IntakeProcess {
  onMessage(listener: (message: IntakeMessage) => void): void;
  /** `reason` is a sentence when the process died without saying why. */
  onExit(listener: (reason: string) => void): void;
  kill(): void;
}

export type IntakeLauncher = (job: IntakeJob) => IntakeProcess;
