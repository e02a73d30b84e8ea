import { describe, expect, it } from 'vitest';
import type { Share } from '../../../shared/model/codebook';
import { wilson } from '../../../shared/stats/wilson';
import { compound, reliabilityCurve, sliderLimit, stepsToHalf } from './reliability';

const of = (share: number): Share => ({ count: 0, n: 1, share, low: share - 0.01, high: share + 0.01 });
const nothing = wilson(0, 0);

describe('reliability over several steps', () => {
  it('is that of one step to the power of their number', () => {
    expect(compound(of(0.9), 1)).toEqual({ value: 0.9, low: 0.89, high: 0.91 });
    expect(compound(of(0.9), 2)?.value).toBeCloseTo(0.81, 12);
    expect(compound(of(0.95), 10)?.value).toBeCloseTo(0.5987369392383787, 12);
  });

  it('keeps its interval around it', () => {
    const share = wilson(970, 1000);
    for (const steps of [1, 5, 50, 500]) {
      const chance = compound(share, steps)!;
      expect(chance.low).toBeLessThan(chance.value);
      expect(chance.high).toBeGreaterThan(chance.value);
      expect(chance.low).toBeGreaterThanOrEqual(0);
      expect(chance.high).toBeLessThanOrEqual(1);
    }
  });

  it('says nothing where nothing is known', () => {
    expect(compound(nothing, 5)).toBeNull();
    expect(stepsToHalf(nothing)).toBeNull();
    expect(reliabilityCurve(nothing, 50)).toEqual([]);
  });

  it.each([
    [0.99, 69],
    [0.9, 7],
    [0.5, 1],
    [0.2, 1],
  ])('loses half of all at %d per step after %d steps', (share, steps) => {
    expect(stepsToHalf(of(share))).toBe(steps);
    expect(share ** steps).toBeLessThanOrEqual(0.5);
  });

  it('never loses half when nothing fails', () => expect(stepsToHalf(wilson(10, 10))).toBeNull());
});

describe('the curve', () => {
  it.each([1, 2, 20, 119, 121, 1000])('runs from the first to the last of %d steps, each once', (max) => {
    const steps = reliabilityCurve(of(0.9), max).map((point) => point.steps);
    expect(steps[0]).toBe(1);
    expect(steps.at(-1)).toBe(max);
    expect(new Set(steps).size).toBe(steps.length);
    expect(steps.length).toBeLessThanOrEqual(242);
  });

  it('never rises', () => {
    const values = reliabilityCurve(of(0.97), 300).map((point) => point.chance.value);
    expect(values).toEqual(values.toSorted((a, b) => b - a));
  });
});

describe('the slider', () => {
  it('goes past the usual session and past the loss of half', () => {
    expect(sliderLimit(of(0.9), 40)).toBe(120);
    expect(sliderLimit(of(0.99), 10)).toBe(70);
    expect(sliderLimit(nothing, null)).toBe(20);
    expect(sliderLimit(of(0.9), 5_000)).toBe(1000);
  });
});
