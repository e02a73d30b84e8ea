import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Database } from './database';
import { openDatabase, openPool, STORAGE_VERSION } from './duckdb';
import { textList } from './sql-values';

let folder: string;
let db: Database;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fl-duckdb-'));
  for (const name of ['imports', 'exports', 'outside']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'outside', 'secret.csv'), 'a\nsecret\n');
  db = await openDatabase({
    path: join(folder, 'index.duckdb'),
    allowedDirs: [join(folder, 'imports'), join(folder, 'exports')],
    memoryLimit: '256MB',
    threads: 2,
  });
});

afterEach(async () => {
  await db.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('what a locked down database refuses', () => {
  const denied: [string, string][] = [
    ['reading a file of the system', "SELECT * FROM read_text('/etc/passwd')"],
    ['reading a file beside the workspace', "SELECT * FROM read_csv('{folder}/outside/secret.csv')"],
    ['reading by way of ..', "SELECT * FROM read_csv('{folder}/imports/../outside/secret.csv')"],
    ['listing files', "SELECT * FROM glob('/etc/*')"],
    ['writing outside', "COPY (SELECT 1) TO '{folder}/outside/made.csv'"],
    ['writing beside the index', "COPY (SELECT 1) TO '{folder}/made.csv'"],
    ['attaching a file outside', "ATTACH '{folder}/outside/made.duckdb'"],
    ['attaching a file inside', "ATTACH '{folder}/imports/made.duckdb' AS other"],
    ['attaching memory', "ATTACH ':memory:' AS other"],
    ['reading over the network', "SELECT * FROM read_csv('https://example.org/x.csv')"],
    ['installing httpfs', 'INSTALL httpfs'],
    ['loading httpfs', 'LOAD httpfs'],
    ['loading a library', "LOAD '/tmp/x.duckdb_extension'"],
    ['changing a setting', 'SET threads = 1'],
    ['resetting a setting', 'RESET memory_limit'],
    ['turning external access back on', 'SET enable_external_access = true'],
    ['calling a procedure', 'CALL enable_logging()'],
    ['exporting the database', "EXPORT DATABASE '{folder}/outside'"],
    ['preparing by name', "PREPARE p AS SELECT * FROM read_text('/etc/passwd')"],
    ['a transaction of its own', 'BEGIN TRANSACTION'],
    ['a refused statement after an allowed one', "SELECT 1; ATTACH ':memory:' AS other"],
  ];
  it.each(denied)('%s', async (_what, sql) => {
    await expect(db.run(sql.replaceAll('{folder}', folder))).rejects.toThrow(
      /not allowed|disabled|locked|extension/i,
    );
    expect(existsSync(join(folder, 'outside', 'made.csv'))).toBe(false);
    expect(existsSync(join(folder, 'imports', 'made.duckdb'))).toBe(false);
    expect(await db.one('SELECT 1 AS one')).toEqual({ one: 1 });
  });

  it('following a link out of the workspace', async () => {
    symlinkSync(join(folder, 'outside'), join(folder, 'imports', 'link'));
    await expect(
      db.all('SELECT * FROM read_csv($1)', [join(folder, 'imports/link/secret.csv')]),
    ).rejects.toThrow(/disabled/);
  });
});

describe('what it allows', () => {
  it('writes and reads Parquet in exports/ and imports/', async () => {
    const file = join(folder, 'imports', "it's.parquet");
    await db.run(`COPY (SELECT 42 AS answer) TO '${file.replaceAll("'", "''")}' (FORMAT parquet)`);
    expect(await db.all('SELECT * FROM read_parquet($1)', [file])).toEqual([{ answer: 42 }]);
  });

  it('pins the storage version and keeps what was written', async () => {
    await db.run('CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1), (2)');
    await db.close();
    db = await openDatabase({ path: join(folder, 'index.duckdb'), allowedDirs: [] });
    expect(await db.one('SELECT count(*) AS n FROM t')).toEqual({ n: 2 });
    const tags = await db.one<{ tags: { key: string; value: string }[] }>(
      'SELECT tags FROM duckdb_databases() WHERE path IS NOT NULL',
    );
    expect(tags?.tags).toContainEqual({ key: 'storage_version', value: `${STORAGE_VERSION}+` });
  });
});

describe('one instance per file', () => {
  it('refuses a second one in this process, also by another name of the file', async () => {
    symlinkSync(folder, `${folder}-link`);
    try {
      for (const path of [join(folder, 'index.duckdb'), join(`${folder}-link`, 'index.duckdb')]) {
        await expect(openDatabase({ path, allowedDirs: [] })).rejects.toThrow(/open in this process/);
      }
    } finally {
      rmSync(`${folder}-link`);
    }
  });

  it('opens again after close, and after a failure to open', async () => {
    await db.close();
    const path = join(folder, 'broken.duckdb');
    writeFileSync(path, 'this is no database'.repeat(1000));
    await expect(openDatabase({ path, allowedDirs: [] })).rejects.toThrow();
    await expect(openDatabase({ path, allowedDirs: [] })).rejects.not.toThrow(/open in this process/);
    db = await openDatabase({ path: join(folder, 'index.duckdb'), allowedDirs: [] });
    await expect(db.one('SELECT 1 AS a')).resolves.toEqual({ a: 1 });
  });
});

describe('values', () => {
  it('go in and come out as documented', async () => {
    const row = await db.one(
      `SELECT $1::BIGINT AS small, $2 AS big, $3 AS text, $4 AS half, $5 AS truth, $6 AS nothing, $7 AS list,
         $8 AS numbers, [] AS empty, {'a': 1::BIGINT} AS struct, MAP {'k': 2} AS map, 1.25::DECIMAL(9,2) AS price,
         TIMESTAMP '2026-01-02 03:04:05' AS at, (SELECT sum(range) FROM range(3)) AS total, $9 AS bytes`,
      [5, 2n ** 62n, 'a\0b', 0.5, true, null, ['x', null], [1, 2.5], new Uint8Array([1, 2])],
    );
    expect(row).toEqual({
      small: 5,
      big: '4611686018427387904',
      text: 'a\0b',
      half: 0.5,
      truth: true,
      nothing: null,
      list: ['x', null],
      numbers: [1, 2.5],
      empty: [],
      struct: { a: 1 },
      map: [{ key: 'k', value: 2 }],
      price: 1.25,
      at: '2026-01-02 03:04:05',
      total: 3,
      bytes: new Uint8Array([1, 2]),
    });
  });

  it('bind by name, and as lists of ids', async () => {
    const rows = await db.all(
      "SELECT v FROM (VALUES ('a'), ('b'), ('c')) t(v) WHERE list_contains($ids, v)",
      {
        ids: ['a', 'c'],
      },
    );
    expect(rows).toEqual([{ v: 'a' }, { v: 'c' }]);
    expect(await db.all("SELECT 1 WHERE list_contains($ids, 'a')", { ids: [] })).toEqual([]);
  });

  it('survive hostile column names without touching the prototype', async () => {
    const row = await db.one('SELECT 1 AS "__proto__", 2 AS "constructor"');
    expect(Object.keys(row ?? {})).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
  });

  it('are checked against a schema when one is given', async () => {
    const schema = z.object({ a: z.number() });
    expect(await db.all('SELECT 1 AS a', [], schema)).toEqual([{ a: 1 }]);
    await expect(db.all("SELECT 'x' AS a", [], schema)).rejects.toThrow();
  });
});

describe('appending', () => {
  beforeEach(() =>
    db.run('CREATE TABLE t (a VARCHAR NOT NULL, b BIGINT, c DOUBLE, d VARCHAR[], e BOOLEAN, f INTEGER)'),
  );

  it('takes columns in any order, leaves out others, and many rows', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => [i % 7, ['x', String(i)], `row ${i}`]);
    expect(await db.appendRows('t', ['f', 'd', 'a'], rows)).toBe(20_000);
    expect(await db.one('SELECT count(*) AS n, sum(f) AS f, count(b) AS b FROM t')).toEqual({
      n: 20_000,
      f: 59_997,
      b: 0,
    });
    expect(await db.one("SELECT d FROM t WHERE a = 'row 19999'")).toEqual({ d: ['x', '19999'] });
  });

  it('keeps 64-bit integers whole', async () => {
    await db.appendRows(
      't',
      ['a', 'b'],
      [
        ['1', 1700000000000000001n],
        ['2', '1700000000000000002'],
        ['3', 3],
      ],
    );
    expect(await db.all('SELECT b FROM t ORDER BY a')).toEqual([
      { b: '1700000000000000001' },
      { b: '1700000000000000002' },
      { b: 3 },
    ]);
  });

  it.each([
    ['a fraction for an integer', ['f'], [1.5]],
    ['a number for text', ['a'], [1]],
    ['too large an integer', ['f'], [2 ** 31]],
    ['null where none may be', ['b'], [1]],
    ['an unknown column', ['nope'], [1]],
  ])('refuses %s and keeps nothing', async (_what, columns, row) => {
    const good = columns[0] === 'f' ? ['ok', 1] : undefined;
    const rows = good ? [...Array.from({ length: 9000 }, () => good), ['x', row[0]]] : [row];
    await expect(db.appendRows('t', good ? ['a', ...columns] : columns, rows)).rejects.toThrow();
    expect(await db.one('SELECT count(*) AS n FROM t')).toEqual({ n: 0 });
    await expect(db.appendRows('t', ['a'], [['still works']])).resolves.toBe(1);
  });
});

describe('transactions', () => {
  beforeEach(() => db.run('CREATE TABLE t (a INTEGER)'));

  it('commit together or not at all', async () => {
    await expect(
      db.transaction(async (tx) => {
        await tx.run('INSERT INTO t VALUES (1)');
        await tx.appendRows('t', ['a'], [[2]]);
        expect(await tx.one('SELECT count(*) AS n FROM t')).toEqual({ n: 2 });
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    expect(await db.one('SELECT count(*) AS n FROM t')).toEqual({ n: 0 });
    await db.transaction((tx) => tx.run('INSERT INTO t VALUES (1)'));
    expect(await db.one('SELECT count(*) AS n FROM t')).toEqual({ n: 1 });
  });

  it('roll back after a statement that failed', async () => {
    await expect(
      db.transaction(async (tx) => {
        await tx.run('INSERT INTO t VALUES (1)');
        await tx.run('INSERT INTO missing VALUES (1)');
      }),
    ).rejects.toThrow(/missing/);
    expect(await db.run('INSERT INTO t VALUES (3)')).toBe(1);
    expect(await db.all('SELECT a FROM t')).toEqual([{ a: 3 }]);
  });

  it('refuse the database itself inside, which would wait for ever', async () => {
    await expect(db.transaction(() => db.run('INSERT INTO t VALUES (1)'))).rejects.toThrow(
      /Inside a transaction/,
    );
    expect(await db.run('INSERT INTO t VALUES (1)')).toBe(1);
  });

  it('let many calls run at once: writes in turn, reads beside them', async () => {
    const writes = Array.from({ length: 40 }, (_, i) => db.run('INSERT INTO t VALUES ($1)', [i]));
    const reads = Array.from({ length: 40 }, () => db.one('SELECT count(*) AS n FROM t'));
    await Promise.all([...writes, ...reads]);
    expect(await db.one('SELECT count(*) AS n, sum(a) AS s FROM t')).toEqual({ n: 40, s: 780 });
  });
});

describe('large results and interruption', () => {
  it('streams in chunks, and stops when the reader throws', async () => {
    let seen = 0;
    await db.stream<{ i: number }>('SELECT range AS i FROM range($1)', [100_000], (rows) => {
      expect(rows.length).toBeLessThanOrEqual(2048);
      seen += rows.length;
    });
    expect(seen).toBe(100_000);
    const stop = db.stream('SELECT range AS i FROM range(100000000)', [], () =>
      Promise.reject(new Error('enough')),
    );
    await expect(stop).rejects.toThrow('enough');
    expect(await db.one('SELECT 1 AS a')).toEqual({ a: 1 });
  });

  it('fails where a statement fails after its first rows, and says why', async () => {
    const broken = `SELECT CASE WHEN range = 900000 THEN error('row ' || range) ELSE range::VARCHAR END AS i FROM range(1000000)`;
    let seen = 0;
    const count = (rows: unknown[]): void => {
      seen += rows.length;
    };
    await expect(db.stream(broken, [], count)).rejects.toThrow('row 900000');
    expect(seen).toBeGreaterThan(0);
    const columns = db.streamColumns(broken, [], (_, rows) => {
      seen += rows;
    });
    await expect(columns).rejects.toThrow('row 900000');
    await expect(db.transaction((tx) => tx.stream(broken, [], count))).rejects.toThrow('broke off');
    expect(await db.one('SELECT 1 AS a')).toEqual({ a: 1 });
  });

  it('interrupts a query, and one that has not started, and goes on working', async () => {
    const slow =
      'SELECT count(*) AS n FROM range(100000) a, range(1000000) b WHERE (a.range * b.range) % 7 = 3';
    const controller = new AbortController();
    const running = Array.from({ length: 6 }, () => db.all(slow, [], undefined, controller.signal));
    setTimeout(() => controller.abort(new Error('cancelled by the person')), 100);
    const ends = await Promise.allSettled(running);
    for (const end of ends)
      expect(String(end.status === 'rejected' && end.reason)).toContain('cancelled by the person');
    const late = db.all('SELECT 1', [], undefined, controller.signal);
    await expect(late).rejects.toThrow('cancelled by the person');
    expect(await db.one('SELECT 1 AS a')).toEqual({ a: 1 });
  });
});

describe('calls within calls', () => {
  it('get a connection even when all readers are taken by callers that wait for them', async () => {
    const outer = Array.from({ length: 8 }, async (_, i) => {
      const seen: number[] = [];
      await db.stream<{ n: number }>('SELECT range AS n FROM range($1)', [3 + i], async (rows) => {
        for (const row of rows)
          seen.push((await db.one<{ n: number }>('SELECT $1 * 2 AS n', [row.n]))?.n ?? -1);
      });
      return seen;
    });
    expect((await Promise.all(outer)).map((seen) => seen.length)).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
  });
});

describe('exchanging the file', () => {
  it('keeps the object, lets running calls end and makes later ones wait', async () => {
    const options = { path: join(folder, 'index.duckdb'), allowedDirs: [] };
    await db.run("CREATE TABLE t AS SELECT 'old' AS what");
    const seen: string[] = [];
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const before = db.stream<{ what: string }>('SELECT what FROM t', [], async (rows) => {
      begin();
      await new Promise((resolve) => setTimeout(resolve, 20));
      seen.push(...rows.map((row) => row.what));
      // A call within a call goes on although later ones already wait.
      seen.push((await db.one<{ what: string }>('SELECT what FROM t'))?.what ?? '');
    });
    await begun;
    const exchanged = db.exchange(async () => {
      rmSync(options.path);
      const pool = await openPool(options);
      await pool.write((tx) => tx.run("CREATE TABLE t AS SELECT 'new' AS what"));
      return pool;
    });
    const after = db.one('SELECT what FROM t');
    await Promise.all([before, exchanged]);
    expect(seen).toEqual(['old', 'old']);
    expect(await after).toEqual({ what: 'new' });
  });

  it('that fails leaves it closed', async () => {
    await expect(db.exchange(() => Promise.reject(new Error('no disk')))).rejects.toThrow('no disk');
    await expect(db.one('SELECT 1')).rejects.toThrow('The database is closed.');
  });
});

it('closes twice, stops what runs, and says so', async () => {
  const running = db.all(
    'SELECT count(*) FROM range(100000) a, range(1000000) b WHERE (a.range * b.range) % 7 = 3',
  );
  const ended = expect(running).rejects.toThrow(/[Ii]nterrupt/);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await Promise.all([db.close(), db.close()]);
  await ended;
  await expect(db.all('SELECT 1')).rejects.toThrow('The database is closed.');
});

describe('a list of texts written as one', () => {
  const odd = [
    '',
    'NULL',
    'null',
    'a,b',
    'a"b',
    "a'b",
    "'q'",
    'a\\b',
    '\\',
    '"',
    '\\"',
    ' lead',
    'trail ',
    '[x]',
    '["',
    ']',
    '{a: 1}',
    'two\nlines',
    'nul\0x',
    '\u{1F600}',
  ];

  it.each([
    ['texts of every kind', odd],
    ['plain texts', ['a', 'b c', 'é']],
    ['one empty text', ['']],
    ['none', []],
  ])('comes back as it was: %s', async (_, texts) => {
    const rows = await db.all<{ text: string }>('SELECT unnest($1::VARCHAR[]) AS text', [textList(texts)]);
    expect(rows.map(({ text }) => text)).toEqual(texts);
  });
});
