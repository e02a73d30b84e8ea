import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readChosenRows, readParquetRows, type LostRows } from './foreign-parquet';

const ROWS = 200_000;
const GROUP_ROWS = 10_240;

describe('a Parquet file of many row groups, some damaged', () => {
  const folder = mkdtempSync(join(tmpdir(), 'foreign-parquet-'));
  const path = join(folder, 'damaged.parquet');

  beforeAll(async () => {
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run(
      `COPY (SELECT range AS no, md5(range::VARCHAR) AS text FROM range(${String(ROWS)}))
       TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE ${String(GROUP_ROWS)}, COMPRESSION zstd)`,
    );
    // Far behind what is read ahead of the first rows.
    const found = await connection.runAndReadAll(
      `SELECT data_page_offset::INTEGER FROM parquet_metadata('${path}') WHERE path_in_schema = 'text' AND row_group_id IN (10, 16)`,
    );
    connection.closeSync();
    const bytes = readFileSync(path);
    for (const [offset] of found.getRows()) bytes.fill(0xff, Number(offset), Number(offset) + 400);
    writeFileSync(path, bytes);
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('gives the rows of all others, and says which are lost and why', async () => {
    const taken: number[] = [];
    const lost: LostRows[] = [];
    await readParquetRows(
      path,
      '*',
      (rows) => taken.push(...rows.map((row) => Number(row['no']))),
      (rows) => lost.push(rows),
    );
    const missing = lost.flatMap(({ first, count }) =>
      Array.from({ length: count }, (_, i) => first - 1 + i),
    );
    expect(lost).toHaveLength(2);
    for (const { count, reason } of lost) {
      expect(count).toBeLessThanOrEqual(GROUP_ROWS);
      expect(reason).toMatch(/^the Parquet file is damaged \((?!reading broke off).+\): fetch it again$/);
    }
    expect([...taken, ...missing].sort((a, b) => a - b)).toEqual(Array.from({ length: ROWS }, (_, i) => i));
    expect(taken).toEqual([...taken].sort((a, b) => a - b));
  });

  it('gives as many rows where a group takes more memory than is usual', async () => {
    let taken = 0;
    let lost = 0;
    await readParquetRows(
      path,
      '*',
      (rows) => (taken += rows.length),
      ({ count, reason }) => {
        expect(reason).not.toMatch(/memory/i);
        lost += count;
      },
      { usual: '1MB', most: '512MB' },
    );
    expect(taken + lost).toBe(ROWS);
    expect(lost).toBeLessThanOrEqual(2 * GROUP_ROWS);
  });

  it('fails where chosen rows cannot be read', async () => {
    const all = Array.from({ length: ROWS }, (_, i) => i + 1);
    await expect(readChosenRows(path, all, () => undefined)).rejects.toThrow();
  });
});
