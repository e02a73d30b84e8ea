/**
 * An extract opened in place: its Parquet files stay where they are, the index reads what it needs of them, and a session
 * is read from the one file that holds it, as DuckDB's own account of its scans says.
 */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { spanRows } from '../../src/engine/intake/extract-files';
import { extractStatements } from '../../src/engine/lake/extract-sql';
import { extractOptionsSchema } from '../../src/shared/contract/extract';
import type { ImportRecord } from '../../src/shared/model/source';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';
import { lakeTable } from '../support/lake-table';

let bench: TestEngine;
let folder: string;
let extract: string;

async function inDuckDb<T>(
  work: (run: (sql: string) => Promise<Record<string, unknown>[]>) => Promise<T>,
): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    return await work(async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson());
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-extract-'));
  extract = join(folder, 'extract');
  await inDuckDb(async (run) => {
    await run(`CREATE TABLE lake AS ${lakeTable('otlp-flat', 'map')}`);
    const options = extractOptionsSchema.parse({
      engine: 'duckdb',
      table: 'lake',
      layout: 'otlp-flat',
      out: extract,
    });
    for (const { sql } of extractStatements(options)) await run(sql);
  });
  bench = await startEngine();
  await bench.client.workspace.create({ name: 'Lake' });
});
afterEach(async () => {
  await bench.close();
  removeEngine(bench);
  rmSync(folder, { recursive: true, force: true });
});

async function open(
  choice: { from?: string; to?: string; sources?: string[] } = {},
  path = extract,
): Promise<ImportRecord> {
  for await (const event of await bench.client.extract.open({ handle: bench.grant(path), ...choice }))
    if (event.type === 'done') return event.record;
  throw new Error('It ended without a record.');
}

const workspace = async (): Promise<{ path: string }> => ({
  path: (await bench.client.workspace.current())?.path ?? '',
});

const sessionIds = async (): Promise<string[]> =>
  (await bench.client.session.list({ offset: 0, limit: 50 })).items.map((one) => one.sessionId).sort();

/** Parquet files below a folder. */
const parquetIn = (path: string): string[] =>
  (readdirSync(path, { recursive: true }) as string[]).filter((name) => name.endsWith('.parquet')).sort();

describe('an extract opened in place', () => {
  test('is looked at by its footers', async () => {
    expect(await bench.client.extract.look({ handle: bench.grant(extract) })).toMatchObject({
      files: 3,
      spans: 10,
      partitions: [
        { date: '2026-03-01', source: 'travel_desk', files: 1, spans: 6 },
        { date: '2026-03-02', source: 'faq', files: 1, spans: 2 },
        { date: '2026-03-02', source: 'travel_desk', files: 1, spans: 2 },
      ],
    });
    expect(await bench.client.extract.look({ handle: bench.grant(folder) })).toBeNull();
  });

  test('is read where it lies: nothing of its spans is copied, and all of it is at hand', async () => {
    const record = await open();
    expect(record).toMatchObject({ spans: 10, sessions: 3 });
    const { path } = await workspace();
    expect(parquetIn(join(path, 'imports', record.importId))).toEqual(['label.parquet', 'reject.parquet']);
    expect(await sessionIds()).toEqual(['c1', 'c2', 'cc01']);
    const detail = await bench.client.session.span({ sessionId: 'c1', spanId: '03' });
    expect(detail).toMatchObject({
      toolName: 'find_train',
      input: '{"to":"Lyon"}',
      status: 'error',
      statusMessage: 'timetable is not there',
      sourcePath: expect.stringMatching(/span\/date=2026-03-01\/source=travel_desk\/.*\.parquet$/) as string,
      line: 4,
    });
    expect(JSON.parse(detail.attributes ?? '{}')).toMatchObject({ 'error.type': 'timeout' });
    const { turns } = await bench.client.overview.summary();
    expect(turns).toBe(4);
    // What the extract found is a label of it, and the workbench's own detectors ran over it.
    expect((await bench.client.session.outline({ sessionId: 'c1' })).labels).toMatchObject([
      { name: 'failed-tool-call', kind: 'failure', spanId: '03', annotator: 'extract 1' },
    ]);
    const found = await bench.client.sql.run({
      query: "SELECT text FROM span_texts WHERE session_id = 'c2' AND text = 'Gate 4.'",
      limit: 5,
      timeoutSeconds: 20,
    });
    expect(found).toMatchObject({ kind: 'result', result: { rows: [['Gate 4.']] } });
  });

  test('stays at hand when the workspace is opened again, and when its index is made anew', async () => {
    await open();
    const { path } = await workspace();
    await bench.close();
    rmSync(join(path, 'index.duckdb'));
    bench = await startEngine(bench.dir);
    await bench.engine.openPath(path);
    expect(await sessionIds()).toEqual(['c1', 'c2', 'cc01']);
    expect((await bench.client.session.span({ sessionId: 'c2', spanId: '05' })).output).toContain('Gate 4.');
  });

  test('is not read by somebody who never opened it, and the workspace says so', async () => {
    await open();
    const { path } = await workspace();
    await bench.close();
    const copy = join(folder, 'copy.faultline');
    cpSync(path, copy, { recursive: true });
    rmSync(join(copy, 'index.duckdb'), { force: true });
    bench = await startEngine();
    await bench.engine.openPath(copy);
    expect(await sessionIds()).toEqual([]);
    const [record] = await bench.client.imports.list();
    expect(record?.sources[0]).toMatchObject({ state: 'failed' });
    expect(record?.sources[0]?.reason).toMatch(/opened in place|cannot be read/);
    // Opening it once is enough.
    expect(await open()).toMatchObject({ spans: 10 });
    expect(await sessionIds()).toEqual(['c1', 'c2', 'cc01']);
  });

  test.each([
    { what: 'a day', choice: { from: '2026-03-02' }, sessions: ['c2', 'cc01'] },
    { what: 'days', choice: { from: '2026-02-01', to: '2026-03-01' }, sessions: ['c1'] },
    { what: 'a source', choice: { sources: ['faq'] }, sessions: ['cc01'] },
  ])('opens the partitions of $what alone', async ({ choice, sessions }) => {
    const record = await open(choice);
    expect(await sessionIds()).toEqual(sessions);
    expect(record.sources.filter((source) => source.spans > 0)).toHaveLength(sessions.length);
  });

  test('adds nothing when it is opened twice', async () => {
    await open();
    expect((await open()).sources.every(({ state }) => state === 'duplicate')).toBe(true);
    expect(await bench.client.imports.list()).toHaveLength(1);
  });

  test('goes to a colleague as a queue with its sessions, who needs no such folder', async () => {
    await open();
    const { queueId } = await bench.client.review.createQueue({ name: 'Lake', sampling: { kind: 'random' } });
    const file = await bench.client.review.exportQueue({ queueId });
    const path = bench.engine.grants.resolve(file.handle) ?? '';
    const packed = join(folder, file.name);
    cpSync(path, packed);
    await bench.close();
    rmSync(extract, { recursive: true });
    bench = await startEngine();
    await bench.engine.openPath(packed);
    expect(await sessionIds()).toEqual(['c1', 'c2', 'cc01']);
  });
});

describe('what goes wrong is said', () => {
  test('of a folder that is no extract', async () => {
    await expect(open({}, folder)).rejects.toThrow(/is no extract: it holds no span\/date=/);
    await expect(open({ from: '2030-01-01' })).rejects.toThrow(/None of the extract’s partitions is chosen/);
    expect(await bench.client.imports.list()).toEqual([]);
  });

  test('of a file that is damaged, and of one without a column that must be there', async () => {
    const [first] = parquetIn(join(extract, 'span', 'date=2026-03-01'));
    writeFileSync(join(extract, 'span', 'date=2026-03-01', first ?? ''), 'PAR1 no more');
    const odd = join(extract, 'span', 'date=2026-03-02', 'source=faq', 'odd.parquet');
    await inDuckDb((run) =>
      run(`COPY (SELECT 'x' AS session_id, 'y' AS span_id) TO '${odd}' (FORMAT parquet)`),
    );
    const record = await open();
    const said = record.sources
      .filter(({ state }) => state === 'failed')
      .map(({ name, reason }) => [name, reason]);
    expect(said).toHaveLength(2);
    expect(said[1]?.[1]).toMatch(/no column kind/);
    expect(await sessionIds()).toEqual(['c2', 'cc01']);
  });

  test('of rows without an id, by file and row', async () => {
    const extra = join(extract, 'span', 'date=2026-03-02', 'source=faq', 'extra.parquet');
    await inDuckDb((run) =>
      run(
        `COPY (SELECT * FROM (VALUES ('s9', 'a', 'user', 'hello'), (NULL, 'b', 'llm', 'lost')) AS t(session_id, span_id, kind, text)) TO '${extra}' (FORMAT parquet)`,
      ),
    );
    const record = await open();
    expect(record.sources.find(({ name }) => name.endsWith('extra.parquet'))).toMatchObject({
      lines: 2,
      records: 1,
      rejected: 1,
    });
    const rejects = await bench.client.imports.rejects({ importId: record.importId, offset: 0, limit: 10 });
    expect(rejects.items).toMatchObject([{ line: 2, reason: 'the row has no session_id, span_id or kind' }]);
    expect(await sessionIds()).toEqual(['c1', 'c2', 'cc01', 's9']);
  });
});

describe('pruning, by DuckDB’s account', () => {
  /** What the scan of the spans' files says of itself when the query is run. */
  async function scanOf(importDir: string, sql: string): Promise<{ files: string; columns: string[] }> {
    const [row] = await inDuckDb((run) => run(`EXPLAIN (ANALYZE, FORMAT json) ${sql}`));
    const plan = JSON.parse(String(Object.values(row ?? {}).at(-1))) as unknown;
    const found: { extra_info: Record<string, unknown> }[] = [];
    const walk = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      const info = (node as { extra_info?: Record<string, unknown> }).extra_info;
      if (info && JSON.stringify(info).includes('Total Files Read')) found.push({ extra_info: info });
      for (const one of Object.values(node)) walk(one);
    };
    walk(plan);
    expect(existsSync(importDir)).toBe(true);
    const info = found[0]?.extra_info ?? {};
    return {
      files: String(info['Total Files Read']),
      columns: [info['Projections'] ?? []].flat().map(String),
    };
  }

  test('a session is read from its one file, a filter on the partition reads its files, a narrow query its columns', async () => {
    const record = await open();
    const { path } = await workspace();
    const dir = join(path, 'imports', record.importId);
    const source = record.sources.find(({ name }) => name.includes('source=faq') && name.startsWith('span'));
    const all = await scanOf(dir, `SELECT session_id, kind FROM (${spanRows(dir)})`);
    expect(all.files).toBe('3');
    const one = await scanOf(
      dir,
      `SELECT text FROM (${spanRows(dir, new Set([source?.sourceId ?? '']))}) WHERE session_id = 'cc01'`,
    );
    expect(one.files).toBe('1');
    const pruned = await scanOf(
      dir,
      `SELECT session_id, text FROM read_parquet('${extract}/span/*/*/*.parquet', hive_partitioning = true) WHERE "date" = '2026-03-01' AND source = 'travel_desk'`,
    );
    expect(pruned.files).toBe('1');
    expect([...pruned.columns].sort()).toEqual(['session_id', 'text']);
    const narrow = await scanOf(dir, `SELECT kind FROM (${spanRows(dir)})`);
    for (const wide of ['text', 'input', 'output', 'attributes', 'raw'])
      expect(narrow.columns).not.toContain(wide);
    expect(narrow.columns).toContain('kind');
    expect(readFileSync(join(dir, 'extract.json'), 'utf8')).not.toContain('Gate 4.');
  });
});
