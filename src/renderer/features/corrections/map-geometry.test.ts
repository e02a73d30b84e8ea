import { describe, expect, test } from 'vitest';
import { dotAt, dotsInside, layOut, look, pan, WHOLE, zoomAt, type Dots } from './map-geometry';

const dots: Dots = { x: Float32Array.from([10, 50, 90]), y: Float32Array.from([10, 50, 10]) };

describe('the map', () => {
  test('keeps every dot inside the box', () => {
    const laid = layOut([0, 0.5, 1], [0.2, 0.4, 0.8], { width: 200, height: 120 }, 10);
    for (const x of laid.x) expect(x).toBeGreaterThanOrEqual(9.99);
    for (const x of laid.x) expect(x).toBeLessThanOrEqual(190.01);
    for (const y of laid.y) expect(y).toBeGreaterThanOrEqual(9.99);
    for (const y of laid.y) expect(y).toBeLessThanOrEqual(110.01);
    expect(laid.x[0]).toBeLessThan(laid.x[1] ?? 0);
  });

  test('puts a single dot, or dots in one place, in the middle', () => {
    const laid = layOut([0.3, 0.3], [0.9, 0.9], { width: 200, height: 100 }, 10);
    expect([laid.x[0], laid.y[0]]).toEqual([100, 50]);
    expect(layOut([], [], { width: 200, height: 100 }, 10).x).toHaveLength(0);
  });

  test('enlarges about a point that stays, and never goes past its edges', () => {
    const box = { width: 100, height: 60 };
    const near = zoomAt(WHOLE, 4, [50, 50], box);
    expect(look(dots, near).x[1]).toBeCloseTo(50, 3);
    expect(look(dots, near).x[2]).toBeCloseTo(210, 3);
    expect(pan(near, 10_000, 10_000, box)).toEqual({ zoom: 4, dx: 0, dy: 0 });
    expect(zoomAt(near, 0.01, [0, 0], box)).toEqual(WHOLE);
  });

  test('finds the nearest dot within reach', () => {
    expect(dotAt(dots, 52, 49, 8)).toBe(1);
    expect(dotAt(dots, 30, 30, 8)).toBe(-1);
  });

  test('finds what a lasso goes round, hollows left out', () => {
    expect(
      dotsInside(dots, [
        [0, 0],
        [100, 0],
        [100, 20],
        [0, 20],
      ]),
    ).toEqual([0, 2]);
    expect(
      dotsInside(dots, [
        [0, 0],
        [40, 0],
        [40, 70],
        [60, 70],
        [60, 0],
        [100, 0],
        [100, 100],
        [0, 100],
      ]),
    ).toEqual([0, 2]);
    expect(
      dotsInside(dots, [
        [0, 0],
        [100, 100],
      ]),
    ).toEqual([]);
  });
});
