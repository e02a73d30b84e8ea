/**
 * Which files an intake process is at, noted where it outlives the process: so that its death can be laid to a file.
 */
import { closeSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const NAME = 'at-work';
/** Every note is as long as any, so that each covers the one before. */
const WIDTH = 12;

/** Kept by the intake process, and by each of its threads. The note is gone once all files are read, and stays when the process dies before. */
export class FileAtWork {
  readonly #stagingDir: string;
  readonly #file: number;

  /** `thread`: the number of a thread beside the main one. */
  constructor(stagingDir: string, thread?: number) {
    this.#stagingDir = stagingDir;
    this.#file = openSync(join(stagingDir, thread === undefined ? NAME : `${NAME}-${String(thread)}`), 'w');
  }

  /** Notes the file (its place in the job) that is about to be read. */
  note(index: number): void {
    writeSync(this.#file, String(index).padEnd(WIDTH), 0);
  }

  /** For now no file is read. */
  pause(): void {
    writeSync(this.#file, ' '.repeat(WIDTH), 0);
  }

  /** All files are read, and all notes are gone, those of the threads too; or reading ends at this one, whose note then stays. */
  end({ isDone }: { isDone: boolean }): void {
    closeSync(this.#file);
    if (isDone) for (const path of notesIn(this.#stagingDir)) rmSync(path, { force: true });
  }
}

function notesIn(stagingDir: string): string[] {
  return readdirSync(stagingDir)
    .filter((name) => name === NAME || name.startsWith(`${NAME}-`))
    .map((name) => join(stagingDir, name));
}

/** The files a process was at when it ended; none where it was at none. */
export function filesAtWork(stagingDir: string): number[] {
  try {
    return notesIn(stagingDir)
      .map((path) => readFileSync(path, 'utf8').trim())
      .flatMap((noted) => (/^\d+$/.test(noted) ? [Number(noted)] : []));
  } catch {
    return [];
  }
}
