/** Files behind what a person chose: a file, or all trace files below a folder. */
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

const TRACE_FILE = /\.(jsonl|ndjson|json|parquet|traj|log|txt)(\.(gz|zst|zstd))?$/i;

export interface FoundFile {
  path: string;
  /** What is shown: relative to the chosen folder, or the path itself. */
  displayPath: string;
  bytes: number;
}

/** Folders deeper than this are not entered; a folder linked into itself ends here too. */
const MAX_DEPTH = 24;

async function walk(path: string, shown: string, depth: number, found: FoundFile[]): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => a.name.localeCompare(b.name))) {
    const child = join(path, entry.name);
    const childShown = `${shown}/${entry.name}`;
    if (
      entry.isDirectory() &&
      depth < MAX_DEPTH &&
      !entry.name.startsWith('.') &&
      !entry.name.endsWith('.faultline')
    ) {
      await walk(child, childShown, depth + 1, found);
    } else if (entry.isFile() && TRACE_FILE.test(entry.name)) {
      found.push({ path: child, displayPath: childShown, bytes: (await stat(child)).size });
    }
  }
}

/** A file as it is; of a folder, everything that may be a trace by its name. Throws where there is no such path. */
export async function expandPath(path: string): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  const info = await stat(path);
  if (info.isDirectory()) await walk(path, path.replace(/[/\\]+$/, ''), 0, found);
  else found.push({ path, displayPath: path, bytes: info.size });
  return found;
}
