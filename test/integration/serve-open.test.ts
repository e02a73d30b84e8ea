/** How the browser shell opens a browser: by a file that only this user can read, never by an argument with the token. */
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openBrowser, whyNoBrowser } from '../../src/serve/open-browser';

const ADDRESS = 'http://127.0.0.1:43210/#token=secret-secret-secret';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faultline-open-test-'));
  await mkdir(join(folder, 'bin'));
  await mkdir(join(folder, 'tmp'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a browser is not opened', () => {
  it.each([
    ['linux', {}, 'there is no display.'],
    ['linux', { DISPLAY: ':0' }, null],
    ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, null],
    ['linux', { DISPLAY: ':0', CI: 'true' }, 'this is a build server.'],
    ['darwin', {}, null],
    ['win32', {}, null],
    ['darwin', { CI: '1' }, 'this is a build server.'],
  ] as const)('on %s with %j: %s', (platform, env, why) => {
    expect(whyNoBrowser({ platform, env })).toBe(why);
  });
});

// Its opener is a program on the path, which a test can take the place of.
describe.runIf(process.platform === 'linux')('a browser on Linux', () => {
  const script = async (name: string, body: string) => {
    await writeFile(join(folder, 'bin', name), `#!/bin/sh\n${body}\n`);
    await chmod(join(folder, 'bin', name), 0o755);
  };
  const open = async () => {
    vi.stubEnv('PATH', `${join(folder, 'bin')}${delimiter}/usr/bin${delimiter}/bin`);
    return openBrowser(ADDRESS, join(folder, 'tmp'));
  };

  it('is given a file with the address, and no token in any argument', async () => {
    await script('xdg-settings', 'echo firefox.desktop');
    await script(
      'xdg-open',
      `printf '%s\\n' "$@" > "${join(folder, 'arguments')}.new"; mv "${join(folder, 'arguments')}.new" "${join(folder, 'arguments')}"`,
    );
    const { problem, cleanUp } = await open();
    expect(problem).toBeNull();
    await expect.poll(() => readFile(join(folder, 'arguments'), 'utf8').catch(() => '')).not.toBe('');
    const given = (await readFile(join(folder, 'arguments'), 'utf8')).trim();
    expect(given).not.toContain('token');
    expect(given).toMatch(/open-faultline\.html$/u);
    const page = await readFile(given, 'utf8');
    expect(page).toContain(`content="0; url=${ADDRESS}"`);
    expect((await stat(given)).mode & 0o077, 'nobody else may read it').toBe(0);
    await cleanUp();
    expect(await readdir(join(folder, 'tmp'))).toEqual([]);
  });

  it('is not opened where it is a snap, which could not read the file', async () => {
    await script('xdg-settings', 'echo firefox_firefox.desktop');
    await script('xdg-open', `touch "${join(folder, 'opened')}"`);
    const { problem } = await open();
    expect(problem).toContain('snap');
    expect(await readdir(folder)).not.toContain('opened');
    expect(await readdir(join(folder, 'tmp'))).toEqual([]);
  });

  it('is not missed where there is no opener', async () => {
    vi.stubEnv('PATH', join(folder, 'bin'));
    const { problem, cleanUp } = await openBrowser(ADDRESS, join(folder, 'tmp'));
    expect(problem).toBe('xdg-open could not be started.');
    await cleanUp();
  });
});
