/**
 * Finds user corrections in the index: puts every user turn into its context, scores it, and stores what is likely one.
 * What the analyst said of a correction is the journal's and is never touched here.
 */
import { createHash } from 'node:crypto';
import type { SignalBasics } from '../signals/findings';
import { findingColumns, findingRow } from '../signals/run-detectors';
import type { Store } from '../workspace/queries';
import type { SqlValue } from '../workspace/sql-values';
import { Pacer } from './pacer';
import { scoreUserTurn, type CorrectionScore } from './propose-correction';

/** The signal under which corrections appear among the findings. */
export const correctionSignal: SignalBasics = {
  id: 'correction',
  title: 'User correction',
  description: 'A user turn that rejects, repairs or redirects what the agent did before it.',
  pillar: 'user',
  version: '1.0',
  isHint: false,
  parameters: {},
};

/** Stable id of the correction a user turn is: the same after every rebuild. */
export function correctionIdOf(sessionId: string, spanId: string): string {
  return createHash('md5').update(`${sessionId}\0${spanId}`).digest('hex').slice(0, 16);
}

interface TurnRecord {
  sessionId: string;
  spanId: string;
  turnNo: number;
  text: string;
  previousUserText: string | null;
  agentText: string | null;
  interruptedBefore: boolean;
  toolRejectedBefore: boolean;
  toolErrorBefore: boolean;
}

/** One row per user turn but the first of its session, with what happened in the turn before it. */
const turnQuery = `
  WITH opener AS (
    SELECT session_id, turn_no, user_span_id, user_text,
      lag(user_text) OVER (PARTITION BY session_id ORDER BY turn_no) AS previous_text
    FROM turn
    WHERE user_span_id IS NOT NULL SESSIONS
  ), before AS (
    SELECT session_id, turn_no + 1 AS turn_no,
      arg_max(coalesce(text_tail, text_head), position) FILTER (kind = 'llm' AND text_length > 0 AND agent_id IS NULL) AS agent_text,
      bool_or(status = 'interrupted') AS interrupted,
      bool_or(status = 'rejected') AS rejected,
      bool_or(kind = 'tool' AND status = 'error') AS tool_error
    FROM span
    WHERE NOT is_rewound SESSIONS
    GROUP BY ALL
  )
  SELECT o.session_id AS "sessionId", o.user_span_id AS "spanId", o.turn_no AS "turnNo", o.user_text AS text, o.previous_text AS "previousUserText",
    b.agent_text AS "agentText", coalesce(b.interrupted, false) AS "interruptedBefore", coalesce(b.rejected, false) AS "toolRejectedBefore",
    coalesce(b.tool_error, false) AS "toolErrorBefore"
  FROM opener AS o
  LEFT JOIN before AS b ON b.session_id = o.session_id AND b.turn_no = o.turn_no
  WHERE o.turn_no > 1
  ORDER BY o.session_id, o.turn_no`;

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

async function scoredTurns(
  db: Store,
  sessionIds: readonly string[] | null,
  visit: (turn: TurnRecord, score: CorrectionScore) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const only = sessionIds === null ? '' : 'AND session_id IN (SELECT unnest($sessionIds))';
  const params: Record<string, SqlValue> = sessionIds === null ? {} : { sessionIds };
  const pacer = new Pacer({ signal });
  await db.stream<TurnRecord>(
    turnQuery.replaceAll('SESSIONS', only),
    params,
    async (rows) => {
      for (const row of rows) {
        visit(row, scoreUserTurn(row));
        await pacer.pause('', 0);
      }
    },
    undefined,
    signal,
  );
}

/**
 * Proposes corrections anew in the named sessions (null: in all). `added` are the user turns an analyst made
 * corrections by hand: they stay, whatever their score. Returns how many corrections there are then.
 */
export async function findCorrections(
  db: Store,
  sessionIds: readonly string[] | null,
  added: readonly { sessionId: string; spanId: string }[],
  signal?: AbortSignal,
): Promise<number> {
  const byHand = new Set(added.map((one) => correctionIdOf(one.sessionId, one.spanId)));
  const rows: unknown[][] = [];
  const findings: unknown[][] = [];
  const seen = new Set<string>();
  await scoredTurns(
    db,
    sessionIds,
    (turn, score) => {
      const id = correctionIdOf(turn.sessionId, turn.spanId);
      if (!score.isProposed && !byHand.has(id)) return;
      seen.add(id);
      rows.push(correctionRow(turn, score));
      if (score.isProposed) {
        const finding = {
          evidence: [turn.spanId] as const,
          turnNo: turn.turnNo,
          reason: reasonOf(turn, score),
          severity: 3 as const,
        };
        findings.push(findingRow(correctionSignal, turn.sessionId, { ...finding, evidence: [turn.spanId] }));
      }
    },
    signal,
  );
  for (const one of added) {
    const id = correctionIdOf(one.sessionId, one.spanId);
    if (seen.has(id) || (sessionIds !== null && !sessionIds.includes(one.sessionId))) continue;
    const row = await firstTurnRow(db, one);
    if (row) rows.push(row);
  }
  await db.transaction(async (tx) => {
    const where = sessionIds === null ? '' : 'WHERE session_id IN (SELECT unnest($1))';
    const params: SqlValue[] = sessionIds === null ? [] : [sessionIds];
    await tx.run(`DELETE FROM correction ${where}`, params);
    await tx.run(`DELETE FROM finding WHERE signal = 'correction' ${where.replace('WHERE', 'AND')}`, params);
    await tx.appendRows('correction', correctionColumns, rows);
    await tx.appendRows('finding', findingColumns, findings);
  });
  return rows.length;
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
  };
  return correctionRow(turn, score);
}
