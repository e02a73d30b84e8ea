/**
 * What the page may ask of the main process, and nothing more: each call comes from the page's own main frame, is checked
 * against a schema, and answers with handles. Must not take a path that did not come from a dialog or a drop.
 */
import { isAbsolute } from 'node:path';
import { clipboard, ipcMain, type BrowserWindow, type IpcMainInvokeEvent } from 'electron';
import { z } from 'zod';
import { describePath } from '../engine/describe-path';
import { channels, pickPurposes, type GrantedFile } from '../shared/desktop';
import { askForFiles, askForFolder, saveCopy, saveWhole } from './dialogs';
import type { EngineProcess } from './engine-process';
import { printPdf } from './print-pdf';
import { isPageAddress, PAGE_ORIGIN } from './protocol';

export interface IpcOptions {
  engine: EngineProcess;
  /** The one window; null while there is none. */
  window: () => BrowserWindow | null;
  /** Takes the files the program was opened with, granted. */
  takeOpenedFiles: () => Promise<GrantedFile[]>;
}

/** How a call is answered: errors cross as sentences, since Electron would put its own words before them. */
export type Answer<T> = { ok: true; value: T } | { ok: false; message: string };

const nonceSchema = z.string().min(8).max(100);
const pickSchema = z.object({
  purpose: z.enum(pickPurposes),
  multiple: z.boolean().optional(),
});
const droppedSchema = z.array(z.string().min(1).max(32_767).refine(isAbsolute)).min(1).max(10_000);
const saveSchema = z.tuple([z.string().min(8).max(100), z.string().min(1).max(255)]);
const textSchema = z.string().max(10_000_000);
const nothingSchema = z.undefined();

/** Registers every handler; there is one for each channel the page may ask on. */
export function answerPage({ engine, window, takeOpenedFiles }: IpcOptions): void {
  const handle = <T>(
    channel: string,
    schema: z.ZodType<T>,
    answer: (input: T, window: BrowserWindow) => Promise<unknown>,
  ): void => {
    ipcMain.handle(channel, async (event, input: unknown): Promise<Answer<unknown>> => {
      const asking = window();
      if (asking === null || !isOwnPage(event, asking))
        return refused('Only the page of this window may ask this.');
      const checked = schema.safeParse(input);
      if (!checked.success) return refused('This is not what is expected here.');
      try {
        return { ok: true, value: await answer(checked.data, asking) };
      } catch (error) {
        return refused(error instanceof Error ? error.message : String(error));
      }
    });
  };
  const grantAll = (paths: readonly string[]) => Promise.all(paths.map((path) => grantPath(engine, path)));

  handle(channels.connect, nonceSchema, async (nonce, asking) => {
    const port = await engine.connect();
    asking.webContents.postMessage(channels.port, nonce, [port]);
  });
  handle(channels.pickFiles, pickSchema, async ({ purpose, multiple = false }, asking) =>
    grantAll(await askForFiles(asking, { purpose, multiple })),
  );
  handle(channels.pickFolder, nothingSchema, async (_input, asking) => grantAll(await askForFolder(asking)));
  handle(channels.grantDropped, droppedSchema, (paths) => grantAll(paths));
  handle(channels.saveFile, saveSchema, async ([file, name], asking) => {
    const path = await engine.resolve(file);
    if (path === null) throw new Error('This file is no longer there: export it again.');
    return saveCopy(asking, path, name);
  });
  handle(channels.savePdf, saveSchema, async ([file, name], asking) => {
    const path = await engine.resolve(file);
    if (path === null) throw new Error('This report is no longer there: write it again.');
    return saveWhole(asking, name, (aside) => printPdf(path, aside));
  });
  handle(channels.restartEngine, nothingSchema, () => engine.start());
  handle(channels.takeOpenedFiles, nothingSchema, () => takeOpenedFiles());
  handle(channels.copyText, textSchema, async (text) => {
    await clipboard.writeText(text);
  });
}

/** Has the engine grant a path. Rejects with a sentence when nothing is there. */
export async function grantPath(engine: EngineProcess, given: string): Promise<GrantedFile> {
  const { path, name, kind } = await describePath(given, process.cwd());
  return { handle: await engine.grant(path), name, kind };
}

/** The window's main frame, showing the page: no other frame, page or origin. */
function isOwnPage(event: IpcMainInvokeEvent, window: BrowserWindow): boolean {
  const frame = event.senderFrame;
  if (frame === null || frame !== window.webContents.mainFrame) return false;
  return frame.origin === PAGE_ORIGIN && isPageAddress(frame.url);
}

function refused(message: string): Answer<never> {
  return { ok: false, message };
}
