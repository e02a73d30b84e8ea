import { describe, expect, it } from 'vitest';
import { judge, type Asked } from '../../src/serve/guard';

const PORT = 43210;
const TOKEN = 'q7Jv2m1xXh0ZbV9cS8dK4fL6gT3nW5yE-rAuPiOoQ_s';
const rules = {
  port: PORT,
  token: TOKEN,
  isPageFile: (path: string) => ['/', '/index.html', '/assets/app.js'].includes(path),
};

type Headers = Record<string, string | string[] | undefined>;

/** The requests that the page makes, as it makes them. */
const ACCEPTED: Record<string, { method: string; url: string; headers: Headers; isUpgrade?: boolean }> = {
  state: { method: 'GET', url: '/state', headers: {} },
  opened: { method: 'POST', url: '/opened/take', headers: { 'content-type': 'application/json' } },
  grant: { method: 'POST', url: '/grant', headers: { 'content-type': 'application/json; charset=utf-8' } },
  restart: { method: 'POST', url: '/engine/restart', headers: { 'content-type': 'application/json' } },
  'upload-start': { method: 'POST', url: '/upload', headers: { 'content-type': 'application/json' } },
  'upload-file': {
    method: 'PUT',
    url: '/upload/abcdefgh-1_2',
    headers: { 'content-type': 'application/octet-stream' },
  },
  'upload-done': {
    method: 'POST',
    url: '/upload/abcdefgh-1_2/done',
    headers: { 'content-type': 'application/json' },
  },
  file: { method: 'GET', url: '/file/0123456789abcdef0123456789abcdef', headers: {} },
  socket: { method: 'GET', url: '/engine', headers: {}, isUpgrade: true },
};

const isRead = (name: string) => {
  const request = ACCEPTED[name];
  return request !== undefined && request.method === 'GET' && request.isUpgrade !== true;
};

function withToken(name: string, token: string | null): Headers {
  if (token === null) return {};
  if (ACCEPTED[name]?.isUpgrade === true) return { 'sec-websocket-protocol': `faultline, token.${token}` };
  return { authorization: `Bearer ${token}` };
}

function asked(name: string, headers: Headers = {}, over: Partial<Asked> = {}): Asked {
  const request = ACCEPTED[name];
  if (request === undefined) throw new Error(name);
  return {
    method: request.method,
    url: request.url,
    isUpgrade: request.isUpgrade ?? false,
    headers: {
      host: `127.0.0.1:${PORT}`,
      origin: `http://127.0.0.1:${PORT}`,
      'sec-fetch-site': 'same-origin',
      ...withToken(name, TOKEN),
      ...request.headers,
      ...headers,
    },
    ...over,
  };
}

const isAllowed = (request: Asked) => judge(request, rules).allowed;

const BAD_HOSTS = [
  undefined,
  '',
  '127.0.0.1',
  'localhost',
  `127.0.0.1:${PORT + 1}`,
  `127.0.0.1:${PORT}.evil.example`,
  `evil.example:${PORT}`,
  `localhost.evil.example:${PORT}`,
  `127.0.0.2:${PORT}`,
  `[::1]:${PORT}`,
  `0.0.0.0:${PORT}`,
  `2130706433:${PORT}`,
  `127.0.0.1:${PORT},evil.example`,
  `user@127.0.0.1:${PORT}`,
  [`127.0.0.1:${PORT}`, 'evil.example'],
];
const BAD_ORIGINS = [
  'null',
  '',
  'http://evil.example',
  `http://127.0.0.1`,
  `http://127.0.0.1:${PORT + 1}`,
  `https://127.0.0.1:${PORT}`,
  `http://localhost:${PORT}`,
  `http://127.0.0.1:${PORT}.evil.example`,
  `http://127.0.0.1:${PORT}/`,
  `HTTP://127.0.0.1:${PORT}`,
  'file://',
  'chrome-extension://abcdefghijklmnop',
  [`http://127.0.0.1:${PORT}`, 'http://evil.example'],
];
const BAD_TOKENS = [
  null,
  '',
  'x',
  TOKEN.slice(1),
  TOKEN.slice(0, -1),
  `${TOKEN}x`,
  `x${TOKEN.slice(1)}`,
  `${TOKEN.slice(0, -1)}x`,
  TOKEN.toLowerCase(),
  `${TOKEN} `,
  'undefined',
  'null',
];
const BAD_SITES = ['cross-site', 'same-site', 'nonsense', ['same-origin', 'cross-site']];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'CONNECT', 'get', ''];

describe('the guard lets through what the page asks', () => {
  it.each(Object.keys(ACCEPTED))('%s', (name) => {
    expect(judge(asked(name), rules)).toMatchObject({ allowed: true, route: { to: name } });
    const localhost = { host: `localhost:${PORT}`, origin: `http://localhost:${PORT}` };
    expect(isAllowed(asked(name, localhost)), 'by its other name').toBe(true);
    expect(isAllowed(asked(name, { 'sec-fetch-site': undefined })), 'from a browser without metadata').toBe(
      true,
    );
  });

  it('and the page itself without a token, also from the address bar and by a link', () => {
    for (const url of ['/', '/index.html', '/assets/app.js'])
      for (const method of ['GET', 'HEAD']) {
        const headers = { host: `127.0.0.1:${PORT}` };
        expect(judge({ method, url, headers, isUpgrade: false }, rules)).toEqual({
          allowed: true,
          route: { to: 'page', path: url },
        });
      }
    const link = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    const headers = { host: `127.0.0.1:${PORT}`, ...link };
    expect(isAllowed({ method: 'GET', url: '/', headers, isUpgrade: false })).toBe(true);
    expect(
      isAllowed({ method: 'GET', url: '/assets/app.js', headers, isUpgrade: false }),
      'but no part of it',
    ).toBe(false);
    const framed = { ...headers, 'sec-fetch-dest': 'iframe' };
    expect(isAllowed({ method: 'GET', url: '/', headers: framed, isUpgrade: false }), 'nor in a frame').toBe(
      false,
    );
  });
});

describe('the guard refuses', () => {
  /** Each kind of request with each wrong value of each thing that is looked at, alone. */
  const single: [string, Asked][] = Object.keys(ACCEPTED).flatMap((name) => [
    ...BAD_HOSTS.map((host): [string, Asked] => [`${name} to host ${String(host)}`, asked(name, { host })]),
    ...BAD_ORIGINS.map((origin): [string, Asked] => [
      `${name} from origin ${String(origin)}`,
      asked(name, { origin }),
    ]),
    ...(isRead(name)
      ? []
      : [[`${name} without an origin`, asked(name, { origin: undefined })] as [string, Asked]]),
    ...BAD_TOKENS.map((token): [string, Asked] => [
      `${name} with token ${String(token)}`,
      asked(name, {
        authorization: undefined,
        'sec-websocket-protocol': undefined,
        ...withToken(name, token),
      }),
    ]),
    ...BAD_SITES.map((site): [string, Asked] => [
      `${name} by ${String(site)}`,
      asked(name, { 'sec-fetch-site': site }),
    ]),
    ...METHODS.filter((method) => method !== ACCEPTED[name]?.method).map((method): [string, Asked] => [
      `${name} by method ${method}`,
      asked(name, {}, { method }),
    ]),
  ]);

  it(`each of ${single.length} requests with one thing wrong`, () => {
    expect(single.filter(([, request]) => isAllowed(request)).map(([what]) => what)).toEqual([]);
  });

  it('every combination of wrong host, origin and token', () => {
    const allowed: string[] = [];
    let tried = 0;
    for (const name of Object.keys(ACCEPTED))
      for (const host of [...BAD_HOSTS, `127.0.0.1:${PORT}`])
        for (const origin of [...BAD_ORIGINS, `http://127.0.0.1:${PORT}`])
          for (const token of [...BAD_TOKENS, TOKEN]) {
            const isGood =
              host === `127.0.0.1:${PORT}` && origin === `http://127.0.0.1:${PORT}` && token === TOKEN;
            const headers = { host, origin, authorization: undefined, 'sec-websocket-protocol': undefined };
            tried += 1;
            if (isAllowed(asked(name, { ...headers, ...withToken(name, token) })) !== isGood)
              allowed.push(`${name} ${String(host)} ${String(origin)} ${String(token)}`);
          }
    expect(allowed).toEqual([]);
    expect(tried).toBe(9 * 16 * 14 * 13);
  });

  it.each([
    ['/state?x=1'],
    [`/state?token=${TOKEN}`],
    ['/state/'],
    ['//state'],
    ['/STATE'],
    ['/state#x'],
    ['/%73tate'],
    [`http://127.0.0.1:${PORT}/state`],
    ['state'],
    ['*'],
    [''],
    ['/../etc/passwd'],
    ['/assets/../../package.json'],
    ['/assets/..%2f..%2fpackage.json'],
    ['/assets\\..\\..\\package.json'],
    ['/assets/app.js.map'],
    ['/file/'],
    ['/file/short'],
    ['/file/../../etc/passwd'],
    ['/file/0123456789abcdef/more'],
    [`/file/${'a'.repeat(101)}`],
    ['/file/0123456789abcdef%00'],
    ['/upload/abcdefgh-1_2/other'],
    ['/constructor'],
    ['/__proto__'],
  ])('the path %s, though everything else is right', (url) => {
    expect(judge(asked('state', {}, { url }), rules)).toMatchObject({ allowed: false, status: 404 });
  });

  it.each([
    ['text/plain'],
    ['application/x-www-form-urlencoded'],
    ['multipart/form-data'],
    ['application/jsonp'],
    [undefined],
  ])('a command with content type %s, which another site could send', (type) => {
    for (const name of ['opened', 'grant', 'restart', 'upload-start', 'upload-done'])
      expect(judge(asked(name, { 'content-type': type }), rules)).toMatchObject({
        allowed: false,
        status: 415,
      });
  });

  it.each([
    ['no agreed protocol', `token.${TOKEN}`],
    ['the token first', `token.${TOKEN}, faultline`],
    ['another protocol', `other, token.${TOKEN}`],
    ['more than two', `faultline, token.${TOKEN}, token.x`],
    ['a token without its mark', `faultline, ${TOKEN}`],
  ])('a socket with %s', (_what, protocols) => {
    expect(judge(asked('socket', { 'sec-websocket-protocol': protocols }), rules)).toMatchObject({
      status: 401,
    });
  });

  it('a token anywhere but in its header', () => {
    const headers = { authorization: undefined, cookie: `token=${TOKEN}`, 'x-token': TOKEN };
    expect(judge(asked('state', headers), rules)).toMatchObject({ allowed: false, status: 401 });
    const basic = { authorization: `Basic ${Buffer.from(`:${TOKEN}`).toString('base64')}` };
    expect(judge(asked('state', basic), rules)).toMatchObject({ allowed: false, status: 401 });
    const socket = asked('socket', {
      'sec-websocket-protocol': 'faultline',
      authorization: `Bearer ${TOKEN}`,
    });
    expect(judge(socket, rules), 'a page cannot send that header with a socket').toMatchObject({
      status: 401,
    });
  });

  it('to upgrade anything but the socket, and the socket without an upgrade', () => {
    for (const url of ['/', '/state', '/file/0123456789abcdef', '/engine/', '/engine/restart'])
      expect(isAllowed(asked('socket', {}, { url }))).toBe(false);
    const plain = asked('socket', { authorization: `Bearer ${TOKEN}` }, { isUpgrade: false });
    expect(judge(plain, rules)).toMatchObject({ allowed: false, status: 404 });
  });
});
