/**
 * How figures are said on every screen. Plain functions: number in, short text out; what is unknown is `NONE`.
 * Grouping is by comma and the decimal mark a point, whatever the machine's locale, so that screenshots and notes
 * of two analysts read the same; times are local, written year first.
 */
import type { Share } from '../../shared/model/codebook';

export const NONE = '–';

const counts = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** 1204 → `1,204`. */
export function formatCount(value: number | null | undefined): string {
  return value === null || value === undefined || Number.isNaN(value) ? NONE : counts.format(value);
}

/** 41234 → `41.2 k`; four significant figures at most, exact below a thousand. */
export function formatCompact(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return NONE;
  const size = Math.abs(value);
  if (size < 1000) return counts.format(value);
  if (size < 999_950) return `${scaled(value / 1e3)} k`;
  if (size < 999_950_000) return `${scaled(value / 1e6)} M`;
  return `${scaled(value / 1e9)} G`;
}

function scaled(value: number): string {
  return Math.abs(value) >= 100 ? counts.format(value) : value.toFixed(1);
}

/** `1 turn`, `14 turns`; the plural may be given where it is not the singular and an s. */
export function formatPlural(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/** `41.2 k tokens`. */
export function formatTokens(value: number | null | undefined): string {
  if (value === null || value === undefined) return NONE;
  return `${formatCompact(value)} ${value === 1 ? 'token' : 'tokens'}`;
}

/** Decimal units, as file managers and disks count: 214 → `214 B`, 1_234_567 → `1.2 MB`. */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined || Number.isNaN(bytes)) return NONE;
  const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? counts.format(value) : value.toFixed(1)} ${units[unit] ?? 'B'}`;
}

/** Milliseconds → `0.4 ms`, `840 ms`, `9.2 s`, `9 m 12 s`, `3 h 05 m`, `2 d 4 h`. */
export function formatDuration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || Number.isNaN(ms)) return NONE;
  const size = Math.abs(ms);
  const sign = ms < 0 ? '-' : '';
  if (size === 0) return '0 s';
  if (size < 1) return `${sign}${size.toFixed(1)} ms`;
  if (size < 999.5) return `${sign}${size.toFixed(0)} ms`;
  if (size < 59_950) return `${sign}${(size / 1000).toFixed(1)} s`;
  const seconds = Math.round(size / 1000);
  if (seconds < 3600) return `${sign}${Math.floor(seconds / 60)} m ${pad(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return `${sign}${Math.floor(minutes / 60)} h ${pad(minutes % 60)} m`;
  const hours = Math.round(minutes / 60);
  return `${sign}${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Microseconds, as spans carry them. */
export function formatMicroseconds(us: number | null | undefined): string {
  return us === null || us === undefined ? NONE : formatDuration(us / 1000);
}

/** A time from a beginning: `+1.8 s`. */
export function formatOffset(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return NONE;
  return ms < 0 ? formatDuration(ms) : `+${formatDuration(ms)}`;
}

function pad(value: number, length = 2): string {
  return String(value).padStart(length, '0');
}

function toDate(time: number | string | null | undefined): Date | null {
  if (time === null || time === undefined || time === '') return null;
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** Epoch milliseconds or ISO text → local `2026-03-13`. */
export function formatDate(time: number | string | null | undefined): string {
  const date = toDate(time);
  if (date === null) return NONE;
  return `${pad(date.getFullYear(), 4)}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

/** Epoch milliseconds or ISO text → local `10:02:11`. */
export function formatClock(time: number | string | null | undefined): string {
  const date = toDate(time);
  if (date === null) return NONE;
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
}

/** Epoch milliseconds or ISO text → local `2026-03-13 10:02`. */
export function formatDateTime(time: number | string | null | undefined): string {
  const date = toDate(time);
  return date === null ? NONE : `${formatDate(time)} ${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

/** `10:41:07` for today, else `2026-03-13 10:41`. */
export function formatRecent(time: number | string | null | undefined, now = Date.now()): string {
  return formatDate(time) === formatDate(now) ? formatClock(time) : formatDateTime(time);
}

/** 0.1481 → `14.8%`; never `0.0%` for something, never `100.0%` for not all. */
export function formatPercent(share: number | null | undefined): string {
  if (share === null || share === undefined || Number.isNaN(share)) return NONE;
  if (share === 0) return '0%';
  if (share === 1) return '100%';
  if (share > 0 && share < 0.0005) return '<0.1%';
  if (share < 1 && share > 0.9995) return '>99.9%';
  return `${(share * 100).toFixed(1)}%`;
}

/** A share as an axis says it, without needless zeros: 0.05 → `5%`. */
export function percentTick(value: number): string {
  return `${Number((value * 100).toFixed(2))}%`;
}

/** `[11.7, 18.6]`, in per cent; empty where there is no interval. */
export function formatInterval(share: Pick<Share, 'low' | 'high'>): string {
  if (share.low === null || share.high === null) return '';
  return `[${(share.low * 100).toFixed(1)}, ${(share.high * 100).toFixed(1)}]`;
}

/** `14.8% [11.7, 18.6]`. */
export function formatShare(share: Share): string {
  return `${formatPercent(share.share)} ${formatInterval(share)}`.trim();
}

/** US dollars, with as many digits as are needed to tell it from nothing: `$0.0031`, `$12.40`. */
export function formatCost(usd: number | null | undefined): string {
  if (usd === null || usd === undefined || Number.isNaN(usd)) return NONE;
  if (usd === 0) return '$0';
  if (usd < 0.0001) return '<$0.0001';
  return usd < 0.1 ? `$${usd.toFixed(4)}` : `$${usd.toFixed(2)}`;
}

/** Two decimals without the leading zero, as cohesion and probability are written: 0.713 → `.71`. */
export function formatScore(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return NONE;
  const text = value.toFixed(2);
  return text.startsWith('0.') ? text.slice(1) : text;
}
