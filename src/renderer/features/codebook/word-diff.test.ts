import { describe, expect, test } from 'vitest';
import { wordDiff } from './word-diff';

describe('what changed between two texts', () => {
  test('is told word by word', () => {
    expect(wordDiff('a wrong fact', 'a single wrong fact')).toEqual([
      { kind: 'same', text: 'a ' },
      { kind: 'added', text: 'single ' },
      { kind: 'same', text: 'wrong fact' },
    ]);
    expect(wordDiff('one', 'two')).toEqual([
      { kind: 'removed', text: 'one' },
      { kind: 'added', text: 'two' },
    ]);
    expect(wordDiff('same', 'same')).toEqual([{ kind: 'same', text: 'same' }]);
    expect(wordDiff('', 'new')).toEqual([{ kind: 'added', text: 'new' }]);
  });

  test('does not cut sentences up over a word they share by chance', () => {
    expect(wordDiff('the user asked for it', 'the agent went for good')).toEqual([
      { kind: 'same', text: 'the ' },
      { kind: 'removed', text: 'user asked for it' },
      { kind: 'added', text: 'agent went for good' },
    ]);
  });

  test('gives both texts back whole, however long', () => {
    const words = (count: number, seed: number) =>
      Array.from({ length: count }, (_, index) => `w${(index * seed) % 97}`).join(' ');
    for (const [before, after] of [
      [words(60, 3), words(70, 5)],
      [words(2000, 3), words(2000, 7)],
      ['x', ''],
    ] as const) {
      const pieces = wordDiff(before, after);
      const text = (without: string) =>
        pieces
          .filter((piece) => piece.kind !== without)
          .map((piece) => piece.text)
          .join('');
      expect(text('added')).toBe(before);
      expect(text('removed')).toBe(after);
    }
  });
});
