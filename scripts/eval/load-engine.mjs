import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Bundles a TypeScript module of the engine in memory and imports it: plain Node runs no TypeScript. `isBesidePackages` lays
 * the bundle where the packages it imports are found.
 */
export async function loadEngine(path, { isBesidePackages = false } = {}) {
  const output = await build({
    root,
    configFile: false,
    logLevel: 'error',
    // Detectors declare their parameters with it; the bundle is run where it cannot be found.
    ssr: { noExternal: ['zod', 're2js'] },
    build: { ssr: join(root, path), write: false, minify: false, target: 'node20' },
  });
  const cache = join(root, 'node_modules/.cache');
  if (isBesidePackages) mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(isBesidePackages ? cache : tmpdir(), 'faultline-eval-'));
  try {
    for (const part of output.output)
      if (part.type === 'chunk') {
        mkdirSync(dirname(join(folder, part.fileName)), { recursive: true });
        writeFileSync(join(folder, part.fileName), part.code);
      }
    const file = join(folder, output.output[0].fileName);
    return await import(pathToFileURL(file).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
