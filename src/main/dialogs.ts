/**
 * The system's open and save dialogs. What is picked leaves here as paths for the main process alone; the page gets
 * handles. Saving copies an export that the engine wrote to where the person says, whole or not at all.
 */
import { copyFile, rename, rm } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { app, dialog, type BrowserWindow, type FileFilter, type OpenDialogOptions } from 'electron';
import type { PickOptions, PickPurpose } from '../shared/desktop';

const FILTERS: Record<PickPurpose, FileFilter[]> = {
  traces: [
    {
      name: 'Trace exports',
      extensions: [
        'jsonl',
        'ndjson',
        'json',
        'parquet',
        'csv',
        'tsv',
        'eval',
        'traj',
        'log',
        'txt',
        'zip',
        'tar',
        'tgz',
        'gz',
        'zst',
      ],
    },
    { name: 'All files', extensions: ['*'] },
  ],
  workspace: [],
  'packed-workspace': [{ name: 'Packed workspaces', extensions: ['zip'] }],
  annotations: [{ name: 'Exported annotations', extensions: ['jsonl', 'ndjson'] }],
  profile: [{ name: 'Mapping profiles', extensions: ['json'] }],
};

const TITLES: Record<PickPurpose, string> = {
  traces: 'Choose trace exports',
  workspace: 'Open a workspace (a folder that ends in .faultline)',
  'packed-workspace': 'Open a packed workspace',
  annotations: 'Choose exported annotations',
  profile: 'Choose a mapping profile',
};

/** Absolute paths; empty when the person thought better of it. */
export async function askForFiles(
  window: BrowserWindow,
  { purpose, multiple }: PickOptions,
): Promise<string[]> {
  const properties: OpenDialogOptions['properties'] = [
    purpose === 'workspace' ? 'openDirectory' : 'openFile',
    'showHiddenFiles',
  ];
  if (multiple === true) properties.push('multiSelections');
  return ask(window, { title: TITLES[purpose], filters: FILTERS[purpose], properties });
}

/** Absolute path of a folder with traces, or of a workspace; empty when the person thought better of it. */
export async function askForFolder(window: BrowserWindow): Promise<string[]> {
  return ask(window, { title: 'Choose a folder', properties: ['openDirectory', 'showHiddenFiles'] });
}

async function ask(window: BrowserWindow, options: OpenDialogOptions): Promise<string[]> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, options);
  return canceled ? [] : filePaths;
}

/** Copies `source` to where the person says; false when they thought better of it. `name` is only a suggestion. */
export function saveCopy(window: BrowserWindow, source: string, name: string): Promise<boolean> {
  return saveWhole(window, name, (aside) => copyFile(source, aside));
}

/** Has `write` write a file, which appears where the person says once it is whole; false when they thought better of it. */
export async function saveWhole(
  window: BrowserWindow,
  name: string,
  write: (path: string) => Promise<void>,
): Promise<boolean> {
  const suggested = basename(name.replace(/[\\:]/gu, '_'));
  const extension = extname(suggested).slice(1);
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    title: 'Save',
    defaultPath: join(app.getPath('documents'), suggested),
    ...(extension === '' ? {} : { filters: [{ name: extension.toUpperCase(), extensions: [extension] }] }),
  });
  if (canceled || filePath === '') return false;
  const aside = `${filePath}.part`;
  try {
    await write(aside);
    await rename(aside, filePath);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
  return true;
}
