/**
 * What the reliability of single steps comes to over whole sessions: success of one step by pillar, what it compounds to were
 * every step needed (p^n), and how that compares with how the sessions really ended. Reads only. Series system:
 * https://en.wikipedia.org/wiki/Series_system
 */
import type { Chance, Compounding, WhatIf } from '../../shared/contract/compounding';
import type { Pillar } from '../../shared/model/pillar';
import { pillars } from '../../shared/model/pillar';
import type { Share } from '../../shared/model/codebook';
import { wilson } from '../../shared/stats/wilson';
import type { Database } from '../workspace/database';

/** From this severity on (major) a finding makes the step it is drawn at one that went wrong. */
const MAJOR = 3;

/** How sessions ended: what people judged, else the outcome that came with the export (less than 1 is a failure). */
const outcomes = `SELECT session_id, failed, TRUE AS is_judged FROM session_outcome
  UNION ALL
  SELECT session_id, min(value) < 1, FALSE FROM label
  WHERE kind = 'outcome' AND value IS NOT NULL AND session_id IS NOT NULL AND session_id NOT IN (SELECT session_id FROM session_outcome)
  GROUP BY session_id`;

/** One row per session and pillar: its steps, and how many of them went wrong. */
const stepCounts = `SELECT s.session_id, s.pillar, count(*)::INTEGER AS steps,
    count(*) FILTER (s.status = 'error' OR f.span_id IS NOT NULL)::INTEGER AS wrong
  FROM span AS s
  LEFT JOIN (SELECT DISTINCT session_id, span_id FROM standing_finding WHERE severity >= ${String(MAJOR)}) AS f
    ON f.session_id = s.session_id AND f.span_id = s.span_id
  WHERE s.kind IN ('llm', 'tool', 'retrieval') AND NOT s.is_rewound
  GROUP BY s.session_id, s.pillar`;

/** The sessions reckoned with: those whose end is known, or all where none is. */
const reckoned = `known AS (${outcomes}),
  step AS (
    SELECT c.*, k.failed, k.is_judged FROM (${stepCounts}) AS c LEFT JOIN known AS k ON k.session_id = c.session_id
    WHERE k.session_id IS NOT NULL OR (SELECT count(*) FROM known AS k JOIN session AS s ON s.session_id = k.session_id) = 0
  )`;

type Success = ReadonlyMap<Pillar, number>;

/** Sessions with the same number of steps of each pillar that ended alike: how many there are, and their steps that went wrong. */
type Shape = Record<Pillar, number> &
  Record<`${Pillar}Wrong`, number> & { sessions: number; failed: boolean | null; isJudged: boolean | null };

/** All that is said of the workspace is reckoned of these: counting the steps of all sessions is most of it, and is done once. */
function readShapes(db: Database): Promise<readonly Shape[]> {
  const counts = pillars.map(
    (pillar) => `coalesce(sum(steps) FILTER (pillar = '${pillar}'), 0)::INTEGER AS ${pillar},
      coalesce(sum(wrong) FILTER (pillar = '${pillar}'), 0)::INTEGER AS "${pillar}Wrong"`,
  );
  const sums = pillars.map((pillar) => `sum("${pillar}Wrong")::INTEGER AS "${pillar}Wrong"`);
  return db.kept<Shape>(
    `WITH ${reckoned}, one AS (
       SELECT session_id, bool_and(failed) AS failed, bool_or(is_judged) AS "isJudged", ${counts.join(', ')} FROM step GROUP BY session_id
     )
     SELECT ${pillars.join(', ')}, ${sums.join(', ')}, failed, "isJudged", count(*)::INTEGER AS sessions
     FROM one GROUP BY ${pillars.join(', ')}, failed, "isJudged" ORDER BY ALL`,
  );
}

/**
 * Mean over the sessions of the chance that none of their steps is fatal, when a step of a pillar goes wrong with 1 - p and a
 * share of those (`impact`) is fatal. An impact beyond 1 stands for failures that no step shows.
 */
function meanSuccess(shapes: readonly Shape[], success: Success, impact: number): number {
  let sum = 0;
  let total = 0;
  for (const shape of shapes) {
    let chance = 1;
    for (const [pillar, one] of success) chance *= Math.max(0, 1 - impact * (1 - one)) ** shape[pillar];
    sum += chance * shape.sessions;
    total += shape.sessions;
  }
  return total === 0 ? 1 : sum / total;
}

/** The impact under which the mean success is the one wanted; null where none gives it. */
function impactFor(shapes: readonly Shape[], success: Success, wanted: number): number | null {
  const worst = Math.min(...success.values());
  if (worst >= 1) return null;
  let [low, high] = [0, 1 / (1 - worst)];
  if (meanSuccess(shapes, success, high) > wanted) return null;
  for (let round = 0; round < 40; round++) {
    const middle = (low + high) / 2;
    if (meanSuccess(shapes, success, middle) > wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function ends(share: Share): Chance | null {
  return share.share === null || share.low === null || share.high === null
    ? null
    : { value: share.share, low: share.low, high: share.high };
}

function power({ value, low, high }: Chance, exponent: number): Chance {
  return { value: value ** exponent, low: low ** exponent, high: high ** exponent };
}

/** Mean success, every step being needed, at the middle and both ends of what is known of the pillars. */
function independentOf(shapes: readonly Shape[], shares: ReadonlyMap<Pillar, Chance>): Chance {
  const at = (end: keyof Chance): number =>
    meanSuccess(shapes, new Map([...shares].map(([pillar, share]) => [pillar, share[end]])), 1);
  return { value: at('value'), low: at('low'), high: at('high') };
}

async function byLength(db: Database, success: Success): Promise<Compounding['byLength']> {
  const names = [...success.keys()];
  const rows = await db.kept<{ from: number; to: number; sessions: number; predicted: number; good: number }>(
    `WITH ${reckoned}, one AS (
       SELECT session_id, sum(steps)::INTEGER AS steps, bool_and(failed) AS failed,
         exp(sum(steps * ln(greatest(1e-12, p.success)))) AS chance
       FROM step JOIN (SELECT unnest($names::VARCHAR[]) AS pillar, unnest($values::DOUBLE[]) AS success) AS p ON p.pillar = step.pillar
       WHERE failed IS NOT NULL GROUP BY session_id
     ), part AS (SELECT *, ntile(4) OVER (ORDER BY steps, session_id) AS quarter FROM one)
     SELECT min(steps) AS "from", max(steps) AS "to", count(*)::INTEGER AS sessions, avg(chance) AS predicted, count(*) FILTER (NOT failed)::INTEGER AS good
     FROM part GROUP BY quarter ORDER BY quarter`,
    { names, values: names.map((name) => success.get(name) ?? 1) },
  );
  return rows.map(({ from, to, sessions, predicted, good }) => ({
    from,
    to,
    predicted,
    succeeded: wilson(good, sessions),
  }));
}

/** The figures of the whole workspace; with `whatIf`, also what another success of one pillar would come to. */
export async function compoundingOf(db: Database, whatIf: WhatIf | null): Promise<Compounding> {
  const shapes = await readShapes(db);
  const count = (of: (shape: Shape) => boolean): number =>
    shapes.reduce((sum, shape) => sum + (of(shape) ? shape.sessions : 0), 0);
  const sessions = count(() => true);
  const judged = count(({ isJudged }) => isJudged === true);
  const known = count(({ failed }) => failed !== null);
  const good = count(({ failed }) => failed === false);
  const shares = new Map<Pillar, Chance>();
  const shown = pillars.flatMap((pillar) => {
    const steps = shapes.reduce((sum, shape) => sum + shape[pillar] * shape.sessions, 0);
    const wrong = shapes.reduce((sum, shape) => sum + shape[`${pillar}Wrong`], 0);
    if (steps === 0) return [];
    const success = wilson(steps - wrong, steps);
    const chance = ends(success);
    if (chance === null) return [];
    shares.set(pillar, chance);
    const stepsPerSession = steps / sessions;
    return [{ pillar, success, stepsPerSession, compound: power(chance, stepsPerSession) }];
  });
  const succeeded = wilson(good, known);
  const observed = ends(succeeded);
  const middle: Success = new Map([...shares].map(([pillar, share]) => [pillar, share.value]));
  const impact =
    observed === null || shares.size === 0
      ? null
      : {
          value: impactFor(shapes, middle, observed.value),
          // The likelier success is, the less a wrong step costs.
          low: impactFor(shapes, middle, observed.high),
          high: impactFor(shapes, middle, observed.low),
        };
  return {
    basis: judged === known && known > 0 ? 'verdicts' : judged > 0 ? 'both' : known > 0 ? 'labels' : 'none',
    sessions,
    succeeded,
    pillars: shown,
    independent: shares.size === 0 ? null : independentOf(shapes, shares),
    impact,
    byLength: known === 0 ? [] : await byLength(db, middle),
    whatIf: whatIf === null || !shares.has(whatIf.pillar) ? null : raised(shapes, shares, impact, whatIf),
  };
}

function raised(
  shapes: readonly Shape[],
  shares: ReadonlyMap<Pillar, Chance>,
  impact: Compounding['impact'],
  { pillar, success }: WhatIf,
): NonNullable<Compounding['whatIf']> {
  const changed = new Map(shares).set(pillar, { value: success, low: success, high: success });
  const middle: Success = new Map([...changed].map(([name, share]) => [name, share.value]));
  const under = (share: number | null): number | null =>
    share === null ? null : meanSuccess(shapes, middle, share);
  return {
    pillar,
    success,
    independent: independentOf(shapes, changed),
    expected:
      impact === null
        ? null
        : { value: under(impact.value), low: under(impact.high), high: under(impact.low) },
  };
}
