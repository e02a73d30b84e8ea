/** Sessions of the workspace that their files number from 0 or 1 on, for an import to tell those of other files apart from. */
import type { NumberedSession } from '../intake/launcher';
import type { IntakeLimits } from '../intake/limits';
import { answerHash } from '../intake/tell-apart';
import type { Database } from '../workspace/database';

/** Ids that are numbers, with the mark behind those that were told apart. */
const NUMBER = '^(\\d{1,9})(~[0-9a-f]{6})?$';

/**
 * The first sessions of each source that numbers them, the sources in the order of their imports. Sessions whose traces have ids of their own
 * are left out: these tell them apart.
 */
export async function numberedSessions(
  db: Database,
  { apartSessions }: Pick<IntakeLimits, 'apartSessions'>,
): Promise<NumberedSession[]> {
  // Numbers are dense (tell-apart.sql): so many sessions stand below twice their count.
  const numbered = `
    SELECT session_id, regexp_extract(session_id, $1, 1) AS sid, nullif(regexp_extract(session_id, $1, 2), '') AS suffix
    FROM session
    WHERE regexp_matches(session_id, $1) AND try_cast(regexp_extract(session_id, $1, 1) AS BIGINT) <= $2 * 2`;
  const params = [NUMBER, apartSessions];
  if (!(await db.one(`SELECT 1 AS some FROM (${numbered}) LIMIT 1`, params))) return [];
  return db.all<NumberedSession>(
    `WITH numbered AS (${numbered}), counted AS (
       SELECT s.import_id, s.source_id, n.sid, n.suffix, min(s.start_ns) AS first_ns, max(coalesce(s.end_ns, s.start_ns)) AS last_ns,
         coalesce(list(DISTINCT ${answerHash('s.text_head')}) FILTER (s.kind IN ('llm', 'tool') AND NOT s.is_derived AND trim(s.text_head) <> ''), []) AS said,
         bool_or(s.has_session_id AND s.trace_id IS NOT NULL AND s.trace_id <> s.session_id) AS has_traces
       FROM span AS s
       JOIN numbered AS n ON n.session_id = s.session_id
       GROUP BY ALL
     )
     SELECT c.source_id AS "sourceId", o.format, o.reason, c.sid, c.suffix, c.first_ns::VARCHAR AS "firstNs", c.last_ns::VARCHAR AS "lastNs",
       c.said
     FROM counted AS c
     JOIN source AS o ON o.import_id = c.import_id AND o.source_id = c.source_id AND o.state = 'imported'
     JOIN import AS i ON i.import_id = c.import_id
     WINDOW of_source AS (PARTITION BY c.import_id, c.source_id)
     QUALIFY NOT bool_or(c.has_traces) OVER of_source AND min(c.sid::BIGINT) OVER of_source <= 1
       AND row_number() OVER (of_source ORDER BY c.sid::BIGINT) <= $2
     ORDER BY i.import_order, c.source_id, c.sid::BIGINT`,
    params,
  );
}
