/** Reading what user turns do. */
import { userActWords, type UserAct, type UserTurn } from '../../shared/model/user-turn';
import type { Database } from '../workspace/database';
import type { SqlValue } from '../workspace/sql-values';

type TurnFilter = {
  sessionId?: string | undefined;
  acts?: UserAct[] | undefined;
  leastProbability?: number | undefined;
  text?: string | undefined;
};
type Row = Omit<UserTurn, 'cue'> & { cueStart: number | null; cueEnd: number | null };

function conditionsOf(filter: TurnFilter): { where: string; params: Record<string, SqlValue> } {
  const sql: string[] = [];
  const params: Record<string, SqlValue> = {};
  const add = (condition: string, name: string, value: SqlValue): void => {
    sql.push(condition);
    params[name] = value;
  };
  if (filter.sessionId !== undefined) add('u.session_id = $sessionId', 'sessionId', filter.sessionId);
  if (filter.acts && filter.acts.length > 0) add('list_contains($acts, u.act)', 'acts', filter.acts);
  if (filter.leastProbability !== undefined) add('u.probability >= $least', 'least', filter.leastProbability);
  if (filter.text !== undefined && filter.text.trim() !== '')
    add('contains(lower(t.user_text), $needle)', 'needle', filter.text.trim().toLowerCase());
  return { where: sql.length === 0 ? '' : `WHERE ${sql.join(' AND ')}`, params };
}

/** One page of user turns in order of session and turn; `total` counts all that match. */
export async function listUserTurns(
  db: Database,
  query: { filter: TurnFilter; offset: number; limit: number },
): Promise<{ items: UserTurn[]; total: number }> {
  const { where, params } = conditionsOf(query.filter);
  // Which ones first: the texts of a page alone are read.
  const from = `FROM user_turn AS u JOIN turn AS t ON t.session_id = u.session_id AND t.turn_no = u.turn_no ${where}`;
  const page = `SELECT u.session_id, u.turn_no, u.span_id ${from} ORDER BY u.session_id, u.turn_no, u.span_id LIMIT $limit OFFSET $offset`;
  const [rows, count] = await Promise.all([
    db.kept<Row>(
      `WITH page AS MATERIALIZED (${page})
       SELECT u.session_id AS "sessionId", u.span_id AS "spanId", u.turn_no AS "turnNo", t.user_text AS text, u.act, u.probability,
         u.cue_kind AS "cueKind", u.cue_start AS "cueStart", u.cue_end AS "cueEnd", u.kind,
         u.corrects_turn_no AS "correctsTurnNo", u.corrects_span_id AS "correctsSpanId"
       FROM page JOIN user_turn AS u USING (session_id, turn_no, span_id)
       JOIN turn AS t ON t.session_id = u.session_id AND t.turn_no = u.turn_no
       ORDER BY u.session_id, u.turn_no, u.span_id`,
      { ...params, limit: query.limit, offset: query.offset },
    ),
    db.keptOne<{ n: number }>(`SELECT count(*)::INTEGER AS n ${from}`, params),
  ]);
  const items = rows.map(({ cueStart, cueEnd, ...row }) => ({
    ...row,
    cue:
      cueStart === null || cueEnd === null
        ? null
        : { text: row.text.slice(cueStart, cueEnd), start: cueStart, end: cueEnd },
  }));
  return { items, total: count?.n ?? 0 };
}

/** How many user turns do what, and in how many sessions; the most frequent first. */
export async function countActs(
  db: Database,
): Promise<{ act: UserAct; title: string; definition: string; count: number; sessions: number }[]> {
  const rows = await db.all<{ act: UserAct; count: number; sessions: number }>(
    `SELECT act, count(*)::INTEGER AS count, count(DISTINCT session_id)::INTEGER AS sessions FROM user_turn
     GROUP BY act ORDER BY count DESC, act`,
  );
  return rows.map((row) => ({ ...row, ...userActWords[row.act] }));
}
