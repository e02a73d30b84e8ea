/**
 * Corrections with what stands of them in other tables, put together of no more than a statement asks for: whoever counts kinds need
 * not look up the source and line of every correction. Owns what each column is made of; runs no statement.
 */
/** What some columns are made of: the words that ask for them, and the join they come from. */
interface Piece {
  words: RegExp;
  columns: string;
  join: (of: (table: string) => string) => string;
}

const pieces: readonly Piece[] = [
  {
    words: /\bclusterId\b/,
    columns: 'm.cluster_id AS "clusterId"',
    join: () => 'LEFT JOIN cluster_member AS m ON m.correction_id = c.correction_id',
  },
  {
    words: /\b(failureModeIds|proposedModeId)\b/,
    columns: 'coalesce(a.modes, []) AS "failureModeIds"',
    join: () =>
      'LEFT JOIN (SELECT correction_id, list(failure_mode_id ORDER BY seq) AS modes FROM sorting GROUP BY correction_id) AS a ON a.correction_id = c.correction_id',
  },
  {
    words: /\bcodes\b/,
    columns: 'coalesce(k.codes, []) AS codes',
    join: () =>
      'LEFT JOIN (SELECT correction_id, list(code ORDER BY seq) AS codes FROM coding GROUP BY correction_id) AS k ON k.correction_id = c.correction_id',
  },
  {
    words: /\bproposedModeId\b/,
    columns: 'CASE WHEN a.modes IS NULL THEN p.failure_mode_id END AS "proposedModeId"',
    join: () => '',
  },
  {
    words: /\b(proposedModeId|proposedProbability|rank)\b/,
    columns: 'p.probability AS "proposedProbability", p.usefulness_rank AS rank',
    join: () => 'LEFT JOIN proposal AS p ON p.correction_id = c.correction_id',
  },
  {
    words: /\b(act|correctsSpanId)\b/,
    columns: 'u.act, u.corrects_span_id AS "correctsSpanId"',
    join: (of) =>
      `LEFT JOIN ${of('user_turn')} AS u ON u.session_id = c.session_id AND u.span_id = c.span_id`,
  },
  {
    words: /\b(sourceName|line)\b/,
    columns: `coalesce(o.name, '') AS "sourceName", coalesce(s.line, 0)::INTEGER AS line`,
    join: (of) => `LEFT JOIN ${of('span')} AS s ON s.session_id = c.session_id AND s.span_id = c.span_id
      LEFT JOIN source AS o ON o.import_id = s.import_id AND o.source_id = s.source_id`,
  },
];

/** Columns that every correction is read for. */
export const CORRECTION_COLUMNS = `"correctionId", "sessionId", "spanId", "turnNo", text, "agentText", "cueText", "cueStart", "cueEnd", "cueKind", kind,
  score, reasons, state, "isSetAside", "clusterId", "failureModeIds", codes, "sourceName", line, act, "correctsSpanId", "proposedModeId",
  "proposedProbability", rank`;

/** Of some sessions alone, or of a named one: no other's rows are looked at. */
export type OfSessions = 'all' | 'named' | 'listed';

const narrowed: Record<OfSessions, (table: string) => string> = {
  all: (table) => table,
  named: (table) => `(SELECT * FROM ${table} WHERE session_id = $sessionId)`,
  listed: (table) => `(SELECT * FROM ${table} WHERE session_id IN (SELECT unnest($sessionIds::VARCHAR[])))`,
};

/**
 * A subquery with a row per correction, of which `asked` (SQL) names the columns; `of` says which parameter narrows the sessions.
 * `state` may lag behind the journal only inside a transaction.
 */
export function correctionsOf(asked: string, of: OfSessions): string {
  const words = asked.replace(/\$\w+/g, '');
  const needed = pieces.filter((piece) => piece.words.test(words));
  return `(SELECT c.correction_id AS "correctionId", c.session_id AS "sessionId", c.span_id AS "spanId", c.turn_no AS "turnNo", c.text,
      c.agent_text AS "agentText", c.cue_text AS "cueText", c.cue_start AS "cueStart", c.cue_end AS "cueEnd", c.cue_kind AS "cueKind",
      c.kind, c.score, c.reasons, c.state, c.is_set_aside AS "isSetAside"${needed.map(({ columns }) => `, ${columns}`).join('')}
    FROM ${narrowed[of]('correction_state')} AS c ${needed.map(({ join }) => join(narrowed[of])).join(' ')}) AS asked_correction`;
}
