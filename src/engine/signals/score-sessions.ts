/**
 * Scores all sessions of the index with the model in force, which is the shipped one or, where people gave enough verdicts
 * (outright, or by completed reviews), that one refitted. Findings judged right or wrong change what their signal weighs.
 * Owns tables session_score and score_model.
 */
import type { Queries, Store } from '../workspace/queries';
import { createHash } from 'node:crypto';
import type { SessionScore } from '../../shared/contract/signal';
import { wilson } from '../../shared/stats/wilson';
import { readTrajectories } from './read-trajectories';
import { locate } from './locate-failure';
import { comparePeers, compareTrials, readScoreInputs, readTrials, readUsual } from './score-inputs';
import { figureTitles, readFigures, trialTitle, type Figure } from './session-figures';
import {
  explain,
  isEnough,
  probabilityOf,
  refit,
  refitRule,
  shippedModel,
  type Described,
  type ScoreModel,
} from './session-score';
import { scoreCalibration } from './session-score-trust.data';
import { shippedScore } from './session-score.data';
import { EMPTY_CONTEXT } from './workspace-context';

interface Outcome {
  sessionId: string;
  failed: boolean;
}

/** What people said of sessions that are there. */
function readOutcomes(db: Queries): Promise<Outcome[]> {
  return db.all<Outcome>(
    `SELECT session_id AS "sessionId", failed FROM session_outcome
     WHERE session_id IN (SELECT session_id FROM session) ORDER BY session_id`,
  );
}

function isEnoughOf(outcomes: readonly Outcome[]): boolean {
  const failed = outcomes.filter((one) => one.failed).length;
  return isEnough(failed, outcomes.length - failed);
}

/** Tells apart what people said that bears on the scores. Verdicts too few to refit on bear on none. */
async function stampOf(db: Queries): Promise<string> {
  const outcomes = await readOutcomes(db);
  const findings = await db.all<{ id: string; verdict: string }>(
    'SELECT finding_id AS id, verdict FROM finding_verdict ORDER BY finding_id',
  );
  return createHash('sha256')
    .update(JSON.stringify([shippedScore, isEnoughOf(outcomes) ? outcomes : [], findings]))
    .digest('hex')
    .slice(0, 16);
}

/** Whether the scores hold for what people said and for the sessions there are. */
export async function areScoresCurrent(db: Store): Promise<boolean> {
  const row = await db.one<{ stamp: string; missing: number }>(
    `SELECT (SELECT any_value(stamp) FROM score_model) AS stamp,
       (SELECT count(*) FROM session WHERE session_id NOT IN (SELECT session_id FROM session_score))::INTEGER AS missing`,
  );
  return row?.missing === 0 && row.stamp === (await stampOf(db));
}

/** The model for the verdicts given. */
async function modelFor(db: Queries): Promise<ScoreModel> {
  const outcomes = await readOutcomes(db);
  if (!isEnoughOf(outcomes)) return shippedModel;
  const inputs = await readScoreInputs(
    db,
    outcomes.map((one) => one.sessionId),
  );
  return refit(
    shippedModel,
    outcomes.map((one) => ({
      inputs: inputs.get(one.sessionId) ?? new Map<string, number>(),
      failed: one.failed,
    })),
  );
}

/** Scores every session anew. */
export async function scoreSessions(db: Store): Promise<void> {
  await db.transaction(async (tx) => {
    await comparePeers(tx);
    await compareTrials(tx);
    const model = await modelFor(tx);
    const names = [...model.weights.keys()];
    const weights = names.map((name) => model.weights.get(name) ?? 0);
    await tx.run('DELETE FROM session_score; DELETE FROM score_model');
    await tx.run(
      `INSERT INTO session_score
       SELECT s.session_id, 1 / (1 + exp(-($intercept::DOUBLE + coalesce(sum(i.value * w.weight), 0))))
       FROM session AS s
       LEFT JOIN score_input AS i ON i.session_id = s.session_id
       LEFT JOIN (SELECT unnest($names::VARCHAR[]) AS name, unnest($weights::DOUBLE[]) AS weight) AS w ON w.name = i.name
       GROUP BY s.session_id`,
      { intercept: model.intercept, names, weights },
    );
    await tx.appendRows(
      'score_model',
      ['stamp', 'intercept', 'names', 'weights', 'verdict_count'],
      [[await stampOf(tx), model.intercept, names, weights, model.verdictCount]],
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

/** Spans a score names as the likely first failing ones, and spans it names for one of its parts. */
const SHOWN = { likely: 5, evidence: 20 } as const;

interface FoundIn {
  signal: string;
  severity: number;
  evidence: string[];
}

const count = (value: number): string => value.toLocaleString('en-US');

/** Says of every input what it is in this session. */
function describer(
  figures: Readonly<Record<string, Figure>>,
  findings: readonly FoundIn[],
  usual: ReadonlyMap<string, number>,
  trials: { otherCount: number; sameCount: number } | null,
  titles: ReadonlyMap<string, string>,
): (name: string) => Described {
  return (name) => {
    if (name === 'otherTrials' && trials !== null) {
      const { otherCount, sameCount } = trials;
      const detail = `${String(otherCount - sameCount)} of ${String(otherCount)}`;
      return {
        title: trialTitle,
        detail,
        spanIds: (figures.thingsChanged?.spanIds ?? []).slice(0, SHOWN.evidence),
      };
    }
    const figure = figures[name];
    if (figure !== undefined) {
      const like = usual.get(name);
      return {
        title: Object.hasOwn(figureTitles, name) ? figureTitles[name as keyof typeof figureTitles] : name,
        detail: like === undefined ? 'yes' : `${count(figure.value)}, usual ${count(like)}`,
        spanIds: figure.spanIds.slice(0, SHOWN.evidence),
      };
    }
    const signal = name.replace(/^signal:/, '');
    const own = findings.filter((one) => one.signal === signal);
    return {
      title: titles.get(signal) ?? signal,
      detail: own.length === 1 ? '1 finding' : `${String(own.length)} findings`,
      spanIds: own.flatMap((one) => one.evidence.slice(0, 1)).slice(0, SHOWN.evidence),
    };
  };
}

function calibrationOf(probability: number): SessionScore['calibration'] {
  const bin = scoreCalibration.find((one) => probability >= one.from && probability < one.to);
  return bin === undefined ? null : { from: bin.from, to: bin.to, failed: wilson(bin.failed, bin.sessions) };
}

/** A session's score with what it rests on; null when there is no such session. */
export async function scoreOf(
  db: Store,
  sessionId: string,
  titles: ReadonlyMap<string, string>,
): Promise<SessionScore | null> {
  const [trajectory] = await readTrajectories(db, [sessionId], EMPTY_CONTEXT);
  if (!trajectory) return null;
  const model = await readModel(db);
  const inputs = (await readScoreInputs(db, [sessionId])).get(sessionId) ?? new Map<string, number>();
  const peers = await readUsual(db, sessionId);
  const trials = await readTrials(db, sessionId);
  const findings = await db.all<FoundIn>(
    'SELECT signal, severity, evidence FROM standing_finding WHERE session_id = $1 ORDER BY turn_no, finding_id',
    [sessionId],
  );
  const said = await db.all<{ failed: boolean; said: string }>(
    `SELECT failed, 'judged' AS said FROM session_verdict WHERE session_id = $1
     UNION ALL SELECT intent = 'missed', 'reviewed' FROM session_review WHERE session_id = $1 AND intent <> 'unclear'`,
    [sessionId],
  );
  const outcomes = await readOutcomes(db);
  const probability = probabilityOf(model, inputs);
  const describe = describer(readFigures(trajectory), findings, peers?.usual ?? new Map(), trials, titles);
  return {
    sessionId,
    probability,
    baseline: probabilityOf(model, new Map()),
    parts: explain(model, inputs, describe),
    comparedWith: peers && { label: peers.label, sessions: peers.sessionCount },
    calibration: model.verdictCount === 0 ? calibrationOf(probability) : null,
    verdictCount: model.verdictCount,
    verdictsGiven: outcomes.length,
    verdictsNeeded: refitRule.minVerdicts,
    verdict: said.find((one) => one.said === 'judged')?.failed ?? null,
    reviewed: said.find((one) => one.said === 'reviewed')?.failed ?? null,
    provenance: shippedScore.provenance,
    likelySpans: locate(trajectory, findings).slice(0, SHOWN.likely),
  };
}
