/**
 * What the program remembers between runs: workspaces opened lately and whose name new facts carry, where the sentence model lies.
 * Owns recent.json and settings.json in the data folder; holds nothing of what is inside a workspace.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from './atomic-file';

const recentSchema = z.array(
  z.object({ id: z.string(), path: z.string(), name: z.string(), openedAt: z.string() }),
);
const settingsSchema = z.object({
  author: z.string().trim().min(1).max(80).optional(),
  sentenceModelFolder: z.string().optional(),
});
const foldersSchema = z.array(z.string());

type Recent = z.infer<typeof recentSchema>[number];
export interface RecentWorkspace extends Recent {
  /** Whether there still is a workspace at the path. */
  exists: boolean;
}

const MAX_RECENT = 20;

export class Memory {
  readonly #dataDir: string;
  #recent: Recent[];
  #author: string | undefined;
  #sentenceModelFolder: string | undefined;
  #folders: string[];
  /** Writes follow one another, so that the file always holds the latest. */
  #writing: Promise<void> = Promise.resolve();

  private constructor(
    dataDir: string,
    recent: Recent[],
    settings: z.infer<typeof settingsSchema>,
    folders: string[],
  ) {
    this.#dataDir = dataDir;
    this.#recent = recent;
    this.#author = settings.author;
    this.#sentenceModelFolder = settings.sentenceModelFolder;
    this.#folders = folders;
  }

  /** Reads what is remembered; makes the folder when absent. A file that cannot be read is put aside as `….bad`. */
  static async open(dataDir: string): Promise<Memory> {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const recent = await readJson(join(dataDir, 'recent.json'), recentSchema, []);
    const settings = await readJson(join(dataDir, 'settings.json'), settingsSchema, {});
    const folders = await readJson(join(dataDir, 'folders.json'), foldersSchema, []);
    return new Memory(dataDir, recent, settings, folders);
  }

  /** The name new facts carry; until one is set, that of the operating system's user. */
  get author(): string {
    return this.#author ?? osUserName();
  }

  async setAuthor(author: string): Promise<void> {
    this.#author = settingsSchema.parse({ author }).author;
    await this.#writeSettings();
  }

  /** Folder of the sentence model chosen on this machine; null where none was. */
  get sentenceModelFolder(): string | null {
    return this.#sentenceModelFolder ?? null;
  }

  async setSentenceModelFolder(folder: string | null): Promise<void> {
    this.#sentenceModelFolder = folder ?? undefined;
    await this.#writeSettings();
  }

  #writeSettings(): Promise<void> {
    return this.#write('settings.json', () => ({
      author: this.#author,
      sentenceModelFolder: this.#sentenceModelFolder,
    }));
  }

  /**
   * Folders of extracts that this user opened in place, as real paths. A workspace that names another is not read from
   * there: it may be somebody else's.
   */
  get openedFolders(): readonly string[] {
    return this.#folders;
  }

  async noteOpenedFolder(path: string): Promise<void> {
    if (this.#folders.includes(path)) return;
    this.#folders = [path, ...this.#folders];
    await this.#write('folders.json', () => this.#folders);
  }

  /** Workspaces opened lately, latest first, at most 20. */
  recent(): RecentWorkspace[] {
    return this.#recent.map((one) => ({ ...one, exists: existsSync(join(one.path, 'workspace.json')) }));
  }

  /** The path of a remembered workspace; null for an id that is not, or no longer, remembered. */
  pathOf(id: string): string | null {
    return this.#recent.find((one) => one.id === id)?.path ?? null;
  }

  /** Puts a workspace on top of the list. Its id stays the same as long as it is remembered. */
  async noteOpened(workspacePath: string, name: string, at: Date = new Date()): Promise<void> {
    const path = resolve(workspacePath);
    const id = this.#recent.find((one) => one.path === path)?.id ?? randomUUID();
    const others = this.#recent.filter((one) => one.path !== path);
    this.#recent = [{ id, path, name, openedAt: at.toISOString() }, ...others].slice(0, MAX_RECENT);
    await this.#write('recent.json', () => this.#recent);
  }

  /** Takes a workspace off the list; the workspace itself is not touched. */
  async forget(id: string): Promise<void> {
    this.#recent = this.#recent.filter((one) => one.id !== id);
    await this.#write('recent.json', () => this.#recent);
  }

  #write(name: string, content: () => unknown): Promise<void> {
    const write = () => writeFileAtomic(join(this.#dataDir, name), `${JSON.stringify(content(), null, 2)}\n`);
    const written = this.#writing.then(write);
    this.#writing = written.catch(() => undefined);
    return written;
  }
}

async function readJson<T>(path: string, schema: z.ZodType<T>, fallback: T): Promise<T> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return fallback;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    await rename(path, `${path}.bad`);
    return fallback;
  }
}

function osUserName(): string {
  try {
    return userInfo().username || 'analyst';
  } catch {
    // A user without an entry in the system's list, as in some containers.
    return 'analyst';
  }
}
