import { expect, test } from 'vitest';
import { BlockLines, withBlocks } from './log-blocks';

const block = ['{', '  "a": 1', '}'];
const given = (lines: readonly string[], maxBytes = Infinity) => {
  const blocks = new BlockLines(maxBytes);
  const out = lines.flatMap((text, i) =>
    blocks.take({ line: i + 1, byteOffset: 0, bytes: Buffer.from(text) }),
  );
  return [...out, ...blocks.rest()].map((one) => [one.line, 'isPart' in one ? null : one.bytes.toString()]);
};

test('a record printed over lines comes as one, and every line once', () => {
  expect(given(['start', ...block, 'GET / 200'])).toEqual([
    [1, 'start'],
    [2, block.join('\n')],
    [3, null],
    [4, null],
    [5, 'GET / 200'],
  ]);
});

test('a logger may open it at the end of its own line', () => {
  const line = '2026-03-01 10:00:00 INFO span {';
  expect(given([line, ...block.slice(1)])[0]).toEqual([1, [line, ...block.slice(1)].join('\n')]);
  expect(given(['const span = {', ...block.slice(1)])[0]).toEqual([1, 'const span = {']);
});

test.each([
  ['that is cut off', ['{', '  "a": 1', 'GET / 200'], Infinity],
  ['that never ends', ['{', '  "a": 1'], Infinity],
  ['that is too long', block, 6],
])('of a record %s the lines come as they were', (_, lines, maxBytes) => {
  expect(given(lines, maxBytes)).toEqual(lines.map((text, i) => [i + 1, text]));
});

test('a block that a text cuts off is left out', () => {
  expect(withBlocks(['start', '{', '  "a": 1'])).toEqual(['start']);
});
