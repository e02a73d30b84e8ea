/**
 * How a support conversation goes on around its matter: calls that fail, doubts, how it closes. Owns the course of talk;
 * the matters themselves are in the scenario files, failures are played by failure-flow.ts.
 */
import { isoDay } from '../calendar';
import * as turns from '../phrases/support-turns';
import type { Conversation } from './conversation';
import type { ToolFailure } from './turn-trace';
import { present } from '../present';

const outages: readonly ToolFailure[] = [
  { httpStatus: 503, type: 'service_unavailable', message: 'upstream reservation service unavailable' },
  { httpStatus: 504, type: 'timeout', message: 'no response within 10000 ms' },
  { httpStatus: 502, type: 'bad_gateway', message: 'bad gateway' },
  {
    httpStatus: 429,
    type: 'rate_limit_exceeded',
    message: 'rate limit for this client exceeded, retry later',
  },
];

/** The same call again and again, all in vain: a retry loop. Only inside a failure. */
export function callInVain(c: Conversation, tool: string, args: object, times: number): void {
  const failsWith = c.rng.pick(outages);
  const ids = Array.from({ length: times }, () => c.call(tool, args, null, { failsWith, blame: true }));
  if (times >= 3) c.truth.signal('retry-loop', c.turnNo, ids, c.failure);
}

/** A call that may fail once and works at the second attempt, as networks do. */
export function callSteadily(c: Conversation, tool: string, args: object, result: unknown): string {
  if (c.rng.chance(0.035)) {
    c.call(tool, args, null, { failsWith: c.rng.pick(outages), trap: 'retry-succeeded' });
  }
  return c.call(tool, args, result);
}

/** Finds a record by the number the user gave; now and then the user has mistyped it and says so. */
export function findRecord(
  c: Conversation,
  what: 'booking' | 'parcel',
  typed: string,
  right: string,
  record: object,
): void {
  const tool = what === 'booking' ? 'get_booking' : 'track_parcel';
  const key = what === 'booking' ? 'reference' : 'tracking';
  if (typed !== right) {
    const spanId = c.call(tool, { [key]: typed }, { found: false, [key]: typed });
    c.truth.decoy('honest-empty-result', c.turnNo, [spanId]);
    c.reply(turns.notFound, { what: what === 'booking' ? 'booking' : 'parcel', typed });
    c.ask(turns.ownMistakes, { right }, 'answer', { trap: 'own-mistake' });
  }
  callSteadily(c, tool, { [key]: right }, record);
}

/** The number as the user first types it: now and then two neighbours change places. */
export function mistyped(c: Conversation, right: string): string {
  if (!c.rng.chance(0.11)) return right;
  const at = c.rng.int(2, right.length - 2);
  return right.slice(0, at) + right.charAt(at + 1) + right.charAt(at) + right.slice(at + 2);
}

/** Between two matters: doubt that proves unfounded, anger at the company, or nothing. `fact` is what has just been settled. */
export function interlude(
  c: Conversation,
  fact: string,
  recheck: { tool: string; args: object; result: object },
): void {
  if (c.isOver || c.language !== 'en') return;
  const kind = c.rng.weighted([
    ['none', 70],
    ['doubt', 16],
    ['service-complaint', 14],
  ] as const);
  if (kind === 'doubt') {
    const reason = c.wording.neutral(turns.doubtReasons, {}, c.rng);
    c.ask(turns.doubts, { reason }, 'follow-up', { trap: 'doubt' });
    c.call(recheck.tool, recheck.args, recheck.result);
    c.reply(turns.stillCorrect, { fact });
  } else if (kind === 'service-complaint') {
    c.ask(turns.serviceComplaints, {}, 'aside', { trap: 'service-complaint' });
    c.reply(turns.sympathy);
  }
}

/** The end: thanks, a last "no" to "anything else?", or silence. */
export function close(c: Conversation): void {
  if (c.isOver) return;
  const way = c.rng.weighted([
    ['silent', 22],
    ['thanks', 40],
    ['nothing-else', 38],
  ] as const);
  if (way === 'silent') return;
  c.ask(c.book.thanks, {}, 'positive');
  if (c.rng.chance(0.3))
    c.remember('last_contact', { date: isoDay(present(c.lines[0]).atMs), topic: c.speaker.feature });
  if (way === 'thanks') return c.reply(c.book.welcome);
  c.reply(c.book.anythingElse);
  c.ask(c.book.noThatIsAll, {}, 'answer', { trap: 'no-as-answer' });
  c.reply(c.book.goodbye);
}
