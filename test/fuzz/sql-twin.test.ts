/**
 * The twin in SQL of a format against its record function: the same files, read both ways, give the same canonical rows, labels,
 * rejects and counts. Made-up files hold what is common and, every now and then, something that is not; fixtures are read as
 * they are, one record a line, and so are the traces of others where they are at hand.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { bothWays } from './both-ways';
import { Bench, random } from './intake-harness';
import { writeFrame } from './made-up-frames';
import { openInference, traceloop } from './made-up-indexed';
import {
  flatLines,
  flatNanoLines,
  inNanoseconds,
  madeFile,
  madeTurns,
  otlpLine,
  type MadeSpan,
} from './made-up-spans';
import { layeredTurns } from './made-up-trees';

const bench = new Bench();
afterAll(() => {
  bench.remove();
});

const { readBothWays, compareBothWays, compareFiles } = bothWays(bench);

/** A file for each way of writing the lines of a seed of its own, all compared at once; of each the least share the kernel reads. */
async function compareWritings(
  name: string,
  lines: (seed: number) => string[],
  writings: readonly [string, (line: string, i: number) => string, number][],
): Promise<void> {
  const paths = writings.map(([, write], i) =>
    bench.write(
      `${name}-${String(i)}.jsonl`,
      lines(100 + i)
        .map(write)
        .join('\n'),
    ),
  );
  const { shares } = await compareFiles(paths);
  writings.forEach(([writing, , least], i) => {
    expect(shares[i]?.scanned, writing).toBeGreaterThanOrEqual(least);
  });
}

/** Files of oddities; more of them when looking for what is read differently. */
const SEEDS = Array.from({ length: Number(process.env['TWIN_SEEDS'] ?? 1) }, (_, i) => 50 + i);

const given = process.env['TWIN_FILE'];
test.skipIf(given === undefined)('the file given', async () => {
  console.info(basename(given ?? ''), await readBothWays(given ?? '', 4_000_000));
});

describe.each([
  ['otlp', otlpLine, [1, 2, 3], [10, 20, 30]],
  ['flat', flatLines, [1, 2], [10, 40]],
  ['flat, times as numbers', flatNanoLines, [3], [20]],
] as const)('made-up files: %s', (name, line, layered, odd) => {
  test('common ones are read in SQL but for a few traces', async () => {
    const path = bench.write(`${name}-common.jsonl`, madeFile(1, 30, Infinity, line));
    expect(await readBothWays(path)).toBeGreaterThan(0.7);
  });
  test.runIf(name !== 'flat, times as numbers')(
    'compressed ones too, and of one that breaks off no more is lost than by the record function',
    async () => {
      const packed = gzipSync(madeFile(10, 30, 6, line));
      const whole = bench.write(`${name}-packed.jsonl.gz`, packed);
      expect(await readBothWays(whole)).toBeGreaterThan(0.3);
      const cut = bench.write(`${name}-cut.jsonl.gz`, packed.subarray(0, packed.length * 0.6));
      const [twin, record] = [
        await bench.import([cut], { limits: { twinFromBytes: 0, twinChunkBytes: 20_000 } }),
        await bench.import([cut], { limits: { twinFromBytes: Infinity } }),
      ];
      expect(record.spans.length).toBeGreaterThan(10);
      expect(twin.spans).toEqual(record.spans);
      expect(twin.rejects).toEqual(record.rejects);
    },
  );
  for (const seed of layered)
    test(`with what frameworks lay around them, seed ${String(seed)}`, async () => {
      const lines = layeredTurns(seed, 30, random(seed)).map(line).join('\n');
      const path = bench.write(`${name}-layers-${String(seed)}.jsonl`, lines);
      expect(await readBothWays(path)).toBeGreaterThan(0.6);
    });
  for (const seed of odd)
    test(`with oddities, seed ${String(seed)}`, async () => {
      const path = bench.write(`${name}-odd-${String(seed)}.jsonl`, madeFile(seed, 60, 6, line));
      expect(await readBothWays(path)).toBeGreaterThan(0.3);
    });
});

describe.each([
  ['OpenInference in OTLP', openInference, otlpLine],
  ['OpenInference, flat', openInference, flatLines],
  ['Traceloop in OTLP', traceloop, otlpLine],
  ['Traceloop, flat', traceloop, flatLines],
] as const)('messages in the keys of attributes: %s', (name, style, line) => {
  const writing = (oddity: number) => (spans: readonly MadeSpan[]) => line(style(oddity)(spans));
  test('common ones are read in SQL but for a few traces', async () => {
    const path = bench.write(`keys-common-${name}.jsonl`, madeFile(1, 30, Infinity, writing(Infinity)));
    expect(await readBothWays(path)).toBeGreaterThan(0.7);
  });
  test('with what frameworks lay around them', async () => {
    const lines = layeredTurns(4, 30, random(4)).map(writing(Infinity)).join('\n');
    expect(await readBothWays(bench.write(`keys-layers-${name}.jsonl`, lines))).toBeGreaterThan(0.5);
  });
  for (const seed of SEEDS)
    test(`with oddities, seed ${String(seed)}`, async () => {
      const path = bench.write(`keys-odd-${name}-${String(seed)}.jsonl`, madeFile(seed, 60, 12, writing(12)));
      expect(await readBothWays(path)).toBeGreaterThan(0.3);
    });
});

test('spans with links are read in SQL', async () => {
  const link = { traceId: 'ab12', spanId: 'cd34', traceState: 'a="1"', attributes: [], flags: 1 };
  const lines = madeTurns(9, 20, Infinity).map((spans) =>
    otlpLine(spans.map((span) => ({ ...span, more: { links: [link, { traceId: 'ef', spanId: '01' }] } }))),
  );
  expect(await readBothWays(bench.write('links.jsonl', lines.join('\n')))).toBeGreaterThan(0.7);
});

/** Attributes of exceptions, and the status of the spans they were thrown in. */
const THROWN: readonly [attributes: Record<string, unknown>, status: MadeSpan['status']][] = [
  [
    { 'exception.type': 'Timeout', 'exception.message': 'töo late\n"1"', 'exception.escaped': 'False' },
    undefined,
  ],
  [
    { 'exception.type': 'Timeout', 'exception.message': 'too late', 'exception.stacktrace': 'at x\n at y' },
    undefined,
  ],
  [{ 'exception.message': ' 7', 'exception.escaped': 'True' }, { code: 2 }],
  [{ 'exception.type': 'Broken' }, { code: 2, message: 'it broke' }],
  [{ 'exception.message': '' }, { code: 0 }],
  [{ 'exception.type': 'Broken', 'exception.escaped': true }, { code: 0 }],
  [{ 'exception.type': 'Broken', 'gen_ai.input.messages': '[{"role":"user","content":"x"}]' }, undefined],
  [{}, undefined],
];

test.each([
  ['OTLP', otlpLine],
  ['flat', flatLines],
] as const)('%s: exceptions are read by the kernel', async (name, line) => {
  const paths = [4, THROWN.length].map((kinds) =>
    bench.write(
      `thrown-${name}-${String(kinds)}.jsonl`,
      madeTurns(kinds, 40, Infinity)
        .map((spans, turn) =>
          line(
            spans.map((span, i) => {
              const [attributes = {}, status] = THROWN[(turn + i) % kinds] ?? [];
              if ((turn + i) % 3 > 0) return span;
              const { status: before, ...rest } = span;
              return {
                ...rest,
                ...((status ?? before) ? { status: status ?? before } : {}),
                thrown: [
                  { name: 'exception', attributes },
                  ...(turn % 29 === 28 ? [{ name: 'other', attributes: {} }] : []),
                ],
              };
            }),
          ),
        )
        .join('\n'),
    ),
  );
  const [common] = (await compareFiles(paths)).shares;
  expect(common?.scanned).toBeGreaterThan(0.9);
  expect(common?.share).toBeGreaterThan(0.7);
});

/** A number as text in a span, where JSON.stringify would write another, or none that is certain. */
const NUMBERS =
  '0.7 0.30000000000000004 1.0 12.50 -0.0 -0 5 -7 123456789.125 0.000001 1e-7 0.00000012 1E3 9007199254740993 1234567890123456789.5 0.1234567890123456 00.5 -2.0 999999999999999.0'.split(
    ' ',
  );
const escaped = (text: string): string =>
  text.replace(
    /[^\x20-\x7e]/g,
    (unit) =>
      `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')[unit === 'ä' ? 'toUpperCase' : 'toLowerCase']()}`,
  );

/** As json.dumps of Python does, within texts that hold JSON too. */
const spaced = (line: string): string => line.replaceAll('":', '": ').replaceAll(',"', ', "');
/** Elsewhere and more of it, here and there where it makes a line no JSON, or at its begin. */
const oddlySpaced = (line: string, i: number): string => {
  const wide = line.replaceAll('{"', '{ \t"').replaceAll('":', '" : ').replaceAll('}', '  }');
  return (
    [wide.replaceAll('0.25', '0 .25'), ` ${spaced(line)}`, wide.replace(/"([^"]*)$/, ' "$1')][(i % 40) - 3] ??
    wide
  );
};

describe('lines of OTLP written in other ways', () => {
  const lines = (seed: number): string[] =>
    madeTurns(seed, 40, Infinity).map((spans, turn) =>
      otlpLine(
        spans.map((span, i) => ({
          ...span,
          status:
            [{ code: 1 }, {}, { code: 2, message: 'söme\n"failure" /x' }, { message: '' }][(turn + i) % 4] ??
            {},
          attributes: {
            ...span.attributes,
            'app.path': [
              '/a/b',
              'ä',
              '\u00a0x',
              '1/2',
              '12 ',
              '-.5e3\t',
              '0x1f',
              '+',
              '1.',
              '2026-01-02',
              '"q"',
              '\\',
            ][(turn * 5 + i) % 12],
            'app.list': [[], ['a', 'ü/"b"', '\\'], ['x']][turn % 3],
            'app.sum': 0.25,
          },
        })),
      ),
    );
  const WRITINGS: [string, (line: string, turn: number) => string, number][] = [
    ['as they are', (line) => line, 0.9],
    ['with letters as escapes', escaped, 0.9],
    [
      'with quotation marks as escapes',
      (line) => line.replaceAll('\\"', '\\u0022').replaceAll('\\\\', '\\u005c'),
      0,
    ],
    ['with slashes as escapes', (line) => line.replaceAll('/', '\\/'), 0.9],
    ['with half a pair', (line, turn) => (turn % 9 === 0 ? line.replaceAll('ä', '\\ud83d') : line), 0.5],
    ['with carriage returns', (line) => `${line}\r`, 0.9],
    ['with white space', spaced, 0.9],
    ['with white space of other kinds', oddlySpaced, 0.3],
    [
      'with the resource at the end',
      (line) => line.replace(/"resource":(\{.*?\}),("scopeSpans":\[.*\])\}\]\}$/, '$2,"resource":$1}]}'),
      0,
    ],
    [
      'with names of kinds and statuses',
      (line) =>
        line
          .replaceAll('"kind":1', '"kind":"SPAN_KIND_CLIENT","flags":257')
          .replaceAll('"code":1', '"code":"STATUS_CODE_OK"')
          .replaceAll('"code":2', '"code":"STATUS_CODE_ERROR"'),
      0.9,
    ],
    [
      'with other numbers',
      (line, turn) =>
        line.replaceAll('"doubleValue":0.25', `"doubleValue":${NUMBERS[turn % NUMBERS.length] ?? '1'}`),
      0,
    ],
    [
      'with other numbers here and there',
      (line, turn) =>
        turn % 11 === 0
          ? line.replaceAll('"doubleValue":0.25', `"doubleValue":${NUMBERS[(turn / 11) * 5] ?? '1'}`)
          : line,
      0.5,
    ],
    [
      'with whole numbers as numbers',
      (line, turn) =>
        line.replace(/"intValue":"(\d+)"/g, turn % 7 === 0 ? '"intValue":-$1' : '"intValue":$1'),
      0.5,
    ],
    ['with two schemas', (line) => line.replace('"spans":', '"schemaUrl":"https:\\/\\/x","spans":'), 0.9],
    [
      'with an empty scope before it',
      (line) => line.replace('"scopeSpans":[', '"scopeSpans":[{"spans":[]},'),
      0.9,
    ],
    [
      'with a resource of an odd kind',
      (line, turn) => (turn % 9 === 0 ? line.replace('"resource":{', '"resource":{"a":[1,2}],') : line),
      0.5,
    ],
  ];
  test('mean the same', async () => {
    await compareWritings('written', lines, WRITINGS);
  });
  test('with many spans in a line, and large ones', async () => {
    const turns = madeTurns(22, 300, Infinity);
    const text = 'wörd "quoted" '.repeat(4000);
    const large = turns
      .slice(0, 60)
      .map((spans) =>
        spans.map((span) => ({ ...span, attributes: { ...span.attributes, 'app.text': text } })),
      );
    const path = bench.write(
      'written-many.jsonl',
      [...large.map(otlpLine), otlpLine(turns.slice(30).flat())].join('\n'),
    );
    expect((await compareBothWays(path, 30_000_000)).scanned).toBeGreaterThan(0.9);
  });
});

describe('flat spans written in other ways', () => {
  const lines = (seed: number): string[] =>
    madeTurns(seed, 40, Infinity).flatMap((spans, turn) =>
      flatLines(
        spans.map((span, i) => ({
          ...span,
          attributes: {
            ...span.attributes,
            'app.path': ['/a/b', 'ä', '1/2', '12 ', '-.5e3\t', '0x1f', '"q"', '\\'][(turn * 5 + i) % 8],
            'app.list': [[], ['a', 'ü/"b"', '\\'], ['x']][turn % 3],
            'app.sum': 0.25,
          },
        })),
      ).split('\n'),
    );
  const TIMES =
    '2026-02-28T23:59:59.123456789Z 2024-02-29T00:00:00+00:00 2023-02-29T00:00:00Z 2026-12-31T10:00:00.5 2026-01-01T24:00:00Z 1969-12-31T23:59:59Z 2026-03-01T10:00:60Z 2026-03-01T10:00:00+01:00 2026-03-01T10:00:00.1234567891Z 2000-02-29T01:02:03.000001Z 2100-03-01T00:00:00Z'.split(
      ' ',
    );
  const WRITINGS: [string, (line: string, i: number) => string, number][] = [
    ['as they are', (line) => line, 0.9],
    ['with letters as escapes', escaped, 0.9],
    ['with slashes as escapes', (line) => line.replaceAll('/', '\\/'), 0.9],
    ['with carriage returns', (line) => `${line}\r`, 0.9],
    ['with white space', spaced, 0.9],
    ['with white space of other kinds', oddlySpaced, 0.3],
    ['with times as numbers', inNanoseconds, 0.9],
    [
      'with one of two times as a number, and a fraction of zero',
      (line, i) =>
        (i % 2 === 0
          ? inNanoseconds(line)
          : line.replace(/"end_time":"[^"]*"/, '"end_time":1790000900000000123')
        ).replaceAll('"app.sum":0.25', '"app.sum":2.0'),
      0.9,
    ],
    [
      'with times as numbers of fewer and more digits',
      (line, i) => inNanoseconds(line).replace(/000123\b/, ['', '0001230', '000', '000123.0'][i % 4] ?? ''),
      0,
    ],
    [
      'with nulls, one of them twice',
      (line, i) =>
        line.replace(
          '"attributes":{',
          `"attributes":{"none":null,${i % 31 === 0 ? '"none":null,"app.sum":null,' : ''}`,
        ),
      0.5,
    ],
    [
      'with other numbers',
      (line, i) => line.replaceAll('"app.sum":0.25', `"app.sum":${NUMBERS[i % NUMBERS.length] ?? '1'}`),
      0,
    ],
    [
      'with other times',
      (line, i) =>
        i % 5 === 0
          ? line.replace(/"end_time":"[^"]*"/, `"end_time":"${TIMES[(i / 5) % TIMES.length] ?? ''}"`)
          : line,
      0,
    ],
    [
      'with resources and scopes of several kinds',
      (line, i) =>
        line.replace(
          '"attributes":',
          `"scope":${['{"name":"s"}', '{"name":"s","list":[1,2]}', '{}'][i % 3] ?? '{}'},"kind":"SPAN_kind.x","status_code":"OK","links":[],"attributes":`,
        ),
      0,
    ],
    [
      'with an odd resource',
      (line, i) => (i % 17 === 0 ? line.replace(/"resource":\{/, '"resource":{"deep":{"a":1.0},') : line),
      0.5,
    ],
  ];
  test('mean the same', async () => {
    await compareWritings('flat', lines, WRITINGS);
  });
});

describe('rows of Parquet', () => {
  test('common ones are read in SQL but for a few traces', async () => {
    const path = await writeFrame(bench.path('frame-common.parquet'), madeTurns(1, 40, Infinity), Infinity);
    expect(await readBothWays(path)).toBeGreaterThan(0.9);
  });
  test('with what frameworks lay around them', async () => {
    const turns = layeredTurns(2, 30, random(2));
    expect(
      await readBothWays(await writeFrame(bench.path('frame-layers.parquet'), turns, Infinity)),
    ).toBeGreaterThan(0.5);
  });
  for (const seed of SEEDS)
    test(`with oddities, seed ${String(seed)}`, async () => {
      const path = bench.path(`frame-odd-${String(seed)}.parquet`);
      expect(await readBothWays(await writeFrame(path, madeTurns(seed, 80, 12), 16))).toBeGreaterThan(0.3);
    });
  test('a damaged file gives what its rows give', async () => {
    const bytes = readFileSync(
      await writeFrame(bench.path('frame-whole.parquet'), madeTurns(6, 300, Infinity), Infinity),
    );
    const at = Math.floor(bytes.length * 0.7);
    bytes.fill(0x5a, at, at + 400);
    const { sources } = await compareBothWays(bench.write('frame-damaged.parquet', bytes));
    expect(sources[0]?.rejected).toBeGreaterThan(0);
    expect(sources[0]?.spans).toBeGreaterThan(0);
  });
  test.each([
    ['a column of a type that lines do not have', `'x'::BLOB`],
    ['a time of a year that is not written the same way everywhere', `TIMESTAMP '0901-03-04 05:06:07'`],
  ])('all are left, and nothing is said of it, for %s', async (what, value) => {
    const path = bench.path(`frame-${what}.parquet`);
    await writeFrame(path, madeTurns(3, 5, Infinity), Infinity, `, ${value} AS "attributes.app.odd"`);
    expect(await readBothWays(path)).toBe(0);
  });
});

test.each([
  ['of a span', otlpLine, '"spanId"'],
  ['of a value', otlpLine, '"stringValue"'],
  ['of a resource', otlpLine, '"attributes"'],
  ['of a line', otlpLine, '"resourceSpans"'],
  ['of a scope', otlpLine, '"scope"'],
  ['of attributes', flatLines, '"gen_ai.conversation.id"'],
  ['of a status', flatLines, '"code"'],
  ['of a flat resource', flatLines, '"service.name"'],
])('a key that is there twice is said both ways: %s', async (where, line, key) => {
  const lines = madeFile(5, 12, Infinity, line).split('\n');
  const at = lines.length - 2;
  // A null, and the value itself: what is read is the same, and lengths that come out alike would hide it.
  for (const [i, first] of ['null', '"x"'].entries())
    lines[at - i] = (lines[at - i] ?? '').replace(key, `${key}:${first},${key}`);
  const path = bench.write(`twice-${where}.jsonl`, lines.join('\n'));
  const { share, sources } = await compareBothWays(path);
  expect(share).toBeGreaterThan(0.3);
  expect(sources[0]?.notes).toContainEqual({
    what: `a key is in one object more than once, its last value is read: ${key} (lines ${String(at)}, ${String(at + 1)})`,
    count: 2,
  });
});

/** Records of a fixture as lines, where it is JSON of more than one. */
function asLines(path: string): string {
  const text = readFileSync(path, 'utf8');
  try {
    const value = JSON.parse(text) as unknown;
    return (Array.isArray(value) ? (value as unknown[]) : [value])
      .map((one) => JSON.stringify(one))
      .join('\n');
  } catch {
    return text;
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : /\.(json|jsonl)$/.test(name) ? [path] : [];
  });
}

describe('fixtures', () => {
  const folder = join(import.meta.dirname, '../fixtures/formats');
  test('openinference spans.parquet', async () => {
    await readBothWays(join(folder, 'openinference/spans.parquet'));
  });
  for (const format of ['otlp', 'otel-flat'])
    for (const path of filesBelow(join(folder, format)))
      test(`${format} ${basename(path)}`, async () => {
        await readBothWays(bench.write(`${format}-${basename(path)}l`, asLines(path)));
      });
});

const traces = fileURLToPath(new URL('../../../shared/traces', import.meta.url));
describe('files of others', () => {
  test.skipIf(!existsSync(traces))(
    'read the same both ways (skipped where ../shared/traces is not there)',
    { timeout: 600_000 },
    async () => {
      for (const path of readdirSync(join(traces, 'openinference'), { recursive: true, encoding: 'utf8' }))
        if (path.endsWith('.parquet'))
          console.info(path, (await readBothWays(join(traces, 'openinference', path))).toFixed(2));
      for (const format of ['otlp', 'otel-genai-spans'])
        for (const [i, path] of filesBelow(join(traces, format)).entries()) {
          if (statSync(path).size > 30_000_000) continue;
          const share = await readBothWays(
            bench.write(`${format}-${String(i)}.jsonl`, asLines(path)),
            2_000_000,
          );
          console.info(path.slice(traces.length), share.toFixed(2));
        }
    },
  );
});
