import { expect, test } from 'vitest';
import { modesByLetters } from './modes-by-letters';

const modes = ['Wrong tool', 'Loss of context', 'Tool output ignored', 'Contradicts itself'].map((name) => ({
  id: name,
  name,
}));
const found = (letters: string) => modesByLetters(modes, letters).map((mode) => mode.name);

test('failure modes are found by how the name, a word or the initials begin, then by what is inside', () => {
  expect(found('')).toHaveLength(4);
  expect(found(' TOOL')).toEqual(['Tool output ignored', 'Wrong tool']);
  expect(found('con')).toEqual(['Contradicts itself', 'Loss of context']);
  expect(found('loc')).toEqual(['Loss of context']);
  expect(found('nor')).toEqual(['Tool output ignored']);
  expect(found('xyz')).toEqual([]);
});
