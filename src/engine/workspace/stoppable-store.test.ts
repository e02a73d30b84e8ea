import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from './database';
import { openDatabase } from './duckdb';
import { stoppable } from './stoppable-store';

/** Takes far longer than any test may. */
const ENDLESS = 'SELECT sum(sin(a.range * b.range)) AS n FROM range(10000000) AS a, range(10000000) AS b';

let folder: string;
let db: Database;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fl-stoppable-'));
  db = await openDatabase({ path: join(folder, 'index.duckdb'), allowedDirs: [], threads: 1 });
  await db.run('CREATE TABLE one (n INTEGER)');
});
afterEach(async () => {
  await db.close();
  rmSync(folder, { recursive: true, force: true });
});

const countOf = async () => (await db.one<{ n: number }>('SELECT count(*)::INTEGER AS n FROM one'))?.n;

describe('a stoppable store', () => {
  it('interrupts a statement within a transaction that knows of no signal, and rolls it back', async () => {
    const stop = new AbortController();
    const work = stoppable(db, stop.signal).transaction(async (tx) => {
      await tx.run('INSERT INTO one VALUES (1)');
      setImmediate(() => stop.abort(new Error('enough')));
      await tx.one(ENDLESS);
    });
    await expect(work).rejects.toThrow('enough');
    expect(await countOf()).toBe(0);
  });

  it('ends what a long transaction reads, and leaves the database to others', async () => {
    const stop = new AbortController();
    const work = db.longTransaction(async (whole) => {
      const store = stoppable(whole, stop.signal);
      await store.run('INSERT INTO one VALUES (1)');
      setImmediate(() => stop.abort(new Error('enough')));
      await store.all(ENDLESS);
    });
    await expect(work).rejects.toThrow('enough');
    await db.run('INSERT INTO one VALUES (2)');
    expect(await countOf()).toBe(1);
  });

  it('appends none of many rows when it is stopped among them', async () => {
    const stop = new AbortController();
    function* rows() {
      for (let n = 0; n < 100_000; n++) {
        if (n === 50_000) stop.abort(new Error('enough'));
        yield [n];
      }
    }
    await expect(stoppable(db, stop.signal).appendRows('one', ['n'], rows())).rejects.toThrow('enough');
    expect(await countOf()).toBe(0);
  });

  it('is the store itself where nothing can stop it', () => {
    expect(stoppable(db, undefined)).toBe(db);
  });
});
