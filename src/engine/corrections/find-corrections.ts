/**
 * Finds user corrections in the index: puts every user turn into its context, scores it, and stores what is likely one.
 * What the analyst said of a correction is the journal's and is never touched here.
 */
import type { SignalBasics } from '../signals/findings';
import { findingColumns, findingRow } from '../signals/inspect-batch';
import type { Queries, Store } from '../workspace/queries';
import type { SqlValue } from '../workspace/sql-values';
import { correctiveActs } from '../../shared/model/user-turn';
import { correctionIdOf } from './correction-id';
import { correctionWeights } from './correction-weights';
import { learnWeights, type Verdicts } from './learn-corrections';
import { Pacer } from './pacer';
import { scoreUserTurn, type CorrectionScore } from './propose-correction';
import { correctedSpan } from './turn-act';
import { streamUserTurns, type TurnRecord } from './user-turns';

/** The signal under which corrections appear among the findings. */
export const correctionSignal: SignalBasics = {
  id: 'correction',
  title: 'User correction',
  description: 'A user turn that rejects, repairs or redirects what the agent did before it.',
  pillar: 'user',
  version: '2.0',
  isHint: true,
  parameters: {},
};

const correctionColumns = [
  'correction_id',
  'session_id',
  'span_id',
  'turn_no',
  'text',
  'agent_text',
  'cue_text',
  'cue_start',
  'cue_end',
  'cue_kind',
  'kind',
  'score',
  'reasons',
] as const;

/** What a correction keeps of the agent's words before it. */
const AGENT_TEXT = 600;

function correctionRow(turn: TurnRecord, score: CorrectionScore): unknown[] {
  return [
    correctionIdOf(turn.sessionId, turn.spanId),
    turn.sessionId,
    turn.spanId,
    turn.turnNo,
    turn.text,
    (turn.agentText ?? '').slice(-AGENT_TEXT).toWellFormed(),
    score.cue?.text ?? null,
    score.cue?.start ?? null,
    score.cue?.end ?? null,
    score.cueKind,
    score.kind,
    score.score,
    score.reasons,
  ];
}

function reasonOf(turn: TurnRecord, score: CorrectionScore): string {
  const said = score.cue === null ? (score.reasons[0] ?? score.cueKind) : `“${score.cue.text}”`;
  return `Turn ${String(turn.turnNo)} looks like a correction (${said}; probability ${score.score.toFixed(2)}).`;
}

const turnColumns = [
  'session_id',
  'span_id',
  'turn_no',
  'act',
  'probability',
  'cue_kind',
  'cue_start',
  'cue_end',
  'kind',
  'corrects_turn_no',
  'corrects_span_id',
] as const;

function turnRow(turn: TurnRecord, score: CorrectionScore): unknown[] {
  const corrects = correctiveActs.has(score.act) && turn.turnNo > 1;
  return [
    turn.sessionId,
    turn.spanId,
    turn.turnNo,
    score.act,
    score.score,
    score.cueKind,
    score.cue?.start ?? null,
    score.cue?.end ?? null,
    score.kind,
    corrects ? turn.turnNo - 1 : null,
    corrects ? correctedSpan(score.act, score.kind, score.cueKind, turn) : null,
  ];
}

/** What the journal says that bears on which turns are corrections. */
export type Said = {
  /** User turns an analyst made corrections by hand: they stay, whatever their score. */
  added: readonly { sessionId: string; spanId: string }[];
  /** What the analyst confirmed (true) and rejected (false): learnt from, and kept whatever its score. */
  verdicts: Verdicts;
};

type Found = { corrections: unknown[][]; findings: unknown[][]; turns: unknown[][]; ids: Set<string> };

async function score(
  db: Store,
  sessionIds: readonly string[] | null,
  said: Said,
  signal: AbortSignal | undefined,
): Promise<Found> {
  const model = await learnWeights(db, said.verdicts, correctionWeights);
  const byHand = new Set(said.added.map((one) => correctionIdOf(one.sessionId, one.spanId)));
  const found: Found = { corrections: [], findings: [], turns: [], ids: new Set() };
  const hasSay = byHand.size > 0 || said.verdicts.size > 0;
  const pacer = new Pacer({ signal });
  await streamUserTurns(
    db,
    sessionIds,
    async (turns) => {
      for (const turn of turns) {
        const id = hasSay ? correctionIdOf(turn.sessionId, turn.spanId) : null;
        const isKept = id !== null && (byHand.has(id) || said.verdicts.has(id));
        const scored = scoreUserTurn(turn, { model, isExplained: isKept });
        found.turns.push(turnRow(turn, scored));
        if (scored.isProposed || isKept) {
          found.ids.add(id ?? correctionIdOf(turn.sessionId, turn.spanId));
          found.corrections.push(correctionRow(turn, scored));
        }
        if (scored.isProposed) {
          const finding = {
            evidence: [turn.spanId] as const,
            turnNo: turn.turnNo,
            reason: reasonOf(turn, scored),
            severity: 3 as const,
          };
          found.findings.push(findingRow(correctionSignal, turn.sessionId, finding));
        }
        await pacer.pause('', 0);
      }
    },
    signal,
  );
  return found;
}

/** First turns correct nothing: what opens a session is a new request. */
const firstTurns = `
  INSERT INTO user_turn (session_id, span_id, turn_no, act, probability, cue_kind, kind)
  SELECT session_id, user_span_id, turn_no, 'new-request', 0, 'none', 'unknown' FROM turn WHERE user_span_id IS NOT NULL AND turn_no <= 1`;

async function store(tx: Queries, sessionIds: readonly string[] | null, found: Found): Promise<void> {
  const only = sessionIds === null ? '' : 'AND session_id IN (SELECT unnest($1::VARCHAR[]))';
  const params: SqlValue[] = sessionIds === null ? [] : [sessionIds];
  await tx.run(`DELETE FROM correction WHERE true ${only}`, params);
  await tx.run(`DELETE FROM user_turn WHERE true ${only}`, params);
  await tx.run(`DELETE FROM finding WHERE signal = 'correction' ${only}`, params);
  await tx.appendRows('correction', correctionColumns, found.corrections);
  await tx.appendRows('finding', findingColumns, found.findings);
  await tx.appendRows('user_turn', turnColumns, found.turns);
  await tx.run(`${firstTurns} ${only}`, params);
}

/**
 * Classes the user turns of the named sessions (null: of all) anew and proposes corrections among them.
 * Returns how many corrections there are then in these sessions.
 */
export async function findCorrections(
  db: Store,
  sessionIds: readonly string[] | null,
  said: Said,
  signal?: AbortSignal,
): Promise<number> {
  const found = await score(db, sessionIds, said, signal);
  for (const one of said.added) {
    if (found.ids.has(correctionIdOf(one.sessionId, one.spanId))) continue;
    if (sessionIds !== null && !sessionIds.includes(one.sessionId)) continue;
    const row = await firstTurnRow(db, one);
    if (row) found.corrections.push(row);
  }
  await db.transaction((tx) => store(tx, sessionIds, found));
  return found.corrections.length;
}

/** A user span made a correction by hand that opens no scored turn (the first of a session, a rewound one). */
async function firstTurnRow(
  db: Store,
  one: { sessionId: string; spanId: string },
): Promise<unknown[] | null> {
  const span = await db.one<{ turn_no: number; text_head: string }>(
    "SELECT turn_no, text_head FROM span WHERE session_id = $1 AND span_id = $2 AND kind = 'user'",
    [one.sessionId, one.spanId],
  );
  if (!span) return null;
  const score: CorrectionScore = {
    score: 0,
    isProposed: false,
    cue: null,
    cueKind: 'analyst',
    kind: 'unknown',
    act: 'correction-without-fix',
    reasons: ['added by the analyst'],
  };
  const turn = {
    ...one,
    turnNo: span.turn_no,
    text: span.text_head,
    previousUserText: null,
    agentText: null,
    interruptedBefore: false,
    toolRejectedBefore: false,
    toolErrorBefore: false,
    interruptedSpanId: null,
    rejectedSpanId: null,
    failedSpanId: null,
    lastToolSpanId: null,
    agentSpanId: null,
  };
  return correctionRow(turn, score);
}
