/**
 * What is settled before Electron is ready: the Chromium switches that keep it off the network, switches that are
 * refused, and which files the program was started with. Must not open a window or start a process.
 * https://www.electronjs.org/docs/latest/api/command-line-switches
 */
import { resolve } from 'node:path';
import type { App } from 'electron';

/** Whoever attaches a debugger reads and does everything; no fuse covers these. */
const REFUSED_SWITCHES = [
  'remote-debugging-port',
  'remote-debugging-pipe',
  'remote-debugging-address',
  'remote-allow-origins',
  'inspect',
  'inspect-brk',
  'disable-web-security',
  'no-sandbox',
  'load-extension',
  'proxy-server',
  'proxy-pac-url',
  'host-rules',
];

const OFFLINE_SWITCHES: readonly (readonly [string, string?])[] = [
  // Every name fails to resolve, also for what goes past webRequest (prefetch, Chromium's own services).
  ['host-resolver-rules', 'MAP * ~NOTFOUND'],
  ['disable-background-networking'],
  ['disable-component-update'],
  ['disable-domain-reliability'],
  ['disable-sync'],
  ['disable-breakpad'],
  ['no-pings'],
  ['no-first-run'],
  ['dns-prefetch-disable'],
  ['no-proxy-server'],
  ['force-webrtc-ip-handling-policy', 'disable_non_proxied_udp'],
  [
    'disable-features',
    'OptimizationHints,MediaRouter,DialMediaRouteProvider,AutofillServerCommunication,Translate',
  ],
];

/** To be called before `ready`. */
export function cutOffNetwork(app: App): void {
  for (const [name, value] of OFFLINE_SWITCHES) app.commandLine.appendSwitch(name, value);
}

/** The first switch that a packaged program does not start with; null when there is none. */
export function refusedSwitch(app: App): string | null {
  if (!app.isPackaged) return null;
  return REFUSED_SWITCHES.find((name) => app.commandLine.hasSwitch(name)) ?? null;
}

/**
 * Absolute paths of the files named on the command line, among which Chromium's switches may stand anywhere. Unpackaged,
 * the first that is no switch is the program's own folder.
 */
export function filesOf(argv: readonly string[], folder: string, isPackaged: boolean): string[] {
  return argv
    .slice(1)
    .filter((argument) => argument !== '' && !argument.startsWith('-'))
    .slice(isPackaged ? 0 : 1)
    .map((argument) => resolve(folder, argument));
}
