/**
 * The one file that runs beside the page with more rights than it has: exposes a few named calls, hands over the engine's
 * port, and turns dropped files into paths that only the main process sees. Must not expose Electron itself, nor a
 * channel name that the page could choose.
 * https://www.electronjs.org/docs/latest/tutorial/context-isolation
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import {
  channels,
  menuCommands,
  type DesktopBridge,
  type MenuCommand,
  type PortMessage,
} from '../shared/desktop';

/** How the main process answers; see src/main/ipc.ts. */
type Answer = { ok: true; value: unknown } | { ok: false; message: string };

async function ask<T>(channel: string, input?: unknown): Promise<T> {
  const answer = (await ipcRenderer.invoke(channel, input)) as Answer;
  if (!answer.ok) throw new Error(answer.message);
  return answer.value as T;
}

function listen(channel: string, listener: (message: unknown) => void): () => void {
  // The event itself stays here: it carries the sender.
  const inner = (_event: unknown, message: unknown) => listener(message);
  ipcRenderer.on(channel, inner);
  return () => ipcRenderer.removeListener(channel, inner);
}

// A port cannot pass the bridge; it goes by the page's own messages, with the nonce the page asked with.
ipcRenderer.on(channels.port, (event, nonce: unknown) => {
  const message: PortMessage = { type: channels.port, nonce: String(nonce) };
  window.postMessage(message, window.location.origin, event.ports);
});

const isCommand = (message: unknown): message is MenuCommand =>
  menuCommands.some((command) => command === message);

const bridge: DesktopBridge = {
  connect: (nonce) => ask(channels.connect, nonce),
  pickFiles: ({ purpose, multiple }) => ask(channels.pickFiles, { purpose, multiple }),
  pickFolder: () => ask(channels.pickFolder),
  grantDropped: (files) =>
    ask(
      channels.grantDropped,
      // Empty for a file that is none: made by the page, not dropped by a person.
      files.map((file) => webUtils.getPathForFile(file)).filter((path) => path !== ''),
    ),
  saveFile: (handle, suggestedName) => ask(channels.saveFile, [handle, suggestedName]),
  savePdf: (handle, suggestedName) => ask(channels.savePdf, [handle, suggestedName]),
  restartEngine: () => ask(channels.restartEngine),
  takeOpenedFiles: () => ask(channels.takeOpenedFiles),
  copyText: (text) => ask(channels.copyText, text),
  onEngineDown: (listener) => listen(channels.engineDown, (reason) => listener(String(reason))),
  onOpenedFiles: (listener) => listen(channels.openedFiles, () => listener()),
  onCommand: (listener) =>
    listen(channels.command, (command) => {
      if (isCommand(command)) listener(command);
    }),
};

contextBridge.exposeInMainWorld('faultline', bridge);
