/**
 * Saving a workspace under another name, and what a copy or a packed workspace is made of: the journal up to its last
 * whole line and the imports in force. Imports the analyst removed, exports and the index stay behind.
 */
import { randomUUID } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { cp, lstat, mkdir, readFile } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { writeFileAtomic } from './atomic-file';
import { appear, type Manifest, readManifest, workspacePaths, writeManifest } from './folder';
import { readFacts } from './journal';
import { Projection } from './projection';

/**
 * Copies the workspace at `from`, which may be open, under a new name and id, with its history. Where it came from is
 * kept as `origin`. Throws BadInput when something is at `to` already.
 */
export async function copyWorkspace(
  from: string,
  to: string,
  name: string,
  now: Date = new Date(),
): Promise<Manifest> {
  const source = workspacePaths(from);
  const old = await readManifest(from);
  const removed = await removedImports(source.journal);
  const at = now.toISOString();
  const origin = { workspaceId: old.workspaceId, name: old.name, at };
  const manifest: Manifest = { ...old, workspaceId: randomUUID(), name, createdAt: at, origin };
  await appear(to, async (paths) => {
    await mkdir(paths.exports);
    await writeFileAtomic(paths.journal, await readWholeLines(source.journal));
    await cp(source.imports, paths.imports, {
      recursive: true,
      mode: constants.COPYFILE_FICLONE,
      filter: async (path) => {
        const [importId = ''] = relative(source.imports, path).split(sep);
        const found = await lstat(path);
        // Links could lead anywhere: nothing but files and folders is ever part of an import.
        return !removed.has(importId) && (found.isFile() || found.isDirectory());
      },
    });
    await writeManifest(paths, manifest);
  });
  return manifest;
}

/** Imports the analyst removed, by the journal at `path`. */
export async function removedImports(path: string): Promise<ReadonlySet<string>> {
  return Projection.replay(await readFacts(path)).removedImports;
}

/** Bytes of a journal up to its last newline: what is being appended at this instant is left out. */
export async function readWholeLines(path: string): Promise<Buffer> {
  const bytes = existsSync(path) ? await readFile(path) : Buffer.alloc(0);
  return bytes.subarray(0, bytes.lastIndexOf(10) + 1);
}
