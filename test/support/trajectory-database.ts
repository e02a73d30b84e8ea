/** Puts a sketched trajectory into a real index, for what reads the index rather than a trajectory. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Trajectory } from '../../src/engine/signals/detector';
import { findQuery, type QueryDetector, type QueryFinding } from '../../src/engine/signals/query-findings';
import type { Database } from '../../src/engine/workspace/database';
import { openDatabase } from '../../src/engine/workspace/duckdb';
import { applySchema } from '../../src/engine/workspace/index-schema';

const ns = (ms: number | null): bigint | null => (ms === null ? null : BigInt(Math.round(ms * 1e6)));

function spanRows({ sessionId, spans }: Trajectory): Record<string, unknown>[] {
  return spans.map((span) => ({
    session_id: sessionId,
    span_id: span.spanId,
    import_id: 'import',
    source_id: 'source',
    line: span.position + 1,
    seq: span.position,
    position: span.position,
    turn_no: span.turnNo,
    parent_span_id: span.parentSpanId,
    trace_id: span.traceId,
    kind: span.kind,
    origin: span.origin,
    pillar: span.pillar,
    lane: span.kind === 'user' ? 'user' : span.pillar,
    name: span.name,
    operation: span.operation,
    tool_name: span.toolName,
    tool_call_id: span.toolCallId,
    agent_id: span.agentId,
    spawns_agent_id: span.spawnsAgentId,
    depth: span.agentId === null ? 0 : 1,
    model: span.model,
    start_ns: ns(span.startMs),
    end_ns: ns(span.endMs),
    status: span.status,
    status_message: span.statusMessage,
    error_type: span.errorType,
    text_head: span.text,
    text_tail: span.textTail,
    text_length: span.textLength,
    input_head: span.input,
    call_hash: span.callHash,
    input_tokens: span.inputTokens,
    output_tokens: span.outputTokens,
    cache_read_tokens: span.cacheReadTokens,
    cache_write_tokens: span.cacheWriteTokens,
    cost_usd: span.costUsd,
    is_rewound: span.isRewound,
    is_derived: span.isDerived,
    order_by_time: false,
    has_session_id: true,
  }));
}

function turnRows({ sessionId, spans }: Trajectory): Record<string, unknown>[] {
  const numbers = [...new Set(spans.map((span) => span.turnNo))].filter((turnNo) => turnNo > 0);
  return numbers.map((turnNo) => {
    const within = spans.filter((span) => span.turnNo === turnNo);
    const user = within.find((span) => span.kind === 'user');
    return {
      session_id: sessionId,
      turn_no: turnNo,
      user_span_id: user?.spanId ?? null,
      user_text: user?.text ?? '',
      first_position: within[0]?.position ?? 0,
      last_position: within.at(-1)?.position ?? 0,
      start_ns: ns(within[0]?.startMs ?? null),
      end_ns: ns(within.at(-1)?.endMs ?? null),
      span_count: within.length,
      tool_call_count: within.filter((span) => span.kind === 'tool').length,
      tool_error_count: within.filter((span) => span.kind === 'tool' && span.status === 'error').length,
    };
  });
}

function sessionRow({ sessionId, format, model, feature, userId, flags, spans }: Trajectory) {
  const count = (kind: string) => spans.filter((span) => span.kind === kind).length;
  return {
    session_id: sessionId,
    import_id: 'import',
    source_id: 'source',
    format,
    title: 'sketched',
    model,
    feature,
    user_id: userId,
    turn_count: Math.max(0, ...spans.map((span) => span.turnNo)),
    user_turn_count: count('user'),
    span_count: spans.length,
    llm_call_count: count('llm'),
    tool_call_count: count('tool'),
    tool_error_count: 0,
    interruption_count: 0,
    rejection_count: 0,
    flags,
    error_pillars: [],
  };
}

async function append(db: Database, table: string, rows: readonly Record<string, unknown>[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  if (columns.length === 0) return;
  await db.appendRows(
    table,
    columns,
    rows.map((row) => columns.map((column) => row[column])),
  );
}

/** An index in memory that holds these trajectories, for as long as `use` runs. */
export async function withTrajectories<R>(
  trajectories: readonly Trajectory[],
  use: (db: Database) => Promise<R>,
): Promise<R> {
  const dir = mkdtempSync(join(tmpdir(), 'faultline-index-'));
  const db = await openDatabase({ path: ':memory:', allowedDirs: [dir], threads: 1, readers: 2 });
  try {
    await db.transaction(applySchema);
    await append(db, 'span', trajectories.flatMap(spanRows));
    await append(db, 'turn', trajectories.flatMap(turnRows));
    await append(db, 'session', trajectories.map(sessionRow));
    return await use(db);
  } finally {
    await db.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** What a detector written in SQL finds in one trajectory. */
export function findInDatabase(trajectory: Trajectory, query: QueryDetector): Promise<QueryFinding[]> {
  return withTrajectories([trajectory], (db) => findQuery(db, query, null));
}
