/**
 * Which index files this user's program has made itself. A database file from somebody else is not to be opened (DuckDB
 * holds files to come from a trusted writer), and an index can always be made anew. A file is known by the number the
 * file system gave it, which no copy, download or unpacking keeps. Owns indexes.json in the data folder.
 */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from './atomic-file';

const knownSchema = z.array(z.string());
const MAX_KNOWN = 1000;

export class KnownIndexes {
  readonly #path: string;

  constructor(dataDir: string) {
    this.#path = join(dataDir, 'indexes.json');
  }

  /** Whether the file at `path` is one that `note` was called for. */
  async knows(path: string): Promise<boolean> {
    const identity = await identityOf(path);
    return identity !== null && (await this.#read()).includes(identity);
  }

  /** Remembers the file at `path`, which this program has just made. */
  async note(path: string): Promise<void> {
    const identity = await identityOf(path);
    if (identity === null) return;
    const others = (await this.#read()).filter((one) => one !== identity);
    await writeFileAtomic(this.#path, `${JSON.stringify([identity, ...others].slice(0, MAX_KNOWN))}\n`);
  }

  async #read(): Promise<string[]> {
    try {
      return knownSchema.parse(JSON.parse(await readFile(this.#path, 'utf8')));
    } catch {
      // Missing or damaged: then no index is known, which costs a rebuild.
      return [];
    }
  }
}

async function identityOf(path: string): Promise<string | null> {
  try {
    const { dev, ino, birthtimeNs } = await stat(path, { bigint: true });
    return `${dev}:${ino}:${birthtimeNs}`;
  } catch {
    return null;
  }
}
