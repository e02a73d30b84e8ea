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

/** Days a trend shows at most; longer spans of time are shown by week or month. */
const TREND_POINTS = 120;

/** Figures of the sessions that began in one day, week or month, or at no known time. */
type Period = Omit<Totals, 'medianSteps'> & { dayMs: number | null };

/** One pass over the sessions, of which the totals and the trend are both sums. */
async function periodsOf(db: Database): Promise<readonly Readonly<Period>[]> {
  const range = await db.keptOne<{ days: number | null }>(
    'SELECT (max(start_ns) - min(start_ns)) / 86400e9 AS days FROM session',
  );
  const unit =
    (range?.days ?? 0) <= TREND_POINTS ? 'day' : (range?.days ?? 0) <= TREND_POINTS * 7 ? 'week' : 'month';
  const figures = `SELECT epoch_ms(date_trunc('${unit}', make_timestamp(start_ns // 1000)))::DOUBLE AS "dayMs",
      count(*)::INTEGER AS sessions, coalesce(sum(turn_count), 0)::INTEGER AS turns,
      coalesce(sum(user_turn_count), 0)::INTEGER AS "userTurns", coalesce(sum(span_count), 0)::INTEGER AS spans,
      coalesce(sum(llm_call_count), 0)::INTEGER AS "llmCalls", coalesce(sum(tool_call_count), 0)::INTEGER AS "toolCalls",
      coalesce(sum(tool_error_count), 0)::INTEGER AS "toolErrors", coalesce(sum(interruption_count), 0)::INTEGER AS interruptions,
      coalesce(sum(rejection_count), 0)::INTEGER AS rejections, count(*) FILTER (finding_count > 0)::INTEGER AS "withFindings",
      count(*) FILTER (correction_count > 0)::INTEGER AS "withCorrections", count(*) FILTER (tool_error_count > 0)::INTEGER AS "withToolErrors",
      coalesce(sum(input_tokens), 0)::DOUBLE AS "inputTokens", coalesce(sum(output_tokens), 0)::DOUBLE AS "outputTokens", sum(cost_usd) AS "costUsd"`;
  return db.kept<Period>(
    `${figures} FROM ${sessionsFound(figures)} GROUP BY "dayMs" ORDER BY "dayMs" NULLS FIRST`,
  );
}

async function totalsOf(db: Database): Promise<Totals> {
  const [periods, middle] = await Promise.all([
    periodsOf(db),
    db.keptOne<{ steps: number | null }>(
      'SELECT median(llm_call_count + tool_call_count) AS steps FROM session',
    ),
  ]);
  const sum = (of: (period: Period) => number): number =>
    periods.reduce((total, period) => total + of(period), 0);
  const costs = periods.flatMap(({ costUsd }) => costUsd ?? []);
  return {
    sessions: sum((one) => one.sessions),
    turns: sum((one) => one.turns),
    userTurns: sum((one) => one.userTurns),
    spans: sum((one) => one.spans),
    llmCalls: sum((one) => one.llmCalls),
    toolCalls: sum((one) => one.toolCalls),
    toolErrors: sum((one) => one.toolErrors),
    interruptions: sum((one) => one.interruptions),
    rejections: sum((one) => one.rejections),
    withFindings: sum((one) => one.withFindings),
    withCorrections: sum((one) => one.withCorrections),
    withToolErrors: sum((one) => one.withToolErrors),
    inputTokens: sum((one) => one.inputTokens),
    outputTokens: sum((one) => one.outputTokens),
    costUsd: costs.length === 0 ? null : costs.reduce((total, cost) => total + cost, 0),
    medianSteps: middle?.steps ?? null,
  };
}

async function trendOf(db: Database): Promise<Overview['trend']> {
  return (await periodsOf(db)).flatMap(({ dayMs, sessions, withFindings, withCorrections }) =>
    dayMs === null ? [] : [{ dayMs, sessions, withFindings, withCorrections }],
  );
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

type StepPillar = 'llm' | 'memory' | 'tools' | 'environment';
const STEP_PILLARS: readonly StepPillar[] = ['llm', 'memory', 'tools', 'environment'];

/** Spans and failed ones of each pillar, and the steps of all: one pass over the spans. */
async function stepsOf(
  db: Database,
): Promise<{ pillars: Overview['pillars']; success: { n: number; good: number } }> {
  const rows = await db.kept<{
    pillar: string;
    isShown: boolean;
    isError: boolean;
    isStep: boolean;
    n: number;
  }>(
    `SELECT pillar, lane <> 'user' AS "isShown", status = 'error' AS "isError",
       kind IN ('llm', 'tool') AND NOT is_rewound AS "isStep", count(*)::INTEGER AS n FROM span GROUP BY ALL`,
  );
  const count = (of: (row: (typeof rows)[number]) => boolean): number =>
    rows.reduce((sum, row) => sum + (of(row) ? row.n : 0), 0);
  return {
    pillars: STEP_PILLARS.map((pillar) => {
      const spans = count((row) => row.pillar === pillar && row.isShown);
      const errors = count((row) => row.pillar === pillar && row.isShown && row.isError);
      return { pillar, spans, errors: wilson(errors, spans) };
    }),
    success: { n: count((row) => row.isStep), good: count((row) => row.isStep && !row.isError) },
  };
}

/** The overview of the whole workspace. `signals` is the catalogue with titles. */
export async function overviewOf(
  db: Database,
  codebook: Codebook,
  signals: readonly { id: string; title: string; pillar: Lane; isHint: boolean }[],
): Promise<Overview> {
  // None waits for another: several readers of the database work at them.
  const [totals, corrections, bySignal, steps, heat, trend] = await Promise.all([
    totalsOf(db),
    countCorrections(db),
    db.kept<{ signal: string; findings: number; sessions: number }>(
      'SELECT signal, count(*)::INTEGER AS findings, count(DISTINCT session_id)::INTEGER AS sessions FROM standing_finding GROUP BY signal ORDER BY sessions DESC, signal',
    ),
    stepsOf(db),
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
    pillars: steps.pillars,
    steps: { perStepSuccess: wilson(steps.success.good, steps.success.n), medianSteps: totals.medianSteps },
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
