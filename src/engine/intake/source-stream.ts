/**
 * Opens a source file as a stream of plain bytes: decompresses gzip and zstd by content, turns UTF-16 into UTF-8,
 * and bounds how far a compressed file may grow. Only the intake process may call this.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';
import type { IntakeLimits } from './limits';

export type Compression = 'none' | 'gzip' | 'zstd';

/** A file by its path, with all its bytes where they were read at once: a small one is opened only once then. */
export interface FileBytes {
  path: string;
  content: Buffer | null;
}

/** Pieces of a file, of at most `size` bytes. */
async function* pieces(
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
  if (head.length >= 4 && head.readUInt32LE(0) === 0xfd2fb528) return 'zstd';
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

async function* gunzip(file: FileBytes, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  const input = Readable.from(pieces(file, 1 << 18), { objectMode: false });
  const gunzipped = input
    .on('data', (chunk: Buffer) => {
      onBytes(chunk.length);
    })
    .pipe(createGunzip());
  input.on('error', (error) => gunzipped.destroy(error));
  try {
    for await (const chunk of gunzipped) yield chunk as Buffer;
  } finally {
    input.destroy();
    gunzipped.destroy();
  }
}

const ZSTD_PIECE = 1024;

async function* unzstd(file: FileBytes, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  const ready: Buffer[] = [];
  const state = { ended: false };
  const decompress = new Decompress((chunk, final) => {
    if (chunk.length > 0) ready.push(Buffer.from(chunk));
    if (final === true) state.ended = true;
  });
  for await (const stored of pieces(file, 1 << 16)) {
    onBytes(stored.length);
    // All that a piece expands to comes back at once, and four bytes may say 128 KB: so the pieces are small.
    for (let i = 0; i < stored.length; i += ZSTD_PIECE) {
      decompress.push(new Uint8Array(stored.subarray(i, i + ZSTD_PIECE)));
      yield* ready.splice(0);
    }
  }
  if (!state.ended) decompress.push(new Uint8Array(0), true);
  yield* ready;
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

/** UTF-16 by its byte order mark, or by the zero byte beside a first character that every JSON text may begin with. */
function encodingOf(head: Buffer): 'utf-16le' | 'utf-16be' | null {
  const [a, b] = head;
  if ((a === 0xff && b === 0xfe) || (b === 0 && isJsonStart(a))) return 'utf-16le';
  if ((a === 0xfe && b === 0xff) || (a === 0 && isJsonStart(b))) return 'utf-16be';
  return null;
}

function isJsonStart(byte: number | undefined): boolean {
  return byte !== undefined && byte !== 0 && '{[ \t\r\n'.includes(String.fromCharCode(byte));
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
  const head = await readHead(file, 4);
  const compression = compressionOf(head);
  if (compression !== 'none') {
    const raw = compression === 'gzip' ? gunzip(file, onBytes) : unzstd(file, onBytes);
    return {
      bytes: bounded(raw, file.content?.length ?? (await stat(file.path)).size, limits),
      compression,
      convertedFrom: null,
    };
  }
  const encoding = encodingOf(head);
  const raw = stored(file, onBytes, stretch);
  return encoding === null
    ? { bytes: raw, compression, convertedFrom: null }
    : { bytes: utf16ToUtf8(raw, encoding), compression, convertedFrom: encoding.toUpperCase() };
}
