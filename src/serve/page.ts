/** Reads the built page into memory, once. Must not be reachable by anything a request says. */
import { readdir, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { PageFiles } from '../shared/page-files';

/** Rejects when `folder` holds no built page. */
export async function readPage(folder: string): Promise<PageFiles> {
  const page = new PageFiles(await filesBelow(folder, ''));
  if (!page.has('/')) throw new Error(`There is no built page in ${folder}. Run: npm run build`);
  return page;
}

async function filesBelow(folder: string, prefix: string): Promise<[string, Uint8Array][]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = await Promise.all(
    entries.map(async (entry): Promise<[string, Uint8Array][]> => {
      const path = join(folder, entry.name);
      const name = posix.join(prefix, entry.name);
      if (entry.isDirectory()) return filesBelow(path, name);
      return entry.isFile() ? [[name, await readFile(path)]] : [];
    }),
  );
  return files.flat();
}
