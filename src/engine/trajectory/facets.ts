/**
 * Counts of each facet value, as the sessions screen shows them beside the list. Owns the one statement that makes them: what was
 * found in sessions is put together once for all facets, which costs many times what counting does.
 */
import { FACET_VALUES, type Facets } from '../../shared/contract/session';
import type { SessionFilter } from '../../shared/model/session';
import { userActWords, type UserAct } from '../../shared/model/user-turn';
import type { Database } from '../workspace/database';
import type { SqlValue } from '../workspace/sql-values';
import { LABEL_FACETS } from './label-facets';
import { sessionsFound } from './session-found';
import { paramsFor, REVIEW_VERDICT, scoreTenth, SESSION_MODES } from './session-filter';
import { sourceNamesOf } from './session-rows';
import type { Waiting } from './search';
import { prepare, type SessionContext } from './sessions';

type Facet = Exclude<keyof Facets, 'searched' | 'total' | 'matching' | 'startMs' | 'turnCount'>;
type Narrowing = keyof SessionFilter;
type FacetValue = Facets['formats'][number];

/** Facets with one value per session at most, as SQL over `session_found`, and what of a filter narrows the sessions by them. */
const single: Partial<Record<Facet, readonly [Narrowing, string]>> = {
  formats: ['formats', 'format'],
  sources: ['sourceIds', 'source_id'],
  models: ['models', 'model'],
  agentVersions: ['agentVersions', 'agent_version'],
  features: ['features', 'feature'],
  cohorts: ['cohorts', 'cohort'],
  users: ['userIds', 'user_id'],
  scoreTenths: ['scoreTenths', scoreTenth],
  reviews: ['reviews', REVIEW_VERDICT],
};

const CORRECTIONS = `list_filter([
  CASE WHEN correction_count > 0 THEN 'any' END, CASE WHEN confirmed_count > 0 THEN 'confirmed' END,
  CASE WHEN correction_count > confirmed_count THEN 'proposed' END, CASE WHEN correction_count = 0 THEN 'none' END
], lambda value: value IS NOT NULL)`;

/** Facets with a list of values per session. */
const listed: Partial<Record<Facet, readonly [Narrowing, string]>> = {
  errorPillars: ['errorPillars', 'error_pillars'],
  flags: ['flags', 'flags'],
  corrections: ['correction', CORRECTIONS],
};

/** Facets whose values stand in tables of their own: the value, and its table. */
const apart: Partial<Record<Facet, readonly [Narrowing, string, string]>> = {
  signals: ['signals', 'signal', 'standing_finding'],
  failureModes: ['failureModeIds', 'failure_mode_id', SESSION_MODES],
  userActs: ['userActs', 'act', 'user_turn'],
  labels: ['labels', 'facet', LABEL_FACETS],
};

const HISTOGRAM_BINS = 24;

/** Equal-width bins; whole numbers get bins of whole width. */
interface Bins {
  column: string;
  facet: 'startMs' | 'turnCount';
  low: number;
  width: number;
  count: number;
}

function binsOf(facet: Bins['facet'], low: number | null, high: number | null): Bins | null {
  if (low === null || high === null) return null;
  const isWhole = facet === 'turnCount';
  const span = high - low;
  const width = isWhole
    ? Math.max(1, Math.ceil((span + 1) / HISTOGRAM_BINS))
    : Math.max(1, span / HISTOGRAM_BINS);
  const count = Math.max(1, Math.min(HISTOGRAM_BINS, Math.ceil((span + (isWhole ? 1 : 0)) / width)));
  return { facet, column: isWhole ? 'turn_count' : 'start_ms', low, width, count };
}

interface Whole {
  total: number;
  startLow: number | null;
  startHigh: number | null;
  turnsLow: number | null;
  turnsHigh: number | null;
}

/** How many sessions there are, and between which values they lie. */
async function wholeOf(db: Database, signal?: AbortSignal): Promise<Whole> {
  const whole = await db.keptOne<Whole>(
    `SELECT count(*)::INTEGER AS total, min(start_ns / 1e6)::DOUBLE AS "startLow", max(start_ns / 1e6)::DOUBLE AS "startHigh",
       min(turn_count)::DOUBLE AS "turnsLow", max(turn_count)::DOUBLE AS "turnsHigh" FROM session`,
    [],
    signal,
  );
  if (!whole) throw new Error('The index gave no totals.');
  return whole;
}

interface Counted {
  facet: string;
  value: string;
  count: number;
  matching: number;
}

/** The condition that holds of every session. */
const EVERY = 'true';

/** The statement: a row (facet, value, count, matching) for each value of each facet and each bin of each histogram. */
function statement(
  conditions: readonly { facet: Narrowing; sql: string }[],
  histograms: readonly Bins[],
): string {
  const holds = (except?: Narrowing): string =>
    conditions.flatMap(({ facet }, i) => (facet === except ? [] : [`holds_${String(i)}`])).join(' AND ') ||
    EVERY;
  const top = (facet: string, rows: string, counted: string): string =>
    `SELECT '${facet}' AS facet, value, count, count AS matching FROM (
       SELECT value::VARCHAR AS value, ${counted}::INTEGER AS count FROM (${rows}) WHERE value IS NOT NULL
       GROUP BY value ORDER BY count DESC, value LIMIT ${String(FACET_VALUES)})`;
  const columns = Object.entries({ ...single, ...listed }).map(([facet, [, sql]]) => `${sql} AS "${facet}"`);
  const parts = [
    `SELECT 'matching' AS facet, '' AS value, count(*)::INTEGER AS count, 0 AS matching FROM found WHERE ${holds()}`,
    ...Object.entries(single).map(([facet, [narrowing]]) =>
      top(facet, `SELECT "${facet}" AS value FROM found WHERE ${holds(narrowing)}`, 'count(*)'),
    ),
    ...Object.entries(listed).map(([facet, [narrowing]]) =>
      top(facet, `SELECT unnest("${facet}") AS value FROM found WHERE ${holds(narrowing)}`, 'count(*)'),
    ),
    ...Object.entries(apart).map(([facet, [narrowing, column, table]]) => {
      const where = holds(narrowing);
      // Where nothing narrows them, all there are need not be looked up.
      const among =
        where === EVERY ? '' : ` WHERE session_id IN (SELECT session_id FROM found WHERE ${where})`;
      return top(
        facet,
        `SELECT ${column} AS value, session_id FROM ${table}${among}`,
        'count(DISTINCT session_id)',
      );
    }),
    ...histograms.map(
      ({ facet, column, count }) =>
        `SELECT '${facet}' AS facet, least(${String(count - 1)}, ((${column} - $${facet}Low) // $${facet}Width))::INTEGER::VARCHAR AS value,
           count(*)::INTEGER AS count, count(*) FILTER (${holds(facet)})::INTEGER AS matching
         FROM found WHERE ${column} IS NOT NULL GROUP BY ALL`,
    ),
  ];
  const asked = [...columns, ...conditions.map(({ sql }, i) => `(${sql}) AS holds_${String(i)}`)].join(', ');
  return `WITH found AS MATERIALIZED (
      SELECT session_id, start_ms, turn_count, ${asked} FROM ${sessionsFound(asked)}
    )
    SELECT facet, value, count, matching FROM (${parts.join('\nUNION ALL ')}) ORDER BY facet, count DESC, value`;
}

function histogramOf(bins: Bins | null, rows: readonly Counted[]): Facets['startMs'] {
  if (bins === null) return { bins: [] };
  const { facet, low, width, count } = bins;
  const byBin = new Map(rows.flatMap((row) => (row.facet === facet ? [[Number(row.value), row]] : [])));
  return {
    bins: Array.from({ length: count }, (_, i) => ({
      from: low + i * width,
      to: low + (i + 1) * width,
      count: byBin.get(i)?.count ?? 0,
      matching: byBin.get(i)?.matching ?? 0,
    })),
  };
}

/** Counts of each facet value among the sessions that all other facets let through. Throws the signal's reason when it is aborted. */
export async function facetsOf(
  context: SessionContext,
  filter: SessionFilter,
  waiting: Waiting = {},
): Promise<Facets> {
  const { db, failureModeNames } = context;
  const { signal } = waiting;
  const { conditions, params, found } = await prepare(context, filter, waiting);
  const { total, startLow, startHigh, turnsLow, turnsHigh } = await wholeOf(db, signal);
  const starts = binsOf('startMs', startLow, startHigh);
  const turns = binsOf('turnCount', turnsLow, turnsHigh);
  const histograms = [starts, turns].filter((one) => one !== null);
  const values: Record<string, SqlValue> = { ...params };
  for (const { facet, low, width } of histograms) {
    values[`${facet}Low`] = low;
    values[`${facet}Width`] = width;
  }
  const sql = statement(conditions, histograms);
  const [rows, sourceNames] = await Promise.all([
    db.kept<Counted>(sql, paramsFor(sql, values), signal),
    sourceNamesOf(db, signal),
  ]);
  const of = (facet: Facet, labelOf: (value: string) => string | undefined = () => undefined): FacetValue[] =>
    rows
      .filter((row) => row.facet === facet)
      .map(({ value, count }) => ({ value, label: labelOf(value) ?? value, count }));
  const byValue = (facet: Facet): FacetValue[] => of(facet).sort((a, b) => a.value.localeCompare(b.value));
  const reviews = of('reviews');
  const isReviewed = reviews.some((one) => one.value !== 'none') || (filter.reviews?.length ?? 0) > 0;
  return {
    searched: found?.searched ?? 1,
    total,
    matching: rows.find((row) => row.facet === 'matching')?.count ?? 0,
    formats: of('formats'),
    sources: of('sources', (id) => sourceNames.get(id)),
    models: of('models'),
    agentVersions: of('agentVersions'),
    features: of('features'),
    cohorts: of('cohorts'),
    users: of('users'),
    signals: of('signals'),
    scoreTenths: byValue('scoreTenths'),
    failureModes: of('failureModes', (id) => failureModeNames.get(id)),
    errorPillars: of('errorPillars'),
    userActs: of('userActs', (act) => userActWords[act as UserAct].title),
    labels: of('labels'),
    reviews: isReviewed ? reviews : [],
    flags: of('flags'),
    corrections: byValue('corrections'),
    startMs: histogramOf(starts, rows),
    turnCount: histogramOf(turns, rows),
  };
}
