/**
 * Sessions with what was found in them, as the view session_found has it, put together of no more than a statement asks for. The view
 * lists the signals of every session there is, which costs ten times what counting its findings does. Must give what the view gives.
 */

/** What a column of session_found is made of: the words that ask for it, the columns, and the join they come from. */
interface Piece {
  words: RegExp;
  columns: string;
  join: string;
}

const pieces: readonly Piece[] = [
  {
    words: /\bfail_probability\b/,
    columns: 'p.probability AS fail_probability',
    join: 'LEFT JOIN session_score AS p ON p.session_id = s.session_id',
  },
  {
    words: /\bfinding_count\b/,
    columns: 'coalesce(f.finding_count, 0) AS finding_count',
    join: `LEFT JOIN (
      SELECT session_id, count(*)::INTEGER AS finding_count FROM standing_finding GROUP BY session_id
    ) AS f ON f.session_id = s.session_id`,
  },
  {
    words: /\b(correction|confirmed)_count\b/,
    columns:
      'coalesce(c.correction_count, 0) AS correction_count, coalesce(c.confirmed_count, 0) AS confirmed_count',
    join: `LEFT JOIN (
      SELECT session_id, count(*)::INTEGER AS correction_count, count(*) FILTER (state = 'confirmed')::INTEGER AS confirmed_count
      FROM correction_state WHERE state <> 'rejected' GROUP BY session_id
    ) AS c ON c.session_id = s.session_id`,
  },
];

/** What is listed per session: whoever needs that of all sessions takes the view. */
const LISTED = /\b(signals|failure_mode_ids)\b/;

/**
 * What to write after FROM for sessions of which the given SQL names the columns that are asked for; columns must be named without
 * it. It does not bear the view's name: an answer would be forgotten with every finding, be it made of none. Parameters
 * (`$signals`) are no columns.
 */
export function sessionsFound(sql: string): string {
  const words = sql.replace(/\$\w+/g, '');
  if (LISTED.test(words)) return 'session_found';
  const needed = pieces.filter((piece) => piece.words.test(words));
  const columns = [
    's.*',
    '(s.end_ns - s.start_ns) / 1e6 AS duration_ms',
    's.start_ns / 1e6 AS start_ms',
    ...needed.map((piece) => piece.columns),
  ];
  return `(SELECT ${columns.join(', ')} FROM session AS s ${needed.map(({ join }) => join).join(' ')}) AS asked_session`;
}
