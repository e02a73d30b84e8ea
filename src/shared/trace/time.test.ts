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
    ['a Japanese date', '2026年9月21日 9時05分', 1_789_981_500_000_000_000n],
    ['a Japanese date with seconds', '2026年9月21日 9時05分07秒', 1_789_981_507_000_000_000n],
    ['a Chinese date', '2026年9月21日 9:05', 1_789_981_500_000_000_000n],
    ['a date of a spreadsheet in Japan', '2026/9/21 9:05:07', 1_789_981_507_000_000_000n],
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

  test.each([
    ['of a mail', 'Tue, 03 Mar 2026 10:00:00 +0100', '2026-03-03T09:00:00Z'],
    ['of a header', 'Tue, 03 Mar 2026 10:00:00 GMT', '2026-03-03T10:00:00Z'],
    ['without a weekday and seconds', '3 Mar 2026 10:00 -0530', '2026-03-03T15:30:00Z'],
    ['of a web server', '03/Mar/2026:10:00:00 +0100', '2026-03-03T09:00:00Z'],
    ['of a C program', 'Tue Mar  3 10:00:00 2026', '2026-03-03T10:00:00Z'],
    ['of a shell', 'Tue Mar  3 10:00:00 CET 2026', '2026-03-03T09:00:00Z'],
    [
      'of a browser',
      'Tue Mar 03 2026 10:00:00 GMT+0100 (Central European Standard Time)',
      '2026-03-03T09:00:00Z',
    ],
    ['of an American list', 'Mar 3, 2026, 12:05:07.250 AM', '2026-03-03T00:05:07.250Z'],
    ['with a long name and no clock', 'September 21, 2026', '2026-09-21T00:00:00Z'],
  ])('that name their month, %s', (_, text, expected) => {
    expect(toNs(text)).toBe(isoToNs(expected));
  });

  test.each(['Tue, 03 Mar 2026 10:00:00 XYZ', '3 Maybe 2026', '32 Mar 2026', '3 Mars bars 2026'])(
    'that name no month, day or zone there is (%s) are absent',
    (text) => {
      expect(toNs(text)).toBeNull();
    },
  );

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
