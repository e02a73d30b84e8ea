/**
 * Learns from the analyst what a correction is in this workspace: the weights that ship are the prior, every verdict is a row.
 * Derived from the journal alone, so that undoing a verdict unlearns it. Owns no tables.
 */
import type { Queries } from '../workspace/queries';
import {
  modelOf,
  modelSize,
  probability,
  sparseRow,
  vectorOf,
  type CorrectionWeights,
} from './correction-model';
import { correctionIdOf } from './correction-id';
import { fitLogistic } from './fit-logistic';
import { featureNames, readTurn, type UserTurnContext } from './turn-features';
import { streamUserTurns } from './user-turns';

/** What the analyst said: the id of a correction, and whether it is one. */
export type Verdicts = ReadonlyMap<string, boolean>;

/**
 * How freely a weight moves from what ships, as a standard deviation in log-odds: enough that some ten verdicts on one wording turn
 * it, too little for two. The intercept hardly moves while more is confirmed than the scores promised: what is judged was asked about
 * because it was proposed, so confirming it does not say that what was not proposed is a correction as well.
 */
const DEVIATION = { named: 0.6, gram: 0.5, intercept: 1, confirmingIntercept: 0.02 };
/** Fewer verdicts than these teach nothing: they are as likely to be a slip as a rule. */
export const leastVerdicts = 10;
/** The latest verdicts that are learnt from. */
const MOST_VERDICTS = 4000;
const ROUNDS = 15;

/**
 * The shipped weights moved towards the verdicts; the shipped ones themselves where there are none. `unjudged` turns pull towards the
 * score they had, so that what most turns have in common does not turn them all into corrections. Pure and deterministic.
 */
export function adaptWeights(
  base: CorrectionWeights,
  judged: readonly { context: UserTurnContext; isCorrection: boolean }[],
  unjudged: readonly UserTurnContext[] = [],
): CorrectionWeights {
  if (judged.length === 0) return base;
  const precision = new Float64Array(modelSize).fill(1 / DEVIATION.gram ** 2);
  precision.fill(1 / DEVIATION.named ** 2, 1, 1 + featureNames.length);
  const features = judged.map(({ context }) => readTurn(context));
  const rest = unjudged.map((one) => readTurn(one));
  const promised = features.reduce((sum, one) => sum + probability(one, base), 0);
  const isConfirming = judged.filter((one) => one.isCorrection).length > promised;
  precision[0] = 1 / (isConfirming ? DEVIATION.confirmingIntercept : DEVIATION.intercept) ** 2;
  const vector = fitLogistic(
    {
      rows: [...features, ...rest].map(sparseRow),
      labels: [
        ...judged.map((one) => (one.isCorrection ? 1 : 0)),
        ...rest.map((one) => probability(one, base)),
      ],
      rowWeights: [...features, ...rest].map(() => 1),
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
  const unjudged: UserTurnContext[] = [];
  await streamUserTurns(db, await sessionsOf(db, latest), (turns) => {
    for (const turn of turns) {
      const isCorrection = latest.get(correctionIdOf(turn.sessionId, turn.spanId));
      if (isCorrection !== undefined) judged.push({ context: turn, isCorrection });
      else if (unjudged.length < MOST_VERDICTS) unjudged.push(turn);
    }
  });
  return adaptWeights(base, judged, unjudged);
}
