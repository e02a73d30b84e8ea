/**
 * What clients' exports are like at their worst, through the real intake process and into a workspace: each costs what is
 * bad about it, says so with file and line, and nothing that was good.
 */
import {
  appendFileSync,
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { forkLauncher } from '../../src/engine/intake/fork-launcher';
import type { IntakeLauncher } from '../../src/engine/intake/launcher';
import type { ImportRecord, MappingProfileInput, Reject } from '../../src/shared/model/source';
import { mappingProfileSchema } from '../../src/shared/model/source';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';
import { buildPrograms, type BuiltPrograms } from './build-programs';
import { claimingRows } from './claiming-rows';

let programs: BuiltPrograms;
let bench: TestEngine;
/** Whether each process that was started reads on the safe path. */
let started: boolean[] = [];
let nodeOptions: string | undefined;

const launch: IntakeLauncher = (job) => {
  started.push(job.task === 'import' && job.isSafe === true);
  const before = process.env['NODE_OPTIONS'];
  if (nodeOptions !== undefined) process.env['NODE_OPTIONS'] = nodeOptions;
  try {
    return forkLauncher(programs.path('intake'))(job);
  } finally {
    if (before === undefined) delete process.env['NODE_OPTIONS'];
    else process.env['NODE_OPTIONS'] = before;
  }
};

beforeAll(async () => {
  programs = await buildPrograms({ intake: 'src/engine/intake/process.ts' });
});
afterAll(() => programs.remove());
beforeEach(async () => {
  started = [];
  nodeOptions = undefined;
  bench = await startEngine(undefined, launch);
  await bench.client.workspace.create({ name: 'Bad input' });
});
afterEach(async () => {
  await bench.close();
  removeEngine(bench);
});

function write(name: string, content: string | Uint8Array): string {
  const path = join(bench.dir, name);
  writeFileSync(path, content);
  return path;
}

const flat = (id: string, more: Record<string, unknown> = {}) => ({
  trace_id: 'f'.repeat(32),
  span_id: id.padStart(16, '0'),
  name: `chat ${id}`,
  start_time: '2026-04-01T10:00:00Z',
  end_time: '2026-04-01T10:00:01Z',
  attributes: { 'gen_ai.operation.name': 'chat', 'session.id': 's' },
  ...more,
});
const line = (id: string, more: Record<string, unknown> = {}) => JSON.stringify(flat(id, more));

/** The content with its spans in a session of this name; other bytes stay as they are. */
function inSession(content: string | Buffer, session: string): Buffer {
  const text = Buffer.isBuffer(content)
    ? content.toString('latin1')
    : Buffer.from(content).toString('latin1');
  return Buffer.from(text.replaceAll('"session.id":"s"', `"session.id":"${session}"`), 'latin1');
}

async function rejectsOf(record: ImportRecord): Promise<{ source: string; at: number; reason: string }[]> {
  const { items } = await bench.client.imports.rejects({ importId: record.importId, offset: 0, limit: 500 });
  return items.map(({ sourceName, line: at, reason }: Reject) => ({ source: sourceName, at, reason }));
}

async function spanIds(sessionId = 's'): Promise<string[]> {
  const { items } = await bench.client.session.spans({ sessionId, offset: 0, limit: 500 });
  return items.map(({ spanId }) => spanId.replace(/^0+/, '')).sort();
}

describe('lines', () => {
  const CASES: Record<
    string,
    { content: string | Buffer; bad: [number, RegExp][]; good: string[]; blank?: number }
  > = {
    'the last cut off': {
      content: `${line('a')}\n${line('b')}\n${line('c').slice(0, 60)}`,
      bad: [[3, /cut off/]],
      good: ['a', 'b'],
    },
    'more of them broken than whole, from the first on': {
      content: `{"a": oops}\n{"a":1\n${line('x').slice(0, 60)}\n${line('a')}\n`,
      bad: [
        [1, /not valid JSON/],
        [2, /not valid JSON/],
        [3, /cut off/],
      ],
      good: ['a'],
    },
    'a byte order mark before the first': {
      content: `\ufeff${line('a')}\n${line('b')}\n`,
      bad: [],
      good: ['a', 'b'],
    },
    'Windows line ends, blank lines among them': {
      content: `${line('a')}\r\n\r\n{oops\r\n${line('b')}\r\n`,
      bad: [[3, /not valid JSON/]],
      good: ['a', 'b'],
      blank: 1,
    },
    'NUL bytes': {
      content: `${line('a')}\n\0\0\0\0\n${line('b')}\n{"a":"\0"}\n${line('c')}\n`,
      bad: [
        [2, /not valid JSON/],
        [4, /not valid JSON/],
      ],
      good: ['a', 'b', 'c'],
    },
    'bytes that are no UTF-8, in texts and outside of them': {
      content: Buffer.from(
        `${line('a')}\n${line('b', { note: 'Gr\xf6\xdfe' })}\n{"name":\xff\xc3\x28}\n${line('c')}\n`,
        'latin1',
      ),
      bad: [[3, /not valid UTF-8 near byte \d+/]],
      good: ['a', 'b', 'c'],
    },
    'several records, and one appended where another was cut off': {
      content: `${line('a')}\r${line('b')}\n${line('x').slice(0, 90)}${line('c')}\n${line('d')}\n`,
      bad: [[2, /beside whole records on this line: .*cut off/]],
      good: ['a', 'b', 'c', 'd'],
    },
    '10,000 levels of nesting': {
      content: `${line('a')}\n${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}\n${line('b')}\n`,
      bad: [[2, /nested deeper than 256 levels/]],
      good: ['a', 'b'],
    },
    'the same key twice': {
      content: `${line('a')}\n${line('x').replace('"span_id"', '"span_id":"first","span_id"')}\n`,
      bad: [],
      good: ['a', 'x'],
    },
    'NaN and Infinity where numbers are': {
      content: `${line('a')}\n${line('b', { score: 0 }).replace('"score":0', '"score":NaN,"other":-Infinity')}\n`,
      bad: [],
      good: ['a', 'b'],
    },
    'a scalar and a list among objects': {
      content: `${line('a')}\n42\n"text"\n${line('b')}\n`,
      bad: [
        [2, /must hold a JSON object/],
        [3, /must hold a JSON object/],
      ],
      good: ['a', 'b'],
    },
  };

  test('each cost what is bad about them alone, by number and reason', async () => {
    const cases = Object.entries(CASES);
    const paths = cases.map(([, { content }], i) =>
      write(`case-${String(i)}.jsonl`, Buffer.from(inSession(content, `case-${String(i)}`))),
    );
    const record = await bench.importFiles(...paths);
    const rejects = await rejectsOf(record);
    const found = await Promise.all(
      cases.map(async ([title], i) => {
        const source = record.sources[i];
        if (source === undefined) throw new Error(`there is no source for: ${title}`);
        expect(source.records + source.rejected + source.blank, title).toBe(source.lines);
        const own = rejects.filter((reject) => reject.source === source.name);
        return { title, blank: source.blank, own, spans: await spanIds(`case-${String(i)}`) };
      }),
    );
    for (const { title, blank, own, spans } of found) {
      const expected = CASES[title];
      expect([title, spans, blank, own.map(({ at }) => at)]).toEqual([
        title,
        expected?.good,
        expected?.blank ?? 0,
        expected?.bad.map(([at]) => at),
      ]);
      own.forEach(({ reason }, i) => {
        expect(reason).toMatch(expected?.bad[i]?.[1] ?? /never/);
      });
    }
  });

  test('of 200 MB: one that can be read is read, one that cannot says so, and their neighbours are there', async () => {
    const path = join(bench.dir, 'long.jsonl');
    const file = openSync(path, 'w');
    const megabyte = 'The tide comes in twice a day. '.repeat(34_000);
    writeSync(file, `${line('a')}\n`);
    const [head = '', tail = ''] = line('long', { note: '@' }).split('@');
    for (const end of [tail, tail.slice(0, -2)]) {
      writeSync(file, head);
      for (let written = 0; written < 200_000_000; written += megabyte.length) writeSync(file, megabyte);
      writeSync(file, `${end}\n`);
    }
    writeSync(file, `${line('b')}\n`);
    closeSync(file);
    const record = await bench.importFiles(path);
    expect(record.sources[0]).toMatchObject({
      state: 'imported',
      lines: 4,
      records: 3,
      rejected: 1,
      blank: 0,
    });
    expect(await rejectsOf(record)).toMatchObject([
      { at: 3, reason: expect.stringMatching(/cut off|not valid JSON/) },
    ]);
    expect(record.sources[0]?.notes).toContainEqual({
      what: expect.stringMatching(
        /^value longer than \d+ characters cut; the whole of it is in the source$/,
      ) as string,
      count: 1,
    });
    expect(await spanIds()).toEqual(['a', 'b', 'long']);
    expect(started).toEqual([false]);
  }, 120_000);
});

describe('files', () => {
  test('that are empty or hold only blank lines say so, and what to do', async () => {
    const { sources } = await bench.importFiles(
      write('empty.jsonl', ''),
      write('blank.jsonl', '\n\n \n'),
      write('empty.csv', ''),
      write('head.csv', 'session,role,text\n'),
      write('good.jsonl', line('a')),
    );
    expect(sources.map(({ name, state, reason }) => [name, state, reason])).toEqual([
      ['empty.jsonl', 'unrecognised', expect.stringMatching(/is empty\. Export/)],
      ['blank.jsonl', 'unrecognised', expect.stringMatching(/only blank lines\. Export/)],
      ['empty.csv', 'unrecognised', expect.stringMatching(/is empty\. Export/)],
      ['head.csv', 'unrecognised', expect.stringMatching(/a header and no row/)],
      ['good.jsonl', 'imported', expect.any(String)],
    ]);
  });

  test('that are cut off and of no known format say both', async () => {
    const { sources } = await bench.importFiles(
      write('glued.json', '{"a":1}{"a":'),
      write('array.json', '[{"a":1},\n{"a":'),
      write('lines.jsonl', '{"a":1}\n{"a":2}\n{"a":'),
      write('whole.json', '[{"a":1},\n{"a":2}]'),
    );
    const cut = (bytes: number, at: number): string =>
      `the file is cut off: after ${String(bytes)} bytes it ends inside the record that begins on line ${String(at)}. Fetch it again; what is whole of it is of no known format; map its fields to import it`;
    expect(sources.map(({ reason }) => reason)).toEqual([
      cut(12, 1),
      cut(15, 2),
      cut(21, 3),
      'no known format; map its fields to import it',
    ]);
  });

  test('of Parquet, cut off, with a damaged row group and with 10^12 rows in the footer, cost what is bad of them', async () => {
    const whole = join(bench.dir, 'whole.parquet');
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run(
      `COPY (SELECT 'name ' || i AS name, 'LLM' AS span_kind, 'OK' AS status_code, printf('%016d', i) AS "context.span_id",
        printf('%032d', i) AS "context.trace_id", 's' || (i // 16) AS "attributes.session.id", md5(i::VARCHAR) AS "attributes.input.value"
        FROM range(10240) AS t(i)) TO '${whole}' (FORMAT parquet, ROW_GROUP_SIZE 2048, COMPRESSION zstd)`,
    );
    const pages = await connection.runAndReadAll(
      `SELECT data_page_offset::INTEGER FROM parquet_metadata('${whole}')
       WHERE row_group_id = 2 AND path_in_schema = 'attributes.input.value'`,
    );
    connection.closeSync();
    const good = readFileSync(whole);
    const damaged = Buffer.from(good);
    const page = Number(pages.getRowsJson()[0]?.[0]) + 40;
    for (let at = page; at < page + 400; at++) damaged[at] = (damaged[at] ?? 0) ^ 0xff;
    const record = await bench.importFiles(
      write('cut.parquet', good.subarray(0, good.length - 100)),
      write('damaged.parquet', damaged),
      write('claims.parquet', claimingRows(good, 10_240n, 1_000_000_000_000n)),
    );
    const [cut, flipped, claims] = record.sources;
    expect(cut).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(/cut off or damaged at its end.*fetch it again/),
    });
    expect(flipped).toMatchObject({
      state: 'imported',
      lines: 10_240,
      records: 8192,
      rejected: 2048,
      blank: 0,
    });
    const rejects = await bench.client.imports.rejects({ importId: record.importId, offset: 0, limit: 1 });
    expect(rejects.items[0]).toMatchObject({
      line: 4097,
      reason: expect.stringMatching(/damaged .*: fetch it again/),
    });
    if (claims?.state === 'imported') expect(claims.records).toBeLessThanOrEqual(10_240);
    else expect(claims?.reason).toMatch(/fetch it again/);
  });

  test('that grow while they are read are in as far as they went, and say so', async () => {
    const path = write(
      'growing.jsonl',
      Array.from({ length: 8000 }, (_, i) => `${line(i.toString(16))}\n`).join(''),
    );
    let isGrown = false;
    for await (const event of await bench.client.imports.start({ files: [{ handle: bench.grant(path) }] })) {
      if (event.type === 'progress' && event.progress.phase === 'reading' && !isGrown) {
        appendFileSync(path, `${line('late')}\n`);
        isGrown = true;
      }
      if (event.type !== 'done') continue;
      expect(event.record.sources[0]).toMatchObject({
        state: 'imported',
        lines: 8000,
        records: 8000,
        rejected: 0,
      });
      expect(event.record.sources[0]?.notes).toContainEqual({
        what: expect.stringMatching(
          /^the file grew while it was read: its first \d+ bytes are in; import it again for the rest$/,
        ) as string,
        count: 1,
      });
    }
    expect(isGrown).toBe(true);
  });
});

describe('a folder that may not be read', () => {
  // Root may read everything; then another user's eyes are borrowed for the walk.
  const isRoot = process.getuid?.() === 0;
  const asNobody = async <T>(work: () => Promise<T>): Promise<T> => {
    if (!isRoot) return work();
    process.seteuid?.(65_534);
    try {
      return await work();
    } finally {
      process.seteuid?.(0);
    }
  };

  test('is said in its own line, and its neighbours come in', async () => {
    const folder = join(bench.dir, 'exports');
    mkdirSync(join(folder, 'locked'), { recursive: true });
    writeFileSync(join(folder, 'good.jsonl'), line('a'));
    writeFileSync(join(folder, 'locked', 'secret.jsonl'), line('b'));
    chmodSync(bench.dir, 0o755);
    chmodSync(join(folder, 'locked'), 0);
    const { expandPath } = await import('../../src/engine/intake/expand-paths');
    const { files } = await asNobody(() => expandPath(folder));
    expect(files.map(({ displayPath }) => displayPath.slice(bench.dir.length + 1))).toEqual([
      'exports/good.jsonl',
      'exports/locked',
    ]);
    if (isRoot) {
      console.log('Not tried as root: the intake process may read the folder all the same.');
      return;
    }
    const { sources } = await bench.importFiles(folder);
    expect(sources.map(({ name, state, reason }) => [name, state, reason])).toEqual([
      ['good.jsonl', 'imported', expect.any(String)],
      ['locked', 'failed', expect.stringMatching(/you may not read it: change its permissions/)],
    ]);
    chmodSync(join(folder, 'locked'), 0o700);
  });
});

describe('a record that needs more memory than there is', () => {
  test('ends the process, is rejected by its line on the safe path, and costs no other', async () => {
    nodeOptions = '--max-old-space-size=160';
    const path = join(bench.dir, 'heavy.jsonl');
    const file = openSync(path, 'w');
    writeSync(file, `${line('a')}\n`);
    const [head = '', tail = ''] = line('heavy', { note: '@' }).split('"@"');
    const objects = `{"x":[{"y":[]}]},`.repeat(20_000);
    writeSync(file, `${head}[`);
    for (let i = 0; i < 120; i++) writeSync(file, objects);
    writeSync(file, `1]${tail}\n${line('b')}\n`);
    closeSync(file);
    const record = await bench.importFiles(path, write('other.jsonl', line('c')));
    expect(started).toEqual([false, true]);
    expect(
      record.sources.map(({ name, state, lines, records, rejected }) => [
        name,
        state,
        lines,
        records,
        rejected,
      ]),
    ).toEqual([
      ['heavy.jsonl', 'imported', 3, 2, 1],
      ['other.jsonl', 'imported', 1, 1, 0],
    ]);
    expect(record.sources[0]?.notes[0]?.what).toMatch(/read on the safe path\. The intake process/);
    expect(await rejectsOf(record)).toMatchObject([
      { at: 2, reason: expect.stringMatching(/^longer than 16777216 bytes/) },
    ]);
    expect(await spanIds()).toEqual(['a', 'b', 'c']);
  }, 60_000);
});

describe('spans', () => {
  const times = async (): Promise<(string | null)[]> => {
    const sessionId = 'x';
    const page = await bench.client.session.spans({ sessionId, offset: 0, limit: 50 });
    const spans = await Promise.all(
      page.items.map(({ spanId }) => bench.client.session.span({ sessionId, spanId })),
    );
    return spans.map(({ startTime }) => startTime);
  };

  test('with times in every unit, with and without a zone, as texts and as numbers, begin at the same moment', async () => {
    const profile: MappingProfileInput = {
      name: 'times',
      fields: { session: 's', text: 't', start: 'at', role: 'r' },
    };
    const ats = [
      1_790_000_000,
      1_790_000_000_000,
      1_790_000_000_000_000,
      '1790000000000000000',
      '2026-09-21T14:13:20Z',
      '2026-09-21T16:13:20+02:00',
      '2026-09-21T14:13:20',
      '2026-09-21 14:13:20.000',
      '1790000000.0',
    ];
    const content = ats
      .map((at, i) => JSON.stringify({ s: 'x', r: 'user', t: `says ${String(i)}`, at }))
      .join('\n');
    const whole = content.replace('"1790000000000000000"', '1790000000000000000');
    for await (const event of await bench.client.imports.start({
      files: [
        {
          handle: bench.grant(write('times.jsonl', whole)),
          format: 'generic',
          profile: mappingProfileSchema.parse(profile),
        },
      ],
    }))
      if (event.type === 'done')
        expect(event.record.sources[0]).toMatchObject({ records: ats.length, rejected: 0 });
    const found = await times();
    expect(found).toHaveLength(ats.length);
    expect(new Set(found.map((time) => (time === null ? null : Date.parse(time))))).toEqual(
      new Set([1_790_000_000_000]),
    );
  });

  test('with integers beyond 2^53 keep all digits of their ids', async () => {
    const ids = [
      '9007199254740993',
      '9007199254740992',
      '18446744073709551615',
      '123456789012345678901234567890',
    ];
    await bench.importFiles(
      write(
        'large.jsonl',
        ids.map((id) => line('x').replace(/"span_id":"[^"]+"/, `"span_id":${id}`)).join('\n'),
      ),
    );
    expect(await spanIds()).toEqual(ids.toSorted());
  });

  test('whose parents are missing or go round in a circle are all there, and can be read', async () => {
    const { sources } = await bench.importFiles(
      write(
        'parents.jsonl',
        [
          line('a', { parent_span_id: 'b'.padStart(16, '0') }),
          line('b', { parent_span_id: 'c'.padStart(16, '0') }),
          line('c', { parent_span_id: 'a'.padStart(16, '0') }),
          line('d', { parent_span_id: 'd'.padStart(16, '0') }),
          line('e', { parent_span_id: 'beef'.padStart(16, '0') }),
        ].join('\n'),
      ),
    );
    expect(sources[0]?.spans).toBe(5);
    expect(await spanIds()).toEqual(['a', 'b', 'c', 'd', 'e']);
    const { items } = await bench.client.session.list({ limit: 5 });
    for (const { sessionId } of items) await bench.client.session.outline({ sessionId });
  });
});
