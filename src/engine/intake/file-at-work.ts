/**
 * Which file an intake process is at, noted where it outlives the process: so that its death can be laid to a file.
 */
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const NAME = 'at-work';
/** Every note is as long as any, so that each covers the one before. */
const WIDTH = 12;

/** Kept by the intake process. The note is gone once all files are read, and stays when the process dies before. */
export class FileAtWork {
  readonly #path: string;
  readonly #file: number;

  constructor(stagingDir: string) {
    this.#path = join(stagingDir, NAME);
    this.#file = openSync(this.#path, 'w');
  }

  /** Notes the file (its place in the job) that is about to be read. */
  note(index: number): void {
    writeSync(this.#file, String(index).padEnd(WIDTH), 0);
  }

  /** All files are read, or reading ends at this one, whose note then stays. */
  end({ isDone }: { isDone: boolean }): void {
    closeSync(this.#file);
    if (isDone) rmSync(this.#path, { force: true });
  }
}

/** The file a process was at when it ended; null where it was at none. */
export function fileAtWork(stagingDir: string): number | null {
  try {
    const noted = readFileSync(join(stagingDir, NAME), 'utf8').trim();
    return /^\d+$/.test(noted) ? Number(noted) : null;
  } catch {
    return null;
  }
}
