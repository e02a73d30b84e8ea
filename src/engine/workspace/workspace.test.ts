import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Act } from '../../shared/model/journal';
import type { Database } from './database';
import { openDatabase } from './duckdb';
import { KnownIndexes } from './known-indexes';
import { NotAWorkspace, WorkspaceLocked } from './problem';
import type { Projection } from './projection';
import { Workspace, type WorkspaceSettings } from './workspace';

let folder: string;
let settings: WorkspaceSettings;
let open: Workspace[];
let rebuilds: number;
let trouble: Error | null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fl-workspace-'));
  open = [];
  rebuilds = 0;
  trouble = null;
  settings = {
    path: join(folder, 'audit.faultline'),
    author: () => 'Ada',
    program: 'the tests',
    memoryLimit: '256MB',
    threads: 1,
    rebuild: fill,
  };
});

afterEach(async () => {
  for (const workspace of open) await workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a trajectory room would do: an import's row, and something derived from the state. */
async function fill(db: Database, importsDir: string, state: Projection): Promise<void> {
  rebuilds++;
  if (trouble) throw trouble;
  const rows =
    existsSync(join(importsDir, 'i1')) && !state.removedImports.has('i1') ? [['i1', 1, '', 0]] : [];
  await db.appendRows('import', ['import_id', 'import_order', 'created_at', 'duration_ms'], rows);
  const run = state.clustering.run?.runId;
  if (run !== undefined) {
    await db.run('INSERT INTO cluster VALUES ($1, [], [], 0, false)', [run]);
  }
}

function addImport(): void {
  mkdirSync(join(settings.path, 'imports', 'i1'));
  writeFileSync(join(settings.path, 'imports', 'i1', 'manifest.json'), '{}');
}

async function create(firstActs: Act[] = []): Promise<Workspace> {
  const workspace = await Workspace.create({ ...settings, name: 'Audit', firstActs });
  open.push(workspace);
  return workspace;
}

async function reopen(changes: Partial<WorkspaceSettings> = {}): Promise<Workspace> {
  for (const workspace of open) await workspace.close();
  const workspace = await Workspace.open({ ...settings, ...changes });
  open.push(workspace);
  return workspace;
}

const judged = (verdict: 'confirmed' | 'rejected' | null, ...correctionIds: string[]): Act => ({
  type: 'correction.judged',
  correctionIds,
  verdict,
});
const assigned = (
  mode: 'set' | 'add' | 'remove',
  failureModeId: string,
  ...correctionIds: string[]
): Act => ({
  type: 'correction.assigned',
  correctionIds,
  failureModeId,
  codebookVersion: 1,
  mode,
});
const ran = (runId: string): Act => ({
  type: 'cluster.ran',
  runId,
  requestedCount: null,
  seed: 1,
  result: { criterion: '', itemCount: 0, clusters: [], outlierIds: [], pointIds: [], x: [], y: [] },
});

/** The journal's own tables, as they are in the index. */
async function tables(workspace: Workspace) {
  return {
    judgement: await workspace.db.all('SELECT * FROM judgement ORDER BY ALL'),
    assignment: await workspace.db.all('SELECT * EXCLUDE (made_at) FROM assignment ORDER BY ALL'),
    annotation: await workspace.db.all('SELECT * FROM annotation ORDER BY ALL'),
  };
}

async function work(workspace: Workspace): Promise<void> {
  await workspace.act([judged('confirmed', 'c1', 'c2'), judged('rejected', 'c3')]);
  await workspace.act([assigned('set', 'm1', 'c1', 'c4'), assigned('add', 'm2', 'c1')]);
  await workspace.act([{ type: 'correction.set-aside', correctionIds: ['c5', 'c2'], isSetAside: true }]);
  await workspace.act([
    {
      type: 'annotation.imported',
      annotations: [
        { annotationId: 'a1', sessionId: 's', kind: 'verdict', at: '2026', nested: { deep: [1] } },
        { note: 1 },
      ],
      sourceName: 'x.jsonl',
    },
  ]);
}

describe('acts', () => {
  it('go into the journal, the state and the tables', async () => {
    const workspace = await create();
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
    const workspace = await create();
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
    settings = { ...settings, author: () => author };
    const workspace = await create();
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
    const workspace = await create();
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
    const workspace = await create();
    await workspace.act([judged('confirmed', 'c1')]);
    await workspace.act([judged('confirmed', 'c2')]);
    await workspace.undo();
    const again = await reopen();
    expect((await again.redo())?.fact.act).toEqual(judged('confirmed', 'c2'));
    await again.undo();
    await again.undo();
    expect(again.canUndo).toBe(false);
  });
});

describe('the history', () => {
  it('is paged, latest first, in words, and shows what is undone', async () => {
    const workspace = await create();
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
});

describe('the index', () => {
  it('deleted loses nothing', async () => {
    const workspace = await create();
    await work(workspace);
    const before = await tables(workspace);
    expect(before.judgement).toHaveLength(5);
    expect(before.assignment).toHaveLength(3);
    expect(before.annotation).toHaveLength(2);
    await workspace.close();
    rmSync(join(workspace.path, 'index.duckdb'));
    const again = await reopen();
    expect(again.basics.rebuilt).toBe('the index was missing');
    expect(await tables(again)).toEqual(before);
  });

  it('that holds is opened as it is', async () => {
    const workspace = await create();
    await work(workspace);
    const before = await tables(workspace);
    const again = await reopen();
    expect(again.basics.rebuilt).toBeNull();
    expect(rebuilds).toBe(1);
    expect(await tables(again)).toEqual(before);
  });

  it.each([
    [
      'garbage',
      () => writeFileSync(join(settings.path, 'index.duckdb'), 'garbage'.repeat(2000)),
      /was damaged/,
    ],
    ['cut off', () => truncateSync(join(settings.path, 'index.duckdb'), 5000), /was damaged/],
    ['empty', () => writeFileSync(join(settings.path, 'index.duckdb'), ''), /was damaged|not completed/],
  ])('%s is made anew', async (_what, damage, reason) => {
    const workspace = await create();
    await work(workspace);
    const before = await tables(workspace);
    await workspace.close();
    damage();
    const again = await reopen();
    expect(again.basics.rebuilt).toMatch(reason);
    expect(await tables(again)).toEqual(before);
    expect(existsSync(join(settings.path, 'index.rebuilding.duckdb'))).toBe(false);
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
    const workspace = await create();
    await work(workspace);
    await workspace.close();
    const db = await openDatabase({ path: join(settings.path, 'index.duckdb'), allowedDirs: [] });
    await db.run(sql);
    await db.close();
    const again = await reopen();
    expect(again.basics.rebuilt).toMatch(reason);
    expect((await tables(again)).judgement).toHaveLength(5);
  });

  it('is made anew when the rooms derive something else', async () => {
    await create();
    expect((await reopen({ derivationVersion: 'detectors 2' })).basics.rebuilt).toMatch(
      /another version of the program/,
    );
    expect((await reopen({ derivationVersion: 'detectors 2' })).basics.rebuilt).toBeNull();
  });

  it('that does not agree with the imports is made anew', async () => {
    await create();
    addImport();
    const again = await reopen();
    expect(again.basics.rebuilt).toBe('the index and the imports did not agree');
    expect(await again.db.all('SELECT import_id FROM import')).toEqual([{ import_id: 'i1' }]);
    await again.act([{ type: 'import.removed', importId: 'i1' }]);
    await again.rebuildIndex('an import was removed');
    expect(await again.db.all('SELECT import_id FROM import')).toEqual([]);
    expect((await reopen()).basics.rebuilt).toBeNull();
  });

  it('of somebody else is not even opened', async () => {
    const knownIndexes = new KnownIndexes(folder);
    settings = { ...settings, knownIndexes };
    const workspace = await create();
    await work(workspace);
    expect((await reopen()).basics.rebuilt).toBeNull();
    await open.at(-1)?.close();
    const copy = join(folder, 'received.faultline');
    cpSync(settings.path, copy, { recursive: true });
    settings = { ...settings, path: copy };
    const received = await reopen();
    expect(received.basics.rebuilt).toBe('the index was not made on this machine');
    expect((await tables(received)).judgement).toHaveLength(5);
    expect((await reopen()).basics.rebuilt).toBeNull();
  });

  it('keeps answering while it is made anew, and stays when that fails', async () => {
    const workspace = await create();
    await work(workspace);
    const rebuilding = workspace.rebuildIndex('because');
    expect(await workspace.db.one('SELECT count(*) AS n FROM judgement')).toEqual({ n: 5 });
    await rebuilding;
    expect(workspace.basics.rebuilt).toBe('because');
    trouble = new Error('the imports are gone');
    await expect(workspace.rebuildIndex('again')).rejects.toThrow('the imports are gone');
    expect(await workspace.db.one('SELECT count(*) AS n FROM judgement')).toEqual({ n: 5 });
    await workspace.act([judged('confirmed', 'c9')]);
    expect(await workspace.db.one('SELECT count(*) AS n FROM judgement')).toEqual({ n: 6 });
    expect(existsSync(join(settings.path, 'index.rebuilding.duckdb'))).toBe(false);
  });
});

describe('a write-ahead log', () => {
  it.each([0, 0.3, 0.7, 0.95, 1])(
    'cut off at %d of its length, as a crash may leave it, loses nothing',
    async (share) => {
      const workspace = await create();
      await reopen();
      await work(open.at(-1) ?? workspace);
      const expected = await tables(open.at(-1) ?? workspace);
      const [index, log] = ['index.duckdb', 'index.duckdb.wal'].map((name) => join(settings.path, name)) as [
        string,
        string,
      ];
      const bytes = readFileSync(log);
      expect(bytes.length).toBeGreaterThan(1000);
      cpSync(index, join(folder, 'at-crash.duckdb'));
      await open.at(-1)?.close();
      cpSync(join(folder, 'at-crash.duckdb'), index);
      writeFileSync(log, bytes.subarray(0, Math.floor(bytes.length * share)));
      expect(await tables(await reopen())).toEqual(expected);
    },
  );

  it('with flipped bits loses nothing either', async () => {
    await create();
    const workspace = await reopen();
    await work(workspace);
    const expected = await tables(workspace);
    const [index, log] = ['index.duckdb', 'index.duckdb.wal'].map((name) => join(settings.path, name)) as [
      string,
      string,
    ];
    const bytes = readFileSync(log);
    cpSync(index, join(folder, 'at-crash.duckdb'));
    await workspace.close();
    for (let at = 100; at < bytes.length; at += Math.floor(bytes.length / 6)) {
      cpSync(join(folder, 'at-crash.duckdb'), index);
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ 0x40;
      writeFileSync(log, flipped);
      const again = await reopen();
      expect(await tables(again)).toEqual(expected);
      await again.close();
    }
  });
});

describe('an index that is behind the journal', () => {
  /** Sets the index back to an earlier state, as a crash before its transaction, or a lost log, would. */
  async function withEarlierIndex(act: (workspace: Workspace) => Promise<unknown>): Promise<Workspace> {
    const workspace = await create();
    await work(workspace);
    await workspace.close();
    cpSync(join(settings.path, 'index.duckdb'), join(folder, 'earlier.duckdb'));
    await act(await reopen());
    await open.at(-1)?.close();
    cpSync(join(folder, 'earlier.duckdb'), join(settings.path, 'index.duckdb'));
    return reopen();
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
    expect((await reopen()).basics.rebuilt).toBeNull();
  });

  it('is made anew when rooms derive from what it misses', async () => {
    const again = await withEarlierIndex((workspace) => workspace.act([ran('r1')]));
    expect(again.basics.rebuilt).toBe('the index had not followed the journal');
    expect(await again.db.all('SELECT cluster_id FROM cluster')).toEqual([{ cluster_id: 'r1' }]);
  });

  it('is made anew when rooms had not followed an act, and not when they had', async () => {
    const workspace = await create();
    const first = await workspace.act([ran('r1')]);
    const second = await workspace.act([ran('r2')]);
    await workspace.followed(first.touched);
    const again = await reopen();
    expect(again.basics.rebuilt).toBe('the program ended before the index had followed the journal');
    const { touched } = await again.act([ran('r3')]);
    await again.followed(touched);
    await again.followed((await again.act([judged('confirmed', 'c1')])).touched);
    expect((await reopen()).basics.rebuilt).toBeNull();
    expect(second.touched.clusters).toBe(true);
  });
});

describe('opening', () => {
  it('begins with its name and what it is given, which undo does not reach', async () => {
    const codebook = { version: 1, at: '', author: 'Faultline', note: '', failureModes: [] };
    const workspace = await create([{ type: 'codebook.saved', codebook }]);
    expect(workspace.state.codebooks).toEqual([codebook]);
    expect(workspace.canUndo).toBe(false);
    expect(workspace.basics).toMatchObject({
      name: 'Audit',
      path: settings.path,
      factCount: 2,
      rebuilt: null,
      warnings: [],
    });
    expect(Date.parse(workspace.basics.lastFactAt ?? '')).not.toBeNaN();
    await expect(Workspace.create({ ...settings, name: 'Again' })).rejects.toThrow('something at');
  });

  it('is for one at a time, and the refused one learns who has it', async () => {
    const workspace = await create();
    const refused = await Workspace.open({ ...settings, program: 'another' }).catch(
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(WorkspaceLocked);
    expect((refused as WorkspaceLocked).holder).toContain('the tests on this machine');
    await workspace.close();
    await expect(workspace.act([judged('confirmed', 'c1')])).rejects.toThrow('The workspace is closed.');
    await reopen();
  });

  it('that fails gives the lock back and leaves no half index', async () => {
    const workspace = await create();
    await workspace.close();
    rmSync(join(settings.path, 'index.duckdb'));
    const failing = { ...settings, rebuild: () => Promise.reject(new Error('no room')) };
    await expect(Workspace.open(failing)).rejects.toThrow('no room');
    expect(existsSync(join(settings.path, 'workspace.lock'))).toBe(false);
    expect((await reopen()).basics.rebuilt).toBe('the index was missing');
    await expect(Workspace.open({ ...settings, path: folder })).rejects.toBeInstanceOf(NotAWorkspace);
  });

  it('tells what is wrong with the journal, keeps the rest and goes on', async () => {
    const workspace = await create();
    await work(workspace);
    await workspace.close();
    const path = join(settings.path, 'journal.jsonl');
    const lines = readFileSync(path, 'utf8').split('\n');
    writeFileSync(
      path,
      [...lines.slice(0, 1), 'garbage', ...lines.slice(2, -1), '{"seq":99,"fac'].join('\n'),
    );
    const again = await reopen();
    expect(again.basics.warnings).toEqual([
      'Line 2 of the journal is not JSON.',
      expect.stringMatching(/half a line.*journal\.torn-/),
    ]);
    await again.act([judged('confirmed', 'c9')]);
    const third = await reopen();
    expect(third.state.correction('c9').state).toBe('confirmed');
    expect(third.state.correction('c4').state).toBe('confirmed');
    expect(third.basics.warnings).toEqual(['Line 2 of the journal is not JSON.']);
  });

  it('removes what an import that was cut off has left', async () => {
    const workspace = await create();
    await workspace.close();
    mkdirSync(join(settings.path, 'staging', 'half'), { recursive: true });
    await reopen();
    expect(existsSync(join(settings.path, 'staging'))).toBe(false);
  });

  it('closes after the acts that are on their way, and twice', async () => {
    const workspace = await create();
    const acts = Array.from({ length: 10 }, (_, i) => workspace.act([judged('confirmed', `c${i}`)]));
    await Promise.all([workspace.close(), workspace.close(), ...acts]);
    expect((await reopen()).state.corrections.size).toBe(10);
  });
});
