/**
 * The desktop shell in a real Electron: that it opens, carries the engine, survives its death, and denies what it must
 * deny to a page that has been taken over. Runs where a binary exists and says loudly where it does not.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, expect, test, type ElectronApplication, type Page } from '@playwright/test';
import { announceSkip, findElectron, ROOT } from './electron-binary';

const found = findElectron();
if ('reason' in found) announceSkip(found.reason);
const executablePath = 'path' in found ? found.path : '';

test.skip('reason' in found, 'reason' in found ? found.reason : '');

/** Chromium refuses its sandbox to the root user; what the tests look at is the page's sandbox in the shell's settings. */
const ROOT_ARGS = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];

let folder: string;
let app: ElectronApplication;
let page: Page;
const pageErrors: string[] = [];

async function launch(...files: string[]): Promise<void> {
  app = await _electron.launch({
    executablePath,
    args: [...ROOT_ARGS, ROOT, ...files],
    cwd: folder,
    env: { ...process.env, FAULTLINE_DATA: join(folder, 'data') },
  });
  page = await app.firstWindow();
  page.on('pageerror', (error) => pageErrors.push(error.message));
  await page.waitForLoadState('domcontentloaded');
  await expect(page.locator('#root')).not.toBeEmpty();
}

test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faultline-electron-test-'));
  pageErrors.length = 0;
  await launch();
});
test.afterEach(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
  expect(pageErrors).toEqual([]);
});

test('opens a window with the page, and the sample in it', async () => {
  expect(page.url()).toBe('app://faultline/index.html');
  await expect(page).toHaveTitle(/Faultline/u);
  await page.getByRole('button', { name: 'Open the sample' }).click();
  await expect(page).not.toHaveTitle(/^Home/u);
});

test('gives the page a sandbox, and nothing of Node or Electron', async () => {
  const preferences = await app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    // Electron has this for its own tests; its types leave it out.
    return (
      window?.webContents as unknown as { getLastWebPreferences: () => Record<string, unknown> }
    ).getLastWebPreferences();
  });
  expect(preferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
    webSecurity: true,
  });
  const globals = await page.evaluate(() =>
    ['require', 'process', 'module', 'Buffer', 'global'].filter((name) => name in window),
  );
  expect(globals).toEqual([]);
  expect(
    await page.evaluate(() => Object.keys((window as { faultline?: object }).faultline ?? {}).length),
  ).toBe(11);
});

test('denies a page everything that leads out of it', async () => {
  const hits: string[] = [];
  const canary: Server = createServer((request, response) => {
    hits.push(request.url ?? '');
    response.end();
  });
  await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(canary.address() as AddressInfo).port}`;
  try {
    const outcome = await page.evaluate(async (at) => {
      const failed = (work: Promise<unknown>) => work.then(() => false).catch(() => true);
      const image = Object.assign(document.createElement('img'), { src: `${at}/image` });
      document.body.append(image);
      const permission = async (name: string) =>
        (await navigator.permissions.query({ name: name as PermissionName })).state;
      return {
        opened: window.open(at) === null && window.open('about:blank') === null,
        fetched: !(await failed(fetch(`${at}/fetch`, { mode: 'no-cors' }))),
        file: !(await failed(fetch('file:///etc/passwd'))),
        geolocation: await permission('geolocation'),
        notifications: await permission('notifications'),
        clipboard: !(await failed(navigator.clipboard.readText())),
        camera: !(await failed(navigator.mediaDevices.getUserMedia({ video: true }))),
      };
    }, address);
    expect(outcome).toEqual({
      opened: true,
      fetched: false,
      file: false,
      geolocation: 'denied',
      notifications: 'denied',
      clipboard: false,
      camera: false,
    });
    for (const target of [address, 'file:///etc/passwd', 'https://example.com/', 'app://other/'])
      await page.evaluate((to) => void (window.location.href = to), target);
    await page.waitForTimeout(500);
    expect(page.url()).toBe('app://faultline/index.html');
    expect(app.windows()).toHaveLength(1);
    expect(hits).toEqual([]);
  } finally {
    canary.close();
  }
});

test('survives the death of its engine, and starts another', async () => {
  const engine = await app.evaluate(
    ({ app: program }) => program.getAppMetrics().find(({ name }) => name === 'Faultline engine')?.pid,
  );
  expect(engine).toBeDefined();
  process.kill(engine ?? 0, 'SIGKILL');
  const restart = page.getByRole('button', { name: /restart/iu });
  await expect(restart).toBeVisible();
  await restart.click();
  await expect(restart).toBeHidden();
  await page.getByRole('button', { name: 'Open the sample' }).click();
  await expect(page).not.toHaveTitle(/^Home/u);
});

test('takes the files of a second start, which ends at once', async () => {
  const path = join(folder, 'second.jsonl');
  await writeFile(
    path,
    '{"messages":[{"role":"user","content":"Hello"},{"role":"assistant","content":"Hello."}]}\n',
  );
  const second = spawnSync(executablePath, [...ROOT_ARGS, ROOT, path], {
    env: { ...process.env, FAULTLINE_DATA: join(folder, 'data') },
    timeout: 60_000,
  });
  expect(second.status).toBe(0);
  await expect(page.getByText('second.jsonl').first()).toBeVisible();
});

test('holds no network socket in any of its processes', async () => {
  test.skip(process.platform !== 'linux', 'only Linux shows them to everybody');
  const pids = await app.evaluate(({ app: program }) => program.getAppMetrics().map(({ pid }) => pid));
  const listed = (
    await Promise.all(['tcp', 'tcp6', 'udp', 'udp6'].map((kind) => readFile(`/proc/net/${kind}`, 'utf8')))
  )
    .flatMap((table) => table.split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/u))
    // The test's own way in: the debugging port that Playwright has Electron open on the loopback address.
    .filter(([, local = '']) => !local.startsWith('0100007F'))
    .map((columns) => columns[9]);
  const open: string[] = [];
  for (const pid of pids) {
    for (const fd of await readdir(`/proc/${pid}/fd`)) {
      const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '');
      const inode = /^socket:\[(\d+)\]$/u.exec(target)?.[1];
      if (inode !== undefined && listed.includes(inode)) open.push(`${pid} ${target}`);
    }
  }
  expect(open).toEqual([]);
});
