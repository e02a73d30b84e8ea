/**
 * Rows of the sessions screen for a page of session ids. Owns what is told of each session; which sessions, and in what order, is
 * decided elsewhere (sessions.ts). Touches nothing but these sessions' rows.
 */
import type { Lane } from '../../shared/model/pillar';
import { stripSchema, type SessionRow, type Strip } from '../../shared/model/session';
import type { Database } from '../workspace/database';
import { textList } from '../workspace/sql-values';

interface SessionRecord {
  session_id: string;
  title: string;
  format: string;
  import_id: string;
  source_id: string;
  agent_name: string | null;
  agent_version: string | null;
  model: string | null;
  feature: string | null;
  cohort: string | null;
  user_id: string | null;
  start_ms: number | null;
  duration_ms: number | null;
  turn_count: number;
  user_turn_count: number;
  span_count: number;
  llm_call_count: number;
  tool_call_count: number;
  tool_error_count: number;
  interruption_count: number;
  rejection_count: number;
  input_tokens: number | null;
  output_tokens: number | null;
  cost_usd: number | null;
  flags: SessionRow['flags'];
}

/** Its sessions; a list bound as one text, cast to VARCHAR[]. */
const PAGE = 'session_id IN (SELECT unnest($ids::VARCHAR[]))';

const RECORDS = `SELECT session_id, title, format, import_id, source_id, agent_name, agent_version, model, feature, cohort, user_id,
    start_ns / 1e6 AS start_ms, (end_ns - start_ns) / 1e6 AS duration_ms, turn_count, user_turn_count, span_count, llm_call_count,
    tool_call_count, tool_error_count, interruption_count, rejection_count, input_tokens, output_tokens, cost_usd, flags
  FROM session WHERE ${PAGE}`;

/** What stands in other tables, as rows of what it is, a word and a number; words of a session in order. */
const FOUND = `SELECT kind, session_id, word, n FROM (
    SELECT 'finding' AS kind, session_id, signal AS word, count(*)::DOUBLE AS n FROM standing_finding WHERE ${PAGE} GROUP BY ALL
    UNION ALL SELECT 'correction', session_id, state, count(*)::DOUBLE FROM correction_state WHERE ${PAGE} AND state <> 'rejected' GROUP BY ALL
    UNION ALL SELECT DISTINCT 'mode', k.session_id, a.failure_mode_id, 1
      FROM sorting AS a JOIN correction AS k ON k.correction_id = a.correction_id WHERE k.${PAGE}
    UNION ALL SELECT 'score', session_id, '', probability FROM session_score WHERE ${PAGE}
    UNION ALL SELECT 'verdict', session_id, intent, 1 FROM session_review WHERE ${PAGE}
  ) ORDER BY kind, session_id, word`;

type FoundKind = 'finding' | 'correction' | 'mode' | 'score' | 'verdict';
interface FoundRow {
  kind: FoundKind;
  session_id: string;
  word: string;
  n: number;
}

const NOTHING: readonly FoundRow[] = [];

function toRow(
  record: SessionRecord,
  sourceName: string,
  found: readonly FoundRow[],
  names: ReadonlyMap<string, string>,
): SessionRow {
  const of = (kind: FoundKind) => found.filter((row) => row.kind === kind);
  const countOf = (kind: FoundKind): number => of(kind).reduce((sum, { n }) => sum + n, 0);
  return {
    sessionId: record.session_id,
    title: record.title,
    format: record.format,
    importId: record.import_id,
    sourceName,
    agentName: record.agent_name,
    agentVersion: record.agent_version,
    model: record.model,
    feature: record.feature,
    cohort: record.cohort,
    userId: record.user_id,
    startTimeMs: record.start_ms,
    durationMs: record.duration_ms,
    turnCount: record.turn_count,
    userTurnCount: record.user_turn_count,
    spanCount: record.span_count,
    llmCallCount: record.llm_call_count,
    toolCallCount: record.tool_call_count,
    toolErrorCount: record.tool_error_count,
    interruptionCount: record.interruption_count,
    rejectionCount: record.rejection_count,
    inputTokens: record.input_tokens,
    outputTokens: record.output_tokens,
    costUsd: record.cost_usd,
    findingCount: countOf('finding'),
    signals: of('finding').map((row) => row.word),
    correctionCount: countOf('correction'),
    failureModes: of('mode').map(({ word }) => names.get(word) ?? word),
    failProbability: of('score')[0]?.n ?? null,
    verdict: of('verdict')[0]?.word ?? null,
    flags: record.flags,
  };
}

/** Names of the sources that were imported, by id. */
export async function sourceNamesOf(db: Database, signal?: AbortSignal): Promise<Map<string, string>> {
  const rows = await db.kept<{ id: string; name: string }>(
    "SELECT source_id AS id, min(name) AS name FROM source WHERE state = 'imported' GROUP BY source_id",
    [],
    signal,
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** The named sessions in the order of their ids as given, without those there are none of. `names` are of failure modes, by id. */
export async function readSessionRows(
  db: Database,
  sessionIds: readonly string[],
  names: ReadonlyMap<string, string>,
  signal?: AbortSignal,
): Promise<SessionRow[]> {
  if (sessionIds.length === 0) return [];
  const ids = textList(sessionIds);
  const [records, found, sources] = await Promise.all([
    db.kept<SessionRecord>(RECORDS, { ids }, signal),
    db.kept<FoundRow>(FOUND, { ids }, signal),
    sourceNamesOf(db, signal),
  ]);
  const recordOf = new Map(records.map((record) => [record.session_id, record]));
  const foundOf = new Map<string, FoundRow[]>();
  for (const row of found) {
    const before = foundOf.get(row.session_id);
    if (before === undefined) foundOf.set(row.session_id, [row]);
    else before.push(row);
  }
  return sessionIds.flatMap((id) => {
    const record = recordOf.get(id);
    return record === undefined
      ? []
      : [toRow(record, sources.get(record.source_id) ?? '', foundOf.get(id) ?? NOTHING, names)];
  });
}

/** Bins a strip has at most; sessions with fewer spans show each span. */
const STRIP_BINS = 160;
const BINS = `least(${String(STRIP_BINS)}, span_count)`;

/** Ticks and places of findings, in thousandths of the session; `bins` is 0 of findings. */
const STRIPS = `WITH page AS (SELECT unnest($ids::VARCHAR[]) AS session_id, unnest($counts::INTEGER[]) AS span_count),
    place AS MATERIALIZED (
      SELECT p.session_id, p.span_id, p.position, p.lane, p.status, k.span_count
      FROM span AS p JOIN page AS k ON k.session_id = p.session_id
    )
  SELECT session_id, lane, (position * ${BINS} // span_count)::INTEGER AS x, any_value(${BINS})::INTEGER AS bins, bool_or(status = 'error') AS is_error
  FROM place GROUP BY ALL
  UNION ALL
  SELECT f.session_id, 'finding', ((p.position + 0.5) * 1000 // p.span_count)::INTEGER AS x, 0, false
  FROM finding AS f JOIN place AS p ON p.session_id = f.session_id AND p.span_id = f.span_id GROUP BY ALL
  ORDER BY ALL`;

/** Puts the strip of lanes and findings on each row. */
export async function addStrips(
  db: Database,
  items: readonly SessionRow[],
  signal?: AbortSignal,
): Promise<void> {
  if (items.length === 0) return;
  const ids = items.map((item) => item.sessionId);
  const rows = await db.kept<{ session_id: string; lane: Lane; x: number; bins: number; is_error: boolean }>(
    STRIPS,
    { ids: textList(ids), counts: JSON.stringify(items.map((item) => item.spanCount)) },
    signal,
  );
  const strips = new Map<string, Strip>(
    ids.map((id) => [id, stripSchema.parse({ ticks: [], findings: [] })]),
  );
  for (const { session_id, lane, x, bins, is_error } of rows) {
    const strip = strips.get(session_id);
    if (bins === 0) strip?.findings.push(x);
    else {
      const from = Math.round((x * 1000) / bins);
      const to = Math.round(((x + 1) * 1000) / bins);
      strip?.ticks.push([lane, from, Math.max(1, to - from), is_error]);
    }
  }
  for (const item of items) {
    const strip = strips.get(item.sessionId);
    if (strip) item.strip = strip;
  }
}
