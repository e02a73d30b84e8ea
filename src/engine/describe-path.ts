/**
 * What lies at a path that a person gave to a shell: a trace file, a folder of them, or a workspace. Looks at names and
 * kinds alone; what is in a file is intake's business, and whether a workspace is sound is found when it is opened.
 */
import { access, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';

export interface DescribedPath {
  /** Absolute. */
  path: string;
  /** Its last part, for the screen. */
  name: string;
  kind: 'file' | 'folder' | 'workspace';
}

const WORKSPACE_FOLDER = /\.faultline$/iu;
const PACKED_WORKSPACE = /\.faultline\.zip$/iu;

/** `~` is the home folder; relative paths are taken from `base`. Rejects with a sentence when nothing is there. */
export async function describePath(given: string, base: string): Promise<DescribedPath> {
  const path = resolve(base, given.replace(/^~(?=$|[/\\])/u, homedir()));
  const name = basename(path);
  const found = await stat(path).catch((error: unknown) => {
    throw new Error(`${path} cannot be opened: ${reason(error)}`);
  });
  if (found.isDirectory()) {
    const isWorkspace = WORKSPACE_FOLDER.test(name) || (await exists(join(path, 'journal.jsonl')));
    return { path, name, kind: isWorkspace ? 'workspace' : 'folder' };
  }
  if (!found.isFile()) throw new Error(`${path} cannot be opened: it is neither a file nor a folder.`);
  return { path, name, kind: PACKED_WORKSPACE.test(name) ? 'workspace' : 'file' };
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is nothing at this path.';
  if (code === 'EACCES' || code === 'EPERM') return 'this user may not read it.';
  return error instanceof Error ? error.message : String(error);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
