/**
 * The browser shell's server on 127.0.0.1: asks the guard about every request and socket, then answers from the page in
 * memory, the uploads and the engine child. Owns nothing that outlives it. Must not answer what the guard refused.
 */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { describePath } from '../engine/describe-path';
import { SECURITY_HEADERS } from '../shared/content-policy';
import type { BrowserShellState, GrantedFile } from '../shared/desktop';
import type { PageFiles } from '../shared/page-files';
import type { EngineChild } from './engine-child';
import { judge, type Asked, type Route } from './guard';
import { SocketRelay } from './sockets';
import { UploadError, type Uploads } from './uploads';

export interface ShellServerOptions {
  version: string;
  page: PageFiles;
  engine: EngineChild;
  uploads: Uploads;
  /** Paths from the command line, given to the first page that asks. */
  openPaths: readonly string[];
}

export interface ShellServer {
  port: number;
  /** The address to open, its fragment with the token. Whoever has it has everything. */
  address: string;
  close(): Promise<void>;
}

/** A refusal with its status; the message is for the person. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const MAX_JSON_BYTES = 64 * 1024;

/** Listens on a random port of 127.0.0.1. */
export async function startServer(options: ShellServerOptions): Promise<ShellServer> {
  const token = randomBytes(32).toString('base64url');
  const shell = new ShellRequests(options);
  const sockets = new SocketRelay(options.engine);
  const server = createServer();
  const port = await listen(server);
  const rules = { port, token, isPageFile: (path: string) => options.page.has(path) };
  // A large file dropped on a slow disk takes as long as it takes.
  server.requestTimeout = 0;
  server.on('request', (request, response) => {
    const judgement = judge(asked(request, false), rules);
    if (judgement.allowed) void shell.answer(judgement.route, request, response);
    else refuse(response, judgement.status, judgement.message);
  });
  server.on('upgrade', (request, socket, head) => {
    const judgement = judge(asked(request, true), rules);
    if (judgement.allowed) sockets.accept(request, socket, head);
    else socket.end(`HTTP/1.1 ${judgement.status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });
  return {
    port,
    address: `http://127.0.0.1:${port}/#token=${token}`,
    close: async () => {
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function asked(request: IncomingMessage, isUpgrade: boolean): Asked {
  const { method = '', url = '', headersDistinct } = request;
  // Node joins or drops repeated headers; here a header that came twice must be seen.
  const headers = Object.fromEntries(
    Object.entries(headersDistinct).map(([name, values]) => [
      name,
      values?.length === 1 ? values[0] : values,
    ]),
  );
  return { method, url, headers, isUpgrade };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, () => resolve((server.address() as AddressInfo).port));
  });
}

/** Answers what the guard let through. */
class ShellRequests {
  readonly #options: ShellServerOptions;
  #unopened: readonly string[];

  constructor(options: ShellServerOptions) {
    this.#options = options;
    this.#unopened = options.openPaths;
  }

  async answer(route: Route, request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#answer(route, request, response);
    } catch (error) {
      // A browser that went away mid-answer is told nothing, and nothing is wrong.
      if (response.headersSent) response.destroy();
      else refuse(response, statusOf(error), error instanceof Error ? error.message : String(error));
    }
  }

  async #answer(route: Route, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { engine, uploads, version } = this.#options;
    switch (route.to) {
      case 'page':
        this.#sendPage(route.path, request, response);
        return;
      case 'state':
        sendJson(response, { version, engineDown: engine.downReason } satisfies BrowserShellState);
        return;
      case 'opened':
        await readJson(request, z.object({}));
        sendJson(response, await this.#takeOpened());
        return;
      case 'grant': {
        const { path } = await readJson(request, z.object({ path: z.string().min(1).max(4096) }));
        sendJson(response, await this.#grant(path));
        return;
      }
      case 'restart':
        await readJson(request, z.object({}));
        await engine.start();
        sendEmpty(response);
        return;
      case 'upload-start': {
        const { bytes } = await readJson(request, z.object({ bytes: z.number().int().min(0) }));
        sendJson(response, { upload: await uploads.start(bytes) });
        return;
      }
      case 'upload-file':
        await uploads.receive(route.upload, uploadPath(request), request);
        sendEmpty(response);
        return;
      case 'upload-done': {
        await readJson(request, z.object({}));
        const paths = await uploads.finish(route.upload);
        sendJson(response, await Promise.all(paths.map((path) => this.#grant(path))));
        return;
      }
      case 'file':
        await this.#sendFile(route.handle, response);
        return;
      case 'socket':
        throw new Refusal(426, 'This address speaks WebSocket.');
    }
  }

  #sendPage(path: string, request: IncomingMessage, response: ServerResponse): void {
    // The guard has checked Host: it is one of this server's own two names.
    const sockets = [`ws://${request.headers.host ?? ''}`];
    const styleNonce = randomBytes(16).toString('base64url');
    const { status, headers, body } = this.#options.page.answer(path, { styleNonce, sockets });
    response.writeHead(status, { ...headers, 'content-length': body.byteLength });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  async #grant(given: string): Promise<GrantedFile> {
    const { path, name, kind } = await describePath(given, process.cwd()).catch((error: unknown) => {
      throw new Refusal(404, error instanceof Error ? error.message : String(error));
    });
    return { handle: await this.#options.engine.grant(path), name, kind };
  }

  /** A path that cannot be granted stays behind: the command line has checked them, so it has gone since. */
  async #takeOpened(): Promise<GrantedFile[]> {
    const paths = this.#unopened;
    this.#unopened = [];
    const granted = await Promise.allSettled(paths.map((path) => this.#grant(path)));
    return granted.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  }

  async #sendFile(handle: string, response: ServerResponse): Promise<void> {
    const path = await this.#options.engine.resolve(handle);
    const gone = new Refusal(404, 'This file is no longer there: export it again.');
    if (path === null) throw gone;
    const { size } = await stat(path).catch(() => {
      throw gone;
    });
    response.writeHead(200, {
      ...SECURITY_HEADERS,
      'content-type': 'application/octet-stream',
      'content-length': size,
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(basename(path))}`,
    });
    await pipeline(createReadStream(path), response);
  }
}

function statusOf(error: unknown): number {
  if (error instanceof Refusal || error instanceof UploadError) return error.status;
  return error instanceof z.ZodError ? 400 : 500;
}

function uploadPath(request: IncomingMessage): string {
  const given = request.headersDistinct['x-faultline-path'];
  if (given?.length !== 1) throw new Refusal(400, 'The name of the file is missing.');
  try {
    return decodeURIComponent(given[0] ?? '');
  } catch {
    throw new Refusal(400, 'The name of the file cannot be read.');
  }
}

async function readJson<T>(request: IncomingMessage, schema: z.ZodType<T>): Promise<T> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_JSON_BYTES) throw new Refusal(413, 'This is too long.');
    chunks.push(chunk);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new Refusal(400, 'This is not JSON.');
  }
  const checked = schema.safeParse(parsed);
  if (!checked.success) throw new Refusal(400, 'This is not what is expected here.');
  return checked.data;
}

function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { ...SECURITY_HEADERS, 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

function sendEmpty(response: ServerResponse): void {
  response.writeHead(204, SECURITY_HEADERS);
  response.end();
}

function refuse(response: ServerResponse, status: number, message: string): void {
  // What is left of a body that nobody reads would be taken for the next request.
  response.setHeader('connection', 'close');
  sendJson(response, { message }, status);
}
