/**
 * The trend as a row of equal periods without gaps: days, weeks or months of UTC, as the engine counted them.
 * Pure. Periods without a session are there, with nothing in them.
 */
import type { Overview } from '../../shared/contract/overview';
import type { Share } from '../../shared/model/codebook';
import { wilson } from '../../shared/stats/wilson';

export type TrendUnit = 'day' | 'week' | 'month';

/** A period and how many sessions began in it. */
export interface TrendSpan {
  /** Epoch milliseconds, half-open. */
  fromMs: number;
  toMs: number;
  sessions: number;
}

export interface TrendPeriod extends TrendSpan {
  findings: Share;
  corrections: Share;
}

type Points = Overview['trend'];
const DAY_MS = 86_400_000;

/**
 * The engine counts by day, by week over four months, by month over years, and says where each period begins. Points
 * that could be several of these are alike for them: what lies between two points is empty anyway.
 */
export function unitOf(points: Points): TrendUnit {
  if (points.length < 2) return 'day';
  const all = (test: (date: Date) => boolean) => points.every((point) => test(new Date(point.dayMs)));
  if (all((date) => date.getUTCDate() === 1)) return 'month';
  return all((date) => date.getUTCDay() === 1) ? 'week' : 'day';
}

function next(ms: number, unit: TrendUnit): number {
  if (unit !== 'month') return ms + (unit === 'week' ? 7 : 1) * DAY_MS;
  const date = new Date(ms);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}

/** More than this is not drawn: one wrong clock in a file must not stretch the axis over a thousand years. */
const MAX_PERIODS = 480;

/** All periods from the first to the last point. With too many, only those that have sessions. */
export function periodsOf(
  points: Points,
  unit: TrendUnit = unitOf(points),
): { unit: TrendUnit; periods: TrendPeriod[]; hasGaps: boolean } {
  const sorted = points.toSorted((a, b) => a.dayMs - b.dayMs);
  const period = (point: Points[number]): TrendPeriod => ({
    fromMs: point.dayMs,
    toMs: next(point.dayMs, unit),
    sessions: point.sessions,
    findings: wilson(point.withFindings, point.sessions),
    corrections: wilson(point.withCorrections, point.sessions),
  });
  const periods: TrendPeriod[] = [];
  for (const point of sorted) {
    let at = periods.at(-1)?.toMs ?? point.dayMs;
    while (at < point.dayMs) {
      if (periods.length >= MAX_PERIODS) return { unit, periods: sorted.map(period), hasGaps: true };
      periods.push(period({ dayMs: at, sessions: 0, withFindings: 0, withCorrections: 0 }));
      at = next(at, unit);
    }
    periods.push(period(point));
  }
  return { unit, periods, hasGaps: false };
}

/** `2026-03-13`, `week of 2026-03-09`, `2026-03`, in UTC as it was counted. */
export function periodWords(fromMs: number, unit: TrendUnit): string {
  const day = new Date(fromMs).toISOString().slice(0, 10);
  if (unit === 'month') return day.slice(0, 7);
  return unit === 'week' ? `week of ${day}` : day;
}

/** `03-13`, or `2026-03` for months: for the axis. */
export function periodLabel(fromMs: number, unit: TrendUnit): string {
  const day = new Date(fromMs).toISOString().slice(0, 10);
  return unit === 'month' ? day.slice(0, 7) : day.slice(5);
}

/** Which periods are named on an axis that has room for `room` names: the first, and every so many after it. */
export function labelledPeriods(count: number, room: number): number[] {
  const stride = Math.max(1, Math.ceil(count / Math.max(room, 1)));
  return Array.from({ length: Math.ceil(count / stride) }, (_, index) => index * stride);
}
