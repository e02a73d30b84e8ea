import { describe, expect, it } from 'vitest';
import { compileKernels } from '../../../scripts/compile-kernels.mjs';
import { zstdRaw, zstdRepeated } from '../../../test/fuzz/zstd-frames';
import { Xxh64 } from './xxh64';
import { xxh64Kernel } from './xxh64-kernel.data';
import { unzstd } from './zstd-stream';

/** The text below as the zstd program packs it: with a checksum, and its content in sequences. */
const REAL = Buffer.from('KLUv/QRoHQEAsGZlcm4gYW5kIHNvaWxtb3Nzd2F0ZXIEADYL7VMmNSuhVo6ppJlQ', 'base64');
const REAL_TEXT = 'fern and fern and soil and fern and soil and moss and fern and water and fern';

const CHECKSUM = 4;

/** A frame of raw blocks with the checksum of its content. */
function checked(bytes: Buffer): Buffer {
  const frame = zstdRaw(bytes);
  frame[4] = (frame[4] ?? 0) | CHECKSUM;
  const hash = new Xxh64();
  hash.add(bytes);
  const end = Buffer.alloc(4);
  end.writeUInt32LE(hash.low());
  return Buffer.concat([frame, end]);
}

async function unpack(stored: Buffer, pieceSize: number): Promise<{ text: string; problem: string | null }> {
  const pieces: Buffer[] = [];
  async function* stream(): AsyncGenerator<Buffer> {
    for (let at = 0; at < stored.length; at += pieceSize)
      yield await Promise.resolve(stored.subarray(at, at + pieceSize));
  }
  try {
    for await (const piece of unzstd(stream())) pieces.push(piece);
  } catch (error) {
    return { text: Buffer.concat(pieces).toString(), problem: (error as Error).message };
  }
  return { text: Buffer.concat(pieces).toString(), problem: null };
}

describe('XXH64', () => {
  it('has a kernel that is what its source compiles to', async () => {
    expect(xxh64Kernel).toBe(Buffer.from(await compileKernels('xxh64.as')).toString('base64'));
  }, 60_000);

  // As the reference program says: xxhsum -H64, the low half.
  it.each([
    ['a', 'a98c6e5b'],
    ['abc', 'ad770999'],
    ['abcd', 'd25d92cc'],
    ['abcdefgh', '5b4634b7'],
    ['abcdefghijklmnopqrstuvwxyz01234', '947da137'],
    ['abcdefghijklmnopqrstuvwxyz012345', 'b4143b80'],
    ['abcdefghijklmnopqrstuvwxyz0123456789', '1609b766'],
    [
      'abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0123456789',
      '71bd0c23',
    ],
  ])('of %j', (text, low) => {
    const hash = new Xxh64();
    for (const byte of Buffer.from(text)) hash.add(Uint8Array.of(byte));
    expect(hash.low().toString(16)).toBe(low);
    hash.begin();
    hash.add(Buffer.from(text));
    expect(hash.low().toString(16)).toBe(low);
  });
});

describe('zstd', () => {
  const skipped = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 9, 9, 9]);
  const long = Buffer.from('fern '.repeat(60_000));
  const stream = Buffer.concat([
    checked(Buffer.from('one ')),
    skipped,
    checked(long),
    zstdRaw(Buffer.from('end')),
    REAL,
  ]);
  const text = `one ${long.toString()}end${REAL_TEXT}`;

  it('is unpacked a little at a time, also where few bytes stand for many', async () => {
    async function* bomb(): AsyncGenerator<Buffer> {
      yield await Promise.resolve(zstdRepeated(0x20, 4000));
    }
    const before = process.memoryUsage().arrayBuffers;
    const pieces = unzstd(bomb());
    await pieces.next();
    // Of half a gigabyte.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100_000_000);
    await pieces.return(undefined);
  });

  it.each([3, 1000, 1 << 20])('is unpacked from pieces of %i bytes, of whatever frames', async (size) => {
    expect(await unpack(stream, size)).toEqual({ text, problem: null });
  });

  it('that was altered is told by the byte its frame begins at, and what follows is read', async () => {
    const altered = Buffer.from(stream);
    const at = altered.indexOf('fern');
    altered[at + 100_000] = 'F'.charCodeAt(0);
    const { text: got, problem } = await unpack(altered, 1 << 16);
    expect(got.length).toBe(text.length);
    expect(got.endsWith(REAL_TEXT)).toBe(true);
    const start = checked(Buffer.from('one ')).length + skipped.length + 1;
    expect(problem).toBe(
      `the zstd data is damaged: the checksum of the frame at byte ${String(start)} is not that of what was read, so that records above may be altered; fetch the file again`,
    );
  });

  it('that is cut off anywhere gives what is whole before the cut, and says so', async () => {
    for (const cut of [2, 5, 9, 40, 70_000, stream.length - 5, stream.length - 1]) {
      const { text: got, problem } = await unpack(stream.subarray(0, cut), 1 << 16);
      expect(text.startsWith(got)).toBe(true);
      expect(problem).toMatch(/cut off here/);
    }
  });

  it('with something else behind it gives all of it, and says where that begins', async () => {
    const { text: got, problem } = await unpack(Buffer.concat([stream, Buffer.from('{"a":1}')]), 1 << 16);
    expect(got).toBe(text);
    expect(problem).toContain(`byte ${String(stream.length + 1)} begins no zstd frame`);
  });
});
