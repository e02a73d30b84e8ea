/**
 * Imports whose process is killed at random moments, of every kind of reading: whatever the moment, the import ends whole
 * and says what happened, or not at all; and a workspace whose program was killed opens again without half of anything.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { forkLauncher } from '../../src/engine/intake/fork-launcher';
import type { IntakeLauncher } from '../../src/engine/intake/launcher';
import { buildPrograms, type BuiltPrograms } from '../integration/build-programs';
import type { ImportRecord } from '../../src/shared/model/source';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';
import { random } from './intake-harness';

/** Kills of each kind at a random moment; more with KILL_ROUNDS. */
const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 1);

let programs: BuiltPrograms;
/** What is killed of the processes that are started: by their order, after so many milliseconds; none for null. */
let killAfter: (order: number) => number | null = () => null;
let started: { wasKilled: boolean; isSafe: boolean }[] = [];

const launch: IntakeLauncher = (job) => {
  const intake = forkLauncher(programs.path('intake'))(job);
  const one = { wasKilled: false, isSafe: job.task === 'import' && job.isSafe === true };
  const ms = killAfter(started.length);
  started.push(one);
  const timer =
    ms === null
      ? undefined
      : setTimeout(() => {
          one.wasKilled = true;
          intake.kill();
        }, ms);
  intake.onExit(() => {
    clearTimeout(timer);
  });
  return intake;
};

beforeAll(async () => {
  programs = await buildPrograms({
    cli: 'src/cli/index.ts',
    intake: 'src/engine/intake/process.ts',
    'intake-reader': 'src/engine/intake/reader-thread.ts',
    'detector-worker': 'src/engine/detector-worker.ts',
  });
});
afterAll(() => programs.remove());

const WORDS = 'The tide comes in twice a day, and the boats wait for it. '.repeat(12);

const flatSpan = (id: string, i: number): string =>
  JSON.stringify({
    trace_id: `${id}${String(i % 50)}`.padStart(32, '0'),
    span_id: `${id}${String(i)}`.padStart(16, '0'),
    name: 'chat',
    start_time: new Date(1_790_000_000_000 + i * 1000).toISOString(),
    end_time: new Date(1_790_000_000_500 + i * 1000).toISOString(),
    attributes: { 'gen_ai.operation.name': 'chat', 'session.id': `${id}-${String(i % 50)}`, note: WORDS },
  });

const transcriptLine = (id: string, i: number): string =>
  JSON.stringify({
    parentUuid: i === 0 ? null : `${id}-${String(i - 1)}`,
    isSidechain: false,
    type: 'user',
    sessionId: id,
    uuid: `${id}-${String(i)}`,
    timestamp: new Date(1_790_000_000_000 + i * 1000).toISOString(),
    message: { role: 'user', content: `${String(i)} ${WORDS}` },
  });

const linesOf = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => `${line(i)}\n`).join('');

/** Something to import: where it is, and how many spans and sessions it holds. Each `id` makes another. */
interface Made {
  paths: string[];
  spans: number;
  sessions: number;
}

const KINDS: Record<string, (dir: string, id: string) => Promise<Made> | Made> = {
  'a file read in SQL': (dir, id) => {
    const path = join(dir, `${id}.jsonl`);
    writeFileSync(
      path,
      linesOf(2600, (i) => flatSpan(id, i)),
    );
    return { paths: [path], spans: 2600, sessions: 50 };
  },
  'a file read record by record': (dir, id) => {
    const path = join(dir, `${id}.jsonl`);
    writeFileSync(
      path,
      linesOf(1500, (i) => transcriptLine(id, i)),
    );
    return { paths: [path], spans: 1500, sessions: 1 };
  },
  'an archive': async (dir, id) => {
    const zip = new ZipFile();
    for (let n = 0; n < 8; n++)
      zip.addBuffer(
        Buffer.from(linesOf(150, (i) => transcriptLine(`${id}${String(n)}`, i))),
        `t${String(n)}.jsonl`,
      );
    zip.end();
    const path = join(dir, `${id}.zip`);
    writeFileSync(path, await buffer(zip.outputStream));
    return { paths: [path], spans: 1200, sessions: 8 };
  },
  'many small files': (dir, id) => {
    const folder = join(dir, id);
    mkdirSync(folder);
    for (let n = 0; n < 300; n++)
      writeFileSync(
        join(folder, `${String(n)}.jsonl`),
        linesOf(9, (i) => transcriptLine(`${id}${String(n)}`, i)),
      );
    return { paths: [folder], spans: 2700, sessions: 300 };
  },
};

/** Imports, without waiting for signals that are found afterwards. */
async function importAll(bench: TestEngine, paths: readonly string[]): Promise<ImportRecord> {
  const files = paths.map((path) => ({ handle: bench.grant(path) }));
  for await (const event of await bench.client.imports.start({ files }))
    if (event.type === 'done') return event.record;
  throw new Error('The import ended without a record.');
}

/** What an import leaves where nothing of it is to be left. */
async function leftIn(bench: TestEngine): Promise<{ imports: number; staging: string[] }> {
  const path = (await bench.client.workspace.current())?.path ?? '';
  const names = (folder: string) =>
    existsSync(join(path, folder)) ? readdirSync(join(path, folder)) : ([] as string[]);
  return { imports: names('imports').length, staging: names('staging') };
}

describe.each(Object.entries(KINDS))('the process that reads %s', (kind, make) => {
  test('is killed at random: the import ends whole, says so, and a second death ends it without a trace', async () => {
    const { below } = random(kind.length * 7919);
    const bench = await startEngine(undefined, launch);
    try {
      await bench.client.workspace.create({ name: 'Audit' });
      killAfter = () => null;
      started = [];
      const first = await make(bench.dir, 'calm');
      const begun = Date.now();
      await importAll(bench, first.paths);
      const wholeMs = Date.now() - begun;
      let [spans, sessions, imports] = [first.spans, first.sessions, 1];
      const expectWhole = async () => {
        expect(await bench.client.overview.summary()).toMatchObject({ spans, sessions });
        expect(await leftIn(bench)).toEqual({ imports, staging: [] });
      };
      await expectWhole();

      for (let round = 0; round < ROUNDS; round++) {
        const made = await make(bench.dir, `r${String(round)}x`);
        started = [];
        const ms = below(wholeMs);
        killAfter = (order) => (order === 0 ? ms : null);
        const record = await importAll(bench, made.paths);
        spans += made.spans;
        sessions += made.sessions;
        imports += 1;
        expect(new Set(record.sources.map(({ state }) => state))).toEqual(new Set(['imported']));
        expect(record.sources.every((one) => one.records + one.rejected + one.blank === one.lines)).toBe(
          true,
        );
        await expectWhole();
        // Where the kill came before the end, another process read on the safe path, and the import says of which file.
        const said = record.sources.flatMap(({ notes }) => notes.map(({ what }) => what));
        if (started.length === 2) {
          expect(started[1]?.isSafe).toBe(true);
          expect(said).toContainEqual(
            expect.stringMatching(/safe path.*stopped, by Faultline or because memory/),
          );
        } else expect(said).not.toContainEqual(expect.stringMatching(/safe path/));
      }

      // Killed as soon as it has begun, again and again: no import, no trace, and the next one works.
      const doomed = await make(bench.dir, 'doomed');
      started = [];
      killAfter = () => 1;
      await expect(importAll(bench, doomed.paths)).rejects.toThrow(/intake process was stopped/);
      await expectWhole();
      killAfter = () => null;
      await importAll(bench, doomed.paths);
      [spans, sessions, imports] = [spans + doomed.spans, sessions + doomed.sessions, imports + 1];
      await expectWhole();
    } finally {
      killAfter = () => null;
      await bench.close();
      removeEngine(bench);
    }
  }, 600_000);
});

describe('a command line that is killed while it imports', () => {
  test.each(Object.entries(KINDS))(
    '%s leaves a workspace that opens clean',
    async (kind, make) => {
      const { below } = random(kind.length * 104_729);
      let bench = await startEngine(undefined, launch);
      try {
        const { path } = await bench.client.workspace.create({ name: 'Audit' });
        killAfter = () => null;
        const first = await make(bench.dir, 'calm');
        const begun = Date.now();
        await importAll(bench, first.paths);
        const wholeMs = Date.now() - begun + 500;
        let { spans, sessions } = first;
        for (let round = 0; round < ROUNDS; round++) {
          await bench.close();
          const made = await make(bench.dir, `k${String(round)}x`);
          const child = spawn(process.execPath, [programs.path('cli'), 'import', ...made.paths, '-w', path], {
            stdio: 'ignore',
            env: { ...process.env, FAULTLINE_DATA: join(bench.dir, 'data') },
          });
          const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
          await pause(below(wholeMs));
          child.kill('SIGKILL');
          await gone;
          bench = await startEngine(bench.dir, launch);
          await bench.engine.openPath(path, { create: false });
          // All of it or nothing: what was read to its end may be taken in at opening, half of it never.
          const summary = await bench.client.overview.summary();
          const isIn = summary.spans !== spans;
          if (isIn) [spans, sessions] = [spans + made.spans, sessions + made.sessions];
          expect(summary).toMatchObject({ spans, sessions });
          expect((await leftIn(bench)).staging).toEqual([]);
          const record = await importAll(bench, made.paths);
          expect(new Set(record.sources.map(({ state }) => state))).toEqual(
            new Set([isIn ? 'duplicate' : 'imported']),
          );
          if (!isIn) [spans, sessions] = [spans + made.spans, sessions + made.sessions];
          expect(await bench.client.overview.summary()).toMatchObject({ spans, sessions });
        }
      } finally {
        await bench.close();
        removeEngine(bench);
      }
    },
    600_000,
  );
});
