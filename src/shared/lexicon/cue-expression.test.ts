import { describe, expect, it } from 'vitest';
import { CueExpression, cueTextOf } from './cue-expression';

const letters = '\\p{L}\\p{M}\\p{N}_';
const sources = [
  `(?<![${letters}])(?:no|nee|schön|stop(?: [${letters}]+){0,2} it|strasse|kein\\w*)(?![${letters}])`,
  `^[\\s\\p{P}]*(?<cue>not|é|¿qué|…)(?![${letters}])`,
  'a\\W+b',
];

describe('CueExpression', () => {
  it('finds what the regular expression finds in the text as it is, at the same place', () => {
    const pieces = [
      'No', 'STOP ', 'it', 'Stop that it', 'SCHÖN', 'ſtop it it', 'İ', 'ı', 'É', '¿Qué', '…', ' ', '\u3000', '。', '不', '不no',
      'no\u0301', '😀', '😀no ', '𝒜', '\ud800', '\u212aein', 'STRAẞE', 'Strasse', 'a', 'B', '\u200d', '→', '“not', 'µ', 'Σ', '\n',
    ]; // prettier-ignore
    let state = 7;
    const next = (): number => (state = (state * 16807) % 2147483647);
    for (let round = 0; round < 3000; round++) {
      const text = Array.from({ length: 1 + (next() % 6) }, () => pieces[next() % pieces.length]).join('');
      for (const source of sources) {
        const plain = new RegExp(source, 'giu');
        const quick = new CueExpression(source);
        const expected = plain.exec(text);
        const found = quick.exec(cueTextOf(text));
        expect([text, found?.index, found?.[0].length]).toEqual([
          text,
          expected?.index,
          expected?.[0].length,
        ]);
        expect(quick.count(cueTextOf(text))).toBe(text.match(plain)?.length ?? 0);
      }
    }
  });

  it('keeps every unit in its place', () => {
    for (const text of ['İstanbul', '😀 no', 'ẞ', '\ud800x', 'K'])
      expect(cueTextOf(text).folded).toHaveLength(text.length);
  });

  it('refuses a pattern it could not find', () => {
    expect(() => new CueExpression('不')).toThrow(SyntaxError);
    expect(() => new CueExpression('(')).toThrow(SyntaxError);
  });
});
