/** A disk that fills up while something is written to it, at every stage: said in words with the path, nothing old lost, and well again with room. */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statfsSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forkLauncher } from '../../src/engine/intake/fork-launcher';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';
import { buildPrograms, type BuiltPrograms } from './build-programs';

const DISK_BYTES = 48_000_000;
/** Text that does not compress, several times as much of it as the smallest of the rooms. */
const NOISE_BYTES = 3_000_000;
/** From hardly any to enough: joining and writing each meet their end in one of them. */
const ROOMS = [5_100_000, 9_000_000, 22_000_000];
/** Phases in which another program takes what room there is. */
const PHASES = ['reading', 'deriving', 'writing', 'indexing'];

let programs: BuiltPrograms;
let sources: TestEngine;
let disk: string | null = null;

beforeAll(async () => {
  programs = await buildPrograms({ intake: 'src/engine/intake/process.ts' });
  sources = await startEngine();
  const path = join(sources.dir, 'disk');
  mkdirSync(path);
  // It takes root on Linux.
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${String(DISK_BYTES)}`, 'tmpfs', path]);
  if (status === 0) disk = path;
});
afterAll(async () => {
  if (disk !== null) spawnSync('umount', [disk]);
  await sources.close();
  removeEngine(sources);
  await programs.remove();
});

const span = (id: string, session: string, note: string): string =>
  JSON.stringify({
    trace_id: session.padStart(32, '0'),
    span_id: id.padStart(16, '0'),
    name: 'chat',
    start_time: '2026-09-21T14:13:20Z',
    attributes: { 'gen_ai.operation.name': 'chat', 'session.id': session, note },
  });

/** A file that is small by itself and large as it is read: its name says which, its spans are its own. */
function noisy(name: string): string {
  const path = join(sources.dir, `${name}.jsonl.gz`);
  const lines = Array.from({ length: 60 }, (_, i) =>
    span(`${name}${i.toString(16)}`, `${name}${String(i)}`, randomBytes(NOISE_BYTES / 120).toString('hex')),
  );
  writeFileSync(path, gzipSync(`${lines.join('\n')}\n`));
  return path;
}

function fillBut(folder: string, left: number): void {
  const file = openSync(join(folder, 'filler'), 'w');
  const free = (): number => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  };
  const block = Buffer.alloc(64 * 1024);
  try {
    while (free() > left) writeSync(file, block, 0, Math.min(block.length, free() - left));
  } catch {
    // Full to the last page.
  } finally {
    closeSync(file);
  }
}

describe('a full disk', () => {
  test('is said in words with the path, costs nothing that was there, and all goes on with room', async (context) => {
    if (disk === null) {
      console.log('Skipped: no small disk can be mounted here (it takes root on Linux).');
      context.skip();
      return;
    }
    const bench = await startEngine(disk, forkLauncher(programs.path('intake')));
    try {
      const { path } = await bench.client.workspace.create({ name: 'Small disk' });
      const first = join(sources.dir, 'first.jsonl');
      writeFileSync(first, `${span('1', 'first', 'x')}\n`);
      await bench.importFiles(first);
      let [spans, imports] = [1, 1];
      const outcomes: string[] = [];
      for (const [i, when] of [...ROOMS, ...PHASES].entries()) {
        const file = noisy(String.fromCharCode(97 + i));
        if (typeof when === 'number') fillBut(disk, when);
        const phases: string[] = [];
        try {
          for await (const event of await bench.client.imports.start({
            files: [{ handle: bench.grant(file) }],
          }))
            if (event.type === 'progress') {
              if (event.progress.phase === when && !phases.includes(when)) fillBut(disk, 0);
              phases.push(event.progress.phase);
            }
          outcomes.push('imported');
          [spans, imports] = [spans + 60, imports + 1];
        } catch (error) {
          const said = (error as Error).message;
          expect(said).toMatch(/no space left/i);
          expect(said).toContain(disk);
          outcomes.push(phases.at(-1) ?? 'at once');
        }
        expect(readdirSync(join(path, 'imports'))).toHaveLength(imports);
        expect(readdirSync(join(path, 'staging'))).toEqual([]);
        expect(await bench.client.overview.summary()).toMatchObject({ spans });
        rmSync(join(disk, 'filler'), { force: true });
        expect(await bench.client.overview.summary()).toMatchObject({ spans });
      }
      expect(new Set(outcomes).size).toBeGreaterThan(1);

      // What goes out and what people do need room too.
      fillBut(disk, 0);
      await expect(
        bench.client.report.export({ kind: 'sessions', format: 'jsonl', redact: false }),
      ).rejects.toThrow(/no space left/i);
      await expect(
        bench.client.correction.add({ sessionId: 'first', spanId: '1'.padStart(16, '0') }),
      ).rejects.toThrow(/no space left/i);
      rmSync(join(disk, 'filler'), { force: true });
      const last = noisy('z');
      const record = await bench.importFiles(last);
      expect(record.sources[0]?.state).toBe('imported');
      expect(await bench.client.overview.summary()).toMatchObject({ spans: spans + 60 });
      console.log(`Ended: ${outcomes.join(', ')}.`);

      // And nothing of it was only in memory.
      await bench.close();
      const again = await startEngine(disk);
      await again.engine.openPath(path, { create: false });
      expect(await again.client.overview.summary()).toMatchObject({ spans: spans + 60 });
      await again.close();
    } finally {
      await bench.close();
    }
  }, 240_000);
});
