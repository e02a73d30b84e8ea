/** Finds out whether the desktop shell can be started here, and says so loudly where it cannot. Downloads nothing. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Path of the binary, or why there can be no window. */
export function findElectron(): { path: string } | { reason: string } {
  const folder = join(ROOT, 'node_modules', 'electron');
  const name = existsSync(join(folder, 'path.txt'))
    ? readFileSync(join(folder, 'path.txt'), 'utf8').trim()
    : null;
  if (name === null || !existsSync(join(folder, 'dist', name)))
    return { reason: 'node_modules/electron has no binary (npx install-electron fetches it)' };
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (process.platform === 'linux' && DISPLAY === undefined && WAYLAND_DISPLAY === undefined)
    return { reason: 'there is no display (xvfb-run makes one)' };
  if (!existsSync(join(ROOT, 'out', 'main', 'index.js')))
    return { reason: 'nothing was built (npm run build)' };
  return { path: join(folder, 'dist', name) };
}

/** Printed once for a whole run: a suite that did not run must not look like one that passed. */
export function announceSkip(reason: string): void {
  const lines = [
    'THE ELECTRON SUITE DID NOT RUN:',
    reason,
    'The desktop shell was tested against a fake electron only.',
  ];
  const width = Math.max(...lines.map((line) => line.length));
  const edge = '!'.repeat(width + 6);
  console.warn(['', edge, ...lines.map((line) => `!! ${line.padEnd(width)} !!`), edge, ''].join('\n'));
}
