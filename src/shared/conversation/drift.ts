/**
 * How far a session has moved from what it was opened with: for each message the likeness to the opening request, and where
 * the talk turns to something else. Lexical, by telling words alone; on chit-chat no such measure works (docs/evaluation.md).
 */
import { likenessOf, readAsked, type Asked } from '../text/rephrase';
import { conversationOf, proseOf, speechOf, type SpeechSpan } from './conversation';

/** One message on the curve. */
export type DriftPoint = {
  spanId: string;
  position: number;
  turnNo: number;
  speaker: 'user' | 'agent';
  /** Share of the poorer text's weighted telling words that the opening request and the message both have, 0 to 1. */
  similarity: number;
};

const pointsKept = 400;
const charactersRead = 600;
const minStems = 3;

type Idf = (word: string) => number;

/** Every nth element, the first and the last among them, so that at most `limit` are left. */
function thinned<T>(list: readonly T[], limit: number): T[] {
  if (list.length <= limit) return [...list];
  return Array.from(
    { length: limit },
    (_, i) => list[Math.round((i * (list.length - 1)) / (limit - 1))] as T,
  );
}

/**
 * The curve of a session: the likeness of each message with at least three telling words to the first message of the user.
 * Empty where there is no such message, or where it says too little. At most `limit` points, evenly
 * taken from longer sessions.
 */
export function driftCurve(spans: readonly SpeechSpan[], idf: Idf, limit: number = pointsKept): DriftPoint[] {
  const [first] = conversationOf(spans);
  if (!first) return [];
  const opening = readAsked(speechOf(first.user).prose, idf);
  if (opening.stems.size < minStems) return [];
  const messages = spans.filter(
    (span) =>
      span.position > first.user.position &&
      span.agentId === null &&
      !span.isRewound &&
      span.text !== '' &&
      (span.kind === 'llm' ||
        (span.kind === 'user' && (span.origin === 'human' || span.origin === 'simulated'))),
  );
  return thinned(messages, limit).flatMap((span): DriftPoint[] => {
    const asked = readAsked(proseOf(span.text.slice(0, charactersRead)), idf);
    if (asked.stems.size < minStems) return [];
    return [
      {
        spanId: span.spanId,
        position: span.position,
        turnNo: span.turnNo,
        speaker: span.kind === 'user' ? 'user' : 'agent',
        similarity: likenessOf(opening, asked, null).overlap,
      },
    ];
  });
}

export type DriftSummary = {
  /** Means over the first and the last third of the agent's points, and over the user's points in the last third. */
  early: number;
  late: number;
  userLate: number | null;
  /** The last point of the agent. */
  last: DriftPoint;
  count: number;
};

function mean(points: readonly DriftPoint[]): number {
  return points.reduce((sum, point) => sum + point.similarity, 0) / Math.max(points.length, 1);
}

/** The curve in a few figures; null with fewer than `minPoints` points of the agent. */
export function summarizeDrift(curve: readonly DriftPoint[], minPoints: number): DriftSummary | null {
  const agent = curve.filter((point) => point.speaker === 'agent');
  const last = agent.at(-1);
  if (!last || agent.length < minPoints) return null;
  const third = Math.max(1, Math.floor(agent.length / 3));
  const late = agent.slice(-third);
  const from = late[0]?.position ?? 0;
  const users = curve.filter((point) => point.speaker === 'user' && point.position >= from);
  return {
    early: mean(agent.slice(0, third)),
    late: mean(late),
    userLate: users.length === 0 ? null : mean(users),
    last,
    count: agent.length,
  };
}

/**
 * For each text of a conversation how much it turns to something else: 1 - the greatest likeness to one of the `window` texts
 * before it; 0 for the first one and for texts that say too little to tell.
 */
export function topicShifts(texts: readonly string[], idf: Idf, window: number): number[] {
  const read = texts.map((text) => readAsked(text, idf));
  return read.map((now, i) => {
    if (i === 0 || now.stems.size < 2) return 0;
    const before = read.slice(Math.max(0, i - window), i);
    return 1 - Math.max(...before.map((one: Asked) => likenessOf(one, now, null).overlap));
  });
}
