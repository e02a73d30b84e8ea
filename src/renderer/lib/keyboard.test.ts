import { describe, expect, it } from 'vitest';
import { keyLabels, matchesChord, type KeyPress } from './keyboard';

function press(key: string, held: Partial<KeyPress> = {}): KeyPress {
  return { key, code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held };
}

describe('chords', () => {
  it.each<[string, KeyPress, boolean]>([
    ['j', press('j'), true],
    ['j', press('J', { shiftKey: true }), false],
    ['shift+j', press('J', { shiftKey: true }), true],
    ['j', press('j', { ctrlKey: true }), false],
    ['?', press('?', { shiftKey: true }), true],
    ['?', press('?'), true],
    ['+', press('+', { shiftKey: true }), true],
    ['-', press('-'), true],
    ['mod+k', press('k', { ctrlKey: true }), true],
    ['mod+k', press('k', { metaKey: true }), false],
    ['mod+shift+z', press('Z', { ctrlKey: true, shiftKey: true }), true],
    ['mod+z', press('Z', { ctrlKey: true, shiftKey: true }), false],
    ['shift+1', press('!', { code: 'Digit1', shiftKey: true }), true],
    ['1', press('!', { code: 'Digit1', shiftKey: true }), false],
    ['alt+ArrowLeft', press('ArrowLeft', { altKey: true }), true],
    ['ArrowLeft', press('ArrowLeft', { altKey: true }), false],
  ])('%s', (text, key, expected) => expect(matchesChord(text, key, false)).toBe(expected));

  it('takes Command for mod on a Mac', () => {
    expect(matchesChord('mod+k', press('k', { metaKey: true }), true)).toBe(true);
    expect(matchesChord('mod+k', press('k', { ctrlKey: true }), true)).toBe(false);
  });
});

it('prints keys as they are on the keyboard', () => {
  expect(keyLabels('shift+1')).toEqual([['Shift', '1']]);
  expect(keyLabels('g s')).toEqual([['g'], ['s']]);
  expect(keyLabels('+')).toEqual([['+']]);
  expect(keyLabels('shift+ArrowLeft')).toEqual([['Shift', '←']]);
});
