/** The figures of the overview and of `faultline summary`. Every share carries its Wilson interval. */
import type { Overview, Summary } from '../../shared/contract/overview';
import type { Codebook } from '../../shared/model/codebook';
import type { Lane } from '../../shared/model/pillar';
import { wilson } from '../../shared/stats/wilson';
import { countCorrections, countFailureModes } from '../corrections/list-corrections';
import { sessionsFound } from '../trajectory/session-found';
import type { Database } from '../workspace/database';

interface Totals {
  sessions: number;
  turns: number;
  userTurns: number;
  spans: number;
  llmCalls: number;
  toolCalls: number;
  toolErrors: number;
  interruptions: number;
  rejections: number;
  withFindings: number;
  withCorrections: number;
  withToolErrors: number;
  inputTokens: number;
  outputTokens: number;
  costUsd: number | null;
  medianSteps: number | null;
}

async function totalsOf(db: Database): Promise<Totals> {
  const figures = `SELECT count(*)::INTEGER AS sessions, coalesce(sum(turn_count), 0)::INTEGER AS turns,
      coalesce(sum(user_turn_count), 0)::INTEGER AS "userTurns", coalesce(sum(span_count), 0)::INTEGER AS spans,
      coalesce(sum(llm_call_count), 0)::INTEGER AS "llmCalls", coalesce(sum(tool_call_count), 0)::INTEGER AS "toolCalls",
      coalesce(sum(tool_error_count), 0)::INTEGER AS "toolErrors", coalesce(sum(interruption_count), 0)::INTEGER AS interruptions,
      coalesce(sum(rejection_count), 0)::INTEGER AS rejections, count(*) FILTER (finding_count > 0)::INTEGER AS "withFindings",
      count(*) FILTER (correction_count > 0)::INTEGER AS "withCorrections", count(*) FILTER (tool_error_count > 0)::INTEGER AS "withToolErrors",
      coalesce(sum(input_tokens), 0)::DOUBLE AS "inputTokens", coalesce(sum(output_tokens), 0)::DOUBLE AS "outputTokens", sum(cost_usd) AS "costUsd",
      median(llm_call_count + tool_call_count) AS "medianSteps"`;
  const row = await db.keptOne<Totals>(`${figures} FROM ${sessionsFound(figures)}`);
  if (!row) throw new Error('The index gave no totals.');
  return row;
}

/** Days a trend shows at most; longer spans of time are shown by week or month. */
const TREND_POINTS = 120;

async function trendOf(db: Database): Promise<Overview['trend']> {
  const range = await db.keptOne<{ days: number | null }>(
    'SELECT (max(start_ns) - min(start_ns)) / 86400e9 AS days FROM session',
  );
  const unit =
    (range?.days ?? 0) <= TREND_POINTS ? 'day' : (range?.days ?? 0) <= TREND_POINTS * 7 ? 'week' : 'month';
  const days = `SELECT epoch_ms(date_trunc('${unit}', make_timestamp(start_ns // 1000)))::DOUBLE AS "dayMs", count(*)::INTEGER AS sessions,
       count(*) FILTER (finding_count > 0)::INTEGER AS "withFindings", count(*) FILTER (correction_count > 0)::INTEGER AS "withCorrections"`;
  const rows = await db.kept<Overview['trend'][number]>(
    `${days} FROM ${sessionsFound(days)} WHERE start_ns IS NOT NULL GROUP BY ALL ORDER BY "dayMs"`,
  );
  return [...rows];
}

/** Rows of the heat map per kind; the rest is reached through the sessions screen. */
const HEAT_ROWS = 12;

type HeatKind = Overview['heat'][number]['rowKind'];
const heatColumns: Record<HeatKind, string> = {
  feature: 'feature',
  cohort: 'cohort',
  model: 'model',
  agentVersion: 'agent_version',
};

/** Of the most frequent values of each kind, in how many of their sessions each signal was found. */
async function heatOf(db: Database): Promise<Overview['heat']> {
  const kinds = Object.entries(heatColumns).map(
    ([kind, column], i) =>
      `SELECT ${String(i)} AS place, '${kind}' AS kind, ${column} AS value, session_id FROM session WHERE ${column} IS NOT NULL`,
  );
  const rows = await db.kept<{ rowKind: HeatKind; value: string; signal: string; hits: number; n: number }>(
    `WITH told AS MATERIALIZED (${kinds.join(' UNION ALL ')}),
      top AS (
        SELECT place, kind, value, count(*)::INTEGER AS n FROM told GROUP BY place, kind, value
        QUALIFY row_number() OVER (PARTITION BY place ORDER BY n DESC, value) <= ${String(HEAT_ROWS)}
      ),
      hit AS (
        SELECT t.kind, t.value, f.signal, count(*)::INTEGER AS hits
        FROM told AS t JOIN (SELECT DISTINCT session_id, signal FROM standing_finding) AS f ON f.session_id = t.session_id GROUP BY ALL
      ),
      seen AS (SELECT DISTINCT signal FROM finding)
     SELECT t.kind AS "rowKind", t.value, s.signal, coalesce(h.hits, 0) AS hits, t.n
     FROM top AS t CROSS JOIN seen AS s LEFT JOIN hit AS h ON h.kind = t.kind AND h.value = t.value AND h.signal = s.signal
     ORDER BY t.place, t.n DESC, t.value, s.signal`,
  );
  return rows.map(({ rowKind, value, signal, hits, n }) => ({
    rowKind,
    row: value,
    signal,
    sessions: wilson(hits, n),
  }));
}

/** Spans and failed ones of each pillar. */
function pillarsOf(db: Database) {
  return db.kept<{ pillar: 'llm' | 'memory' | 'tools' | 'environment'; n: number; errors: number }>(
    `SELECT p.pillar, count(s.pillar)::INTEGER AS n, count(*) FILTER (s.status = 'error')::INTEGER AS errors
     FROM (SELECT unnest(['llm', 'memory', 'tools', 'environment']) AS pillar, unnest([1, 2, 3, 4]) AS place) AS p
     LEFT JOIN span AS s ON s.pillar = p.pillar AND s.lane <> 'user' GROUP BY p.pillar, p.place ORDER BY p.place`,
  );
}

/** The overview of the whole workspace. `signals` is the catalogue with titles. */
export async function overviewOf(
  db: Database,
  codebook: Codebook,
  signals: readonly { id: string; title: string; pillar: Lane; isHint: boolean }[],
): Promise<Overview> {
  // None waits for another: several readers of the database work at them.
  const [totals, corrections, bySignal, pillars, steps, heat, trend] = await Promise.all([
    totalsOf(db),
    countCorrections(db),
    db.kept<{ signal: string; findings: number; sessions: number }>(
      'SELECT signal, count(*)::INTEGER AS findings, count(DISTINCT session_id)::INTEGER AS sessions FROM standing_finding GROUP BY signal ORDER BY sessions DESC, signal',
    ),
    pillarsOf(db),
    db.keptOne<{ n: number; good: number }>(
      `SELECT count(*)::INTEGER AS n, count(*) FILTER (status <> 'error')::INTEGER AS good FROM span WHERE kind IN ('llm', 'tool') AND NOT is_rewound`,
    ),
    heatOf(db),
    trendOf(db),
  ]);
  const modes = await countFailureModes(db, codebook, corrections.sorted);
  const severities = new Map(codebook.failureModes.map((mode) => [mode.id, mode.severity]));
  const known = new Map(signals.map((signal) => [signal.id, signal]));
  return {
    sessions: totals.sessions,
    turns: totals.turns,
    userTurns: totals.userTurns,
    spans: totals.spans,
    withFindings: wilson(totals.withFindings, totals.sessions),
    withCorrections: wilson(totals.withCorrections, totals.sessions),
    withToolErrors: wilson(totals.withToolErrors, totals.sessions),
    inputTokens: totals.inputTokens,
    outputTokens: totals.outputTokens,
    costUsd: totals.costUsd,
    failureModes: modes
      .filter((mode) => mode.sorted.count > 0 || mode.proposed > 0)
      .map((mode) => ({
        failureModeId: mode.failureModeId,
        name: mode.name,
        severity: severities.get(mode.failureModeId) ?? 1,
        reviewed: mode.sorted.count,
        proposed: mode.proposed,
        sessions: mode.sessions,
      })),
    bySignal: bySignal.map((row) => ({
      signal: row.signal,
      title: known.get(row.signal)?.title ?? row.signal,
      lane: known.get(row.signal)?.pillar ?? 'llm',
      isHint: known.get(row.signal)?.isHint ?? true,
      findings: row.findings,
      sessions: wilson(row.sessions, totals.sessions),
    })),
    heat,
    trend,
    pillars: pillars.map((row) => ({ pillar: row.pillar, spans: row.n, errors: wilson(row.errors, row.n) })),
    steps: { perStepSuccess: wilson(steps?.good ?? 0, steps?.n ?? 0), medianSteps: totals.medianSteps },
  };
}

/** What `faultline summary --json` prints. */
export async function summaryOf(db: Database, workspace: string, codebook: Codebook): Promise<Summary> {
  const totals = await totalsOf(db);
  const corrections = await countCorrections(db);
  const sources = await db.all<Summary['sources'][number]>(
    `SELECT path, format, confidence, state, lines::INTEGER AS lines, records::INTEGER AS records, rejected::INTEGER AS rejected, blank::INTEGER AS blank
     FROM source AS s JOIN import AS i ON i.import_id = s.import_id ORDER BY i.import_order, s.path`,
  );
  const findings = await db.all<{ signal: string; n: number }>(
    'SELECT signal, count(*)::INTEGER AS n FROM finding GROUP BY signal ORDER BY signal',
  );
  const counts = await db.one<{ clusters: number; annotations: number; labels: number }>(`SELECT
      (SELECT count(*) FROM cluster WHERE NOT is_outliers)::INTEGER AS clusters, (SELECT count(*) FROM label)::INTEGER AS labels,
      ((SELECT count(*) FROM judgement WHERE state IS NOT NULL) + (SELECT count(*) FROM assignment) + (SELECT count(*) FROM annotation))::INTEGER AS annotations`);
  return {
    workspace,
    sources,
    sessions: totals.sessions,
    turns: totals.turns,
    userTurns: totals.userTurns,
    spans: totals.spans,
    llmCalls: totals.llmCalls,
    toolCalls: totals.toolCalls,
    toolErrors: totals.toolErrors,
    interruptions: totals.interruptions,
    rejections: totals.rejections,
    findings: Object.fromEntries(findings.map((row) => [row.signal, row.n])),
    corrections: {
      proposed: corrections.proposed,
      confirmed: corrections.confirmed,
      rejected: corrections.rejected,
    },
    clusters: counts?.clusters ?? 0,
    annotations: counts?.annotations ?? 0,
    labels: counts?.labels ?? 0,
    failureModes: codebook.failureModes.length,
    codebookVersion: codebook.version,
  };
}
