/**
 * A report as PDF: the HTML file the engine wrote is loaded into a window nobody sees, in a session of its own that may load
 * that one file and nothing else, without scripts, and printed. Must not print anything but such a file.
 * https://www.electronjs.org/docs/latest/api/web-contents#contentsprinttopdfoptions
 */
import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BrowserWindow, session } from 'electron';
import { guardSession } from './guards';

/** In memory, not to be found again after the program. */
const PARTITION = 'report-pdf';

/** Prints the HTML file at `source` into `target`. Rejects where it is none, or cannot be loaded. */
export async function printPdf(source: string, target: string): Promise<void> {
  if (extname(source) !== '.html')
    throw new Error('Only a report that was written as a page can be printed.');
  const address = pathToFileURL(source).href;
  const own = session.fromPartition(PARTITION);
  guardSession(own, (url) => url === address);
  const window = new BrowserWindow({
    show: false,
    webPreferences: {
      session: own,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      javascript: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      devTools: false,
    },
  });
  try {
    await window.loadURL(address);
    const pdf = await window.webContents.printToPDF({
      pageSize: 'A4',
      printBackground: true,
      preferCSSPageSize: true,
      generateTaggedPDF: true,
      generateDocumentOutline: true,
    });
    await writeFile(target, pdf);
  } finally {
    window.destroy();
  }
}
