import { describe, expect, test } from 'vitest';
import { splitValues, type Piece } from './split-values';

async function* chunks(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let i = 0; i < bytes.length; i += size) yield await Promise.resolve(bytes.subarray(i, i + size));
}

async function piecesOf(text: string, size = 3, maxBytes = 1000): Promise<Piece[]> {
  const pieces: Piece[] = [];
  for await (const piece of splitValues(chunks(text, size), maxBytes)) pieces.push(piece);
  return pieces;
}

const shown = (pieces: Piece[]): string[] =>
  pieces.map(
    (piece) =>
      `${String(piece.line)}:${'bytes' in piece ? piece.bytes.toString() : 'cutOff' in piece ? 'cut off' : 'too long'}`,
  );

describe.each([1, 2, 5, 1000])('documents read in chunks of %i bytes', (size) => {
  test('give the elements of a top-level array with their lines', async () => {
    expect(shown(await piecesOf('[\n {"a": 1},\n {"b": [1, 2,\n "]}"]}\n]\n', size))).toEqual([
      '2:{"a": 1}',
      '3:{"b": [1, 2,\n "]}"]}',
    ]);
  });

  test('give one object, and objects one after another', async () => {
    expect(shown(await piecesOf('{"a":\n {"b": 1}}', size))).toEqual(['1:{"a":\n {"b": 1}}']);
    expect(shown(await piecesOf('{"a":1}\n\n{"b":2}', size))).toEqual(['1:{"a":1}', '3:{"b":2}']);
  });

  test('let the neighbours of a broken element be', async () => {
    expect(shown(await piecesOf('[{"a":1},{"b":oops},{"c":3}]', size))).toEqual([
      '1:{"a":1}',
      '1:{"b":oops}',
      '1:{"c":3}',
    ]);
  });

  test('are not misled by brackets and quotes in strings', async () => {
    expect(shown(await piecesOf('[{"a":"}\\"]["},{"b":"\\\\"}]', size))).toEqual([
      '1:{"a":"}\\"]["}',
      '1:{"b":"\\\\"}',
    ]);
  });

  test('say when they end inside a record', async () => {
    expect(shown(await piecesOf('[{"a":1},\n{"b": "never', size))).toEqual(['1:{"a":1}', '2:cut off']);
  });

  test('skip an element that is too long', async () => {
    expect(shown(await piecesOf(`[{"a":"${'x'.repeat(80)}"},{"b":2}]`, size, 20))).toEqual([
      '1:too long',
      '1:{"b":2}',
    ]);
  });

  test('give bare scalars as elements', async () => {
    expect(shown(await piecesOf('[1, "two", null]', size))).toEqual(['1:1', '1:"two"', '1:null']);
  });
});

test('a file of opening brackets neither hangs nor grows a stack', async () => {
  expect(shown(await piecesOf('['.repeat(200_000), 65_536, 1_000_000))).toEqual(['1:cut off']);
});
