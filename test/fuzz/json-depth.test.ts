/** The depth of JSON text is found by searching from quote to quote; here it is held against looking at every character. */
import { expect, test } from 'vitest';
import { jsonDepth } from '../../src/shared/trace/json';
import { random } from './intake-harness';

function plainDepth(text: string): number {
  let [depth, deepest, inString] = [0, 0, false];
  for (let i = 0; i < text.length; i++) {
    if (inString && text[i] === '\\') i += 1;
    else if (text[i] === '"') inString = !inString;
    else if (!inString && '{['.includes(text[i] ?? '')) deepest = Math.max(deepest, (depth += 1));
    else if (!inString && '}]'.includes(text[i] ?? '')) depth -= 1;
  }
  return deepest;
}

test('agrees with the plain way on texts of every kind of bracket, quote and backslash', () => {
  const { below, pick } = random(42);
  for (let i = 0; i < 20_000; i++) {
    const text = Array.from({ length: below(40) }, () =>
      pick(['{', '[', '}', ']', '"', '\\', 'a', '\\"', ',']),
    ).join('');
    // Outside strings a backslash is no JSON and means nothing.
    expect(jsonDepth(text), text).toBe(plainDepth(text));
  }
});

test('stops counting above the limit', () => {
  expect(jsonDepth('['.repeat(1_000_000), 256)).toBe(257);
});
