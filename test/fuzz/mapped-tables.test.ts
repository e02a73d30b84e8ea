/**
 * Tables read by a mapping profile in SQL against the record function: the same files, read both ways, give the same canonical
 * rows in the same order, labels, rejects and counts.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import type { MappingProfileInput } from '../../src/shared/model/source';
import { claimingRows } from '../integration/claiming-rows';
import { Bench, damage, type Imported } from './intake-harness';
import { csvOf, linesOf, madeTable, writeTable } from './made-up-tables';

const bench = new Bench();
afterAll(() => {
  bench.remove();
});

function comparable({ sources, ...rest }: Imported) {
  const order = rest.order.map(({ session_id, span_id }) => `${String(session_id)} ${String(span_id)}`);
  const told = sources.map(({ notes, ...source }) => ({
    ...source,
    notes: notes.map(({ what, count }) => `${what}: ${String(count)}`).sort(),
  }));
  return { ...rest, order, sources: told };
}

/** Reads a table both ways; gives what came of it, and how many spans SQL read. */
async function readBothWays(
  path: string,
  profile: MappingProfileInput,
  bounds: { maxCellCharacters?: number } = {},
) {
  let bySql = 0;
  const sql = await bench.import([path], {
    profile,
    // Files so small that a table has several.
    limits: { ...bounds, twinFromBytes: 0, heldBytes: 100_000 },
    onTwin: (result) => (bySql = result?.spans ?? 0),
  });
  const record = await bench.import([path], { profile, limits: { ...bounds, twinFromBytes: Infinity } });
  const [found, wanted] = [comparable(sql), comparable(record)];
  // The first that differs says more than all of them.
  for (const [i, span] of wanted.spans.entries()) expect(found.spans[i]).toEqual(span);
  expect(found).toEqual(wanted);
  const read = sql.spans.length;
  return { imported: sql, share: bySql / Math.max(1, read) };
}

/** More of them when looking for what is read differently. */
const SEEDS = Array.from({ length: Number(process.env['MAPPED_SEEDS'] ?? 3) }, (_, i) => 100 + i);

describe('Parquet', () => {
  test('is read in SQL but for odd rows', async () => {
    const table = madeTable(7, 3000, Infinity, false);
    const path = await writeTable(bench.path('plain.parquet'), table);
    const { share, imported } = await readBothWays(path, table.profile);
    expect(share).toBeGreaterThan(0.7);
    expect(imported.sources[0]?.lines).toBe(3000);
  });
  test.each(SEEDS)('with oddities, seed %i', async (seed) => {
    const table = madeTable(seed, 400, 6, false);
    const path = await writeTable(bench.path(`odd-${String(seed)}.parquet`), table);
    await readBothWays(path, table.profile);
  });
  test.each([
    [
      'lists, structs and maps',
      `[1.5, 1e21, 1e-7] AS list, {'a': {'b': 0.1}} AS struct, MAP {'x': 2.0::DOUBLE} AS map`,
    ],
    ['what is no number', `CASE WHEN tin::VARCHAR LIKE '%7%' THEN 'NaN'::DOUBLE ELSE 1e15 END AS odd`],
    ['bytes', `'x'::BLOB AS bytes`],
    ['an uncommon year', `TIMESTAMP '0901-03-04 05:06:07' AS old`],
    ['names like numbers', `1 AS "10", 2 AS "9"`],
    ['names that differ in case', `'x' AS "CONV"`],
    ['a column named as ours are', `'x' AS line, 'y' AS raw, 'z' AS ordinal, 'w' AS kind`],
  ])('with columns of %s', async (what, extra) => {
    const table = madeTable(11, 60, Infinity, false);
    const path = await writeTable(bench.path(`extra-${what}.parquet`), table, `, ${extra}`);
    await readBothWays(path, table.profile);
  });
  test('columns of JSON: texts in them are without their quotes, what is null is nothing, the rest is as written', async () => {
    const json = `CASE tin % 4 WHEN 0 THEN to_json('say "' || tin || '"') WHEN 1 THEN 'null' WHEN 2 THEN to_json({'a': tin}) END::JSON`;
    const table = madeTable(15, 60, Infinity, false);
    const path = await writeTable(
      bench.path('json.parquet'),
      table,
      `, ${json} AS said, [${json}] AS list, {'in': ${json}} AS struct, MAP {'k': ${json}} AS map`,
    );
    const fields = { ...table.profile.fields, text: 'said' };
    const { imported } = await readBothWays(path, { ...table.profile, fields });
    const raws = imported.spans.map(({ raw }) => JSON.parse(String(raw)) as Record<string, unknown>);
    const texts = raws.filter(({ said }) => String(said).startsWith('say "'));
    expect(texts.length).toBeGreaterThan(0);
    for (const { said, list, struct, map } of texts)
      expect([list, struct, map]).toEqual([[said], { in: said }, [{ key: 'k', value: said }]]);
    expect(new Set(raws.map(({ said }) => String(said)[0]))).toEqual(new Set(['s', 'n', '{']));
    expect(imported.spans.some(({ text }) => String(text).startsWith('say "'))).toBe(true);
  });
  test('fields within structs, and partitions of the folder', async () => {
    const table = madeTable(12, 100, 10, false);
    mkdirSync(bench.path('team=north%20east'), { recursive: true });
    const path = await writeTable(
      bench.path('team=north%20east/part.parquet'),
      table,
      `, {'chat': {'id': 'c-' || tin}, 'who': who} AS meta`,
    );
    const fields = { ...table.profile.fields, session: 'meta.chat.id', cohort: 'team' };
    const { share, imported } = await readBothWays(path, { ...table.profile, fields });
    expect(share).toBeGreaterThan(0.3);
    expect(imported.spans.every((span) => String(span['session_id']).startsWith('c-'))).toBe(true);
  });
  test('damaged files give what their rows give', async () => {
    const table = madeTable(13, 3000, Infinity, false);
    const bytes = readFileSync(await writeTable(bench.path('whole.parquet'), table));
    for (const seed of SEEDS.slice(0, 3))
      await readBothWays(bench.write('damaged.parquet', damage(bytes, seed)), table.profile);
    bytes.fill(0x5a, Math.floor(bytes.length * 0.7), Math.floor(bytes.length * 0.7) + 400);
    const { imported } = await readBothWays(bench.write('burnt.parquet', bytes), table.profile);
    expect(imported.sources[0]?.spans).toBeGreaterThan(0);
  });
  test('a file that claims more rows than there are', async () => {
    const table = madeTable(14, 300, Infinity, false);
    const bytes = readFileSync(await writeTable(bench.path('honest.parquet'), table));
    const path = bench.write('claims.parquet', claimingRows(bytes, 300n, 1_000_000_000_000n));
    await readBothWays(path, table.profile);
  });
});

describe('CSV', () => {
  test('is read in SQL but for odd rows', async () => {
    const table = madeTable(21, 1000, Infinity, true);
    const path = bench.write('plain.csv', csvOf(table, 1, Infinity));
    expect((await readBothWays(path, table.profile)).share).toBeGreaterThan(0.7);
  });
  test.each(SEEDS)('with oddities, seed %i', async (seed) => {
    const table = madeTable(seed, 300, 6, true);
    await readBothWays(bench.write(`odd-${String(seed)}.csv`, csvOf(table, seed, 12)), table.profile);
  });
  test('compressed, and broken off', async () => {
    const table = madeTable(22, 400, Infinity, true);
    const packed = gzipSync(csvOf(table, 2, Infinity));
    const cut = bench.write('cut.csv.gz', packed.subarray(0, packed.length * 0.6));
    const { imported } = await readBothWays(cut, table.profile);
    expect(imported.rejects.at(-1)?.reason).toContain('cut off');
    expect(imported.spans.length).toBeGreaterThan(100);
  });
  test('with bytes of another encoding, and as UTF-16', async () => {
    const table = madeTable(23, 100, Infinity, true);
    const text = csvOf(table, 3, Infinity);
    await readBothWays(
      bench.write('latin.csv', Buffer.from(text.replaceAll('👍', ''), 'latin1')),
      table.profile,
    );
    await readBothWays(bench.write('wide.csv', Buffer.from(`\ufeff${text}`, 'utf16le')), table.profile);
  });
});

describe('JSON lines', () => {
  test('are read in SQL but for odd ones', async () => {
    const table = madeTable(31, 1000, Infinity, true);
    const path = bench.write('plain.jsonl', linesOf(table, 1, Infinity));
    expect((await readBothWays(path, table.profile)).share).toBeGreaterThan(0.7);
  });
  test.each(SEEDS)('with oddities, seed %i', async (seed) => {
    const table = madeTable(seed, 300, 6, true);
    const path = bench.write(`odd-${String(seed)}.jsonl`, linesOf(table, seed, 12));
    await readBothWays(path, table.profile);
  });
  test('with several records on some lines, which is left as a whole', async () => {
    const table = madeTable(32, 100, Infinity, true);
    const lines = linesOf(table, 1, Infinity).split('\n');
    const [first = '', second = ''] = lines;
    const path = bench.write(
      'glued.jsonl',
      [...lines.slice(0, 50), first + second, ...lines.slice(50)].join('\n'),
    );
    // What is told apart by their place alone has to be so as well.
    const { session: _session, trace: _trace, span: _span, ...fields } = table.profile.fields;
    for (const profile of [table.profile, { ...table.profile, fields }])
      expect((await readBothWays(path, profile)).share).toBe(0);
  });
  test('with records longer than what is kept of a value', async () => {
    const table = madeTable(31, 200, Infinity, true);
    const lines = linesOf(table, 1, Infinity).split('\n');
    const long = lines.map((line, i) =>
      i % 9 === 4 ? line.replace('{', `{"x":"${'y'.repeat(2000)}",`) : line,
    );
    const path = bench.write('long.jsonl', long.join('\n'));
    const { share } = await readBothWays(path, table.profile, { maxCellCharacters: 1500 });
    expect(share).toBeGreaterThan(0.5);
    expect(share).toBeLessThan(0.95);
  });
  test('compressed, with fields inside objects and texts', async () => {
    const table = madeTable(33, 300, Infinity, true);
    const packed = linesOf(table, 1, Infinity)
      .split('\n')
      .map((line, i) => {
        const { conv, customer, ...rest } = JSON.parse(line) as Record<string, unknown>;
        const meta = { 'chat.id': conv, who: JSON.stringify({ id: customer }) };
        return JSON.stringify({ ...rest, meta: i % 3 === 0 ? JSON.stringify(meta) : meta });
      });
    const fields = { ...table.profile.fields, session: 'meta.chat.id', user: 'meta.who.id' };
    const path = bench.write('inner.jsonl.gz', gzipSync(packed.join('\n')));
    const { share, imported } = await readBothWays(path, { ...table.profile, fields });
    expect(share).toBeGreaterThan(0.7);
    expect(new Set(imported.spans.map((span) => span['user_id'])).size).toBeGreaterThan(10);
  });
});
