/**
 * Which file an intake process is at, noted where it outlives the process: so that its death can be laid to a file.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NAME = 'at-work';

/** Notes the file (its place in the job) that is about to be read; null once all are, which leaves no note. */
export function noteFileAtWork(stagingDir: string, index: number | null): void {
  if (index === null) rmSync(join(stagingDir, NAME), { force: true });
  else writeFileSync(join(stagingDir, NAME), String(index));
}

/** The file a process was at when it ended; null where it was at none. */
export function fileAtWork(stagingDir: string): number | null {
  try {
    const noted = readFileSync(join(stagingDir, NAME), 'utf8');
    return /^\d+$/.test(noted) ? Number(noted) : null;
  } catch {
    return null;
  }
}
