/**
 * How urgent it is to look at a session: failure probability x severity x uncertainty x novelty x reach, each raised to its
 * floor and to the power of its weight. Owns the factors and their reasons in words; who is drawn is sampling.ts's business.
 */
import type {
  PriorityFactor,
  PriorityFactors,
  PriorityWeights,
  Queue,
  QueueItem,
  Strata,
} from '../../shared/model/review';
import type { SessionFilter } from '../../shared/model/session';
import { hashText } from '../../shared/text/hash-text';
import type { SearchContext } from '../trajectory/search';
import { paramsFor, whereOf } from '../trajectory/session-filter';
import { sessionsFound } from '../trajectory/session-found';
import { prepare } from '../trajectory/sessions';

/** A session that may be drawn. Factors are from 0 to 1. */
export interface Candidate {
  sessionId: string;
  factors: PriorityFactors;
  priority: number;
  /** Its group, where the sample is stratified. */
  stratum: string | null;
}

/**
 * What each factor counts at its least, as a share of its most. The failure probability rules; the others move a session up
 * or down, and a zero of one does not hide it for good. Their floor is the lowest of .02, .1, .25, .5, .75 and .9 whose average
 * precision on the fit half of the tau-bench runs is within .03 of that of the probability alone (`npm run eval --
 * review-order`; .573, .607, .609, .664, .713, .733 against .734).
 */
const FLOORS: Record<PriorityFactor, number> = {
  probability: 0.02,
  severity: 0.75,
  uncertainty: 0.75,
  novelty: 0.75,
  reach: 0.75,
};

/** What a factor contributes before its weight. */
function scaled(factor: PriorityFactor, value: number): number {
  return FLOORS[factor] + (1 - FLOORS[factor]) * value;
}

/** The product of factor^weight over factors raised to their floors, from 0 to 1. */
export function priorityOf(factors: PriorityFactors, weights: PriorityWeights): number {
  let product = 1;
  for (const factor of Object.keys(weights) as PriorityFactor[])
    product *= scaled(factor, factors[factor]) ** weights[factor];
  return product;
}

export interface CandidateQuery {
  filter: SessionFilter;
  weights: PriorityWeights;
  /** What the sample is stratified by; null: it is not. */
  by: Strata | null;
  withReviewed: boolean;
}

interface CandidateRecord {
  sessionId: string;
  probability: number;
  severity: number;
  reach: number;
  traits: string[];
  stratum: string | null;
  isReviewed: boolean;
  isInFrame: boolean;
}

const strata: Record<Strata, string> = {
  format: 'f.format',
  feature: 'f.feature',
  model: 'f.model',
  cohort: 'f.cohort',
  agentVersion: 'f.agent_version',
  probability:
    "printf('%d0–%d0%%', least(9, floor(p.probability * 10)::INTEGER), least(9, floor(p.probability * 10)::INTEGER) + 1)",
};

/** What a session is compared by with those reviewed before: a trip over all spans, made only where there are any. */
const traits = {
  table: `tools AS (
    SELECT session_id, list(DISTINCT tool_name) AS names FROM span WHERE tool_name IS NOT NULL GROUP BY session_id
  ),`,
  join: 'LEFT JOIN tools AS t ON t.session_id = f.session_id',
  column:
    "list_concat(coalesce(w.signals, []), list_concat(coalesce(t.names, []), [f.format, coalesce(f.feature, ''), coalesce(f.model, '')]))",
};
const noTraits: typeof traits = { table: '', join: '', column: '[]::VARCHAR[]' };

/** One row per session in reach of the filter, and per session reviewed before, which novelty is measured against. */
const candidateQuery = (where: string, stratum: string, compared: typeof traits): string => `
  WITH frame AS (SELECT session_id FROM ${sessionsFound(where)} ${where}),
  reviewed AS (SELECT DISTINCT session_id FROM review),
  ${compared.table}
  with_signals AS MATERIALIZED (
    SELECT session_id, list_sort(list(signal)) AS signals FROM (SELECT DISTINCT session_id, signal FROM standing_finding) GROUP BY session_id
  ),
  graveness AS (SELECT session_id, max(severity) AS severity FROM standing_finding GROUP BY session_id),
  member AS (
    SELECT m.cluster_id, c.session_id FROM cluster_member AS m JOIN correction AS c ON c.correction_id = m.correction_id
    JOIN cluster AS k ON k.cluster_id = m.cluster_id WHERE NOT k.is_outliers
  ),
  cluster_share AS (SELECT cluster_id, count(*) / sum(count(*)) OVER () AS share FROM member GROUP BY cluster_id),
  clustered AS (
    SELECT m.session_id, max(s.share) AS share FROM member AS m JOIN cluster_share AS s ON s.cluster_id = m.cluster_id GROUP BY m.session_id
  ),
  alike AS (
    SELECT signals, count(*) / sum(count(*)) OVER () AS share FROM with_signals GROUP BY signals
  )
  SELECT f.session_id AS "sessionId", coalesce(p.probability, 0.5) AS probability, coalesce(g.severity, 0) / 4 AS severity,
    coalesce(c.share, a.share, 0) AS reach, ${compared.column} AS traits,
    ${stratum} AS stratum, r.session_id IS NOT NULL AS "isReviewed", q.session_id IS NOT NULL AS "isInFrame"
  FROM session AS f
  LEFT JOIN with_signals AS w ON w.session_id = f.session_id
  ${compared.join}
  LEFT JOIN session_score AS p ON p.session_id = f.session_id
  LEFT JOIN graveness AS g ON g.session_id = f.session_id
  LEFT JOIN clustered AS c ON c.session_id = f.session_id
  LEFT JOIN alike AS a ON a.signals = w.signals
  LEFT JOIN reviewed AS r ON r.session_id = f.session_id
  LEFT JOIN frame AS q ON q.session_id = f.session_id
  WHERE q.session_id IS NOT NULL OR r.session_id IS NOT NULL
  ORDER BY f.session_id`;

/**
 * All sessions a queue may draw from with their factors and priority; sessions reviewed in any queue are left out when
 * `withReviewed` is false. A filter on text needs the texts, which are in the imports.
 */
export async function loadCandidates(
  context: SearchContext,
  { filter, weights, by, withReviewed }: CandidateQuery,
): Promise<Candidate[]> {
  const { conditions, params } = await prepare(context, filter);
  const where = whereOf(conditions);
  const anyReview = await context.db.keptOne('SELECT 1 FROM review LIMIT 1');
  const sql = candidateQuery(
    where,
    by === null ? 'NULL' : strata[by],
    anyReview === null ? noTraits : traits,
  );
  const rows = await context.db.kept<CandidateRecord>(sql, paramsFor(sql, params));
  const records = rows.map((row) => ({ ...row, bits: anyReview === null ? NO_BITS : bitsOf(row.traits) }));
  const reviewed = records.filter((one) => one.isReviewed).slice(-MOST_COMPARED);
  return records
    .filter((one) => one.isInFrame && (withReviewed || !one.isReviewed))
    .map((one) => {
      const factors = {
        probability: one.probability,
        severity: one.severity,
        uncertainty: 4 * one.probability * (1 - one.probability),
        novelty: noveltyOf(one.bits, one.sessionId, reviewed),
        reach: one.reach,
      };
      return {
        sessionId: one.sessionId,
        factors,
        priority: priorityOf(factors, weights),
        stratum: by === null ? null : (one.stratum ?? 'not said'),
      };
    });
}

/** Sessions reviewed before that novelty is measured against; more would not change who is new. */
const MOST_COMPARED = 2000;
/** Bits of the sketch that stands for a session's traits. */
const SKETCH_BITS = 256;
/** Where there is nothing to compare with. */
const NO_BITS = new Int32Array(0);

function bitsOf(traits: readonly string[]): Int32Array {
  const bits = new Int32Array(SKETCH_BITS / 32);
  for (const trait of traits) {
    const bit = hashText(trait) % SKETCH_BITS;
    bits[bit >> 5] = (bits[bit >> 5] ?? 0) | (1 << (bit & 31));
  }
  return bits;
}

function countBits(word: number): number {
  let n = word - ((word >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return (((n + (n >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

/** 1 - the largest Jaccard similarity to a session reviewed before; 1 while nothing was reviewed. */
function noveltyOf(
  bits: Int32Array,
  sessionId: string,
  reviewed: readonly { sessionId: string; bits: Int32Array }[],
): number {
  let nearest = 0;
  for (const other of reviewed) {
    if (other.sessionId === sessionId) continue;
    let shared = 0;
    let union = 0;
    for (let i = 0; i < bits.length; i++) {
      shared += countBits((bits[i] ?? 0) & (other.bits[i] ?? 0));
      union += countBits((bits[i] ?? 0) | (other.bits[i] ?? 0));
    }
    nearest = Math.max(nearest, union === 0 ? 1 : shared / union);
  }
  return 1 - nearest;
}

const percent = (share: number): string => `${String(Math.round(share * 100))}%`;
const SEVERITIES = ['notice', 'minor', 'major', 'critical'];

/** Why an item has its place, the weightiest reason first: sentences for the screen. */
export function reasonsOf(item: QueueItem, queue: Pick<Queue, 'sampling'>): string[] {
  const { sampling } = queue;
  if (sampling.kind === 'random') return ['Drawn at random: every session had the same chance.'];
  if (sampling.kind === 'stratified')
    return [`Drawn at random among “${item.stratum ?? ''}” (${sampling.by}).`];
  const { factors } = item;
  const words: Record<PriorityFactor, string> = {
    probability: `Failed with probability ${percent(factors.probability)}`,
    severity:
      factors.severity === 0
        ? 'Nothing was found in it'
        : `Gravest finding: ${SEVERITIES[Math.round(factors.severity * 4) - 1] ?? 'none'}`,
    uncertainty: `The score is ${factors.uncertainty > 0.75 ? 'very unsure' : factors.uncertainty > 0.4 ? 'unsure' : 'sure'} of it (${percent(factors.uncertainty)})`,
    novelty: `${percent(factors.novelty)} unlike what was reviewed before`,
    reach:
      factors.reach === 0
        ? 'Like nothing that was found'
        : `${percent(factors.reach)} of what was found is like it`,
  };
  return (Object.keys(words) as PriorityFactor[])
    .filter((factor) => sampling.weights[factor] > 0)
    .sort((a, b) => strengthOf(b, item, sampling.weights) - strengthOf(a, item, sampling.weights))
    .map((factor) => words[factor]);
}

function strengthOf(factor: PriorityFactor, item: QueueItem, weights: PriorityWeights): number {
  return Math.log(scaled(factor, item.factors[factor])) * weights[factor];
}
