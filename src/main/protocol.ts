/**
 * The page's own scheme, `app://faultline/`: answers from the built page in memory and from nothing else. Must be
 * registered before Electron is ready, and must never map a request to a file.
 * https://www.electronjs.org/docs/latest/api/protocol
 */
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { protocol } from 'electron';
import { contentPolicy, SECURITY_HEADERS } from '../shared/content-policy';
import { PageFiles } from '../shared/page-files';

const SCHEME = 'app';
const HOST = 'faultline';

/** As Chromium reports it for frames of the page. */
export const PAGE_ORIGIN = `${SCHEME}://${HOST}`;
export const PAGE_ADDRESS = `${PAGE_ORIGIN}/index.html`;

/** To be called before `ready`. Standard and secure: the page gets an origin, and storage that belongs to it. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Whether an address belongs to the page; what is outside it is neither loaded nor navigated to. */
export function isPageAddress(address: string): boolean {
  return address === PAGE_ORIGIN || address.startsWith(`${PAGE_ORIGIN}/`);
}

/** Reads the built page into memory and answers for it from then on. Rejects when `folder` holds none. */
export async function servePage(folder: string): Promise<void> {
  const page = new PageFiles(await filesBelow(folder, ''));
  if (!page.has('/')) throw new Error(`There is no built page in ${folder}.`);
  protocol.handle(SCHEME, (request) => answer(page, request));
}

function answer(page: PageFiles, request: Request): Response {
  const policy = { styleNonce: randomBytes(16).toString('base64url'), sockets: [] };
  const refuse = (status: number) =>
    new Response(null, {
      status,
      headers: { ...SECURITY_HEADERS, 'content-security-policy': contentPolicy(policy) },
    });
  if (request.method !== 'GET') return refuse(405);
  if (!isPageAddress(request.url)) return refuse(404);
  // Past the origin; a fragment never gets here, a query belongs to no file.
  const { status, headers, body } = page.answer(request.url.slice(PAGE_ORIGIN.length) || '/', policy);
  return new Response(Buffer.from(body), { status, headers });
}

async function filesBelow(folder: string, prefix: string): Promise<[string, Uint8Array][]> {
  const found: [string, Uint8Array][] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const [path, name] = [join(folder, entry.name), posix.join(prefix, entry.name)];
    if (entry.isDirectory()) found.push(...(await filesBelow(path, name)));
    else if (entry.isFile()) found.push([name, await readFile(path)]);
  }
  return found;
}
