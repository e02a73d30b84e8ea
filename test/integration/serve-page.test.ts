/**
 * The page's side of the browser shell in a real browser: `shell.ts` with a real server, engine process and content policy.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchBrowser } from '../e2e/browser';
import { buildFixturePage } from './build-page';
import { buildPrograms, type BuiltPrograms } from './build-programs';
import { startShell, type ShellUnderTest } from './serve-shell';
import type { FixturePage } from '../fixtures/page/page';

declare global {
  interface Window {
    fixture: FixturePage;
  }
}

let browser: Browser;
let programs: BuiltPrograms;
let built: Awaited<ReturnType<typeof buildFixturePage>>;
let shell: ShellUnderTest;
let folder: string;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  programs = await buildPrograms({
    engine: 'test/fixtures/programs/engine.ts',
    intake: 'test/fixtures/programs/intake.ts',
  });
  built = await buildFixturePage();
  browser = await launchBrowser();
}, 120_000);
afterAll(async () => {
  await browser.close();
  await programs.remove();
  await built.remove();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faultline-files-'));
  await writeFile(join(folder, 'given.jsonl'), '{"line":1}\n');
  shell = await startShell({
    engineEntry: programs.path('engine'),
    pageFolder: built.folder,
    openPaths: [join(folder, 'given.jsonl')],
  });
  context = await browser.newContext();
  page = await context.newPage();
  await page.goto(shell.server.address);
});
afterEach(async () => {
  await context.close();
  await shell.close();
  await rm(folder, { recursive: true, force: true });
});

const call = (path: string[], input?: unknown) =>
  page.evaluate(([where, value]) => window.fixture.call(where, value), [path, input] as const);

describe('the page in a browser', () => {
  it('takes the token out of the address and keeps it for this tab', async () => {
    expect(page.url()).toBe(`http://127.0.0.1:${shell.server.port}/`);
    await expect(call(['echo'], { works: true })).resolves.toEqual({ works: true });
    await page.reload();
    await expect(call(['echo'], 'after a reload')).resolves.toBe('after a reload');
    expect(await context.cookies()).toEqual([]);
    const other = await context.newPage();
    await other.goto(`http://127.0.0.1:${shell.server.port}/`);
    const refused = other.evaluate(() => window.fixture.call(['echo'], 1));
    await expect(refused).rejects.toThrow('This address lacks its key.');
  });

  it('says what to do when the token is wrong', async () => {
    await page.goto(`http://127.0.0.1:${shell.server.port}/#token=wrong`);
    await page.reload();
    await expect(call(['echo'], 1)).rejects.toThrow('Open the whole address that Faultline printed');
  });

  it('draws with its own styles under the content policy, and nothing else gets through', async () => {
    const color = (id: string) => page.locator(id).evaluate((element) => getComputedStyle(element).color);
    await expect(color('#styled')).resolves.toBe('rgb(1, 2, 3)');
    await expect(color('#nonced')).resolves.toBe('rgb(4, 5, 6)');
    expect(await page.evaluate(() => window.fixture.violations)).toEqual([]);

    const hits: string[] = [];
    const canary = createServer((request, response) => {
      hits.push(request.url ?? '');
      response.setHeader('access-control-allow-origin', '*');
      response.end('');
    });
    canary.on('upgrade', (request, socket) => {
      hits.push(request.url ?? '');
      socket.destroy();
    });
    await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(canary.address() as AddressInfo).port}`;
    try {
      await expect(page.evaluate((at) => window.fixture.runAttacks(at), address)).resolves.toMatchObject({
        markup: 'TypeError',
        eval: 'EvalError',
        function: 'EvalError',
        timer: 'TypeError',
        script: 'TypeError',
        handler: 'TypeError',
        style: 'rgb(1, 2, 3)',
        fetch: 'TypeError',
        socket: 'failed',
        image: 'failed',
        worker: 'TypeError',
        sheet: 'failed',
        hacked: 'false',
      });
      await expect(
        page.evaluate(() => fetch('/page.ts').then(({ status }) => status)),
        'its own origin',
      ).resolves.toBe(404);
      expect(hits).toEqual([]);
      // The canary sings for who is let through.
      await fetch(`${address}/control`);
      expect(hits).toEqual(['/control']);
    } finally {
      canary.close();
    }
    expect(await page.evaluate(() => window.fixture.violations.length)).toBeGreaterThan(4);
  });

  it('takes the files of the command line once', async () => {
    await expect
      .poll(() => page.evaluate(() => window.fixture.opened))
      .toEqual([{ handle: expect.any(String), name: 'given.jsonl', kind: 'file' }]);
  });

  it('grants a typed path, and says why it cannot', async () => {
    const granted = await page.evaluate(
      (path) => window.fixture.shell.grantPath(path),
      join(folder, 'given.jsonl'),
    );
    expect(granted).toEqual({ handle: expect.any(String), name: 'given.jsonl', kind: 'file' });
    const missing = page.evaluate(
      (path) => window.fixture.shell.grantPath(path),
      join(folder, 'missing.jsonl'),
    );
    await expect(missing).rejects.toThrow('missing.jsonl cannot be opened: there is nothing at this path.');
  });

  it('uploads what is dropped, with progress, and saves a file', async () => {
    const { granted, progress } = await page.evaluate(async () => {
      const seen: [number, number][] = [];
      const files = [
        new File(['a'.repeat(3_000_000)], 'one.jsonl'),
        Object.defineProperty(new File(['b'], 'two.jsonl'), 'webkitRelativePath', {
          value: 'project/deep/two.jsonl',
        }),
      ];
      const onProgress = (done: number, total: number) => seen.push([done, total]);
      return { granted: await window.fixture.shell.grantDropped(files, { onProgress }), progress: seen };
    });
    expect(granted.map(({ name, kind }) => [name, kind])).toEqual([
      ['one.jsonl', 'file'],
      ['project', 'folder'],
    ]);
    expect(progress.at(-1)).toEqual([3_000_001, 3_000_001]);

    const downloading = page.waitForEvent('download');
    const handle = granted[0]?.handle ?? '';
    await page.evaluate((one) => window.fixture.shell.saveFile(one, 'saved äö.jsonl'), handle);
    const download = await downloading;
    expect(download.suggestedFilename()).toBe('saved äö.jsonl');
    await expect(readFile(await download.path(), 'utf8')).resolves.toBe('a'.repeat(3_000_000));
  });

  it('stops an upload', async () => {
    const stopped = page.evaluate(async () => {
      const stop = new AbortController();
      const file = new File([new Uint8Array(200_000_000)], 'large.jsonl');
      const uploading = window.fixture.shell.grantDropped([file], {
        signal: stop.signal,
        onProgress: () => stop.abort(),
      });
      return uploading.then(
        () => 'done',
        (error: unknown) => (error instanceof Error ? error.name : 'thrown'),
      );
    });
    await expect(stopped).resolves.toBe('AbortError');
  });

  it('does not pass a copy off as a workspace', async () => {
    const dropped = page.evaluate(() => {
      const file = Object.defineProperty(new File(['{}'], 'journal.jsonl'), 'webkitRelativePath', {
        value: 'audit.faultline/journal.jsonl',
      });
      return window.fixture.shell.grantDropped([file]);
    });
    await expect(dropped).rejects.toThrow('Type its path instead.');
    await expect(
      page.evaluate(() => window.fixture.shell.pickFiles({ purpose: 'workspace' })),
    ).rejects.toThrow('Type its path instead.');
  });

  it('picks files in the dialog, and nothing when it is dismissed', async () => {
    const choosing = page.waitForEvent('filechooser');
    const picked = page.evaluate(() => window.fixture.shell.pickFiles({ purpose: 'traces', multiple: true }));
    const chooser = await choosing;
    expect(chooser.isMultiple()).toBe(true);
    await chooser.setFiles([join(folder, 'given.jsonl')]);
    await expect(picked).resolves.toEqual([
      { handle: expect.any(String), name: 'given.jsonl', kind: 'file' },
    ]);
  });

  it('hears that the engine died, and goes on after a restart', async () => {
    await call(['echo'], 1);
    await Promise.allSettled([call(['die'], 'kill')]);
    const reason = 'The engine was stopped by the system, most likely because memory ran out.';
    await expect.poll(() => page.evaluate(() => window.fixture.downs)).toEqual([reason]);
    await expect(call(['echo'], 2)).rejects.toThrow(reason);
    await page.evaluate(() => window.fixture.shell.restartEngine());
    await expect(call(['echo'], 3)).resolves.toBe(3);
  });

  it('hears that the whole program has ended', async () => {
    await call(['echo'], 1);
    await shell.server.close();
    await expect.poll(() => page.evaluate(() => window.fixture.downs.length)).toBe(1);
    await expect(page.evaluate(() => window.fixture.shell.restartEngine())).rejects.toThrow('Start it again');
  });
});
