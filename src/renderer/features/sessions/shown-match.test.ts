import { describe, expect, it } from 'vitest';
import { shownMatch } from './shown-match';

const marked = (excerpt: string, text: string) => {
  const shown = shownMatch(excerpt, text);
  return { ...shown, words: shown.marks.map((mark) => shown.excerpt.slice(mark.start, mark.end)) };
};

describe('the place of a hit', () => {
  it('stays as it is where the hit is in sight anyway', () => {
    expect(marked('please refund me', 'Refund')).toMatchObject({
      excerpt: 'please refund me',
      words: ['refund'],
    });
  });

  it('is cut at a word so that the hit comes into sight', () => {
    const text = `${'word '.repeat(12)}before the refund and after it`;
    const shown = marked(text, 'refund');
    expect(shown.excerpt).toMatch(/^…(word )*word before the refund and after it$/u);
    expect(shown.excerpt.indexOf('refund')).toBeLessThanOrEqual(26);
    expect(shown.words).toEqual(['refund']);
  });

  it('is cut inside a word where there is no other place', () => {
    const shown = marked(`${'x'.repeat(80)}needle`, 'needle');
    expect(shown.excerpt).toBe(`…${'x'.repeat(24)}needle`);
  });

  it('does not cut a character in two', () => {
    const shown = marked(`${'👩'.repeat(40)}needle`, 'needle');
    expect(shown.excerpt.isWellFormed()).toBe(true);
  });

  it('shows the text where the hit is somewhere else', () => {
    expect(marked('something else', 'refund')).toMatchObject({ excerpt: 'something else', words: [] });
  });

  it('finds what was typed with more spaces', () => {
    expect(marked('a refund please', ' refund   please ').words).toEqual(['refund please']);
  });
});
