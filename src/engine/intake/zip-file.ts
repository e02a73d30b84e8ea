/**
 * The members of a ZIP archive and their bytes: stored, deflated, or packed with zstd, which ordinary readers refuse. Where the
 * directory at its end is cut off or damaged, members are found by the headers before each of them. Owns the layout of the
 * file; must not bound how far members may grow. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import { getFileNameLowLevel, openPromise } from 'yauzl';
import { inflated } from './inflate';
import { unzstd } from './zstd-stream';

export interface ZipMember {
  name: string;
  isEncrypted: boolean;
  method: number;
  /** Where its own header begins. */
  headerStart: number;
  /** Bytes as stored, to the next header where the archive does not say. */
  storedBytes: number;
  /** Bytes when unpacked, and their CRC-32; null where the archive does not say. */
  size: number | null;
  crc: number | null;
}

const STORED = 0;
const DEFLATED = 8;
const ZSTD = 93;
const HEADER = Buffer.from('PK\x03\x04', 'latin1');
/** A header, the directory, a descriptor behind a member. */
const SIGNATURE = /PK(?:\x03\x04|\x01\x02|\x07\x08)/;
const HEADER_BYTES = 30;
const WINDOW = 1 << 20;
const MAX_NAME = 4096;
/** The newest version of the format that a header may ask for. */
const MAX_VERSION = 63;
const UNKNOWN = 0xffffffff;

async function read(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}

/** Where the first match begins from `at` on; the size of the file where there is none. */
async function find(
  file: FileHandle,
  size: number,
  at: number,
  what: (text: Buffer) => number,
): Promise<number> {
  for (let from = at; from < size; from += WINDOW) {
    // Windows overlap, so that a signature on their border is found.
    const found = what(await read(file, from, WINDOW + 3));
    if (found !== -1) return from + found;
  }
  return size;
}

/** Sizes beyond 32 bits stand in the extra field. */
function wideSizes(extra: Buffer, size: number, storedBytes: number): [number, number] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1 || at + 20 > extra.length) continue;
    return [Number(extra.readBigUInt64LE(at + 4)), Number(extra.readBigUInt64LE(at + 12))];
  }
  return [size, storedBytes];
}

/** The member whose header begins here; null where that is no header. */
async function memberAt(file: FileHandle, fileSize: number, headerStart: number): Promise<ZipMember | null> {
  const header = await read(file, headerStart, HEADER_BYTES);
  if (header.length < HEADER_BYTES) return null;
  const [nameBytes, extraBytes] = [header.readUInt16LE(26), header.readUInt16LE(28)];
  if (nameBytes === 0 || nameBytes > MAX_NAME || (header.readUInt16LE(4) & 0xff) > MAX_VERSION) return null;
  const rest = await read(file, headerStart + HEADER_BYTES, nameBytes + extraBytes);
  const flags = header.readUInt16LE(6);
  const start = headerStart + HEADER_BYTES + nameBytes + extraBytes;
  const member = {
    name: rest.toString('utf8', 0, nameBytes),
    isEncrypted: (flags & 1) !== 0,
    method: header.readUInt16LE(8),
    headerStart,
  };
  if ((flags & 8) === 0) {
    const [storedBytes, size] = [header.readUInt32LE(18), header.readUInt32LE(22)];
    const isWide = storedBytes === UNKNOWN || size === UNKNOWN;
    const [wideSize, wideStored] = isWide
      ? wideSizes(rest.subarray(nameBytes), size, storedBytes)
      : [size, storedBytes];
    return { ...member, storedBytes: wideStored, size: wideSize, crc: header.readUInt32LE(14) };
  }
  const end = await find(file, fileSize, start, (text) => text.toString('latin1').search(SIGNATURE));
  return { ...member, storedBytes: end - start, size: null, crc: null };
}

/** Members by the headers that stand before each of them. */
async function* scan(file: FileHandle): AsyncGenerator<ZipMember> {
  const { size } = await file.stat();
  for (let at = 0; ;) {
    const headerStart = await find(file, size, at, (text) => text.indexOf(HEADER));
    if (headerStart >= size) return;
    const member = await memberAt(file, size, headerStart);
    if (member) yield member;
    at = member ? headerStart + HEADER_BYTES + member.storedBytes : headerStart + HEADER.length;
  }
}

/**
 * Members in the order of the archive, folders left out. Throws behind the last one where the archive is cut off or damaged,
 * and at once where it has none.
 */
export async function* zipMembers(path: string): AsyncGenerator<ZipMember> {
  const seen = new Set<number>();
  let damage: unknown;
  try {
    // Names are no paths here, so that those with `..` or a drive in them are as good as others; the library would refuse the archive.
    const zip = await openPromise(path, {
      lazyEntries: true,
      autoClose: false,
      validateEntrySizes: false,
      decodeStrings: false,
    });
    try {
      for await (const entry of zip.eachEntry()) {
        seen.add(entry.relativeOffsetOfLocalHeader);
        const { generalPurposeBitFlag, fileNameRaw, extraFields } = entry;
        const name = getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
        if (name.endsWith('/')) continue;
        yield {
          name,
          isEncrypted: (entry.generalPurposeBitFlag & 1) !== 0,
          method: entry.compressionMethod,
          headerStart: entry.relativeOffsetOfLocalHeader,
          storedBytes: entry.compressedSize,
          size: entry.uncompressedSize,
          crc: entry.crc32,
        };
      }
    } finally {
      zip.close();
    }
    return;
  } catch (error) {
    damage = error;
  }
  const file = await open(path, 'r');
  try {
    for await (const member of scan(file))
      if (!seen.has(member.headerStart) && !member.name.endsWith('/')) yield member;
  } finally {
    await file.close();
  }
  throw new Error(
    `the ZIP archive is cut off or damaged (${damage instanceof Error ? damage.message : String(damage)}): what could be found in it was taken; fetch it again for the rest`,
    { cause: damage },
  );
}

async function dataStart(path: string, { headerStart }: ZipMember): Promise<number> {
  const file = await open(path, 'r');
  try {
    const header = await read(file, headerStart, HEADER_BYTES);
    if (header.length < HEADER_BYTES || !header.subarray(0, 4).equals(HEADER))
      throw new Error('its header is damaged');
    return headerStart + HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
  } finally {
    await file.close();
  }
}

async function* unpacked(path: string, member: ZipMember): AsyncGenerator<Buffer> {
  const start = await dataStart(path, member);
  const stored = async function* (): AsyncGenerator<Buffer> {
    if (member.storedBytes === 0) return;
    const end = start + member.storedBytes - 1;
    for await (const piece of createReadStream(path, { start, end, highWaterMark: 1 << 16 }))
      yield piece as Buffer;
  };
  switch (member.method) {
    case STORED:
      yield* stored();
      return;
    case DEFLATED:
      try {
        yield* inflated(stored, createInflateRaw);
      } catch (error) {
        const said = error instanceof Error ? error.message : String(error);
        const isCut = said === 'unexpected end of file';
        throw new Error(isCut ? 'it is cut off here' : `its packed bytes are damaged (${said})`, {
          cause: error,
        });
      }
      return;
    case ZSTD:
      yield* unzstd(stored());
      return;
    default:
      throw new Error(`it is compressed with method ${String(member.method)}, which is not known`);
  }
}

/**
 * The bytes of a member. Throws with a reason where it is encrypted, packed in a way that is not known, cut off or
 * damaged; what came before is good, but where its checksum differs.
 */
export async function* zipBytes(path: string, member: ZipMember): AsyncGenerator<Buffer> {
  if (member.isEncrypted)
    throw new Error('it is encrypted: unpack the archive with its password and import what is in it');
  let size = 0;
  let crc = 0;
  for await (const piece of unpacked(path, member)) {
    size += piece.length;
    // The size an archive states may be a lie.
    if (member.size !== null && size > member.size) throw new Error('it is larger than the archive says');
    crc = crc32(piece, crc);
    yield piece;
  }
  if (member.size !== null && size < member.size) throw new Error('it is cut off here');
  if (member.crc !== null && crc !== member.crc)
    throw new Error('its checksum is not that of what was read, so that records above may be altered');
}
