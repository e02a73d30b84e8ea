/** Lists, counts and single rows of sessions, as the sessions screen and the CLI ask for them. */
import {
  stripSchema,
  type SessionFilter,
  type SessionRow,
  type sessionSortKeys,
  type Strip,
} from '../../shared/model/session';
import type { Lane } from '../../shared/model/pillar';
import type { Database } from '../workspace/database';
import type { SqlValue } from '../workspace/sql-values';
import { conditionsOf, paramsFor, whereOf, type Conditions } from './session-filter';
import { searchText, type TextMatch } from './search';

export type SortKey = (typeof sessionSortKeys)[number];
export interface SessionQuery {
  filter: SessionFilter;
  sort: { key: SortKey; descending: boolean };
}

const sortColumns: Record<SortKey, string> = {
  startTimeMs: 'start_ns',
  durationMs: 'duration_ms',
  turnCount: 'turn_count',
  spanCount: 'span_count',
  toolCallCount: 'tool_call_count',
  toolErrorCount: 'tool_error_count',
  findingCount: 'finding_count',
  correctionCount: 'correction_count',
  failProbability: 'fail_probability',
  inputTokens: 'input_tokens',
  costUsd: 'cost_usd',
  title: 'lower(title)',
  sessionId: 'session_id',
};

interface SessionRecord {
  session_id: string;
  title: string;
  format: string;
  import_id: string;
  source_name: string | null;
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
  finding_count: number;
  signals: string[];
  correction_count: number;
  failure_mode_ids: string[];
  fail_probability: number | null;
  verdict: string | null;
  flags: SessionRow['flags'];
}

function toRow(record: SessionRecord, names: ReadonlyMap<string, string>): SessionRow {
  return {
    sessionId: record.session_id,
    title: record.title,
    format: record.format,
    importId: record.import_id,
    sourceName: record.source_name ?? '',
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
    findingCount: record.finding_count,
    signals: record.signals,
    correctionCount: record.correction_count,
    failureModes: record.failure_mode_ids.map((id) => names.get(id) ?? id),
    failProbability: record.fail_probability,
    verdict: record.verdict,
    flags: record.flags,
  };
}

/** What sessions are read with: the index, the folder of imports for texts, and the names of failure modes. */
export interface SessionContext {
  db: Database;
  importsDir: string;
  failureModeNames: ReadonlyMap<string, string>;
}

/** The conditions of a filter; where it asks for a text, with the sessions that hold it. */
export async function prepare(
  context: SessionContext,
  filter: SessionFilter,
  signal?: AbortSignal,
): Promise<Conditions & { matches: Map<string, TextMatch> | null }> {
  const found = conditionsOf(filter);
  if (filter.text === undefined || filter.text.trim() === '') return { ...found, matches: null };
  const matches = await searchText(context.db, context.importsDir, filter.text, signal);
  found.conditions.push({ facet: 'text', sql: 'list_contains($textSessions, session_id)' });
  found.params['textSessions'] = [...matches.keys()];
  return { ...found, matches };
}

function all<T>(
  db: Database,
  sql: string,
  params: Record<string, SqlValue>,
  signal?: AbortSignal,
): Promise<T[]> {
  return db.all<T>(sql, paramsFor(sql, params), undefined, signal);
}

function orderOf(sort: SessionQuery['sort']): string {
  return `${sortColumns[sort.key]} ${sort.descending ? 'DESC' : 'ASC'} NULLS LAST, session_id`;
}

/** One page of sessions. `total` counts all that match. */
export async function listSessions(
  context: SessionContext,
  query: SessionQuery & { offset: number; limit: number; withStrip: boolean },
  signal?: AbortSignal,
): Promise<{ items: SessionRow[]; total: number }> {
  const { conditions, params, matches } = await prepare(context, query.filter, signal);
  const where = whereOf(conditions);
  const records = await all<SessionRecord>(
    context.db,
    `SELECT f.*, c.name AS source_name, v.intent AS verdict FROM (SELECT * FROM session_found ${where} ORDER BY ${orderOf(query.sort)} LIMIT $limit OFFSET $offset) AS f
     LEFT JOIN (SELECT source_id, min(name) AS name FROM source WHERE state = 'imported' GROUP BY source_id) AS c ON c.source_id = f.source_id
     LEFT JOIN session_review AS v ON v.session_id = f.session_id
     ORDER BY ${orderOf(query.sort)}`,
    { ...params, limit: query.limit, offset: query.offset },
    signal,
  );
  const [count] = await all<{ n: number }>(
    context.db,
    `SELECT count(*)::INTEGER AS n FROM session_found ${where}`,
    params,
    signal,
  );
  const items = records.map((record) => toRow(record, context.failureModeNames));
  for (const item of items) {
    const match = matches?.get(item.sessionId);
    if (match) item.match = { spanId: match.spanId, turnNo: match.turnNo, excerpt: match.excerpt };
  }
  if (query.withStrip) await addStrips(context.db, items);
  return { items, total: count?.n ?? 0 };
}

/** One session; null when there is none of that id. */
export async function getSession(context: SessionContext, sessionId: string): Promise<SessionRow | null> {
  const { items } = await listSessions(context, {
    filter: { sessionIds: [sessionId] },
    sort: { key: 'sessionId', descending: false },
    offset: 0,
    limit: 1,
    withStrip: true,
  });
  return items[0] ?? null;
}

/** The sessions before and after one in an order, and its 1-based place. */
export async function neighbours(
  context: SessionContext,
  sessionId: string,
  query: SessionQuery,
): Promise<{ previousId: string | null; nextId: string | null; place: number; total: number }> {
  const { conditions, params } = await prepare(context, query.filter);
  const rows = await all<{
    previous_id: string | null;
    next_id: string | null;
    place: number;
    total: number;
  }>(
    context.db,
    `SELECT previous_id, next_id, place::INTEGER AS place, total::INTEGER AS total FROM (
       SELECT session_id, lag(session_id) OVER w AS previous_id, lead(session_id) OVER w AS next_id, row_number() OVER w AS place, count(*) OVER () AS total
       FROM session_found ${whereOf(conditions)} WINDOW w AS (ORDER BY ${orderOf(query.sort)})
     ) WHERE session_id = $sessionId`,
    { ...params, sessionId },
  );
  const row = rows[0];
  return {
    previousId: row?.previous_id ?? null,
    nextId: row?.next_id ?? null,
    place: row?.place ?? 0,
    total: row?.total ?? 0,
  };
}

/** Bins a strip has at most; sessions with fewer spans show each span. */
const STRIP_BINS = 160;

async function addStrips(db: Database, items: SessionRow[]): Promise<void> {
  const ids = items.map((item) => item.sessionId);
  const bin = `least(${String(STRIP_BINS)}, s.span_count)`;
  const ticks = await db.all<{
    session_id: string;
    lane: Lane;
    bin: number;
    bins: number;
    is_error: boolean;
  }>(
    `SELECT p.session_id, p.lane, (p.position * ${bin} // s.span_count)::INTEGER AS bin, any_value(${bin})::INTEGER AS bins, bool_or(p.status = 'error') AS is_error
     FROM span AS p JOIN session AS s ON s.session_id = p.session_id
     WHERE list_contains($1, p.session_id) GROUP BY ALL ORDER BY ALL`,
    [ids],
  );
  const flags = await db.all<{ session_id: string; x: number }>(
    `SELECT f.session_id, ((p.position + 0.5) * 1000 // s.span_count)::INTEGER AS x
     FROM finding AS f JOIN span AS p ON p.session_id = f.session_id AND p.span_id = f.span_id JOIN session AS s ON s.session_id = f.session_id
     WHERE list_contains($1, f.session_id) GROUP BY ALL ORDER BY ALL`,
    [ids],
  );
  const strips = new Map<string, Strip>(
    ids.map((id) => [id, stripSchema.parse({ ticks: [], findings: [] })]),
  );
  for (const tick of ticks) {
    const from = Math.round((tick.bin * 1000) / tick.bins);
    const to = Math.round(((tick.bin + 1) * 1000) / tick.bins);
    strips.get(tick.session_id)?.ticks.push([tick.lane, from, Math.max(1, to - from), tick.is_error]);
  }
  for (const flag of flags) strips.get(flag.session_id)?.findings.push(flag.x);
  for (const item of items) {
    const strip = strips.get(item.sessionId);
    if (strip) item.strip = strip;
  }
}
