import { describe, expect, test } from 'vitest';
import { compareTexts } from './compare-texts';

const draft = 'Your parcel of 12 March will arrive in Bergen on Monday.';

describe('what was changed in a text', () => {
  test('nothing', () => {
    expect(compareTexts(draft, draft)).toMatchObject({
      distance: 0,
      removedWords: 0,
      addedWords: 0,
      kinds: [],
    });
  });

  test('a figure and a name are facts', () => {
    const change = compareTexts(draft, draft.replace('12', '14').replace('Bergen', 'Oslo'));
    expect(change.kinds).toEqual(['facts']);
    expect(change).toMatchObject({ factsRemoved: ['12', 'Bergen'], factsAdded: ['14', 'Oslo'] });
    expect(change).toMatchObject({ removedWords: 2, addedWords: 2, keptWords: 9 });
  });

  test('half of it gone is length', () => {
    expect(compareTexts(`${draft} It comes by ship and then by train.`, draft).kinds).toContain('length');
  });

  test('a greeting is tone, a list is format, a synonym is wording', () => {
    expect(compareTexts('it arrives on a monday', 'sorry, it arrives on a monday').kinds).toContain('tone');
    expect(compareTexts('apples and pears, please', '- apples\n- pears, please').kinds).toContain('format');
    expect(compareTexts('it arrives on a monday', 'it comes on a monday').kinds).toEqual(['wording']);
  });

  test('nothing kept is a distance near 1, and an empty text is wholly changed', () => {
    expect(compareTexts('abcdef', 'uvwxyz').distance).toBe(1);
    expect(compareTexts('abcdef', '').distance).toBe(1);
  });
});
