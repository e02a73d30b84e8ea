/**
 * Opens a source file as a stream of plain bytes: decompresses gzip and zstd by content, turns UTF-16 into UTF-8,
 * and bounds how far a compressed file may grow. Only the intake process may call this.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { isFramed, unframed } from './framed-pieces';
import { inflated } from './inflate';
import type { IntakeLimits } from './limits';
import { utf16Of } from './text-encoding';
import { unzstd } from './zstd-stream';

export type Compression = 'none' | 'gzip' | 'zstd';

/** A file by its path, with all its bytes where they were read at once: a small one is opened only once then. */
export interface FileBytes {
  path: string;
  content: Buffer | null;
}

/** Pieces of a file as stored, of at most `size` bytes. */
export async function* pieces(
  { path, content }: FileBytes,
  size: number,
  { start, end }: Stretch = { start: 0, end: Infinity },
): AsyncGenerator<Buffer> {
  if (end <= start) return;
  if (content) {
    const until = Math.min(end, content.length);
    for (let at = start; at < until; at += size) yield content.subarray(at, Math.min(until, at + size));
  } else {
    const stream = createReadStream(path, { highWaterMark: size, start, end: end - 1 });
    for await (const chunk of stream) yield chunk as Buffer;
  }
}

export interface Hashed {
  /** SHA-256 of all bytes as stored, in hex. */
  sha256: string;
  /** How many bytes were hashed: a file may have grown since its size was asked for. */
  bytes: number;
  /** SHA-256 of the file's first bytes, for each of the lengths asked for that the file exceeds. */
  prefixes: ReadonlyMap<number, string>;
}

/**
 * Hashes a file, and its beginnings of the lengths in `prefixLengths`, in one pass. `onBytes` gets the size of each piece
 * read. Throws as the file system does.
 */
export async function hashFile(
  file: FileBytes,
  onBytes?: (bytes: number) => void,
  prefixLengths: readonly number[] = [],
): Promise<Hashed> {
  const hash = createHash('sha256');
  const wanted = [...new Set(prefixLengths)].sort((a, b) => a - b);
  const prefixes = new Map<number, string>();
  let bytes = 0;
  for await (const piece of pieces(file, 1 << 20)) {
    let from = 0;
    while (wanted[0] !== undefined && wanted[0] < bytes + piece.length) {
      const length = wanted.shift() ?? 0;
      hash.update(piece.subarray(from, length - bytes));
      from = length - bytes;
      prefixes.set(length, hash.copy().digest('hex'));
    }
    hash.update(piece.subarray(from));
    bytes += piece.length;
    onBytes?.(piece.length);
  }
  return { sha256: hash.digest('hex'), bytes, prefixes };
}

/** The first bytes of a file as stored. */
export async function readHead({ path, content }: FileBytes, length: number): Promise<Buffer> {
  if (content) return content.subarray(0, length);
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await file.read(buffer, 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

export function compressionOf(head: Buffer): Compression {
  if (head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if ((head.length >= 4 && head.readUInt32LE(0) === 0xfd2fb528) || isFramed(head)) return 'zstd';
  return 'none';
}

export function isParquet(head: Buffer): boolean {
  return head.length >= 4 && head.toString('latin1', 0, 4) === 'PAR1';
}

/** From the byte `start` to before the byte `end`. */
export interface Stretch {
  start: number;
  end: number;
}

async function* stored(
  file: FileBytes,
  onBytes: (bytes: number) => void,
  stretch: Stretch,
): AsyncGenerator<Buffer> {
  if (stretch.start > 0) onBytes(stretch.start);
  for await (const piece of pieces(file, 1 << 20, stretch)) {
    onBytes(piece.length);
    yield piece;
  }
}

/** Small, since what a damaged piece expands to before its damage has to be looked for byte by byte. */
const GZIP_PIECE = 1 << 16;

/** What is said of gzip data that breaks off, in place of zlib's words. */
function gzipProblem(error: unknown): Error {
  const said = error instanceof Error ? error.message : String(error);
  const words: Readonly<Record<string, string>> = {
    'unexpected end of file': 'the gzip data is cut off here: fetch the file again for the rest',
    'incorrect data check':
      'the gzip data is damaged: its checksum is not that of what was read, so that records above may be altered; fetch the file again',
    'incorrect length check':
      'the gzip data is damaged: it says that it is of another length; fetch the file again',
    'incorrect header check': 'what follows here is no gzip data',
  };
  return new Error(
    words[said] ?? `the gzip data is damaged here (${said}): fetch the file again for the rest`,
    {
      cause: error,
    },
  );
}

async function* gunzip(file: FileBytes, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  try {
    yield* inflated(() => pieces(file, GZIP_PIECE), createGunzip, onBytes);
  } catch (error) {
    throw gzipProblem(error);
  }
}

/** Stored bytes in pieces, each told of. */
async function* told(file: FileBytes, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const piece of pieces(file, 1 << 16)) {
    onBytes(piece.length);
    yield piece;
  }
}

async function* utf16ToUtf8(
  bytes: AsyncGenerator<Buffer>,
  encoding: 'utf-16le' | 'utf-16be',
): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of bytes) yield Buffer.from(decoder.decode(chunk, { stream: true }), 'utf8');
  yield Buffer.from(decoder.decode(), 'utf8');
}

async function* bounded(
  bytes: AsyncGenerator<Buffer>,
  storedSize: number,
  limits: IntakeLimits,
): AsyncGenerator<Buffer> {
  let expanded = 0;
  for await (const chunk of bytes) {
    expanded += chunk.length;
    if (expanded > limits.minExpandedBytes && expanded > storedSize * limits.maxExpansion) {
      throw new Error(
        `The compressed file grows more than ${String(limits.maxExpansion)} times; reading stopped after ${String(expanded)} bytes.`,
      );
    }
    yield chunk;
  }
}

export interface SourceBytes {
  bytes: AsyncGenerator<Buffer>;
  compression: Compression;
  /** Set when the text was converted, for the import's notes. */
  convertedFrom: string | null;
}

/**
 * Opens a file for reading as UTF-8 bytes; of one that is not compressed, a stretch of it. Errors of the compressed stream
 * come out of the generator.
 */
export async function openSource(
  file: FileBytes,
  limits: IntakeLimits,
  onBytes: (bytes: number) => void,
  stretch: Stretch = { start: 0, end: Infinity },
): Promise<SourceBytes> {
  const head = await readHead(file, HEAD);
  const compression = compressionOf(head);
  if (compression === 'none') return decoded(stored(file, onBytes, stretch), head, compression);
  const unpacked = bounded(
    compression === 'gzip'
      ? gunzip(file, onBytes)
      : isFramed(head)
        ? unframed(told(file, onBytes))
        : unzstd(told(file, onBytes)),
    file.content?.length ?? (await stat(file.path)).size,
    limits,
  );
  const first = await unpacked.next().then(
    (step) => (step.done === true ? null : step.value),
    (error: unknown) => error,
  );
  return decoded(
    resumed(first, unpacked),
    Buffer.isBuffer(first) ? first.subarray(0, HEAD) : null,
    compression,
  );
}

/** Bytes by which UTF-16 without a mark is told. */
const HEAD = 64;

function decoded(bytes: AsyncGenerator<Buffer>, head: Buffer | null, compression: Compression): SourceBytes {
  const encoding = head === null ? null : utf16Of(head);
  return encoding === null
    ? { bytes, compression, convertedFrom: null }
    : { bytes: utf16ToUtf8(bytes, encoding), compression, convertedFrom: encoding.toUpperCase() };
}

/** A stream from its beginning, of which the first step was taken: bytes, the end (null) or an error. */
async function* resumed(first: unknown, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (first === null) return;
  if (!Buffer.isBuffer(first))
    throw first instanceof Error ? first : new Error('the file cannot be unpacked');
  yield first;
  yield* rest;
}
