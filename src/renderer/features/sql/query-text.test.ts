import { describe, expect, it } from 'vitest';
import { markedRange, placeIn, quotedName, withWord } from './query-text';

describe('the place of a problem', () => {
  it('is the word there', () => {
    expect(markedRange('SELECT * FROM nowhere', 14)).toEqual([14, 21]);
    expect(markedRange('SELECT "a b" FROM x', 7)).toEqual([7, 12]);
    expect(markedRange('SELECT (1', 9)).toEqual([8, 9]);
    expect(markedRange('SELECT 1', null)).toBeNull();
    expect(markedRange('', 0)).toBeNull();
  });

  it('has a line and a column', () => {
    expect(placeIn('SELECT 1\nFROM x', 14)).toEqual({ line: 2, column: 6 });
    expect(placeIn('SELECT', 0)).toEqual({ line: 1, column: 1 });
  });
});

describe('a word put in', () => {
  it('keeps apart from its neighbours', () => {
    expect(withWord('SELECT', [6, 6], 'title')).toEqual({ text: 'SELECT title', cursor: 12 });
    expect(withWord('SELECT sum() FROM x', [11, 11], 'n')).toEqual({
      text: 'SELECT sum(n) FROM x',
      cursor: 12,
    });
    expect(withWord('SELECT old FROM x', [7, 10], 'title').text).toBe('SELECT title FROM x');
  });

  it('is quoted where it is no plain word', () => {
    expect(quotedName('session_id')).toBe('session_id');
    expect(quotedName('count(*) "x"')).toBe('"count(*) ""x"""');
  });
});
