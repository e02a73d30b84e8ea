import { cpSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  assigned,
  judged,
  ran,
  tables,
  work,
  WorkspaceBench,
} from '../../../test/fixtures/workspace/workspace-bench';
import { openDatabase } from './duckdb';
import { KnownIndexes } from './known-indexes';
import { GaveWay, type Workspace } from './workspace';

let bench: WorkspaceBench;

beforeEach(() => {
  bench = new WorkspaceBench();
});

afterEach(() => bench.remove());

describe('the index', () => {
  it('deleted loses nothing', async () => {
    const workspace = await bench.create();
    await work(workspace);
    const before = await tables(workspace);
    expect(before.judgement).toHaveLength(5);
    expect(before.assignment).toHaveLength(3);
    expect(before.annotation).toHaveLength(2);
    await workspace.close();
    rmSync(join(workspace.path, 'index.duckdb'));
    const again = await bench.reopen();
    expect(again.basics.rebuilt).toBe('the index was missing');
    expect(await tables(again)).toEqual(before);
  });

  it('that is being made anew is given up when the opening is stopped, and made at the next one', async () => {
    const workspace = await bench.create();
    await work(workspace);
    const before = await tables(workspace);
    await workspace.close();
    rmSync(join(workspace.path, 'index.duckdb'));
    const stop = new AbortController();
    let begun: () => void = () => undefined;
    const isBegun = new Promise<void>((resolve) => (begun = resolve));
    const opening = bench.reopen({
      signal: stop.signal,
      rebuild: async (db) => {
        await db.transaction(async (tx) => {
          begun();
          // Takes far longer than any test may.
          await tx.one('SELECT sum(sin(a.range * b.range)) FROM range(10000000) AS a, range(10000000) AS b');
        });
      },
    });
    const refused = expect(opening).rejects.toThrow('enough');
    await isBegun;
    stop.abort(new Error('enough'));
    await refused;
    for (const name of ['index.duckdb', 'index.rebuilding.duckdb', 'workspace.lock'])
      expect([name, existsSync(join(workspace.path, name))]).toEqual([name, false]);
    expect(await tables(await bench.reopen())).toEqual(before);
  });

  it('that holds is opened as it is', async () => {
    const workspace = await bench.create();
    await work(workspace);
    const before = await tables(workspace);
    const again = await bench.reopen();
    expect(again.basics.rebuilt).toBeNull();
    expect(bench.rebuilds).toBe(1);
    expect(await tables(again)).toEqual(before);
  });

  it.each([
    [
      'garbage',
      () => writeFileSync(join(bench.settings.path, 'index.duckdb'), 'garbage'.repeat(2000)),
      /was damaged/,
    ],
    ['cut off', () => truncateSync(join(bench.settings.path, 'index.duckdb'), 5000), /was damaged/],
    [
      'empty',
      () => writeFileSync(join(bench.settings.path, 'index.duckdb'), ''),
      /was damaged|not completed/,
    ],
  ])('%s is made anew', async (_what, damage, reason) => {
    const workspace = await bench.create();
    await work(workspace);
    const before = await tables(workspace);
    await workspace.close();
    damage();
    const again = await bench.reopen();
    expect(again.basics.rebuilt).toMatch(reason);
    expect(await tables(again)).toEqual(before);
    expect(existsSync(join(bench.settings.path, 'index.rebuilding.duckdb'))).toBe(false);
  });

  it.each([
    [
      'an older version',
      "UPDATE meta SET value = '0' WHERE key = 'schema_version'",
      /was of version 0, this program needs/,
    ],
    ['another program', "UPDATE meta SET value = 'x' WHERE key = 'stamp'", /another version of the program/],
    ['a rebuild that was cut off', 'DELETE FROM meta', /was not completed/],
    ['none of this program’s', 'DROP TABLE meta', /was damaged/],
  ])('of %s is made anew', async (_what, sql, reason) => {
    const workspace = await bench.create();
    await work(workspace);
    await workspace.close();
    const db = await openDatabase({ path: join(bench.settings.path, 'index.duckdb'), allowedDirs: [] });
    await db.run(sql);
    await db.close();
    const again = await bench.reopen();
    expect(again.basics.rebuilt).toMatch(reason);
    expect((await tables(again)).judgement).toHaveLength(5);
  });

  it('is made anew when the rooms derive something else', async () => {
    await bench.create();
    expect((await bench.reopen({ derivationVersion: 'detectors 2' })).basics.rebuilt).toMatch(
      /another version of the program/,
    );
    expect((await bench.reopen({ derivationVersion: 'detectors 2' })).basics.rebuilt).toBeNull();
  });

  it('that does not agree with the imports is made anew', async () => {
    await bench.create();
    bench.addImport('i1');
    const again = await bench.reopen();
    expect(again.basics.rebuilt).toBe('the index and the imports did not agree');
    expect(await again.db.all('SELECT import_id FROM import')).toEqual([{ import_id: 'i1' }]);
    await again.act([{ type: 'import.removed', importId: 'i1' }]);
    await again.rebuildIndex('an import was removed');
    expect(await again.db.all('SELECT import_id FROM import')).toEqual([]);
    expect((await bench.reopen()).basics.rebuilt).toBeNull();
  });

  it('of somebody else is not even opened', async () => {
    const knownIndexes = new KnownIndexes(bench.folder);
    bench.settings = { ...bench.settings, knownIndexes };
    const workspace = await bench.create();
    await work(workspace);
    expect((await bench.reopen()).basics.rebuilt).toBeNull();
    await bench.close();
    const copy = join(bench.folder, 'received.faultline');
    cpSync(bench.settings.path, copy, { recursive: true });
    bench.settings = { ...bench.settings, path: copy };
    const received = await bench.reopen();
    expect(received.basics.rebuilt).toBe('the index was not made on this machine');
    expect((await tables(received)).judgement).toHaveLength(5);
    expect((await bench.reopen()).basics.rebuilt).toBeNull();
  });

  it('keeps answering while it is made anew, and stays when that fails', async () => {
    const workspace = await bench.create();
    await work(workspace);
    const rebuilding = workspace.rebuildIndex('because');
    expect(await workspace.db.one('SELECT count(*) AS n FROM judgement')).toEqual({ n: 5 });
    await rebuilding;
    expect(workspace.basics.rebuilt).toBe('because');
    bench.trouble = new Error('the imports are gone');
    await expect(workspace.rebuildIndex('again')).rejects.toThrow('the imports are gone');
    expect(await workspace.db.one('SELECT count(*) AS n FROM judgement')).toEqual({ n: 5 });
    await workspace.act([judged('confirmed', 'c9')]);
    expect(await workspace.db.one('SELECT count(*) AS n FROM judgement')).toEqual({ n: 6 });
    expect(existsSync(join(bench.settings.path, 'index.rebuilding.duckdb'))).toBe(false);
  });
});

describe('a rebuild while people work', () => {
  it('lets acts go on and has them in the end, also those that rooms derive from', async () => {
    const workspace = await bench.create();
    await work(workspace);
    let go: () => void = () => undefined;
    bench.building = new Promise((resolve) => (go = resolve));
    const rebuilding = workspace.rebuildIndex('because');
    await workspace.act([judged('confirmed', 'c9')]);
    await workspace.undo();
    await workspace.act([assigned('set', 'm9', 'c9')]);
    expect(
      await workspace.db.one("SELECT failure_mode_id AS id FROM assignment WHERE correction_id = 'c9'"),
    ).toEqual({ id: 'm9' });
    const before = await tables(workspace);
    go();
    await rebuilding;
    expect(await tables(workspace)).toEqual(before);
    expect(bench.rebuilds).toBe(2);

    bench.building = new Promise((resolve) => (go = resolve));
    const again = workspace.rebuildIndex('because');
    const derived = await workspace.act([ran('r1')]);
    go();
    await again;
    await workspace.followed(derived.touched);
    expect(await workspace.db.all('SELECT cluster_id FROM cluster')).toEqual([{ cluster_id: 'r1' }]);
    expect((await bench.reopen()).basics.rebuilt).toBeNull();
  });

  it('waits for work that derives from the imports, and such work for it', async () => {
    const workspace = await bench.create();
    const order: string[] = [];
    const slow = workspace.derive(async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      order.push('import');
    });
    const rebuilt = workspace.rebuildIndex('because').then(() => order.push('rebuild'));
    const next = workspace.derive(() => Promise.resolve(order.push('another')));
    await Promise.all([slow, rebuilt, next]);
    expect(order).toEqual(['import', 'rebuild', 'another']);
  });

  it('stops work that gives way, for other work and at the end, and lets no such work begin before others', async () => {
    const workspace = await bench.create();
    const order: string[] = [];
    const aside = () =>
      workspace.deriveAside(
        (signal) =>
          new Promise<void>((_, reject) => {
            order.push('aside');
            signal.addEventListener('abort', () => reject(signal.reason as Error));
          }),
      );
    const first = expect(aside()).rejects.toThrow(GaveWay);
    await new Promise((resolve) => setImmediate(resolve));
    const imported = workspace.derive(() => Promise.resolve(order.push('import')));
    const second = expect(aside()).rejects.toThrow(GaveWay);
    await Promise.all([
      first,
      imported,
      workspace.derive(() => Promise.resolve(order.push('another'))),
      second,
    ]);
    expect(order).toEqual(['aside', 'import', 'another']);
    const last = expect(aside()).rejects.toThrow(GaveWay);
    await new Promise((resolve) => setImmediate(resolve));
    await workspace.close();
    await last;
  });
});

describe('a write-ahead log', () => {
  it.each([0, 0.3, 0.7, 0.95, 1])(
    'cut off at %d of its length, as a crash may leave it, loses nothing',
    async (share) => {
      await bench.create();
      const workspace = await bench.reopen();
      await work(workspace);
      const expected = await tables(workspace);
      const [index, log] = ['index.duckdb', 'index.duckdb.wal'].map((name) =>
        join(bench.settings.path, name),
      ) as [string, string];
      const bytes = readFileSync(log);
      expect(bytes.length).toBeGreaterThan(1000);
      cpSync(index, join(bench.folder, 'at-crash.duckdb'));
      await bench.close();
      cpSync(join(bench.folder, 'at-crash.duckdb'), index);
      writeFileSync(log, bytes.subarray(0, Math.floor(bytes.length * share)));
      expect(await tables(await bench.reopen())).toEqual(expected);
    },
  );

  it('with flipped bits loses nothing either', async () => {
    await bench.create();
    const workspace = await bench.reopen();
    await work(workspace);
    const expected = await tables(workspace);
    const [index, log] = ['index.duckdb', 'index.duckdb.wal'].map((name) =>
      join(bench.settings.path, name),
    ) as [string, string];
    const bytes = readFileSync(log);
    cpSync(index, join(bench.folder, 'at-crash.duckdb'));
    await workspace.close();
    for (let at = 100; at < bytes.length; at += Math.floor(bytes.length / 6)) {
      cpSync(join(bench.folder, 'at-crash.duckdb'), index);
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ 0x40;
      writeFileSync(log, flipped);
      const again = await bench.reopen();
      expect(await tables(again)).toEqual(expected);
      await again.close();
    }
  });
});

describe('an index that is behind the journal', () => {
  /** Sets the index back to an earlier state, as a crash before its transaction, or a lost log, would. */
  async function withEarlierIndex(act: (workspace: Workspace) => Promise<unknown>): Promise<Workspace> {
    const workspace = await bench.create();
    await work(workspace);
    await workspace.close();
    cpSync(join(bench.settings.path, 'index.duckdb'), join(bench.folder, 'earlier.duckdb'));
    await act(await bench.reopen());
    await bench.close();
    cpSync(join(bench.folder, 'earlier.duckdb'), join(bench.settings.path, 'index.duckdb'));
    return bench.reopen();
  }

  it('gets what people said put in again', async () => {
    const again = await withEarlierIndex(async (workspace) => {
      await workspace.act([judged('confirmed', 'c8')]);
      await workspace.undo();
      await workspace.act([judged('confirmed', 'c9')]);
    });
    expect(again.basics.rebuilt).toBeNull();
    expect(
      await again.db.all("SELECT correction_id FROM judgement WHERE correction_id IN ('c8', 'c9')"),
    ).toEqual([{ correction_id: 'c9' }]);
    expect((await bench.reopen()).basics.rebuilt).toBeNull();
  });

  it('is made anew when rooms derive from what it misses', async () => {
    const again = await withEarlierIndex((workspace) => workspace.act([ran('r1')]));
    expect(again.basics.rebuilt).toBe('the index had not followed the journal');
    expect(await again.db.all('SELECT cluster_id FROM cluster')).toEqual([{ cluster_id: 'r1' }]);
  });

  it('is made anew when rooms had not followed an act, and not when they had', async () => {
    const workspace = await bench.create();
    const first = await workspace.act([ran('r1')]);
    const second = await workspace.act([ran('r2')]);
    await workspace.followed(first.touched);
    const again = await bench.reopen();
    expect(again.basics.rebuilt).toBe('the program ended before the index had followed the journal');
    const { touched } = await again.act([ran('r3')]);
    await again.followed(touched);
    await again.followed((await again.act([judged('confirmed', 'c1')])).touched);
    expect((await bench.reopen()).basics.rebuilt).toBeNull();
    expect(second.touched.clusters).toBe(true);
  });
});
