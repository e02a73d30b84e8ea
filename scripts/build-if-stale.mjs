/**
 * Builds what is out of date: compares the newest source with the oldest thing built from it, and runs `npm run build`
 * where it is older. For the programs that are started in a checkout; an installed package has no sources and is done.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What a build must leave behind. */
const BUILT = [
  'out/main/index.js',
  'out/main/engine.js',
  'out/main/intake.js',
  'out/main/cluster-worker.js',
  'out/main/detector-worker.js',
  'out/main/intake-reader.js',
  'out/main/cli.js',
  'out/main/serve.js',
  'out/preload/index.cjs',
  'out/renderer/index.html',
  'out/sample.faultline/workspace.json',
];
const SOURCES = ['src', 'electron.vite.config.ts', 'package.json'];

/** Newest change below a path, in milliseconds; tests are no sources. */
function newestMs(path) {
  const { isDirectory, mtimeMs } = statOf(path);
  if (!isDirectory) return mtimeMs;
  // A folder's own time says when a file was added or removed.
  return readdirSync(path)
    .filter((name) => !/\.test\.tsx?$/u.test(name))
    .reduce((newest, name) => Math.max(newest, newestMs(join(path, name))), mtimeMs);
}

function statOf(path) {
  const stat = statSync(path);
  return { isDirectory: stat.isDirectory(), mtimeMs: stat.mtimeMs };
}

/** Why a build is needed, in a few words; null when it is not. */
export function whyStale(root = ROOT) {
  if (!existsSync(join(root, 'src'))) return null;
  const missing = BUILT.find((path) => !existsSync(join(root, path)));
  if (missing !== undefined) return `${missing} is not there yet`;
  const oldestBuilt = Math.min(...BUILT.map((path) => statSync(join(root, path)).mtimeMs));
  const newer = SOURCES.filter((path) => existsSync(join(root, path))).find(
    (path) => newestMs(join(root, path)) > oldestBuilt,
  );
  return newer === undefined ? null : `${newer} has changed`;
}

/** Builds if it must, saying so on stderr in one line. Ends the process when the build fails. */
export function buildIfStale() {
  const why = whyStale();
  if (why === null) return;
  process.stderr.write(`Building Faultline: ${why}…\n`);
  const { status, stdout, stderr, error } = spawnSync('npm', ['run', '--silent', 'build'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  });
  if (status === 0) return;
  process.stderr.write(
    `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}\nThe build failed; see above.\n`,
  );
  process.exit(1);
}
