/**
 * Reads the JSON members of a ZIP archive one after the other. Members may be stored, deflated or compressed with zstd
 * (method 93), which ordinary readers refuse. Owns the bounds that keep an archive from growing beyond all measure;
 * what the members mean is the format's. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createInflateRaw } from 'node:zlib';
import { decompress } from 'fzstd';
import { openPromise, type Entry } from 'yauzl';
import type { IntakeLimits } from './limits';

const MAX_MEMBERS = 200_000;
const STORED = 0;
const DEFLATED = 8;
const ZSTD = 93;

export interface Member {
  name: string;
  /** The member's bytes, or why they cannot be had. */
  bytes: Buffer | null;
  problem: string;
}

export function isArchive(head: Buffer): boolean {
  return head.length >= 4 && head.readUInt32LE(0) === 0x04034b50;
}

/** Members that say what the archive is about, and are read before the others. */
export function isHead(name: string): boolean {
  return name === 'header.json' || name.startsWith('_journal/start');
}

type Zip = Awaited<ReturnType<typeof openPromise>>;

/** A member's bytes as they are stored. The library's own promise of this calls another function than it says. */
export function storedStream(zip: Zip, start: number, size: number): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStreamLowLevel(start, size, 0, size, false, null, (error, stream) => {
      if (error) reject(error);
      else resolve(stream);
    });
  });
}

/** The bytes of a member. Throws with a reason when they are damaged, encrypted or too many. */
async function bytesOf(zip: Zip, entry: Entry, limits: IntakeLimits): Promise<Buffer> {
  if ((entry.generalPurposeBitFlag & 1) !== 0) throw new Error('it is encrypted');
  if (entry.uncompressedSize > limits.maxRecordBytes)
    throw new Error(`it is larger than ${String(limits.maxRecordBytes)} bytes`);
  const grows = entry.uncompressedSize > limits.minExpandedBytes;
  if (grows && entry.uncompressedSize > entry.compressedSize * limits.maxExpansion)
    throw new Error(`it grows more than ${String(limits.maxExpansion)} times`);
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
  const { compressedSize, uncompressedSize } = entry;
  const stored = await buffer(await storedStream(zip, fileDataStart, compressedSize));
  switch (entry.compressionMethod) {
    case STORED:
      return stored;
    case DEFLATED: {
      const inflate = createInflateRaw({ maxOutputLength: limits.maxRecordBytes });
      inflate.end(stored);
      const bytes: Buffer[] = [];
      let size = 0;
      for await (const chunk of inflate) {
        size += (chunk as Buffer).length;
        // The size an archive states may be a lie.
        if (size > Math.max(uncompressedSize, 1)) throw new Error('it is larger than the archive says');
        bytes.push(chunk as Buffer);
      }
      return Buffer.concat(bytes);
    }
    case ZSTD:
      return Buffer.from(decompress(new Uint8Array(stored), new Uint8Array(uncompressedSize)));
    default:
      throw new Error(`it is compressed with method ${String(entry.compressionMethod)}, which is not known`);
  }
}

/**
 * Members whose name ends in `.json` in the order of the archive. A damaged member comes back with its problem; a
 * damaged archive throws. `isWanted` leaves members out by their name.
 */
export async function* readArchive(
  path: string,
  limits: IntakeLimits,
  isWanted: (name: string) => boolean = () => true,
): AsyncGenerator<Member> {
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false, validateEntrySizes: false });
  try {
    let count = 0;
    for await (const entry of zip.eachEntry()) {
      count += 1;
      if (count > MAX_MEMBERS) throw new Error(`the archive has more than ${String(MAX_MEMBERS)} members`);
      const name = entry.fileName;
      if (!name.endsWith('.json') || !isWanted(name)) continue;
      try {
        yield { name, bytes: await bytesOf(zip, entry, limits), problem: '' };
      } catch (error) {
        yield { name, bytes: null, problem: error instanceof Error ? error.message : String(error) };
      }
    }
  } finally {
    zip.close();
  }
}
