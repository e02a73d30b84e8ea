/**
 * What a workspace folder is made of, and making, checking and migrating one.
 * Owns workspace.json and the names of everything beside it; must not look into the journal, the imports or the index.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { syncFolder, writeFileAtomic } from './atomic-file';
import { asUnwritable, BadInput, NotAWorkspace } from './problem';

export interface WorkspacePaths {
  root: string;
  manifest: string;
  journal: string;
  imports: string;
  exports: string;
  /** Imports not complete yet; emptied when the workspace is opened. */
  staging: string;
  index: string;
  lock: string;
}

export function workspacePaths(root: string): WorkspacePaths {
  return {
    root,
    manifest: join(root, 'workspace.json'),
    journal: join(root, 'journal.jsonl'),
    imports: join(root, 'imports'),
    exports: join(root, 'exports'),
    staging: join(root, 'staging'),
    index: join(root, 'index.duckdb'),
    lock: join(root, 'workspace.lock'),
  };
}

const manifestSchema = z.object({
  layoutVersion: z.number().int().min(1),
  workspaceId: z.string().min(1),
  name: z.string().min(1).max(200),
  createdAt: z.string(),
  /** The workspace this one was copied from; null for one made from nothing. */
  origin: z.object({ workspaceId: z.string(), name: z.string(), at: z.string() }).nullable(),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** Brings a folder from one version of the layout to the next. Must bear being run again after a crash half way. */
export type LayoutStep = (paths: WorkspacePaths) => Promise<void>;

/** Step i leads from version i + 1 to version i + 2. */
const LAYOUT_STEPS: readonly LayoutStep[] = [];
export const LAYOUT_VERSION = 1 + LAYOUT_STEPS.length;

/** Makes an empty workspace folder. It appears whole or not at all. Throws BadInput when something is there already. */
export async function createFolder(path: string, name: string, now: Date = new Date()): Promise<Manifest> {
  const manifest: Manifest = {
    layoutVersion: LAYOUT_VERSION,
    workspaceId: randomUUID(),
    name,
    createdAt: now.toISOString(),
    origin: null,
  };
  await appear(path, async (paths) => {
    await mkdir(paths.imports);
    await mkdir(paths.exports);
    await writeManifest(paths, manifest);
  });
  return manifest;
}

/** Reads and checks workspace.json. Throws NotAWorkspace with what is wrong and what can be done. */
export async function readManifest(root: string, knownVersion: number = LAYOUT_VERSION): Promise<Manifest> {
  const paths = workspacePaths(root);
  const found = await stat(root).catch(() => null);
  if (!found) throw new NotAWorkspace(`There is nothing at ${root}.`);
  if (!found.isDirectory()) throw new NotAWorkspace(`${root} is a file. A workspace is a folder.`);
  if (!existsSync(paths.manifest)) {
    throw new NotAWorkspace(
      existsSync(paths.journal)
        ? `${root} holds a journal but no workspace.json. Put workspace.json back from a copy.`
        : `${root} is not a workspace: it holds no workspace.json. To look at traces, import them into a workspace.`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(await readFile(paths.manifest, 'utf8'));
  } catch {
    throw new NotAWorkspace(`${paths.manifest} is damaged: it is not JSON. Put it back from a copy.`);
  }
  const version = z.object({ layoutVersion: z.number().int() }).safeParse(value);
  if (version.success && version.data.layoutVersion > knownVersion) {
    throw new NotAWorkspace(
      `This workspace was made by a newer Faultline (layout ${version.data.layoutVersion}; this one knows up to ` +
        `${knownVersion}). Open it with that version.`,
    );
  }
  const manifest = manifestSchema.safeParse(value);
  if (manifest.success) return manifest.data;
  const issue = manifest.error.issues[0];
  throw new NotAWorkspace(
    `${paths.manifest} is damaged: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}.`,
  );
}

/**
 * Brings a folder to the current layout, one step after the other; each is recorded before the next begins.
 * `steps` other than the program's own are for tests.
 */
export async function migrateLayout(
  root: string,
  steps: readonly LayoutStep[] = LAYOUT_STEPS,
): Promise<Manifest> {
  const paths = workspacePaths(root);
  let manifest = await readManifest(root, steps.length + 1);
  for (const [i, step] of steps.entries()) {
    if (i + 1 < manifest.layoutVersion) continue;
    await step(paths);
    manifest = { ...manifest, layoutVersion: i + 2 };
    await writeManifest(paths, manifest);
  }
  // Folders that are empty get lost on the way through version control and some archives.
  await mkdir(paths.imports, { recursive: true });
  await mkdir(paths.exports, { recursive: true });
  return manifest;
}

/** Fills a folder aside and renames it into place when it is complete. */
export async function appear(path: string, fill: (paths: WorkspacePaths) => Promise<void>): Promise<void> {
  if (existsSync(path)) throw new BadInput(`There is something at ${path} already.`);
  await mkdir(dirname(path), { recursive: true });
  const aside = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.partial`);
  try {
    await mkdir(aside);
    await fill(workspacePaths(aside));
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    throw asUnwritable(error, dirname(path));
  }
  await syncFolder(dirname(path));
}

/** Writes workspace.json. */
export function writeManifest(paths: WorkspacePaths, manifest: Manifest): Promise<void> {
  return writeFileAtomic(paths.manifest, `${JSON.stringify(manifest, null, 2)}\n`);
}
