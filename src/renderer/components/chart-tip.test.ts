import { describe, expect, it } from 'vitest';
import { stepMark } from './chart-tip';

describe('arrow keys in a chart', () => {
  it('go through a list', () => {
    expect(stepMark(0, 5, 1, 'ArrowDown')).toBe(1);
    expect(stepMark(4, 5, 1, 'ArrowDown')).toBeNull();
    expect(stepMark(0, 5, 1, 'ArrowUp')).toBeNull();
  });

  it('go through a grid', () => {
    expect(stepMark(1, 12, 4, 'ArrowDown')).toBe(5);
    expect(stepMark(5, 12, 4, 'ArrowUp')).toBe(1);
    expect(stepMark(5, 12, 4, 'ArrowRight')).toBe(6);
    expect(stepMark(9, 12, 4, 'ArrowDown')).toBeNull();
    expect([stepMark(5, 12, 4, 'Home'), stepMark(5, 12, 4, 'End')]).toEqual([0, 11]);
  });

  it('leave other keys alone, and empty charts', () => {
    expect(stepMark(0, 5, 1, 'j')).toBeNull();
    expect(stepMark(0, 0, 1, 'End')).toBeNull();
  });
});
