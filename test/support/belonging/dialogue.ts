/**
 * Conversations that scenarios write down in formats of their own: several sessions, several traces in each, words that
 * come again, a call that fails. What a scenario says must come out whatever the files and imports it is spread over.
 */
import { createHash } from 'node:crypto';

export interface Exchange {
  session: string;
  /** 32 hexadecimal digits. */
  trace: string;
  /** 0-based place in its session. */
  turn: number;
  /** Seconds since `START`. */
  second: number;
  asked: string;
  answered: string;
  isToolFailed: boolean;
  /** What was said before in the session. */
  earlier: readonly Exchange[];
}

/** Files that come together or apart, by name; the first list is the earliest part. */
export type Parts = readonly Readonly<Record<string, string | Uint8Array>>[];

export interface Scenario {
  name: string;
  parts: Parts;
  /** What people said, by session. */
  turns: Readonly<Record<string, readonly string[]>>;
  /** Which session keeps a span that several hold is decided by what came first; then only sums are compared. */
  staysWithFirst?: boolean;
  /** Number of labels its sessions have. */
  labelCount?: number;
  /** Number of tool calls and of failed ones over all its sessions. */
  toolCalls?: readonly [all: number, failed: number];
}

export const START = Date.UTC(2026, 8, 22, 10, 0, 0);

export function hex(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}

export function iso(second: number): string {
  return new Date(START + second * 1000).toISOString();
}

/** Nanoseconds since the epoch as a decimal text. */
export function nanos(second: number): string {
  return String(BigInt(Math.round(START + second * 1000)) * 1_000_000n);
}

export function lines(records: readonly unknown[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

const SAID: readonly (readonly (readonly [asked: string, answered: string])[])[] = [
  [
    ['Where is my parcel?', 'In the depot.'],
    ['No, the other parcel!', 'On the way.'],
    ['Where is my parcel?', 'In the depot.'],
  ],
  [
    ['Cancel the order.', 'Which one?'],
    ['Cancel the order.', 'Cancelled.'],
  ],
  [['Thanks, that was all.', 'You are welcome.']],
];

/** Three conversations with three, two and one requests, interleaved in time; ids begin with the scenario's name. */
export function dialogue(name: string): Exchange[] {
  const all: Exchange[] = [];
  const longest = Math.max(...SAID.map((session) => session.length));
  for (let turn = 0; turn < longest; turn += 1)
    SAID.forEach((said, i) => {
      const pair = said[turn];
      if (!pair) return;
      const session = `${name}-${'abc'[i] ?? ''}`;
      all.push({
        session,
        trace: hex(`${session}/${String(turn)}`, 32),
        turn,
        second: turn * 600 + i * 60,
        asked: pair[0],
        answered: pair[1],
        isToolFailed: i === 0 && turn === 1,
        earlier: all.filter((one) => one.session === session),
      });
    });
  return all;
}

export function turnsOf(exchanges: readonly Exchange[]): Record<string, string[]> {
  const turns: Record<string, string[]> = {};
  for (const { session, asked } of exchanges) (turns[session] ??= []).push(asked);
  return turns;
}

/** The messages of a request that repeats all that was said before. */
export function historyOf({ earlier, asked }: Exchange): { role: string; content: string }[] {
  return [
    ...earlier.flatMap((one) => [
      { role: 'user', content: one.asked },
      { role: 'assistant', content: one.answered },
    ]),
    { role: 'user', content: asked },
  ];
}

/** The exchanges of the first, second and third round of requests. */
export function rounds(exchanges: readonly Exchange[]): Exchange[][] {
  return [0, 1, 2].map((turn) => exchanges.filter((one) => one.turn === turn));
}
