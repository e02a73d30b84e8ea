/**
 * The page's one door to the shell that shows it: the engine's link, files, saving, the engine's death and the menu.
 * The Electron and the browser implementation are chosen here and look the same from everywhere else.
 * Must not know a path: files are handles that the shell granted.
 */
import type { DesktopBridge } from '../../shared/desktop';
import { createBrowserShell } from './browser-shell';
import { createElectronShell } from './electron-shell';
import type { Shell } from './shell-interface';

export type { EngineLink } from './shell-interface';

declare global {
  interface Window {
    /** Put there by Electron's preload, and by nothing else. */
    readonly faultline?: DesktopBridge;
  }
}

/** The shell of this page. */
export const shell: Shell =
  window.faultline === undefined ? createBrowserShell(window) : createElectronShell(window, window.faultline);

/**
 * The files of a drop or a paste, folders with all that is in them. Call it before the event handler returns: the
 * browser forgets what was dropped at the first `await`.
 */
export function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  // Electron grants a folder as a folder; a browser can only hand over what is in it.
  if (shell.kind === 'electron') return Promise.resolve([...transfer.files]);
  const entries = [...transfer.items]
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null);
  if (entries.length === 0) return Promise.resolve([...transfer.files]);
  return filesBelow(entries);
}

async function filesBelow(entries: FileSystemEntry[]): Promise<File[]> {
  const files: File[] = [];
  for (const entry of entries) {
    if (isFile(entry)) files.push(withPath(await fileOf(entry), entry.fullPath));
    else if (isDirectory(entry)) files.push(...(await filesBelow(await entriesOf(entry))));
  }
  return files;
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** A reader gives out at most a hundred entries at a time, and an empty list at the end. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const entries: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return entries;
    entries.push(...some);
  }
}

/** What `<input webkitdirectory>` sets by itself: where below the dropped folder a file was. */
function withPath(file: File, fullPath: string): File {
  Object.defineProperty(file, 'webkitRelativePath', { value: fullPath.replace(/^\//u, '') });
  return file;
}
