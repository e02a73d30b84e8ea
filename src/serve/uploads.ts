/**
 * Takes files that were dropped on the page: streams them into a folder of this process, and has what lies at the top of
 * it granted. Owns that folder and its end. Must not let a name lead out of it, nor fill the disk.
 */
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UPLOAD_FOLDER } from '../shared/model/upload-folder';

/** A refusal with the status it is answered with; the message is for the person. */
export class UploadError extends Error {
  constructor(
    readonly status: 400 | 404 | 409 | 507,
    message: string,
  ) {
    super(message);
  }
}

/** Left free whatever is uploaded: the import writes as well, and a full disk is the whole machine's trouble. */
const RESERVE_BYTES = 512 * 1024 * 1024;
/** Free space is asked for again after this many bytes: others use the disk too. */
const CHECK_EVERY_BYTES = 64 * 1024 * 1024;
const MAX_DEPTH = 32;
const MAX_UPLOADS = 1000;
/** Below the 255 bytes that file systems allow, with room for what is appended to a double. */
const MAX_NAME_BYTES = 240;

export class Uploads {
  readonly #root: string;
  readonly #freeBytes: (folder: string) => Promise<number>;
  /** Upload id → its folder. */
  readonly #open = new Map<string, string>();

  private constructor(root: string, freeBytes: (folder: string) => Promise<number>) {
    this.#root = root;
    this.#freeBytes = freeBytes;
  }

  /**
   * Makes the folder (for this user alone) below `temporary` and clears away those of processes that are no more.
   * `freeBytes` tells how much the disk of a folder has left.
   */
  static async create(temporary: string, freeBytes = freeBytesOf): Promise<Uploads> {
    await clearAbandoned(temporary);
    return new Uploads(await mkdtemp(join(temporary, `${UPLOAD_FOLDER}${process.pid}-`)), freeBytes);
  }

  /** A new upload of `bytes` in all; returns its id. Throws when the disk could not hold it. */
  async start(bytes: number): Promise<string> {
    if (this.#open.size >= MAX_UPLOADS) throw new UploadError(409, 'Too many uploads at once.');
    await this.#mustHold(bytes);
    const id = randomBytes(12).toString('base64url');
    const folder = join(this.#root, id);
    await mkdir(folder);
    this.#open.set(id, folder);
    return id;
  }

  /** Writes one file of an upload. `path` is where it was below what was dropped, with slashes. */
  async receive(id: string, path: string, body: Readable): Promise<void> {
    const target = join(this.#folderOf(id), ...safeSegments(path));
    await mkdir(dirname(target), { recursive: true });
    const file = await createNew(target);
    try {
      await pipeline(body, this.#counter(), file.stream);
    } catch (error) {
      await rm(file.path, { force: true });
      throw isDiskFull(error) ? fullDisk() : error;
    }
  }

  /** Ends an upload; returns the paths of what lies at its top. */
  async finish(id: string): Promise<string[]> {
    const folder = this.#folderOf(id);
    this.#open.delete(id);
    const names = await readdir(folder);
    return names.sort().map((name) => join(folder, name));
  }

  /** Deletes everything that was uploaded. What was imported is in the workspace by then. */
  async close(): Promise<void> {
    await rm(this.#root, { recursive: true, force: true });
  }

  #folderOf(id: string): string {
    const folder = this.#open.get(id);
    if (folder === undefined) throw new UploadError(404, 'This upload has ended or never began.');
    return folder;
  }

  #counter(): Transform {
    let unchecked = CHECK_EVERY_BYTES;
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        unchecked += chunk.length;
        if (unchecked < CHECK_EVERY_BYTES) {
          done(null, chunk);
          return;
        }
        unchecked = 0;
        this.#mustHold(chunk.length).then(
          () => done(null, chunk),
          (error: unknown) => done(error as Error),
        );
      },
    });
  }

  async #mustHold(bytes: number): Promise<void> {
    if (bytes + RESERVE_BYTES > (await this.#freeBytes(this.#root))) throw fullDisk();
  }
}

function fullDisk(): UploadError {
  return new UploadError(
    507,
    'The disk has too little space left. Give the path of the file instead of dropping it.',
  );
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** Windows gives these a meaning in any folder and with any ending. */
const DEVICE_NAME = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/iu;

/** The parts of a relative path, each made harmless. Throws on a path that tries to lead elsewhere. */
export function safeSegments(path: string): string[] {
  const segments = path.split('/');
  if (segments.length > MAX_DEPTH) throw new UploadError(400, 'The folder is nested too deeply.');
  return segments.map((segment) => {
    if (segment === '' || segment === '.' || segment === '..')
      throw new UploadError(400, 'This file name cannot be used.');
    let name = segment
      .toWellFormed()
      .replace(/[\u0000-\u001f\u007f<>:"\\|?*]/gu, '_')
      .replace(/[. ]+$/u, '_');
    if (DEVICE_NAME.test(name)) name = `_${name}`;
    // The end is kept: it says what kind of file it is.
    while (Buffer.byteLength(name) > MAX_NAME_BYTES) name = name.slice(1).toWellFormed();
    return name;
  });
}

/** Opens a file that did not exist: two files of the same name are two files. */
async function createNew(
  path: string,
): Promise<{ path: string; stream: ReturnType<typeof createWriteStream> }> {
  for (let copy = 1; ; copy += 1) {
    const name = copy === 1 ? path : path.replace(/((?:\.[^./\\]+){0,2})$/u, ` (${copy})$1`);
    const stream = createWriteStream(name, { flags: 'wx', mode: 0o600 });
    const failure = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
      stream.once('open', () => resolve(null));
      stream.once('error', resolve);
    });
    if (failure === null) return { path: name, stream };
    if (failure.code !== 'EEXIST' || copy > 1000) throw failure;
  }
}

/** A process that was killed could not clear up: its folder goes when its number is no longer in use. */
async function clearAbandoned(temporary: string): Promise<void> {
  for (const name of await readdir(temporary)) {
    const pid = new RegExp(`^${UPLOAD_FOLDER}(\\d+)-`, 'u').exec(name)?.[1];
    if (pid === undefined || isRunning(Number(pid))) continue;
    // Not ours to delete when it is another user's: then this fails, and that is right.
    await rm(join(temporary, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
