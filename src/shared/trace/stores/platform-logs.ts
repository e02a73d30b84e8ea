/**
 * Records of platforms that log applications of language models: Braintrust and Opik (Comet). Owns their field names only.
 * https://www.braintrust.dev/docs/guides/logs and https://www.comet.com/docs/opik/
 */
import { asArray, asText, get, isObject, type JsonObject } from '../json';
import { either } from '../otel-value';
import { asRecord, inside, kindWord, platformScore, platformSpan, SAME_WORDS } from './platform-call';
import { has, mapOf, type StoreItem, type TraceStore } from './store-record';

function braintrustScores(record: JsonObject, spanId: string, traceId: string | null): StoreItem[] {
  const scores = Object.entries(mapOf(get(record, 'scores')));
  const items = scores.map(([name, value]) => platformScore({ spanId, traceId, name, value }));
  const expected = inside(record, 'expected');
  if (expected !== undefined && expected !== null && expected !== '')
    items.push(platformScore({ spanId, traceId, name: 'correction', value: expected }));
  return items;
}

const braintrust: TraceStore = {
  name: 'Braintrust',
  mark: 'root_span_id and span_attributes',
  confidence: 0.95,
  knows: (record) =>
    has(record, 'span_id', 'root_span_id') && (has(record, 'span_attributes') || has(record, 'span_parents')),
  read: (record) => {
    const said = inside(record, 'span_attributes');
    const metrics = inside(record, 'metrics');
    const metadata = inside(record, 'metadata');
    const spanId = asText(get(record, 'span_id'));
    const traceId = asText(get(record, 'root_span_id'));
    const type = kindWord(get(said, 'type'), SAME_WORDS);
    const metric = (key: string): unknown => get(metrics, key);
    const span = platformSpan({
      spanId,
      parentSpanId: asText(asArray(inside(record, 'span_parents'))[0]),
      traceId,
      name: asText(get(said, 'name')),
      type,
      start: metric('start') ?? get(record, 'created'),
      end: metric('end'),
      input: get(record, 'input'),
      output: get(record, 'output'),
      error: get(record, 'error'),
      model: get(metadata, 'model'),
      provider: get(metadata, 'provider'),
      // A task's metrics are the sums of what it called.
      ...(type === 'llm' || type === 'embedding'
        ? {
            tokens: {
              input: metric('prompt_tokens'),
              output: metric('completion_tokens'),
              cacheRead: metric('prompt_cached_tokens'),
              cacheWrite: metric('prompt_cache_creation_tokens'),
              reasoning: metric('completion_reasoning_tokens'),
            },
            cost: metric('estimated_cost'),
          }
        : {}),
      tags: get(record, 'tags'),
      metadata,
      raw: record,
    });
    // What a scorer found stands at the span it scored too.
    const isScorer = get(said, 'type') === 'score';
    return spanId === null || isScorer ? [span] : [span, ...braintrustScores(record, spanId, traceId)];
  },
};

const OPIK_SOURCES: Readonly<Record<string, string>> = { ui: 'human', online_scoring: 'llm' };

/** A column for each score, with its reason beside it, as tables of the interface have them. */
const OPIK_COLUMN = /^feedback_scores\.(.+)$/;
const REASON = '_reason';

/** Feedback on a trace or a span, with the people and rules that gave it. */
function opikScores(record: JsonObject, spanId: string, traceId: string): StoreItem[] {
  const scores = asArray(inside(record, 'feedback_scores')).flatMap((score) => {
    const name = asText(get(score, 'name'));
    if (name === null) return [];
    const source = OPIK_SOURCES[asText(get(score, 'source')) ?? ''];
    const value = get(score, 'value') ?? get(score, 'category_name');
    return [
      platformScore({
        spanId,
        traceId,
        name,
        value,
        source,
        annotator: get(score, 'created_by'),
        explanation: get(score, 'reason'),
      }),
    ];
  });
  const columns = Object.entries(record).flatMap(([key, value]) => {
    const name = OPIK_COLUMN.exec(key)?.[1];
    const isReason = key.endsWith(REASON) && has(record, key.slice(0, -REASON.length));
    if (name === undefined || isReason || value === null || value === '') return [];
    return [platformScore({ spanId, traceId, name, value, explanation: get(record, `${key}${REASON}`) })];
  });
  const comments = asArray(inside(record, 'comments')).map((comment, i) =>
    platformScore({
      spanId,
      traceId,
      name: 'feedback comment',
      value: get(comment, 'text'),
      source: 'human',
      annotator: get(comment, 'created_by'),
      id: asText(get(comment, 'id')) ?? `${spanId}:comment:${String(i)}`,
    }),
  );
  return [...scores, ...columns, ...comments];
}

function opikRecord(record: JsonObject): StoreItem[] {
  const id = asText(get(record, 'id'));
  const trace = asText(get(record, 'trace_id'));
  const isSpan = trace !== null;
  const metadata = inside(record, 'metadata');
  const usage = inside(record, 'usage');
  const type = isSpan ? kindWord(get(record, 'type'), { ...SAME_WORDS, general: 'chain' }) : 'chain';
  const isModel = type === 'llm';
  const tokens = {
    input: either(usage, 'prompt_tokens', 'original_usage.prompt_tokens', 'original_usage.input_tokens'),
    output: either(
      usage,
      'completion_tokens',
      'original_usage.completion_tokens',
      'original_usage.output_tokens',
    ),
    cacheRead: either(
      usage,
      'original_usage.prompt_tokens_details.cached_tokens',
      'original_usage.cache_read_input_tokens',
    ),
    reasoning: get(usage, 'original_usage.completion_tokens_details.reasoning_tokens'),
  };
  const span = platformSpan({
    spanId: id,
    parentSpanId: isSpan ? (asText(get(record, 'parent_span_id')) ?? trace) : null,
    traceId: trace ?? id,
    name: asText(get(record, 'name')),
    type,
    start: get(record, 'start_time'),
    end: get(record, 'end_time'),
    input: get(record, 'input'),
    output: get(record, 'output'),
    error: get(record, 'error_info'),
    model: get(record, 'model'),
    provider: get(record, 'provider'),
    ...(isModel ? { tokens, cost: get(record, 'total_estimated_cost') } : {}),
    sessionId: asText(get(record, 'thread_id')),
    tags: get(record, 'tags'),
    metadata,
    raw: record,
  });
  return id === null ? [span] : [span, ...opikScores(record, id, trace ?? id)];
}

const opik: TraceStore = {
  name: 'Opik',
  mark: 'a trace or span of Opik',
  confidence: 0.92,
  knows: (record) => {
    if (isObject(get(record, 'trace')) && Array.isArray(get(record, 'spans')))
      return isOpik(asRecord(get(record, 'trace')));
    return isOpik(record);
  },
  read: (record) => {
    if (!isObject(get(record, 'trace'))) return opikRecord(record);
    const spans = asArray(get(record, 'spans')).flatMap((one, i) =>
      isObject(one)
        ? opikRecord(one).map((item) => ({ ...item, at: `/spans/${String(i)}` }))
        : [{ reject: 'not an object', at: `/spans/${String(i)}` }],
    );
    return [...opikRecord(asRecord(get(record, 'trace'))), ...spans];
  },
};

function isOpik(record: JsonObject): boolean {
  return (
    has(record, 'id', 'start_time', 'input') &&
    !has(record, 'run_type') &&
    (has(record, 'feedback_scores') ||
      Object.keys(record).some((key) => OPIK_COLUMN.test(key)) ||
      has(record, 'error_info') ||
      (has(record, 'project_id', 'last_updated_at') &&
        (has(record, 'trace_id', 'type') || has(record, 'thread_id'))))
  );
}

export const PLATFORM_LOGS: readonly TraceStore[] = [braintrust, opik];
