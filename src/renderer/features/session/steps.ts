/** Where "next" and "previous" lead from a place in the session. Pure; positions are indices of spans. */
import type { Turn } from '../../../shared/model/session';
import type { Finding } from '../../../shared/model/signal';
import type { ConversationItem } from './conversation/rows';

/** The span a turn begins with: the user's message, else its first. */
function beginOf(turn: Turn, indexOf: ReadonlyMap<string, number>): number {
  const said = turn.userSpanId === null ? undefined : indexOf.get(turn.userSpanId);
  return said ?? turn.firstPosition;
}

/**
 * The beginning of the next or previous turn. Within a turn, "previous" leads to its beginning first.
 * Null at the end of the session.
 */
export function stepTurn(
  turns: readonly Turn[],
  indexOf: ReadonlyMap<string, number>,
  from: number | null,
  step: 1 | -1,
): number | null {
  const begins = turns
    .filter((turn) => turn.turnNo > 0)
    .map((turn) => beginOf(turn, indexOf))
    .sort((a, b) => a - b);
  if (from === null) return begins[0] ?? null;
  return (step === 1 ? begins.find((at) => at > from) : begins.findLast((at) => at < from)) ?? null;
}

/** The next or previous finding; several at one span come one after another. Null when there is none. */
export function stepFinding(
  findings: readonly Finding[],
  from: number | null,
  chosenId: string | null,
  step: 1 | -1,
): Finding | null {
  const sorted = [...findings].sort(
    (a, b) => a.position - b.position || (a.findingId < b.findingId ? -1 : 1),
  );
  const chosen = sorted.findIndex((finding) => finding.findingId === chosenId);
  if (chosen !== -1) return sorted[chosen + step] ?? null;
  if (from === null) return sorted[0] ?? null;
  return (
    (step === 1
      ? sorted.find((finding) => finding.position >= from)
      : sorted.findLast((finding) => finding.position < from)) ?? null
  );
}

/** The row after or before the one with this key; the first when none is chosen. */
export function stepRow(
  rows: readonly ConversationItem[],
  key: string | null,
  step: 1 | -1,
): ConversationItem | null {
  const at = rows.findIndex((row) => row.key === key);
  return at === -1 ? (rows[0] ?? null) : (rows[at + step] ?? null);
}

/** The next or previous match, around the end. */
export function stepMatch(matches: readonly number[], from: number | null, step: 1 | -1): number | null {
  if (matches.length === 0) return null;
  const at = from ?? -1;
  const next = step === 1 ? matches.find((match) => match > at) : matches.findLast((match) => match < at);
  return next ?? (step === 1 ? matches[0] : matches.at(-1)) ?? null;
}
