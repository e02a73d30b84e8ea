/** Archives of many files and folders of mixed ones: what is a trace is taken, what is none is said, nothing is lost silently. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { countEndings, expandPath } from '../../src/engine/intake/expand-paths';
import { inspectFiles } from '../../src/engine/intake/inspect';
import { Bench } from './intake-harness';

let bench: Bench;
beforeAll(() => {
  bench = new Bench();
});
afterAll(() => {
  bench.remove();
});

const chat = (id: string) =>
  JSON.stringify({
    id,
    messages: [
      { role: 'user', content: `Is ${id} open?` },
      { role: 'assistant', content: 'Yes, until ten.' },
    ],
  });
const lines = (...ids: string[]) => ids.map((id) => `${chat(id)}\n`).join('');

async function zip(members: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const file = new ZipFile();
  for (const [name, content] of Object.entries(members)) file.addBuffer(Buffer.from(content), name);
  file.end();
  return buffer(file.outputStream);
}

/** A member of a TAR: its header and what it holds, in whole blocks. */
function entry(name: string, type: string, body: Buffer): Buffer {
  const header = Buffer.alloc(512);
  header.write(name.slice(0, 100), 0);
  header.write(body.length.toString(8).padStart(11, '0'), 124);
  header.write(type, 156);
  header.write('ustar\u000000', 257, 'latin1');
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}

/** A TAR of regular files; names over 100 bytes as GNU or pax write them. */
function tar(members: Readonly<Record<string, string>>, longNames: 'gnu' | 'pax' = 'gnu'): Buffer {
  const longName = (name: string) => {
    if (longNames === 'gnu') return entry('././@LongLink', 'L', Buffer.from(`${name}\0`));
    const rest = ` path=${name}\n`;
    const length = rest.length + 3;
    return entry('PaxHeaders/x', 'x', Buffer.from(`${String(length)}${rest}`));
  };
  const parts = Object.entries(members).flatMap(([name, content]) => [
    ...(name.length > 100 ? [longName(name)] : []),
    entry(name, '0', Buffer.from(content)),
  ]);
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

const outcome = ({ path, state, records }: { path: string; state: string; records: number }) => [
  path,
  state,
  records,
];

describe('an archive of files', () => {
  test('is taken file by file, an archive inside it too, and says what it left out', async () => {
    const inner = await zip({ 'deep.jsonl': lines('i-1') });
    const path = bench.write(
      'export.zip',
      await zip({
        'runs/a.jsonl': lines('a-1', 'a-2'),
        'runs/empty.jsonl': '',
        'runs/inner.zip': inner,
        'runs/logo.png': '\u0089PNG',
        'runs/odd-name': lines('o-1'),
        'runs/prose': 'Dear all, the traces are attached.',
        '__MACOSX/._a.jsonl': 'x',
      }),
    );
    const { sources, spans } = await bench.import([path]);
    expect(sources.map(outcome)).toEqual([
      ['export.zip/runs/a.jsonl', 'imported', 2],
      ['export.zip/runs/empty.jsonl', 'unrecognised', 0],
      ['export.zip/runs/inner.zip/deep.jsonl', 'imported', 1],
      ['export.zip/runs/odd-name', 'imported', 1],
    ]);
    expect(sources[0]?.notes).toContainEqual({
      what: 'left out of export.zip, since they are no traces: runs/logo.png, runs/prose',
      count: 2,
    });
    expect(new Set(spans.map((span) => span['session_id'])).size).toBe(4);
    const [look] = await inspectFiles([{ path, displayPath: path }], []);
    expect(look).toMatchObject({ container: 'archive', problem: null });
    expect(look?.detections[0]).toMatchObject({ format: 'archive', title: 'Archive of files' });
    expect(look?.detections[0]?.reason).toMatch(/^its files: 2 OpenAI .*, 1 of no known format, 2 left out/);
  });

  test.each(['gnu', 'pax'] as const)('as TAR, plain or gzipped, with long names of %s', async (kind) => {
    const name = `${'a-folder-with-a-name/'.repeat(6)}run.jsonl`;
    const bytes = tar({ [name]: lines('t-1', 't-2'), 'note.md': '# no', 'b.jsonl': lines('t-3') }, kind);
    for (const [file, content] of [
      ['logs.tar', bytes],
      ['logs.tar.gz', gzipSync(bytes)],
    ] as const) {
      const { sources } = await bench.import([bench.write(file, content)]);
      expect(sources.map(outcome)).toEqual([
        [`${file}/${name}`, 'imported', 2],
        [`${file}/b.jsonl`, 'imported', 1],
      ]);
    }
  });

  test('as TAR, says which of its members are no files, by what they are', async () => {
    const long = `${'a-folder-with-a-name/'.repeat(6)}latest.jsonl`;
    const links = [
      entry('latest.jsonl', '2', Buffer.alloc(0)),
      // The name of what a long link leads to may stand after its own.
      entry('././@LongLink', 'L', Buffer.from(`${long}\0`)),
      entry('././@LongLink', 'K', Buffer.from('target\0')),
      entry(long.slice(0, 100), '2', Buffer.alloc(0)),
      entry('again.jsonl', '1', Buffer.alloc(0)),
      entry('queue.jsonl', '6', Buffer.alloc(0)),
      entry('disk', '4', Buffer.alloc(0)),
      entry('runs/', '5', Buffer.alloc(0)),
    ];
    const mixed = bench.write('links.tar', Buffer.concat([...links, tar({ 'a.jsonl': lines('l-1') })]));
    const { sources } = await bench.import([mixed]);
    expect(sources.map(outcome)).toEqual([['links.tar/a.jsonl', 'imported', 1]]);
    const said = (kind: string, ...names: string[]) => ({
      what: `left out of links.tar, since a ${kind} is no file: ${names.join(', ')}`,
      count: names.length,
    });
    expect(sources[0]?.notes).toEqual([
      said('symbolic link', 'latest.jsonl', long),
      said('hard link', 'again.jsonl'),
      said('named pipe', 'queue.jsonl'),
      said('block device', 'disk'),
    ]);
    const alone = bench.write('only-links.tar', Buffer.concat([...links, Buffer.alloc(1024)]));
    const [only] = (await bench.import([alone])).sources;
    expect(only?.reason).toMatch(
      /no file that can be read as traces, only latest\.jsonl \(symbolic link\), /,
    );
  });

  test('is taken whatever the names in it lead to', async () => {
    // A library that writes ZIP refuses such names, so one of equal length is put in their place.
    const packed = await zip({
      'xx/up.jsonl': lines('up'),
      'x/abs.jsonl': lines('abs'),
      'plain.jsonl': lines('plain'),
    });
    const named = Buffer.from(
      packed
        .toString('latin1')
        .replaceAll('xx/up.jsonl', '../up.jsonl')
        .replaceAll('x/abs.jsonl', '//abs.jsonl'),
      'latin1',
    );
    const { sources } = await bench.import([bench.write('names.zip', named)]);
    expect(sources.map(({ name, state, notes }) => [name, state, notes])).toEqual([
      ['up.jsonl', 'imported', expect.any(Array)],
      ['abs.jsonl', 'imported', expect.any(Array)],
      ['plain.jsonl', 'imported', expect.any(Array)],
    ]);
  });

  test('that is cut off keeps what came before the cut, and says so', async () => {
    const bytes = tar({
      'a.jsonl': lines('a-1'),
      'b.jsonl': lines(...Array.from({ length: 40 }, (_, i) => `b-${String(i)}`)),
    });
    const { sources } = await bench.import([bench.write('cut.tar', bytes.subarray(0, 512 * 5))]);
    expect(sources.map(({ state }) => state)).toEqual(['imported', 'imported', 'failed']);
    expect(sources[1]?.records).toBeGreaterThan(3);
    expect(sources[1]?.notes[0]?.what).toMatch(/the archive is damaged here \(the archive is cut off here\)/);
    expect(sources[2]?.reason).toBe('the archive is cut off here');
  });

  test('whose member is damaged costs that member alone', async () => {
    const whole = await zip({ 'a.jsonl': lines('a-1'), 'b.jsonl': lines('b-1'), 'c.jsonl': lines('c-1') });
    const at = whole.indexOf('b.jsonl') + 'b.jsonl'.length + 5;
    whole.fill(0xff, at, at + 30);
    const { sources } = await bench.import([bench.write('damaged.zip', whole)]);
    expect(sources.map(({ name, state }) => [name, state])).toEqual([
      ['a.jsonl', 'imported'],
      ['b.jsonl', expect.stringMatching(/unrecognised|failed/)],
      ['c.jsonl', 'imported'],
    ]);
    expect(sources[1]?.notes[0]?.what ?? sources[1]?.reason).toMatch(/packed bytes are damaged/);
  });

  test('as ZIP, cut off anywhere, gives the members that are whole and the beginning of the one it is cut off in', async () => {
    const many = (from: number) =>
      Array.from({ length: 60 }, (_, i) => `${String(from)}-${String((i * 7919) % 1000)}`);
    const members = { 'a.jsonl': lines('a-1'), 'b.jsonl': lines(...many(1)), 'c.jsonl': lines(...many(2)) };
    const whole = await zip(members);
    const inC = whole.indexOf('c.jsonl') + 150;
    const { sources } = await bench.import([bench.write('salvage.zip', whole.subarray(0, inC))]);
    expect(sources.map(({ name, state }) => [name, state])).toEqual([
      ['a.jsonl', 'imported'],
      ['b.jsonl', 'imported'],
      ['c.jsonl', 'imported'],
      ['salvage.zip', 'failed'],
    ]);
    expect(sources.slice(0, 2).map(({ records }) => records)).toEqual([1, 60]);
    expect(sources[2]?.records).toBeGreaterThan(0);
    expect(sources[2]?.notes[0]?.what).toMatch(/the archive is damaged here/);
    expect(sources[3]?.reason).toMatch(
      /ZIP archive is cut off or damaged .*: what could be found in it was taken/,
    );
    // The directory alone is missing.
    const directory = whole.indexOf('PK\x01\x02', 0, 'latin1');
    const all = await bench.import([bench.write('headless.zip', whole.subarray(0, directory))]);
    expect(all.sources.map(({ records }) => records)).toEqual([1, 60, 60, 0]);
  });

  test('as ZIP says which members are encrypted or altered, and takes the others', async () => {
    const whole = await zip({ 'a.jsonl': lines('a-1'), 'b.jsonl': lines('b-1'), 'c.jsonl': lines('c-1') });
    for (let at = whole.indexOf('PK\x01\x02'); at !== -1; at = whole.indexOf('PK\x01\x02', at + 1))
      if (whole.toString('latin1', at + 46, at + 47) === 'b') whole[at + 8] = (whole[at + 8] ?? 0) | 1;
      else if (whole.toString('latin1', at + 46, at + 47) === 'c') whole[at + 16] = (whole[at + 16] ?? 0) ^ 1;
    const { sources } = await bench.import([bench.write('mixed.zip', whole)]);
    expect(sources.map(({ name, state }) => [name, state])).toEqual([
      ['a.jsonl', 'imported'],
      ['b.jsonl', 'failed'],
      ['c.jsonl', 'imported'],
    ]);
    expect(sources[1]?.reason).toMatch(/it is encrypted: unpack the archive with its password/);
    expect(sources[2]?.notes[0]?.what).toMatch(/checksum is not that of what was read/);
  });

  test('in an archive in an archive, and so on, is taken to a depth and no deeper', async () => {
    let bytes = await zip({ 'a.jsonl': lines('deep-1') });
    for (let depth = 2; depth <= 6; depth++) {
      bytes = await zip({ 'inner.zip': bytes });
      if (depth !== 4 && depth !== 6) continue;
      const { sources } = await bench.import([bench.write(`depth-${String(depth)}.zip`, bytes)]);
      expect(sources.map(({ state, reason }) => [state, reason.slice(0, 40)])).toEqual([
        depth === 4
          ? ['imported', expect.any(String)]
          : ['failed', 'archives are packed into one another mor'],
      ]);
    }
  });

  test.each([
    [
      'cut.zip',
      async () => (await zip({ 'a.jsonl': lines('a-1') })).subarray(0, 20),
      /ZIP archive is cut off/,
    ],
    [
      'book.zip',
      () => zip({ '[Content_Types].xml': '<x/>', 'xl/workbook.xml': '<x/>' }),
      /Excel workbook\. Save the sheet/,
    ],
    [
      'pictures.zip',
      () => zip({ 'a.png': 'x', 'b.jpg': 'y' }),
      /no file that can be read as traces, only a\.png, b\.jpg/,
    ],
    ['nothing.zip', () => zip({}), /The archive is empty/],
  ] as const)('%s says what it is and what to do', async (name, make, reason) => {
    const path = bench.write(name, await make());
    const { sources } = await bench.import([path]);
    expect(sources).toHaveLength(1);
    expect(sources[0]?.reason).toMatch(reason);
    const [look] = await inspectFiles([{ path, displayPath: path }], []);
    expect(look?.problem).toMatch(reason);
  });

  test('that grows beyond all measure is stopped', async () => {
    const path = bench.write(
      'bomb.zip',
      await zip({ 'a.jsonl': lines('a-1'), 'bomb.jsonl': Buffer.alloc(4_000_000, 0x20) }),
    );
    const { sources } = await bench.import([path], { limits: { minExpandedBytes: 1_000_000 } });
    expect(sources.map(({ state }) => state)).toEqual(['imported', 'failed']);
    expect(sources[1]?.reason).toMatch(/grows more than 200 times/);
  });

  test('leaves nothing unpacked behind, and comes in once', async () => {
    const path = bench.write('twice.zip', await zip({ 'a.jsonl': lines('w-1') }));
    const first = await bench.import([path]);
    expect(first.files).not.toContain('spill');
    const again = await bench.import([path], { known: first.sources });
    expect(again.sources.map(({ state }) => state)).toEqual(['duplicate']);
  });
});

describe('a folder of mixed files', () => {
  test('gives the traces, also under other names, and counts the rest by ending', async () => {
    const folder = bench.path('mixed');
    mkdirSync(join(folder, 'deep', '.git'), { recursive: true });
    const write = (name: string, content: string) => {
      writeFileSync(join(folder, name), content);
    };
    write('a.jsonl', lines('m-1'));
    write('renamed.dat', lines('m-2'));
    write('deep/prose.text', 'Nothing of use.');
    write('deep/report.pdf', '%PDF-1.7');
    write('deep/second.PDF', '%PDF-1.7');
    write('state.sqlite', 'SQLite format 3');
    write('.DS_Store', 'x');
    write('deep/.git/index.json', '{}');
    const { files, leftOut } = await expandPath(folder);
    expect(
      files.map(({ displayPath, isOptional }) => [displayPath.slice(folder.length + 1), isOptional]),
    ).toEqual([
      ['a.jsonl', false],
      ['deep/prose.text', true],
      ['renamed.dat', true],
    ]);
    expect(countEndings(leftOut)).toEqual([
      { ending: '.pdf', count: 2, example: 'report.pdf' },
      { ending: '.sqlite', count: 1, example: 'state.sqlite' },
    ]);
    const { sources } = await bench.import(files.map(({ path }) => path));
    expect(sources.map(({ name, state }) => [name, state])).toEqual([
      ['a.jsonl', 'imported'],
      ['prose.text', 'unrecognised'],
      ['renamed.dat', 'imported'],
    ]);
  });
});

describe('files that are no traces', () => {
  test.each([
    ['a.json', Buffer.from('%PDF-1.7\n'), /PDF document\. Export the traces/],
    ['b.jsonl', Buffer.from('SQLite format 3\0 and more'), /SQLite database\. Export the table/],
    ['c.csv', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), /PNG picture.*leave it out/],
    ['d.json', Buffer.from('<!doctype html><title>Sign in</title>'), /web page.*Fetch the export again/],
    ['e.jsonl', Buffer.from('7z\xbc\xaf\x27\x1c', 'latin1'), /7-Zip archive\. Unpack it/],
    ['f.json', Buffer.from('Obj\x01avro'), /Avro file\. Convert it/],
    ['g.csv', Buffer.from('ORC;MZ\n1;2\n'), /map its fields/],
  ])('%s is named for what it is', async (name, bytes, reason) => {
    const { sources } = await bench.import([bench.write(name, bytes)]);
    expect(sources[0]).toMatchObject({
      state: 'unrecognised',
      reason: expect.stringMatching(reason) as string,
    });
  });
});
