import { describe, expect, test } from 'vitest';
import { compilePhrases, findPhrase, findPhraseBut, findPhrases, readWords } from './phrases';

function said(phrases: string[], text: string): string[] {
  return findPhrases(compilePhrases(phrases), readWords(text)).map(({ start, end }) =>
    text.slice(start, end),
  );
}

describe('finding phrases', () => {
  test('does not look at case, accents and apostrophes', () => {
    expect(said(["don't stop", 'schön'], 'DONT STOP, Don’t stop: wie Schon')).toEqual([
      'DONT STOP',
      'Don’t stop',
      'Schon',
    ]);
  });

  test('reads choices, also inside choices, and what may be left out', () => {
    const phrases = ['(speak|talk) (directly |) to (a (real |) person|someone)'];
    expect(said(phrases, 'I talk to a real person')).toEqual(['talk to a real person']);
    expect(said(phrases, 'speak directly to someone')).toEqual(['speak directly to someone']);
    expect(said(phrases, 'speak of someone')).toEqual([]);
  });

  test('takes endings and any one word', () => {
    expect(said(['thank*'], 'thankful, thanks, tank')).toEqual(['thankful', 'thanks']);
    expect(said(['not _ enough'], 'not good enough, not enough')).toEqual(['not good enough']);
  });

  test('takes the longest of those that begin at a word, and none twice', () => {
    expect(said(['no', 'no way', 'way out'], 'no way out')).toEqual(['no way']);
  });

  test('anchors at the beginning of a sentence or clause, and at the end of the text', () => {
    expect(said(['^undo'], 'please undo')).toEqual([]);
    expect(said(['^undo'], 'Please, undo it. Undo!')).toEqual(['undo', 'Undo']);
    expect(said(['^what$'], 'what is this')).toEqual([]);
    expect(said(['^what$'], 'Sorry, what?')).toEqual(['what']);
  });

  test('does not run on over the end of a sentence', () => {
    expect(said(['not right'], 'I would not. Right there')).toEqual([]);
  });

  test('passes over what an exception touches, and goes on to the next', () => {
    const wrong = compilePhrases(['not right']);
    const later = compilePhrases(['not right now']);
    expect(findPhraseBut(wrong, later, readWords('not right now'))).toBeNull();
    expect(findPhraseBut(wrong, later, readWords('not right now, it is not right'))?.from).toBe(5);
  });

  test('reads long texts of one word in a row without growing slow', () => {
    const set = compilePhrases(['(a |)(a |)(a |)(a |)(a |)b', '_ _ _ b']);
    expect(findPhrase(set, readWords('a '.repeat(20_000)))).toBeNull();
  });

  test('finds phrases of sets that were made after the words were read, however many sets there are', () => {
    const words = readWords('here comes the last one of them all');
    for (let i = 0; i < 40; i++) {
      const set = compilePhrases([i % 2 === 0 ? 'last one' : 'nothing of the sort']);
      expect(findPhrase(set, words)?.from).toBe(i % 2 === 0 ? 3 : undefined);
      expect(findPhrase(set, readWords('here comes the last one'))?.from).toBe(i % 2 === 0 ? 3 : undefined);
    }
  });

  test('reads plain text as any other', () => {
    const plain = "Don't stop: it's 5'x, rock'n'roll_2 - (so, \"no\") a-b\nx";
    const { setCount, ...read } = readWords(plain);
    const { setCount: _, ...other } = readWords(`${plain} \u00e9`);
    const count = read.folded.length;
    expect(setCount).toBeGreaterThan(0);
    for (const name of ['folded', 'starts', 'ends', 'opens', 'begins'] as const)
      expect(read[name]).toEqual(other[name].slice(0, count));
  });

  test('says which phrase has a bracket too few or too many', () => {
    expect(() => compilePhrases(['(a|b'])).toThrow('(a|b');
    expect(() => compilePhrases(['a)'])).toThrow('a)');
    expect(() => compilePhrases(['^'])).toThrow('^');
  });
});
