import { describe, expect, test } from 'vitest';
import { defaultLimits } from './limits';
import { excerptOf, parseRecord } from './parse-record';

const parse = (text: string | Buffer) =>
  parseRecord(Buffer.isBuffer(text) ? text : Buffer.from(text), defaultLimits);

describe('a record that cannot be used says why', () => {
  test.each<[string, string | Buffer, RegExp]>([
    ['broken JSON', '{"a": oops}', /^not valid JSON: unexpected "o"$/],
    ['a record that is cut off', '{"a": "b', /cut off/],
    [
      'bytes that are neither JSON nor UTF-8',
      Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
      /^not valid JSON .*; not valid UTF-8 near byte [1-6]$/,
    ],
    [
      'nesting that kills parsers',
      `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
      /^nested deeper than 256 levels$/,
    ],
    ['a NUL byte', '{"a": "\u0000"}', /not valid JSON/],
    ['a word that is no JSON', '{"a": nil}', /not valid JSON/],
  ])('%s', (_, text, reason) => {
    const parsed = parse(text);
    expect(parsed.ok).toBe(false);
    if (!parsed.ok) expect(parsed.reason).toMatch(reason);
  });
});

test('NaN and Infinity, as Python writes them, are read as null, and stay text within text', () => {
  expect(parse('{"a": NaN, "b": [-Infinity, 1], "c": "NaN"}')).toMatchObject({
    ok: true,
    value: { a: null, b: [null, 1], c: 'NaN' },
  });
});

test('bytes that are no UTF-8 are read as Windows-1252, or replaced beside others that are', () => {
  const record = (text: string) => parse(Buffer.from(`{"a":"${text}"}`, 'latin1'));
  expect(record('Gr\xf6\xdfe \x80')).toMatchObject({ value: { a: 'Größe €' }, repair: 'windows-1252' });
  // The ö is UTF-8, so the byte beside it is damage.
  expect(record('Gr\xc3\xb6\xdfe')).toMatchObject({ value: { a: 'Grö\ufffde' }, repair: 'replaced' });
  // No character of Windows-1252.
  expect(record('a\x81')).toMatchObject({ value: { a: 'a\ufffd' }, repair: 'replaced' });
  expect(parse('{"a":"Größe"}')).toMatchObject({ repair: null });
});

test('a byte order mark is no part of the record', () => {
  expect(parse('\ufeff{"a":1}')).toMatchObject({ ok: true, value: { a: 1 } });
});

test('brackets in strings do not count as nesting', () => {
  expect(parse(JSON.stringify({ a: '['.repeat(5000) })).ok).toBe(true);
});

test('excerpts show control characters and mend broken surrogates', () => {
  expect(excerptOf('a\u0000b\ud800', 10)).toBe('a\\x00b\ufffd');
  expect(excerptOf('abcdef', 3)).toBe('abc…');
});

test('a key named __proto__ changes no prototype', () => {
  const parsed = parse('{"__proto__": {"polluted": true}}');
  expect(parsed.ok).toBe(true);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});
