/**
 * Learns from the analyst what a correction is in this workspace: the weights that ship are the prior, every verdict is a row.
 * Derived from the journal alone, so that undoing a verdict unlearns it. Owns no tables.
 */
import type { Queries } from '../workspace/queries';
import { modelOf, modelSize, sparseRow, vectorOf, type CorrectionWeights } from './correction-model';
import { correctionIdOf } from './correction-id';
import { fitLogistic } from './fit-logistic';
import { featureNames, readTurn, type UserTurnContext } from './turn-features';
import { streamUserTurns } from './user-turns';

/** What the analyst said: the id of a correction, and whether it is one. */
export type Verdicts = ReadonlyMap<string, boolean>;

/**
 * How freely a weight moves from what ships, as a standard deviation in log-odds: enough that some ten verdicts on one wording turn
 * it, too little for two. The intercept hardly moves while all verdicts agree: who only confirms has not said how rare corrections are.
 */
const DEVIATION = { named: 0.6, gram: 0.5, intercept: 1, oneSidedIntercept: 0.2 };
/** Fewer verdicts than these teach nothing: they are as likely to be a slip as a rule. */
export const leastVerdicts = 10;
/** The latest verdicts that are learnt from. */
const MOST_VERDICTS = 4000;
const ROUNDS = 15;

/** The shipped weights moved towards the verdicts; the shipped ones themselves where there are none. Pure and deterministic. */
export function adaptWeights(
  base: CorrectionWeights,
  judged: readonly { context: UserTurnContext; isCorrection: boolean }[],
): CorrectionWeights {
  if (judged.length === 0) return base;
  const precision = new Float64Array(modelSize).fill(1 / DEVIATION.gram ** 2);
  precision.fill(1 / DEVIATION.named ** 2, 1, 1 + featureNames.length);
  const isOneSided = new Set(judged.map((one) => one.isCorrection)).size < 2;
  precision[0] = 1 / (isOneSided ? DEVIATION.oneSidedIntercept : DEVIATION.intercept) ** 2;
  const vector = fitLogistic(
    {
      rows: judged.map(({ context }) => sparseRow(readTurn(context))),
      labels: judged.map((one) => (one.isCorrection ? 1 : 0)),
      rowWeights: judged.map(() => 1),
      prior: vectorOf(base),
      precision,
    },
    ROUNDS,
  );
  return modelOf(vector, {
    threshold: base.threshold,
    provenance: `${base.provenance} Moved by ${String(judged.length)} verdicts.`,
  });
}

/** The sessions that hold judged turns. */
async function sessionsOf(db: Queries, verdicts: Verdicts): Promise<string[]> {
  const sessions = new Set<string>();
  await db.stream<{ sessionId: string; spanId: string }>(
    'SELECT session_id AS "sessionId", user_span_id AS "spanId" FROM turn WHERE user_span_id IS NOT NULL AND turn_no > 1',
    {},
    (rows) => {
      for (const row of rows)
        if (verdicts.has(correctionIdOf(row.sessionId, row.spanId))) sessions.add(row.sessionId);
    },
  );
  return [...sessions];
}

/** The weights in force in a workspace: `base` moved by the analyst's verdicts on the turns that are still there. */
export async function learnWeights(
  db: Queries,
  verdicts: Verdicts,
  base: CorrectionWeights,
): Promise<CorrectionWeights> {
  if (verdicts.size < leastVerdicts) return base;
  const latest = new Map([...verdicts].slice(-MOST_VERDICTS));
  const judged: { context: UserTurnContext; isCorrection: boolean }[] = [];
  await streamUserTurns(db, await sessionsOf(db, latest), (turns) => {
    for (const turn of turns) {
      const isCorrection = latest.get(correctionIdOf(turn.sessionId, turn.spanId));
      if (isCorrection !== undefined) judged.push({ context: turn, isCorrection });
    }
  });
  return adaptWeights(base, judged);
}
