/** How often signals are found, where, when and with which others. Shares of sessions, each with its Wilson interval. */
import type { groupKinds, Prevalence, SignalPair, SignalTrend } from '../../shared/contract/signal';
import { wilson } from '../../shared/stats/wilson';
import type { Database } from '../workspace/database';

const groupColumns: Record<(typeof groupKinds)[number], { value: string; label: string }> = {
  format: { value: 's.format', label: 's.format' },
  source: { value: 's.source_id', label: 'coalesce(c.name, s.source_id)' },
  model: { value: 's.model', label: 's.model' },
  agentVersion: { value: 's.agent_version', label: 's.agent_version' },
  feature: { value: 's.feature', label: 's.feature' },
  cohort: { value: 's.cohort', label: 's.cohort' },
};
const MAX_GROUPS = 12;
const MAX_PAIRS = 200;
/** Points of a trend at most; longer spans of time are shown by week or month. */
const MAX_POINTS = 120;

/** Share of sessions with each signal found, over all and by group, the largest groups first. */
export async function prevalenceOf(db: Database, by: (typeof groupKinds)[number]): Promise<Prevalence> {
  const { value, label } = groupColumns[by];
  const grouped = `SELECT s.session_id, ${value} AS value, ${label} AS label FROM session AS s
    LEFT JOIN source AS c ON c.source_id = s.source_id AND c.import_id = s.import_id`;
  const groups = await db.kept<Prevalence['groups'][number]>(
    `SELECT value, any_value(label) AS label, count(DISTINCT session_id)::INTEGER AS sessions FROM (${grouped})
     WHERE value IS NOT NULL GROUP BY value ORDER BY sessions DESC, value LIMIT ${String(MAX_GROUPS)}`,
  );
  const total = await db.keptOne<{ n: number }>('SELECT count(*)::INTEGER AS n FROM session');
  const counts = await db.kept<{ signal: string; value: string | null; isAll: boolean; n: number }>(
    `SELECT f.signal, g.value, grouping(g.value) = 1 AS "isAll", count(DISTINCT f.session_id)::INTEGER AS n
     FROM standing_finding AS f JOIN (${grouped}) AS g ON g.session_id = f.session_id
     GROUP BY GROUPING SETS ((f.signal), (f.signal, g.value))`,
  );
  const bySignal = new Map<string, Map<string, number>>();
  const all = new Map<string, number>();
  for (const { signal, value: group, isAll, n } of counts) {
    if (isAll) all.set(signal, n);
    else if (group !== null)
      bySignal.set(signal, (bySignal.get(signal) ?? new Map<string, number>()).set(group, n));
  }
  return {
    groups: [...groups],
    rows: [...all]
      .sort(([a, m], [b, n]) => n - m || a.localeCompare(b))
      .map(([signal, n]) => ({
        signal,
        all: wilson(n, total?.n ?? 0),
        groups: groups.map((group) => wilson(bySignal.get(signal)?.get(group.value) ?? 0, group.sessions)),
      })),
  };
}

/** Pairs of signals in the same sessions, those furthest from chance first (by the log-likelihood ratio). */
export async function pairsOf(db: Database): Promise<SignalPair[]> {
  const pairs = await db.kept<SignalPair>(
    `WITH has AS (SELECT DISTINCT session_id, signal FROM standing_finding),
       one AS (SELECT signal, count(*)::DOUBLE AS n FROM has GROUP BY signal),
       pair AS (SELECT a.signal AS first, b.signal AS second, count(*)::DOUBLE AS shared
         FROM has AS a JOIN has AS b ON b.session_id = a.session_id AND b.signal > a.signal GROUP BY ALL),
       figure AS (SELECT p.*, f.n AS n1, s.n AS n2, (SELECT count(*)::DOUBLE FROM session) AS n
         FROM pair AS p JOIN one AS f ON f.signal = p.first JOIN one AS s ON s.signal = p.second)
     SELECT first, second, shared::INTEGER AS "both", (n1 - shared)::INTEGER AS "onlyFirst", (n2 - shared)::INTEGER AS "onlySecond",
       shared * n / (n1 * n2) AS lift
     FROM figure WHERE shared >= 2
     ORDER BY shared * ln(shared * n / (n1 * n2)) DESC, first, second LIMIT ${String(MAX_PAIRS)}`,
  );
  return [...pairs];
}

/** Share of sessions with a signal over time; sessions without a time are left out. */
export async function trendOf(db: Database, signal: string): Promise<SignalTrend> {
  const range = await db.keptOne<{ days: number | null }>(
    'SELECT (max(start_ns) - min(start_ns)) / 86400e9 AS days FROM session',
  );
  const days = range?.days ?? 0;
  const unit = days <= MAX_POINTS ? 'day' : days <= MAX_POINTS * 7 ? 'week' : 'month';
  const rows = await db.kept<{ startMs: number; n: number; hits: number }>(
    `SELECT epoch_ms(date_trunc('${unit}', make_timestamp(start_ns // 1000)))::DOUBLE AS "startMs", count(*)::INTEGER AS n,
       count(*) FILTER (session_id IN (SELECT session_id FROM standing_finding WHERE signal = $1))::INTEGER AS hits
     FROM session WHERE start_ns IS NOT NULL GROUP BY ALL ORDER BY "startMs"`,
    [signal],
  );
  return { unit, points: rows.map(({ startMs, n, hits }) => ({ startMs, sessions: wilson(hits, n) })) };
}
