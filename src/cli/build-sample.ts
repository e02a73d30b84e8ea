/**
 * Builds the sample workspace the program ships with: writes the sample's traces, imports them as any other files, and
 * clusters the corrections once. Run by `npm run build`; leaves out/sample.faultline or fails.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { createEngine } from '../engine/index';
import { forkLauncher } from '../engine/intake/fork-launcher';
import { groundTruthFile, writeSample } from '../engine/sample/write-sample';

async function build(target: string, intakePath: string): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'faultline-sample-'));
  const engine = await createEngine({
    shell: 'cli',
    version: 'build',
    dataDir: join(scratch, 'data'),
    sampleDir: null,
    launchIntake: forkLauncher(intakePath),
  });
  try {
    const traces = join(scratch, 'traces');
    const files = await writeSample(traces);
    await rm(target, { recursive: true, force: true });
    await engine.openPath(target, { create: true, name: 'Sample investigation' });
    const client = createRouterClient(engine.router);
    const { author } = await client.app.setAuthor({ author: 'Faultline' });
    const chosen = files
      .filter((file) => !file.endsWith(groundTruthFile))
      .map((file) => ({ handle: engine.grants.grant(file) }));
    for await (const event of await client.imports.start({ files: chosen })) {
      const failed =
        event.type === 'done' ? event.record.sources.filter((source) => source.state !== 'imported') : [];
      if (failed.length > 0)
        throw new Error(`The sample does not import: ${failed[0]?.name ?? ''}: ${failed[0]?.reason ?? ''}`);
    }
    for await (const event of await client.signal.run({})) if (event.type === 'done') break;
    for await (const event of await client.cluster.run({})) {
      if (event.type === 'done')
        console.log(
          `sample: ${String(event.run.itemCount)} corrections in ${String(event.run.clusterCount)} clusters, by ${author}`,
        );
    }
  } finally {
    await engine.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

const out = resolve(import.meta.dirname, '..');
build(join(out, 'sample.faultline'), join(import.meta.dirname, 'intake.js')).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
