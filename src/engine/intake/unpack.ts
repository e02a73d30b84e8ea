/**
 * Unpacks archives of many files (ZIP; TAR, plain or packed with gzip or zstd) into a folder, one member after the
 * other, so that each is read like any file. Owns what keeps an archive from growing beyond all measure; the names of its
 * members are never used as paths. Archives that are one trace (Inspect's `.eval`) are read by read-archive.ts.
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html
 */
import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import { Decompress } from 'fzstd';
import { openPromise, type Entry } from 'yauzl';
import { likelihood } from './file-kinds';
import type { IntakeLimits } from './limits';
import { isArchive, storedStream } from './read-archive';
import { compressionOf, openSource, readHead, type FileBytes } from './source-stream';
import { TarStream } from './read-tar';

export type Packing = 'zip' | 'tar';

/** A member of an archive: its bytes in a file, why there are none, or left out by its name. */
export interface Unpacked {
  /** As the archive names it. */
  name: string;
  /** Where its bytes are, to be removed by the caller; null where there are none. */
  path: string | null;
  /** What is wrong with it: with a path, the bytes up to there are good. */
  problem: string | null;
}

const MAX_MEMBERS = 200_000;
const STORED = 0;
const DEFLATED = 8;
const ZSTD = 93;
const TAR_MARK = 'ustar';
const EMPTY_ZIP = 'PK\x05\x06';

/** How a file is packed, by its content; null for one that is no archive of files. */
export async function packingOf(file: FileBytes, limits: IntakeLimits): Promise<Packing | null> {
  const head = await readHead(file, 512);
  if (isArchive(head) || head.toString('latin1', 0, 4) === EMPTY_ZIP) return 'zip';
  if (isTar(head)) return 'tar';
  if (compressionOf(head) === 'none') return null;
  const source = await openSource(file, limits, () => undefined);
  try {
    for await (const piece of source.bytes) return isTar(piece) ? 'tar' : null;
  } catch {
    // What is broken is said when it is read.
  }
  return null;
}

function isTar(bytes: Buffer): boolean {
  return bytes.length >= 262 && bytes.toString('latin1', 257, 262) === TAR_MARK;
}

/** Members that no person put there. */
function isNoise(name: string): boolean {
  const base = name.split(/[/\\]/).at(-1) ?? '';
  return name.startsWith('__MACOSX/') || base.startsWith('.') || base === 'Thumbs.db';
}

/** Says how much came out of an archive so far, and throws where it is more than anything real. */
class Growth {
  private total = 0;

  constructor(
    private readonly stored: number,
    private readonly limits: IntakeLimits,
  ) {}

  add(bytes: number): void {
    this.total += bytes;
    const { minExpandedBytes, maxExpansion } = this.limits;
    if (this.total > minExpandedBytes && this.total > this.stored * maxExpansion)
      throw new GrowsTooMuch(`the archive grows more than ${String(maxExpansion)} times`);
  }
}

class GrowsTooMuch extends Error {}

export interface UnpackOptions {
  limits: IntakeLimits;
  /** Bytes of a member that are wanted at most, for a look at its beginning. */
  most?: number;
  /** Hears how many more bytes of the archive are done. */
  onBytes?: (bytes: number) => void;
}

/**
 * The members of an archive in its order, those that may hold traces unpacked into `folder`. Throws where the archive
 * itself is damaged, or grows beyond the limits.
 */
export async function* unpack(
  path: string,
  packing: Packing,
  folder: string,
  { limits, most = Infinity, onBytes = () => undefined }: UnpackOptions,
): AsyncGenerator<Unpacked> {
  const growth = new Growth((await stat(path)).size, limits);
  let count = 0;
  const target = (): string => join(folder, `member-${String(count)}`);
  const enter = (): void => {
    count += 1;
    if (count > MAX_MEMBERS) throw new Error(`the archive has more than ${String(MAX_MEMBERS)} members`);
  };
  if (packing === 'tar') {
    const source = await openSource({ path, content: null }, limits, onBytes);
    for await (const member of new TarStream(source.bytes).members()) {
      enter();
      if (isNoise(member.name)) continue;
      if (likelihood(baseOf(member.name)) === 'none') {
        yield { name: member.name, path: null, problem: null };
        continue;
      }
      const problem = await write(member.bytes(), target(), growth, most);
      yield { name: member.name, path: target(), problem };
    }
    return;
  }
  const zip = await openPromise(path, {
    lazyEntries: true,
    autoClose: false,
    validateEntrySizes: false,
  }).catch((error: unknown) => {
    throw new Error(
      `the ZIP archive is cut off or damaged (${error instanceof Error ? error.message : String(error)}): fetch it again, or unpack what is left of it and import that`,
      { cause: error },
    );
  });
  try {
    for await (const entry of zip.eachEntry()) {
      enter();
      onBytes(entry.compressedSize);
      const name = entry.fileName;
      if (name.endsWith('/') || isNoise(name)) continue;
      if (likelihood(baseOf(name)) === 'none') yield { name, path: null, problem: null };
      else if ((entry.generalPurposeBitFlag & 1) !== 0)
        yield {
          name,
          path: null,
          problem: 'it is encrypted: unpack the archive with its password and import what is in it',
        };
      else {
        const problem = await write(zipBytes(zip, entry), target(), growth, most);
        yield { name, path: target(), problem };
      }
    }
  } finally {
    zip.close();
  }
}

/** Names of the members of a ZIP, at most `most`. */
export async function memberNames(path: string, most: number): Promise<string[]> {
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false, validateEntrySizes: false });
  try {
    const names: string[] = [];
    for await (const { fileName } of zip.eachEntry()) {
      names.push(fileName);
      if (names.length >= most) break;
    }
    return names;
  } finally {
    zip.close();
  }
}

export function baseOf(name: string): string {
  return name.split(/[/\\]/).at(-1) ?? '';
}

type Zip = Awaited<ReturnType<typeof openPromise>>;

async function* zipBytes(zip: Zip, entry: Entry): AsyncGenerator<Buffer> {
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
  const stored = await storedStream(zip, fileDataStart, entry.compressedSize);
  switch (entry.compressionMethod) {
    case STORED:
      yield* stored as AsyncIterable<Buffer>;
      return;
    case DEFLATED: {
      const inflate = createInflateRaw();
      stored.on('error', (error) => inflate.destroy(error)).pipe(inflate);
      yield* inflate as AsyncIterable<Buffer>;
      return;
    }
    case ZSTD: {
      const ready: Buffer[] = [];
      const decompress = new Decompress((chunk) => void ready.push(Buffer.from(chunk)));
      for await (const piece of stored as AsyncIterable<Buffer>) {
        decompress.push(new Uint8Array(piece));
        yield* ready.splice(0);
      }
      return;
    }
    default:
      throw new Error(`it is compressed with method ${String(entry.compressionMethod)}, which is not known`);
  }
}

/** Writes a member's bytes; comes back with why they break off, if they do. Throws where the disk or the archive as a whole is at fault. */
async function write(
  bytes: AsyncIterable<Buffer>,
  path: string,
  growth: Growth,
  most: number,
): Promise<string | null> {
  let damage: string | null = null;
  let size = 0;
  const good = async function* (): AsyncGenerator<Buffer> {
    try {
      for await (const piece of bytes) {
        growth.add(piece.length);
        size += piece.length;
        yield piece;
        if (size >= most) break;
      }
    } catch (error) {
      if (error instanceof GrowsTooMuch) throw error;
      damage = error instanceof Error ? error.message : String(error);
    }
  };
  await pipeline(Readable.from(good(), { objectMode: false }), createWriteStream(path));
  return damage;
}
