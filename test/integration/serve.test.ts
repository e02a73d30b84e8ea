import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ENGINE_DOWN_CODE, type GrantedFile } from '../../src/shared/desktop';
import { Uploads } from '../../src/serve/uploads';
import { buildFixturePage } from './build-page';
import { buildPrograms, type BuiltPrograms } from './build-programs';
import { startShell, type ShellUnderTest, type ShellUnderTestOptions } from './serve-shell';

interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

let programs: BuiltPrograms;
let page: Awaited<ReturnType<typeof buildFixturePage>>;
/** The shell that a test talks to: the one for all of them, unless it has started one of its own. */
let shell: ShellUnderTest;
let shared: ShellUnderTest;
let folder: string;
const sockets: WebSocket[] = [];

beforeAll(async () => {
  programs = await buildPrograms({
    engine: 'test/fixtures/programs/engine.ts',
    intake: 'test/fixtures/programs/intake.ts',
  });
  page = await buildFixturePage();
  await ownShell();
  shared = shell;
});
afterAll(async () => {
  await shared.close();
  await programs.remove();
  await page.remove();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faultline-files-'));
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  if (shell !== shared) await shell.close();
  shell = shared;
  await rm(folder, { recursive: true, force: true });
});

/** A shell of this test's own; closed after it. */
async function ownShell(options: Partial<ShellUnderTestOptions> = {}): Promise<void> {
  shell = await startShell({ engineEntry: programs.path('engine'), pageFolder: page.folder, ...options });
}

/** What a page would send, by hand: Node's fetch would not let the headers be wrong. */
function send(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string | Buffer,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port: shell.server.port, method, path, headers: { ...ownHeaders(), ...headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const { statusCode = 0, headers: answered } = response;
          resolve({ status: statusCode, headers: answered, body: Buffer.concat(chunks).toString('utf8') });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

const ownHeaders = () => ({
  origin: `http://127.0.0.1:${shell.server.port}`,
  'sec-fetch-site': 'same-origin',
  authorization: `Bearer ${shell.token}`,
});

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  send('POST', path, { 'content-type': 'application/json', ...headers }, JSON.stringify(body));

function openSocket(headers: Record<string, string> = {}, token = shell.token): WebSocket {
  const socket = new WebSocket(
    `ws://127.0.0.1:${shell.server.port}/engine`,
    ['faultline', `token.${token}`],
    {
      headers: { origin: ownHeaders().origin, 'sec-fetch-site': 'same-origin', ...headers },
    },
  );
  sockets.push(socket);
  return socket;
}

const opened = (socket: WebSocket) =>
  new Promise<'open' | number>((resolve) => {
    socket.once('open', () => resolve('open'));
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.once('error', () => undefined);
  });

const closed = (socket: WebSocket) =>
  new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString('utf8') })),
  );

interface FixtureClient {
  echo: (input: unknown) => Promise<unknown>;
  die: (how: string) => Promise<null>;
}

const clientOf = (socket: WebSocket) =>
  createORPCClient(
    new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }),
  ) as unknown as FixtureClient;

describe('the browser shell', () => {
  it('listens on the loopback address alone', async () => {
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4');
    for (const { address } of others) {
      const outcome = await new Promise((resolve) => {
        const socket = connect({ host: address, port: shell.server.port, timeout: 2000 });
        socket.once('connect', () => resolve('connected'));
        socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
        socket.once('timeout', () => resolve('timeout'));
      });
      expect(outcome).not.toBe('connected');
    }
    expect(shell.server.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[A-Za-z0-9_-]{43}$/u);
  });

  it('hands out the page without a token, with a content policy and a fresh nonce each time', async () => {
    const [first, second] = [
      await send('GET', '/', { authorization: '' }),
      await send('GET', '/', { authorization: '' }),
    ];
    expect(first.status).toBe(200);
    const [nonce, other] = [first, second].map(
      ({ body }) => /<meta property="csp-nonce" nonce="([\w-]{22})">/u.exec(body)?.[1],
    );
    expect(nonce).toBeDefined();
    expect(nonce).not.toBe(other);
    expect(first.body).not.toContain('__STYLE_NONCE__');
    const policy = String(first.headers['content-security-policy']);
    expect(policy).toContain(`style-src 'self' 'nonce-${nonce ?? ''}'`);
    expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${shell.server.port};`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/u);
    expect(first.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    expect(first.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('puts its security headers on every answer, refusals and files too', async () => {
    await writeFile(join(folder, 'export.jsonl'), '{}\n');
    const { body } = await post('/grant', { path: join(folder, 'export.jsonl') });
    const { handle } = JSON.parse(body) as GrantedFile;
    const replies = await Promise.all([
      send('GET', '/state'),
      send('GET', '/nothing'),
      send('DELETE', '/state'),
      send('GET', '/state', { authorization: 'Bearer wrong' }),
      send('GET', '/', { host: 'evil.example' }),
      send('GET', `/file/${handle}`),
      post('/grant', { path: '/nowhere/at/all' }),
    ]);
    expect(replies.map(({ status }) => status)).toEqual([200, 404, 405, 401, 421, 200, 404]);
    for (const { headers } of replies)
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
      });
  });

  it('serves nothing but the built page', async () => {
    for (const path of [
      '/page.ts',
      '/../page/page.ts',
      '/%2e%2e/package.json',
      '/assets/',
      '/index.html/',
      '/main.tsx',
    ])
      await expect(send('GET', path)).resolves.toMatchObject({ status: 404 });
    const script = /src="\.(\/assets\/[^"]+\.js)"/u.exec((await send('GET', '/')).body)?.[1] ?? '';
    await expect(send('GET', script)).resolves.toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/javascript; charset=utf-8' },
    });
    await expect(send('HEAD', '/')).resolves.toMatchObject({ status: 200, body: '' });
  });

  it('refuses over the wire what the guard refuses', async () => {
    const json = { 'content-type': 'application/json' };
    const port = shell.server.port;
    const refused: [number, Promise<Reply>][] = [
      [421, send('GET', '/state', { host: `evil.example:${port}` })],
      [421, send('GET', '/', { host: 'localhost' })],
      [403, send('GET', '/state', { origin: 'http://evil.example' })],
      [403, send('GET', '/state', { 'sec-fetch-site': 'cross-site' })],
      [401, send('GET', '/state', { authorization: '' })],
      [401, send('POST', '/grant', { ...json, authorization: 'Bearer x' }, '{"path":"/etc/passwd"}')],
      [401, send('PUT', '/upload/abcdefgh', { authorization: 'Bearer x', 'x-faultline-path': 'a' }, 'x')],
      [401, send('GET', '/file/abcdefgh', { authorization: 'Bearer x' })],
      [415, send('POST', '/grant', { 'content-type': 'text/plain' }, '{"path":"/etc/passwd"}')],
      [405, send('OPTIONS', '/grant', json)],
      [404, send('GET', `/state?token=${shell.token}`)],
    ];
    for (const [status, reply] of refused) expect((await reply).status).toBe(status);
  });

  it('sees a header that was sent twice', async () => {
    const raw = await new Promise<string>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port: shell.server.port });
      let answer = '';
      socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
      socket.on('close', () => resolve(answer));
      const origin = ownHeaders().origin;
      socket.write(
        [
          'GET /state HTTP/1.1',
          `Host: 127.0.0.1:${shell.server.port}`,
          `Origin: ${origin}`,
          'Origin: http://evil.example',
          `Authorization: Bearer ${shell.token}`,
          'Connection: close',
          '\r\n',
        ].join('\r\n'),
      );
    });
    expect(raw).toMatch(/^HTTP\/1\.1 403 /u);
  });

  it('limits what it reads as a command, and says what was wrong with it', async () => {
    await expect(post('/grant', { path: 'x'.repeat(70_000) })).resolves.toMatchObject({ status: 413 });
    await expect(post('/grant', {})).resolves.toMatchObject({ status: 400 });
    await expect(post('/grant', { path: 7 })).resolves.toMatchObject({ status: 400 });
    const broken = await send('POST', '/grant', { 'content-type': 'application/json' }, '{"path":');
    expect(broken).toMatchObject({ status: 400, body: '{"message":"This is not JSON."}' });
  });
});

describe('files', () => {
  it('are granted by a typed path, each for what it is', async () => {
    await writeFile(join(folder, 'a.jsonl'), '{}\n');
    const grant = async (path: string) => JSON.parse((await post('/grant', { path })).body) as GrantedFile;
    await expect(grant(join(folder, 'a.jsonl'))).resolves.toMatchObject({ name: 'a.jsonl', kind: 'file' });
    await expect(grant(folder)).resolves.toMatchObject({ name: basename(folder), kind: 'folder' });
    const missing = await post('/grant', { path: join(folder, 'b.jsonl') });
    expect(missing).toMatchObject({ status: 404 });
    expect(missing.body).toContain('there is nothing at this path');
  });

  it('are handed out by handle, whole and as a download', async () => {
    const content = Buffer.alloc(3_000_000, 'Größe\n');
    await writeFile(join(folder, 'Bericht "ü".jsonl'), content);
    const { body } = await post('/grant', { path: join(folder, 'Bericht "ü".jsonl') });
    const { handle } = JSON.parse(body) as GrantedFile;
    const reply = await send('GET', `/file/${handle}`);
    expect(reply.body).toBe(content.toString('utf8'));
    expect(reply.headers['content-disposition']).toBe(
      "attachment; filename*=UTF-8''Bericht%20%22%C3%BC%22.jsonl",
    );
    expect(reply.headers['content-type']).toBe('application/octet-stream');
    await expect(send('GET', '/file/handle-of-nobody')).resolves.toMatchObject({ status: 404 });
    await rm(join(folder, 'Bericht "ü".jsonl'));
    const gone = await send('GET', `/file/${handle}`);
    expect(gone).toMatchObject({ status: 404 });
    expect(gone.body).not.toContain(folder);
  });

  it('named on the command line are given to the first page that asks', async () => {
    await writeFile(join(folder, 'a.jsonl'), '{}\n');
    const openPaths = [join(folder, 'a.jsonl'), join(folder, 'gone.jsonl')];
    await ownShell({ openPaths });
    const take = async () => JSON.parse((await post('/opened/take', {})).body) as GrantedFile[];
    await expect(take()).resolves.toEqual([{ handle: expect.any(String), name: 'a.jsonl', kind: 'file' }]);
    await expect(take()).resolves.toEqual([]);
  });
});

describe('uploads', () => {
  const start = async (bytes: number) =>
    (JSON.parse((await post('/upload', { bytes })).body) as { upload: string }).upload;
  const put = (upload: string, path: string, body: string | Buffer) =>
    send('PUT', `/upload/${upload}`, { 'x-faultline-path': encodeURIComponent(path) }, body);
  const finish = async (upload: string) =>
    JSON.parse((await post(`/upload/${upload}/done`, {})).body) as (GrantedFile & { handle: string })[];
  const contentOf = async (handle: string) => (await send('GET', `/file/${handle}`)).body;

  it('arrive unchanged and are granted', async () => {
    const content = Buffer.alloc(5_000_000, 'trace\u0000\n');
    const upload = await start(content.length);
    await expect(put(upload, 'traces ü.jsonl', content)).resolves.toMatchObject({ status: 204 });
    const [file] = await finish(upload);
    expect(file).toMatchObject({ name: 'traces ü.jsonl', kind: 'file' });
    const digest = (text: string) => createHash('sha256').update(text).digest('hex');
    expect(digest(await contentOf(file?.handle ?? ''))).toBe(digest(content.toString('utf8')));
  });

  it('keep the shape of a folder and tell two files of one name apart', async () => {
    const upload = await start(4);
    await put(upload, 'project/a/session.jsonl', '1');
    await put(upload, 'project/b/session.jsonl', '2');
    await put(upload, 'single.jsonl.gz', '3');
    await put(upload, 'single.jsonl.gz', '4');
    const files = await finish(upload);
    expect(files.map(({ name, kind }) => [name, kind])).toEqual([
      ['project', 'folder'],
      ['single (2).jsonl.gz', 'file'],
      ['single.jsonl.gz', 'file'],
    ]);
    await expect(contentOf(files[1]?.handle ?? '')).resolves.toBe('4');
  });

  it.each([
    ['../escape.jsonl'],
    ['a/../../escape.jsonl'],
    ['/etc/passwd'],
    ['a//b'],
    [''],
    ['.'],
    ['a/./b'],
    [Array.from({ length: 40 }, () => 'd').join('/')],
  ])('with the name %j are refused', async (path) => {
    const upload = await start(1);
    const reply = await put(upload, path, 'x');
    expect(reply.status).toBe(400);
    await finish(upload);
    expect(await readdir(dirname(shell.temporary))).not.toContain('escape.jsonl');
  });

  it.each([
    ['..\\escape.jsonl', '.._escape.jsonl'],
    ['C:\\windows\\x', 'C__windows_x'],
    ['nul.jsonl', '_nul.jsonl'],
    ['a\u0000b\u001b[2J.jsonl', 'a_b_[2J.jsonl'],
    ['trailing. ', 'trailing_'],
    [`${'long'.repeat(100)}.jsonl`, expect.stringMatching(/^.{200,240}$/u)],
  ])('with the name %j get a harmless one', async (path, name) => {
    const upload = await start(1);
    await put(upload, path, 'x');
    expect(await finish(upload)).toEqual([expect.objectContaining({ name })]);
  });

  it('that were never begun, or have ended, are refused', async () => {
    await expect(put('abcdefghijklmnop', 'a', 'x')).resolves.toMatchObject({ status: 404 });
    const upload = await start(1);
    await finish(upload);
    await expect(put(upload, 'a', 'x')).resolves.toMatchObject({ status: 404 });
    await expect(send('PUT', `/upload/${upload}`, {}, 'x'), 'nor without a name').resolves.toMatchObject({
      status: 400,
    });
    const broken = { 'x-faultline-path': '%E0%A4%A' };
    await expect(send('PUT', `/upload/${await start(1)}`, broken, 'x')).resolves.toMatchObject({
      status: 400,
    });
  });

  it('never fill the disk, whatever was announced', async () => {
    let free = 600 * 1024 * 1024;
    const freeBytes = () => Promise.resolve(free);
    await ownShell({ freeBytes });
    await expect(post('/upload', { bytes: 90 * 1024 * 1024 })).resolves.toMatchObject({ status: 507 });
    const upload = await start(10);
    free = 100;
    const reply = await put(upload, 'large.jsonl', Buffer.alloc(1_000_000));
    expect(reply.status).toBe(507);
    expect(reply.body).toContain('The disk has too little space left.');
    expect(await finish(upload), 'what did arrive is gone').toEqual([]);
  });

  it('that a page breaks off leave nothing behind', async () => {
    const upload = await start(10);
    const [own = ''] = await readdir(shell.temporary);
    const left = () => readdir(join(shell.temporary, own, upload));
    const request = httpRequest({
      host: '127.0.0.1',
      port: shell.server.port,
      method: 'PUT',
      path: `/upload/${upload}`,
      headers: { ...ownHeaders(), 'x-faultline-path': 'half.jsonl', 'content-length': '1000000' },
    });
    const brokenOff = new Promise<void>((resolve) => request.on('error', () => resolve()));
    request.write(Buffer.alloc(70_000));
    await expect.poll(left).toEqual(['half.jsonl']);
    request.destroy();
    await brokenOff;
    await expect.poll(left).toEqual([]);
    await expect(finish(upload)).resolves.toEqual([]);
  });

  it('are for this user alone, and gone at the end; those of a killed shell go at the next start', async () => {
    await ownShell();
    const [own = ''] = await readdir(shell.temporary);
    expect(own).toMatch(/^faultline-uploads-\d+-/u);
    const { mode } = await stat(join(shell.temporary, own));
    expect(mode & 0o077).toBe(0);
    await mkdir(join(folder, 'faultline-uploads-999999999-dead'));
    await mkdir(join(folder, `faultline-uploads-${process.pid}-alive`));
    await mkdir(join(folder, 'other'));
    const uploads = await Uploads.create(folder);
    expect((await readdir(folder)).filter((name) => /dead|alive|other/u.test(name))).toEqual([
      `faultline-uploads-${process.pid}-alive`,
      'other',
    ]);
    await uploads.close();
    expect(await readdir(folder)).toHaveLength(2);
  });
});

describe('sockets', () => {
  it('carry calls to the engine', async () => {
    const socket = openSocket();
    await expect(opened(socket)).resolves.toBe('open');
    expect(socket.protocol).toBe('faultline');
    await expect(clientOf(socket).echo({ large: 'x'.repeat(9_000_000) })).resolves.toMatchObject({
      large: expect.any(String),
    });
  });

  it.each([
    ['a wrong token', {}, 'wrong', 401],
    ['no token', {}, '', 401],
    ['another origin', { origin: 'http://evil.example' }, null, 403],
    ['another host', { host: 'evil.example' }, null, 421],
    ['another site', { 'sec-fetch-site': 'cross-site' }, null, 403],
  ])('are refused with %s', async (_what, headers, token, status) => {
    await expect(opened(openSocket(headers, token ?? shell.token))).resolves.toBe(status);
  });

  it('are closed with the reason when the engine dies, and open again after a restart', async () => {
    await ownShell();
    const socket = openSocket();
    await opened(socket);
    const end = closed(socket);
    await Promise.allSettled([clientOf(socket).die('exit')]);
    const reason = 'The engine stopped unexpectedly (exit code 7).';
    await expect(end).resolves.toEqual({ code: ENGINE_DOWN_CODE, reason });
    expect(JSON.parse((await send('GET', '/state')).body)).toEqual({ version: '1.2.3', engineDown: reason });

    const early = openSocket();
    await expect(closed(early), 'nobody is there to talk to').resolves.toEqual({
      code: ENGINE_DOWN_CODE,
      reason,
    });
    await expect(post('/grant', { path: folder })).resolves.toMatchObject({
      status: 500,
      body: JSON.stringify({ message: reason }),
    });

    await expect(post('/engine/restart', {})).resolves.toMatchObject({ status: 204 });
    expect(JSON.parse((await send('GET', '/state')).body)).toEqual({ version: '1.2.3', engineDown: null });
    const again = openSocket();
    await opened(again);
    await expect(clientOf(again).echo('again')).resolves.toBe('again');
  });

  it('stay usable for the page when the engine cannot start at all', async () => {
    await ownShell({ dataDir: '/unusable' });
    await expect(send('GET', '/')).resolves.toMatchObject({ status: 200 });
    const { engineDown } = JSON.parse((await send('GET', '/state')).body) as { engineDown: string };
    expect(engineDown).toBe('The engine stopped: The data folder cannot be used.');
    const restart = await post('/engine/restart', {});
    expect(restart).toMatchObject({ status: 500, body: JSON.stringify({ message: engineDown }) });
  });

  it('with a frame too large are closed, and the engine goes on', async () => {
    const socket = openSocket();
    await opened(socket);
    const end = closed(socket);
    socket.send('x'.repeat(33 * 1024 * 1024));
    await expect(end).resolves.toMatchObject({ code: 1009 });
    const other = openSocket();
    await opened(other);
    await expect(clientOf(other).echo('still there')).resolves.toBe('still there');
  });
});
