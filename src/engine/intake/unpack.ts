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
import { likelihood } from './file-kinds';
import type { IntakeLimits } from './limits';
import { isArchive } from './read-archive';
import { compressionOf, openSource, readHead, type FileBytes } from './source-stream';
import { TarStream } from './read-tar';
import { zipBytes, zipMembers } from './zip-file';

export type Packing = 'zip' | 'tar';

/** A member of an archive: its bytes in a file, why there are none, or left out by its name. */
export interface Unpacked {
  /** As the archive names it. */
  name: string;
  /** Where its bytes are, to be removed by the caller; null where there are none. */
  path: string | null;
  /** What is wrong with it: with a path, the bytes up to there are good. */
  problem: string | null;
  /** What it is, in the singular, where it is no file, such as a link; null for a file. */
  kind: string | null;
}

const MAX_MEMBERS = 200_000;
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

/**
 * How much came out of an archive so far, with the archives in it. Throws where that is more than anything real, so that
 * archives packed into one another are bounded as one is.
 */
export class Growth {
  private total = 0;
  private members = 0;

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

  member(): void {
    this.members += 1;
    if (this.members > MAX_MEMBERS)
      throw new GrowsTooMuch(`the archive has more than ${String(MAX_MEMBERS)} members`);
  }
}

class GrowsTooMuch extends Error {}

export interface UnpackOptions {
  limits: IntakeLimits;
  growth: Growth;
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
  { limits, growth, most = Infinity, onBytes = () => undefined }: UnpackOptions,
): AsyncGenerator<Unpacked> {
  let count = 0;
  const target = (): string => join(folder, `member-${String(count)}`);
  const enter = (): void => {
    count += 1;
    growth.member();
  };
  if (packing === 'tar') {
    const source = await openSource({ path, content: null }, limits, onBytes);
    for await (const member of new TarStream(source.bytes).members()) {
      enter();
      if (isNoise(member.name)) continue;
      const { name, kind } = member;
      if (kind !== null || likelihood(baseOf(name)) === 'none') {
        yield { name, path: null, problem: null, kind };
        continue;
      }
      const problem = await write(member.bytes(), target(), growth, most);
      yield { name, path: target(), problem, kind };
    }
    return;
  }
  for await (const zipped of zipMembers(path)) {
    enter();
    onBytes(zipped.storedBytes);
    const { name } = zipped;
    if (isNoise(name)) continue;
    if (likelihood(baseOf(name)) === 'none') {
      yield { name, path: null, problem: null, kind: null };
      continue;
    }
    const problem = await write(zipBytes(path, zipped), target(), growth, most);
    // Nothing was written of one that cannot be read at all.
    const isWritten = problem === null || (await stat(target())).size > 0;
    yield { name, path: isWritten ? target() : null, problem, kind: null };
  }
}

/** Names of the members of a ZIP, at most `most`. */
export async function memberNames(path: string, most: number): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of zipMembers(path)) {
      names.push(name);
      if (names.length >= most) break;
    }
  } catch (error) {
    // A damaged archive still has those that were found in it.
    if (names.length === 0) throw error;
  }
  return names;
}

export function baseOf(name: string): string {
  return name.split(/[/\\]/).at(-1) ?? '';
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
