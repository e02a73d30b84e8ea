import { expect, it } from 'vitest';
import { formatDifference, formatP } from './comparison-words';

it('says p values shortly and never as nothing', () => {
  expect([0.0312, 0.00002, 1, 0.5].map(formatP)).toEqual(['0.031', '< 0.001', '1', '0.5']);
});

it('says a difference in points with its interval', () => {
  expect(formatDifference({ difference: -0.042, low: -0.09, high: 0.006 })).toBe('-4.2 points [-9.0, +0.6]');
});
