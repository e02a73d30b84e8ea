/** Many files read by threads come out as those read one after another: the same spans in the same order, the same said of each. */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { forkLauncher } from '../../src/engine/intake/fork-launcher';
import type { ImportJob } from '../../src/engine/intake/launcher';
import { defaultLimits } from '../../src/engine/intake/limits';
import { runIntake } from '../../src/engine/intake/run';
import { runSurviving } from '../../src/engine/intake/run-surviving';
import type { ImportProgress, Source } from '../../src/shared/model/source';
import { fixturePath } from '../support/read-format';
import { buildPrograms, type BuiltPrograms } from './build-programs';

let programs: BuiltPrograms;
/** With threads that end the process at a file called deadly. */
let deadly: BuiltPrograms;
const folder = mkdtempSync(join(tmpdir(), 'reading-threads-'));

beforeAll(async () => {
  programs = await buildPrograms({ 'intake-reader': 'src/engine/intake/reader-thread.ts' });
  deadly = await buildPrograms({
    intake: 'test/fixtures/programs/intake-dies.ts',
    'intake-reader': 'test/fixtures/programs/reader-dies.ts',
  });
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await programs.remove();
  await deadly.remove();
});

interface Run {
  sources: Source[];
  fileOf: number[];
  rows: Record<string, unknown[][]>;
  left: string[];
  last: ImportProgress | undefined;
}

/** Files of several formats, tables and an archive among them, three of them twice, one that is no trace, one that is broken, one that is not there. */
function filesOf(): string[] {
  const paths = ['claude-code/session.jsonl', 'claude-code/sidechain.jsonl', 'codex/rollout.jsonl'].map(
    fixturePath,
  );
  const tables = [
    'langfuse/observations-v2.parquet',
    'openinference/spans.parquet',
    'inspect-ai/log.eval',
  ].map(fixturePath);
  const otlp = readdirSync(fixturePath('otlp'), { withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.jsonl?$/.test(entry.name))
    .map((entry) => fixturePath(`otlp/${entry.name}`));
  const made: [string, string][] = [
    ['words.jsonl', '{"words": [1, 2]}\n'],
    ['broken.jsonl', '{"resourceSpans": [\n{"resourceSpans": []}\n'],
  ];
  const all = [...paths, ...otlp, ...tables, ...paths].map((path, i) => {
    const copy = join(folder, `${String(i).padStart(2, '0')}-${basename(path)}`);
    copyFileSync(path, copy);
    return copy;
  });
  for (const [name, text] of made) writeFileSync(join(folder, name), text);
  return [...all, ...made.map(([name]) => join(folder, name)), join(folder, 'not-there.jsonl')];
}

async function read(files: string[], name: string, program: string | null, limits = {}): Promise<Run> {
  const stagingDir = join(folder, name);
  mkdirSync(stagingDir);
  let last: ImportProgress | undefined;
  const { sources, fileOf } = await runIntake(
    {
      task: 'import',
      importId: name,
      stagingDir,
      files: files.map((path) => ({ path, displayPath: path })),
      knownHashes: [],
    },
    (progress) => (last = progress),
    { ...defaultLimits, batchBytes: 4_000, ...limits },
    undefined,
    program,
  );
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const rows: Record<string, unknown[][]> = {};
  for (const table of ['span', 'label', 'reject'])
    rows[table] = (
      await connection.runAndReadAll('SELECT * FROM read_parquet(?)', [join(stagingDir, `${table}.parquet`)])
    ).getRowsJson();
  connection.closeSync();
  return { sources, fileOf, rows, left: readdirSync(stagingDir).sort(), last };
}

it('threads give what reading one after another gives, and leave nothing behind', async () => {
  const files = filesOf();
  const alone = await read(files, 'alone', null);
  const aside = await read(files, 'aside', programs.path('intake-reader'));
  expect(alone.sources.filter(({ state }) => state === 'duplicate')).toHaveLength(3);
  expect(alone.rows['span']?.length).toBeGreaterThan(50);
  expect(aside.sources).toEqual(alone.sources);
  expect(aside.fileOf).toEqual(alone.fileOf);
  expect(aside.rows).toEqual(alone.rows);
  expect(aside.left).toEqual(['label.parquet', 'manifest.json', 'reject.parquet', 'span.parquet']);
  // Each batch is told in whole bytes, and twice where it repeats a file before it.
  const told = (run: Run): number => run.last?.bytesDone ?? 0;
  expect(told(aside)).toBeGreaterThan(told(alone) - files.length);
  expect(told(aside)).toBeLessThanOrEqual(aside.last?.bytesTotal ?? 0);
});

it('files that are read in SQL are left to the thread with the database, and all files where threads cannot start', async () => {
  const files = filesOf();
  const alone = await read(files, 'alone-in-sql', null, { twinFromBytes: 1 });
  const aside = await read(files, 'aside-in-sql', programs.path('intake-reader'), { twinFromBytes: 1 });
  expect(aside.rows).toEqual(alone.rows);
  const none = await read(files, 'none', join(folder, 'no-such-program.js'), { twinFromBytes: 1 });
  expect(none.sources).toEqual(alone.sources);
  expect(none.rows).toEqual(alone.rows);
});

/** Three files that are a batch each, the second of them deadly to the thread that reads it. */
function deadlyJob(name: string, second = 'deadly'): { job: ImportJob; sizes: number[] } {
  const files = ['first', second, 'last'].map((one) => {
    const path = join(folder, `${name}-${one}.jsonl`);
    const line = (i: number): string =>
      JSON.stringify({
        type: 'user',
        uuid: `${one}-${String(i)}`,
        parentUuid: i === 0 ? null : `${one}-${String(i - 1)}`,
        sessionId: one,
        timestamp: '2026-05-01T10:00:00Z',
        message: { role: 'user', content: `${String(i)} ${'Say it once more, slowly. '.repeat(40)}` },
      });
    writeFileSync(path, Array.from({ length: 1_200 }, (_, i) => `${line(i)}\n`).join(''));
    return { path, displayPath: path };
  });
  const stagingDir = join(folder, `${name}-staging`);
  mkdirSync(stagingDir);
  return {
    job: { task: 'import', importId: name, stagingDir, files, knownHashes: [] },
    sizes: files.map(({ path }) => statSync(path).size),
  };
}

it('a file that ends the process from within a thread is read on the safe path with all others', async () => {
  const { job, sizes } = deadlyJob('once');
  const { sources } = await runSurviving(forkLauncher(deadly.path('intake')), job, sizes, {
    onProgress: () => undefined,
  });
  expect(sources.map((of) => of.map(({ state, records }) => [state, records]))).toEqual(
    Array.from({ length: 3 }, () => [['imported', 1_200]]),
  );
  expect(sources[1]?.[0]?.notes.map(({ what }) => what)).toContainEqual(
    expect.stringMatching(/^read on the safe path\. The intake process was stopped/),
  );
});

it('a file that ends the process on the safe path too costs itself alone', async () => {
  const { job, sizes } = deadlyJob('twice', 'deadly-fatal');
  const { sources } = await runSurviving(forkLauncher(deadly.path('intake')), job, sizes, {
    onProgress: () => undefined,
  });
  expect(sources.map((of) => of.map(({ state }) => state))).toEqual([['imported'], ['failed'], ['imported']]);
});
