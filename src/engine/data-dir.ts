/**
 * Where Faultline keeps new workspaces, the list of recent ones and its settings: one place for all shells, so that the
 * window, the browser and the command line see the same. Must not create it; the engine does.
 * https://specifications.freedesktop.org/basedir-spec/latest/
 */
import { join, resolve } from 'node:path';

interface Surroundings {
  env: Record<string, string | undefined>;
  platform: NodeJS.Platform;
  home: string;
}

/** Absolute path. `FAULTLINE_DATA` decides where it is set. */
export function defaultDataDir({ env, platform, home }: Surroundings): string {
  const named = env['FAULTLINE_DATA'];
  if (named !== undefined && named !== '') return resolve(named);
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Faultline');
  if (platform === 'win32') return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'Faultline');
  const xdg = env['XDG_DATA_HOME'];
  return join(xdg !== undefined && xdg.startsWith('/') ? xdg : join(home, '.local', 'share'), 'faultline');
}
