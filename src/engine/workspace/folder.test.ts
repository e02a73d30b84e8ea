import {
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
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyWorkspace } from './copy';
import { createFolder, LAYOUT_VERSION, type LayoutStep, migrateLayout, readManifest } from './folder';
import { Journal } from './journal';
import { NotAWorkspace } from './problem';

let folder: string;
let root: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fl-folder-'));
  root = join(folder, 'audit.faultline');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const manifest = () =>
  JSON.parse(readFileSync(join(root, 'workspace.json'), 'utf8')) as Record<string, unknown>;
const change = (changes: object) =>
  writeFileSync(join(root, 'workspace.json'), JSON.stringify({ ...manifest(), ...changes }));

describe('making one', () => {
  it('appears whole, and not over anything else', async () => {
    await createFolder(root, 'Audit', new Date('2026-01-02T03:04:05Z'));
    expect(await readManifest(root)).toMatchObject({
      layoutVersion: LAYOUT_VERSION,
      name: 'Audit',
      createdAt: '2026-01-02T03:04:05.000Z',
      origin: null,
    });
    expect(readdirSync(folder)).toEqual(['audit.faultline']);
    await expect(createFolder(root, 'Other')).rejects.toThrow('something at');
    expect(manifest()['name']).toBe('Audit');
  });
});

describe('checking one', () => {
  const refusal = (): Promise<string> =>
    readManifest(root).then(
      () => 'opened',
      (error: unknown) =>
        error instanceof NotAWorkspace ? error.message : `another error: ${String(error)}`,
    );

  it('says what is wrong', async () => {
    expect(await refusal()).toContain('There is nothing at');
    writeFileSync(root, '');
    expect(await refusal()).toContain('A workspace is a folder');
    rmSync(root);
    mkdirSync(root);
    expect(await refusal()).toContain('is not a workspace');
    writeFileSync(join(root, 'journal.jsonl'), '');
    expect(await refusal()).toContain('holds a journal but no workspace.json');
    writeFileSync(join(root, 'workspace.json'), '{"layout');
    expect(await refusal()).toContain('is not JSON');
    writeFileSync(join(root, 'workspace.json'), '{"layoutVersion":1,"name":"A"}');
    expect(await refusal()).toContain('workspaceId');
    writeFileSync(join(root, 'workspace.json'), '{"layoutVersion":99,"anything":"new"}');
    expect(await refusal()).toContain(`newer Faultline (layout 99; this one knows up to ${LAYOUT_VERSION})`);
  });
});

describe('migrating the layout', () => {
  const noted: LayoutStep[] = ['first', 'second', 'third'].map((name) => (paths) => {
    writeFileSync(join(paths.root, name), '');
    return Promise.resolve();
  });

  it.each([
    [1, ['first', 'second', 'third']],
    [2, ['second', 'third']],
    [3, ['third']],
    [4, []],
  ])('from version %i runs the steps that are missing, in order', async (version, expected) => {
    await createFolder(root, 'Audit');
    change({ layoutVersion: version });
    await migrateLayout(root, noted);
    expect(['first', 'second', 'third'].filter((name) => existsSync(join(root, name)))).toEqual(expected);
    expect(manifest()['layoutVersion']).toBe(4);
  });

  it('a step that fails is run again at the next opening, those before it are not', async () => {
    await createFolder(root, 'Audit');
    const ran: number[] = [];
    const failing = (fails: boolean): LayoutStep[] => [
      () => {
        ran.push(1);
        return fails ? Promise.reject(new Error('disk full')) : Promise.resolve();
      },
    ];
    await expect(migrateLayout(root, failing(true))).rejects.toThrow('disk full');
    expect(manifest()['layoutVersion']).toBe(1);
    await migrateLayout(root, failing(false));
    expect(ran).toEqual([1, 1]);
    expect(manifest()['layoutVersion']).toBe(2);
  });

  it('brings back folders that an archive without empty folders has lost', async () => {
    await createFolder(root, 'Audit');
    rmSync(join(root, 'imports'), { recursive: true });
    rmSync(join(root, 'exports'), { recursive: true });
    await migrateLayout(root);
    expect(readdirSync(root).sort()).toEqual(['exports', 'imports', 'workspace.json']);
  });
});

describe('a copy', () => {
  it('has the history and the imports in force, a new id, and knows where it came from', async () => {
    const made = await createFolder(root, 'Audit');
    const { journal } = await Journal.open(join(root, 'journal.jsonl'));
    await journal.append([{ act: { type: 'import.removed', importId: 'i2' }, author: 'Ada' }]);
    for (const id of ['i1', 'i2']) {
      mkdirSync(join(root, 'imports', id));
      writeFileSync(join(root, 'imports', id, 'manifest.json'), id);
    }
    symlinkSync('/etc/hostname', join(root, 'imports', 'i1', 'link.json'));
    writeFileSync(join(root, 'index.duckdb'), 'derived');
    writeFileSync(join(root, 'exports', 'old.csv'), '');
    const to = join(folder, 'copy.faultline');
    const copied = await copyWorkspace(root, to, 'Second look');
    await journal.close();
    expect(copied).toMatchObject({
      name: 'Second look',
      origin: { workspaceId: made.workspaceId, name: 'Audit' },
    });
    expect(copied.workspaceId).not.toBe(made.workspaceId);
    expect((await readManifest(to)).name).toBe('Second look');
    expect((readdirSync(to, { recursive: true }) as string[]).sort()).toEqual([
      'exports',
      'imports',
      join('imports', 'i1'),
      join('imports', 'i1', 'manifest.json'),
      'journal.jsonl',
      'workspace.json',
    ]);
    expect(readFileSync(join(to, 'journal.jsonl'))).toEqual(readFileSync(join(root, 'journal.jsonl')));
  });
});
