/**
 * Handles for paths a person has chosen. The renderer only ever sees handles, so it can name no path of its own.
 * Kept in memory: a handle means nothing in another run.
 */
import { randomBytes } from 'node:crypto';

export class Grants {
  readonly #paths = new Map<string, string>();

  /** A new handle (128 random bits as hex) for a path. */
  grant(path: string): string {
    const handle = randomBytes(16).toString('hex');
    this.#paths.set(handle, path);
    return handle;
  }

  /** The path behind a handle; null for one that was never given out or has been revoked. */
  resolve(handle: string): string | null {
    return this.#paths.get(handle) ?? null;
  }

  revoke(handle: string): void {
    this.#paths.delete(handle);
  }
}
