/**
 * The one window: made with everything switched off that a page does not need, put back where it was, and kept when its
 * page dies or hangs. Must not load anything but the page's own address.
 */
import { BrowserWindow, dialog, nativeTheme, screen } from 'electron';
import { PAGE_ADDRESS } from './protocol';
import { readWindowState, writeWindowState } from './window-state';

export interface WindowOptions {
  preload: string;
  stateFile: string;
  isPackaged: boolean;
}

const DEFAULT_SIZE = { width: 1440, height: 900 };
/** The page's own background in both themes, so that nothing flashes before it has drawn. */
const BACKGROUND = { dark: '#16191d', light: '#ffffff' };

/** Makes the window and loads the page. It shows itself once there is something to see. */
export function openWindow({ preload, stateFile, isPackaged }: WindowOptions): BrowserWindow {
  const workAreas = screen.getAllDisplays().map((display) => display.workArea);
  const state = readWindowState(stateFile, workAreas);
  const window = new BrowserWindow({
    ...(state?.bounds ?? DEFAULT_SIZE),
    minWidth: 960,
    minHeight: 600,
    show: false,
    title: 'Faultline',
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: !isPackaged,
    },
  });
  if (state?.isMaximized === true) window.maximize();
  window.once('ready-to-show', () => window.show());
  keepState(window, stateFile);
  surviveItsPage(window);
  // A page that cannot be loaded says so in 'did-fail-load' and in the dialog of surviveItsPage.
  window.loadURL(PAGE_ADDRESS).catch((error: unknown) => console.error(error));
  return window;
}

function keepState(window: BrowserWindow, file: string): void {
  window.on('close', () => {
    // The size it goes back to, not that of the whole screen.
    writeWindowState(file, { bounds: window.getNormalBounds(), isMaximized: window.isMaximized() });
  });
}

/** The page's process may crash, be killed for memory, or hang; what people did is in the journal by then. */
function surviveItsPage(window: BrowserWindow): void {
  let isAsking = false;
  /** Which button; null where nothing was asked, because a question is open or the window gone. */
  const ask = async (message: string, detail: string, buttons: [string, string]): Promise<0 | 1 | null> => {
    if (isAsking || window.isDestroyed()) return null;
    isAsking = true;
    try {
      const { response } = await dialog.showMessageBox(window, {
        type: 'warning',
        message,
        detail,
        buttons,
        defaultId: 0,
        cancelId: 1,
        noLink: true,
      });
      return response === 0 ? 0 : 1;
    } finally {
      isAsking = false;
    }
  };
  const reload = () => {
    if (!window.isDestroyed()) window.webContents.reload();
  };

  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    void ask(
      'The page of this window has stopped.',
      `${goneWords(reason)} Nothing you did is lost: the engine still runs and the journal holds every act.`,
      ['Load it again', 'Close the window'],
    ).then((button) => {
      if (button === 0) reload();
      else if (button === 1 && !window.isDestroyed()) window.destroy();
    });
  });
  window.webContents.on('unresponsive', () => {
    void ask('The page does not answer.', 'It may be working on something large.', [
      'Wait',
      'Load it again',
    ]).then((button) => {
      if (button === 1) reload();
    });
  });
}

function goneWords(reason: string): string {
  if (reason === 'oom') return 'It ran out of memory.';
  if (reason === 'killed') return 'It was ended by the system.';
  return 'It crashed.';
}
