/**
 * Reads sessions back as trajectories, in order of session id, some thousands of spans at a time. Owns the query behind
 * `DetectorSpan`: a span arrives as one JSON text made by DuckDB, which costs a third of thirty columns read one by one.
 */
import type { Store } from '../workspace/queries';
import type { DeclaredTool, DetectorLabel, DetectorSpan, Trajectory, WorkspaceContext } from './detector';
import { contextTokens } from '../trajectory/context-tokens';
import { textList } from '../workspace/sql-values';

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
const BATCH_SPANS = 6_000;

/** Session ids in order, cut into batches of about `BATCH_SPANS` spans. */
async function batchesOf(db: Store, sessionIds: readonly string[]): Promise<string[][]> {
  const batches: string[][] = [];
  let size = Infinity;
  await db.stream<{ id: string; spans: number }>(
    `SELECT session_id AS id, span_count AS spans FROM session
     WHERE session_id IN (SELECT unnest($1::VARCHAR[])) ORDER BY session_id`,
    [textList(sessionIds)],
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

/** Sessions as the database gives them: spans are JSON texts in no order. Can be passed to a thread. */
export interface SpanBatch {
  /** In order of session id. */
  sessions: SessionRecord[];
  /** Session of each text of `spans`. */
  spanSessions: string[];
  spans: string[];
  labels: LabelRecord[];
  /** Declared tools of the batch, as JSON, by declaration. */
  declarations: [id: string, tools: string][];
}

async function readSpans(
  db: Store,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<Pick<SpanBatch, 'spanSessions' | 'spans'>> {
  const spanSessions: string[] = [];
  const spans: string[] = [];
  // Not sorted by DuckDB: rows come as they lie, which is mostly in order, and texts need not be moved for it.
  await db.streamColumns(
    `SELECT s.session_id, ${spanJson}
     FROM (SELECT * FROM span WHERE session_id ${WITHIN}) AS s
     JOIN (SELECT * FROM session WHERE session_id ${WITHIN}) AS x ON x.session_id = s.session_id
     LEFT JOIN (SELECT * FROM call_detail WHERE session_id ${WITHIN}) AS c ON c.session_id = s.session_id AND c.span_id = s.span_id`,
    [textList(ids)],
    ([sessionIds = [], texts = []]) => {
      for (const id of sessionIds as readonly string[]) spanSessions.push(id);
      for (const text of texts as readonly string[]) spans.push(text);
    },
    signal,
  );
  return { spanSessions, spans };
}

function readLabels(db: Store, ids: readonly string[], signal?: AbortSignal): Promise<LabelRecord[]> {
  return db.all<LabelRecord>(
    `SELECT session_id AS "sessionId", span_id AS "spanId", trace_id AS "traceId", name, kind, annotator_kind AS "annotatorKind", value,
       left(text, 2000) AS text, left(explanation, 2000) AS explanation
     FROM label WHERE session_id ${WITHIN} ORDER BY session_id, name, label_id`,
    [textList(ids)],
    undefined,
    signal,
  );
}

/** Texts of declared tools by declaration; read once however many sessions share them. */
type DeclarationTexts = Map<string, string>;

async function readDeclarations(
  db: Store,
  known: DeclarationTexts,
  sessions: readonly SessionRecord[],
): Promise<[string, string][]> {
  const ids = new Set(sessions.flatMap(({ declarationId }) => declarationId ?? []));
  const missing = [...ids].filter((id) => !known.has(id));
  if (missing.length > 0) {
    const rows = await db.all<{ id: string; tools: string }>(
      'SELECT declaration_id AS id, any_value(tools) AS tools FROM tool_declaration WHERE declaration_id IN (SELECT unnest($1::VARCHAR[])) GROUP BY ALL',
      [missing],
    );
    for (const { id, tools } of rows) known.set(id, tools);
  }
  return [...ids].map((id) => [id, known.get(id) ?? '[]']);
}

async function readBatch(
  db: Store,
  ids: readonly string[],
  declarations: DeclarationTexts,
  signal?: AbortSignal,
): Promise<SpanBatch> {
  const [sessions, spans, labels] = await Promise.all([
    db.all<SessionRecord>(
      `SELECT s.session_id AS "sessionId", format, model, feature, user_id AS "userId", flags, d.declaration_id AS "declarationId"
       FROM session AS s LEFT JOIN session_tools AS d ON d.session_id = s.session_id
       WHERE s.session_id ${WITHIN} ORDER BY s.session_id`,
      [textList(ids)],
      undefined,
      signal,
    ),
    readSpans(db, ids, signal),
    readLabels(db, ids, signal),
  ]);
  return { sessions, ...spans, labels, declarations: await readDeclarations(db, declarations, sessions) };
}

/** Declared tools by declaration; parsed once however many batches share them. */
export type Declarations = Map<string, readonly DeclaredTool[]>;

function grouped<T, V>(
  list: readonly T[],
  key: (one: T, i: number) => string,
  value: (one: T) => V,
): Map<string, V[]> {
  const groups = new Map<string, V[]>();
  list.forEach((one, i) => {
    const id = key(one, i);
    const group = groups.get(id);
    if (group) group.push(value(one));
    else groups.set(id, [value(one)]);
  });
  return groups;
}

/** The trajectories of a batch, in order of session id; made one by one, so that few are held at a time. */
export function* trajectoriesOf(
  batch: SpanBatch,
  workspace: WorkspaceContext,
  declarations: Declarations,
): Generator<Trajectory> {
  const texts = grouped(
    batch.spans,
    (_, i) => batch.spanSessions[i] as string,
    (text) => text,
  );
  const labels = grouped(
    batch.labels,
    ({ sessionId }) => sessionId,
    ({ sessionId: _, ...label }): DetectorLabel => label,
  );
  for (const [id, tools] of batch.declarations)
    if (!declarations.has(id)) declarations.set(id, JSON.parse(tools) as DeclaredTool[]);
  for (const { declarationId, ...session } of batch.sessions) {
    const spans = (texts.get(session.sessionId) ?? []).map((text) => JSON.parse(text) as DetectorSpan);
    spans.sort((a, b) => a.position - b.position);
    yield {
      ...session,
      spans,
      labels: labels.get(session.sessionId) ?? [],
      declaredTools: declarationId === null ? null : (declarations.get(declarationId) ?? []),
      workspace,
    };
  }
}

/** The trajectories of the named sessions, in order of session id. For a few thousand spans at most. */
export async function readTrajectories(
  db: Store,
  ids: readonly string[],
  workspace: WorkspaceContext,
  signal?: AbortSignal,
): Promise<Trajectory[]> {
  const batch = await readBatch(db, ids, new Map(), signal);
  return [...trajectoriesOf(batch, workspace, new Map())];
}

/** Hands on the named sessions batch by batch, in order of session id; the next is read when `visit` has settled. */
export async function eachBatch(
  db: Store,
  sessionIds: readonly string[],
  visit: (batch: SpanBatch) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const declarations: DeclarationTexts = new Map();
  for (const ids of await batchesOf(db, sessionIds)) {
    signal?.throwIfAborted();
    await visit(await readBatch(db, ids, declarations, signal));
  }
}
