/**
 * What the page and its shell say to each other outside the contract: files that were granted, the state of the
 * engine, the menu. Both shells speak these words; the channel names are Electron's alone.
 * Nothing here may name a path that came from the page.
 */

/** A file or folder the shell has granted; `handle` goes into contract calls. */
export interface GrantedFile {
  handle: string;
  /** Its last path part, for the screen. */
  name: string;
  kind: 'file' | 'folder' | 'workspace';
}

/**
 * What a file dialog is for: trace files to import, a workspace's folder, a workspace packed into one file, annotations
 * to read back, a saved mapping profile.
 */
export const pickPurposes = ['traces', 'workspace', 'packed-workspace', 'annotations', 'profile'] as const;
export type PickPurpose = (typeof pickPurposes)[number];

export interface PickOptions {
  purpose: PickPurpose;
  multiple?: boolean;
}

/** What the application menu asks the page to do. */
export const menuCommands = [
  'new-workspace',
  'open-workspace',
  'import',
  'save-as',
  'pack',
  'close-workspace',
  'command-palette',
  'keyboard-help',
] as const;
export type MenuCommand = (typeof menuCommands)[number];

/** Close code of the browser shell's socket when the engine died, and only then; the reason says why. */
export const ENGINE_DOWN_CODE = 4001;
/** First word of the browser shell's socket subprotocols; the second carries the token behind this prefix. */
export const SOCKET_PROTOCOL = 'faultline';
export const SOCKET_TOKEN_PREFIX = 'token.';

/** What `GET /state` of the browser shell answers. */
export interface BrowserShellState {
  version: string;
  /** Null while the engine runs; otherwise why it does not. */
  engineDown: string | null;
}

/** Electron's IPC channels. `connect` to `copyText` are asked by the page, the others told to it. */
export const channels = {
  connect: 'faultline:connect',
  pickFiles: 'faultline:pick-files',
  pickFolder: 'faultline:pick-folder',
  grantDropped: 'faultline:grant-dropped',
  saveFile: 'faultline:save-file',
  savePdf: 'faultline:save-pdf',
  restartEngine: 'faultline:restart-engine',
  takeOpenedFiles: 'faultline:take-opened-files',
  copyText: 'faultline:copy-text',
  port: 'faultline:port',
  engineDown: 'faultline:engine-down',
  openedFiles: 'faultline:opened-files',
  command: 'faultline:command',
} as const;

/** The message by which the preload hands the engine's port to the page, together with the port. */
export interface PortMessage {
  type: typeof channels.port;
  /** The one the page asked with, so that an old answer is not taken for a new one. */
  nonce: string;
}

/** All that the preload exposes to the page, as `window.faultline`. */
export interface DesktopBridge {
  /** Asks for a port to the engine; it arrives as a {@link PortMessage}. Rejects with a sentence while the engine is down. */
  connect(nonce: string): Promise<void>;
  pickFiles(options: PickOptions): Promise<GrantedFile[]>;
  pickFolder(): Promise<GrantedFile[]>;
  grantDropped(files: readonly File[]): Promise<GrantedFile[]>;
  /** False when the person thought better of it. */
  saveFile(handle: string, suggestedName: string): Promise<boolean>;
  /** Prints a report that was written as HTML into a PDF. False when the person thought better of it. */
  savePdf(handle: string, suggestedName: string): Promise<boolean>;
  restartEngine(): Promise<void>;
  /** Files the program was opened with and nobody took yet. */
  takeOpenedFiles(): Promise<GrantedFile[]>;
  copyText(text: string): Promise<void>;
  /** Each returns the function that ends it. */
  onEngineDown(listener: (reason: string) => void): () => void;
  onOpenedFiles(listener: () => void): () => void;
  onCommand(listener: (command: MenuCommand) => void): () => void;
}
