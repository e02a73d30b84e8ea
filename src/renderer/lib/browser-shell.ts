/**
 * The shell as a browser gives it: a socket to the engine and a few HTTP calls, all to the address the page came from.
 * The token arrives in the address's fragment, is kept for this tab and goes out in headers alone.
 * Must not put the token into an address, a cookie or anything that is logged.
 */
import { RPCLink } from '@orpc/client/websocket';
import {
  ENGINE_DOWN_CODE,
  SOCKET_PROTOCOL,
  SOCKET_TOKEN_PREFIX,
  type BrowserShellState,
  type GrantedFile,
  type PickOptions,
  type PickPurpose,
} from '../../shared/desktop';
import type { Shell, UploadOptions } from './shell-interface';

const TOKEN_KEY = 'faultline.token';
const NO_TOKEN =
  'This address lacks its key. Open the whole address that Faultline printed in the terminal, with all that follows the #.';
const ONLY_A_COPY =
  'A browser can hand over only a copy of a workspace, and your work would go into the copy. Type its path instead.';
const GONE = 'Faultline no longer runs in the terminal. Start it again, and open the address it prints.';

/** What the file dialog offers for each purpose. Folders cannot be picked together with files in a browser. */
const ACCEPT: Record<Exclude<PickPurpose, 'workspace'>, string> = {
  traces: '.jsonl,.ndjson,.json,.parquet,.gz,.zst',
  'packed-workspace': '.zip',
  annotations: '.jsonl,.ndjson',
  profile: '.json',
};

/** `page` is the window; handed in so that a test can bring its own. */
export function createBrowserShell(page: Window): Shell {
  const token = takeToken(page);
  const downListeners = new Set<(reason: string) => void>();
  const tellDown = (reason: string) => downListeners.forEach((listener) => listener(reason));
  const request = (path: string, init: RequestInit) => requestWithToken(page, token, path, init);
  const grantDropped = (files: readonly File[], options: UploadOptions = {}) =>
    upload(page, token, files, options);

  return {
    kind: 'browser',
    canTypePath: true,
    connect: () => connect(page, token, tellDown),
    pickFiles: async (options) => grantDropped(await chooseFiles(page, options)),
    pickFolder: async () => grantDropped(await chooseFiles(page, null)),
    grantDropped,
    grantPath: async (path) => {
      const response = await request('/grant', json({ path }));
      return (await response.json()) as GrantedFile;
    },
    saveFile: async (handle, suggestedName) => {
      const response = await request(`/file/${encodeURIComponent(handle)}`, {});
      offerDownload(page, await response.blob(), suggestedName);
      return true;
    },
    savePdf: null,
    copyText: (text) => page.navigator.clipboard.writeText(text),
    onEngineDown: (listener) => {
      downListeners.add(listener);
      return () => downListeners.delete(listener);
    },
    restartEngine: async () => {
      await request('/engine/restart', json({}));
    },
    openedFiles: (listener) => {
      void takeOpenedFiles(request, listener);
      return () => undefined;
    },
    onCommand: () => () => undefined,
  };
}

/** From the fragment at the first visit, which it then leaves; from this tab's memory after a reload. */
function takeToken(page: Window): string {
  const given = new URLSearchParams(page.location.hash.slice(1)).get('token');
  if (given === null) return page.sessionStorage.getItem(TOKEN_KEY) ?? '';
  page.sessionStorage.setItem(TOKEN_KEY, given);
  page.history.replaceState(null, '', page.location.pathname);
  return given;
}

async function requestWithToken(
  page: Window,
  token: string,
  path: string,
  init: RequestInit,
): Promise<Response> {
  if (token === '') throw new Error(NO_TOKEN);
  const response = await page
    .fetch(path, {
      ...init,
      headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` },
    })
    .catch(() => {
      throw new Error(GONE);
    });
  if (response.ok) return response;
  throw new Error(await refusal(response));
}

/** The shell says in words what was wrong; a page from before a restart has the key of the one before. */
async function refusal(response: Response): Promise<string> {
  if (response.status === 401) return NO_TOKEN;
  const body = (await response.json().catch(() => null)) as { message?: unknown } | null;
  return typeof body?.message === 'string' ? body.message : `The shell answered ${response.status}.`;
}

const json = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

async function takeOpenedFiles(
  request: (path: string, init: RequestInit) => Promise<Response>,
  listener: (files: GrantedFile[]) => void,
): Promise<void> {
  try {
    const files = (await (await request('/opened/take', json({}))).json()) as GrantedFile[];
    if (files.length > 0) listener(files);
  } catch {
    // connect() says in words why the shell cannot be reached; here there is just nothing to open.
  }
}

async function connect(page: Window, token: string, tellDown: (reason: string) => void) {
  const response = await requestWithToken(page, token, '/state', {});
  const state = (await response.json()) as BrowserShellState;
  if (state.engineDown !== null) throw new Error(state.engineDown);
  const address = new URL('/engine', page.location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const websocket = new WebSocket(address, [SOCKET_PROTOCOL, SOCKET_TOKEN_PREFIX + token]);
  websocket.binaryType = 'arraybuffer';
  const link = new RPCLink({ websocket });
  await new Promise<void>((resolve, reject) => {
    websocket.addEventListener('open', () => resolve(), { once: true });
    websocket.addEventListener('close', (event) => reject(new Error(event.reason || GONE)), { once: true });
  });
  websocket.addEventListener('close', (event) => {
    tellDown(event.code === ENGINE_DOWN_CODE ? event.reason : GONE);
  });
  return link;
}

/** A file dialog; `null` asks for a folder. Resolves with nothing when it is dismissed. */
function chooseFiles(page: Window, options: PickOptions | null): Promise<File[]> {
  const input = page.document.createElement('input');
  input.type = 'file';
  if (options === null) input.webkitdirectory = true;
  else {
    if (options.purpose === 'workspace') return Promise.reject(new Error(ONLY_A_COPY));
    input.accept = ACCEPT[options.purpose];
    input.multiple = options.multiple ?? false;
  }
  return new Promise((resolve) => {
    input.addEventListener('change', () => resolve([...(input.files ?? [])]), { once: true });
    input.addEventListener('cancel', () => resolve([]), { once: true });
    input.click();
  });
}

/** Copies files, one after the other, into one folder of the shell's, and has what lies at its top granted. */
async function upload(
  page: Window,
  token: string,
  files: readonly File[],
  { onProgress, signal }: UploadOptions,
): Promise<GrantedFile[]> {
  if (files.length === 0) return [];
  if (files.some((file) => /(^|\/)[^/]+\.faultline\//iu.test(file.webkitRelativePath)))
    throw new Error(ONLY_A_COPY);
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const init = signal === undefined ? {} : { signal };
  const request = async (path: string, more: RequestInit) =>
    requestWithToken(page, token, path, { ...more, ...init });
  const started = await request('/upload', json({ bytes: total }));
  const { upload: id } = (await started.json()) as { upload: string };
  let before = 0;
  for (const file of files) {
    await sendFile(page, token, id, file, (done) => onProgress?.(before + done, total), signal);
    before += file.size;
  }
  const done = await request(`/upload/${id}/done`, json({}));
  return (await done.json()) as GrantedFile[];
}

/** By XMLHttpRequest, since fetch still cannot say how far a body has got. */
function sendFile(
  page: Window,
  token: string,
  upload: string,
  file: File,
  onProgress: (bytesDone: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    const finish = (settle: () => void) => {
      signal?.removeEventListener('abort', abort);
      settle();
    };
    request.open('PUT', new URL(`/upload/${upload}`, page.location.href));
    request.setRequestHeader('authorization', `Bearer ${token}`);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.setRequestHeader('x-faultline-path', encodeURIComponent(file.webkitRelativePath || file.name));
    request.upload.addEventListener('progress', (event) => onProgress(event.loaded));
    request.addEventListener('load', () => {
      if (request.status === 204) finish(resolve);
      else
        finish(() => reject(new Error(messageOf(request.responseText) ?? `${file.name} could not be read.`)));
    });
    request.addEventListener('error', () =>
      finish(() => reject(new Error(`${file.name} could not be read.`))),
    );
    request.addEventListener('abort', () => finish(() => reject(new DOMException('Stopped.', 'AbortError'))));
    signal?.addEventListener('abort', abort, { once: true });
    request.send(file);
  });
}

function messageOf(body: string): string | null {
  try {
    const parsed = JSON.parse(body) as { message?: unknown };
    return typeof parsed.message === 'string' ? parsed.message : null;
  } catch {
    return null;
  }
}

/** The browser asks, or does not, by its own settings; a page cannot learn what the person answered. */
function offerDownload(page: Window, blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const anchor = page.document.createElement('a');
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  // The download has its own hold on the bytes once it was started; until then it needs the address.
  page.setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
