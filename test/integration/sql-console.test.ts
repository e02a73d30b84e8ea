/** The read-only console against a real workspace: what it answers, and all it must refuse. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentedViews } from '../../src/engine/report/views.data';
import { generateSample } from '../../src/engine/sample/generate';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';

let bench: TestEngine;

beforeAll(async () => {
  bench = await startEngine();
  const { files } = generateSample({ seed: 7, sessions: 20 });
  const path = join(bench.dir, 'support.jsonl');
  writeFileSync(path, files.find((file) => file.name.endsWith('.otlp.jsonl'))?.text ?? '');
  await bench.client.workspace.create({ name: 'Audit' });
  await bench.importFiles(path);
});
afterAll(async () => {
  await bench.close();
  removeEngine(bench);
});

const run = (query: string, more: { limit?: number; timeoutSeconds?: number } = {}) =>
  bench.client.sql.run({ query, ...more });
async function rowsOf(query: string): Promise<unknown[][]> {
  const answer = await run(query);
  if (answer.kind === 'problem') throw new Error(answer.message);
  return answer.result.rows;
}

describe('the documented views', () => {
  test('have exactly the columns that are documented, each with a type', async () => {
    const described = await bench.client.sql.views();
    for (const view of described) {
      const answer = await run(`SELECT * FROM ${view.name} LIMIT 1`);
      if (answer.kind === 'problem') throw new Error(`${view.name}: ${answer.message}`);
      expect(
        answer.result.columns.map((column) => column.name),
        view.name,
      ).toEqual(view.columns.map((column) => column.name));
      expect(view.columns.filter((column) => column.type === '')).toEqual([]);
    }
    expect(described.map((view) => view.name)).toEqual(documentedViews.map((view) => view.name));
  });

  test('agree with the figures of the workbench, and hold whole texts', async () => {
    const summary = await bench.client.overview.summary();
    expect(await rowsOf('SELECT count(*) FROM sessions')).toEqual([[summary.sessions]]);
    expect(await rowsOf('SELECT count(*) FROM spans')).toEqual([[summary.spans]]);
    expect(
      await rowsOf(
        "SELECT count(*) FROM spans AS s JOIN span_texts AS t USING (session_id, span_id) WHERE left(coalesce(t.text, ''), 2000) <> s.text",
      ),
    ).toEqual([[0]]);
  });
});

describe('a query', () => {
  test('may use WITH, joins, windows and row functions, and is told when it is cut', async () => {
    const rows = await rowsOf(
      'WITH a AS (SELECT n FROM range(5) AS r(n)) SELECT n, sum(n) OVER (ORDER BY n) AS total FROM a ORDER BY n DESC;',
    );
    expect(rows.map((row) => row.map(Number))).toEqual([
      [4, 10],
      [3, 6],
      [2, 3],
      [1, 1],
      [0, 0],
    ]);
    const cut = await run('SELECT span_id FROM spans', { limit: 3 });
    expect(cut).toMatchObject({ kind: 'result', result: { isCut: true } });
  });

  test('keeps its columns apart whatever they are called', async () => {
    expect(await rowsOf('SELECT 2, 1, 3')).toEqual([[2, 1, 3]]);
    expect(await rowsOf('SELECT 1 AS a, 2 AS a')).toEqual([[1, 2]]);
  });

  test('that is wrong comes back with its place', async () => {
    expect(await run('SELECT * FROM sessions WHERE')).toMatchObject({ kind: 'problem' });
    expect(await run('SELEC 1')).toMatchObject({ kind: 'problem', position: 0 });
    expect(await run('SELECT nonsense FROM sessions')).toMatchObject({ kind: 'problem', position: 7 });
    expect(await run('SELECT * FROM nowhere')).toMatchObject({ kind: 'problem', position: 14 });
  });

  test('that takes too long is stopped, and the workspace goes on', async () => {
    const answer = await run(
      'SELECT sum(a.range * b.range) FROM range(10000000) AS a, range(10000000) AS b',
      {
        timeoutSeconds: 1,
      },
    );
    expect(answer).toMatchObject({ kind: 'problem' });
    expect(answer.kind === 'problem' ? answer.message : '').toMatch(/longer than 1 s/);
    expect(await rowsOf('SELECT 1')).toEqual([[1]]);
  }, 60_000);

  test.each([
    'DELETE FROM session',
    'DROP VIEW sessions',
    "COPY (SELECT 1) TO 'x.csv'",
    "ATTACH 'x.duckdb'",
    'PRAGMA database_list',
    'SET threads = 1',
    'CALL pragma_version()',
    'SELECT 1; SELECT 2',
    'SELECT 1; DROP TABLE session',
    'SELECT 1) ; DROP TABLE session; SELECT * FROM (SELECT 1',
    "SELECT * FROM read_text('workspace.json')",
    "SELECT * FROM read_csv('journal.jsonl')",
    "SELECT * FROM glob('*')",
    "SELECT * FROM 'journal.jsonl'",
    'SELECT * FROM "imports/x/span.parquet"',
    'SELECT * FROM duckdb_settings()',
    'SELECT * FROM duckdb_tables()',
    'SELECT * FROM information_schema.tables',
    'SELECT * FROM main.session',
    'SELECT * FROM journal',
    'SELECT * FROM span',
    'SELECT * FROM (SUMMARIZE span)',
    'SELECT * FROM (DESCRIBE finding)',
    "SELECT current_setting('temp_directory')",
    "SELECT getenv('HOME')",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM sessions WHERE session_id IN (SELECT content FROM read_text('workspace.json'))",
    "WITH x AS (SELECT * FROM read_blob('workspace.json')) SELECT * FROM x",
    "SELECT * FROM (SELECT * FROM sniff_csv('journal.jsonl'))",
    '',
  ])('may not: %s', async (query) => {
    const answer = await run(query);
    expect(answer.kind).toBe('problem');
    expect(await rowsOf('SELECT count(*) > 0 FROM sessions')).toEqual([[true]]);
  });
});

test('a result goes out whole, and a spreadsheet runs nothing of it', async () => {
  const written = await bench.client.sql.export({ query: "SELECT '=1+1' AS a, 2 AS b", format: 'csv' });
  const path = bench.engine.grants.resolve(written.handle) ?? '';
  expect(existsSync(path)).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe('"a","b"\n"\'=1+1","2"\n');
});

test('queries are kept, and undo takes them back', async () => {
  await bench.client.sql.save({ name: 'long ones', query: 'SELECT 1' });
  expect(await bench.client.sql.saved()).toEqual([{ name: 'long ones', query: 'SELECT 1' }]);
  await bench.client.workspace.undo();
  expect(await bench.client.sql.saved()).toEqual([]);
});

describe('what is shown', () => {
  test('has the place of a problem in what was written, whatever stands before it', async () => {
    const place = async (query: string, word: string) =>
      expect(await run(query)).toMatchObject({ kind: 'problem', position: query.indexOf(word) });
    await place("\n  SELECT '🚲', 'ä' FROM nowhere", 'nowhere');
    await place("\n  SELECT '🚲', 'ä' FROM WHERE", 'WHERE');
    await place('-- first\nSELECT nonsense FROM sessions;', 'nonsense');
  });

  test('is bounded: long texts are cut and counted, and a result ends before it fills the memory', async () => {
    const cut = await run("SELECT repeat('x', 100001) AS long, 'short' AS short");
    expect(cut).toMatchObject({ kind: 'result', result: { cutValues: 1, isCut: false } });
    const full = await run("SELECT repeat('x', 100000) AS long FROM range(1000)");
    expect(full.kind === 'result' && full.result.rows.length).toBe(300);
    expect(full).toMatchObject({ result: { isCut: true } });
  });
});
