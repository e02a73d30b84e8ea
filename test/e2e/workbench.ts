/**
 * The built browser shell for one test file, with a data folder of its own, and a page that watches itself: every request,
 * socket, dialogue, error and breach of the content policy is kept, and checked after each test.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { expect, test as base, type Page } from '@playwright/test';

const run = promisify(execFile);
const SERVE = fileURLToPath(new URL('../../out/main/serve.js', import.meta.url));

export interface Workbench {
  /** With the token in its fragment. */
  address: string;
  origin: string;
  /** Of this test file alone; traces that a test writes go there too. */
  folder: string;
  /** Process id of the engine that runs now. */
  enginePid: () => Promise<number>;
  close: () => Promise<void>;
}

export async function startWorkbench(): Promise<Workbench> {
  const folder = await mkdtemp(join(tmpdir(), 'faultline-e2e-'));
  const shell = spawn(process.execPath, [SERVE, '--no-open', '--json'], {
    env: { ...process.env, FAULTLINE_DATA: join(folder, 'data') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  shell.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString('utf8')));
  const first = await Promise.race([firstLine(shell), once(shell, 'exit').then(() => null)]);
  if (first === null) throw new Error(`The workbench did not start: ${said.join('')}`);
  const { address } = JSON.parse(first) as { address: string };
  return {
    address,
    origin: new URL(address).origin,
    folder,
    enginePid: () => childOf(shell),
    close: async () => {
      if (shell.exitCode === null && shell.signalCode === null) {
        const ended = once(shell, 'exit');
        shell.kill('SIGTERM');
        await ended;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function firstLine(shell: ChildProcess): Promise<string | null> {
  if (shell.stdout === null) return null;
  const lines = createInterface({ input: shell.stdout });
  for await (const line of lines) return line;
  return null;
}

/** The shell has one child, the engine; an import's process is the engine's own child. */
async function childOf({ pid: parent }: ChildProcess): Promise<number> {
  const pairs = existsSync('/proc/self/stat')
    ? readdirSync('/proc')
        .filter((name) => /^\d+$/u.test(name))
        .map((pid) => [Number(pid), parentIn(pid)] as const)
    : (await run('ps', ['-A', '-o', 'pid=,ppid='])).stdout
        .trim()
        .split('\n')
        .map((line) => line.trim().split(/\s+/u).map(Number) as [number, number]);
  const found = pairs.find(([, parentPid]) => parentPid === parent);
  if (found === undefined) throw new Error('The shell has no engine.');
  return found[0];
}

function parentIn(pid: string): number {
  try {
    // The name of the program is in brackets and may hold anything; state and parent come after it.
    const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /su, '');
    return Number(afterName.split(' ')[1]);
  } catch {
    // It ended while the list was read.
    return -1;
  }
}

/** What a page did that it must not do; filled while a test runs. */
export interface Watched {
  /** Addresses of requests and sockets. */
  asked: string[];
  dialogues: string[];
  errors: string[];
  violations: string[];
}

async function watch(page: Page): Promise<Watched> {
  const watched: Watched = { asked: [], dialogues: [], errors: [], violations: [] };
  const context = page.context();
  context.on('request', (request) => watched.asked.push(request.url()));
  const keepSockets = (one: Page) =>
    one.on('websocket', (socket) => {
      watched.asked.push(socket.url());
    });
  keepSockets(page);
  context.on('page', (other) => {
    watched.errors.push(`another page was opened: ${other.url()}`);
    keepSockets(other);
  });
  page.on('dialog', (dialog) => {
    watched.dialogues.push(dialog.message());
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => watched.errors.push(String(error)));
  await page.exposeFunction('tellViolation', (what: string) => watched.violations.push(what));
  await page.addInitScript(() => {
    const tell = (window as unknown as { tellViolation: (what: string) => Promise<void> }).tellViolation;
    document.addEventListener('securitypolicyviolation', (event) => {
      void tell(`${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`);
    });
  });
  return watched;
}

/** Everything the page asked for went to the workbench, and nothing ran or broke. */
export function expectQuiet(watched: Watched, origin: string): void {
  const { host } = new URL(origin);
  const outside = watched.asked.filter((address) => {
    const url = new URL(address);
    if (url.protocol === 'blob:') return new URL(url.pathname).host !== host;
    return url.host !== host;
  });
  expect(outside, 'requests that leave the workbench').toEqual([]);
  expect(watched.asked.length, 'requests that were seen at all').toBeGreaterThan(2);
  expect(watched.dialogues, 'dialogues').toEqual([]);
  expect(watched.errors, 'errors of the page').toEqual([]);
  expect(watched.violations, 'breaches of the content policy').toEqual([]);
}

/** One workbench for the tests of a file, started before the first and ended after the last. */
export function useWorkbench(): () => Workbench {
  let workbench: Workbench | null = null;
  base.beforeAll(async () => {
    workbench = await startWorkbench();
  });
  base.afterAll(async () => {
    await workbench?.close();
    workbench = null;
  });
  return () => {
    if (workbench === null) throw new Error('The workbench runs only while a test does.');
    return workbench;
  };
}

/** A page that is watched from its first request on. */
export const test = base.extend<{ watched: Watched }>({
  watched: [async ({ page }, use) => use(await watch(page)), { auto: true }],
});
export { expect };
