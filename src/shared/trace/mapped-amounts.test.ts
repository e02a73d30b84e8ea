import { expect, test } from 'vitest';
import { countOf, decimalOf, dollarsOf, hasTimeUnit, millisecondsOf } from './mapped-amounts';

test.each([
  ['0,05', 0.05],
  ['1.234,5', 1234.5],
  ['1,234.5', 1234.5],
  ['1,234,567', 1234567],
  ['1,000', 1],
  ['-2.5', -2.5],
  [7, 7],
  ['a few', null],
  ['', null],
])('%j is the decimal %j', (written, number) => {
  expect(decimalOf(written)).toBe(number);
});

test.each([
  ['1,000', 1000],
  ['1.000', 1000],
  ['12 345', 12345],
  ["1'234'567", 1234567],
  ['1,234.567', 1234.567],
  ['12', 12],
  ['12.0', 12],
  ['1,00', 1],
  ['none', null],
])('%j is the count %j', (written, number) => {
  expect(countOf(written)).toBe(number);
});

test.each([
  ['$0.0123', 0.0123],
  ['US$ 1,234.50', 1234.5],
  ['0,01 USD', 0.01],
  ['3 $', 3],
  ['€ 3', null],
])('%j is worth %j dollars', (written, number) => {
  expect(dollarsOf(written)).toBe(number);
});

test.each([
  ['1.5s', 1500],
  ['350 ms', 350],
  ['2 min', 120_000],
  ['0,25 s', 250],
  ['40µs', 0.04],
  ['120', 120],
  [81.5, 81.5],
  ['soon', null],
])('%j takes %j milliseconds', (written, number) => {
  expect(millisecondsOf(written)).toBe(number);
});

test('a duration says its unit or not', () => {
  expect(['1.5s', '350 ms', '120', 120, 'minutes'].map(hasTimeUnit)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
