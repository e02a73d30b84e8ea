/**
 * Opens the address in the person's browser, where there is one to be seen. The token must not show in the list of
 * processes, where every user of the machine can read it: a file that only this user can read redirects to the address.
 * https://jupyter-server.readthedocs.io/en/latest/operators/security.html
 */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

interface Surroundings {
  env: Record<string, string | undefined>;
  platform: NodeJS.Platform;
}

/** Why no browser can be opened, in a sentence; null where one can. */
export function whyNoBrowser({ env, platform }: Surroundings): string | null {
  if (env['CI'] !== undefined && env['CI'] !== '') return 'this is a build server.';
  if (platform === 'darwin' || platform === 'win32') return null;
  if (env['DISPLAY'] === undefined && env['WAYLAND_DISPLAY'] === undefined) return 'there is no display.';
  return null;
}

/** The page's own address is in the file, so it goes as soon as the browser has had time to read it. */
const REDIRECT_LIFE_MS = 60_000;

/**
 * Resolves with null, or with a sentence on why nothing was opened. `temporary` is where the redirecting file is put;
 * call `cleanUp` at the end of the process.
 */
export async function openBrowser(
  address: string,
  temporary: string,
): Promise<{ problem: string | null; cleanUp: () => Promise<void> }> {
  if (process.platform === 'linux' && (await isBrowserConfined()))
    return {
      problem: 'the default browser is a snap and may not read the file that leads to it.',
      cleanUp: nothing,
    };
  const folder = await mkdtemp(join(temporary, 'faultline-open-'));
  const file = join(folder, 'open-faultline.html');
  await writeFile(file, redirectTo(address), { mode: 0o600 });
  const cleanUp = () => rm(folder, { recursive: true, force: true });
  setTimeout(() => void cleanUp(), REDIRECT_LIFE_MS).unref();
  return { problem: await openFile(file), cleanUp };
}

const nothing = () => Promise.resolve();

function redirectTo(address: string): string {
  return [
    '<!doctype html>',
    '<meta charset="utf-8">',
    `<meta http-equiv="refresh" content="0; url=${address}">`,
    '<title>Faultline</title>',
    `<p><a href="${address}">Open Faultline</a></p>`,
    '',
  ].join('\n');
}

function openFile(file: string): Promise<string | null> {
  const [command, args]: [string, string[]] =
    process.platform === 'darwin'
      ? ['open', [file]]
      : process.platform === 'win32'
        ? ['rundll32', ['url.dll,FileProtocolHandler', file]]
        : ['xdg-open', [file]];
  return new Promise((resolve) => {
    const opener = spawn(command, args, { stdio: 'ignore', detached: true });
    opener.once('error', () => resolve(`${command} could not be started.`));
    opener.once('spawn', () => {
      opener.unref();
      resolve(null);
    });
  });
}

/** Tells the desktop entry of the default browser; part of xdg-utils, like xdg-open. */
const ASK_DEFAULT: [string, string[]] = ['xdg-settings', ['get', 'default-web-browser']];

/** Desktop entries of snaps are called `<snap>_<program>.desktop`. */
function isBrowserConfined(): Promise<boolean> {
  const [command, args] = ASK_DEFAULT;
  return new Promise((resolve) => {
    execFile(command, args, { timeout: 2000 }, (error, stdout) =>
      resolve(error === null && /^[^_\s]+_[^_\s]+\.desktop\s*$/u.test(stdout)),
    );
  });
}
