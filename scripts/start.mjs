/**
 * `npm start`: builds what is out of date, then opens the workbench in an Electron window where its binary is there or can
 * be had, and in the browser otherwise, saying in one line why. `npm start -- [--browser | --window] [--no-open]
 * [FILES…]`; --window tries a window again that was found not to work here.
 */
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildIfStale, ROOT } from './build-if-stale.mjs';
import { findElectron, rememberUnusable } from './electron-binary.mjs';

/** A window that ends sooner than this, with an error, never was one. */
const STARTED_MS = 8000;

function readArguments() {
  try {
    return parseArgs({
      options: {
        browser: { type: 'boolean', default: false },
        window: { type: 'boolean', default: false },
        'no-open': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
  } catch (error) {
    console.error(`${error.message}\nUsage: npm start -- [--browser | --window] [--no-open] [FILES…]`);
    return process.exit(2);
  }
}

const { values: flags, positionals } = readArguments();
// npm changes to the package's folder; paths are meant from where the person is.
const base = process.env.npm_lifecycle_event === 'start' ? process.env.INIT_CWD : undefined;
const files = positionals.map((path) => resolve(base ?? process.cwd(), path));
const say = (line) => (flags.json ? process.stderr : process.stdout).write(`${line}\n`);

/** Why there can be no window here, whatever the binary; null when there can. */
function whyNoWindow() {
  if (flags.browser) return 'the browser was asked for';
  if (flags['no-open']) return '--no-open was given';
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) return 'there is no display';
  if (process.platform === 'linux' && process.getuid?.() === 0)
    return 'Chromium does not sandbox a window of the root user';
  return null;
}

function follow(child) {
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((done) => {
    child.on('error', (error) => done({ code: 1, reason: error.message }));
    child.on('exit', (code, signal) => done({ code, signal, reason: signal ?? `exit code ${code}` }));
  });
}

/** Resolves with the exit code, or with null when the window never came up. */
async function openWindow(binary) {
  const startMs = performance.now();
  const child = spawn(binary, [ROOT, ...files], { stdio: 'inherit' });
  if (flags.json) console.log(JSON.stringify({ shell: 'electron', pid: child.pid }));
  const { code, reason } = await follow(child);
  if (code === 0 || performance.now() - startMs > STARTED_MS) return code ?? 1;
  const why = `Electron does not run here (${reason})`;
  rememberUnusable(ROOT, why);
  say(`${why}; the browser takes its place.`);
  return null;
}

async function openBrowserShell() {
  const args = [
    ...(flags['no-open'] ? ['--no-open'] : []),
    ...(flags.json ? ['--json'] : []),
    '--',
    ...files,
  ];
  const child = spawn(process.execPath, [join(ROOT, 'out', 'main', 'serve.js'), ...args], {
    stdio: 'inherit',
  });
  return (await follow(child)).code ?? 1;
}

async function open() {
  const without = whyNoWindow();
  if (without !== null) {
    say(`No window, but a page in the browser: ${without}.`);
    return openBrowserShell();
  }
  const { path, reason } = findElectron(ROOT, { again: flags.window });
  if (path === undefined) {
    say(`No window, but a page in the browser: ${reason}.`);
    return openBrowserShell();
  }
  return (await openWindow(path)) ?? openBrowserShell();
}

buildIfStale();
process.exitCode = await open();
