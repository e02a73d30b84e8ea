import { expect, test } from 'vitest';
import { indexLines } from './line-index';

test('finds the line of every nested object and element', () => {
  const text =
    '{\n "info": {"x": 1},\n "simulations": [\n  {"id": "a"},\n  {"id": "b",\n   "messages": [\n    {"role": "user", "content": "a\\n[{"},\n    {"role": "tool"}]}\n ]}';
  const lines = indexLines(text);
  expect(lines.get('/info')).toBe(1);
  expect(lines.get('/simulations/0')).toBe(3);
  expect(lines.get('/simulations/1')).toBe(4);
  expect(lines.get('/simulations/1/messages/1')).toBe(7);
  expect(lines.get('/nowhere')).toBeUndefined();
});
