/**
 * The desktop shell's life: one instance, the lockdown, the engine, the window, the files it is opened with, the end.
 * Owns the order of things; what each of them does is in the file of its name.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { app, dialog, session, type BrowserWindow } from 'electron';
import { z } from 'zod';
import { defaultDataDir } from '../engine/data-dir';
import { channels, type GrantedFile, type MenuCommand } from '../shared/desktop';
import { cutOffNetwork, filesOf, refusedSwitch } from './command-line';
import { askForFiles } from './dialogs';
import { EngineProcess } from './engine-process';
import { guardHostResolver, guardPages, guardSession } from './guards';
import { answerPage, grantPath } from './ipc';
import { setMenu } from './menu';
import { registerPageScheme, servePage } from './protocol';
import { RecentWorkspaces } from './recent-workspaces';
import { openWindow } from './window';

export interface DesktopPaths {
  preload: string;
  engineEntry: string;
  intakeEntry: string;
  /** Folder of the built page. */
  page: string;
  /** The built sample workspace, if it was built. */
  sample: string;
}

/** What a second start hands to the first: the files it was given. */
const secondStartSchema = z.object({ paths: z.array(z.string()).max(10_000) });

/** Runs the shell until it quits. To be called once, before Electron is ready. */
export function runDesktop(paths: DesktopPaths): void {
  const refused = refusedSwitch(app);
  if (refused !== null) {
    console.error(`Faultline does not start with --${refused}: whoever attaches to it would see everything.`);
    app.exit(1);
    return;
  }
  const dataDir = defaultDataDir({ env: process.env, platform: process.platform, home: homedir() });
  // Chromium's own files apart from the workspaces, and with them the lock that makes one instance.
  app.setPath('userData', join(dataDir, 'window'));
  const openPaths = filesOf(process.argv, process.cwd(), app.isPackaged);
  if (!app.requestSingleInstanceLock({ paths: openPaths })) {
    app.exit(0);
    return;
  }
  app.enableSandbox();
  cutOffNetwork(app);
  registerPageScheme();
  guardPages(app);
  const desktop = new Desktop(paths, dataDir, openPaths);
  desktop.listen();
  app
    .whenReady()
    .then(() => desktop.start())
    .catch((error: unknown) => {
      dialog.showErrorBox(
        'Faultline could not start',
        error instanceof Error ? error.message : String(error),
      );
      app.exit(1);
    });
}

class Desktop {
  readonly #paths: DesktopPaths;
  readonly #engine: EngineProcess;
  readonly #recent = new RecentWorkspaces();
  /** Paths the program was opened with and the page has not taken. */
  #unopened: string[];
  #window: BrowserWindow | null = null;
  #hasClosed = false;

  constructor(paths: DesktopPaths, dataDir: string, openPaths: string[]) {
    this.#paths = paths;
    this.#unopened = openPaths;
    const { preload: _preload, page: _page, sample, ...entries } = paths;
    this.#engine = new EngineProcess({
      ...entries,
      start: {
        shell: 'electron',
        version: app.getVersion(),
        dataDir,
        sampleDir: existsSync(sample) ? sample : null,
      },
    });
  }

  /** Events that may come before Electron is ready. */
  listen(): void {
    app.on('second-instance', (_event, _argv, _folder, data) => {
      const handed = secondStartSchema.safeParse(data);
      this.#showWindow();
      if (handed.success) this.#openPaths(handed.data.paths);
    });
    // macOS: a file dropped on the icon or opened from the Finder.
    app.on('open-file', (event, path) => {
      event.preventDefault();
      this.#openPaths([path]);
    });
    app.on('activate', () => this.#showWindow());
    app.on('window-all-closed', () => {
      if (process.platform !== 'darwin') app.quit();
    });
    app.on('before-quit', (event) => this.#closeFirst(event));
  }

  async start(): Promise<void> {
    guardSession(session.defaultSession);
    guardHostResolver();
    mkdirSync(app.getPath('userData'), { recursive: true });
    app.setAboutPanelOptions({ applicationName: 'Faultline', applicationVersion: app.getVersion() });
    await servePage(this.#paths.page);
    answerPage({
      engine: this.#engine,
      window: () => this.#window,
      takeOpenedFiles: () => this.#takeOpened(),
    });
    this.#engine.on('down', (reason) => {
      this.#recent.engineDown();
      this.#tell(channels.engineDown, reason);
    });
    this.#engine.on('ready', () => void this.#followEngine());
    this.#setMenu([]);
    // The page says what is wrong, and offers to try again, when the engine cannot start.
    this.#engine.start().catch((error: unknown) => console.error(error));
    this.#showWindow();
  }

  async #followEngine(): Promise<void> {
    try {
      this.#recent.useEngine(await this.#engine.connect());
      await this.#refreshMenu();
    } catch (error) {
      // It went down again at once; 'down' has told everybody.
      console.error(error);
    }
  }

  async #refreshMenu(): Promise<void> {
    this.#setMenu(await this.#recent.list());
  }

  #setMenu(recent: { name: string; path: string }[]): void {
    setMenu(
      {
        command: (command: MenuCommand) => this.#tell(channels.command, command),
        openWorkspace: () => void this.#askForWorkspace(),
        openPath: (path) => this.#openPaths([path]),
      },
      { isMac: process.platform === 'darwin', isPackaged: app.isPackaged, recent },
    );
  }

  async #askForWorkspace(): Promise<void> {
    this.#showWindow();
    if (this.#window !== null) this.#openPaths(await askForFiles(this.#window, { purpose: 'workspace' }));
  }

  #showWindow(): void {
    if (this.#window !== null) {
      if (this.#window.isMinimized()) this.#window.restore();
      this.#window.focus();
      return;
    }
    // Events of an early second start: the window comes with start().
    if (!app.isReady()) return;
    const window = openWindow({
      preload: this.#paths.preload,
      stateFile: join(app.getPath('userData'), 'window.json'),
      isPackaged: app.isPackaged,
    });
    this.#window = window;
    window.on('closed', () => {
      if (this.#window === window) this.#window = null;
    });
    // The page names the open workspace in its title, so a new title is when the recent ones may have changed.
    window.on('page-title-updated', () => void this.#refreshMenu());
  }

  /** Files come from the command line, a second start, the Finder or the menu; the page is told and takes them. */
  #openPaths(paths: readonly string[]): void {
    if (paths.length === 0) return;
    this.#unopened.push(...paths);
    this.#showWindow();
    this.#tell(channels.openedFiles);
  }

  async #takeOpened(): Promise<GrantedFile[]> {
    const paths = this.#unopened;
    this.#unopened = [];
    const granted = await Promise.allSettled(paths.map((path) => grantPath(this.#engine, path)));
    const failed = granted.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []));
    if (failed.length > 0)
      dialog.showErrorBox('Some files could not be opened', failed.slice(0, 10).join('\n'));
    return granted.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  }

  #tell(channel: string, message?: unknown): void {
    if (this.#window !== null && !this.#window.isDestroyed()) this.#window.webContents.send(channel, message);
  }

  /** The workspace is closed, and its lock given back, before the program ends. */
  #closeFirst(event: { preventDefault: () => void }): void {
    if (this.#hasClosed) return;
    event.preventDefault();
    void this.#engine.close().finally(() => {
      this.#hasClosed = true;
      app.quit();
    });
  }
}
