/**
 * Learns from the analyst what a correction is in this workspace: the weights that ship are the prior, every verdict is a row.
 * Derived from the journal alone, so that undoing a verdict unlearns it. Owns no tables.
 */
import type { Queries } from '../workspace/queries';
import {
  logOddsOf,
  modelSize,
  probability,
  sparseRow,
  weightOf,
  type CorrectionWeights,
} from './correction-model';
import { correctionIdOf } from './correction-id';
import { fitLogistic } from './fit-logistic';
import { featureNames, readTurn, type TurnFeatures, type UserTurnContext } from './turn-features';
import { streamUserTurns } from './user-turns';

/** What the analyst said: the id of a correction, and whether it is one. */
export type Verdicts = ReadonlyMap<string, boolean>;

/**
 * How freely a weight moves from what ships, as a standard deviation in log-odds: enough that some ten verdicts on one wording turn
 * it, too little for two. `anchors` is what the turns nobody judged weigh together, in verdicts: they pull towards the score they had,
 * so that a few verdicts, which speak of proposed turns alone, do not move all the rest. Chosen on half of the fit half of the sets in
 * docs/evaluation.md, Learning from verdicts; figures change little between 100 and 500 anchors and half or twice the deviations.
 */
const learningDefaults = { named: 0.6, gram: 0.5, intercept: 0.3, anchors: 300 };
/** Fewer verdicts than these teach nothing: they are as likely to be a slip as a rule. */
export const leastVerdicts = 10;
/** The latest verdicts that are learnt from. */
const MOST_VERDICTS = 4000;
/** Turns nobody judged, drawn from all sessions, that hold the rest in place. */
export const mostAnchors = 2000;
const ROUNDS = 15;

/**
 * The shipped weights moved towards the verdicts; the shipped ones themselves where there are none. `unjudged` turns pull towards the
 * score they had, so that what most turns have in common does not turn them all into corrections. Pure and deterministic.
 */
export function adaptWeights(
  base: CorrectionWeights,
  judged: readonly { features: TurnFeatures; isCorrection: boolean }[],
  unjudged: readonly TurnFeatures[],
  settings = learningDefaults,
): CorrectionWeights {
  if (judged.length === 0) return base;
  const precision = new Float64Array(modelSize).fill(1 / settings.gram ** 2);
  precision.fill(1 / settings.named ** 2, 1, 1 + featureNames.length);
  precision[0] = 1 / settings.intercept ** 2;
  const rows = [...judged.map((one) => one.features), ...unjudged];
  // What ships is an offset, since its runs of characters count within bounds that a sum of weights does not know.
  const offsets = rows.map((one) => logOddsOf(one, base));
  const moved = fitLogistic(
    {
      rows: rows.map(sparseRow),
      labels: rows.map((one, r) =>
        r < judged.length ? Number(judged[r]?.isCorrection) : probability(one, base),
      ),
      rowWeights: rows.map((_, r) => (r < judged.length ? 1 : settings.anchors / unjudged.length)),
      offsets,
      prior: new Float64Array(modelSize),
      precision,
    },
    ROUNDS,
  );
  return {
    ...base,
    intercept: base.intercept + (moved[0] as number),
    weights: Object.fromEntries(
      featureNames.map((name, i) => [name, weightOf(name, base) + (moved[1 + i] as number)]),
    ),
    learntGrams: Float32Array.from(moved.subarray(1 + featureNames.length)),
    provenance: `${base.provenance} Moved by ${String(judged.length)} verdicts.`,
  };
}

/** The sessions that hold judged turns, and of the others, by a hash of their ids, as many as hold the anchors. */
async function sessionsToLearnFrom(db: Queries, verdicts: Verdicts): Promise<string[]> {
  const drawn = await db.all<{ sessionId: string }>(
    `WITH turns AS (
       SELECT session_id, count(*) AS n, md5(session_id) AS place FROM turn WHERE user_span_id IS NOT NULL AND turn_no > 1 GROUP BY session_id
     )
     SELECT session_id AS "sessionId" FROM turns QUALIFY sum(n) OVER (ORDER BY place) - n < $1`,
    [mostAnchors],
  );
  const sessions = new Set(drawn.map((row) => row.sessionId));
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
  const judged: { features: TurnFeatures; isCorrection: boolean }[] = [];
  const unjudged: UserTurnContext[] = [];
  await streamUserTurns(db, await sessionsToLearnFrom(db, latest), (turns) => {
    for (const turn of turns) {
      const isCorrection = latest.get(correctionIdOf(turn.sessionId, turn.spanId));
      if (isCorrection !== undefined) judged.push({ features: readTurn(turn), isCorrection });
      else if (!verdicts.has(correctionIdOf(turn.sessionId, turn.spanId))) unjudged.push(turn);
    }
  });
  const every = Math.max(1, Math.ceil(unjudged.length / mostAnchors));
  return adaptWeights(base, judged, unjudged.filter((_, i) => i % every === 0).map(readTurn));
}
