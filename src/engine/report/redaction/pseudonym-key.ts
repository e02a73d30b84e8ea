/**
 * The secret that pseudonyms are made with. Lies in the data folder of this machine's person, never in a workspace, so that
 * whoever is handed an export or a workspace cannot try names out against it.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../workspace/atomic-file';

const KEY_BYTES = 32;

/** The key, made at first use. A file of the wrong size is replaced: pseudonyms then differ from earlier ones. */
export async function pseudonymKey(dataDir: string): Promise<Uint8Array> {
  const path = join(dataDir, 'pseudonym.key');
  if (existsSync(path)) {
    const key = await readFile(path);
    if (key.length === KEY_BYTES) return key;
  }
  const key = randomBytes(KEY_BYTES);
  await writeFileAtomic(path, key);
  return key;
}
