/** Reading corrections, their counts and the failure modes on them. */
import { wilson } from '../../shared/stats/wilson';
import type { Codebook } from '../../shared/model/codebook';
import type { Correction, CorrectionKind } from '../../shared/model/correction';
import type { UserAct } from '../../shared/model/user-turn';
import type { CorrectionFilter } from '../../shared/contract/correction';
import type { GroupBy, SessionGroup } from '../../shared/contract/numbers';
import { CORRECTION_COLUMNS, correctionsOf } from './correction-rows';
import { groupedSessions, groupExpressions, groupsByKind } from './session-groups';
import type { Database } from '../workspace/database';
import { textList, type SqlValue } from '../workspace/sql-values';

type CorrectionRecord = Omit<Correction, 'cue' | 'proposal'> & {
  cueText: string | null;
  cueStart: number | null;
  cueEnd: number | null;
  proposedModeId: string | null;
  proposedProbability: number | null;
};

const orders = {
  score: 'score DESC, "sessionId", "turnNo"',
  cluster: '"clusterId" NULLS LAST, score DESC, "sessionId", "turnNo"',
  session: '"sessionId", "turnNo"',
  // Once anything was learnt, the rank says it; before, those nearest to an even chance of being a correction.
  useful: 'len("failureModeIds"), rank NULLS LAST, abs(score - 0.5), "sessionId", "turnNo"',
} as const;

/** What cards are narrowed by; times are reached from the numbers. */
const narrowingGroups = ['source', 'model', 'feature', 'cohort'] as const satisfies readonly GroupBy[];

function toCorrection(record: CorrectionRecord): Correction {
  const { cueText, cueStart, cueEnd, proposedModeId, proposedProbability, ...rest } = record;
  const cue =
    cueText === null || cueStart === null || cueEnd === null
      ? null
      : { text: cueText, start: cueStart, end: cueEnd };
  const proposal =
    proposedModeId === null || proposedProbability === null
      ? null
      : { failureModeId: proposedModeId, probability: proposedProbability };
  return { ...rest, cue, proposal };
}

function conditionsOf(filter: CorrectionFilter): { where: string; params: Record<string, SqlValue> } {
  const sql: string[] = [];
  const params: Record<string, SqlValue> = {};
  const add = (condition: string, name?: string, value?: SqlValue): void => {
    sql.push(condition);
    if (name !== undefined && value !== undefined) params[name] = value;
  };
  if (filter.states && filter.states.length > 0)
    add('list_contains($states, state)', 'states', filter.states);
  if (filter.kinds && filter.kinds.length > 0) add('list_contains($kinds, kind)', 'kinds', filter.kinds);
  if (filter.clusterId !== undefined) add('"clusterId" = $clusterId', 'clusterId', filter.clusterId);
  if (filter.sessionId !== undefined) add('"sessionId" = $sessionId', 'sessionId', filter.sessionId);
  if (filter.isSetAside !== undefined) add('"isSetAside" = $isSetAside', 'isSetAside', filter.isSetAside);
  if (filter.failureModeId === 'none') add('len("failureModeIds") = 0');
  else if (filter.failureModeId !== undefined)
    add('list_contains("failureModeIds", $failureModeId)', 'failureModeId', filter.failureModeId);
  if (filter.code !== undefined) add('list_contains(codes, $code)', 'code', filter.code);
  if (filter.proposedModeId !== undefined)
    add('"proposedModeId" = $proposedModeId', 'proposedModeId', filter.proposedModeId);
  if (filter.acts && filter.acts.length > 0) add('list_contains($acts, act)', 'acts', filter.acts);
  for (const [by, values] of groupsByKind(filter.groups ?? []))
    add(
      `"sessionId" IN (SELECT s.session_id FROM ${groupedSessions} WHERE list_contains($${by}Group, ${groupExpressions[by]}))`,
      `${by}Group`,
      values,
    );
  if (filter.text !== undefined && filter.text.trim() !== '')
    add('contains(lower(text), $needle)', 'needle', filter.text.trim().toLowerCase());
  if (filter.correctionIds)
    add('list_contains($correctionIds, "correctionId")', 'correctionIds', filter.correctionIds);
  return { where: sql.length === 0 ? '' : `WHERE ${sql.join(' AND ')}`, params };
}

const ofFilter = ({ sessionId }: CorrectionFilter): 'all' | 'named' =>
  sessionId === undefined ? 'all' : 'named';

/** Everything of some corrections, in their order. */
async function readCorrections(
  db: Database,
  page: readonly { id: string; sessionId: string }[],
): Promise<Correction[]> {
  if (page.length === 0) return [];
  const records = await db.kept<CorrectionRecord>(
    `SELECT ${CORRECTION_COLUMNS} FROM ${correctionsOf(CORRECTION_COLUMNS, 'listed')}
     WHERE "correctionId" IN (SELECT unnest($ids::VARCHAR[]))`,
    {
      ids: textList(page.map(({ id }) => id)),
      sessionIds: textList([...new Set(page.map(({ sessionId }) => sessionId))]),
    },
  );
  const byId = new Map(records.map((record) => [record.correctionId, record]));
  return page.flatMap(({ id }) => {
    const record = byId.get(id);
    return record === undefined ? [] : [toCorrection(record)];
  });
}

/** One page of corrections; `total` counts all that match. */
export async function listCorrections(
  db: Database,
  query: { filter: CorrectionFilter; order: keyof typeof orders; offset: number; limit: number },
): Promise<{ items: Correction[]; total: number }> {
  const { where, params } = conditionsOf(query.filter);
  const of = ofFilter(query.filter);
  const order = orders[query.order];
  const page = await db.kept<{ id: string; sessionId: string }>(
    `SELECT "correctionId" AS id, "sessionId" FROM ${correctionsOf(`${where} ${order}`, of)} ${where}
     ORDER BY ${order} LIMIT $limit OFFSET $offset`,
    { ...params, limit: query.limit, offset: query.offset },
  );
  const items = await readCorrections(db, page);
  // A first page that is not full holds all there are.
  if (query.offset === 0 && page.length < query.limit) return { items, total: page.length };
  const count = await db.keptOne<{ n: number }>(
    `SELECT count(*)::INTEGER AS n FROM ${correctionsOf(where, of)} ${where}`,
    params,
  );
  return { items, total: count?.n ?? 0 };
}

/** How many corrections of a filter are of which kind and do what; each list leaves its own choice out of the filter. */
export async function correctionFacets(
  db: Database,
  filter: CorrectionFilter,
): Promise<{
  kinds: { value: CorrectionKind; count: number }[];
  acts: { value: UserAct; count: number }[];
  groups: (SessionGroup & { count: number })[];
}> {
  const of = ofFilter(filter);
  const counted = async (column: 'kind' | 'act', own: CorrectionFilter) => {
    const { where, params } = conditionsOf(own);
    const rows = await db.kept<{ value: never; count: number }>(
      `SELECT ${column} AS value, count(*)::INTEGER AS count FROM ${correctionsOf(`${column} ${where}`, of)} ${where}
       GROUP BY ${column} HAVING ${column} IS NOT NULL ORDER BY count DESC, value`,
      params,
    );
    return [...rows];
  };
  const groupsOf = async (by: GroupBy) => {
    const others = filter.groups?.filter((group) => group.by !== by);
    const { where, params } = conditionsOf({ ...filter, groups: others });
    const rows = await db.kept<{ value: string; count: number }>(
      `WITH told AS (SELECT s.session_id, ${groupExpressions[by]} AS value FROM ${groupedSessions})
       SELECT t.value, count(*)::INTEGER AS count FROM (SELECT "sessionId" FROM ${correctionsOf(where, of)} ${where}) AS c
       JOIN told AS t ON t.session_id = c."sessionId" GROUP BY t.value ORDER BY count DESC, t.value LIMIT 500`,
      params,
    );
    return rows.map((row) => ({ by, ...row }));
  };
  const { kinds: _kinds, ...withoutKinds } = filter;
  const { acts: _acts, ...withoutActs } = filter;
  const [kinds, acts, ...groups] = await Promise.all([
    counted('kind', withoutKinds),
    counted('act', withoutActs),
    ...narrowingGroups.map(groupsOf),
  ]);
  return { kinds, acts, groups: groups.flat() };
}

export interface CorrectionCounts {
  proposed: number;
  confirmed: number;
  rejected: number;
  setAside: number;
  sortable: number;
  sorted: number;
}

/** How many corrections are in which state. */
export async function countCorrections(db: Database): Promise<CorrectionCounts> {
  const row = await db.keptOne<CorrectionCounts>(`SELECT
      count(*) FILTER (state = 'proposed')::INTEGER AS proposed, count(*) FILTER (state = 'confirmed')::INTEGER AS confirmed,
      count(*) FILTER (state = 'rejected')::INTEGER AS rejected, count(*) FILTER (is_set_aside)::INTEGER AS "setAside",
      count(*) FILTER (state <> 'rejected' AND NOT is_set_aside)::INTEGER AS sortable,
      count(*) FILTER (state <> 'rejected' AND NOT is_set_aside AND correction_id IN (SELECT correction_id FROM assignment))::INTEGER AS sorted
    FROM correction_state`);
  return row ?? { proposed: 0, confirmed: 0, rejected: 0, setAside: 0, sortable: 0, sorted: 0 };
}

/** How often each failure mode of a codebook version occurs: of the sorted corrections, and of all sessions. */
export async function countFailureModes(
  db: Database,
  codebook: Codebook,
  sorted: number,
): Promise<
  {
    failureModeId: string;
    name: string;
    sorted: ReturnType<typeof wilson>;
    proposed: number;
    sessions: ReturnType<typeof wilson>;
  }[]
> {
  const rows = await db.kept<{ id: string; n: number; sessions: number }>(
    `SELECT a.failure_mode_id AS id, count(*)::INTEGER AS n, count(DISTINCT c.session_id)::INTEGER AS sessions
     FROM sorting AS a JOIN correction_state AS c ON c.correction_id = a.correction_id
     WHERE c.state <> 'rejected' AND NOT c.is_set_aside GROUP BY a.failure_mode_id`,
  );
  const proposals = await db.kept<{ id: string; n: number }>(
    'SELECT failure_mode_id AS id, count(*)::INTEGER AS n FROM proposal WHERE failure_mode_id IS NOT NULL GROUP BY ALL',
  );
  const proposedOf = new Map(proposals.map((row) => [row.id, row.n]));
  const total = await db.keptOne<{ n: number }>('SELECT count(*)::INTEGER AS n FROM session');
  const byId = new Map(rows.map((row) => [row.id, row]));
  return codebook.failureModes
    .filter((mode) => !mode.isRetired || byId.has(mode.id))
    .map((mode) => ({
      failureModeId: mode.id,
      name: mode.name,
      sorted: wilson(byId.get(mode.id)?.n ?? 0, sorted),
      proposed: proposedOf.get(mode.id) ?? 0,
      sessions: wilson(byId.get(mode.id)?.sessions ?? 0, total?.n ?? 0),
    }));
}

/**
 * How many different failure modes had turned up after so many sorted corrections, in the order of sorting: a point wherever a
 * new one came, and one for where it stands. Modes that were merged since count as one.
 */
export async function saturation(db: Database): Promise<{ sorted: number; modes: number }[]> {
  return db.all<{ sorted: number; modes: number }>(
    `WITH one AS (
       SELECT a.* FROM sorting AS a JOIN correction_state AS c ON c.correction_id = a.correction_id
       WHERE c.state <> 'rejected' AND NOT c.is_set_aside
     ), place AS (
       SELECT correction_id, row_number() OVER (ORDER BY min(seq), correction_id)::INTEGER AS n FROM one GROUP BY correction_id
     ), first AS (
       SELECT failure_mode_id, min(n) AS n FROM one JOIN place USING (correction_id) GROUP BY failure_mode_id
     ), whole AS (SELECT count(*)::INTEGER AS sorted, (SELECT count(*)::INTEGER FROM first) AS modes FROM place)
     SELECT n AS sorted, (sum(count(*)) OVER (ORDER BY n))::INTEGER AS modes FROM first GROUP BY n
     UNION SELECT sorted, modes FROM whole WHERE sorted > 0 ORDER BY sorted, modes`,
  );
}
