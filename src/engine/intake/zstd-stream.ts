/**
 * Unpacks zstd streams frame by frame and checks each against its checksum, where it has one. Owns the borders of frames; what is
 * in their blocks is fzstd's, which leaves checksums unread. https://datatracker.ietf.org/doc/html/rfc8878#section-3.1
 */
import { Decompress } from 'fzstd';
import { Xxh64 } from './xxh64';

const FRAME = 0xfd2fb528;
/** The last four bits of the magic number of a frame to be skipped are free. */
const SKIPPABLE = 0x184d2a50;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8];
const DICTIONARY_BYTES = [0, 1, 2, 4];
const HAS_CHECKSUM = 4;
const IS_SINGLE_SEGMENT = 32;
/** Type of a block that is one byte over and over. */
const RUN = 1;

/** What comes next in the stream, and of how many bytes that has to be known as a whole. */
const NEEDED = { magic: 4, skipLength: 4, flags: 1, block: 3, checksum: 4 };
/** Stretches whose bytes are handed on as they come. */
type Stretch = 'skipped' | 'header' | 'content';

class ZstdFrames {
  /** What came out, to be taken away by the caller. */
  readonly ready: Buffer[] = [];
  /** Where frames begin, in bytes from 0, whose content is not what their checksum says. */
  readonly altered: number[] = [];
  #decompress = new Decompress();
  #next: keyof typeof NEEDED | Stretch = 'magic';
  /** Bytes to the end of a stretch. */
  #left = 0;
  #isLastBlock = false;
  #held: Buffer = Buffer.alloc(0);
  #offset = 0;
  #frameStart = 0;
  #hasChecksum = false;

  readonly #hash: Xxh64;

  constructor(hash: Xxh64) {
    this.#hash = hash;
  }

  /** Whether the stream may end here. */
  get isWhole(): boolean {
    return this.#next === 'magic' && this.#held.length === 0;
  }

  /** Takes in stored bytes. Throws where they are not zstd, or damaged. */
  add(bytes: Buffer): void {
    let rest = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    while (rest.length > 0) {
      const taken = this.#take(rest);
      if (taken === 0) break;
      this.#offset += taken;
      rest = rest.subarray(taken);
    }
    this.#held = rest;
  }

  /** Takes in the next part of the stream; gives how many bytes it has, 0 where it is not there as a whole. */
  #take(rest: Buffer): number {
    const next = this.#next;
    if (next === 'skipped' || next === 'header' || next === 'content') return this.#passOn(next, rest);
    if (rest.length < NEEDED[next]) return 0;
    switch (next) {
      case 'magic':
        return this.#begin(rest);
      case 'skipLength':
        this.#stretch('skipped', rest.readUInt32LE(0));
        return 4;
      case 'flags':
        this.#header(rest.readUInt8(0));
        return this.#passOn('header', rest);
      case 'block': {
        const block = rest.readUIntLE(0, 3);
        this.#isLastBlock = (block & 1) !== 0;
        this.#stretch('content', 3 + (((block >> 1) & 3) === RUN ? 1 : block >> 3));
        return this.#passOn('content', rest);
      }
      case 'checksum':
        this.#unpack(rest.subarray(0, 4), true);
        if (rest.readUInt32LE(0) !== this.#hash.low()) this.altered.push(this.#frameStart);
        this.#next = 'magic';
        return 4;
    }
  }

  #stretch(what: Stretch, length: number): void {
    this.#left = length;
    this.#next = what;
    if (length === 0) this.#next = 'magic';
  }

  #begin(rest: Buffer): number {
    const magic = rest.readUInt32LE(0);
    if (magic >= SKIPPABLE && magic < SKIPPABLE + 16) {
      this.#next = 'skipLength';
      return 4;
    }
    if (magic !== FRAME) throw new Error(`byte ${String(this.#offset + 1)} begins no zstd frame`);
    this.#frameStart = this.#offset;
    this.#hash.begin();
    this.#decompress = new Decompress((chunk) => {
      if (chunk.length === 0) return;
      if (this.#hasChecksum) this.#hash.add(chunk);
      this.ready.push(Buffer.from(chunk));
    });
    this.#unpack(rest.subarray(0, 4), false);
    this.#next = 'flags';
    return 4;
  }

  #header(flags: number): void {
    this.#hasChecksum = (flags & HAS_CHECKSUM) !== 0;
    const isSingle = (flags & IS_SINGLE_SEGMENT) !== 0;
    const sizeBytes = flags >> 6 === 0 ? Number(isSingle) : (CONTENT_SIZE_BYTES[flags >> 6] ?? 0);
    this.#stretch('header', 1 + Number(!isSingle) + (DICTIONARY_BYTES[flags & 3] ?? 0) + sizeBytes);
  }

  #passOn(what: Stretch, rest: Buffer): number {
    const piece = rest.subarray(0, this.#left);
    this.#left -= piece.length;
    const isOver = this.#left === 0;
    const isEnd = isOver && what === 'content' && this.#isLastBlock;
    if (what !== 'skipped') this.#unpack(piece, isEnd && !this.#hasChecksum);
    if (isOver && what === 'skipped') this.#next = 'magic';
    else if (isOver) this.#next = !isEnd ? 'block' : this.#hasChecksum ? 'checksum' : 'magic';
    return piece.length;
  }

  #unpack(piece: Buffer, isLast: boolean): void {
    // A copy: fzstd cuts with slice, which shares the memory of a Buffer.
    this.#decompress.push(new Uint8Array(piece), isLast);
  }
}

/** What is said of zstd data that breaks off or is not what it was. */
function problemOf(frames: ZstdFrames, broken: Error | null): string | null {
  if (broken !== null)
    return `the zstd data is damaged here (${broken.message}): fetch the file again for the rest`;
  if (!frames.isWhole) return 'the zstd data is cut off here: fetch the file again for the rest';
  const [first, ...more] = frames.altered;
  if (first === undefined) return null;
  const further = more.length === 0 ? '' : ` and ${String(more.length)} further ones`;
  return `the zstd data is damaged: the checksum of the frame at byte ${String(first + 1)}${further} is not that of what was read, so that records above may be altered; fetch the file again`;
}

/** All that a piece expands to comes back at once, and four bytes may say 128 KB: so the pieces are small. */
const PIECE = 1024;

/** Each has a memory of its own, which thousands of small files need not make anew. */
const idleHashes: Xxh64[] = [];

/** What a zstd stream expands to; throws behind the last good byte where it is damaged or cut off, and at the end where it was altered. */
export async function* unzstd(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const hash = idleHashes.pop() ?? new Xxh64();
  const frames = new ZstdFrames(hash);
  let broken: Error | null = null;
  try {
    for await (const stored of pieces) {
      for (let i = 0; i < stored.length && broken === null; i += PIECE) {
        try {
          frames.add(stored.subarray(i, i + PIECE));
        } catch (error) {
          broken = error instanceof Error ? error : new Error(String(error));
        }
        yield* frames.ready.splice(0);
      }
      if (broken !== null) break;
    }
  } finally {
    idleHashes.push(hash);
  }
  const problem = problemOf(frames, broken);
  if (problem !== null) throw new Error(problem, { cause: broken });
}
