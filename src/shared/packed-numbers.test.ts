import { describe, expect, it } from 'vitest';
import { codeNames, NO_NAME, packNumbers, unpackNumbers } from './packed-numbers';

describe('packed numbers', () => {
  it('come back as they were, many as well as none', () => {
    const values = Uint16Array.from({ length: 70_000 }, (_, i) => (i * 7) % 65_536);
    const back = unpackNumbers(packNumbers(values));
    expect(back).toHaveLength(70_000);
    expect(back.every((value, i) => value === values[i])).toBe(true);
    expect(unpackNumbers(packNumbers([]))).toHaveLength(0);
  });

  it('stand for names in the order of their appearance', () => {
    const { names, packed } = codeNames(['b', null, 'a', 'b']);
    expect(names).toEqual(['b', 'a']);
    expect(Array.from(unpackNumbers(packed))).toEqual([0, NO_NAME, 1, 0]);
  });
});
