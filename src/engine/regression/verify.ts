/**
 * Two imports side by side, before and after a fix: how often each failure mode, signal and objective differs, with
 * intervals and p values adjusted for their number, and which sessions belong together.
 */
import type { Verification } from '../../shared/contract/regression';
import { compareProportions, holm } from '../../shared/stats/proportions';
import { wilson } from '../../shared/stats/wilson';
import type { Database } from '../workspace/database';

interface CountRecord {
  kind: 'signal' | 'failure-mode' | 'objective';
  id: string;
  before: number;
  after: number;
}

/** Sessions of an import: those that hold spans of it. */
const countsQuery = `
  WITH side AS (
    SELECT DISTINCT session_id, import_id = $after AS is_after FROM span WHERE import_id IN ($before, $after)
  ), marked AS (
    SELECT DISTINCT 'signal' AS kind, signal AS id, session_id FROM standing_finding
    UNION ALL SELECT DISTINCT 'failure-mode', a.failure_mode_id, c.session_id FROM assignment AS a JOIN correction AS c ON c.correction_id = a.correction_id
    UNION ALL SELECT DISTINCT 'failure-mode', failure_mode_id, session_id FROM review_mode
    UNION ALL SELECT DISTINCT 'objective', objective_id, session_id FROM objective_latest WHERE passed = false
  )
  SELECT m.kind, m.id, count(DISTINCT s.session_id) FILTER (NOT s.is_after)::INTEGER AS before,
    count(DISTINCT s.session_id) FILTER (s.is_after)::INTEGER AS after
  FROM side AS s JOIN marked AS m ON m.session_id = s.session_id
  GROUP BY m.kind, m.id`;

/** One row per pair of sessions whose users begin with the same words; those in both imports are left out. */
const pairsQuery = `
  WITH opening AS (
    SELECT p.import_id, s.session_id, s.title, lower(regexp_replace(left(t.user_text, 400), '\\s+', ' ', 'g')) AS words,
      (SELECT count(*) FROM standing_finding AS f WHERE f.session_id = s.session_id)::INTEGER AS findings
    FROM session AS s JOIN turn AS t ON t.session_id = s.session_id AND t.turn_no = 1
    JOIN (SELECT DISTINCT session_id, import_id FROM span WHERE import_id IN ($before, $after)) AS p ON p.session_id = s.session_id
  ), numbered AS (
    SELECT *, row_number() OVER (PARTITION BY import_id, words ORDER BY session_id) AS place FROM opening WHERE words <> ''
  )
  SELECT b.session_id AS "beforeId", a.session_id AS "afterId", b.title, b.findings AS "beforeFindings", a.findings AS "afterFindings"
  FROM numbered AS b JOIN numbered AS a ON a.words = b.words AND a.place = b.place AND a.session_id <> b.session_id
  WHERE b.import_id = $before AND a.import_id = $after
  ORDER BY abs(a.findings - b.findings) DESC, b.session_id
  LIMIT 500`;

/** Compares two imports of the workspace; `nameOf` gives failure modes and objectives their names. */
export async function verifyImports(
  db: Database,
  before: string,
  after: string,
  nameOf: (kind: CountRecord['kind'], id: string) => string,
): Promise<Verification> {
  const sizes = await db.one<{ before: number; after: number }>(
    `SELECT count(DISTINCT session_id) FILTER (import_id = $before)::INTEGER AS before,
       count(DISTINCT session_id) FILTER (import_id = $after)::INTEGER AS after FROM span`,
    { before, after },
  );
  const n = { before: sizes?.before ?? 0, after: sizes?.after ?? 0 };
  const counts = await db.all<CountRecord>(countsQuery, { before, after });
  const rows = counts.map((one) => ({
    one,
    compared: compareProportions({ count: one.before, n: n.before }, { count: one.after, n: n.after }),
  }));
  const adjusted = holm(rows.map(({ compared }) => compared?.p ?? 1));
  return {
    beforeSessions: n.before,
    afterSessions: n.after,
    rows: rows
      .map(({ one, compared }, i) => ({
        kind: one.kind,
        id: one.id,
        name: nameOf(one.kind, one.id),
        before: wilson(one.before, n.before),
        after: wilson(one.after, n.after),
        comparison: compared && { ...compared, p: adjusted[i] ?? compared.p },
      }))
      .sort((a, b) => Math.abs(b.comparison?.difference ?? 0) - Math.abs(a.comparison?.difference ?? 0)),
    pairs: await db.all<Verification['pairs'][number]>(pairsQuery, { before, after }),
  };
}
