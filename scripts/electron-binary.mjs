/**
 * Finds Electron's binary, or asks for it once. npm installs Electron without it; the package's own installer fetches it.
 * Whether that worked is remembered for this version, so that a machine that cannot have it is not asked at every start.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Given to the download, which is about 120 MB. */
const TIME_LIMIT_MS = 180_000;

/**
 * `{ path }` of the binary, or `{ reason }` why there is none that runs. Looks, remembers and asks in this order; `again`
 * forgets what is remembered.
 */
export function findElectron(root, { again = false } = {}) {
  const folder = join(root, 'node_modules', 'electron');
  if (!existsSync(join(folder, 'package.json'))) return { reason: 'the electron package is not installed' };
  const there = binaryIn(folder);
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const remembered = again ? null : readMemory(root);
  if (remembered?.version === version && (there === null || remembered.isUnusable))
    return { reason: `${remembered.reason}; --window tries again` };
  if (there !== null) return { path: there };
  process.stderr.write(`Asking for Electron ${version}, once; this may take a few minutes…\n`);
  const { status, error, stderr } = spawnSync(process.execPath, [join(folder, 'install.js')], {
    encoding: 'utf8',
    timeout: TIME_LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  const found = binaryIn(folder);
  if (status === 0 && found !== null) return { path: found };
  const reason =
    error !== undefined && 'code' in error && error.code === 'ETIMEDOUT'
      ? `Electron did not come within ${TIME_LIMIT_MS / 1000} s`
      : `Electron could not be had (${firstLine(stderr ?? '') || error?.message || `exit code ${status}`})`;
  remember(root, { version, reason, isUnusable: false });
  return { reason };
}

/** Remembers that the binary which is there does not run here, with the reason. */
export function rememberUnusable(root, reason) {
  const { version } = JSON.parse(
    readFileSync(join(root, 'node_modules', 'electron', 'package.json'), 'utf8'),
  );
  remember(root, { version, reason, isUnusable: true });
}

function binaryIn(folder) {
  try {
    const name = readFileSync(join(folder, 'path.txt'), 'utf8').trim();
    const path = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), name);
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}

const memoryFile = (root) => join(root, 'node_modules', '.cache', 'faultline', 'electron.json');

function readMemory(root) {
  try {
    return JSON.parse(readFileSync(memoryFile(root), 'utf8'));
  } catch {
    return null;
  }
}

function remember(root, memory) {
  mkdirSync(dirname(memoryFile(root)), { recursive: true });
  writeFileSync(memoryFile(root), `${JSON.stringify(memory)}\n`);
}

function firstLine(text) {
  return (
    text
      .split('\n')
      .find((line) => line.trim() !== '')
      ?.trim() ?? ''
  );
}
