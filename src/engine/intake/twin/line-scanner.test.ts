import { expect, test } from 'vitest';
import { compileKernels } from '../../../../scripts/compile-kernels.mjs';
import { chunkLines } from './chunk-lines';
import { lineKernel } from './line-kernel.data';
import { LineScanner } from './line-scanner';

test('the kernel is what its source compiles to', async () => {
  expect(lineKernel).toBe(Buffer.from(await compileKernels('json-lines.as')).toString('base64'));
}, 60_000);

function random(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) / 2 ** 32;
}

/** Pieces of text, of which some are to be looked at, in a row. */
function madeText(seed: number, pieces: number): Buffer {
  const kinds =
    '{ } [ ] \n \r\n a \\ \\\\ \\u00 \\u001f N NaN Na I Inf Infinity \\u01 ä {{{{{{{{ 0123456789abcdefghij'.split(
      ' ',
    );
  const next = random(seed);
  return Buffer.from(
    Array.from({ length: pieces }, () => kinds[Math.floor(next() * kinds.length)] ?? '').join(''),
  );
}

/** The same, byte by byte. */
function looked(bytes: Buffer): { lines: [number, number][]; hints: number[] } {
  const lines: [number, number][] = [];
  let [nesting, deepest] = [0, 0];
  for (const [i, byte] of bytes.entries()) {
    if (byte === 0x0a) {
      lines.push([i, deepest]);
      nesting = deepest = 0;
    } else if (byte === 0x5b || byte === 0x7b) deepest = Math.max(deepest, ++nesting);
    else if (byte === 0x5d || byte === 0x7d) nesting = Math.max(0, nesting - 1);
  }
  const found = bytes.toString('latin1').matchAll(/\\u00|NaN|Infi/g);
  return { lines, hints: [...found].map(({ index }) => index + 4) };
}

test('ends of lines, nesting and what is to be looked at are those of a plain loop, however the bytes come in', () => {
  for (const [seed, size] of [
    [1, 400],
    [2, 20_000],
    [3, 60_000],
  ] as const) {
    const bytes = Buffer.concat([madeText(seed, size), Buffer.from('\n')]);
    const next = random(seed + 100);
    const scanner = new LineScanner();
    const lines: [number, number][] = [];
    let [first, last] = [Infinity, -1];
    for (let at = 0; at < bytes.length;) {
      const to = Math.min(bytes.length, at + 1 + Math.floor(next() ** 4 * 300_000));
      scanner.scan(
        bytes,
        at,
        to,
        (end, deepest) => lines.push([end, deepest]),
        (from, until) => {
          first = Math.min(first, from);
          last = until;
        },
      );
      at = to;
    }
    const plain = looked(bytes);
    expect(lines.join(' ')).toBe(plain.lines.join(' '));
    expect([first, last]).toEqual([plain.hints[0], plain.hints.at(-1)]);
  }
});

test('odd lines are told from others wherever chunks and pieces of the file end', async () => {
  const odd = new Set<number>();
  const next = random(7);
  const written = Array.from({ length: 3000 }, (_, i) => {
    const isOdd = next() < 0.002;
    if (isOdd) odd.add(i + 1);
    const tail = next() < 0.5 ? 'NaN' : '\\u001f';
    return `{"words":"${'x'.repeat(Math.floor(next() * 90))}${isOdd ? tail : ''}"}\n`;
  });
  const bytes = Buffer.from(written.join(''));
  async function* pieces(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length;) {
      const size = 1 + Math.floor(next() * 700);
      yield await Promise.resolve(bytes.subarray(at, at + size));
      at += size;
    }
  }
  const found: number[] = [];
  let chunks = 0;
  for await (const chunk of chunkLines(pieces(), { chunkBytes: 900, maxLineBytes: 1e6, maxDepth: 20 })) {
    found.push(...chunk.odd.map(({ line }) => line));
    chunks += 1;
  }
  expect(chunks).toBeGreaterThan(100);
  expect(odd.size).toBeGreaterThan(2);
  expect(found).toEqual([...odd]);
});
