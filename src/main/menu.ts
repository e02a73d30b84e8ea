/**
 * The application menu. What the page does is sent to it as a command; what the main process does itself (dialogs, recent
 * workspaces, quitting) is handed in. Must not have an item that does nothing.
 */
import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { MenuCommand } from '../shared/desktop';

export interface RecentItem {
  name: string;
  path: string;
}

export interface MenuActions {
  command: (command: MenuCommand) => void;
  /** Shows the dialog and opens what is picked. */
  openWorkspace: () => void;
  openPath: (path: string) => void;
}

export interface MenuOptions {
  isMac: boolean;
  isPackaged: boolean;
  recent: readonly RecentItem[];
}

/** Builds the menu anew and sets it. */
export function setMenu(actions: MenuActions, options: MenuOptions): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(actions, options)));
}

function menuTemplate(actions: MenuActions, options: MenuOptions): MenuItemConstructorOptions[] {
  return [
    ...(options.isMac ? [{ role: 'appMenu' as const }] : []),
    fileMenu(actions, options),
    {
      label: 'Edit',
      submenu: [
        { role: 'undo' },
        { role: 'redo' },
        { type: 'separator' },
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
      ],
    },
    viewMenu(actions, options),
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [
        { label: 'Keyboard', click: () => actions.command('keyboard-help') },
        ...(options.isMac ? [] : [{ role: 'about' as const }]),
      ],
    },
  ];
}

function fileMenu(actions: MenuActions, { isMac, recent }: MenuOptions): MenuItemConstructorOptions {
  return {
    label: 'File',
    submenu: [
      { label: 'New Workspace…', accelerator: 'CmdOrCtrl+N', click: () => actions.command('new-workspace') },
      { label: 'Open Workspace…', accelerator: 'CmdOrCtrl+O', click: () => actions.openWorkspace() },
      {
        label: 'Open Recent',
        enabled: recent.length > 0,
        submenu: recent.map(({ name, path }) => ({
          label: name,
          sublabel: path,
          click: () => actions.openPath(path),
        })),
      },
      { type: 'separator' },
      { label: 'Import Traces…', accelerator: 'CmdOrCtrl+I', click: () => actions.command('import') },
      { type: 'separator' },
      { label: 'Save As…', accelerator: 'CmdOrCtrl+Shift+S', click: () => actions.command('save-as') },
      { label: 'Pack into One File…', click: () => actions.command('pack') },
      {
        label: 'Close Workspace',
        accelerator: 'CmdOrCtrl+Shift+W',
        click: () => actions.command('close-workspace'),
      },
      { type: 'separator' },
      isMac ? { role: 'close' } : { role: 'quit' },
    ],
  };
}

function viewMenu(actions: MenuActions, { isPackaged }: MenuOptions): MenuItemConstructorOptions {
  return {
    label: 'View',
    submenu: [
      {
        label: 'Command Palette',
        accelerator: 'CmdOrCtrl+K',
        // The page listens to this key itself; here it is only shown.
        registerAccelerator: false,
        click: () => actions.command('command-palette'),
      },
      { type: 'separator' },
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { type: 'separator' },
      { role: 'togglefullscreen' },
      ...(isPackaged ? [] : [{ role: 'reload' as const }, { role: 'toggleDevTools' as const }]),
    ],
  };
}
