/** A headless engine over a folder of its own, for scripts that import files and count what came of them. */
import { join } from 'node:path';
import { runnerImport } from 'vite';
import { ROOT } from './build-if-stale.mjs';

let loaded = null;

/** An engine with an open, empty workspace; `remove` closes it and deletes its folder. */
export async function openEngine() {
  loaded ??= await runnerImport(join(ROOT, 'test/support/engine.ts'), {
    root: ROOT,
    configFile: false,
    logLevel: 'error',
  });
  const { startEngine, removeEngine } = loaded.module;
  const engine = await startEngine();
  await engine.client.workspace.create({ name: 'Coverage' });
  return {
    client: engine.client,
    importFiles: engine.importFiles,
    /** Imports a file by a mapping profile. */
    importMapped: async (path, profile) => {
      for await (const event of await engine.client.imports.start({
        files: [{ handle: engine.grant(path), profile }],
      }))
        if (event.type === 'done') return event.record;
      throw new Error('The import ended without a record.');
    },
    remove: async () => {
      await engine.close();
      removeEngine(engine);
    },
  };
}
