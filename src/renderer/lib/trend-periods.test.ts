import { describe, expect, it } from 'vitest';
import { labelledPeriods, periodLabel, periodsOf, periodWords, unitOf } from './trend-periods';

const at = (day: string, sessions = 10) => ({
  dayMs: Date.parse(`${day}T00:00:00Z`),
  sessions,
  withFindings: Math.floor(sessions / 2),
  withCorrections: 1,
});

describe('periods of a trend', () => {
  it('fills days without sessions', () => {
    const { unit, periods, hasGaps } = periodsOf([at('2026-03-13'), at('2026-03-10')]);
    expect(unit).toBe('day');
    expect(hasGaps).toBe(false);
    expect(periods.map((period) => [periodWords(period.fromMs, unit), period.sessions])).toEqual([
      ['2026-03-10', 10],
      ['2026-03-11', 0],
      ['2026-03-12', 0],
      ['2026-03-13', 10],
    ]);
    expect(periods[1]?.findings).toEqual({ count: 0, n: 0, share: null, low: null, high: null });
    expect(periods[0]?.findings.share).toBe(0.5);
  });

  it('tells weeks by their Mondays and months by their first days', () => {
    expect(unitOf([at('2026-03-09'), at('2026-03-23')])).toBe('week');
    expect(unitOf([at('2026-01-01'), at('2026-03-01')])).toBe('month');
    expect(unitOf([at('2026-03-09')])).toBe('day');
    expect(unitOf([])).toBe('day');
  });

  it('steps over months of any length', () => {
    const { periods, unit } = periodsOf([at('2024-01-01'), at('2024-04-01')]);
    expect(periods.map((period) => periodLabel(period.fromMs, unit))).toEqual([
      '2024-01',
      '2024-02',
      '2024-03',
      '2024-04',
    ]);
  });

  it('puts every session into exactly one period', () => {
    const { periods } = periodsOf([at('2026-03-09'), at('2026-03-16'), at('2026-05-04')]);
    expect(periods.reduce((sum, period) => sum + period.sessions, 0)).toBe(30);
    for (const [index, period] of periods.entries())
      expect(periods[index + 1]?.fromMs ?? period.toMs).toBe(period.toMs);
  });

  it('does not stretch over a thousand years for one wrong clock', () => {
    const { periods, hasGaps } = periodsOf([at('1970-01-01'), at('2026-03-13'), at('2926-03-01')]);
    expect(hasGaps).toBe(true);
    expect(periods).toHaveLength(3);
  });
});

describe('names on the axis', () => {
  it('are as many as there is room for, the first among them', () => {
    expect(labelledPeriods(5, 10)).toEqual([0, 1, 2, 3, 4]);
    expect(labelledPeriods(100, 8)).toHaveLength(8);
    expect(labelledPeriods(100, 8)[0]).toBe(0);
    expect(labelledPeriods(0, 8)).toEqual([]);
  });
});
