/**
 * What the session score is made of: finds the sessions each session can be compared with, what is usual among them, and
 * reads the inputs of sessions back; and whether other runs of a session's task changed the same, which says much of runs that
 * went astray (Wang et al., Self-consistency, arXiv 2203.11171). Owns tables session_peer, peer_figure and trial_figure; view
 * score_input puts them together.
 */
import type { Queries } from '../workspace/queries';
import type { ScoreInputs } from './session-score';

/**
 * Sessions a group needs to say what is usual. One file often holds one task, agent and model, which is the best group there
 * is, but only when it is no handful.
 */
const LEAST = { source: 20, kind: 10 } as const;

/** Every session with the groups it belongs to, the narrowest first: its file; format, feature and model; format. */
const groups = `SELECT session_id, 1 AS place, 'source ' || s.import_id || ' ' || s.source_id AS group_key, coalesce(f.name, s.format) AS label
  FROM session AS s LEFT JOIN source AS f ON f.import_id = s.import_id AND f.source_id = s.source_id
  UNION ALL
  SELECT session_id, 2, 'kind ' || format || ' ' || coalesce(feature, '') || ' ' || coalesce(model, ''), concat_ws(', ', format, feature, model)
  FROM session
  UNION ALL
  SELECT session_id, 3, 'format ' || format, format FROM session`;

/** Works out anew what is usual. Call within a transaction. */
export async function comparePeers(tx: Queries): Promise<void> {
  await tx.run('DELETE FROM session_peer; DELETE FROM peer_figure');
  await tx.run(
    `INSERT INTO session_peer
     SELECT session_id, arg_min(group_key, place)
     FROM (SELECT *, count(*) OVER (PARTITION BY group_key) AS size FROM (${groups}))
     WHERE size >= CASE WHEN place = 1 THEN $source ELSE $kind END
     GROUP BY session_id`,
    LEAST,
  );
  await tx.run(
    `INSERT INTO peer_figure
     SELECT g.group_key, any_value(g.label), count(*)::INTEGER, f.name, median(f.value)
     FROM (${groups}) AS g
     JOIN session_figure AS f ON f.session_id = g.session_id AND f.is_count
     WHERE g.group_key IN (SELECT group_key FROM session_peer)
     GROUP BY g.group_key, f.name`,
  );
}

/**
 * Compares runs of the same task, of the same user and feature where these are known, by what they changed; no label is looked at.
 * Where none of them changed anything, they agree on nothing. Call within a transaction.
 */
export async function compareTrials(tx: Queries): Promise<void> {
  await tx.run('DELETE FROM trial_figure');
  await tx.run(
    `INSERT INTO trial_figure
     SELECT session_id, all_count - 1, count(*) OVER (PARTITION BY group_key, change_hash) - 1
     FROM (
       SELECT s.session_id, c.change_hash, hash(s.format, t.task_id, s.user_id, s.feature) AS group_key,
         count(*) OVER (PARTITION BY group_key) AS all_count, max(c.change_count) OVER (PARTITION BY group_key) AS most
       FROM session AS s
       JOIN session_task AS t ON t.session_id = s.session_id
       JOIN session_change AS c ON c.session_id = s.session_id)
     WHERE all_count > 1 AND most > 0`,
  );
}

/** How many other runs there are of a session's task and how many of them changed the same; null where that says nothing. */
export function readTrials(
  db: Queries,
  sessionId: string,
): Promise<{ otherCount: number; sameCount: number } | null> {
  return db.one(
    'SELECT other_count AS "otherCount", same_count AS "sameCount" FROM trial_figure WHERE session_id = $1',
    [sessionId],
  );
}

/** Inputs of the sessions named, by session; an empty map where nothing stands out and nothing was found. */
export async function readScoreInputs(
  db: Queries,
  sessionIds: readonly string[],
): Promise<Map<string, ScoreInputs>> {
  const rows = await db.all<{ sessionId: string; name: string; value: number }>(
    'SELECT session_id AS "sessionId", name, value FROM score_input WHERE session_id IN (SELECT unnest($1::VARCHAR[])) ORDER BY session_id, name',
    [sessionIds],
  );
  const inputs = new Map<string, Map<string, number>>(sessionIds.map((id) => [id, new Map()]));
  for (const { sessionId, name, value } of rows) inputs.get(sessionId)?.set(name, value);
  return inputs;
}

/** What is usual for a session, by name of the count; empty where too few sessions are like it. */
export async function readUsual(
  db: Queries,
  sessionId: string,
): Promise<{ label: string; sessionCount: number; usual: ReadonlyMap<string, number> } | null> {
  const rows = await db.all<{ label: string; sessionCount: number; name: string; usual: number }>(
    `SELECT p.label, p.session_count AS "sessionCount", p.name, p.usual
     FROM session_peer AS s JOIN peer_figure AS p ON p.group_key = s.group_key WHERE s.session_id = $1`,
    [sessionId],
  );
  const [first] = rows;
  if (first === undefined) return null;
  const { label, sessionCount } = first;
  return { label, sessionCount, usual: new Map(rows.map((row) => [row.name, row.usual])) };
}
