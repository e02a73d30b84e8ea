import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Grants } from './grants';
import { Memory } from './recent';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fl-recent-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('remembers workspaces latest first, at most 20, each once and with a lasting id', async () => {
  const memory = await Memory.open(join(folder, 'data'));
  for (let i = 0; i < 25; i++) await memory.noteOpened(join(folder, `w${i}`), `W ${i}`);
  const id = memory.recent()[5]?.id ?? '';
  await memory.noteOpened(memory.pathOf(id) ?? '', 'renamed');
  const again = await Memory.open(join(folder, 'data'));
  expect(again.recent()).toHaveLength(20);
  expect(again.recent()[0]).toMatchObject({ id, name: 'renamed', exists: false });
  await again.forget(id);
  expect((await Memory.open(join(folder, 'data'))).pathOf(id)).toBeNull();
});

it('says whether a workspace is still there', async () => {
  const memory = await Memory.open(folder);
  mkdirSync(join(folder, 'w'));
  writeFileSync(join(folder, 'w', 'workspace.json'), '{}');
  await memory.noteOpened(join(folder, 'w'), 'W');
  expect(memory.recent()[0]?.exists).toBe(true);
});

it('keeps the author, and has the system’s user until there is one', async () => {
  const memory = await Memory.open(folder);
  expect(memory.author).toBe(userInfo().username);
  await memory.setAuthor('  Ada Lovelace ');
  expect((await Memory.open(folder)).author).toBe('Ada Lovelace');
  await expect(memory.setAuthor('   ')).rejects.toThrow();
});

it('puts aside files it cannot read instead of failing or losing them', async () => {
  writeFileSync(join(folder, 'recent.json'), '[{"id":');
  writeFileSync(join(folder, 'settings.json'), '{"author": 7}');
  const memory = await Memory.open(folder);
  expect(memory.recent()).toEqual([]);
  expect(memory.author).toBe(userInfo().username);
  expect(readdirSync(folder).sort()).toEqual(['recent.json.bad', 'settings.json.bad']);
});

it('leaves whole files and nothing else when written many times at once', async () => {
  const memory = await Memory.open(folder);
  await Promise.all(Array.from({ length: 15 }, (_, i) => memory.noteOpened(join(folder, `w${i}`), `W${i}`)));
  expect(readdirSync(folder)).toEqual(['recent.json']);
  expect((await Memory.open(folder)).recent()).toHaveLength(15);
});

it('grants hand out handles that say nothing and lead nowhere else', () => {
  const grants = new Grants();
  const handles = [grants.grant('/a'), grants.grant('/a'), grants.grant('/b')];
  expect(new Set(handles).size).toBe(3);
  for (const handle of handles) expect(handle).toMatch(/^[0-9a-f]{32}$/);
  expect(handles.map((handle) => grants.resolve(handle))).toEqual(['/a', '/a', '/b']);
  expect(grants.resolve('/a')).toBeNull();
  grants.revoke(handles[0] ?? '');
  expect(grants.resolve(handles[0] ?? '')).toBeNull();
});
