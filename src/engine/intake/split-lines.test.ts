import { describe, expect, test } from 'vitest';
import { splitLines, type Line } from './split-lines';

async function* chunks(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let i = 0; i < bytes.length; i += size) yield await Promise.resolve(bytes.subarray(i, i + size));
}

async function linesOf(text: string, size: number, maxBytes = 1000, delimiter = 0x0a): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of splitLines(chunks(text, size), maxBytes, delimiter)) lines.push(line);
  return lines;
}

const texts = (lines: Line[]): string[] =>
  lines.map((line) => ('bytes' in line ? line.bytes.toString() : `too long ${String(line.tooLong)}`));

describe.each([1, 2, 3, 7, 1000])('lines cut from chunks of %i bytes', (size) => {
  test('keep their numbers and offsets, whatever their line ends', async () => {
    const lines = await linesOf('a\r\nbb\n\nccc', size);
    expect(texts(lines)).toEqual(['a', 'bb', '', 'ccc']);
    expect(lines.map((line) => [line.line, line.byteOffset])).toEqual([
      [1, 0],
      [2, 3],
      [3, 6],
      [4, 7],
    ]);
  });

  test('end with the last line end', async () => {
    expect(texts(await linesOf('a\nb\n', size))).toEqual(['a', 'b']);
    expect(texts(await linesOf('', size))).toEqual([]);
  });

  test('skip a line that is too long and go on with the next', async () => {
    expect(texts(await linesOf(`ok\n${'x'.repeat(50)}\nfine\n`, size, 10))).toEqual([
      'ok',
      'too long 50',
      'fine',
    ]);
  });

  test('may end with carriage returns alone', async () => {
    expect(texts(await linesOf('a\rb\rc', size, 10, 0x0d))).toEqual(['a', 'b', 'c']);
  });
});
