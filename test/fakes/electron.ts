/**
 * Stands in for the `electron` module in tests of the desktop shell: holds what the shell registers and does, and lets a
 * test play Chromium, the person and the engine. Has only what the shell may use, so that anything else fails to import.
 * Must not decide anything that the shell decides: it says yes where Electron would by default.
 */
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';

/** What happened, in order, in words: what must come before Electron is ready is looked up here. */
export const log: string[] = [];

/** An event as Electron passes it first to listeners. */
export class FakeEvent {
  defaultPrevented = false;
  preventDefault(): void {
    this.defaultPrevented = true;
  }
}

/** Calls the listeners of `name` with a fresh event; tells whether one prevented the default. */
export function fire(target: EventEmitter, name: string, ...args: unknown[]): boolean {
  const event = new FakeEvent();
  target.emit(name, event, ...args);
  return event.defaultPrevented;
}

class FakeApp extends EventEmitter {
  isPackaged = false;
  #tellReady: (() => void) | null = null;
  readonly #ready = new Promise<void>((resolve) => (this.#tellReady = resolve));
  #isReady = false;
  readonly paths = new Map<string, string>([
    ['documents', '/home/person/Documents'],
    ['userData', '/home/person/.config/Faultline'],
  ]);
  readonly switches = new Map<string, string>();
  /** Switches of the command line that the program was started with. */
  readonly givenSwitches = new Set<string>();
  hasLock = true;
  exitCode: number | null = null;
  readonly recentDocuments: string[] = [];
  hostResolver: unknown = null;
  readonly lockData: unknown[] = [];

  readonly commandLine = {
    appendSwitch: (name: string, value = '') => {
      log.push(`switch ${name}`);
      this.switches.set(name, value);
    },
    hasSwitch: (name: string) => this.givenSwitches.has(name),
  };

  becomeReady(): void {
    log.push('ready');
    this.#isReady = true;
    this.#tellReady?.();
  }
  isReady(): boolean {
    return this.#isReady;
  }
  whenReady(): Promise<void> {
    return this.#ready;
  }
  enableSandbox(): void {
    log.push('sandbox');
  }
  getVersion(): string {
    return '1.2.3';
  }
  getPath(name: string): string {
    const path = this.paths.get(name);
    if (path === undefined) throw new Error(`No such path: ${name}`);
    return path;
  }
  setPath(name: string, path: string): void {
    log.push(`path ${name}`);
    this.paths.set(name, path);
  }
  requestSingleInstanceLock(data: unknown): boolean {
    log.push('lock');
    this.lockData.push(data);
    return this.hasLock;
  }
  setAboutPanelOptions(): void {
    log.push('about');
  }
  addRecentDocument(path: string): void {
    this.recentDocuments.push(path);
  }
  configureHostResolver(options: unknown): void {
    this.hostResolver = options;
  }
  exit(code: number): void {
    log.push(`exit ${code}`);
    this.exitCode ??= code;
  }
  /** As Electron does: asks everybody first, and ends when nobody minds. */
  quit(): void {
    log.push('quit');
    if (!fire(this, 'before-quit')) this.exit(0);
  }
}
export const app = new FakeApp();

export interface FakeFrame {
  origin: string;
  url: string;
}

export class FakeWebContents extends EventEmitter {
  readonly mainFrame: FakeFrame = { origin: 'app://faultline', url: 'app://faultline/index.html' };
  readonly sent: { channel: string; message: unknown }[] = [];
  windowOpenHandler: ((details: { url: string }) => { action: string }) | null = null;
  webRtcPolicy: string | null = null;
  reloads = 0;

  send(channel: string, message: unknown): void {
    this.sent.push({ channel, message });
    ipcRenderer.emit(channel, {}, message);
  }
  postMessage(channel: string, message: unknown, ports: unknown[]): void {
    ipcRenderer.emit(channel, { ports }, message);
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.windowOpenHandler = handler;
  }
  setWebRTCIPHandlingPolicy(policy: string): void {
    this.webRtcPolicy = policy;
  }
  reload(): void {
    this.reloads += 1;
  }
  /** What it was asked to print with. */
  readonly printed: unknown[] = [];
  printToPDF(options: unknown): Promise<Buffer> {
    this.printed.push(options);
    return Promise.resolve(Buffer.from('%PDF-1.7 fake'));
  }
}

export class BrowserWindow extends EventEmitter {
  static readonly all: BrowserWindow[] = [];
  readonly webContents = new FakeWebContents();
  readonly loaded: string[] = [];
  isShown = false;
  focuses = 0;
  #isMaximized = false;
  #isMinimized = false;
  #isDestroyed = false;

  constructor(readonly options: { webPreferences: Record<string, unknown> } & Record<string, unknown>) {
    super();
    log.push('window');
    BrowserWindow.all.push(this);
    app.emit('web-contents-created', new FakeEvent(), this.webContents);
  }
  loadURL(address: string): Promise<void> {
    this.loaded.push(address);
    return Promise.resolve();
  }
  show(): void {
    this.isShown = true;
  }
  focus(): void {
    this.focuses += 1;
  }
  maximize(): void {
    this.#isMaximized = true;
  }
  isMaximized(): boolean {
    return this.#isMaximized;
  }
  minimize(): void {
    this.#isMinimized = true;
  }
  restore(): void {
    this.#isMinimized = false;
  }
  isMinimized(): boolean {
    return this.#isMinimized;
  }
  getNormalBounds(): { x: number; y: number; width: number; height: number } {
    return { x: 10, y: 20, width: 1200, height: 800 };
  }
  isDestroyed(): boolean {
    return this.#isDestroyed;
  }
  /** The person closes it. */
  close(): void {
    if (fire(this, 'close')) return;
    this.destroy();
  }
  destroy(): void {
    this.#isDestroyed = true;
    this.emit('closed');
  }
}

type Decision = (allowed: boolean) => void;

class FakeSession extends EventEmitter {
  permissionRequest:
    ((contents: unknown, permission: string, decide: Decision, details: unknown) => void) | null = null;
  permissionCheck:
    ((contents: unknown, permission: string, origin: string, details: unknown) => boolean) | null = null;
  devicePermission: ((details: unknown) => boolean) | null = null;
  usbProtected: ((details: { protectedClasses: string[] }) => string[]) | null = null;
  displayMedia: ((request: unknown, decide: (streams: unknown) => void) => void) | null = null;
  bluetoothPairing: ((details: unknown, respond: (response: { confirmed: boolean }) => void) => void) | null =
    null;
  certificate: ((request: unknown, decide: (result: number) => void) => void) | null = null;
  beforeRequest: ((details: { url: string }, decide: (answer: { cancel?: boolean }) => void) => void) | null =
    null;
  isSpellCheckerEnabled = true;
  dictionaryAddress = 'https://redirector.gvt1.com/edgedl/chrome/dict/';
  networkEmulation: unknown = null;

  readonly webRequest = {
    onBeforeRequest: (listener: FakeSession['beforeRequest']) => {
      this.beforeRequest = listener;
    },
  };
  setPermissionRequestHandler(handler: FakeSession['permissionRequest']): void {
    log.push('guard session');
    this.permissionRequest = handler;
  }
  setPermissionCheckHandler(handler: FakeSession['permissionCheck']): void {
    this.permissionCheck = handler;
  }
  setDevicePermissionHandler(handler: FakeSession['devicePermission']): void {
    this.devicePermission = handler;
  }
  setUSBProtectedClassesHandler(handler: FakeSession['usbProtected']): void {
    this.usbProtected = handler;
  }
  setDisplayMediaRequestHandler(handler: FakeSession['displayMedia']): void {
    this.displayMedia = handler;
  }
  setBluetoothPairingHandler(handler: FakeSession['bluetoothPairing']): void {
    this.bluetoothPairing = handler;
  }
  setCertificateVerifyProc(handler: FakeSession['certificate']): void {
    this.certificate = handler;
  }
  setSpellCheckerEnabled(isEnabled: boolean): void {
    this.isSpellCheckerEnabled = isEnabled;
  }
  setSpellCheckerDictionaryDownloadURL(address: string): void {
    this.dictionaryAddress = address;
  }
  enableNetworkEmulation(options: unknown): void {
    this.networkEmulation = options;
  }
}
export const session = {
  defaultSession: new FakeSession(),
  partitions: new Map<string, FakeSession>(),
  fromPartition(name: string): FakeSession {
    const own = session.partitions.get(name) ?? new FakeSession();
    session.partitions.set(name, own);
    return own;
  },
};

export const protocol = {
  schemes: [] as { scheme: string; privileges: Record<string, boolean> }[],
  handlers: new Map<string, (request: Request) => Response | Promise<Response>>(),
  registerSchemesAsPrivileged(schemes: { scheme: string; privileges: Record<string, boolean> }[]): void {
    log.push('scheme');
    protocol.schemes.push(...schemes);
  },
  handle(scheme: string, handler: (request: Request) => Response | Promise<Response>): void {
    protocol.handlers.set(scheme, handler);
  },
};

type Invocation = (event: { senderFrame: FakeFrame | null }, input: unknown) => Promise<unknown>;

export const ipcMain = {
  handlers: new Map<string, Invocation>(),
  handle(channel: string, handler: Invocation): void {
    if (ipcMain.handlers.has(channel)) throw new Error(`A second handler for ${channel}`);
    ipcMain.handlers.set(channel, handler);
  },
};

/** The page's side: what it asks goes to the first window's handlers as its main frame. */
class FakeIpcRenderer extends EventEmitter {
  invoke(channel: string, input: unknown): Promise<unknown> {
    const handler = ipcMain.handlers.get(channel);
    if (handler === undefined) return Promise.reject(new Error(`No handler registered for '${channel}'`));
    const [window] = BrowserWindow.all;
    // What crosses to another process is a copy, or cannot cross.
    return handler({ senderFrame: window?.webContents.mainFrame ?? null }, structuredClone(input));
  }
}
export const ipcRenderer = new FakeIpcRenderer();

export const contextBridge = {
  exposed: new Map<string, unknown>(),
  exposeInMainWorld(name: string, value: unknown): void {
    contextBridge.exposed.set(name, value);
  },
};

/** Paths of dropped files; a file that the page made has none. */
export const webUtils = {
  paths: new WeakMap<File, string>(),
  getPathForFile: (file: File): string => webUtils.paths.get(file) ?? '',
};

export const clipboard = {
  text: '',
  writeText(text: string): Promise<void> {
    clipboard.text = text;
    return Promise.resolve();
  },
};

interface Asked {
  kind: 'open' | 'save' | 'message' | 'error';
  options: Record<string, unknown>;
}

export const dialog = {
  asked: [] as Asked[],
  /** What the person answers, the next first; nothing left means that they dismiss it. */
  openAnswers: [] as string[][],
  saveAnswers: [] as string[],
  messageAnswers: [] as number[],
  showOpenDialog(_window: unknown, options: Record<string, unknown>) {
    dialog.asked.push({ kind: 'open', options });
    const filePaths = dialog.openAnswers.shift();
    return Promise.resolve({ canceled: filePaths === undefined, filePaths: filePaths ?? [] });
  },
  showSaveDialog(_window: unknown, options: Record<string, unknown>) {
    dialog.asked.push({ kind: 'save', options });
    const filePath = dialog.saveAnswers.shift();
    return Promise.resolve({ canceled: filePath === undefined, filePath: filePath ?? '' });
  },
  showMessageBox(_window: unknown, options: Record<string, unknown>) {
    dialog.asked.push({ kind: 'message', options });
    return Promise.resolve({ response: dialog.messageAnswers.shift() ?? 1 });
  },
  showErrorBox(title: string, content: string): void {
    dialog.asked.push({ kind: 'error', options: { title, content } });
  },
};

export interface FakeMenuItem {
  label?: string;
  role?: string;
  type?: string;
  enabled?: boolean;
  accelerator?: string;
  click?: () => void;
  submenu?: FakeMenuItem[];
}

export const Menu = {
  /** The menu as it is now; null until one was set. */
  current: null as FakeMenuItem[] | null,
  buildFromTemplate: (template: FakeMenuItem[]): FakeMenuItem[] => template,
  setApplicationMenu(menu: FakeMenuItem[]): void {
    Menu.current = menu;
  },
};

export const nativeTheme = { shouldUseDarkColors: false };

export const screen = {
  workAreas: [{ x: 0, y: 0, width: 1920, height: 1080 }],
  getAllDisplays: () => screen.workAreas.map((workArea) => ({ workArea })),
};

/** One end of a channel: Electron's own in the main process and the engine, a web page's in the page. */
export class FakePort extends EventEmitter {
  other: FakePort | null = null;
  #isStarted = false;
  #waiting: unknown[] = [];

  postMessage(data: unknown): void {
    const copy: unknown = structuredClone(data);
    // Another process gets it later, never within the call.
    setImmediate(() => this.other?.receive(copy));
  }
  start(): void {
    this.#isStarted = true;
    for (const data of this.#waiting.splice(0)) this.emit('message', { data });
  }
  close(): void {
    setImmediate(() => {
      this.other?.emit('close');
      this.emit('close');
    });
  }
  receive(data: unknown): void {
    if (this.#isStarted) this.emit('message', { data });
    else this.#waiting.push(data);
  }
}

export class MessageChannelMain {
  readonly port1 = new FakePort();
  readonly port2 = new FakePort();
  constructor() {
    this.port1.other = this.port2;
    this.port2.other = this.port1;
  }
}

/** A utility process as the main process sees it; the test is what runs in it. */
export class FakeUtilityProcess extends EventEmitter {
  readonly posted: { message: unknown; ports: FakePort[] }[] = [];
  readonly stderr = new PassThrough();
  isKilled = false;
  /** Called with what the shell posts, in place of a program. */
  program: ((message: unknown, ports: FakePort[]) => void) | null = null;

  constructor(
    readonly entry: string,
    readonly options: Record<string, unknown>,
  ) {
    super();
  }
  postMessage(message: unknown, ports: FakePort[] = []): void {
    this.posted.push({ message: structuredClone(message), ports });
    this.program?.(message, ports);
  }
  kill(): boolean {
    this.isKilled = true;
    setImmediate(() => this.emit('exit', 0));
    return true;
  }
}

export const utilityProcess = {
  all: [] as FakeUtilityProcess[],
  /** What a test wants to run in each new process. */
  onFork: null as ((child: FakeUtilityProcess) => void) | null,
  fork(entry: string, _args: string[], options: Record<string, unknown>): FakeUtilityProcess {
    const child = new FakeUtilityProcess(entry, options);
    utilityProcess.all.push(child);
    utilityProcess.onFork?.(child);
    return child;
  },
};
