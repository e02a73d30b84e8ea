/**
 * The files that broke other readers, one by one: encodings, line ends, compression, depth, size, JSON's dark corners,
 * and files that are gone or not files. Each must come out with the right lines and reasons, its neighbours whole.
 */
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { inspectFiles } from '../../src/engine/intake/inspect';
import { Bench, type Imported } from './intake-harness';
import { zstdRaw, zstdRepeated } from './zstd-frames';

const bench = new Bench();
afterAll(() => {
  bench.remove();
});

/** A line of a Claude Code transcript. */
function said(i: number, text = `message ${String(i)}`): string {
  return JSON.stringify({
    parentUuid: i === 0 ? null : `u-${String(i - 1)}`,
    isSidechain: false,
    type: 'user',
    sessionId: 's-1',
    uuid: `u-${String(i)}`,
    timestamp: new Date(1_790_000_000_000 + i * 1000).toISOString(),
    message: { role: 'user', content: text },
  });
}

/** An OTLP line with one span. */
function span(id: string, attributes: Record<string, string> = {}): Record<string, unknown> {
  const list = Object.entries({ 'gen_ai.operation.name': 'chat', ...attributes }).map(
    ([key, stringValue]) => ({
      key,
      value: { stringValue },
    }),
  );
  const one = {
    traceId: id.padStart(32, '0'),
    spanId: id.padStart(16, '0'),
    name: `chat ${id}`,
    startTimeUnixNano: '1790000000000000000',
    endTimeUnixNano: '1790000001000000000',
    attributes: list,
  };
  return { resourceSpans: [{ scopeSpans: [{ spans: [one] }] }] };
}

const five = [0, 1, 2, 3, 4].map((i) => said(i));
const texts = (imported: Imported): unknown[] => imported.spans.map((row) => row['text']);
const FIVE_TEXTS = five.map((_, i) => `message ${String(i)}`);

async function one(name: string, content: string | Uint8Array, limits = {}): Promise<Imported> {
  return bench.import([bench.write(name, content)], { limits });
}

describe('encodings and line ends', () => {
  const text = five.join('\n');
  const swapped = Buffer.from(text, 'utf16le').swap16();
  test.each([
    ['a byte order mark', Buffer.from(`\ufeff${text}\n`)],
    ['CRLF', Buffer.from(five.join('\r\n'))],
    ['lone CR', Buffer.from(five.join('\r'))],
    ['UTF-16 with a mark', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16 big-endian with a mark', Buffer.concat([Buffer.from([0xfe, 0xff]), swapped])],
    ['UTF-16 without a mark', Buffer.from(text, 'utf16le')],
    ['UTF-16 big-endian without a mark', swapped],
    ['no end of the last line', Buffer.from(text)],
    ['gzip', gzipSync(text)],
    [
      'gzip in two members',
      Buffer.concat([gzipSync(`${five.slice(0, 2).join('\n')}\n`), gzipSync(five.slice(2).join('\n'))]),
    ],
    ['zstd', zstdRaw(Buffer.from(text))],
    [
      'zstd in two frames',
      Buffer.concat([
        zstdRaw(Buffer.from(`${five.slice(0, 2).join('\n')}\n`)),
        zstdRaw(Buffer.from(five.slice(2).join('\n'))),
      ]),
    ],
  ])('%s', async (name, bytes) => {
    const imported = await one(`encoding ${name}.jsonl`, bytes);
    expect(texts(imported)).toEqual(FIVE_TEXTS);
    expect(imported.sources[0]).toMatchObject({ records: 5, rejected: 0, blank: 0, lines: 5 });
  });

  test('blank lines keep their numbers', async () => {
    const imported = await one('blank.jsonl', ['', five[0], ' \t', '', five[1], '{', ''].join('\n'));
    expect(imported.sources[0]).toMatchObject({ lines: 6, records: 2, blank: 3, rejected: 1 });
    expect(imported.rejects.map((reject) => reject.line)).toEqual([6]);
    expect(imported.spans.map((row) => row['line'])).toEqual(['2', '5']);
  });

  test('NUL bytes and invalid UTF-8 cost their own lines', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${said(0)}\n${said(1).replace('message 1', 'mess\0age')}\n`),
      Buffer.from(said(2).replace('message 2', 'bad ')),
      Buffer.from([0xff, 0xfe, 0x0a]),
      Buffer.from(`${said(3)}\n\0\0\0\n${said(4)}`),
    ]);
    const imported = await one('bytes.jsonl', bytes);
    expect(imported.sources[0]).toMatchObject({ lines: 6, records: 3, rejected: 3 });
    expect(imported.rejects.map((reject) => reject.line)).toEqual([2, 3, 5]);
    expect(imported.rejects[1]?.reason).toMatch(/UTF-8/);
    expect(imported.rejects[0]?.excerpt).toContain(String.raw`\x00`);
  });
});

describe('compression that is broken or hostile', () => {
  const many = Array.from({ length: 5000 }, (_, i) => said(i, `${String(i)} ${String(Math.sin(i))}`)).join(
    '\n',
  );

  test.each([
    ['gzip', gzipSync(many)],
    ['zstd', zstdRaw(Buffer.from(many))],
  ])('truncated %s: what came before is kept, the break is reported', async (name, whole) => {
    const imported = await one(`cut.${name}`, whole.subarray(0, Math.floor(whole.length * 0.7)));
    const source = imported.sources[0];
    expect(source?.state).toBe('imported');
    expect(imported.spans.length).toBeGreaterThan(2000);
    expect(imported.rejects.at(-1)?.reason).toMatch(/cannot be read on/);
    expect((source?.records ?? 0) + (source?.rejected ?? 0) + (source?.blank ?? 0)).toBe(source?.lines);
  });

  test('a gzip bomb is stopped at the ratio', async () => {
    const bomb = gzipSync(
      Buffer.concat([Buffer.from(`${five.join('\n')}\n`), Buffer.alloc(40_000_000, 0x20)]),
    );
    const imported = await one('bomb.gz', bomb, { minExpandedBytes: 1_000_000 });
    expect(imported.rejects.at(-1)?.reason).toMatch(/grows more than 200 times/);
    expect(texts(imported)).toEqual(FIVE_TEXTS);
  });

  test('a zstd bomb of 16 KB is stopped long before its half a gigabyte', async () => {
    const bomb = Buffer.concat([zstdRaw(Buffer.from(`${five.join('\n')}\n`)), zstdRepeated(0x20, 4000)]);
    const imported = await one('bomb.zst', bomb, { minExpandedBytes: 1_000_000 });
    const reason = imported.rejects.at(-1)?.reason ?? '';
    expect(reason).toMatch(/grows more than 200 times/);
    expect(Number(/stopped after (\d+) bytes/.exec(reason)?.[1])).toBeLessThan(50_000_000);
    expect(texts(imported)).toEqual(FIVE_TEXTS);
  });

  test.each([
    ['gzip of noise', Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), Buffer.alloc(100, 0x55)])],
    ['zstd of noise', Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), Buffer.alloc(100, 0x55)])],
    ['two bytes of gzip', Buffer.from([0x1f, 0x8b])],
    ['PAR1 and nothing', Buffer.from('PAR1')],
    ['PAR1 around noise', Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(200, 7), Buffer.from('PAR1')])],
  ])('%s fails alone and says why', async (name, bytes) => {
    const good = bench.write(`beside ${name}.jsonl`, five.join('\n'));
    const imported = await bench.import([bench.write(name, bytes), good]);
    expect(imported.sources[0]?.state).toMatch(/failed|unrecognised/);
    expect(imported.sources[0]?.reason.length).toBeGreaterThan(10);
    expect(texts(imported)).toEqual(FIVE_TEXTS);
  });
});

describe('depth and length', () => {
  test('100,000 levels are rejected by their line', async () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    const inString = said(5, deep);
    const imported = await one('deep.jsonl', [...five, deep, `{"a":${deep}}`, inString].join('\n'));
    expect(imported.rejects.map((reject) => reject.line)).toEqual([6, 7]);
    expect(imported.rejects[0]?.reason).toMatch(/nested deeper than 256/);
    expect(imported.spans).toHaveLength(6);
  });

  test('a line beyond the limit is rejected with its length', async () => {
    const long = said(5, 'x'.repeat(50_000));
    const imported = await one('long.jsonl', [...five.slice(0, 3), long, ...five.slice(3)].join('\n'), {
      maxRecordBytes: 20_000,
    });
    expect(texts(imported)).toEqual(FIVE_TEXTS);
    expect(imported.rejects).toMatchObject([
      { line: 4, reason: expect.stringMatching(/longer than 20000 bytes/) },
    ]);
  });

  test('more rejects than are kept are counted', async () => {
    const bad = Array.from({ length: 50 }, () => '{');
    const imported = await one('many.jsonl', [...five, ...bad].join('\n'), { maxRejectsKept: 10 });
    expect(imported.sources[0]?.rejected).toBe(50);
    expect(imported.rejects).toHaveLength(10);
    expect(imported.sources[0]?.notes).toContainEqual({
      what: 'rejected records beyond those kept with an excerpt',
      count: 40,
    });
  });
});

describe('files with nothing in them say so, and what to do', () => {
  test.each([
    ['empty', '', /is empty.*Export/],
    ['blank', '\n', /only blank lines.*Export/],
    ['spaces', ' \r\n\t \n\n', /only blank lines.*Export/],
    ['bad lines', '{"a\n{"b\nnope\n', /first line: .*cut off.*JSON lines/],
    [
      'a picture',
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 1, 2, 3]),
      /PNG picture.*leave it out/,
    ],
  ])('%s', async (name, content, words) => {
    const path = bench.write(`nothing ${name}.jsonl`, content);
    const { sources } = await bench.import([path]);
    expect(sources[0]).toMatchObject({ state: 'unrecognised', reason: expect.stringMatching(words) });
    const [inspected] = await inspectFiles([{ path, displayPath: path }], []);
    expect(inspected?.problem).toMatch(words);
  });

  test('a table, whose rows can be mapped', async () => {
    const { sources } = await bench.import([bench.write('a table.csv', 'id,name\n1,a\n2,b\n')]);
    expect(sources[0]).toMatchObject({
      state: 'unrecognised',
      reason: 'no known format; map its fields to import it',
    });
  });
});

describe('documents', () => {
  const elements = ['a1', 'b2', 'c3', 'd4'].map((id) => span(id));
  const names = (imported: Imported): unknown[] => imported.spans.map((row) => row['name']).sort();

  test('pretty objects one after another', async () => {
    const text = elements.map((element) => JSON.stringify(element, null, 2)).join('\n');
    expect(names(await one('pretty.json', text))).toEqual(['chat a1', 'chat b2', 'chat c3', 'chat d4']);
  });

  test('an array with one broken element keeps the others', async () => {
    const parts = elements.map((element) => JSON.stringify(element));
    parts[1] = '{"resourceSpans": [,]}';
    const imported = await one('broken-element.json', `[${parts.join(',')}]`);
    expect(names(imported)).toEqual(['chat a1', 'chat c3', 'chat d4']);
    expect(imported.rejects).toHaveLength(1);
  });

  test.each([
    ['a quote that is not closed', '"spanId": "b2'],
    ['a bracket that is not closed', '"spanId": {"x": "b2",'],
  ])('a pretty array with %s keeps the elements around it', async (name, broken) => {
    const pretty = JSON.stringify(elements, null, 2).replace('"spanId": "00000000000000b2"', broken);
    const imported = await one(`${name}.json`, pretty);
    expect(names(imported)).toEqual(['chat a1', 'chat c3', 'chat d4']);
    expect(imported.rejects).toHaveLength(1);
    const line = pretty.slice(0, pretty.indexOf('chat c3')).split('\n').length;
    expect(Number(imported.spans.find((row) => row['name'] === 'chat c3')?.['line'])).toBeLessThanOrEqual(
      line,
    );
  });

  test('an array cut off in the middle keeps what is whole', async () => {
    const text = JSON.stringify(elements, null, 1);
    const imported = await one('cut-array.json', text.slice(0, text.indexOf('chat c3')));
    expect(names(imported)).toEqual(['chat a1', 'chat b2']);
    expect(imported.rejects[0]?.reason).toMatch(/ends inside/);
  });

  test('spans of a pretty document have their own lines', async () => {
    const document = { resourceSpans: elements.flatMap((element) => element['resourceSpans']) };
    const text = JSON.stringify(document, null, 2);
    const imported = await one('lines.json', text);
    const lineOf = (needle: string): number => text.slice(0, text.indexOf(needle)).split('\n').length;
    for (const row of imported.spans) {
      const named = lineOf(`"${String(row['name'])}"`);
      expect(named - Number(row['line'])).toBeGreaterThan(0);
      expect(named - Number(row['line'])).toBeLessThan(5);
    }
  });
});

describe('dark corners of JSON', () => {
  test('duplicate keys, huge numbers, lone surrogates, __proto__ and dots in keys', async () => {
    const lines = [
      said(0).replace('"message"', '"message":{"role":"user","content":"first"},"message"'),
      said(1).replace('"isSidechain"', `"big":${'9'.repeat(400)},"isSidechain"`),
      said(2).replace('message 2', String.raw`lone \ud800 half`),
      said(3).replace(
        '"isSidechain"',
        '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"isSidechain"',
      ),
      said(4).replace('"isSidechain"', '"a.b":1,"":2,"$..*":3,"isSidechain"'),
    ];
    const imported = await one('corners.jsonl', lines.join('\n'));
    expect(texts(imported)).toEqual(['message 0', 'message 1', 'lone \ufffd half', 'message 3', 'message 4']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
    expect(imported.sources[0]?.notes.filter(({ what }) => what.includes('more than once'))).toEqual([
      { what: 'a key is in one object more than once, its last value is read: "message" (line 1)', count: 1 },
    ]);
  });

  test('keys that are there twice are said with their lines, of lines, glued ones and documents', async () => {
    const twice = (i: number, key: string) => said(i).replace(`"${key}"`, `"${key}":null,"${key}"`);
    const repeats = ({ sources }: Imported) =>
      sources[0]?.notes.filter(({ what }) => what.includes('more than once'));
    const content = [said(0), twice(1, 'role'), twice(2, 'type') + twice(3, 'role'), said(4)].join('\n');
    const words = 'a key is in one object more than once, its last value is read';
    const read = await one('twice.jsonl', content);
    expect(texts(read)).toEqual([0, 1, 2, 3, 4].map((i) => `message ${String(i)}`));
    expect(repeats(read)).toEqual([{ what: `${words}: "role", "type" (lines 2, 3, 3)`, count: 3 }]);
    const pretty = JSON.stringify(
      [said(0), said(1)].map((line) => JSON.parse(line) as unknown),
      null,
      2,
    );
    const at = pretty.lastIndexOf('"role"');
    const escaped = `${pretty.slice(0, at)}"r\\u006fle": 1,\n${pretty.slice(at)}`;
    const document = await one('twice.json', escaped);
    expect(texts(document)).toEqual(['message 0', 'message 1']);
    const line = pretty.slice(0, at).split('\n').length + 1;
    expect(repeats(document)).toEqual([{ what: `${words}: "role" (line ${String(line)})`, count: 1 }]);
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '__defineGetter__'])(
    'attributes, tools and sessions called %s',
    async (word) => {
      const line = span('a1', { [word]: 'x', 'gen_ai.tool.name': word, 'gen_ai.conversation.id': word });
      const imported = await one(
        `${word}.jsonl`,
        `${JSON.stringify(line)}\n${said(0).replaceAll('s-1', word)}\n`,
      );
      expect(imported.spans[0]?.['session_id']).toBe(word);
      expect(({} as Record<string, unknown>)['x']).toBeUndefined();
    },
  );

  test('wrong types everywhere are survived', async () => {
    const junk: unknown[] = [null, 1e308, -0, true, '', [], {}, [[]], { a: null }];
    const base = JSON.parse(said(0)) as Record<string, unknown>;
    const lines = [said(0)];
    for (const key of Object.keys(base))
      for (const value of junk) lines.push(JSON.stringify({ ...base, [key]: value }));
    const otlp = [JSON.stringify(span('a1'))];
    for (const key of [
      'traceId',
      'spanId',
      'name',
      'startTimeUnixNano',
      'endTimeUnixNano',
      'attributes',
      'status',
      'events',
    ])
      for (const value of junk) {
        const line = span('b2') as {
          resourceSpans: { scopeSpans: { spans: Record<string, unknown>[] }[] }[];
        };
        Object.assign(line.resourceSpans[0]?.scopeSpans[0]?.spans[0] ?? {}, { [key]: value });
        otlp.push(JSON.stringify(line));
      }
    const paths = [
      bench.write('junk-claude.jsonl', lines.join('\n')),
      bench.write('junk-otlp.jsonl', otlp.join('\n')),
    ];
    const { sources } = await bench.import(paths);
    for (const source of sources) {
      expect(source.state, source.reason).toBe('imported');
      expect(source.records + source.rejected + source.blank).toBe(source.lines);
    }
  });
});

describe('files that are gone, forbidden or no files', () => {
  test('each fails alone, in words', async () => {
    const good = bench.write('good.jsonl', five.join('\n'));
    const folder = bench.path('folder.jsonl');
    mkdirSync(folder);
    const loop = bench.path('loop.jsonl');
    symlinkSync(loop, loop);
    const vanishing = bench.write('vanishing.jsonl', said(9));
    await inspectFiles([{ path: vanishing, displayPath: vanishing }], []);
    rmSync(vanishing);
    const paths = [folder, bench.path('missing.jsonl'), loop, vanishing, good];
    const imported = await bench.import(paths);
    expect(imported.sources.map((source) => source.state)).toEqual([
      'failed',
      'failed',
      'failed',
      'failed',
      'imported',
    ]);
    const reasons = imported.sources.map((source) => source.reason).join('\n');
    expect(reasons).not.toMatch(/E[A-Z]{4,}/);
    expect(imported.sources[1]?.reason).toMatch(/not there any more/);
    expect(imported.sources[2]?.reason).toMatch(/leads back to itself/);
    expect(texts(imported)).toEqual(FIVE_TEXTS);
  });

  test.skipIf(process.getuid?.() === 0)('one that may not be read', async () => {
    const forbidden = bench.write('forbidden.jsonl', said(0));
    chmodSync(forbidden, 0);
    const { sources } = await bench.import([forbidden]);
    expect(sources[0]).toMatchObject({ state: 'failed', reason: expect.stringMatching(/permissions/) });
  });

  test('names with quotes, patterns and foreign letters, Parquet too', async () => {
    const parquet = readFileSync(
      join(import.meta.dirname, '../fixtures/formats/openinference/spans.parquet'),
    );
    const paths = [`it's "odd" [1]*?.jsonl`, 'ünï çödé 漢字 🙂.jsonl', '%20 $HOME; --.jsonl'].map((name, i) =>
      bench.write(name, said(i)),
    );
    const odd = bench.write(`it's [1]*{a}.parquet`, parquet);
    const { sources, spans } = await bench.import([...paths, odd]);
    expect(sources.map((source) => source.state)).toEqual(['imported', 'imported', 'imported', 'imported']);
    expect(spans.filter((row) => row['source_id'] === sources[3]?.sourceId).length).toBeGreaterThan(0);
  });
});

describe('the same again', () => {
  test('two identical files in one import', async () => {
    const paths = [
      bench.write('twin-1.jsonl', five.join('\n')),
      bench.write('twin-2.jsonl', five.join('\n')),
    ];
    const imported = await bench.import(paths);
    expect(imported.sources.map((source) => source.state)).toEqual(['imported', 'duplicate']);
    expect(imported.spans).toHaveLength(5);
  });

  test('one session in two files that overlap', async () => {
    const paths = [
      bench.write('part-1.jsonl', five.slice(0, 3).join('\n')),
      bench.write('part-2.jsonl', five.slice(1).join('\n')),
    ];
    const imported = await bench.import(paths);
    expect(texts(imported)).toEqual(FIVE_TEXTS);
    expect(new Set(imported.spans.map((row) => row['session_id']))).toEqual(new Set(['s-1']));
  });
});
