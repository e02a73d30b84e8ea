import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cell, ColumnType } from './parquet-column';
import { ParquetRows } from './parquet-rows';

const columns = [
  ['name', 'VARCHAR'],
  ['whole', 'BIGINT'],
  ['small', 'INTEGER'],
  ['share', 'DOUBLE'],
  ['is_true', 'BOOLEAN'],
  ['empty', 'VARCHAR'],
] as const satisfies readonly (readonly [string, ColumnType])[];

describe('rows written as Parquet', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parquet-rows-'));
  let connection: DuckDBConnection;

  beforeAll(async () => {
    connection = await (await DuckDBInstance.create(':memory:')).connect();
  });

  afterAll(() => {
    connection.closeSync();
    rmSync(folder, { recursive: true, force: true });
  });

  async function readBack(rows: ParquetRows): Promise<unknown[][]> {
    const path = join(folder, 'rows.parquet');
    rows.writeTo(path);
    const reader = await connection.runAndReadAll('SELECT * FROM read_parquet(?)', [path]);
    return reader.getRows();
  }

  it('come back as they were', async () => {
    const rows: Cell[][] = [
      ['plain', 1n, 1, 0.5, true, null],
      [null, null, null, null, null, null],
      ['', -9_223_372_036_854_775_808n, -2_147_483_648, -1e300, false, null],
      ['umlaut ä, 漢字, 😀', 9_223_372_036_854_775_807n, 2_147_483_647, 1e-300, true, null],
      [`long ${'x'.repeat(100_000)}`, 0n, 0, 0, null, null],
    ];
    const held = new ParquetRows(columns);
    for (const row of rows) held.add(row);
    expect(held.count).toBe(5);
    expect(await readBack(held)).toEqual(rows);
    expect(held.count).toBe(0);
  });

  it('mend broken surrogates, round numbers and leave out what a column cannot hold', async () => {
    const held = new ParquetRows(columns);
    held.add(['half \ud83d', 4_294_967_296.4, 1, 1, true]);
    held.add(['\udc00 and more than a short text may have', -4_294_967_297, 1, 1, true]);
    held.add([12, NaN, 1, 1, true]);
    expect(await readBack(held)).toEqual([
      ['half \ufffd', 4_294_967_296n, 1, 1, true, null],
      ['\ufffd and more than a short text may have', -4_294_967_297n, 1, 1, true, null],
      ['12', null, 1, 1, true, null],
    ]);
  });

  it('are as many as wanted, written one after another', async () => {
    const held = new ParquetRows(columns);
    const path = join(folder, 'many.parquet');
    for (const round of [1, 2]) {
      const count = 30_000 * round;
      for (let i = 0; i < count; i++)
        held.add([i % 3 === 0 ? null : `n${String(i)}`, BigInt(i), i, i / 2, i % 2 === 0, null]);
      held.writeTo(path);
      const reader = await connection.runAndReadAll(
        `SELECT count(*)::INTEGER, count(name)::INTEGER, sum(whole)::DOUBLE, sum(small)::DOUBLE, sum(share), count(*) FILTER (is_true)::INTEGER,
           count(*) FILTER (name IS NOT NULL AND name <> 'n' || whole)::INTEGER
         FROM read_parquet(?)`,
        [path],
      );
      const sum = (count * (count - 1)) / 2;
      expect(reader.getRows()).toEqual([[count, (count * 2) / 3, sum, sum, sum / 2, count / 2, 0]]);
    }
  });
});
