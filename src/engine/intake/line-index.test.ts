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

test('finds the spans of an OTLP document, which stand six levels deep', () => {
  const document = {
    resourceSpans: [{ scopeSpans: [{ spans: [{ spanId: 'a' }, { spanId: 'b', events: [{ name: 'x' }] }] }] }],
  };
  const text = JSON.stringify(document, null, 1);
  const lines = indexLines(text);
  const lineOf = (needle: string) => text.slice(0, text.indexOf(needle)).split('\n').length - 1;
  expect(lines.get('/resourceSpans/0/scopeSpans/0/spans/0')).toBe(lineOf('"spanId": "a"') - 1);
  expect(lines.get('/resourceSpans/0/scopeSpans/0/spans/1')).toBe(lineOf('"spanId": "b"') - 1);
});
