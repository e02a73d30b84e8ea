import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mappingProfileSchema, type MappingProfileInput } from '../../shared/model/source';
import { partitionsOf, withPartitions } from './hive-partition';
import { guessMappingOf } from './inspect';
import { runIntake } from './run';

let dir = '';
let connection: DuckDBConnection;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'faultline-hive-'));
  connection = await (await DuckDBInstance.create(':memory:')).connect();
});
afterAll(() => {
  connection.closeSync();
  rmSync(dir, { recursive: true, force: true });
});

async function importedSpans(paths: readonly string[], profile?: MappingProfileInput) {
  const stagingDir = mkdtempSync(join(dir, 'staging-'));
  const parsed = profile && mappingProfileSchema.parse(profile);
  const files = paths.map((path) => ({ path, displayPath: path, ...(parsed ? { profile: parsed } : {}) }));
  const { sources } = await runIntake(
    { task: 'import', importId: 'hive', stagingDir, files, knownHashes: [] },
    () => undefined,
  );
  const rows = await connection.runAndReadAll(
    `SELECT name, cohort, text, raw FROM read_parquet('${join(stagingDir, 'span.parquet')}') ORDER BY text`,
  );
  return { sources, rows: rows.getRowObjectsJson() };
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

describe('partitions of a path', () => {
  test.each([
    ['/lake/year=2026/month=03/part-0.parquet', { year: '2026', month: '03' }],
    ['C:\\lake\\tenant=a%20b\\x.csv', { tenant: 'a b' }],
    ['lake/region=__HIVE_DEFAULT_PARTITION__/x.parquet', { region: null }],
    ['lake/broken=%zz/x.parquet', { broken: '%zz' }],
  ])('%s', (path, expected) => {
    expect(partitionsOf(path)).toEqual(expected);
  });

  test('a file whose own name has an equals sign has none', () => {
    expect(partitionsOf('/lake/plain/year=2026.parquet')).toBeNull();
  });

  test('a field of the row wins over the folder, and no key reaches the prototype', () => {
    expect(withPartitions({ year: 2025 }, { year: '2026', day: '1' })).toEqual({ year: 2025, day: '1' });
    const row = withPartitions({}, partitionsOf('lake/__proto__=x/y.parquet'));
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
  });
});

describe('import of a partitioned folder', () => {
  test('a mapping may name the partition columns of Parquet', async () => {
    const folder = join(dir, 'mapped');
    await connection.run(
      `COPY (SELECT * FROM (VALUES ('north', 's1', 'Is the ferry late?'), ('south', 's2', 'Where is gate 4?')) AS t (tenant, chat, said))
       TO '${folder}' (FORMAT parquet, PARTITION_BY (tenant))`,
    );
    const { sources, rows } = await importedSpans(filesBelow(folder), {
      name: 'ferry',
      fields: { session: 'chat', text: 'said', cohort: 'tenant' },
    });
    expect(sources.map(({ state }) => state)).toEqual(['imported', 'imported']);
    expect(rows.map(({ text, cohort }) => [text, cohort])).toEqual([
      ['Is the ferry late?', 'north'],
      ['Where is gate 4?', 'south'],
    ]);
  });

  test('the mapping form proposes from them, also for lines', async () => {
    const folder = join(dir, 'lines', 'tenant=north');
    mkdirSync(folder, { recursive: true });
    const path = join(folder, 'chats.jsonl');
    writeFileSync(path, '{"chat":"s1","said":"hello"}\n{"chat":"s1","said":"good bye"}\n');
    const { fields } = await guessMappingOf({ path, displayPath: path });
    expect(fields.map((field) => field.path)).toContain('tenant');
  });

  test('rows of the LangSmith bulk export keep them', async () => {
    const folder = join(dir, 'bulk');
    await connection.run(
      `COPY (SELECT 'run-1' AS id, 'trace-1' AS trace_id, '20260301T080000000000Zrun-1' AS dotted_order, 'llm' AS run_type, 'answer' AS name,
         TIMESTAMP '2026-03-01 08:00:00' AS start_time, '{"messages":[{"role":"user","content":"Is the ferry late?"}]}' AS inputs, '2026' AS year, '3' AS month)
       TO '${folder}' (FORMAT parquet, PARTITION_BY (year, month))`,
    );
    const { sources, rows } = await importedSpans(filesBelow(folder));
    expect(sources[0]?.format).toBe('langsmith');
    const raw = rows.map((row) => JSON.parse(row['raw'] as string) as Record<string, unknown> | null);
    expect(raw.find((row) => row?.['id'] === 'run-1')).toMatchObject({ year: '2026', month: '3' });
  });
});
