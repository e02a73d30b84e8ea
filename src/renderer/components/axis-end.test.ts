import { describe, expect, it } from 'vitest';
import { axisEnd } from './axis-end';

describe('end of the axis', () => {
  it('leaves room for intervals', () =>
    expect(
      axisEnd([
        { value: 0.4, high: 0.45 },
        { value: 0.1, high: 0.2 },
      ]),
    ).toBe(0.45));
  it('does not stretch for an interval that says nothing', () =>
    expect(
      axisEnd([
        { value: 0.08, high: 0.1 },
        { value: 0, high: 0.56 },
      ]),
    ).toBeCloseTo(0.12, 12));
  it('holds what is proposed', () => expect(axisEnd([{ value: 3, proposed: 9 }, { value: 5 }])).toBe(12));
  it('is never nothing', () => {
    expect(axisEnd([])).toBe(1);
    expect(axisEnd([{ value: 0, high: 0.02 }])).toBe(0.02);
    expect(axisEnd([{ value: 0, high: null }])).toBe(1);
  });
});
