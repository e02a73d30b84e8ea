import { expect, test } from 'vitest';
import { printedStructs } from './printed-structs';

test('structs as DuckDB prints them: words alone bare, other texts in quotes', () => {
  const text =
    String.raw`[{'role': user, 'content': 'It\'s {a: [b]}, "so"` +
    "\nand \\\\ back', 'turn': 1, 'none': NULL}, {'role': assistant, 'content': '', 'tags': [a, b c], 'in': {'x': y}}]";
  expect(printedStructs(text)).toEqual([
    { role: 'user', content: 'It\'s {a: [b]}, "so"\nand \\ back', turn: '1', none: null },
    { role: 'assistant', content: '', tags: ['a', 'b c'], in: { x: 'y' } },
  ]);
});

test('structs of older versions, whose texts are in no quotes', () => {
  const text =
    "[{'role': user, 'content': Hello, you: what is f() { return [1, 2]; }, and why?, 'language': English}, {'role': assistant, 'content': Nothing.}]";
  expect(printedStructs(text)).toEqual([
    { role: 'user', content: 'Hello, you: what is f() { return [1, 2]; }, and why?', language: 'English' },
    { role: 'assistant', content: 'Nothing.' },
  ]);
});

test('dicts as Python and its arrays print them', () => {
  const text = `[{'role': 'user', 'content': "it's", 'flag': None}\n {'role': 'assistant', 'content': 'so'}]`;
  expect(printedStructs(text)).toEqual([
    { role: 'user', content: "it's", flag: null },
    { role: 'assistant', content: 'so' },
  ]);
});

test.each(['[1, 2]', '[{"role": "user"', "[{'role': user", 'a text', "[{'role': user}] and more"])(
  '%s is none',
  (text) => {
    expect(printedStructs(text)).toBeNull();
  },
);
