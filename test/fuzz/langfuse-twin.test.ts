/**
 * Langfuse's exports read in SQL against its record function, as sql-twin.test.ts does of others: made-up observations as lines and
 * as Parquet, with oddities among them, and the fixtures.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { bothWays } from './both-ways';
import { Bench, random } from './intake-harness';
import { observations, writeObservations, type Row } from './made-up-langfuse';
import { madeTurns, type MadeSpan } from './made-up-spans';
import { layeredTurns } from './made-up-trees';

const bench = new Bench();
afterAll(() => {
  bench.remove();
});

const { readBothWays, compareBothWays, compareFiles } = bothWays(bench);

/** Files of oddities; more of them when looking for what is read differently. */
const SEEDS = Array.from({ length: Number(process.env['TWIN_SEEDS'] ?? 1) }, (_, i) => 70 + i);

const rowsOf = (turns: readonly MadeSpan[][], oddity: number, isTable = false): Row[] =>
  turns.flatMap((spans) => observations(spans, oddity, isTable));

const linesOf = (turns: readonly MadeSpan[][], oddity: number): string[] =>
  rowsOf(turns, oddity).map((row) => JSON.stringify(row));

describe('lines', () => {
  test('common ones are read in SQL but for a few traces', async () => {
    const path = bench.write('common.jsonl', linesOf(madeTurns(1, 40, Infinity), Infinity).join('\n'));
    expect(await readBothWays(path)).toBeGreaterThan(0.6);
  });
  test('with what frameworks lay around them', async () => {
    const path = bench.write('layers.jsonl', linesOf(layeredTurns(2, 40, random(2)), Infinity).join('\n'));
    expect(await readBothWays(path)).toBeGreaterThan(0.4);
  });
  for (const seed of SEEDS)
    test(`with oddities, seed ${String(seed)}`, async () => {
      const lines = linesOf(madeTurns(seed, 150, Infinity), 8);
      expect(await readBothWays(bench.write(`odd-${String(seed)}.jsonl`, lines.join('\n')))).toBeGreaterThan(
        0.2,
      );
    });
  test('written in other ways', async () => {
    const writings: ((line: string) => string)[] = [
      (line) => `${line}\r`,
      (line) => line.replaceAll('":', '": ').replaceAll(',"', ', "'),
      (line) => line.replaceAll('/', '\\/').replaceAll('ä', '\\u00e4'),
      (line) => line.replace('"latency":0.', '"latency":1.0,"x":0.'),
      (line) => line.replace('"level":"DEFAULT"', '"level":null,"level":"DEFAULT"'),
      (line) => line.replace('"tenant":"t-1"', '"tenant":null,"tenant":"t-1"'),
    ];
    const paths = writings.map((write, i) =>
      bench.write(
        `writing-${String(i)}.jsonl`,
        linesOf(madeTurns(20 + i, 20, Infinity), Infinity)
          .map((line, at) => (i < 3 || at % 9 === 0 ? write(line) : line))
          .join('\n'),
      ),
    );
    const { shares } = await compareFiles(paths);
    for (const { share } of shares) expect(share).toBeGreaterThan(0.2);
  });
});

describe('rows of Parquet', () => {
  test('common ones are read in SQL but for a few traces', async () => {
    const rows = rowsOf(madeTurns(3, 60, Infinity), Infinity, true);
    expect(await readBothWays(await writeObservations(bench.path('common.parquet'), rows))).toBeGreaterThan(
      0.7,
    );
  });
  for (const seed of SEEDS)
    test(`with oddities, seed ${String(seed)}`, async () => {
      const path = bench.path(`odd-${String(seed)}.parquet`);
      const rows = rowsOf(madeTurns(seed, 150, Infinity), 8, true);
      expect(await readBothWays(await writeObservations(path, rows))).toBeGreaterThan(0.2);
    });
  test('of other types', async () => {
    const rows = rowsOf(layeredTurns(4, 30, random(4)), Infinity, true);
    const path = await writeObservations(bench.path('types.parquet'), rows, {
      start_time: 'TIMESTAMPTZ',
      usage_details: 'VARCHAR',
      metadata: 'VARCHAR',
      total_cost: 'DOUBLE',
    });
    expect(await readBothWays(path)).toBeGreaterThan(0.4);
    const others = await writeObservations(bench.path('floats.parquet'), rows, {
      cost_details: 'MAP(VARCHAR, DOUBLE)',
      input: 'JSON',
    });
    await readBothWays(others);
  });
  test('a column that is not known is left to the record function where it has something', async () => {
    const rows = rowsOf(madeTurns(5, 20, Infinity), Infinity, true).map((row, i) => ({
      ...row,
      quality: i % 10 === 0 ? [0.5] : null,
    }));
    const path = await writeObservations(bench.path('more.parquet'), rows, { quality: 'DOUBLE[]' });
    const { share } = await compareBothWays(path);
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(1);
  });
});

test('files of scores and of traces alone are not tried, and one of both with observations is', async () => {
  const fixture = (name: string): string =>
    readFileSync(join(import.meta.dirname, '../fixtures/formats/langfuse', name), 'utf8').trim();
  for (const name of ['scores.jsonl', 'legacy-traces.jsonl']) {
    const { shares } = await compareFiles([bench.write(`alone-${name}`, fixture(name))]);
    expect(shares).toEqual([]);
  }
  const lines = [fixture('scores.jsonl'), ...linesOf(madeTurns(6, 20, Infinity), Infinity)];
  const { shares } = await compareFiles([bench.write('both.jsonl', lines.join('\n'))]);
  expect(shares).toHaveLength(1);
  expect(shares[0]?.share).toBeGreaterThan(0.2);
});

test('the fixtures', async () => {
  const folder = join(import.meta.dirname, '../fixtures/formats/langfuse');
  for (const name of readdirSync(folder))
    if (/\.(jsonl|parquet)$/.test(name))
      await readBothWays(bench.write(name, readFileSync(join(folder, name))));
});
