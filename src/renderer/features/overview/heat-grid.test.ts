import { describe, expect, it } from 'vitest';
import { wilson } from '../../../shared/stats/wilson';
import { heatDepth, heatGrid, heatKinds } from './heat-grid';

const cell = (rowKind: 'feature' | 'model', row: string, signal: string, count: number, n: number) => ({
  rowKind,
  row,
  signal,
  sessions: wilson(count, n),
});
const heat = [
  cell('feature', 'refund', 'loop', 3, 10),
  cell('feature', 'refund', 'silent', 8, 10),
  cell('feature', 'travel', 'loop', 1, 40),
  cell('feature', 'travel', 'silent', 2, 40),
  cell('feature', 'travel', 'never', 0, 40),
  cell('model', 'm1', 'loop', 4, 50),
];

describe('heat map', () => {
  it('compares only what has several values', () => expect(heatKinds(heat)).toEqual(['feature']));

  it('has the largest value and the most frequent signal first, and no empty rows', () => {
    const grid = heatGrid(heat, 'feature');
    expect(grid.values).toEqual([
      { value: 'travel', sessions: 40 },
      { value: 'refund', sessions: 10 },
    ]);
    expect(grid.rows.map((row) => row.signal)).toEqual(['silent', 'loop']);
    expect(grid.rows[0]?.cells.map((share) => share?.count)).toEqual([2, 8]);
    expect(grid.max).toBe(0.8);
  });

  it('does not mix up values that contain what separates them', () => {
    const odd = [cell('feature', 'a","b', 'c', 1, 5), cell('feature', 'b', 'c","a', 2, 5)];
    const grid = heatGrid(odd, 'feature');
    expect(
      grid.rows.flatMap((row) => row.cells.map((share) => share?.count ?? null)).filter(Boolean),
    ).toHaveLength(2);
  });

  it('is deepest at the greatest share and blank where there is nothing', () => {
    expect(heatDepth(wilson(8, 10), 0.8)).toBe(1);
    expect(heatDepth(wilson(0, 10), 0.8)).toBe(0);
    expect(heatDepth(null, 0.8)).toBe(0);
    expect(heatDepth(wilson(2, 10), 0.8)).toBeCloseTo(0.5, 12);
    expect(heatDepth(wilson(0, 10), 0)).toBe(0);
  });
});
