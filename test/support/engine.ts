/** A real engine over real folders for integration tests; intake runs in this process, everything else as in the product. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { createEngine, type Engine } from '../../src/engine/index';
import { inspectFiles, guessMappingOf, previewMapping } from '../../src/engine/intake/inspect';
import type { IntakeJob, IntakeLauncher, IntakeMessage } from '../../src/engine/intake/launcher';
import { lookAtExtract, openExtract } from '../../src/engine/intake/open-extract';
import { runIntake } from '../../src/engine/intake/run';
import type { ThreadProgram } from '../../src/engine/workspace/thread-pool';

/** Runs jobs in this process. Killing it stops its messages, as a dead process would. */
export const inProcessIntake: IntakeLauncher = (job) => {
  const state: { isDead: boolean; listeners: ((message: IntakeMessage) => void)[] } = {
    isDead: false,
    listeners: [],
  };
  const say = (message: IntakeMessage): void => {
    if (!state.isDead) for (const listener of state.listeners) listener(message);
  };
  setImmediate(() => {
    answer(job, say).then(say, (error: unknown) => {
      say({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
    });
  });
  return {
    onMessage: (listener) => void state.listeners.push(listener),
    onExit: () => undefined,
    kill: () => {
      state.isDead = true;
    },
  };
};

async function answer(job: IntakeJob, say: (message: IntakeMessage) => void): Promise<IntakeMessage> {
  switch (job.task) {
    case 'import':
      return {
        type: 'imported',
        ...(await runIntake(job, (progress) => {
          say({ type: 'progress', progress });
        })),
        durationMs: 1,
      };
    case 'inspect':
      return { type: 'inspected', files: await inspectFiles(job.files, job.knownHashes) };
    case 'look-at-extract':
      return { type: 'looked', extract: await lookAtExtract(job.folder) };
    case 'open-extract': {
      const startedAt = Date.now();
      const sources = await openExtract(job, (progress) => {
        say({ type: 'progress', progress });
      });
      return { type: 'extract-opened', sources, durationMs: Date.now() - startedAt };
    }
    case 'guess-mapping':
      return { type: 'guessed', ...(await guessMappingOf(job.file)) };
    case 'preview-mapping':
      return { type: 'previewed', ...(await previewMapping(job.file, job.profile)) };
  }
}

export interface TestEngine {
  engine: Engine;
  client: ReturnType<typeof clientOf>;
  dir: string;
  /** A handle for a path, as the shell would give one. */
  grant(path: string): string;
  /** Imports files and returns the record as soon as their sessions can be opened. */
  takeIn(...paths: string[]): Promise<import('../../src/shared/model/source').ImportRecord>;
  /** As takeIn, and waits until all signals are found. */
  importFiles(...paths: string[]): Promise<import('../../src/shared/model/source').ImportRecord>;
  close(): Promise<void>;
}

function clientOf(engine: Engine) {
  return createRouterClient(engine.router);
}

/** An engine with its own data folder; `dir` of an earlier one opens the same data again. */
export async function startEngine(
  dir: string = mkdtempSync(join(tmpdir(), 'faultline-engine-')),
  launch: IntakeLauncher = inProcessIntake,
  detectorProgram?: ThreadProgram,
): Promise<TestEngine> {
  const engine = await createEngine({
    shell: 'cli',
    version: 'test',
    dataDir: join(dir, 'data'),
    sampleDir: null,
    launchIntake: launch,
    ...(detectorProgram === undefined ? {} : { detectorProgram }),
  });
  const client = clientOf(engine);
  const takeIn: TestEngine['takeIn'] = async (...paths) => {
    const files = paths.map((path) => ({ handle: engine.grants.grant(path) }));
    for await (const event of await client.imports.start({ files })) {
      if (event.type === 'done') return event.record;
    }
    throw new Error('The import ended without a record.');
  };
  const importFiles: TestEngine['importFiles'] = async (...paths) => {
    const record = await takeIn(...paths);
    for await (const { type } of await client.signal.run({})) if (type === 'done') break;
    return record;
  };
  return {
    engine,
    client,
    dir,
    grant: (path) => engine.grants.grant(path),
    takeIn,
    importFiles,
    close: () => engine.close(),
  };
}

export function removeEngine(test: TestEngine): void {
  rmSync(test.dir, { recursive: true, force: true });
}
