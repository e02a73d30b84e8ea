/** Sources that lie or move: Parquet that claims rows it has not, a file written to while it is read, Python's NaN. */
import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, test } from 'vitest';
import { Bench } from './intake-harness';

const bench = new Bench();
afterAll(() => {
  bench.remove();
});

function flat(id: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    trace_id: 'f'.repeat(32),
    span_id: id.padStart(16, '0'),
    name: `chat ${id}`,
    start_time: '2026-04-01T10:00:00Z',
    end_time: '2026-04-01T10:00:01Z',
    attributes: { 'gen_ai.operation.name': 'chat', 'session.id': 's' },
    ...more,
  };
}

const lines = (count: number): string =>
  Array.from({ length: count }, (_, i) => `${JSON.stringify(flat(i.toString(16)))}\n`).join('');

describe('Parquet that claims more rows than it has', () => {
  const ROWS = 777;

  /** A number as Thrift's compact protocol writes it. */
  function varint(value: bigint): Buffer {
    const bytes: number[] = [];
    for (let rest = value * 2n; ; rest >>= 7n) {
      if (rest < 128n) return Buffer.from([...bytes, Number(rest)]);
      bytes.push(Number(rest & 127n) | 128);
    }
  }

  /** The file with another number of rows in its footer, in the file's own count or in that of its row group too. */
  function claiming(bytes: Buffer, rows: bigint, everywhere: boolean): Buffer {
    const length = bytes.readUInt32LE(bytes.length - 8);
    const start = bytes.length - 8 - length;
    const needle = Buffer.concat([Buffer.from([0x16]), varint(BigInt(ROWS))]);
    const claim = Buffer.concat([Buffer.from([0x16]), varint(rows)]);
    const pieces: Buffer[] = [];
    let at = start;
    for (let found = bytes.indexOf(needle, at); found !== -1; found = bytes.indexOf(needle, at)) {
      pieces.push(bytes.subarray(at, found), claim);
      at = found + needle.length;
      if (!everywhere) break;
    }
    expect(pieces.length).toBeGreaterThan(0);
    const footer = Buffer.concat([...pieces, bytes.subarray(at, start + length)]);
    const end = Buffer.alloc(8);
    end.writeUInt32LE(footer.length);
    end.write('PAR1', 4, 'latin1');
    return Buffer.concat([bytes.subarray(0, start), footer, end]);
  }

  test.each([
    ['in its footer', false],
    ['in its row groups too', true],
  ])('%s', async (name, everywhere) => {
    const path = bench.path('spans.parquet');
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run(
      `COPY (SELECT 'name ' || i AS name, 'LLM' AS span_kind, 'OK' AS status_code, printf('%016d', i) AS "context.span_id",
        printf('%032d', i) AS "context.trace_id", 's' AS "attributes.session.id" FROM range(${String(ROWS)}) AS t(i))
       TO '${path}' (FORMAT parquet)`,
    );
    connection.closeSync();
    const lying = bench.write(
      `lying ${name}.parquet`,
      claiming(readFileSync(path), 1_000_000_000_000n, everywhere),
    );
    const good = bench.write('good.jsonl', lines(3));
    const { sources } = await bench.import([lying, good]);
    expect(sources[1]).toMatchObject({ state: 'imported', records: 3 });
    const [source] = sources;
    // Whatever is made of it: it says what is wrong, or gives the rows that are there.
    if (source?.state === 'imported') expect(source.records).toBeLessThanOrEqual(ROWS);
    else expect(source?.reason).not.toBe('');
  });
});

describe('a file that another program writes to while it is read', () => {
  test('is read as far as it went at first, and says that it grew', async () => {
    const path = bench.write('growing.jsonl', lines(200));
    const size = readFileSync(path).length;
    let isGrown = false;
    const { sources } = await bench.import([path], {
      onProgress: ({ phase }) => {
        if (phase !== 'reading' || isGrown) return;
        isGrown = true;
        appendFileSync(path, lines(50));
      },
    });
    expect(isGrown).toBe(true);
    expect(sources[0]).toMatchObject({ state: 'imported', bytes: size, lines: 200, records: 200 });
    expect(sources[0]?.notes).toContainEqual({
      what: `the file grew while it was read: its first ${String(size)} bytes are in; import it again for the rest`,
      count: 1,
    });
  });

  test('says that it was changed where it was cut short', async () => {
    const path = bench.write('shrinking.jsonl', lines(200));
    let isCut = false;
    const { sources } = await bench.import([path], {
      onProgress: ({ phase }) => {
        if (phase !== 'reading' || isCut) return;
        isCut = true;
        truncateSync(path, 100);
        writeFileSync(path, lines(10));
      },
    });
    expect(isCut).toBe(true);
    expect(sources[0]?.notes.map(({ what }) => what).join()).toMatch(/changed while it was read|grew while/);
    const { records = 0, rejected = 0, blank = 0, lines: all } = sources[0] ?? {};
    expect(records + rejected + blank).toBe(all);
  });
});

test('NaN and Infinity, which Python writes, are read as null and cost nothing', async () => {
  const text = JSON.stringify(flat('1', { score: 'X', note: 'NaN is no "Infinity"' }));
  const content = ['NaN', '-Infinity', 'Infinity'].map((word, i) =>
    text.replace('"X"', word).replace('0000000000000001', `000000000000000${String(i + 1)}`),
  );
  const { sources, spans } = await bench.import([bench.write('nan.jsonl', content.join('\n'))]);
  expect(sources[0]).toMatchObject({ records: 3, rejected: 0 });
  expect(
    spans.map((span) => (JSON.parse(String(span['raw'])) as { note: string; score: unknown }).score),
  ).toEqual([null, null, null]);
  expect(String(spans[0]?.['raw'])).toContain('NaN is no');
});
