import { describe, expect, it } from 'vitest';
import { callArguments, callResult, firstLine, foldText, guessLines } from './excerpt';

describe('folding', () => {
  it('shows a short text whole', () => {
    expect(foldText('one\ntwo\n', 8)).toEqual({ shown: 'one\ntwo', isFolded: false });
    expect(foldText('', 0)).toEqual({ shown: '', isFolded: false });
  });

  it('cuts by lines and by length', () => {
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`).join('\n');
    expect(foldText(lines, lines.length).shown.split('\n')).toHaveLength(8);
    expect(foldText('x'.repeat(5000), 5000).shown.length).toBeLessThan(700);
    expect(foldText('short excerpt of a long', 9000)).toEqual({
      shown: 'short excerpt of a long…',
      isFolded: true,
    });
  });

  it('leaves out empty lines at the beginning', () => {
    expect(foldText('\n\n  \n  Let me look.', 16)).toEqual({ shown: '  Let me look.', isFolded: false });
  });

  it('guesses as many lines as it shows', () => {
    expect(guessLines('')).toBe(1);
    expect(guessLines('a\nb')).toBe(2);
    expect(guessLines('x'.repeat(200))).toBe(3);
    expect(guessLines('x\n'.repeat(500))).toBe(8);
  });

  it('finds the first line that says something', () => {
    expect(firstLine('\n\n  hello \nworld')).toBe('hello');
    expect(firstLine('abcdef', 3)).toBe('abc…');
    expect(firstLine('\n \n')).toBe('');
  });
});

describe('calls', () => {
  it.each([
    ['{"ref":"K7PQ2","seat":{"row":1}}', 'ref: "K7PQ2", seat: {row: 1}'],
    ['{}', ''],
    ['{"path":"/tmp/a","content":"line one\\nline tw', 'path: "/tmp/a", content: "line one line tw…'],
    ['["a"]', '["a"]'],
    ['plain words', 'plain words'],
    ['null', ''],
    [null, ''],
  ])('%s', (preview, expected) => {
    expect(callArguments(preview)).toBe(expected);
  });

  it('says a result in a few words', () => {
    expect(callResult('[]', 2)).toBe('[]');
    expect(callResult('', 0)).toBe('no result text');
    expect(callResult('first\nsecond', 12)).toBe('12 characters: first');
    expect(callResult('x'.repeat(800), 41_234)).toMatch(/^41\.2 k characters: x+…$/u);
  });
});
