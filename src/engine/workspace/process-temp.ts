/**
 * A private temporary folder of this process, where DuckDB spills what does not fit into memory.
 * Owns its making and its removal, also of folders that killed processes of this user left behind.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isProcessAlive } from './process-alive';

const PREFIX = 'faultline-';
let folder: string | null = null;

/** The folder (mode 0700), made at the first call and removed when the process exits. */
export function processTempDir(): string {
  if (folder !== null) return folder;
  sweep(tmpdir());
  const made = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  folder = made;
  return made;
}

function sweep(root: string): void {
  for (const name of readdirSync(root)) {
    const pid = /^faultline-(\d+)-\w{6}$/.exec(name)?.[1];
    if (pid === undefined || isProcessAlive(Number(pid))) continue;
    try {
      if (statSync(join(root, name)).uid === process.getuid?.())
        rmSync(join(root, name), { recursive: true, force: true });
    } catch {
      // Somebody else's, or gone already.
    }
  }
}
