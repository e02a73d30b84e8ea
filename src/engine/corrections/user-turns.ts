/**
 * Reads user turns in their place out of the index: with what the user had said before and what the agent did meanwhile.
 * Owns the query; scores nothing.
 */
import type { Queries } from '../workspace/queries';
import { textList, type SqlValue } from '../workspace/sql-values';
import type { UserTurnContext } from './turn-features';
import type { CorrectedSpans } from './turn-act';

export type TurnRecord = UserTurnContext & CorrectedSpans & { sessionId: string; spanId: string };

/** One row per user turn but the first of its session, with what happened in the turn before it. */
const turnQuery = `
  WITH opener AS (
    SELECT session_id, turn_no, user_span_id, user_text,
      lag(user_text) OVER (PARTITION BY session_id ORDER BY turn_no) AS previous_text
    FROM turn
    WHERE user_span_id IS NOT NULL SESSIONS
  ), before AS (
    SELECT session_id, turn_no + 1 AS turn_no,
      max(position) FILTER (kind = 'llm' AND text_length > 0 AND agent_id IS NULL) AS said,
      arg_max(span_id, position) FILTER (status = 'interrupted') AS interrupted,
      arg_max(span_id, position) FILTER (status = 'rejected') AS rejected,
      arg_max(span_id, position) FILTER (kind = 'tool' AND status = 'error') AS failed,
      arg_max(span_id, position) FILTER (kind = 'tool') AS tool
    FROM span
    WHERE NOT is_rewound SESSIONS
    GROUP BY ALL
  )
  SELECT o.session_id AS "sessionId", o.user_span_id AS "spanId", o.turn_no AS "turnNo", o.user_text AS text, o.previous_text AS "previousUserText",
    coalesce(a.text_tail, a.text_head) AS "agentText", b.interrupted IS NOT NULL AS "interruptedBefore", b.rejected IS NOT NULL AS "toolRejectedBefore",
    b.failed IS NOT NULL AS "toolErrorBefore", b.interrupted AS "interruptedSpanId", b.rejected AS "rejectedSpanId", b.failed AS "failedSpanId",
    b.tool AS "lastToolSpanId", a.span_id AS "agentSpanId"
  FROM opener AS o
  LEFT JOIN before AS b ON b.session_id = o.session_id AND b.turn_no = o.turn_no
  LEFT JOIN span AS a ON a.session_id = b.session_id AND a.position = b.said AND NOT a.is_rewound AND a.kind = 'llm'
  WHERE o.turn_no > 1
  ORDER BY o.session_id, o.turn_no`;

/** Hands on the user turns of the named sessions (null: of all) in order of session and turn, chunk by chunk. */
export function streamUserTurns(
  db: Queries,
  sessionIds: readonly string[] | null,
  visit: (turns: TurnRecord[]) => void | Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const only = sessionIds === null ? '' : 'AND session_id IN (SELECT unnest($sessionIds::VARCHAR[]))';
  const params: Record<string, SqlValue> = sessionIds === null ? {} : { sessionIds: textList(sessionIds) };
  return db.stream<TurnRecord>(turnQuery.replaceAll('SESSIONS', only), params, visit, undefined, signal);
}
