import { describe, expect, it } from 'vitest';
import {
  NONE,
  formatBytes,
  formatClock,
  formatCompact,
  formatCost,
  formatCount,
  formatDateTime,
  formatDuration,
  formatOffset,
  formatPercent,
  formatPlural,
  formatRecent,
  formatScore,
  formatShare,
} from './format';

describe('figures', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1204, '1,204'],
    [null, NONE],
    [undefined, NONE],
  ])('counts %s as %s', (value, text) => expect(formatCount(value)).toBe(text));

  it.each([
    [999, '999'],
    [1000, '1.0 k'],
    [41_234, '41.2 k'],
    [999_949, '1,000 k'],
    [999_951, '1.0 M'],
    [1_500_000_000, '1.5 G'],
  ])('shortens %s to %s', (value, text) => expect(formatCompact(value)).toBe(text));

  it.each([
    [0, '0 s'],
    [0.42, '0.4 ms'],
    [840, '840 ms'],
    [999.6, '1.0 s'],
    [9200, '9.2 s'],
    [59_960, '1 m 00 s'],
    [552_000, '9 m 12 s'],
    [3_599_600, '1 h 00 m'],
    [11_100_000, '3 h 05 m'],
    [187_200_000, '2 d 4 h'],
    [-1500, '-1.5 s'],
    [null, NONE],
  ])('says %s ms as %s', (value, text) => expect(formatDuration(value)).toBe(text));

  it.each([
    [214, '214 B'],
    [999.6, '1.0 kB'],
    [1_234_567, '1.2 MB'],
    [123_456_789, '123 MB'],
  ])('says %s bytes as %s', (value, text) => expect(formatBytes(value)).toBe(text));

  it.each([
    [0, '0%'],
    [0.0001, '<0.1%'],
    [0.1481, '14.8%'],
    [0.99999, '>99.9%'],
    [1, '100%'],
    [null, NONE],
  ])('says the share %s as %s', (value, text) => expect(formatPercent(value)).toBe(text));

  it('gives a share its interval, and none where nothing was counted', () => {
    expect(formatShare({ count: 61, n: 412, share: 61 / 412, low: 0.117, high: 0.186 })).toBe(
      '14.8% [11.7, 18.6]',
    );
    expect(formatShare({ count: 0, n: 0, share: null, low: null, high: null })).toBe(NONE);
  });

  it('says the rest', () => {
    expect(formatPlural(1, 'turn')).toBe('1 turn');
    expect(formatPlural(1204, 'category', 'categories')).toBe('1,204 categories');
    expect(formatOffset(1800)).toBe('+1.8 s');
    expect(formatOffset(-1800)).toBe('-1.8 s');
    expect(formatCost(0.0031)).toBe('$0.0031');
    expect(formatCost(12.4)).toBe('$12.40');
    expect(formatCost(0.000001)).toBe('<$0.0001');
    expect(formatScore(0.713)).toBe('.71');
    expect(formatScore(1)).toBe('1.00');
  });

  it('writes local times year first', () => {
    const time = new Date(2026, 2, 13, 9, 5, 7).getTime();
    expect(formatClock(time)).toBe('09:05:07');
    expect(formatDateTime(time)).toBe('2026-03-13 09:05');
    expect(formatRecent(time, time + 1000)).toBe('09:05:07');
    expect(formatRecent(time, time + 86_400_000)).toBe('2026-03-13 09:05');
    expect(formatClock('not a time')).toBe(NONE);
  });
});
