/**
 * Amounts as exports for people write them: decimal commas, points between thousands, a sign of currency, a unit of
 * time behind a duration.
 */
import { asNumber } from './json';

const DECIMAL_COMMA = /^\s*-?(?:\d+|\d{1,3}(?:\.\d{3})+),\d+\s*$/;
/** Commas that stand between thousands for sure: a decimal point comes behind them, or there are two. */
const SURE_THOUSANDS = /^\s*-?\d{1,3}(?:(?:,\d{3})+\.\d+|(?:,\d{3}){2,})\s*$/;
/** Thousands of a number that has no fraction, whatever stands between them. */
const GROUPED = /^\s*\d{1,3}([.,'’ \u00a0\u202f])\d{3}(?:\1\d{3})*\s*$/;
const DOLLARS = /^\s*(?:US\s?)?\$\s?(?=\d)|\s?(?:\$|USD)\s*$/;
const DURATION =
  /^\s*(\d+(?:[.,]\d+)?)\s?(ns|[uµμ]s|ms|msecs?|millis|milliseconds?|s|secs?|seconds?|sek|m|mins?|minutes?)\s*$/i;
const MS_PER_UNIT: readonly (readonly [RegExp, number])[] = [
  [/^n/, 1e-6],
  [/^[uµμ]/, 1e-3],
  [/^(?:ms|milli)/, 1],
  [/^s/, 1000],
  [/^m/, 60_000],
];

/** A number, also `0,05`, `1.234,5` and `1,234.5`; null for other texts. What may be either, as `1,000`, has a decimal comma. */
export function decimalOf(value: unknown): number | null {
  if (typeof value === 'string' && SURE_THOUSANDS.test(value)) return Number(value.replaceAll(',', ''));
  const isComma = typeof value === 'string' && DECIMAL_COMMA.test(value);
  return asNumber(isComma ? value.replaceAll('.', '').replace(',', '.') : value);
}

/** An amount of what cannot be parted, so that `1,000` and `1.000` are a thousand; null for texts that are no number. */
export function countOf(value: unknown): number | null {
  return typeof value === 'string' && GROUPED.test(value)
    ? Number(value.replaceAll(/\D/g, ''))
    : decimalOf(value);
}

/** An amount of US dollars, also with their sign: `$0.0123`, `0,01 USD`; null for texts that are none. */
export function dollarsOf(value: unknown): number | null {
  return decimalOf(typeof value === 'string' ? value.replace(DOLLARS, '') : value);
}

/** Whether a value is a duration that says its unit: `1.23s`, `350 ms`. */
export function hasTimeUnit(value: unknown): boolean {
  return typeof value === 'string' && DURATION.test(value);
}

/** Milliseconds of a duration, which it is in where it names no unit; null for texts that are none. */
export function millisecondsOf(value: unknown): number | null {
  const [, amount, unit] = (typeof value === 'string' ? DURATION.exec(value) : null) ?? [];
  if (amount === undefined || unit === undefined) return decimalOf(value);
  const factor = MS_PER_UNIT.find(([name]) => name.test(unit.toLowerCase()))?.[1] ?? 1;
  return Number(amount.replace(',', '.')) * factor;
}
