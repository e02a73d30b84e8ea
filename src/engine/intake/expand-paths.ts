/** Files behind what a person chose: a file, or all trace files below a folder. */
import { constants, type Dirent, type Stats } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BadInput } from '../workspace/problem';
import { fileProblem } from './file-problem';

const TRACE_FILE = /\.(jsonl|ndjson|json|parquet|csv|tsv|eval|traj|log|txt)(\.(gz|zst|zstd))?$/i;

export interface FoundFile {
  path: string;
  /** What is shown: relative to the chosen folder, or the path itself. */
  displayPath: string;
  bytes: number;
}

/** Folders deeper than this are not entered; a folder linked into itself ends here too. */
const MAX_DEPTH = 24;

/** A folder that may not be read, or is gone meanwhile, costs what is in it and not its neighbours. */
async function entriesOf(path: string): Promise<Dirent[]> {
  return readdir(path, { withFileTypes: true }).catch(() => []);
}

/** What is behind an entry. A link to a file is followed; one to a folder is not, since it may lead in a circle. */
async function fileBehind(entry: Dirent, path: string): Promise<Stats | null> {
  if (!entry.isFile() && !entry.isSymbolicLink()) return null;
  const info = await stat(path).catch(() => null);
  return info?.isFile() === true ? info : null;
}

async function walk(path: string, shown: string, depth: number, found: FoundFile[]): Promise<void> {
  const entries = await entriesOf(path);
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const child = join(path, entry.name);
    const childShown = `${shown}/${entry.name}`;
    const isFolder = entry.isDirectory() && !entry.name.startsWith('.') && !entry.name.endsWith('.faultline');
    if (isFolder && depth < MAX_DEPTH) await walk(child, childShown, depth + 1, found);
    else if (TRACE_FILE.test(entry.name)) {
      const info = await fileBehind(entry, child);
      if (info) found.push({ path: child, displayPath: childShown, bytes: info.size });
    }
  }
}

/**
 * A file as it is; of a folder, everything that may be a trace by its name. Throws BadInput where there is no such path,
 * or nothing in the folder that may be a trace.
 */
export async function expandPath(path: string): Promise<FoundFile[]> {
  const info = await stat(path).catch((error: unknown) => {
    throw new BadInput(`${path} cannot be opened: ${fileProblem(error)}.`);
  });
  if (!info.isDirectory()) return [{ path, displayPath: path, bytes: info.size }];
  await access(path, constants.R_OK | constants.X_OK).catch((error: unknown) => {
    throw new BadInput(`The folder ${path} cannot be read: ${fileProblem(error)}.`);
  });
  const found: FoundFile[] = [];
  await walk(path, path.replace(/[/\\]+$/, ''), 0, found);
  if (found.length === 0)
    throw new BadInput(
      `There is no trace file in ${path}. Looked for .jsonl, .ndjson, .json, .parquet, .csv, .tsv, .eval, .traj, .log and .txt, also with .gz or .zst; choose a file of another name by itself.`,
    );
  return found;
}
