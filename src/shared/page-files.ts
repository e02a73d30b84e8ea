/**
 * The built page as an allow-list in memory: what is not in it does not exist, so no request can reach a file.
 * Both shells answer from it. Must not read files itself: shared code runs anywhere.
 */
import {
  contentPolicy,
  contentTypeOf,
  NONCE_PLACEHOLDER,
  SECURITY_HEADERS,
  type PolicyOptions,
} from './content-policy';

export interface PageAnswer {
  status: 200 | 404;
  headers: Record<string, string>;
  body: Uint8Array;
}

const INDEX = '/index.html';

export class PageFiles {
  readonly #files = new Map<string, { type: string; body: Uint8Array }>();

  /** `files` by their path below the page's folder, with slashes: `assets/index-1a2b.js`. Unknown types are left out. */
  constructor(files: Iterable<readonly [string, Uint8Array]>) {
    for (const [path, body] of files) {
      const type = contentTypeOf(path);
      if (type !== null) this.#files.set(`/${path}`, { type, body });
    }
  }

  has(pathname: string): boolean {
    return this.#files.has(pathname === '/' ? INDEX : pathname);
  }

  /** `pathname` as in the address, undecoded: names of built files have nothing to decode. */
  answer(pathname: string, policy: PolicyOptions): PageAnswer {
    const name = pathname === '/' ? INDEX : pathname;
    const file = this.#files.get(name);
    const headers = { ...SECURITY_HEADERS, 'content-security-policy': contentPolicy(policy) };
    if (file === undefined) {
      const body = new TextEncoder().encode('There is nothing here.\n');
      return { status: 404, headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' }, body };
    }
    const body = name === INDEX ? withNonce(file.body, policy.styleNonce) : file.body;
    return { status: 200, headers: { ...headers, 'content-type': file.type }, body };
  }
}

function withNonce(page: Uint8Array, nonce: string): Uint8Array {
  return new TextEncoder().encode(new TextDecoder().decode(page).replaceAll(NONCE_PLACEHOLDER, nonce));
}
