import {
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { createFolder } from './folder';
import { Journal } from './journal';
import { isPacked, packWorkspace, unpackWorkspace } from './pack';
import { NotAWorkspace } from './problem';

let folder: string;
let root: string;
let zipPath: string;
let target: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fl-pack-'));
  root = join(folder, 'audit.faultline');
  zipPath = join(folder, 'audit.faultline.zip');
  target = join(folder, 'out', 'audit.faultline');
  await createFolder(root, 'Audit');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const filesOf = (path: string) => (readdirSync(path, { recursive: true }) as string[]).sort();

it('goes into one file and comes back the same, without the index, exports, links and removed imports', async () => {
  const { journal } = await Journal.open(join(root, 'journal.jsonl'));
  await journal.append([{ act: { type: 'import.removed', importId: 'gone' }, author: 'Ada' }]);
  for (const id of ['20260101T000000-abc123', 'gone']) {
    mkdirSync(join(root, 'imports', id));
    writeFileSync(join(root, 'imports', id, 'manifest.json'), '{}');
    writeFileSync(join(root, 'imports', id, 'span.parquet'), Buffer.alloc(5000, 7));
  }
  symlinkSync('/etc/hostname', join(root, 'imports', '20260101T000000-abc123', 'label.parquet'));
  for (const name of ['index.duckdb', 'index.duckdb.wal', 'workspace.lock'])
    writeFileSync(join(root, name), 'x');
  writeFileSync(join(root, 'exports', 'old.csv'), 'x');
  await packWorkspace(root, zipPath);
  await journal.close();
  expect(await isPacked(zipPath)).toBe(true);
  expect(await isPacked(root)).toBe(false);
  expect(await isPacked(join(root, 'workspace.json'))).toBe(false);
  await unpackWorkspace(zipPath, target);
  const id = join('imports', '20260101T000000-abc123');
  const expected = [id, join(id, 'manifest.json'), join(id, 'span.parquet')];
  expect(filesOf(target)).toEqual(['exports', 'imports', ...expected, 'journal.jsonl', 'workspace.json']);
  for (const name of [...expected.slice(1), 'journal.jsonl', 'workspace.json']) {
    expect(readFileSync(join(target, name))).toEqual(readFileSync(join(root, name)));
  }
  expect(readdirSync(join(folder, 'out'))).toEqual(['audit.faultline']);
  await expect(unpackWorkspace(zipPath, target)).rejects.toThrow('something at');
});

interface Made {
  name: string;
  content?: string | Buffer;
  mode?: number;
}

/** A zip with any names: yazl refuses bad ones, so they are put into the finished bytes, which keep their length. */
async function makeZip(entries: readonly Made[]): Promise<void> {
  const zip = new ZipFile();
  zip.addFile(join(root, 'workspace.json'), 'workspace.json');
  const stand = entries.map((entry, i) => `${i}`.padEnd(entry.name.length, 'x'));
  entries.forEach((entry, i) => {
    const content = Buffer.isBuffer(entry.content) ? entry.content : Buffer.from(entry.content ?? 'hello');
    zip.addBuffer(content, stand[i] ?? '', { mode: entry.mode ?? 0o100644 });
  });
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(zipPath));
  const bytes = readFileSync(zipPath);
  entries.forEach((entry, i) => {
    for (let at = bytes.indexOf(stand[i] ?? ''); at >= 0; at = bytes.indexOf(stand[i] ?? '', at + 1))
      bytes.write(entry.name, at);
  });
  writeFileSync(zipPath, bytes);
}

const refusal = (): Promise<string> =>
  unpackWorkspace(zipPath, target).then(
    () => 'unpacked',
    (error: unknown) => (error instanceof NotAWorkspace ? error.message : `another error: ${String(error)}`),
  );

describe('a hostile zip is refused and leaves nothing', () => {
  it.each<[string, Made[], RegExp]>([
    ['leads out by ..', [{ name: '../../evil.json' }], /invalid relative path/],
    ['leads out from within', [{ name: 'imports/../../evil.json' }], /invalid relative path/],
    ['names an absolute path', [{ name: '/tmp/evil.json' }], /absolute path/],
    ['names a drive', [{ name: 'C:/evil.json' }], /absolute path/],
    ['uses backslashes', [{ name: 'imports\\..\\evil.json' }], /invalid characters/],
    [
      'holds a link',
      [{ name: 'imports/a/span.parquet', content: '/etc/passwd', mode: 0o120777 }],
      /is a link/,
    ],
    ['holds a device', [{ name: 'imports/a/span.parquet', mode: 0o020666 }], /is a link or a device/],
    ['holds a file twice', [{ name: 'imports/a/m.json' }, { name: 'imports/a/m.json' }], /twice/],
    [
      'holds names that differ by case alone',
      [{ name: 'imports/a/m.json' }, { name: 'imports/A/m.json' }],
      /twice/,
    ],
    [
      'is a bomb',
      [{ name: 'imports/a/m.json', content: Buffer.alloc(3 * 2 ** 20) }],
      /more than 200 times its size/,
    ],
  ])('that %s', async (_what, entries, message) => {
    await makeZip(entries);
    expect(await refusal()).toMatch(message);
    expect(readdirSync(folder).sort()).toEqual(['audit.faultline', 'audit.faultline.zip']);
  });

  it('that is too large or holds too many files', async () => {
    await makeZip([{ name: 'imports/a/m.json', content: 'x'.repeat(4000) }, { name: 'imports/a/n.json' }]);
    const limits = { entries: 100, bytes: 1e6, ratio: 200 };
    await expect(unpackWorkspace(zipPath, target, { ...limits, entries: 2 })).rejects.toThrow(
      'holds 3 files',
    );
    await expect(unpackWorkspace(zipPath, target, { ...limits, bytes: 4000 })).rejects.toThrow(
      'would unpack to',
    );
    expect(existsSync(target)).toBe(false);
  });

  it('that is cut off, changed, or none at all', async () => {
    await makeZip([{ name: 'imports/a/m.json', content: 'payload '.repeat(100) }]);
    const bytes = readFileSync(zipPath);
    writeFileSync(zipPath, bytes.subarray(0, bytes.length - 30));
    expect(await refusal()).toContain('not a whole zip file');
    const changed = Buffer.from(bytes);
    const at = bytes.indexOf('imports/a/m.json') + 'imports/a/m.json'.length + 4;
    changed[at] = (changed[at] ?? 0) ^ 0x10;
    writeFileSync(zipPath, changed);
    expect(await refusal()).toContain('is damaged');
    writeFileSync(zipPath, 'not a zip');
    expect(await refusal()).toContain('not a whole zip file');
    expect(existsSync(join(folder, 'out', 'audit.faultline'))).toBe(false);
  });

  it('that says a file is smaller than it is', async () => {
    await makeZip([{ name: 'imports/a/m.json', content: 'payload '.repeat(1000) }]);
    const bytes = readFileSync(zipPath);
    const central = bytes.lastIndexOf('imports/a/m.json') - 46;
    expect(bytes.readUInt32LE(central)).toBe(0x02014b50);
    bytes.writeUInt32LE(10, central + 24);
    writeFileSync(zipPath, bytes);
    expect(await refusal()).toContain('is damaged');
  });

  it('that holds no workspace', async () => {
    const zip = new ZipFile();
    zip.addBuffer(Buffer.from('{}'), 'a/b/workspace.json');
    zip.end();
    await pipeline(zip.outputStream, createWriteStream(zipPath));
    expect(await refusal()).toContain('no workspace.json');
  });

  it('whose workspace.json is damaged', async () => {
    writeFileSync(join(root, 'workspace.json'), '{');
    await makeZip([]);
    expect(await refusal()).toContain('not JSON');
    expect(existsSync(target)).toBe(false);
  });
});

it('of a folder packed by hand opens too; what is no part of a workspace, the index above all, stays out', async () => {
  const zip = new ZipFile();
  for (const name of [
    'journal.jsonl',
    'index.duckdb',
    '.DS_Store',
    'imports/a/CON',
    'imports/a/aux.json',
    'imports/a/ok.json',
    'imports/.hidden/x',
    'notes.txt',
  ]) {
    zip.addBuffer(Buffer.from('x'), `audit.faultline/${name}`);
  }
  zip.addFile(join(root, 'workspace.json'), 'audit.faultline/workspace.json');
  zip.addEmptyDirectory('audit.faultline/exports/');
  zip.addBuffer(Buffer.from('x'), '__MACOSX/audit.faultline/._journal.jsonl');
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(zipPath));
  await unpackWorkspace(zipPath, target);
  expect(filesOf(target)).toEqual([
    'exports',
    'imports',
    join('imports', 'a'),
    join('imports', 'a', 'ok.json'),
    'journal.jsonl',
    'workspace.json',
  ]);
});
