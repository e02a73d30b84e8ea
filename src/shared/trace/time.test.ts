import { describe, expect, test } from 'vitest';
import { isoToNs, nsToIso, toNs } from './time';

const NS = 1_790_000_000_123_456_789n;

describe('times', () => {
  test.each([
    ['seconds', 1_790_000_000, 1_790_000_000_000_000_000n],
    ['seconds with a fraction', '1790000000.5', 1_790_000_000_500_000_000n],
    ['seconds with many decimals, exact', '1790000000.000100', 1_790_000_000_000_100_000n],
    ['milliseconds', 1_790_000_000_123, 1_790_000_000_123_000_000n],
    ['microseconds', 1_790_000_000_123_456, 1_790_000_000_123_456_000n],
    ['nanoseconds as digits', '1790000000123456789', NS],
    ['nanoseconds as a bigint', NS, NS],
    ['ISO with Z', '2026-09-21T14:13:20.123456789Z', NS],
    ['ISO without a zone, which is UTC', '2026-09-21 14:13:20.123456789', NS],
    ['ISO with an offset', '2026-09-21T16:13:20.123456789+02:00', NS],
    ['a date alone', '2026-09-21', 1_789_948_800_000_000_000n],
  ])('in %s', (_, value, expected) => {
    expect(toNs(value)).toBe(expected);
  });

  test.each([
    null,
    undefined,
    '',
    'yesterday',
    NaN,
    Infinity,
    {},
    [],
    true,
    '2026-13-01',
    '2026-09-21T25:00',
  ])('that are none (%s) are absent', (value) => {
    expect(toNs(value)).toBeNull();
  });

  test('with slashes need to be told which is the day', () => {
    const ns = isoToNs('2026-04-03T14:13:00Z');
    expect(toNs('03/04/2026 14:13')).toBeNull();
    expect(toNs('03/04/2026 14:13', 'day-first')).toBe(ns);
    expect(toNs('04/03/26, 2:13 PM', 'month-first')).toBe(ns);
    expect(toNs('03.04.2026 14:13', 'month-first')).toBe(ns);
  });

  test('go back and forth without loss', () => {
    expect(isoToNs(nsToIso(NS))).toBe(NS);
    expect(isoToNs(nsToIso(-1n))).toBe(-1n);
  });
});
