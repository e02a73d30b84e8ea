/**
 * Builds programs from their sources for one test file, since Node does not run TypeScript: processes that are forked in a
 * test are then the sources as they are now, not what was built last.
 */
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface BuiltPrograms {
  /** Path of a built program. */
  path: (name: string) => string;
  remove: () => Promise<void>;
}

/** `entries`: name → source file below the repository's root. Below node_modules, so that packages are found. */
export async function buildPrograms(entries: Readonly<Record<string, string>>): Promise<BuiltPrograms> {
  const cache = join(ROOT, 'node_modules', '.cache');
  await mkdir(cache, { recursive: true });
  const root = await mkdtemp(join(cache, 'faultline-test-'));
  // The programs look for package.json two folders up, as in a checkout.
  await copyFile(join(ROOT, 'package.json'), join(root, 'package.json'));
  const folder = join(root, 'out', 'main');
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: false,
      target: 'node20.19',
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(ROOT, path)])),
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  });
  return {
    path: (name) => join(folder, `${name}.js`),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}
