/**
 * Starts the real main process and preload against the fake `electron`, one program per call, each with modules of its
 * own. What runs in the engine's utility process is up to the test.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { DesktopBridge } from '../../src/shared/desktop';
import type { FakePort, FakeUtilityProcess } from '../fakes/electron';

export type FakeElectron = typeof import('../fakes/electron');

export interface DesktopOptions {
  isPackaged?: boolean;
  /** What comes after the program on its command line. */
  args?: string[];
  switches?: string[];
  hasLock?: boolean;
  dataDir?: string;
  workAreas?: { x: number; y: number; width: number; height: number }[];
  /** Runs in each new utility process; by default an engine that says it is ready, and an intake that is silent. */
  onFork?: (child: FakeUtilityProcess) => void;
  /** False leaves Electron not yet ready. */
  becomesReady?: boolean;
}

export interface DesktopUnderTest {
  electron: FakeElectron;
  dataDir: string;
  window: () => InstanceType<FakeElectron['BrowserWindow']>;
  engine: () => FakeUtilityProcess;
  /** Loads the preload beside the page, and gives what the page sees. */
  loadPreload: () => Promise<{ bridge: DesktopBridge; page: FakePage }>;
  /** A call by the page, as its main frame unless `frame` says otherwise. */
  ask: (channel: string, input?: unknown, frame?: { origin: string; url: string } | null) => Promise<unknown>;
}

/** The page's window as far as the preload and the page's shell use it. */
export class FakePage extends EventTarget {
  readonly location = { origin: 'app://faultline', href: 'app://faultline/index.html' };
  readonly posted: { message: unknown; target: string }[] = [];

  postMessage(message: unknown, target: string, ports: FakePort[] = []): void {
    this.posted.push({ message, target });
    if (target !== this.location.origin) return;
    const event = Object.assign(new Event('message'), { data: message, origin: target, source: this, ports });
    this.dispatchEvent(event);
  }
}

/** An engine that starts and then only listens. */
export function silentEngine(child: FakeUtilityProcess): void {
  if (!child.entry.endsWith('engine.js')) return;
  child.program = (message) => {
    const { type } = message as { type: string };
    if (type === 'start') setImmediate(() => child.emit('message', { type: 'ready' }));
    if (type === 'shutdown')
      setImmediate(() => {
        child.emit('message', { type: 'closed' });
        child.emit('exit', 0);
      });
  };
}

const folders: string[] = [];
let argv: string[] | null = null;

export async function startDesktop(options: DesktopOptions = {}): Promise<DesktopUnderTest> {
  const { isPackaged = false, args = [], switches = [], hasLock = true, becomesReady = true } = options;
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'faultline-main-test-')));
  folders.push(dataDir);
  vi.resetModules();
  vi.stubEnv('FAULTLINE_DATA', dataDir);
  argv ??= process.argv;
  process.argv = isPackaged
    ? ['/opt/Faultline/faultline', ...args]
    : ['/bin/electron', '--inspect=0', '.', ...args];
  const electron = await import('../fakes/electron');
  Object.assign(electron.app, { isPackaged, hasLock });
  for (const name of switches) electron.app.givenSwitches.add(name);
  electron.screen.workAreas = options.workAreas ?? electron.screen.workAreas;
  electron.utilityProcess.onFork = options.onFork ?? silentEngine;
  if (isPackaged) Object.assign(process, { resourcesPath: '/opt/Faultline/resources' });
  await import('../../src/main/index');
  if (becomesReady) {
    electron.app.becomeReady();
    await vi.waitFor(
      () => {
        const isUp = electron.BrowserWindow.all.length > 0 || electron.app.exitCode !== null;
        if (!isUp) throw new Error('The window has not opened.');
      },
      { timeout: 20_000 },
    );
  }
  const must = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('It is not there.');
    return value;
  };
  const window = () => must(electron.BrowserWindow.all.at(-1));
  return {
    electron,
    dataDir,
    window,
    engine: () => must(electron.utilityProcess.all.filter(({ entry }) => entry.endsWith('engine.js')).at(-1)),
    loadPreload: async () => {
      const page = new FakePage();
      vi.stubGlobal('window', page);
      await import('../../src/preload/index');
      return { bridge: electron.contextBridge.exposed.get('faultline') as DesktopBridge, page };
    },
    ask: (channel, input, frame = window().webContents.mainFrame) =>
      must(electron.ipcMain.handlers.get(channel))({ senderFrame: frame }, input),
  };
}

/** After each test: the command line, globals and folders as they were. */
export async function afterDesktop(): Promise<void> {
  vi.unstubAllGlobals();
  if (argv !== null) process.argv = argv;
  delete (process as { resourcesPath?: string }).resourcesPath;
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}
