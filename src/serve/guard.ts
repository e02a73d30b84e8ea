/**
 * Decides about every request before anything else looks at it: Host, Origin, fetch metadata, method, path, token.
 * A pure function over what the request says, so that the whole matrix can be tested. Must not answer anything.
 * https://fetch.spec.whatwg.org/#origin-header, https://www.w3.org/TR/fetch-metadata/
 */
import { timingSafeEqual } from 'node:crypto';
import { SOCKET_PROTOCOL, SOCKET_TOKEN_PREFIX } from '../shared/desktop';

/** What can be asked for, apart from the page's own files. Anything else is 404. */
export type Route =
  | { to: 'page'; path: string }
  | { to: 'state' }
  | { to: 'opened' }
  | { to: 'grant' }
  | { to: 'restart' }
  | { to: 'upload-start' }
  | { to: 'upload-file'; upload: string }
  | { to: 'upload-done'; upload: string }
  | { to: 'file'; handle: string }
  | { to: 'socket' };

export interface Asked {
  method: string;
  /** The request target as it came: a path, never decoded. */
  url: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  isUpgrade: boolean;
}

export interface Rules {
  port: number;
  token: string;
  /** Whether the page has a file of this path; those need no token, since they carry no data. */
  isPageFile: (path: string) => boolean;
}

export type Judgement = { allowed: true; route: Route } | { allowed: false; status: number; message: string };

const OPAQUE_ID = /^[A-Za-z0-9_-]{8,100}$/u;

/** In this order: who is addressed, who asks, what for, by what right. */
export function judge(asked: Asked, rules: Rules): Judgement {
  const host = one(asked.headers['host']);
  const hosts = [`127.0.0.1:${rules.port}`, `localhost:${rules.port}`];
  // A name that was made to point here (DNS rebinding) shows in Host, whatever else is forged.
  if (host === null || !hosts.includes(host)) return refuse(421, 'This address is not one of Faultline’s.');

  const origin = asked.headers['origin'];
  const mustHaveOrigin = asked.isUpgrade || (asked.method !== 'GET' && asked.method !== 'HEAD');
  if (origin === undefined ? mustHaveOrigin : one(origin) !== `http://${host}`)
    return refuse(403, 'Only the page that Faultline shows may ask this.');
  if (!isOwnFetch(asked)) return refuse(403, 'Only the page that Faultline shows may ask this.');

  const found = findRoute(asked, rules);
  if ('status' in found) return { allowed: false, ...found };
  if (found.to !== 'page') {
    const given = found.to === 'socket' ? socketToken(asked) : bearerToken(asked);
    if (given === null || !isSame(given, rules.token))
      return refuse(401, 'The key is missing or not the right one.');
  }
  return { allowed: true, route: found };
}

function refuse(status: number, message: string): Judgement {
  return { allowed: false, status, message };
}

/** A header that was sent once. Twice is nobody's browser. */
function one(value: string | string[] | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/**
 * Browsers say where a request comes from. The address bar and a link elsewhere may open the bare page, which carries no
 * data and cannot be framed; whatever else another site asks for is refused.
 */
function isOwnFetch(asked: Asked): boolean {
  const site = asked.headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin') return true;
  const isRead = asked.method === 'GET' && !asked.isUpgrade;
  if (site === 'none') return isRead && !asked.url.startsWith('/file/');
  return (
    isRead &&
    asked.url === '/' &&
    asked.headers['sec-fetch-mode'] === 'navigate' &&
    asked.headers['sec-fetch-dest'] === 'document'
  );
}

function findRoute(asked: Asked, rules: Rules): Route | { status: number; message: string } {
  const { method, url, isUpgrade } = asked;
  const nothing = { status: 404, message: 'There is nothing at this address.' };
  // Nothing of Faultline's has a query, and an absolute target is for proxies.
  if (!url.startsWith('/') || url.includes('?') || url.includes('#')) return nothing;
  if (isUpgrade) return url === '/engine' && method === 'GET' ? { to: 'socket' } : nothing;

  const [, first = '', second, third, ...rest] = url.split('/');
  if (rest.length === 0 && second !== undefined && OPAQUE_ID.test(second)) {
    if (first === 'file' && third === undefined)
      return byMethod(method, 'GET', { to: 'file', handle: second });
    if (first === 'upload' && third === undefined)
      return byMethod(method, 'PUT', { to: 'upload-file', upload: second });
    if (first === 'upload' && third === 'done') return jsonPost(asked, { to: 'upload-done', upload: second });
  }
  switch (url) {
    case '/state':
      return byMethod(method, 'GET', { to: 'state' });
    case '/opened/take':
      return jsonPost(asked, { to: 'opened' });
    case '/grant':
      return jsonPost(asked, { to: 'grant' });
    case '/engine/restart':
      return jsonPost(asked, { to: 'restart' });
    case '/upload':
      return jsonPost(asked, { to: 'upload-start' });
    default:
      if (!rules.isPageFile(url)) return nothing;
      return method === 'HEAD'
        ? { to: 'page', path: url }
        : byMethod(method, 'GET', { to: 'page', path: url });
  }
}

function byMethod(method: string, wanted: string, route: Route): Route | { status: number; message: string } {
  return method === wanted ? route : { status: 405, message: `Only ${wanted} is understood here.` };
}

/** A form of another site cannot send this content type without asking first, and nobody here says yes. */
function jsonPost(asked: Asked, route: Route): Route | { status: number; message: string } {
  if (asked.method !== 'POST') return byMethod(asked.method, 'POST', route);
  const type = one(asked.headers['content-type']);
  if (type === null || type.split(';')[0]?.trim().toLowerCase() !== 'application/json')
    return { status: 415, message: 'Only JSON is understood here.' };
  return route;
}

function bearerToken(asked: Asked): string | null {
  return /^Bearer (.+)$/u.exec(one(asked.headers['authorization']) ?? '')?.[1] ?? null;
}

/** A page can set no header on a socket, only its subprotocols: the agreed one and then the token. */
function socketToken(asked: Asked): string | null {
  const [protocol, token, ...rest] = (one(asked.headers['sec-websocket-protocol']) ?? '').split(/\s*,\s*/u);
  if (protocol !== SOCKET_PROTOCOL || rest.length > 0) return null;
  return token?.startsWith(SOCKET_TOKEN_PREFIX) === true ? token.slice(SOCKET_TOKEN_PREFIX.length) : null;
}

/** Takes the same time wherever the first difference is. */
function isSame(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
