/** Imports through the real intake process: killed, cancelled, two at once, without room, and the engine beside it killed. */
import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  writeFileSync,
  writeSync,
  copyFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { forkLauncher } from '../../src/engine/intake/fork-launcher';
import type { IntakeLauncher, IntakeMessage, IntakeProcess } from '../../src/engine/intake/launcher';
import { generateSample } from '../../src/engine/sample/generate';
import type { ImportEvent } from '../../src/shared/contract/import';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';
import { buildPrograms, type BuiltPrograms } from './build-programs';

let programs: BuiltPrograms;
let bench: TestEngine;
/** Every intake process of a test, and how it ended. */
let started: { intake: IntakeProcess; ended: Promise<string>; isOver: boolean; isSafe: boolean }[] = [];
/** Hears what the processes of a test say, before the engine does. */
let hear: (message: IntakeMessage) => void = () => undefined;

const launch: IntakeLauncher = (job) => {
  const intake = forkLauncher(programs.path('intake'))(job);
  const isSafe = job.task === 'import' && job.isSafe === true;
  const one = { intake, isOver: false, ended: Promise.resolve(''), isSafe };
  intake.onMessage((message) => hear(message));
  one.ended = new Promise((resolve) => {
    intake.onExit((reason) => {
      one.isOver = true;
      resolve(reason);
    });
  });
  started.push(one);
  return intake;
};

beforeAll(async () => {
  programs = await buildPrograms({
    intake: 'test/fixtures/programs/intake-dies.ts',
    judge: 'test/fixtures/programs/judge-forever.ts',
  });
});
afterAll(() => programs.remove());
beforeEach(async () => {
  started = [];
  hear = () => undefined;
  bench = await startEngine(undefined, launch);
  await bench.client.workspace.create({ name: 'Audit' });
});
afterEach(async () => {
  await bench.close();
  removeEngine(bench);
});

function transcript(
  name: string,
  lines: number,
  text = 'A longer text that says little. '.repeat(40),
): string {
  const path = join(bench.dir, name);
  const file = openSync(path, 'w');
  for (let i = 0; i < lines; i++) {
    const line = {
      parentUuid: i === 0 ? null : `${name}-${String(i - 1)}`,
      isSidechain: false,
      type: 'user',
      sessionId: name,
      uuid: `${name}-${String(i)}`,
      timestamp: new Date(1_790_000_000_000 + i * 1000).toISOString(),
      message: { role: 'user', content: `${String(i)} ${text}` },
    };
    writeSync(file, `${JSON.stringify(line)}\n`);
  }
  closeSync(file);
  return path;
}

async function workspacePath(): Promise<string> {
  return (await bench.client.workspace.current())?.path ?? '';
}

/** What an import leaves where nothing of it is to be left. */
async function leftovers(): Promise<string[]> {
  const path = await workspacePath();
  return ['imports', 'staging'].flatMap((name) =>
    existsSync(join(path, name)) ? readdirSync(join(path, name)) : [],
  );
}

function start(path: string, signal?: AbortSignal): Promise<AsyncIterable<ImportEvent>> {
  return bench.client.imports.start(
    { files: [{ handle: bench.grant(path) }] },
    signal === undefined ? {} : { signal },
  );
}

/** Runs an import and does something when it is in the middle of reading. */
async function interrupt(events: Promise<AsyncIterable<ImportEvent>>, act: () => void): Promise<void> {
  let isDone = false;
  for await (const event of await events) {
    if (isDone || event.type !== 'progress' || event.progress.records === 0) continue;
    isDone = true;
    act();
  }
}

describe('an intake process', () => {
  test('that dies is followed by another on the safe path, and the import says so', async () => {
    const record = await bench.importFiles(
      transcript('fatal-once.jsonl', 12_000),
      transcript('small.jsonl', 3),
    );
    expect(started.map(({ isSafe }) => isSafe)).toEqual([false, true]);
    expect(record.sources.map(({ state, records }) => [state, records])).toEqual([
      ['imported', 12_000],
      ['imported', 3],
    ]);
    expect(record.sources[0]?.notes).toContainEqual({
      what: 'read on the safe path. The intake process was stopped, by Faultline or because memory ran out.',
      count: 1,
    });
    expect(record.sources[1]?.notes).toEqual([]);
    expect(await leftovers()).toHaveLength(1);
  });

  test('that dies of one file again and again costs that file and no other', async () => {
    const record = await bench.importFiles(
      transcript('first.jsonl', 5),
      transcript('fatal.jsonl', 30_000),
      transcript('last.jsonl', 7),
    );
    expect(started.map(({ isSafe }) => isSafe)).toEqual([false, true, true]);
    expect(record.sources.map(({ name, state, records }) => [name, state, records])).toEqual([
      ['first.jsonl', 'imported', 5],
      ['fatal.jsonl', 'failed', 0],
      ['last.jsonl', 'imported', 7],
    ]);
    expect(record.sources[1]?.reason).toMatch(
      /^reading this file ended the intake process twice, on the safe path too; .* because memory ran out\.$/,
    );
    expect(await bench.client.overview.summary()).toMatchObject({ sessions: 2, spans: 12 });
  });

  test('that always dies is reported in words, leaves nothing, and the workspace goes on', async () => {
    await expect(bench.importFiles(transcript('fatal.jsonl', 30_000))).rejects.toThrow(
      /The intake process was stopped, by Faultline or because memory ran out\. It was reading .*fatal\.jsonl\./,
    );
    expect(await leftovers()).toEqual([]);
    const record = await bench.importFiles(transcript('small.jsonl', 3));
    expect(record.sources[0]).toMatchObject({ state: 'imported', records: 3 });
  });

  test('that is cancelled is gone, with its folder, when the call ends', async () => {
    const large = transcript('large.jsonl', 30_000);
    const stop = new AbortController();
    const cancelled = interrupt(start(large, stop.signal), () => {
      stop.abort(new DOMException('stopped', 'AbortError'));
    });
    await expect(cancelled).rejects.toThrow();
    await started[0]?.ended;
    await expect.poll(leftovers).toEqual([]);
    expect(started[0]?.isOver).toBe(true);
    const record = await bench.importFiles(transcript('small.jsonl', 300));
    expect(record.sources[0]).toMatchObject({ state: 'imported', records: 300, rejected: 0 });
    expect(await leftovers()).toHaveLength(1);
  });

  test.each(['deriving', 'writing', 'indexing', 'signals'])(
    'is cancelled without a trace while %s',
    async (phase) => {
      await bench.importFiles(transcript('before.jsonl', 20));
      const before = await bench.client.overview.summary();
      const stop = new AbortController();
      const stopAt = (at: string): void => {
        if (at === phase) stop.abort();
      };
      // A stream tells only the latest of what the process said: short phases of it may pass unseen.
      hear = (message) => {
        if (message.type === 'progress') stopAt(message.progress.phase);
      };
      const run = async (): Promise<void> => {
        for await (const event of await start(transcript('large.jsonl', 4000, 'no, wrong'), stop.signal))
          if (event.type === 'progress') stopAt(event.progress.phase);
      };
      await expect(run()).rejects.toThrow();
      await expect.poll(leftovers).toHaveLength(1);
      expect(await bench.client.overview.summary()).toEqual(before);
      expect((await bench.client.imports.list()).length).toBe(1);
      hear = () => undefined;
      const again = await bench.importFiles(join(bench.dir, 'large.jsonl'));
      expect(again.sources[0]).toMatchObject({ state: 'imported', records: 4000 });
    },
  );

  test('tells of every phase, and the engine answers and records meanwhile', async () => {
    const ofProcess = new Set<string>();
    hear = (message) => {
      if (message.type === 'progress') ofProcess.add(message.progress.phase);
    };
    const told = new Set<string>();
    const path = transcript('large.jsonl', 4000, 'no, wrong');
    for await (const event of await start(path)) {
      if (event.type !== 'progress') continue;
      told.add(event.progress.phase);
      if (event.progress.phase === 'indexing') await bench.client.overview.summary();
    }
    const inProcess = ['hashing', 'reading', 'deriving', 'writing'];
    expect([...ofProcess]).toEqual(inProcess);
    // The stream tells only the latest of what the process said: short phases of it may pass unseen.
    const all = [...inProcess, 'indexing', 'signals'];
    expect([...told]).toEqual(all.filter((phase) => told.has(phase)));
    expect([...told]).toEqual(expect.arrayContaining(['indexing', 'signals']));
  });

  test('answers with a list of files longer than a pipe holds', async () => {
    const folder = join(bench.dir, 'many files, ünï çödé');
    mkdirSync(folder);
    for (let i = 0; i < 1200; i++)
      writeFileSync(join(folder, `empty ${String(i)}.jsonl`), i === 7 ? '{"a":1}' : '');
    const previews = await bench.client.imports.inspect({ handles: [bench.grant(folder)] });
    expect(previews.files).toHaveLength(1200);
    const record = await bench.importFiles(folder, transcript('good.jsonl', 2));
    expect(record.sources).toHaveLength(1201);
    expect(record.sources.filter((source) => source.state === 'imported')).toHaveLength(1);
  });

  test('is not even started where the disk has no room, and the message says how much is needed', async () => {
    const path = join(bench.dir, 'sparse.jsonl');
    const file = openSync(path, 'w');
    ftruncateSync(file, 8e12);
    closeSync(file);
    await expect(bench.importFiles(path)).rejects.toThrow(
      /The disk has .* MB free; this import may need .* MB/,
    );
    expect(started).toEqual([]);
    expect(await leftovers()).toEqual([]);
  });

  test('of the same bytes under two names counts them once', async () => {
    const one = transcript('one.jsonl', 5);
    const again = join(bench.dir, 'again.jsonl');
    copyFileSync(one, again);
    const record = await bench.importFiles(one, again);
    expect(record.sources.map(({ state }) => state)).toEqual(['imported', 'duplicate']);
    const summary = await bench.client.overview.summary();
    expect(summary).toMatchObject({ sessions: 1, spans: 5, userTurns: 5 });
  });

  test('runs beside another one', async () => {
    const [one, other] = [transcript('one.jsonl', 4000), transcript('other.jsonl', 50)];
    const records = await Promise.all([bench.importFiles(one), bench.importFiles(other)]);
    expect(records.map((record) => record.sources[0]?.state)).toEqual(['imported', 'imported']);
    const summary = await bench.client.overview.summary();
    expect(summary).toMatchObject({ sessions: 2, spans: 4050 });
    expect(await leftovers()).toHaveLength(2);
  });
});

describe('a workspace', () => {
  test('that is open elsewhere says where', async () => {
    const path = await workspacePath();
    const other = await startEngine(undefined, launch);
    await expect(other.engine.openPath(path, { create: false })).rejects.toThrow(
      new RegExp(`open in Faultline test \\(cli\\) on this machine \\(process ${String(process.pid)}`),
    );
    await other.close();
    removeEngine(other);
  });

  test('keeps every judgement that was acknowledged before its program was killed', async () => {
    const { files } = generateSample({ seed: 11, sessions: 30 });
    const support = join(bench.dir, 'support.jsonl');
    writeFileSync(support, files.find((file) => file.name.endsWith('.otlp.jsonl'))?.text ?? '');
    await bench.importFiles(support);
    const path = await workspacePath();
    await bench.close();

    const judge = spawn(process.execPath, [programs.path('judge'), path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    await new Promise<void>((resolve) => {
      judge.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        said += chunk;
        if (said.split('\n').length > 25) judge.kill('SIGKILL');
      });
      judge.once('close', () => {
        resolve();
      });
    });
    const lines = said
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as [string, string]);
    const acknowledged = new Map(lines);
    expect(acknowledged.size).toBeGreaterThan(0);

    bench = await startEngine(bench.dir, launch);
    await bench.engine.openPath(path, { create: false });
    const { items } = await bench.client.correction.list({ limit: 500 });
    const states = new Map(items.map((item) => [item.correctionId, item.state]));
    // The program goes round the list: the one after the last may have been written again, and not said any more.
    const order = [...acknowledged.keys()];
    const unsure = order[(order.indexOf(lines.at(-1)?.[0] ?? '') + 1) % order.length];
    for (const [id, verdict] of acknowledged) {
      if (id !== unsure) expect(states.get(id)).toBe(verdict);
    }
  });
});
