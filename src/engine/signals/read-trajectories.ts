/**
 * Reads sessions back as trajectories, in order of session id, some thousands of spans at a time. Owns the query behind
 * `DetectorSpan`: a span arrives as one JSON text made by DuckDB, which costs a third of thirty columns read one by one.
 */
import type { Store } from '../workspace/queries';
import type { DeclaredTool, DetectorLabel, DetectorSpan, Trajectory, WorkspaceContext } from './detector';
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

/** JSON has no word for infinity, which a damaged source may hold; costs and times alone can. */
const mayBeInfinite: ReadonlySet<string> = new Set(['startMs', 'endMs', 'costUsd']);

const spanJson = `to_json({${spanColumns
  .map(
    ([name, sql]) =>
      `'${name}': ${mayBeInfinite.has(name) ? `CASE WHEN isfinite((${sql})::DOUBLE) THEN (${sql})::DOUBLE END` : sql}`,
  )
  .join(', ')}})::VARCHAR`;

interface SessionRecord {
  sessionId: string;
  format: string;
  model: string | null;
  feature: string | null;
  userId: string | null;
  flags: string[];
  declarationId: string | null;
}

type LabelRecord = DetectorLabel & { sessionId: string };

/** Spans of sessions that are read together at most, but for a single session larger than that. */
const BATCH_SPANS = 20_000;

/** Session ids in order, cut into batches of about `BATCH_SPANS` spans. */
async function batchesOf(db: Store, sessionIds: readonly string[]): Promise<string[][]> {
  const batches: string[][] = [];
  let size = Infinity;
  await db.stream<{ id: string; spans: number }>(
    `SELECT session_id AS id, span_count AS spans FROM session
     WHERE session_id IN (SELECT unnest($1::VARCHAR[])) ORDER BY session_id`,
    [sessionIds],
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

const WITHIN = 'IN (SELECT unnest($1::VARCHAR[]))';

async function readSpans(
  db: Store,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, DetectorSpan[]>> {
  const spans = new Map<string, DetectorSpan[]>();
  // Not sorted by DuckDB: rows come as they lie, which is mostly in order, and texts need not be moved for it.
  await db.streamColumns(
    `SELECT s.session_id, ${spanJson}
     FROM (SELECT * FROM span WHERE session_id ${WITHIN}) AS s
     JOIN (SELECT * FROM session WHERE session_id ${WITHIN}) AS x ON x.session_id = s.session_id
     LEFT JOIN (SELECT * FROM call_detail WHERE session_id ${WITHIN}) AS c ON c.session_id = s.session_id AND c.span_id = s.span_id`,
    [ids],
    ([sessionIds = [], texts = []], rowCount) => {
      for (let row = 0; row < rowCount; row++) {
        const id = sessionIds[row] as string;
        const span = JSON.parse(texts[row] as string) as DetectorSpan;
        const list = spans.get(id);
        if (list) list.push(span);
        else spans.set(id, [span]);
      }
    },
    signal,
  );
  for (const list of spans.values()) list.sort((a, b) => a.position - b.position);
  return spans;
}

async function readLabels(
  db: Store,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, DetectorLabel[]>> {
  const labels = new Map<string, DetectorLabel[]>();
  const rows = await db.all<LabelRecord>(
    `SELECT session_id AS "sessionId", span_id AS "spanId", trace_id AS "traceId", name, kind, annotator_kind AS "annotatorKind", value,
       left(text, 2000) AS text, left(explanation, 2000) AS explanation
     FROM label WHERE session_id ${WITHIN} ORDER BY session_id, name, label_id`,
    [ids],
    undefined,
    signal,
  );
  for (const { sessionId, ...label } of rows) {
    const list = labels.get(sessionId);
    if (list) list.push(label);
    else labels.set(sessionId, [label]);
  }
  return labels;
}

/** Declared tools by declaration; parsed once however many sessions share them. */
type Declarations = Map<string, readonly DeclaredTool[]>;

async function readDeclaration(db: Store, known: Declarations, id: string): Promise<readonly DeclaredTool[]> {
  const found = known.get(id);
  if (found) return found;
  const row = await db.one<{ tools: string }>(
    'SELECT tools FROM tool_declaration WHERE declaration_id = $1 LIMIT 1',
    [id],
  );
  const tools = row ? (JSON.parse(row.tools) as DeclaredTool[]) : [];
  known.set(id, tools);
  return tools;
}

/** The trajectories of the named sessions, in order of session id. For a few thousand spans at most. */
export async function readTrajectories(
  db: Store,
  ids: readonly string[],
  workspace: WorkspaceContext,
  declarations: Declarations = new Map(),
  signal?: AbortSignal,
): Promise<Trajectory[]> {
  const [sessions, spans, labels] = await Promise.all([
    db.all<SessionRecord>(
      `SELECT s.session_id AS "sessionId", format, model, feature, user_id AS "userId", flags, d.declaration_id AS "declarationId"
       FROM session AS s LEFT JOIN session_tools AS d ON d.session_id = s.session_id
       WHERE s.session_id ${WITHIN} ORDER BY s.session_id`,
      [ids],
      undefined,
      signal,
    ),
    readSpans(db, ids, signal),
    readLabels(db, ids, signal),
  ]);
  const trajectories: Trajectory[] = [];
  for (const { declarationId, ...session } of sessions) {
    trajectories.push({
      ...session,
      spans: spans.get(session.sessionId) ?? [],
      labels: labels.get(session.sessionId) ?? [],
      declaredTools: declarationId === null ? null : await readDeclaration(db, declarations, declarationId),
      workspace,
    });
  }
  return trajectories;
}

/** Calls `visit` with the trajectories of the named sessions, batch by batch, in order of session id. */
export async function eachBatch(
  db: Store,
  sessionIds: readonly string[],
  workspace: WorkspaceContext,
  visit: (trajectories: readonly Trajectory[]) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const declarations: Declarations = new Map();
  for (const ids of await batchesOf(db, sessionIds)) {
    signal?.throwIfAborted();
    await visit(await readTrajectories(db, ids, workspace, declarations, signal));
  }
}
