/**
 * Reads sessions back as trajectories, one at a time, in order of session id. Owns the query behind `DetectorSpan`:
 * every column arrives as a number or text, so that a million spans need no conversion value by value.
 */
import type { Store } from '../workspace/queries';
import type { DetectorLabel, DetectorSpan, Trajectory, WorkspaceContext } from './detector';
import { contextTokens } from '../trajectory/spans';

/** [property, SQL] of a span; `s` is the span, `x` its session, `c` what is known of a model call beyond the index. */
const spanColumns = [
  ['spanId', 's.span_id'],
  ['parentSpanId', 's.parent_span_id'],
  ['traceId', 's.trace_id'],
  ['position', 's.position'],
  ['turnNo', 's.turn_no'],
  ['kind', 's.kind'],
  ['origin', 's.origin'],
  ['pillar', 's.pillar'],
  ['name', 's.name'],
  ['operation', 's.operation'],
  ['toolName', 's.tool_name'],
  ['toolCallId', 's.tool_call_id'],
  ['agentId', 's.agent_id'],
  ['spawnsAgentId', 's.spawns_agent_id'],
  ['isRewound', 's.is_rewound'],
  ['isDerived', 's.is_derived'],
  ['status', 's.status'],
  ['statusMessage', 's.status_message'],
  ['errorType', 's.error_type'],
  ['finishReason', 'c.finish_reason'],
  ['startMs', 's.start_ns / 1e6'],
  ['endMs', 's.end_ns / 1e6'],
  ['model', 's.model'],
  ['text', 's.text_head'],
  ['textTail', 's.text_tail'],
  ['textLength', 's.text_length::DOUBLE'],
  ['input', 's.input_head'],
  ['callHash', 's.call_hash'],
  ['inputTokens', 's.input_tokens::DOUBLE'],
  ['outputTokens', 's.output_tokens::DOUBLE'],
  ['cacheReadTokens', 's.cache_read_tokens::DOUBLE'],
  ['cacheWriteTokens', 's.cache_write_tokens::DOUBLE'],
  ['contextTokens', `(${contextTokens})::DOUBLE`],
  ['costUsd', 's.cost_usd'],
] as const satisfies readonly (readonly [keyof DetectorSpan, string])[];

const select = spanColumns.map(([name, sql]) => `${sql} AS "${name}"`).join(', ');

interface SessionRecord {
  sessionId: string;
  format: string;
  model: string | null;
  feature: string | null;
  userId: string | null;
  flags: string[];
}

type SpanRecord = DetectorSpan & { sessionId: string };
type LabelRecord = DetectorLabel & { sessionId: string };

/** Spans of sessions that are read together at most, but for a single session larger than that. */
const BATCH_SPANS = 20_000;

/** Session ids in order, cut into batches of about `BATCH_SPANS` spans. */
async function batchesOf(db: Store, sessionIds: readonly string[] | null): Promise<string[][]> {
  const where = sessionIds === null ? '' : 'WHERE session_id IN (SELECT unnest($1::VARCHAR[]))';
  const batches: string[][] = [];
  let size = Infinity;
  await db.stream<{ id: string; spans: number }>(
    `SELECT session_id AS id, span_count AS spans FROM session ${where} ORDER BY session_id`,
    sessionIds === null ? [] : [sessionIds],
    (rows) => {
      for (const { id, spans } of rows) {
        if (size + spans > BATCH_SPANS) {
          batches.push([]);
          size = 0;
        }
        batches.at(-1)?.push(id);
        size += spans;
      }
    },
  );
  return batches;
}

function grouped<R extends { sessionId: string }>(rows: readonly R[]): Map<string, R[]> {
  const groups = new Map<string, R[]>();
  for (const row of rows) {
    const group = groups.get(row.sessionId);
    if (group) group.push(row);
    else groups.set(row.sessionId, [row]);
  }
  return groups;
}

/** The trajectories of a batch, in order. */
async function readBatch(
  db: Store,
  ids: readonly string[],
  workspace: WorkspaceContext,
  signal?: AbortSignal,
): Promise<Trajectory[]> {
  const within = 'IN (SELECT unnest($1::VARCHAR[]))';
  const [sessions, spans, labels] = await Promise.all([
    db.all<SessionRecord>(
      `SELECT session_id AS "sessionId", format, model, feature, user_id AS "userId", flags FROM session
       WHERE session_id ${within} ORDER BY session_id`,
      [ids],
      undefined,
      signal,
    ),
    db.all<SpanRecord>(
      `SELECT s.session_id AS "sessionId", ${select}
       FROM span AS s JOIN session AS x ON x.session_id = s.session_id
       LEFT JOIN call_detail AS c ON c.session_id = s.session_id AND c.span_id = s.span_id
       WHERE s.session_id ${within} ORDER BY s.session_id, s.position`,
      [ids],
      undefined,
      signal,
    ),
    db.all<LabelRecord>(
      `SELECT session_id AS "sessionId", span_id AS "spanId", trace_id AS "traceId", name, kind, annotator_kind AS "annotatorKind", value,
         left(text, 2000) AS text, left(explanation, 2000) AS explanation
       FROM label WHERE session_id ${within} ORDER BY session_id, name, label_id`,
      [ids],
      undefined,
      signal,
    ),
  ]);
  const spansOf = grouped(spans);
  const labelsOf = grouped(labels);
  return sessions.map((session) => ({
    ...session,
    spans: spansOf.get(session.sessionId) ?? [],
    labels: labelsOf.get(session.sessionId) ?? [],
    declaredTools: null,
    workspace,
  }));
}

/** Calls `visit` with the trajectory of each session (all of them, or those named), in order of session id. */
export async function eachTrajectory(
  db: Store,
  sessionIds: readonly string[] | null,
  workspace: WorkspaceContext,
  visit: (trajectory: Trajectory) => void,
  signal?: AbortSignal,
): Promise<void> {
  for (const ids of await batchesOf(db, sessionIds)) {
    signal?.throwIfAborted();
    for (const trajectory of await readBatch(db, ids, workspace, signal)) visit(trajectory);
  }
}
