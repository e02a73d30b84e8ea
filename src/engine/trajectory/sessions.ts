/** Lists, counts and single rows of sessions, as the sessions screen and the CLI ask for them. */
import type { SessionFilter, SessionRow, sessionSortKeys } from '../../shared/model/session';
import { conditionsOf, paramsFor, whereOf, type Conditions } from './session-filter';
import { sessionsFound } from './session-found';
import { addStrips, readSessionRows } from './session-rows';
import { findText, matchesOf, type FoundText, type SearchContext, type Waiting } from './search';

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

/** What sessions are read with: the index, the folder of imports for texts, and the names of failure modes. */
export interface SessionContext extends SearchContext {
  failureModeNames: ReadonlyMap<string, string>;
}

/** The conditions of a filter; where it asks for a text, with those for the sessions that hold it, as far as it was searched. */
export async function prepare(
  context: SearchContext,
  filter: SessionFilter,
  waiting: Waiting = {},
): Promise<Conditions & { found: FoundText | null }> {
  const { conditions, params } = conditionsOf(filter);
  const found = await findText(context, filter.text ?? '', waiting);
  if (found !== null) {
    conditions.push({ facet: 'text', sql: found.condition });
    Object.assign(params, found.params);
  }
  return { conditions, params, found };
}

function orderOf(sort: SessionQuery['sort']): string {
  return `${sortColumns[sort.key]} ${sort.descending ? 'DESC' : 'ASC'} NULLS LAST, session_id`;
}

/** One page of sessions. `total` counts all that match; where texts are looked for, those of the share that was `searched`. */
export async function listSessions(
  context: SessionContext,
  query: SessionQuery & { offset: number; limit: number; withStrip: boolean },
  waiting: Waiting = {},
): Promise<{ items: SessionRow[]; total: number; searched: number }> {
  const { signal } = waiting;
  const { conditions, params, found } = await prepare(context, query.filter, waiting);
  const where = whereOf(conditions);
  const order = orderOf(query.sort);
  const page = `SELECT session_id AS id FROM ${sessionsFound(`${where} ${order}`)} ${where} ORDER BY ${order} LIMIT $limit OFFSET $offset`;
  const all = `SELECT count(*)::INTEGER AS n FROM ${sessionsFound(where)} ${where}`;
  const { db, failureModeNames } = context;
  const [ids, count] = await Promise.all([
    db.kept<{ id: string }>(
      page,
      { ...paramsFor(page, params), limit: query.limit, offset: query.offset },
      signal,
    ),
    db.keptOne<{ n: number }>(all, paramsFor(all, params), signal),
  ]);
  const pageIds = ids.map(({ id }) => id);
  const [items, matches] = await Promise.all([
    readSessionRows(db, pageIds, failureModeNames, signal),
    found === null ? null : matchesOf(db, found, pageIds, signal),
  ]);
  for (const item of items) {
    const match = matches?.get(item.sessionId);
    if (match) item.match = { spanId: match.spanId, turnNo: match.turnNo, excerpt: match.excerpt };
  }
  if (query.withStrip) await addStrips(db, items, signal);
  return { items, total: count?.n ?? 0, searched: found?.searched ?? 1 };
}

/** One session; null when there is none of that id. */
export async function getSession(
  { db, failureModeNames }: Omit<SessionContext, 'importsDir'>,
  sessionId: string,
): Promise<SessionRow | null> {
  const items = await readSessionRows(db, [sessionId], failureModeNames);
  await addStrips(db, items);
  return items[0] ?? null;
}

/** The sessions before and after one in an order, and its 1-based place. */
export async function neighbours(
  context: SessionContext,
  sessionId: string,
  query: SessionQuery,
): Promise<{ previousId: string | null; nextId: string | null; place: number; total: number }> {
  const { conditions, params } = await prepare(context, query.filter);
  const where = whereOf(conditions);
  const order = orderOf(query.sort);
  const sql = `SELECT previous_id, next_id, place::INTEGER AS place, total::INTEGER AS total FROM (
       SELECT session_id, lag(session_id) OVER w AS previous_id, lead(session_id) OVER w AS next_id, row_number() OVER w AS place, count(*) OVER () AS total
       FROM ${sessionsFound(`${where} ${order}`)} ${where} WINDOW w AS (ORDER BY ${order})
     ) WHERE session_id = $sessionId`;
  const row = await context.db.keptOne<{
    previous_id: string | null;
    next_id: string | null;
    place: number;
    total: number;
  }>(sql, { ...paramsFor(sql, params), sessionId });
  return {
    previousId: row?.previous_id ?? null,
    nextId: row?.next_id ?? null,
    place: row?.place ?? 0,
    total: row?.total ?? 0,
  };
}
