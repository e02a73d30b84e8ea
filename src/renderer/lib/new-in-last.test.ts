import { expect, test } from 'vitest';
import { newInLast } from './new-in-last';

test('new failure modes among the last sorted', () => {
  const points = [
    { sorted: 1, modes: 1 },
    { sorted: 50, modes: 4 },
    { sorted: 100, modes: 5 },
    { sorted: 150, modes: 5 },
  ];
  expect(newInLast(points, 50)).toBe(0);
  expect(newInLast(points, 100)).toBe(1);
  expect(newInLast(points, 500)).toBe(5);
  expect(newInLast([], 10)).toBe(0);
});
