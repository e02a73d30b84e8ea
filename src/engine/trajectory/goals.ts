/**
 * The goal ledger of one session, from whole texts: what users and instructions say beyond the index's 2,000 characters counts too.
 * Owns the reading; the grammar and the book-keeping are shared/goals.
 */
import type { Goal } from '../../shared/model/goal';
import type { Step } from '../../shared/failures/step';
import { goalLedger } from '../../shared/goals/goal-ledger';
import type { Database } from '../workspace/database';
import { wideOfSession } from './wide-span';

/** Characters of a message or an answer that are read; tools are told by their arguments. */
const TEXT = 8000;

/** A page of a session's goals in the order they were stated. */
export async function listGoals(
  db: Database,
  importsDir: string,
  page: { sessionId: string; offset: number; limit: number },
): Promise<{ items: Goal[]; total: number }> {
  const { sessionId, offset, limit } = page;
  const wide = await wideOfSession(db, importsDir, sessionId);
  const join =
    wide === null
      ? ''
      : `LEFT JOIN (SELECT w.import_id, w.session_id, w.span_id, left(w.text, ${String(TEXT)}) AS text FROM (${wide.select}) AS w
           WHERE ${wide.where} AND w.kind IN ('user', 'system', 'llm') AND length(w.text) > 2000) AS w
         ON w.session_id = coalesce(s.stored_session_id, s.session_id) AND w.span_id = s.span_id AND w.import_id = s.import_id`;
  const steps = await db.all<Step>(
    `SELECT s.span_id AS "spanId", s.position, s.turn_no AS "turnNo", s.kind, s.origin, s.pillar, s.name, s.tool_name AS "toolName",
       s.agent_id AS "agentId", s.is_rewound AS "isRewound", s.status, s.status_message AS "statusMessage", s.error_type AS "errorType",
       ${wide === null ? 's.text_head' : 'coalesce(w.text, s.text_head)'} AS text, s.text_length::DOUBLE AS "textLength",
       s.input_head AS input, s.call_hash AS "callHash"
     FROM span AS s ${join} WHERE s.session_id = $sessionId AND s.kind IN ('user', 'system', 'llm', 'tool') ORDER BY s.position`,
    { sessionId, ...wide?.params },
  );
  const goals = goalLedger(steps);
  return { items: goals.slice(offset, offset + limit), total: goals.length };
}
