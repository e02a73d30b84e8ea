/**
 * The shell as Electron gives it: a message port to the engine and the preload's bridge for the rest.
 * Must not use anything of the bridge that is not in `DesktopBridge`.
 */
import { RPCLink } from '@orpc/client/message-port';
import { channels, type DesktopBridge, type PortMessage } from '../../shared/desktop';
import type { Shell } from './shell-interface';

/** The port comes by way of the preload and the main process, both on this machine: this is long. */
const PORT_TIMEOUT_MS = 30_000;

/** `page` is the window; handed in so that a test can bring its own. */
export function createElectronShell(page: Window, bridge: DesktopBridge): Shell {
  return {
    kind: 'electron',
    canTypePath: false,
    connect: async () => {
      const port = await requestPort(page, bridge);
      const link = new RPCLink({ port });
      port.start();
      return link;
    },
    pickFiles: (options) => bridge.pickFiles(options),
    pickFolder: () => bridge.pickFolder(),
    grantDropped: (files) => bridge.grantDropped(files),
    grantPath: () => Promise.reject(new Error('Pick the file in the dialog, or drop it on the window.')),
    saveFile: (handle, suggestedName) => bridge.saveFile(handle, suggestedName),
    savePdf: (handle, suggestedName) => bridge.savePdf(handle, suggestedName),
    copyText: (text) => bridge.copyText(text),
    onEngineDown: (listener) => bridge.onEngineDown(listener),
    restartEngine: () => bridge.restartEngine(),
    openedFiles: (listener) => {
      const take = () => {
        void bridge.takeOpenedFiles().then((files) => {
          if (files.length > 0) listener(files);
        });
      };
      take();
      return bridge.onOpenedFiles(take);
    },
    onCommand: (listener) => bridge.onCommand(listener),
  };
}

function requestPort(page: Window, bridge: DesktopBridge): Promise<MessagePort> {
  const nonce = crypto.randomUUID();
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      page.removeEventListener('message', onMessage);
      settle();
    };
    const onMessage = (event: MessageEvent<unknown>) => {
      if (event.source !== page || event.origin !== page.location.origin) return;
      if (!isPortMessage(event.data) || event.data.nonce !== nonce) return;
      const [port] = event.ports;
      if (port !== undefined) finish(() => resolve(port));
    };
    const fail = (error: Error) => finish(() => reject(error));
    const timer = setTimeout(() => fail(new Error('The engine did not answer.')), PORT_TIMEOUT_MS);
    page.addEventListener('message', onMessage);
    bridge
      .connect(nonce)
      .catch((error: unknown) => fail(error instanceof Error ? error : new Error(String(error))));
  });
}

function isPortMessage(data: unknown): data is PortMessage {
  return (
    typeof data === 'object' &&
    data !== null &&
    'type' in data &&
    data.type === channels.port &&
    'nonce' in data
  );
}
