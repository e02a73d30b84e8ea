/**
 * How far reviewers agree, with each other and with what the machine says. Owns turning reviews into tables of ratings;
 * the coefficients themselves are in shared/stats/agreement.ts.
 */
import type { AgreementReport, Coefficient } from '../../shared/contract/review';
import {
  bootstrapInterval,
  cohensKappa,
  fleissKappa,
  krippendorffsAlpha,
  nominalDistance,
  ordinalDistance,
  percentAgreement,
  setDistance,
  setValue,
  type Agreement,
  type Ratings,
} from '../../shared/stats/agreement';
import { seededRandom } from '../corrections/seeded-random';
import type { Database } from '../workspace/database';
import type { Projection } from '../workspace/projection';

interface ReviewRecord {
  item: string;
  sessionId: string;
  reviewer: string;
  intent: string;
  modes: string[];
  severity: number;
}

const reviewsQuery = `
  SELECT r.queue_id || chr(31) || r.session_id AS item, r.session_id AS "sessionId", r.reviewer, r.intent,
    coalesce(m.modes, []) AS modes, coalesce(m.severity, 0) AS severity
  FROM review AS r
  LEFT JOIN (
    SELECT queue_id, session_id, reviewer, list(failure_mode_id) AS modes, max(severity) AS severity
    FROM review_mode WHERE NOT is_settlement GROUP BY ALL
  ) AS m ON m.queue_id = r.queue_id AND m.session_id = r.session_id AND m.reviewer = r.reviewer
  WHERE NOT r.is_settlement AND ($1 IS NULL OR r.queue_id = $1)
  ORDER BY item, r.reviewer`;

/** Draws of a bootstrap; 1,000 give the ends of a 95% interval to about a hundredth. */
const DRAWS = 1000;
const SEED = 1;

/** Agreement over one queue, or all of them with `queueId` null. */
export async function agreementOf(
  db: Database,
  state: Pick<Projection, 'evaluations' | 'objectives'>,
  queueId: string | null,
): Promise<AgreementReport> {
  const records = await db.all<ReviewRecord>(reviewsQuery, [queueId]);
  const reviewers = [...new Set(records.map((one) => one.reviewer))].sort();
  const table = <T>(value: (record: ReviewRecord) => T): Ratings<T> => {
    const rows = new Map<string, (T | null)[]>();
    for (const record of records) {
      const row = rows.get(record.item) ?? reviewers.map(() => null);
      row[reviewers.indexOf(record.reviewer)] = value(record);
      rows.set(record.item, row);
    }
    return [...rows.values()];
  };
  const intents = table((one) => one.intent);
  const severities = table((one) => one.severity);
  const modes = table((one) => setValue(one.modes));
  const isPair = reviewers.length === 2;
  return {
    reviewers,
    coefficients: [
      coefficient('Verdict: equal pairs', 'percent', intents, percentAgreement),
      ...(isPair ? [coefficient('Verdict', 'cohen', intents, (drawn) => cohensKappa(drawn))] : []),
      ...(reviewers.length > 2 ? [coefficient('Verdict', 'fleiss', intents, fleissKappa)] : []),
      coefficient('Verdict', 'alpha-nominal', intents, (drawn) => krippendorffsAlpha(drawn, nominalDistance)),
      coefficient('Severity', 'alpha-ordinal', severities, (drawn) =>
        krippendorffsAlpha(drawn, ordinalDistance),
      ),
      coefficient('Failure modes', 'alpha-sets', modes, (drawn) => krippendorffsAlpha(drawn, setDistance)),
    ],
    pairs: pairsOf(reviewers, intents),
    machine: await machineAgreement(db, queueId),
    judges: await judgeAgreement(db, state, queueId),
  };
}

function coefficient<T>(
  of: string,
  measure: Coefficient['measure'],
  ratings: Ratings<T>,
  compute: (ratings: Ratings<T>) => Agreement,
): Coefficient {
  const { value, items } = compute(ratings);
  const overlapping = ratings.filter((row) => row.filter((one) => one !== null).length >= 2);
  const interval = bootstrapInterval(overlapping, (drawn) => compute(drawn).value, seededRandom(SEED), {
    draws: DRAWS,
  });
  return { of, measure, value, items, ...interval };
}

/** Confusion of every two reviewers who share items, by verdict. */
function pairsOf(reviewers: readonly string[], intents: Ratings<string>): AgreementReport['pairs'] {
  const pairs: AgreementReport['pairs'] = [];
  for (let i = 0; i < reviewers.length; i++) {
    for (let j = i + 1; j < reviewers.length; j++) {
      const both = intents
        .map((row) => [row[i] ?? null, row[j] ?? null] as const)
        .filter(([a, b]) => a !== null && b !== null);
      if (both.length === 0) continue;
      const cells = new Map<string, number>();
      for (const [a, b] of both) {
        const key = JSON.stringify([a, b]);
        cells.set(key, (cells.get(key) ?? 0) + 1);
      }
      pairs.push({
        first: reviewers[i] ?? '',
        second: reviewers[j] ?? '',
        kappa: cohensKappa(both).value,
        items: both.length,
        confusion: [...cells].map(([key, count]) => {
          const [first = '', second = ''] = JSON.parse(key) as string[];
          return { first, second, count };
        }),
      });
    }
  }
  return pairs;
}

const machineQuery = `
  WITH judged AS (
    SELECT session_id, max(intent = 'missed') AS is_missed FROM review_verdict
    WHERE intent <> 'unclear' AND ($1 IS NULL OR queue_id = $1) GROUP BY session_id
  ), fired AS (SELECT DISTINCT signal, session_id FROM standing_finding),
  signals AS (SELECT DISTINCT signal FROM standing_finding)
  SELECT s.signal, count(*) FILTER (j.is_missed AND f.session_id IS NOT NULL)::INTEGER AS "bothMissed",
    count(*) FILTER (NOT j.is_missed AND f.session_id IS NOT NULL)::INTEGER AS "onlySignal",
    count(*) FILTER (j.is_missed AND f.session_id IS NULL)::INTEGER AS "onlyReviewer",
    count(*) FILTER (NOT j.is_missed AND f.session_id IS NULL)::INTEGER AS neither
  FROM judged AS j CROSS JOIN signals AS s
  LEFT JOIN fired AS f ON f.session_id = j.session_id AND f.signal = s.signal
  GROUP BY s.signal
  ORDER BY s.signal`;

type MachineRecord = Pick<
  AgreementReport['machine'][number],
  'signal' | 'bothMissed' | 'onlySignal' | 'onlyReviewer' | 'neither'
>;

/** Each signal as if it were a reviewer who calls every session it fires in missed, against what the people decided. */
async function machineAgreement(db: Database, queueId: string | null): Promise<AgreementReport['machine']> {
  const records = await db.all<MachineRecord>(machineQuery, [queueId]);
  return records.map((one) => {
    const repeat = (n: number, row: [boolean, boolean]) => Array.from({ length: n }, () => row);
    const ratings = [
      ...repeat(one.bothMissed, [true, true]),
      ...repeat(one.onlySignal, [false, true]),
      ...repeat(one.onlyReviewer, [true, false]),
      ...repeat(one.neither, [false, false]),
    ];
    return { ...one, kappa: cohensKappa(ratings).value };
  });
}

const peopleQuery = `
  SELECT session_id AS "sessionId", max(intent = 'missed') AS "isMissed", max(quality = 'missed') AS "isPoor"
  FROM (
    SELECT queue_id, session_id,
      CASE WHEN bool_or(is_settlement) THEN max(intent) FILTER (is_settlement)
        WHEN count(*) FILTER (intent = 'missed') > count(*) / 2.0 THEN 'missed'
        WHEN count(*) FILTER (intent = 'met') > count(*) / 2.0 THEN 'met' END AS intent,
      CASE WHEN bool_or(is_settlement AND quality IS NOT NULL) THEN max(quality) FILTER (is_settlement)
        WHEN count(*) FILTER (quality = 'missed') > count(quality) / 2.0 THEN 'missed'
        WHEN count(*) FILTER (quality = 'met') > count(quality) / 2.0 THEN 'met' END AS quality
    FROM review
    WHERE ($1 IS NULL OR queue_id = $1) AND ($2 IS NULL OR objective_id IS NULL OR objective_id = $2)
    GROUP BY queue_id, session_id
  )
  GROUP BY session_id`;

/** The local judge of each objective against the people, on the verdict the objective is about. */
async function judgeAgreement(
  db: Database,
  state: Pick<Projection, 'evaluations' | 'objectives'>,
  queueId: string | null,
): Promise<AgreementReport['judges']> {
  const latest = new Map(
    state.evaluations.flatMap(({ evaluation }) =>
      evaluation.judge === null
        ? []
        : [[evaluation.objectiveId, { ...evaluation, judge: evaluation.judge }] as const],
    ),
  );
  const found: AgreementReport['judges'] = [];
  for (const [objectiveId, { version, judge }] of latest) {
    const objective = state.objectives
      .get(objectiveId)
      ?.versions.find((one) => one.objective.version === version)?.objective;
    if (!objective) continue;
    const people = new Map(
      (
        await db.all<{ sessionId: string; isMissed: boolean | null; isPoor: boolean | null }>(peopleQuery, [
          queueId,
          objectiveId,
        ])
      ).map((row) => [row.sessionId, objective.decides === 'quality' ? row.isPoor : row.isMissed]),
    );
    const ratings = judge.judgements.flatMap(({ sessionId, passed }): [boolean, boolean][] => {
      const isMissed = people.get(sessionId) ?? null;
      return passed === null || isMissed === null ? [] : [[isMissed, !passed]];
    });
    const { value, items } = cohensKappa(ratings);
    const count = (person: boolean, machine: boolean): number =>
      ratings.filter(([a, b]) => a === person && b === machine).length;
    found.push({
      objectiveId,
      name: objective.name,
      model: judge.model,
      rubricHash: judge.rubricHash,
      kappa: value,
      ...bootstrapInterval(ratings, (drawn) => cohensKappa(drawn).value, seededRandom(SEED), {
        draws: DRAWS,
      }),
      items,
      bothMissed: count(true, true),
      onlyJudge: count(false, true),
      onlyReviewer: count(true, false),
      neither: count(false, false),
    });
  }
  return found.sort((a, b) => a.name.localeCompare(b.name));
}
