/** Spans, turns and outline of one session, as the session screen and the CLI ask for them. */
import type { Turn } from '../../shared/model/session';
import type { Label, SpanDetail, SpanRow } from '../../shared/model/span';
import { nsToIso } from '../../shared/trace/time';
import type { Database } from '../workspace/database';
import { contextTokens } from './context-tokens';
import { wideOfSession, wideSpans } from './wide-span';

const rowColumns = `
  s.position AS "position", s.span_id AS "spanId", s.parent_span_id AS "parentSpanId", s.trace_id AS "traceId", s.turn_no AS "turnNo",
  s.kind, s.origin, s.pillar, s.lane, s.name, s.tool_name AS "toolName", s.model,
  (s.start_ns - x.start_ns) / 1e3 AS "startUs",
  CASE WHEN s.end_ns >= s.start_ns THEN (s.end_ns - s.start_ns) / 1e3 END AS "durationUs",
  s.status, s.error_type AS "errorType", s.agent_id AS "agentId", s.depth, s.is_rewound AS "isRewound", s.is_derived AS "isDerived",
  s.input_tokens AS "inputTokens", s.output_tokens AS "outputTokens", ${contextTokens} AS "contextTokens",
  s.text_length::INTEGER AS "textLength", s.source_id AS "sourceId", s.line::INTEGER AS line`;

/** Characters of the text that the index itself holds; longer texts are read from Parquet. */
const HEAD = 2000;

/** One page of a session's spans in order. `textLength` is the most characters of text each row carries. */
export async function listSpans(
  db: Database,
  importsDir: string,
  query: { sessionId: string; offset: number; limit: number; textLength: number },
): Promise<{ items: SpanRow[]; total: number }> {
  const { sessionId, offset, limit, textLength } = query;
  const wide = textLength > HEAD ? await wideOfSession(db, importsDir, sessionId) : null;
  const text =
    wide === null ? 'left(s.text_head, $textLength)' : 'left(coalesce(w.text, s.text_head), $textLength)';
  const join =
    wide === null
      ? ''
      : `LEFT JOIN (${wide.select}) AS w ON ${wide.where} AND w.session_id = coalesce(s.stored_session_id, s.session_id) AND w.span_id = s.span_id AND w.import_id = s.import_id`;
  const items = await db.all<SpanRow>(
    `SELECT ${rowColumns}, ${text} AS text, left(s.input_head, 300) AS "argumentsPreview"
     FROM span AS s JOIN session AS x ON x.session_id = s.session_id ${join}
     WHERE s.session_id = $sessionId AND s.position >= $offset AND s.position < $offset + $limit ORDER BY s.position`,
    { sessionId, offset, limit, textLength, ...wide?.params },
  );
  const count = await db.one<{ n: number }>(
    'SELECT span_count::INTEGER AS n FROM session WHERE session_id = $1',
    [sessionId],
  );
  return { items, total: count?.n ?? 0 };
}

interface WideRecord extends SpanRow {
  hasOwnText: boolean;
  startNs: number | string | null;
  endNs: number | string | null;
}

type Wide = SpanDetail['also'][number] & Record<'text' | 'input' | 'output', string | null>;

/** SQL for the format that the line of a row is of, beside its source `c`. */
function formatAt(row: string): string {
  return `coalesce((SELECT any_value(o.format) FROM other_lines AS o WHERE o.import_id = ${row}.import_id AND o.source_id = ${row}.source_id
       AND ${row}.line BETWEEN o.first_line AND o.last_line), c.format, 'unknown')`;
}

/** The records of other imports that complete the one of a span that is in force, in the order of the imports. */
async function toldAlso(
  db: Database,
  importsDir: string,
  sessionId: string,
  spanId: string,
): Promise<Wide[]> {
  const places = await db.all<Record<'import_id' | 'source_id' | 'line' | 'stored', string>>(
    `SELECT DISTINCT a.import_id, a.source_id, a.line::VARCHAR AS line, a.stored_session_id AS stored, i.import_order
     FROM told_also AS a JOIN import AS i ON i.import_id = a.import_id
     WHERE a.session_id = $1 AND a.span_id = $2 ORDER BY i.import_order, a.line`,
    [sessionId, spanId],
  );
  const records: Wide[] = [];
  for (const { import_id, source_id, line, stored } of places) {
    const select = wideSpans(importsDir, [import_id], new Set([source_id]));
    if (select === null) continue;
    const found = await db.all<Wide>(
      `SELECT c.name AS "sourceName", c.path AS "sourcePath", ${formatAt('w')} AS format, w.line::INTEGER AS line,
         w.text, w.input, w.output, w.attributes, w.raw
       FROM (${select}) AS w
       JOIN source AS c ON c.import_id = w.import_id AND c.source_id = w.source_id
       WHERE w.session_id = $1 AND w.span_id = $2 AND w.source_id = $3 AND w.line = $4::BIGINT`,
      [stored, spanId, source_id, line],
    );
    records.push(...found);
  }
  return records;
}

/** Everything about one span, wide columns from Parquet; null when there is none. */
export async function getSpan(
  db: Database,
  importsDir: string,
  sessionId: string,
  spanId: string,
): Promise<SpanDetail | null> {
  const wide = await wideOfSession(db, importsDir, sessionId);
  if (wide === null) return null;
  const row = await db.one<WideRecord & Omit<SpanDetail, 'startTime' | 'endTime' | 'also'>>(
    `SELECT ${rowColumns}, coalesce(nullif(w.text, ''), s.text_head) AS text, coalesce(w.text, '') <> '' AS "hasOwnText", left(s.input_head, 300) AS "argumentsPreview", s.session_id AS "sessionId",
       s.start_ns::VARCHAR AS "startNs", s.end_ns::VARCHAR AS "endNs", s.status_message AS "statusMessage", s.provider, s.operation,
       s.tool_call_id AS "toolCallId", w.input, w.output, w.attributes, w.raw, s.cache_read_tokens AS "cacheReadTokens",
       s.cache_write_tokens AS "cacheWriteTokens", w.reasoning_tokens AS "reasoningTokens", s.cost_usd AS "costUsd",
       coalesce(c.name, '') AS "sourceName", coalesce(c.path, '') AS "sourcePath", ${formatAt('s')} AS format
     FROM span AS s JOIN session AS x ON x.session_id = s.session_id
     LEFT JOIN (${wide.select}) AS w ON ${wide.where} AND w.session_id = coalesce(s.stored_session_id, s.session_id)
       AND w.span_id = s.span_id AND w.import_id = s.import_id
     LEFT JOIN source AS c ON c.import_id = s.import_id AND c.source_id = s.source_id
     WHERE s.session_id = $sessionId AND s.span_id = $spanId LIMIT 1`,
    { sessionId, spanId, ...wide.params },
  );
  if (!row) return null;
  const { startNs, endNs, hasOwnText, ...rest } = row;
  const others = await toldAlso(db, importsDir, sessionId, spanId);
  const first = (of: (other: Wide) => string | null): string | null =>
    others.map(of).find((text) => text !== null && text !== '') ?? null;
  return {
    ...rest,
    // The index holds the beginning of a text that another import's record has.
    text: (hasOwnText ? null : first(({ text }) => text)) ?? rest.text,
    input: rest.input ?? first(({ input }) => input),
    output: rest.output ?? first(({ output }) => output),
    also: others.map(({ text: _, input: _in, output: _out, ...other }) => other),
    startTime: startNs === null ? null : nsToIso(BigInt(startNs)),
    endTime: endNs === null ? null : nsToIso(BigInt(endNs)),
  };
}

/** Turns of a session in order. */
export function listTurns(db: Database, sessionId: string): Promise<Turn[]> {
  return db.all<Turn>(
    `SELECT t.turn_no AS "turnNo", t.user_span_id AS "userSpanId", left(t.user_text, 2000) AS "userText", t.first_position AS "firstPosition",
       t.last_position AS "lastPosition", (t.start_ns - x.start_ns) / 1e3 AS "startUs",
       CASE WHEN t.end_ns >= t.start_ns THEN (t.end_ns - t.start_ns) / 1e3 END AS "durationUs", t.span_count AS "spanCount",
       t.tool_call_count AS "toolCallCount", t.tool_error_count AS "toolErrorCount"
     FROM turn AS t JOIN session AS x ON x.session_id = t.session_id WHERE t.session_id = $1 ORDER BY t.turn_no`,
    [sessionId],
  );
}

/** Labels the export carries for a session. */
export function listLabels(db: Database, sessionId: string): Promise<Label[]> {
  return db.all<Label>(
    `SELECT label_id AS "labelId", session_id AS "sessionId", trace_id AS "traceId", span_id AS "spanId", name, kind, annotator_kind AS "annotatorKind",
       annotator, value, text, explanation, source_id AS "sourceId", line::INTEGER AS line
     FROM label WHERE session_id = $1 ORDER BY name, label_id LIMIT 10000`,
    [sessionId],
  );
}

/** Sub-agents of a session with the span that started each. */
export function listAgents(
  db: Database,
  sessionId: string,
): Promise<{ agentId: string; name: string; parentSpanId: string | null; spanCount: number }[]> {
  return db.all(
    `SELECT s.agent_id AS "agentId", coalesce(any_value(s.agent_name), s.agent_id) AS name,
       (SELECT min(p.span_id) FROM span AS p WHERE p.session_id = $1 AND p.spawns_agent_id = s.agent_id) AS "parentSpanId", count(*)::INTEGER AS "spanCount"
     FROM span AS s WHERE s.session_id = $1 AND s.agent_id IS NOT NULL GROUP BY s.agent_id ORDER BY min(s.position)`,
    [sessionId],
  );
}

/** The session this one began as a copy of, and how many of its spans stand there alone; null for all others. */
export function forkOf(
  db: Database,
  sessionId: string,
): Promise<{ originSessionId: string; copiedSpanCount: number } | null> {
  return db.one<{ originSessionId: string; copiedSpanCount: number }>(
    `SELECT origin_session_id AS "originSessionId", copied_span_count AS "copiedSpanCount" FROM fork WHERE session_id = $1`,
    [sessionId],
  );
}
