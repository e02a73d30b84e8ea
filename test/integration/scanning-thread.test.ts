/** Lines that a thread scans come out as those scanned without one, with the same counts, whatever becomes of the thread. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { defaultLimits } from '../../src/engine/intake/limits';
import { runIntake } from '../../src/engine/intake/run';
import type { TwinResult } from '../../src/engine/intake/twin/read-twin';
import type { Source } from '../../src/shared/model/source';
import { flatLines, madeFile, otlpLine } from '../fuzz/made-up-spans';
import { buildPrograms, type BuiltPrograms } from './build-programs';

// The thread is of use where there is a core for it, which these tests take for granted.
vi.mock('node:os', async (original) => ({ ...(await original<object>()), availableParallelism: () => 2 }));

let programs: BuiltPrograms;
const folder = mkdtempSync(join(tmpdir(), 'scanning-thread-'));

beforeAll(async () => {
  programs = await buildPrograms({
    'intake-reader': 'src/engine/intake/reader-thread.ts',
    'scanner-dies': 'test/fixtures/programs/scanner-dies.ts',
  });
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await programs.remove();
});

interface Run {
  sources: Source[];
  twin: TwinResult | null | undefined;
  rows: Record<string, unknown[][]>;
}

async function read(path: string, name: string, program: string | null): Promise<Run> {
  const stagingDir = join(folder, name);
  mkdirSync(stagingDir);
  let twin: TwinResult | null | undefined;
  const { sources } = await runIntake(
    {
      task: 'import',
      importId: 'made',
      stagingDir,
      files: [{ path, displayPath: path }],
      knownHashes: [],
    },
    () => undefined,
    { ...defaultLimits, twinFromBytes: 0, twinChunkBytes: 20_000 },
    (result) => (twin = result),
    program,
  );
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const rows: Record<string, unknown[][]> = {};
  for (const table of ['span', 'label', 'reject'])
    rows[table] = (
      await connection.runAndReadAll('SELECT * FROM read_parquet(?) ORDER BY ALL', [
        join(stagingDir, `${table}.parquet`),
      ])
    ).getRowsJson();
  connection.closeSync();
  expect(readdirSync(stagingDir).sort()).toEqual([
    'label.parquet',
    'manifest.json',
    'reject.parquet',
    'span.parquet',
  ]);
  return { sources, twin, rows };
}

it.each([
  ['otlp', otlpLine],
  ['flat', flatLines],
] as const)('a thread scans lines: %s', async (name, line) => {
  const path = join(folder, `${name}.jsonl`);
  writeFileSync(path, madeFile(5, 120, 20, line));
  const alone = await read(path, `${name}-alone`, null);
  expect(alone.twin?.scanned).toBeGreaterThan(200);
  const aside = await read(path, `${name}-aside`, programs.path('intake-reader'));
  expect(aside).toEqual(alone);
});

it('lines are scanned without a thread where it does not start', async () => {
  const path = join(folder, 'not-started.jsonl');
  writeFileSync(path, madeFile(6, 80, 20, otlpLine));
  const alone = await read(path, 'not-started-alone', null);
  expect(await read(path, 'not-started', join(folder, 'no-such-program.js'))).toEqual(alone);
});

it('the record function reads the file where the thread ends before it', async () => {
  const path = join(folder, 'ended.jsonl');
  writeFileSync(path, madeFile(7, 120, 20, otlpLine));
  const alone = await read(path, 'ended-alone', null);
  const ended = await read(path, 'ended', programs.path('scanner-dies'));
  expect(alone.twin?.scanned).toBeGreaterThan(200);
  expect(ended.twin).toBeNull();
  expect(ended.rows['span']?.length).toBe(alone.rows['span']?.length);
  expect(ended.sources[0]?.notes.map(({ what }) => what)).toContainEqual(
    expect.stringContaining('left to be read record by record'),
  );
});
