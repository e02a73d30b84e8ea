import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from './database';
import { openDatabase, openPool } from './duckdb';
import { EVERYTHING, tablesRead, tablesWritten } from './kept-answers';

let folder: string;
let db: Database;

const options = (name: string) => ({
  path: join(folder, name),
  allowedDirs: [join(folder, 'imports')],
  memoryLimit: '256MB',
  threads: 2,
});

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fl-kept-'));
  mkdirSync(join(folder, 'imports'));
  db = await openDatabase(options('index.duckdb'));
  await db.run(`CREATE TABLE parcel (id INTEGER, state VARCHAR);
    CREATE TABLE claim (parcel_id INTEGER, verdict VARCHAR);
    CREATE VIEW standing_claim AS SELECT * FROM claim WHERE verdict IS DISTINCT FROM 'wrong';
    CREATE VIEW parcel_found AS SELECT p.id, count(c.parcel_id)::INTEGER AS claims
      FROM parcel AS p LEFT JOIN standing_claim AS c ON c.parcel_id = p.id GROUP BY p.id`);
  await db.run("INSERT INTO parcel VALUES (1, 'sent'), (2, 'lost')");
});

afterEach(async () => {
  vi.useRealTimers();
  await db.close();
  rmSync(folder, { recursive: true, force: true });
});

const FOUND = 'SELECT id, claims FROM parcel_found ORDER BY id';

/** Whether the answer is given again as it was, rows and all. */
async function isKept(sql: string, params: Record<string, string | number> = {}): Promise<boolean> {
  const before = await db.kept(sql, params);
  return (await db.kept(sql, params)) === before;
}

describe('what is kept', () => {
  it('gives the same rows until a table behind the view is written, however it is written', async () => {
    const writes: (() => Promise<unknown>)[] = [
      () => db.run("INSERT INTO claim VALUES (1, 'right')"),
      () => db.transaction((tx) => tx.run("INSERT INTO claim VALUES (2, NULL), (2, 'wrong')")),
      () =>
        db.longTransaction((store) => store.run("UPDATE claim SET verdict = 'wrong' WHERE parcel_id = 1")),
      () => db.appendRows('claim', ['parcel_id', 'verdict'], [[1, null]]),
      () => db.run('DELETE FROM claim WHERE parcel_id = 2'),
      () =>
        db.run(
          'SELECT 1; MERGE INTO parcel USING (SELECT 3 AS id) AS n ON n.id = parcel.id WHEN NOT MATCHED THEN INSERT VALUES (3, NULL)',
        ),
      () => db.all("INSERT INTO claim VALUES (3, 'right') RETURNING parcel_id"),
    ];
    for (const write of writes) {
      expect(await isKept(FOUND)).toBe(true);
      const before = await db.kept(FOUND);
      await write();
      const after = await db.kept(FOUND);
      expect(after).not.toEqual(before);
      expect(after).toEqual(await db.all(FOUND));
    }
  });

  it('outlasts writes of other tables, and tells parameters apart', async () => {
    const sql = 'SELECT count(*)::INTEGER AS n FROM claim WHERE parcel_id = $id';
    const one = await db.kept(sql, { id: 1 });
    await db.run("INSERT INTO parcel VALUES (7, 'sent'); CREATE TEMP TABLE passing AS SELECT * FROM claim");
    expect(await db.kept(sql, { id: 1 })).toBe(one);
    await db.run('INSERT INTO claim VALUES (2, NULL)');
    expect(await db.kept(sql, { id: 1 })).toEqual([{ n: 0 }]);
    expect(await db.kept(sql, { id: 2 })).toEqual([{ n: 1 }]);
  });

  it('follows a view that is made anew, and a file that takes the place of another', async () => {
    await db.kept(FOUND);
    await db.run('CREATE OR REPLACE VIEW parcel_found AS SELECT id, 9 AS claims FROM parcel');
    expect(await db.kept(FOUND)).toEqual([
      { id: 1, claims: 9 },
      { id: 2, claims: 9 },
    ]);
    await db.exchange(async () => {
      const pool = await openPool(options('other.duckdb'));
      await pool.write((tx) => tx.run('CREATE TABLE parcel_found AS SELECT 5 AS id, 0 AS claims'));
      return pool;
    });
    expect(await db.kept(FOUND)).toEqual([{ id: 5, claims: 0 }]);
  });

  it('is not what was read while the table was being written', async () => {
    let go: () => void = () => undefined;
    const written = new Promise<void>((resolve) => (go = resolve));
    const write = db.transaction(async (tx) => {
      await tx.run('INSERT INTO claim VALUES (1, NULL)');
      await written;
    });
    const [before] = await db.kept<{ claims: number }>(FOUND);
    expect(before?.claims).toBe(0);
    go();
    await write;
    expect((await db.kept<{ claims: number }>(FOUND))[0]?.claims).toBe(1);
  });

  it('is given again while work in the background writes, until that has ended or anybody else writes', async () => {
    // The while it may lag behind is not what is tested.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const before = await db.kept(FOUND);
    await db.aside(async () => {
      await db.transaction((tx) => tx.run('INSERT INTO claim VALUES (1, NULL)'));
      expect(await db.kept(FOUND)).toBe(before);
      expect(await db.all(FOUND)).not.toEqual(before);
    });
    expect(await db.kept(FOUND)).toEqual(await db.all(FOUND));
    let write: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (write = resolve));
    const person = asked.then(() => db.run('INSERT INTO claim VALUES (2, NULL)'));
    await db.aside(async () => {
      await db.run('INSERT INTO claim VALUES (1, NULL)');
      write();
      await person;
      expect(await db.kept(FOUND)).toEqual(await db.all(FOUND));
    });
  });

  it('has what work in the background wrote after a while', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await db.kept(FOUND);
    await db.aside(async () => {
      await db.run('INSERT INTO claim VALUES (1, NULL)');
      vi.runAllTimers();
      expect(await db.kept(FOUND)).toEqual(await db.all(FOUND));
    });
  });

  it('follows a view that work in the background makes anew', async () => {
    await db.kept(FOUND);
    await db.aside(async () => {
      await db.run('CREATE OR REPLACE VIEW parcel_found AS SELECT id, 9 AS claims FROM parcel');
      expect((await db.kept<{ claims: number }>(FOUND))[0]?.claims).toBe(9);
    });
  });

  it('does not keep what failed, nor answers a closed database', async () => {
    await expect(db.kept('SELECT * FROM missing')).rejects.toThrow(/missing/);
    await db.run('CREATE TABLE missing AS SELECT 1 AS one');
    expect(await db.kept('SELECT * FROM missing')).toEqual([{ one: 1 }]);
    await db.kept(FOUND);
    await db.close();
    await expect(db.kept(FOUND)).rejects.toThrow(/closed/);
  });

  it('gives what the index says after any order of writes', async () => {
    let seed = 5;
    const below = (limit: number) => (seed = (seed * 48_271) % 2_147_483_647) % limit;
    const asked = [
      FOUND,
      'SELECT state, count(*)::INTEGER AS n FROM parcel GROUP BY ALL ORDER BY ALL',
      'SELECT count(*)::INTEGER AS n FROM standing_claim',
    ];
    for (let i = 0; i < 150; i++) {
      const id = below(6);
      const write = below(5);
      if (write === 0) await db.run("INSERT INTO parcel VALUES ($1, 'sent')", [id]);
      else if (write === 1) await db.run('DELETE FROM claim WHERE parcel_id = $1', [id]);
      else if (write === 2)
        await db.appendRows('claim', ['parcel_id', 'verdict'], [[id, below(2) === 0 ? 'wrong' : null]]);
      else if (write === 3)
        await db
          .transaction(async (tx) => {
            await tx.run("UPDATE parcel SET state = 'lost' WHERE id = $1", [id]);
            if (below(2) === 0) throw new Error('Thought better of it.');
          })
          .catch(() => undefined);
      for (const sql of asked) expect(await db.kept(sql)).toEqual(await db.all(sql));
    }
  });
});

describe('what several ask at once', () => {
  const LONG =
    'SELECT count(*)::INTEGER AS n FROM range(3000000) AS r(i) JOIN parcel AS p ON p.id + i % 7 > 4';

  it('is read once, but anew for whoever asks after the table was written', async () => {
    const [one, other] = [db.kept(LONG), db.kept(LONG)];
    expect(await other).toBe(await one);
    await db.run("INSERT INTO parcel VALUES (7, 'sent')");
    const before = db.kept<{ n: number }>(LONG);
    await db.run("INSERT INTO parcel VALUES (8, 'sent')");
    const after = await db.kept<{ n: number }>(LONG);
    expect(after).toEqual(await db.all(LONG));
    expect(after).not.toBe(await before);
  });

  it('is given to the others when the first does not want it any more, and the other way round', async () => {
    const stop = new AbortController();
    const first = db.kept(LONG, [], stop.signal);
    const second = db.kept(LONG);
    const failed = expect(first).rejects.toThrow('Never mind.');
    stop.abort(new Error('Never mind.'));
    await failed;
    const rows = await second;
    expect(rows).toEqual(await db.all(LONG));
    await db.run("INSERT INTO parcel VALUES (9, 'sent')");
    const later = new AbortController();
    const stays = db.kept(LONG);
    const leaves = expect(db.kept(LONG, [], later.signal)).rejects.toThrow('Nor I.');
    later.abort(new Error('Nor I.'));
    await leaves;
    expect(await stays).toEqual(await db.all(LONG));
  });

  it('never waits for a connection that whoever waits for it holds', async () => {
    let [lent, go] = [0, (): void => undefined];
    const areAllLent = new Promise<void>((resolve) => (go = resolve));
    let asked: () => void = () => undefined;
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    const streams = Array.from({ length: 4 }, () =>
      db.stream('SELECT 1', [], async () => {
        if (++lent === 4) go();
        await isAsked;
        expect(await db.kept(LONG)).toHaveLength(1);
      }),
    );
    await areAllLent;
    const waiting = db.kept(LONG);
    asked();
    await Promise.all(streams);
    expect(await waiting).toHaveLength(1);
  });

  it('fails for all of them where it fails', async () => {
    const wrong = 'SELECT CAST(state AS INTEGER) AS n FROM parcel';
    const asked = await Promise.allSettled([db.kept(wrong), db.kept(wrong)]);
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

describe('what statements name', () => {
  it.each([
    ['INSERT INTO parcel SELECT * FROM claim', 1, ['parcel']],
    ['insert or replace into main."Parcel" values (1)', 1, ['parcel']],
    ['DELETE FROM claim; UPDATE parcel SET id = 1', 2, ['claim', 'parcel']],
    ['CREATE OR REPLACE TEMP VIEW passing AS SELECT 1', 1, ['passing']],
    ['COPY claim FROM $1', 1, [EVERYTHING]],
    ['DELETE FROM claim; VACUUM', 2, [EVERYTHING, 'claim']],
    ['CREATE TABLE claim (id INTEGER)', 1, [EVERYTHING]],
    ['ALTER TABLE claim ADD COLUMN note VARCHAR', 1, [EVERYTHING]],
  ])('written by %s', (sql, count, tables) => {
    expect(tablesWritten(sql, count)).toEqual(tables);
  });

  it('are read through views', () => {
    const relations = [
      { name: 'parcel', sql: null },
      { name: 'claim', sql: null },
      { name: 'standing_claim', sql: 'create view standing_claim as select * from claim' },
    ];
    expect(tablesRead('SELECT * FROM Standing_Claim AS parcels', relations).sort()).toEqual([
      'claim',
      'standing_claim',
    ]);
  });
});
