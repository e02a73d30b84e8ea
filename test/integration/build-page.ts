/** Builds the fixture page as electron.vite.config.ts builds the real one, into a folder of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { NONCE_PLACEHOLDER } from '../../src/shared/content-policy';

export async function buildFixturePage(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const root = fileURLToPath(new URL('../fixtures/page', import.meta.url));
  const folder = await mkdtemp(join(tmpdir(), 'faultline-page-'));
  await build({
    root,
    base: './',
    configFile: false,
    logLevel: 'error',
    html: { cspNonce: NONCE_PLACEHOLDER },
    build: { outDir: folder, emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0 },
  });
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
