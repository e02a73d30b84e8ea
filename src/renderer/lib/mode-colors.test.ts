import { describe, expect, test } from 'vitest';
import { modeColor, nthColor } from './mode-colors';

describe('the colour of a failure mode', () => {
  test('is its own where it is a plain hex value', () => {
    expect(modeColor('#D55E00', 0, 'light')).toBe('#d55e00');
  });

  test('is never a string that could be anything else', () => {
    expect(modeColor('url(//example.org)', 1, 'light')).toBe(nthColor(1, 'light'));
    expect(modeColor('red', 1, 'light')).toBe(nthColor(1, 'light'));
  });

  test('begins again after the last', () => {
    expect(nthColor(7, 'light')).toBe(nthColor(0, 'light'));
    expect(nthColor(0, 'dark')).not.toBe(nthColor(0, 'light'));
  });
});
