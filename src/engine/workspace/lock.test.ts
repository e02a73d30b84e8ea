import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildChildProgram } from '../../../test/fixtures/workspace/child-program';
import { WorkspaceLock } from './lock';
import { asUnwritable, BadInput, WorkspaceLocked } from './problem';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fl-lock-'));
  path = join(folder, 'workspace.lock');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function refusal(): WorkspaceLocked {
  try {
    WorkspaceLock.acquire(path, 'the second').release();
  } catch (error) {
    if (error instanceof WorkspaceLocked) return error;
    throw error;
  }
  throw new Error('The lock was given to a second opener.');
}

it('names its holder, refuses a second opener, and is free after release', () => {
  const lock = WorkspaceLock.acquire(path, 'Faultline 0.1.0', new Date('2026-01-02T03:04:05Z'));
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
    pid: process.pid,
    host: hostname(),
    program: 'Faultline 0.1.0',
    since: '2026-01-02T03:04:05.000Z',
  });
  expect(refusal().holder).toBe(
    `Faultline 0.1.0 on this machine (process ${process.pid}, since 2026-01-02T03:04:05.000Z)`,
  );
  expect(refusal().message).toContain(path);
  lock.release();
  expect(readdirSync(folder)).toEqual([]);
  WorkspaceLock.acquire(path, 'the next').release();
});

it('that may not be written names the folder, not the file it would have been', () => {
  const refused = Object.assign(new Error(`EACCES: permission denied, open '${path}.x'`), { code: 'EACCES' });
  const told = asUnwritable(refused, folder);
  expect(told).toBeInstanceOf(BadInput);
  expect(String(told)).toContain(`Nothing can be written in ${folder}`);
  const other = new Error('something else');
  expect(asUnwritable(other, folder)).toBe(other);
});

it('of another machine is never taken over', () => {
  const holder = { pid: 2 ** 22 + 5, host: 'elsewhere', program: 'Faultline', since: 'monday', token: 't' };
  writeFileSync(path, JSON.stringify({ ...holder, startedAt: null, bootId: null }));
  expect(refusal().holder).toContain('elsewhere');
});

it.each([
  ['of a process that is gone', { pid: 2 ** 22 + 5 }],
  ['of an earlier process with this one’s number', { pid: process.pid }],
])('%s on this machine is taken over', (_what, who) => {
  const lock = WorkspaceLock.acquire(path, 'the dead');
  const written = JSON.parse(readFileSync(path, 'utf8')) as object;
  lock.release();
  writeFileSync(path, JSON.stringify({ ...written, ...who }));
  const mine = WorkspaceLock.acquire(path, 'the heir');
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ program: 'the heir', pid: process.pid });
  expect(readdirSync(folder)).toEqual(['workspace.lock']);
  mine.release();
});

it.skipIf(process.platform !== 'linux')(
  'of a process whose number another one has got since is taken over',
  () => {
    const lock = WorkspaceLock.acquire(path, 'the dead');
    const written = JSON.parse(readFileSync(path, 'utf8')) as object;
    lock.release();
    writeFileSync(path, JSON.stringify({ ...written, pid: process.ppid, startedAt: '1' }));
    WorkspaceLock.acquire(path, 'the heir').release();
    expect(existsSync(path)).toBe(false);
  },
);

it('that nobody can read, as an old crash may leave, is taken over', () => {
  writeFileSync(path, '');
  WorkspaceLock.acquire(path, 'the heir').release();
});

describe('that is being taken over', () => {
  beforeEach(() => writeFileSync(path, ''));

  it('is not taken by another as well, even before the guard says whose it is', () => {
    writeFileSync(`${path}.takeover`, '');
    expect(refusal().holder).toBe('a program that is just starting');
    expect(readdirSync(folder).sort()).toEqual(['workspace.lock', 'workspace.lock.takeover']);
  });

  it('is taken where that came to nothing long ago', () => {
    writeFileSync(`${path}.takeover`, '');
    utimesSync(`${path}.takeover`, new Date(0), new Date(0));
    WorkspaceLock.acquire(path, 'the heir').release();
    expect(readdirSync(folder)).toEqual([]);
  });
});

it('released late does not remove the lock of who took it over', () => {
  const mine = WorkspaceLock.acquire(path, 'mine');
  const theirs = readFileSync(path, 'utf8').replace(/"token":"[^"]+"/, '"token":"theirs"');
  writeFileSync(path, theirs);
  mine.release();
  expect(readFileSync(path, 'utf8')).toBe(theirs);
});

describe('between processes', () => {
  let program: string;
  beforeAll(async () => {
    program = await buildChildProgram('hold-lock');
  }, 60_000);
  afterAll(() => rmSync(dirname(program), { recursive: true, force: true }));

  async function holder(): Promise<{ child: ChildProcess; pid: string }> {
    const child = spawn(process.execPath, [program, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [data] = (await once(child.stdout, 'data')) as [Buffer];
    return { child, pid: data.toString('utf8').trim() };
  }

  it('is held while the other lives, and taken over after kill -9', async () => {
    const { child, pid } = await holder();
    expect(refusal().holder).toContain(`a program that will be killed on this machine (process ${pid}`);
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(existsSync(path)).toBe(true);
    WorkspaceLock.acquire(path, 'the heir').release();
    expect(existsSync(path)).toBe(false);
  });

  it('a stale one goes to exactly one of several that want it', async () => {
    const { child } = await holder();
    child.kill('SIGKILL');
    await once(child, 'close');
    const rivals = Array.from({ length: 6 }, () =>
      spawn(process.execPath, [program, path], { stdio: ['ignore', 'pipe', 'ignore'] }),
    );
    const ends = rivals.map(async (rival) => {
      const won = once(rival.stdout, 'data').then(() => true);
      return Promise.race([won, once(rival, 'close').then(() => false)]);
    });
    const won = await Promise.all(ends);
    expect(won.filter(Boolean)).toHaveLength(1);
    for (const rival of rivals) rival.kill('SIGKILL');
  });
});
