/**
 * Scores all sessions of the index with the model in force, which is the shipped one or, where the analyst gave enough
 * verdicts, that one refitted. Owns tables session_score and score_model.
 */
import type { Store } from '../workspace/queries';
import { createHash } from 'node:crypto';
import type { SessionScore } from '../../shared/contract/signal';
import { readTrajectories } from './read-trajectories';
import { locate } from './locate-failure';
import {
  explain,
  isEnough,
  probabilityOf,
  refit,
  refitRule,
  shippedModel,
  type ScoreInputs,
  type ScoreModel,
} from './session-score';
import { shippedScore } from './session-score.data';
import { EMPTY_CONTEXT } from './workspace-context';

/** What people said of sessions and findings, as the journal has it. */
export interface VerdictState {
  readonly sessionVerdicts: ReadonlyMap<string, { verdict: boolean }>;
  readonly findingVerdicts: ReadonlyMap<string, { verdict: string }>;
}

/** Inputs of sessions, one row per input; the same as `inputsOf` and `countInput` in SQL. */
const inputQuery = `SELECT session_id, name, value FROM session_figure
  UNION ALL
  SELECT session_id, 'signal:' || signal AS name, least(1, log2(1 + count(*)) / 2) AS value
  FROM standing_finding GROUP BY session_id, signal`;

/** Tells apart what the scores were made of, but for the findings themselves. */
export function scoreStamp(state: VerdictState): string {
  const verdicts = [...state.sessionVerdicts].map(([id, { verdict }]) => [id, verdict]);
  const wrong = [...state.findingVerdicts].filter(([, { verdict }]) => verdict === 'wrong').map(([id]) => id);
  return createHash('sha256')
    .update(JSON.stringify([shippedScore, verdicts.sort(), wrong.sort()]))
    .digest('hex')
    .slice(0, 16);
}

/** Whether the scores hold for what the journal says. */
export async function areScoresCurrent(db: Store, state: VerdictState): Promise<boolean> {
  const row = await db.one<{ stamp: string; missing: number }>(
    `SELECT (SELECT any_value(stamp) FROM score_model) AS stamp,
       (SELECT count(*) FROM session WHERE session_id NOT IN (SELECT session_id FROM session_score))::INTEGER AS missing`,
  );
  return row?.stamp === scoreStamp(state) && row.missing === 0;
}

async function readInputs(
  db: Store,
  sessionIds: readonly string[],
): Promise<Map<string, Map<string, number>>> {
  const rows = await db.all<{ sessionId: string; name: string; value: number }>(
    `SELECT session_id AS "sessionId", name, value FROM (${inputQuery}) WHERE session_id IN (SELECT unnest($1::VARCHAR[]))`,
    [sessionIds],
  );
  const inputs = new Map<string, Map<string, number>>(sessionIds.map((id) => [id, new Map()]));
  for (const { sessionId, name, value } of rows) inputs.get(sessionId)?.set(name, value);
  return inputs;
}

/** The model for the verdicts given. Verdicts on sessions that are not there (any more) do not count. */
async function modelFor(db: Store, state: VerdictState): Promise<ScoreModel> {
  const present = await db.all<{ id: string }>(
    'SELECT session_id AS id FROM session WHERE session_id IN (SELECT unnest($1::VARCHAR[])) ORDER BY session_id',
    [[...state.sessionVerdicts.keys()]],
  );
  const ids = present.map((row) => row.id);
  const failed = ids.filter((id) => state.sessionVerdicts.get(id)?.verdict === true).length;
  if (!isEnough(failed, ids.length - failed)) return shippedModel;
  const inputs = await readInputs(db, ids);
  return refit(
    shippedModel,
    ids.map((id) => ({
      inputs: inputs.get(id) ?? new Map<string, number>(),
      failed: state.sessionVerdicts.get(id)?.verdict === true,
    })),
  );
}

/** Scores every session anew, in one statement. */
export async function scoreSessions(db: Store, state: VerdictState): Promise<void> {
  const model = await modelFor(db, state);
  const names = [...model.weights.keys()];
  const weights = names.map((name) => model.weights.get(name) ?? 0);
  await db.transaction(async (tx) => {
    await tx.run('DELETE FROM session_score; DELETE FROM score_model');
    await tx.run(
      `INSERT INTO session_score
       SELECT s.session_id, 1 / (1 + exp(-($intercept::DOUBLE + coalesce(sum(i.value * w.weight), 0))))
       FROM session AS s
       LEFT JOIN (${inputQuery}) AS i ON i.session_id = s.session_id
       LEFT JOIN (SELECT unnest($names::VARCHAR[]) AS name, unnest($weights::DOUBLE[]) AS weight) AS w ON w.name = i.name
       GROUP BY s.session_id`,
      { intercept: model.intercept, names, weights },
    );
    await tx.appendRows(
      'score_model',
      ['stamp', 'intercept', 'names', 'weights', 'verdict_count'],
      [[scoreStamp(state), model.intercept, names, weights, model.verdictCount]],
    );
  });
}

async function readModel(db: Store): Promise<ScoreModel> {
  const row = await db.one<{ intercept: number; names: string[]; weights: number[]; verdictCount: number }>(
    'SELECT intercept, names, weights, verdict_count AS "verdictCount" FROM score_model LIMIT 1',
  );
  if (!row) return shippedModel;
  const weights = new Map(row.names.map((name, i) => [name, row.weights[i] ?? 0]));
  return { intercept: row.intercept, weights, verdictCount: row.verdictCount };
}

/** Spans a score names as the likely first failing ones. */
const SHOWN_SPANS = 5;

/** A session's score with what it rests on; null when there is no such session. */
export async function scoreOf(
  db: Store,
  state: VerdictState,
  sessionId: string,
  titles: ReadonlyMap<string, string>,
): Promise<SessionScore | null> {
  const [trajectory] = await readTrajectories(db, [sessionId], EMPTY_CONTEXT);
  if (!trajectory) return null;
  const model = await readModel(db);
  const inputs: ScoreInputs = (await readInputs(db, [sessionId])).get(sessionId) ?? new Map();
  const findings = await db.all<{ signal: string; severity: number; evidence: string[] }>(
    'SELECT signal, severity, evidence FROM standing_finding WHERE session_id = $1',
    [sessionId],
  );
  return {
    sessionId,
    probability: probabilityOf(model, inputs),
    baseline: probabilityOf(model, new Map()),
    parts: explain(model, inputs, titles),
    verdictCount: model.verdictCount,
    verdictsGiven: state.sessionVerdicts.size,
    verdictsNeeded: refitRule.minVerdicts,
    verdict: state.sessionVerdicts.get(sessionId)?.verdict ?? null,
    provenance: shippedScore.provenance,
    likelySpans: locate(trajectory, findings).slice(0, SHOWN_SPANS),
  };
}
