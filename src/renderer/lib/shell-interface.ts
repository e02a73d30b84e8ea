/** What the page may ask of the shell that shows it, whichever it is. Types only; shell.ts chooses the implementation. */
import type { ClientContext, ClientLink } from '@orpc/client';
import type { GrantedFile, MenuCommand, PickOptions } from '../../shared/desktop';

export type EngineLink = ClientLink<ClientContext>;
type Unsubscribe = () => void;

export interface Shell {
  readonly kind: 'electron' | 'browser';
  /** True where a path may be typed instead of picked: the browser shell's page cannot show a folder dialog. */
  readonly canTypePath: boolean;
  /**
   * A fresh link to the engine. Rejects with a sentence for the screen: the engine is down, the address lacks its token.
   * Use `client.ts` rather than this.
   */
  connect(): Promise<EngineLink>;
  /** Empty when the person thought better of it. */
  pickFiles(options: PickOptions): Promise<GrantedFile[]>;
  pickFolder(): Promise<GrantedFile[]>;
  /**
   * Files of a drop, see {@link droppedFiles}. In the browser they are copied to a temporary folder first, which
   * `onProgress` follows in bytes and `signal` stops.
   */
  grantDropped(files: readonly File[], options?: UploadOptions): Promise<GrantedFile[]>;
  /** Only where `canTypePath`; rejects with a sentence when there is nothing at the path. */
  grantPath(path: string): Promise<GrantedFile>;
  /** Saves what an export wrote. False when the person thought better of it. */
  saveFile(handle: string, suggestedName: string): Promise<boolean>;
  /** Saves a report that was written as HTML as a PDF; null in a browser, whose own print dialogue makes one. */
  readonly savePdf: ((handle: string, suggestedName: string) => Promise<boolean>) | null;
  copyText(text: string): Promise<void>;
  /** Told each time the engine process has died; calls under way have failed by then. */
  onEngineDown(listener: (reason: string) => void): Unsubscribe;
  /** Starts a new engine. Handles from before are gone; open the workspace again from the recent ones. */
  restartEngine(): Promise<void>;
  /** Files given on the command line, by the system or by a second start; also those from before the call. */
  openedFiles(listener: (files: GrantedFile[]) => void): Unsubscribe;
  /** What the application menu asks for; never in the browser. */
  onCommand(listener: (command: MenuCommand) => void): Unsubscribe;
}

export interface UploadOptions {
  onProgress?: (bytesDone: number, bytesTotal: number) => void;
  signal?: AbortSignal;
}
