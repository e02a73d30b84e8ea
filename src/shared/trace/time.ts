/**
 * Reading times as trace exports write them, into nanoseconds since the epoch. Nothing is guessed:
 * what cannot be read is null.
 */
import { writtenDateToNs } from './written-dates';

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9})\d*)?)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2}|[+-]\d{2})?$/i;

const YEAR_FIRST =
  /^(\d{4})(?:[/.]|年\s?)(\d{1,2})(?:[/.]|月\s?)(\d{1,2})日?(?=$|[T ])(?:[T ]\s?(\d{1,2})(?::|[時时]\s?)(\d{2})(?:分\s?(?:(\d{2})秒)?$)?)?/;

/** A time that begins with its year as ISO 8601 writes it: `2026/3/1 9:00`, `2026年3月1日 9:00` and `… 9時00分` too. */
function yearFirst(text: string): string {
  return text.replace(YEAR_FIRST, (_, ...parts: (string | undefined)[]) => {
    const [year = '', month, day, hour, minute, second] = parts
      .slice(0, 6)
      .map((part) => part?.padStart(2, '0'));
    const date = `${year}-${month ?? ''}-${day ?? ''}`;
    return hour === undefined
      ? date
      : `${date}T${hour}:${minute ?? ''}${second === undefined ? '' : `:${second}`}`;
  });
}

/**
 * An ISO 8601 time (also with a space, without a zone, with up to nanoseconds) as nanoseconds since the epoch.
 * A time without a zone is read as UTC, which is what Langfuse, OpenHands and tau2 mean by it.
 */
export function isoToNs(text: string): bigint | null {
  const m = ISO.exec(yearFirst(text.trim()));
  if (!m) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = m;
  const ms = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  if (Number.isNaN(ms) || Number(month) > 12 || Number(day) > 31 || Number(hour) > 24) return null;
  let offsetMinutes = 0;
  if (/^[+-]/.test(zone)) {
    const sign = zone.startsWith('-') ? -1 : 1;
    const digits = zone.slice(1).replace(':', '');
    offsetMinutes = sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4) || '0'));
  }
  return BigInt(ms - offsetMinutes * 60_000) * 1_000_000n + BigInt(fraction.padEnd(9, '0') || '0');
}

const WITH_DOTS =
  /^(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,?[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: Uhr)?)?$/i;

/** A time as German and other exports write it, `21.09.2026 14:13:20`: the day first, told by its dots. Read as UTC. */
function dottedToNs(text: string): bigint | null {
  const [, day = '', month = '', year = '', hour = '0', minute = '0', second = '0', fraction = ''] =
    WITH_DOTS.exec(text.trim()) ?? [];
  if (year === '') return null;
  const two = (part: string): string => part.padStart(2, '0');
  return isoToNs(
    `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}${fraction === '' ? '' : `.${fraction}`}`,
  );
}

const WITH_SLASHES =
  /^(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})(?:,?[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?\s*([AP]\.?M\.?)?$/i;

/** The numbers of a date written with slashes, `03/04/2026 2:13 PM`; null for other texts. Which is the day, it does not say. */
export function slashedDate(text: string): [first: number, second: number] | null {
  const [, first = '', second = ''] = WITH_SLASHES.exec(text.trim()) ?? [];
  return first === '' ? null : [Number(first), Number(second)];
}

/** A time as the American and most other exports write it, read as UTC. */
function slashedToNs(text: string, isDayFirst: boolean): bigint | null {
  const [, first = '', second = '', year = '', hour = '0', minute = '00', seconds = '00', half = ''] =
    WITH_SLASHES.exec(text.trim()) ?? [];
  if (year === '') return null;
  const [day, month] = isDayFirst ? [first, second] : [second, first];
  const isAfternoon = half.toLowerCase().startsWith('p');
  const of24 = half === '' ? Number(hour) : (Number(hour) % 12) + (isAfternoon ? 12 : 0);
  const two = (part: string): string => part.padStart(2, '0');
  return isoToNs(
    `${year.length === 2 ? `20${year}` : year}-${two(month)}-${two(day)}T${two(String(of24))}:${minute}:${seconds}`,
  );
}

export type TimeUnit = 'auto' | 'iso' | 's' | 'ms' | 'us' | 'ns' | 'day-first' | 'month-first' | 'sheet-days';

type NumberUnit = keyof typeof NS_PER_UNIT;

/** The unit of a number: as said, else by its size. */
function numberUnit(value: number, unit: TimeUnit): NumberUnit {
  return Object.hasOwn(NS_PER_UNIT, unit) ? (unit as NumberUnit) : epochUnit(value);
}

const NS_PER_UNIT = { s: 1_000_000_000n, ms: 1_000_000n, us: 1_000n, ns: 1n } as const;

/** The unit of an epoch number by its size: seconds until 10^11 (year 5138), then ms, us, ns by steps of 1000. */
export function epochUnit(value: number): 's' | 'ms' | 'us' | 'ns' {
  const size = Math.abs(value);
  if (size < 1e11) return 's';
  if (size < 1e14) return 'ms';
  if (size < 1e17) return 'us';
  return 'ns';
}

let unreadable: string | null = null;
const UNREADABLE_SHOWN = 40;

/**
 * The first value that `toNs` was given since this was last asked and that is no time, as it is shown; null for none. Readers
 * of records say it with the line: formats ask for times in so many places that each would have to.
 */
export function takeUnreadableTime(): string | null {
  const taken = unreadable;
  unreadable = null;
  return taken;
}

/**
 * The time in a field that is there for a time, as `timeOf` reads it; null where there is none. A value that is no time is
 * kept for `takeUnreadableTime`.
 */
export function toNs(value: unknown, unit: TimeUnit = 'auto'): bigint | null {
  const ns = timeOf(value, unit);
  if (ns === null && unreadable === null && value !== null && value !== undefined && value !== '')
    unreadable = typeof value === 'string' ? `“${value.slice(0, UNREADABLE_SHOWN)}”` : typeof value;
  return ns;
}

/**
 * Any time a trace export may carry (ISO text, epoch as number, bigint or digits, Date) as nanoseconds since the
 * epoch; null when it is none. `unit` says what numbers are; `auto` decides by their size.
 */
export function timeOf(value: unknown, unit: TimeUnit = 'auto'): bigint | null {
  if (value === null || value === undefined || value === '') return null;
  if (unit === 'sheet-days') return sheetDaysToNs(value);
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? null : BigInt(value.getTime()) * 1_000_000n;
  if (typeof value === 'bigint') return value * NS_PER_UNIT[numberUnit(Number(value), unit)];
  if (typeof value === 'number') return Number.isFinite(value) ? numberToNs(value, unit) : null;
  if (typeof value !== 'string') return null;
  const text = value.trim();
  if (/^-?\d+$/.test(text)) return timeOf(BigInt(text), unit);
  const decimal = /^(\d+)\.(\d+)$/.exec(text);
  if (decimal) return decimalToNs(decimal[1] ?? '', decimal[2] ?? '', unit);
  if (/^-\d+\.\d+$/.test(text)) return numberToNs(Number(text), unit);
  const written = isoToNs(text) ?? dottedToNs(text) ?? writtenDateToNs(text);
  if (written !== null || (unit !== 'day-first' && unit !== 'month-first')) return written;
  return slashedToNs(text, unit === 'day-first');
}

/** Days from 30 December 1899 on, as spreadsheets count them, to the epoch. */
const SHEET_EPOCH_DAYS = 25_569;

/** A date as a spreadsheet keeps it, read as UTC to the second: cells hold no finer times than people type. */
function sheetDaysToNs(value: unknown): bigint | null {
  const written = typeof value === 'string' && /^\s*\d+([.,]\d+)?\s*$/.test(value) ? value : null;
  if (written === null && typeof value !== 'number') return timeOf(value);
  const days = written === null ? Number(value) : Number(written.replace(',', '.'));
  return isSheetDay(days) ? BigInt(Math.round((days - SHEET_EPOCH_DAYS) * 86_400)) * 1_000_000_000n : null;
}

/** Whether a number may be a day of a spreadsheet: from 1990 to 2064. */
export function isSheetDay(days: number): boolean {
  return days >= 32_874 && days < 60_000;
}

/** Digits before and behind the point, exact where a number would be rounded: `1790000000.000100`. */
function decimalToNs(whole: string, fraction: string, unit: TimeUnit): bigint {
  const factor = NS_PER_UNIT[numberUnit(Number(whole), unit)];
  const digits = BigInt(fraction.slice(0, 9));
  return BigInt(whole) * factor + (digits * factor) / 10n ** BigInt(Math.min(9, fraction.length));
}

function numberToNs(value: number, unit: TimeUnit): bigint {
  const resolved = numberUnit(value, unit);
  const whole = Math.trunc(value);
  const factor = NS_PER_UNIT[resolved];
  return BigInt(whole) * factor + BigInt(Math.round((value - whole) * Number(factor)));
}

/** Nanoseconds as ISO 8601 UTC with as many decimals as needed (3, 6 or 9). */
export function nsToIso(ns: bigint): string {
  const ms = ns / 1_000_000n - (ns % 1_000_000n < 0n ? 1n : 0n);
  const rest = ns - ms * 1_000_000n;
  const date = new Date(Number(ms));
  if (Number.isNaN(date.getTime())) return String(ns);
  const iso = date.toISOString();
  if (rest === 0n) return iso;
  const decimals =
    rest % 1000n === 0n ? String(rest / 1000n).padStart(3, '0') : String(rest).padStart(6, '0');
  return iso.replace('Z', `${decimals}Z`);
}
