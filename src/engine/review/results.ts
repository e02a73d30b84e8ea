/**
 * What a queue says of all the sessions it was drawn from: how many missed the objective, by which failure modes, how
 * badly. Owns putting verdicts and design together; see estimate.ts for the arithmetic.
 */
import type { QueueResults } from '../../shared/contract/review';
import { missedTitles, type Queue, type Sampling } from '../../shared/model/review';
import { incompleteSignals } from '../../shared/model/signal-coverage';
import type { Database } from '../workspace/database';
import type { Projection } from '../workspace/projection';
import { estimateShare } from './estimate';
import { queueOf } from './queues';

interface VerdictRecord {
  sessionId: string;
  intent: 'met' | 'missed' | 'unclear';
  inclusion: number;
}

/** A failure mode holds of a session when the settlement names it, else when more than half of its reviewers do. */
const modesQuery = `
  WITH counted AS (
    SELECT m.session_id, m.failure_mode_id, count(*) FILTER (NOT m.is_settlement) AS votes, bool_or(m.is_settlement) AS is_settled,
      avg(m.severity) AS severity
    FROM review_mode AS m WHERE m.queue_id = $1 GROUP BY ALL
  )
  SELECT c.session_id AS "sessionId", c.failure_mode_id AS "failureModeId", c.severity
  FROM counted AS c
  JOIN review_verdict AS v ON v.queue_id = $1 AND v.session_id = c.session_id
  WHERE CASE WHEN v.is_settled THEN c.is_settled ELSE c.votes > v.review_count / 2.0 END`;

/** The results of a queue. Throws NotFound. */
export async function queueResults(
  db: Database,
  state: Projection,
  queueId: string,
  modeName: (failureModeId: string) => string,
): Promise<QueueResults> {
  const { queue } = queueOf(state, queueId);
  const verdicts = await db.all<VerdictRecord>(
    'SELECT session_id AS "sessionId", intent, inclusion FROM review_verdict WHERE queue_id = $1 ORDER BY session_id',
    [queueId],
  );
  const judged = verdicts.filter((one) => one.intent !== 'unclear');
  const modes = await db.all<{ sessionId: string; failureModeId: string; severity: number }>(modesQuery, [
    queueId,
  ]);
  const parts = await db.all<{ part: keyof typeof missedTitles; count: number }>(
    `SELECT part, count(DISTINCT session_id)::INTEGER AS count
     FROM (SELECT session_id, unnest(missed) AS part FROM review WHERE queue_id = $1) GROUP BY part ORDER BY count DESC, part`,
    [queueId],
  );
  const byMode = new Map<string, Map<string, number>>();
  for (const { sessionId, failureModeId, severity } of modes) {
    const sessions = byMode.get(failureModeId) ?? new Map<string, number>();
    sessions.set(sessionId, severity);
    byMode.set(failureModeId, sessions);
  }
  return {
    frameSize: queue.frameSize,
    judged: judged.length,
    unclear: verdicts.length - judged.length,
    missed: estimateShare(
      judged.map((one) => ({ inclusion: one.inclusion, isCase: one.intent === 'missed' })),
    ),
    failureModes: [...byMode]
      .map(([failureModeId, sessions]) => ({
        failureModeId,
        name: modeName(failureModeId),
        meanSeverity: [...sessions.values()].reduce((sum, one) => sum + one, 0) / sessions.size,
        estimate: estimateShare(
          verdicts.map((one) => ({ inclusion: one.inclusion, isCase: sessions.has(one.sessionId) })),
        ),
      }))
      .sort((a, b) => b.estimate.reviewed.count - a.estimate.reviewed.count || (a.name < b.name ? -1 : 1)),
    missedParts: parts.map(({ part, count }) => ({ part: missedTitles[part], count })),
    statement: statementOf(queue, verdicts.length),
  };
}

const DESIGNS: Record<Sampling['kind'], string> = {
  priority:
    'Sessions were drawn with a probability proportional to their priority, so urgent ones are over-represented; the corrected share weighs each by the inverse of that probability.',
  top: 'The most urgent sessions were taken, so the share holds for them alone and says nothing of the others.',
  random: 'Sessions were drawn at random, each with the same probability.',
  stratified:
    'Sessions were drawn at random within groups; the corrected share weighs each by the inverse of its group’s share.',
};

function statementOf(queue: Queue, reviewed: number): string {
  const rest = queue.items.length - reviewed;
  const open =
    rest > 0
      ? ` ${String(rest)} of ${String(queue.items.length)} are not reviewed yet: the figures take those for no different from the reviewed, which holds only if the queue is not being read from the top.`
      : '';
  const missing = queue.signals && incompleteSignals(queue.signals);
  const signals = missing ? ` It was drawn early. ${missing}` : '';
  return `${DESIGNS[queue.sampling.kind]} Drawn from ${String(queue.frameSize)} sessions with seed ${String(queue.seed)}.${signals}${open}`;
}
