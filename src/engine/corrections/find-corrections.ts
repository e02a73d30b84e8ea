/**
 * Finds user corrections in the index: puts every user turn into its context, has it classed, and stores what is likely one.
 * What the analyst said of a correction is the journal's and is never touched here.
 */
import type { Beside } from '../signals/inspect-sessions';
import { findingColumns } from '../signals/inspect-batch';
import type { Queries, Store } from '../workspace/queries';
import type { SqlValue } from '../workspace/sql-values';
import {
  correctionColumns,
  correctionRow,
  prepareClassing,
  turnColumns,
  type Classed,
  type ClassJob,
  type TurnRecord,
} from './class-turns';
import { correctionIdOf } from './correction-id';
import { correctionWeights } from './correction-weights';
import { learnWeights, type Verdicts } from './learn-corrections';
import { Pacer } from './pacer';
import type { CorrectionScore } from './propose-correction';
import { streamUserTurns } from './user-turns';
import { textList } from '../workspace/sql-values';

export { correctionSignal } from './class-turns';

/** What the journal says that bears on which turns are corrections. */
export type Said = {
  /** User turns an analyst made corrections by hand: they stay, whatever their score. */
  added: readonly { sessionId: string; spanId: string }[];
  /** What the analyst confirmed (true) and rejected (false): learnt from, and kept whatever its score. */
  verdicts: Verdicts;
};

async function jobOf(db: Store, said: Said): Promise<ClassJob> {
  const byHand = said.added.map((one) => correctionIdOf(one.sessionId, one.spanId));
  return {
    model: await learnWeights(db, said.verdicts, correctionWeights),
    keptIds: new Set([...byHand, ...said.verdicts.keys()]),
  };
}

/** First turns correct nothing: what opens a session is a new request. */
const firstTurns = `
  INSERT INTO user_turn (session_id, span_id, turn_no, act, probability, cue_kind, kind)
  SELECT session_id, user_span_id, turn_no, 'new-request', 0, 'none', 'unknown' FROM turn WHERE user_span_id IS NOT NULL AND turn_no <= 1`;

/** Takes away what was found in the named sessions (null: in all) and in such as are gone. */
export async function forgetCorrections(tx: Queries, sessionIds: readonly string[] | null): Promise<void> {
  if (sessionIds === null) return takeAway(tx, '', []);
  const gone = 'session_id NOT IN (SELECT session_id FROM session)';
  await takeAway(tx, `AND (session_id IN (SELECT unnest($1::VARCHAR[])) OR ${gone})`, [textList(sessionIds)]);
}

async function takeAway(tx: Queries, only: string, params: SqlValue[]): Promise<void> {
  await tx.run(`DELETE FROM correction WHERE true ${only}`, params);
  await tx.run(`DELETE FROM user_turn WHERE true ${only}`, params);
  await tx.run(`DELETE FROM finding WHERE signal = 'correction' ${only}`, params);
}

async function store(
  tx: Queries,
  sessionIds: readonly string[] | null,
  found: Classed,
  said: Said,
  isFirst = false,
): Promise<void> {
  const only = sessionIds === null ? '' : 'AND session_id IN (SELECT unnest($1::VARCHAR[]))';
  const params: SqlValue[] = sessionIds === null ? [] : [textList(sessionIds)];
  // Sessions that are gone were forgotten once, when they went: looking for them would read whole tables with every batch.
  if (!isFirst) await takeAway(tx, only, params);
  const known = new Set(found.corrections.map(([id]) => id));
  for (const one of said.added) {
    if (known.has(correctionIdOf(one.sessionId, one.spanId))) continue;
    if (sessionIds !== null && !sessionIds.includes(one.sessionId)) continue;
    const row = await firstTurnRow(tx, one);
    if (row) found.corrections.push(row);
  }
  if (said.verdicts.size > 0) {
    const ids = new Set(found.corrections.map(([id]) => id));
    for (const one of await turnsNotClassed(tx, only, params)) {
      const id = correctionIdOf(one.sessionId, one.spanId);
      const row = said.verdicts.has(id) && !ids.has(id) ? await firstTurnRow(tx, one) : null;
      if (row) found.corrections.push(row);
    }
  }
  await tx.appendRows('correction', correctionColumns, found.corrections);
  await tx.appendRows('finding', findingColumns, found.findings);
  await tx.appendRows('user_turn', turnColumns, found.turns);
  await tx.run(`${firstTurns} ${only}`, params);
}

/** What users said that is not classed: what opens a session, which a turn judged before may do once others stand elsewhere. */
function turnsNotClassed(
  tx: Queries,
  only: string,
  params: SqlValue[],
): Promise<{ sessionId: string; spanId: string }[]> {
  return tx.all(
    `SELECT session_id AS "sessionId", span_id AS "spanId" FROM span
     WHERE kind = 'user' AND (turn_no <= 1 OR is_rewound OR agent_id IS NOT NULL) ${only}`,
    params,
  );
}

/** Classes user turns and proposes corrections in the sessions that detectors look at, beside them. */
export async function correctionsBeside(db: Store, said: Said): Promise<Beside> {
  return {
    job: await jobOf(db, said),
    read: async (from, sessionIds, signal) => {
      const turns: TurnRecord[] = [];
      await streamUserTurns(from, sessionIds, (chunk) => void turns.push(...chunk), signal);
      return turns;
    },
    prepare: (job) => {
      const classTurns = prepareClassing(job as ClassJob);
      return (turns) => classTurns(turns as TurnRecord[]);
    },
    tables: ['correction', 'user_turn'],
    store: (tx, sessionIds, found, isFirst) => store(tx, sessionIds, found as Classed, said, isFirst),
  };
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
  const classTurns = prepareClassing(await jobOf(db, said));
  const found: Classed = { corrections: [], findings: [], turns: [] };
  const pacer = new Pacer({ signal });
  await streamUserTurns(
    db,
    sessionIds,
    async (turns) => {
      for (let i = 0; i < turns.length; i += TURNS_AT_ONCE) {
        const some = classTurns(turns.slice(i, i + TURNS_AT_ONCE));
        found.corrections.push(...some.corrections);
        found.findings.push(...some.findings);
        found.turns.push(...some.turns);
        await pacer.pause('', 0);
      }
    },
    signal,
  );
  await db.transaction((tx) => store(tx, sessionIds, found, said));
  return found.corrections.length;
}

/** Classed before others get a turn; some milliseconds. */
const TURNS_AT_ONCE = 32;

/** A user span made a correction by hand that opens no scored turn (the first of a session, a rewound one). */
async function firstTurnRow(
  db: Queries,
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
