import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Bundles a TypeScript module of the engine in memory and imports it: plain Node runs no TypeScript. */
export async function loadEngine(path) {
  const output = await build({
    root,
    configFile: false,
    logLevel: 'error',
    // Detectors declare their parameters with it; the bundle is run where it cannot be found.
    ssr: { noExternal: ['zod'] },
    build: { ssr: join(root, path), write: false, minify: false, target: 'node20' },
  });
  const folder = mkdtempSync(join(tmpdir(), 'faultline-eval-'));
  try {
    const file = join(folder, 'module.mjs');
    writeFileSync(file, output.output[0].code);
    return await import(pathToFileURL(file).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
