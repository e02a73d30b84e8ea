import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  assigned,
  judged,
  tables,
  work,
  WorkspaceBench,
} from '../../../test/fixtures/workspace/workspace-bench';
import { NotAWorkspace, WorkspaceLocked } from './problem';
import { Workspace } from './workspace';

let bench: WorkspaceBench;

beforeEach(() => {
  bench = new WorkspaceBench();
});

afterEach(() => bench.remove());

describe('acts', () => {
  it('go into the journal, the state and the tables', async () => {
    const workspace = await bench.create();
    const { facts, touched } = await workspace.act([assigned('set', 'm1', 'c1'), judged('rejected', 'c2')]);
    expect(touched.correctionIds).toEqual(['c1', 'c2']);
    expect(workspace.state.correction('c1').state).toBe('confirmed');
    const at = facts[0]?.at ?? '';
    expect(await workspace.db.all('SELECT * FROM judgement ORDER BY correction_id')).toEqual([
      { correction_id: 'c1', state: 'confirmed', judged_by: 'Ada', judged_at: at, is_set_aside: false },
      { correction_id: 'c2', state: 'rejected', judged_by: 'Ada', judged_at: at, is_set_aside: false },
    ]);
    expect(await workspace.db.all('SELECT * FROM assignment')).toEqual([
      { correction_id: 'c1', failure_mode_id: 'm1', codebook_version: 1, author: 'Ada', made_at: at, seq: 2 },
    ]);
    expect(readFileSync(join(workspace.path, 'journal.jsonl'), 'utf8').split('\n')).toHaveLength(4);
  });

  it('made at once are recorded one after the other, and the tables hold what the journal adds up to', async () => {
    const workspace = await bench.create();
    await Promise.all(
      Array.from({ length: 30 }, (_, i) => workspace.act([assigned('set', `m${i % 5}`, `c${i % 7}`)])),
    );
    const live = await tables(workspace);
    await workspace.rebuildIndex('to compare');
    expect(await tables(workspace)).toEqual(live);
    expect(live.judgement).toHaveLength(7);
  });

  it('carry the name of whoever is the author then', async () => {
    let author = 'Ada';
    bench.settings = { ...bench.settings, author: () => author };
    const workspace = await bench.create();
    await workspace.act([judged('confirmed', 'c1')]);
    author = 'Grace';
    await workspace.act([judged('confirmed', 'c2')]);
    expect(workspace.history({ offset: 0, limit: 2 }).items.map((item) => item.author)).toEqual([
      'Grace',
      'Ada',
    ]);
  });
});

describe('undo and redo', () => {
  it('go through the tables too, and say what they did', async () => {
    const workspace = await bench.create();
    await workspace.act([assigned('set', 'm1', 'c1')]);
    const before = await tables(workspace);
    await workspace.act([judged('rejected', 'c1')]);
    expect((await workspace.undo())?.sentence).toBe('Rejected 1 correction');
    expect(await tables(workspace)).toEqual(before);
    expect((await workspace.redo())?.sentence).toBe('Rejected 1 correction');
    expect((await tables(workspace)).assignment).toEqual([]);
    await workspace.undo();
    await workspace.undo();
    expect([workspace.canUndo, workspace.canRedo]).toEqual([false, true]);
    expect(await workspace.undo()).toBeNull();
    expect((await tables(workspace)).judgement).toEqual([]);
  });

  it('still know after opening again what they would do', async () => {
    const workspace = await bench.create();
    await workspace.act([judged('confirmed', 'c1')]);
    await workspace.act([judged('confirmed', 'c2')]);
    await workspace.undo();
    const again = await bench.reopen();
    expect((await again.redo())?.fact.act).toEqual(judged('confirmed', 'c2'));
    await again.undo();
    await again.undo();
    expect(again.canUndo).toBe(false);
  });
});

describe('the history', () => {
  it('is paged, latest first, in words, and shows what is undone', async () => {
    const workspace = await bench.create();
    for (let i = 0; i < 5; i++) await workspace.act([judged('confirmed', `c${i}`)]);
    await workspace.undo();
    const page = workspace.history({ offset: 0, limit: 3 });
    expect(page).toMatchObject({ total: 7, canUndo: true, canRedo: true });
    expect(page.items.map((item) => [item.seq, item.sentence, item.isUndone])).toEqual([
      [7, 'Undid: confirmed 1 correction', false],
      [6, 'Confirmed 1 correction', true],
      [5, 'Confirmed 1 correction', false],
    ]);
    expect(workspace.history({ offset: 5, limit: 10 }).items.map((item) => item.sentence)).toEqual([
      'Confirmed 1 correction',
      'Created the workspace “Audit”',
    ]);
    expect(workspace.history({ offset: 9, limit: 10 }).items).toEqual([]);
  });

  it('stays a page however much an act names', async () => {
    const workspace = await bench.create();
    const ids = Array.from({ length: 5000 }, (_, i) => `c${i}`);
    await workspace.act([judged('confirmed', ...ids)]);
    const [item] = workspace.history({ offset: 0, limit: 1 }).items;
    expect(item?.sentence).toBe('Confirmed 5,000 corrections');
    expect(JSON.stringify(item).length).toBeLessThan(5000);
    expect(await workspace.db.one('SELECT count(*) AS n FROM judgement')).toEqual({ n: 5000 });
  });
});

describe('opening', () => {
  it('begins with its name and what it is given, which undo does not reach', async () => {
    const codebook = { version: 1, at: '', author: 'Faultline', note: '', failureModes: [] };
    const workspace = await bench.create([{ type: 'codebook.saved', codebook }]);
    expect(workspace.state.codebooks).toEqual([codebook]);
    expect(workspace.canUndo).toBe(false);
    expect(workspace.basics).toMatchObject({
      name: 'Audit',
      path: bench.settings.path,
      factCount: 2,
      rebuilt: null,
      warnings: [],
    });
    expect(Date.parse(workspace.basics.lastFactAt ?? '')).not.toBeNaN();
    await expect(Workspace.create({ ...bench.settings, name: 'Again' })).rejects.toThrow('something at');
  });

  it('is for one at a time, and the refused one learns who has it', async () => {
    const workspace = await bench.create();
    const refused = await Workspace.open({ ...bench.settings, program: 'another' }).catch(
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(WorkspaceLocked);
    expect((refused as WorkspaceLocked).holder).toContain('the tests on this machine');
    await workspace.close();
    await expect(workspace.act([judged('confirmed', 'c1')])).rejects.toThrow('The workspace is closed.');
    await bench.reopen();
  });

  it('that fails gives the lock back and leaves no half index', async () => {
    const workspace = await bench.create();
    await workspace.close();
    rmSync(join(bench.settings.path, 'index.duckdb'));
    const failing = { ...bench.settings, rebuild: () => Promise.reject(new Error('no room')) };
    await expect(Workspace.open(failing)).rejects.toThrow('no room');
    expect(existsSync(join(bench.settings.path, 'workspace.lock'))).toBe(false);
    expect((await bench.reopen()).basics.rebuilt).toBe('the index was missing');
    await expect(Workspace.open({ ...bench.settings, path: bench.folder })).rejects.toBeInstanceOf(
      NotAWorkspace,
    );
  });

  it('tells what is wrong with the journal, keeps the rest and goes on', async () => {
    const workspace = await bench.create();
    await work(workspace);
    await workspace.close();
    const path = join(bench.settings.path, 'journal.jsonl');
    const lines = readFileSync(path, 'utf8').split('\n');
    writeFileSync(
      path,
      [...lines.slice(0, 1), 'garbage', ...lines.slice(2, -1), '{"seq":99,"fac'].join('\n'),
    );
    const again = await bench.reopen();
    expect(again.basics.warnings).toEqual([
      'Line 2 of the journal is not JSON.',
      expect.stringMatching(/half a line.*journal\.torn-/),
    ]);
    await again.act([judged('confirmed', 'c9')]);
    const third = await bench.reopen();
    expect(third.state.correction('c9').state).toBe('confirmed');
    expect(third.state.correction('c4').state).toBe('confirmed');
    expect(third.basics.warnings).toEqual(['Line 2 of the journal is not JSON.']);
  });

  it('removes what an import that was cut off has left', async () => {
    const workspace = await bench.create();
    await workspace.close();
    mkdirSync(join(bench.settings.path, 'staging', 'half'), { recursive: true });
    await bench.reopen();
    expect(existsSync(join(bench.settings.path, 'staging'))).toBe(false);
  });

  it('closes after the acts that are on their way, and twice', async () => {
    const workspace = await bench.create();
    const acts = Array.from({ length: 10 }, (_, i) => workspace.act([judged('confirmed', `c${i}`)]));
    await Promise.all([workspace.close(), workspace.close(), ...acts]);
    expect((await bench.reopen()).state.corrections.size).toBe(10);
  });

  it('stops a rebuild that is under way when it closes', async () => {
    const workspace = await bench.create();
    bench.building = workspace.db
      .all('SELECT count(*) FROM range(100000) a, range(1000000) b WHERE (a.range * b.range) % 7 = 3')
      .then(() => undefined);
    // On a busy machine it may end before the rebuild waits for it.
    bench.building.catch(() => undefined);
    const ended = expect(workspace.rebuildIndex('because')).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 200));
    await workspace.close();
    await ended;
    bench.building = Promise.resolve();
    expect((await bench.reopen()).basics.rebuilt).toBeNull();
  });
});
