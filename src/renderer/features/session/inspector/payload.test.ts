import { expect, it } from 'vitest';
import { prettyText, readPayload } from './payload';

it.each([
  [null, 'nothing'],
  ['', 'nothing'],
  ['""', 'nothing'],
  ['plain', 'text'],
  ['"a \\"quoted\\" text"', 'text'],
  ['"broken', 'text'],
  ['12', 'text'],
  ['[]', 'json'],
  ['{"a":1}', 'json'],
  ['"{\\"a\\":1}"', 'json'],
])('%s is %s', (field, kind) => expect(readPayload(field).kind).toBe(kind));

it('shows what a JSON string says', () => {
  expect(readPayload('"line one\\nline two"')).toEqual({ kind: 'text', text: 'line one\nline two' });
});

it('writes JSON for reading', () => {
  expect(prettyText(readPayload('{"a":[1]}'))).toBe('{\n  "a": [\n    1\n  ]\n}');
  expect(prettyText(readPayload('{broken'))).toBe('{broken');
  expect(prettyText(readPayload(null))).toBe('');
});
