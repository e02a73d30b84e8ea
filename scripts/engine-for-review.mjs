// What measuring the order of review needs of the engine: all of it, with intake in the same process, as one bundle.
import { createRouterClient } from '@orpc/server';
import { createEngine } from '../src/engine/index';
import { runIntake } from '../src/engine/intake/run';
import { wilson } from '../src/shared/stats/wilson';
import { seededRandom } from '../src/engine/corrections/seeded-random';

export { seededRandom, wilson };

/** Runs imports in this process; nothing else is asked for. */
const launchIntake = (job) => {
  const listeners = [];
  setImmediate(async () => {
    const say = (message) => listeners.forEach((listener) => listener(message));
    try {
      say({ type: 'imported', ...(await runIntake(job, () => undefined)), durationMs: 0 });
    } catch (error) {
      say({ type: 'failed', message: String(error) });
    }
  });
  return {
    onMessage: (listener) => listeners.push(listener),
    onExit: () => undefined,
    kill: () => undefined,
  };
};

/** A workspace below `dataDir` with the file imported as a format; `client` asks it as a screen would. */
export async function workspaceOf(dataDir, path, format) {
  const engine = await createEngine({
    shell: 'cli',
    version: 'eval',
    dataDir,
    sampleDir: null,
    launchIntake,
  });
  const client = createRouterClient(engine.router);
  await client.workspace.create({ name: 'Order of review' });
  for await (const event of await client.imports.start({
    files: [{ handle: engine.grants.grant(path), format }],
  }))
    if (event.type === 'done' && event.record.sessions === 0)
      throw new Error(`Nothing was imported: ${event.record.sources[0]?.reason ?? ''}`);
  for await (const event of await client.signal.run({})) if (event.type === 'done') break;
  return { client, close: () => engine.close() };
}
