/**
 * Finds a Chromium for the end-to-end tests and the screenshots, in this order: FAULTLINE_CHROMIUM, a browser the
 * system has, Playwright's own download if somebody made it, and last the one that comes out of npm with
 * @sparticuz/chromium. So `npm ci` is the only install a machine needs.
 * Must not download anything itself, and must not choose a browser by the machine it was written on.
 * https://github.com/Sparticuz/chromium
 */
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium, type Browser } from '@playwright/test';
import packaged, { inflate } from '@sparticuz/chromium';

const run = promisify(execFile);

/** A browser that can be started, where it came from, and what it needs to find in its environment. */
export interface FoundBrowser {
  source: 'environment' | 'system' | 'playwright' | 'npm';
  executablePath: string;
  env: Record<string, string>;
}

const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const SYSTEM_PATHS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/** Chromium switches that every launch uses; Playwright adds --headless and its own. */
export const LAUNCH_ARGS = [
  // Shared memory in containers is often 64 MB, and a page with a long table then dies.
  '--disable-dev-shm-usage',
  // The same glyph widths on every machine: screenshots are compared by eye.
  '--font-render-hinting=none',
];

/**
 * Chromium refuses to start its sandbox as root, and cannot build one where user namespaces are forbidden, as in most
 * containers. The tests show it only pages of our own, from 127.0.0.1.
 */
export const CHROMIUM_SANDBOX = false;

/** Where the browser out of npm is unpacked to; gone with node_modules. */
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/chromium/', import.meta.url));

/** The first browser there is. Unpacks the one from npm when it has to (once, about 200 MB). Throws if none fits. */
export async function findBrowser(): Promise<FoundBrowser> {
  const named = process.env.FAULTLINE_CHROMIUM;
  if (named !== undefined && named !== '') {
    if (!isExecutable(named))
      throw new Error(`FAULTLINE_CHROMIUM is not a program that can be run: ${named}`);
    return { source: 'environment', executablePath: named, env: {} };
  }
  const system = findOnSystem();
  if (system !== undefined) return { source: 'system', executablePath: system, env: {} };
  const own = chromium.executablePath();
  if (own !== '' && isExecutable(own)) return { source: 'playwright', executablePath: own, env: {} };
  if (process.platform === 'linux' && process.arch === 'x64') return unpackFromNpm();
  throw new Error(
    'No Chromium found. Install Chrome or Chromium, or set FAULTLINE_CHROMIUM to one, or run: npx playwright install chromium',
  );
}

/** Starts the browser that {@link findBrowser} finds, headless. The caller closes it. */
export async function launchBrowser(): Promise<Browser> {
  const found = await findBrowser();
  return chromium.launch({
    executablePath: found.executablePath,
    args: LAUNCH_ARGS,
    chromiumSandbox: CHROMIUM_SANDBOX,
    env: { ...definedEnv(), ...found.env },
  });
}

/**
 * Playwright's global setup: finds the browser once, and hands it to the workers through their environment, where
 * playwright.config.ts reads it back.
 */
export default async function globalSetup(): Promise<void> {
  const found = await findBrowser();
  Object.assign(process.env, found.env, { FAULTLINE_CHROMIUM: found.executablePath });
}

function definedEnv(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function findOnSystem(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = SYSTEM_NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...onPath, ...SYSTEM_PATHS].find(isExecutable);
}

async function unpackFromNpm(): Promise<FoundBrowser> {
  const packageRoot = join(
    dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')),
    '..',
    '..',
  );
  const { version } = createRequire(import.meta.url)(join(packageRoot, 'package.json')) as {
    version: string;
  };
  const home = join(CACHE, version);
  const executablePath = join(home, 'chromium');
  if (!existsSync(executablePath)) await unpackInto(home, join(packageRoot, 'bin'));
  return { source: 'npm', executablePath, env: await missingFromSystem(home, executablePath) };
}

/** Unpacks aside and renames, so that a run that was cut short or runs beside this one leaves no half browser. */
async function unpackInto(home: string, bin: string): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const aside = await mkdtemp(join(CACHE, 'unpacking-'));
  try {
    await withTemporaryFolder(aside, async () => {
      await packaged.executablePath(bin);
      await inflate(join(bin, 'al2023.tar.br'));
    });
    await writeFile(join(aside, 'fonts', 'fonts.conf'), fontsConf(join(home, 'fonts')));
    await rename(aside, home);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    if (!existsSync(join(home, 'chromium'))) throw error;
  }
}

/** The package unpacks into the system's temporary folder and nowhere else, so that is moved while it works. */
async function withTemporaryFolder(folder: string, work: () => Promise<void>): Promise<void> {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  try {
    await work();
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}

/** Takes the place of the package's own file, which looks for the fonts in a few fixed folders of a cloud function. */
function fontsConf(folder: string): string {
  const escaped = folder.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return [
    '<?xml version="1.0"?>',
    '<!DOCTYPE fontconfig SYSTEM "fonts.dtd">',
    `<fontconfig><dir>${escaped}</dir><cachedir>${escaped}/cache</cachedir></fontconfig>`,
    '',
  ].join('\n');
}

/**
 * The package ships the shared libraries (NSS and its company, from Amazon Linux 2023) and the fonts that a bare system
 * lacks. They go in front of the system's own only where the loader says that some are missing.
 */
async function missingFromSystem(home: string, executablePath: string): Promise<Record<string, string>> {
  const env: Record<string, string> = {};
  const shipped = join(home, 'al2023', 'lib');
  if (await lacksLibraries(executablePath, await readdir(shipped))) {
    const already = process.env.LD_LIBRARY_PATH;
    env.LD_LIBRARY_PATH = already === undefined || already === '' ? shipped : `${shipped}:${already}`;
  }
  if (process.env.FONTCONFIG_PATH === undefined && !existsSync('/etc/fonts/fonts.conf')) {
    env.FONTCONFIG_PATH = join(home, 'fonts');
  }
  return env;
}

async function lacksLibraries(executablePath: string, shipped: readonly string[]): Promise<boolean> {
  try {
    const { stdout } = await run('ldd', [executablePath]);
    return shipped.some((name) => stdout.includes(`${name} => not found`));
  } catch {
    // No ldd (musl, distroless): such a system has no NSS either.
    return true;
  }
}
