/** What intake makes of single values that cannot be: they are left out, so that no sum is wrong, and said with their line. */
import type { NoticedLines } from '../../shared/trace/noticed-lines';
import { takeUnreadableTime } from '../../shared/trace/time';
import type { SpanInput } from './format';

const MAX_NS = 9_223_372_036_854_775_807n;

/** Says of a line that a time in it could not be read, where one was. */
export function noticeTime(noticed: NoticedLines, line: number): void {
  const value = takeUnreadableTime();
  if (value !== null) noticed.at('time that cannot be read, left out', line, value);
}

/** What is said of tokens and costs that would make sums wrong. */
export const BELOW_ZERO = 'amount below zero or too large, left out';

const AMOUNTS = [
  ['inputTokens', 'input tokens'],
  ['outputTokens', 'output tokens'],
  ['cacheReadTokens', 'cache read tokens'],
  ['cacheWriteTokens', 'cache write tokens'],
  ['reasoningTokens', 'reasoning tokens'],
  ['costUsd', 'cost'],
] as const;

/**
 * The span without amounts below zero or beyond counting, which would make sums wrong. An end before the start stays, as it
 * tells of the clock; no duration is made of it.
 */
export function sane(span: SpanInput, line: number, noticed: NoticedLines): SpanInput {
  let isSane = true;
  for (const [field] of AMOUNTS) if (!isAmount(span[field])) isSane = false;
  const kept = isSane ? span : withoutBad(span, line, noticed);
  if (span.startNs && span.endNs && span.endNs > 0n && span.endNs < span.startNs)
    noticed.at('span that ends before it begins, without a duration', line);
  if ((span.startNs ?? 0n) > MAX_NS || (span.endNs ?? 0n) > MAX_NS)
    noticed.at('time after the year 2262, left out', line);
  return kept;
}

function isAmount(value: number | null | undefined): boolean {
  return value === null || value === undefined || (value >= 0 && value <= Number.MAX_SAFE_INTEGER);
}

function withoutBad(span: SpanInput, line: number, noticed: NoticedLines): SpanInput {
  const bad = AMOUNTS.filter(([field]) => !isAmount(span[field]));
  noticed.at(BELOW_ZERO, line, bad.map(([field, name]) => `${name} ${String(span[field])}`).join(' and '));
  return { ...span, ...Object.fromEntries(bad.map(([field]) => [field, null])) };
}

/** The value as a number of the tables; null where there is none that can be counted with. */
export function finite(value: number | null | undefined): number | null {
  return value !== null && value !== undefined && Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : null;
}

/** Times outside what 64 bits of nanoseconds can say (years 1678 to 2262) are as good as absent. */
export function clampNs(value: bigint | null | undefined): bigint | null {
  return value === null || value === undefined || value <= 0n || value > MAX_NS ? null : value;
}
