import { describe, expect, it } from 'vitest';
import { zstdRaw } from '../../../test/fuzz/zstd-frames';
import { notATrace } from './file-kinds';
import { isFramed, isFramedProtobuf, unframed } from './framed-pieces';

function framed(...pieces: Buffer[]): Buffer {
  return Buffer.concat(
    pieces.flatMap((piece) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(piece.length);
      return [length, piece];
    }),
  );
}

async function read(stored: Buffer, size: number): Promise<{ text: string; problem: string | null }> {
  async function* stream(): AsyncGenerator<Buffer> {
    for (let at = 0; at < stored.length; at += size)
      yield await Promise.resolve(stored.subarray(at, at + size));
  }
  let text = '';
  try {
    for await (const piece of unframed(stream())) text += piece.toString();
  } catch (error) {
    return { text, problem: error instanceof Error ? error.message : String(error) };
  }
  return { text, problem: null };
}

describe('pieces packed one by one, each behind its length', () => {
  const stored = framed(zstdRaw(Buffer.from('{"a":1}')), zstdRaw(Buffer.from('{"b":2}')));

  it('are known by what stands behind the first length', () => {
    expect(isFramed(stored)).toBe(true);
    expect(isFramed(stored.subarray(4))).toBe(false);
    expect(isFramed(Buffer.from('{"a":1}\n'))).toBe(false);
    expect(isFramed(stored.subarray(0, 6))).toBe(false);
  });

  it.each([1, 3, 7, 1 << 16])('are a line each, read %d bytes at a time', async (size) => {
    expect(await read(stored, size)).toEqual({ text: '{"a":1}\n{"b":2}\n', problem: null });
  });

  it('that break off give what is whole before, and say so', async () => {
    const first = '{"a":1}\n';
    const within = stored.length / 2 + 2;
    expect(await read(stored.subarray(0, within), 5)).toEqual({
      text: first,
      problem: 'the file is cut off here, within a length: fetch it again for the rest',
    });
    const { text, problem } = await read(stored.subarray(0, stored.length - 3), 5);
    expect(text.startsWith(first)).toBe(true);
    expect(problem).toMatch(/cut off here/);
  });
});

describe('pieces in protobuf, each behind its length', () => {
  const message = Buffer.concat([Buffer.from([0x0a, 0x10]), Buffer.alloc(16, 7)]);

  it('are no trace that can be read, and it is said what to set', () => {
    for (const stored of [framed(message), framed(message, message)])
      expect(notATrace(stored)).toMatch(/protobuf.+Set "format: json"/);
  });

  it('are not taken for what is something else', () => {
    expect(isFramedProtobuf(framed(message, Buffer.from('{"a":1}')))).toBe(false);
    expect(isFramedProtobuf(Buffer.from('{"a":1}\n{"b":2}\n'))).toBe(false);
  });
});
