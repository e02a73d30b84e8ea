/**
 * Records of monitoring and analytics platforms that also see language models: Datadog LLM Observability and PostHog. Owns
 * their field names only. https://docs.datadoghq.com/llm_observability/ and https://posthog.com/docs/llm-analytics
 */
import { asArray, asNumber, asText, at, get, isObject, parseMaybe, type JsonObject } from '../json';
import { either } from '../otel-value';
import { asRecord, inside, kindWord, platformScore, platformSpan, SAME_WORDS } from './platform-call';
import { has, lengthNs, type StoreItem, type TraceStore } from './store-record';

const SECOND = 1_000_000_000;

/** Tool calls and results of a message, as Datadog names their parts. */
function datadogMessages(side: unknown): unknown {
  const messages = get(side, 'messages');
  if (!Array.isArray(messages)) return get(side, 'value') ?? get(side, 'documents') ?? side;
  return messages.map((message: unknown) => {
    const results = asArray(get(message, 'tool_results'));
    const calls = asArray(get(message, 'tool_calls')).map((call) => ({
      id: get(call, 'tool_id'),
      name: get(call, 'name'),
      arguments: get(call, 'arguments'),
    }));
    const [result] = results;
    if (result !== undefined)
      return {
        role: 'tool',
        tool_call_id: get(result, 'tool_id'),
        name: get(result, 'name'),
        content: get(result, 'result'),
      };
    return {
      role: get(message, 'role'),
      content: get(message, 'content'),
      ...(calls.length > 0 ? { tool_calls: calls } : {}),
    };
  });
}

function datadogSpan(span: JsonObject, around: JsonObject): StoreItem {
  const meta = asRecord(get(span, 'meta') ?? span);
  const tags = asArray(get(span, 'tags') ?? get(around, 'tags'));
  const tag = (name: string): string | null =>
    tags.flatMap((one) =>
      asText(one)?.startsWith(`${name}:`) ? [(asText(one) ?? '').slice(name.length + 1)] : [],
    )[0] ?? null;
  const kind = either(meta, 'span.kind', 'kind', 'span_kind') ?? get(meta, 'span_kind');
  const type = kindWord(kind, { ...SAME_WORDS, experiment: 'chain' });
  const [input, output, metrics] = [get(meta, 'input'), get(meta, 'output'), get(span, 'metrics')];
  const parent = asText(get(span, 'parent_id'));
  const message = either(meta, 'error.message') ?? at(meta, 'error', 'message');
  const metadata = asRecord(get(meta, 'metadata'));
  const name = asText(get(span, 'name'));
  const isList = Array.isArray(get(input, 'messages')) || Array.isArray(get(output, 'messages'));
  return platformSpan({
    spanId: asText(get(span, 'span_id')) ?? asText(get(around, 'id')),
    parentSpanId: parent === 'undefined' ? null : parent,
    traceId: asText(get(span, 'trace_id')),
    name,
    type,
    start: either(span, 'start_ns', 'start_ms', 'start'),
    durationNs: lengthNs(get(span, 'duration'), 1),
    input: isList ? { messages: datadogMessages(input) } : datadogMessages(input),
    output: isList ? { messages: datadogMessages(output) } : datadogMessages(output),
    isError: get(span, 'status') === 'error' || get(span, 'error') === 1,
    error:
      message === undefined
        ? undefined
        : { message, type: either(meta, 'error.type') ?? at(meta, 'error', 'type') },
    model: either(meta, 'model_name') ?? get(metadata, 'model_name'),
    provider: either(meta, 'model_provider') ?? get(metadata, 'model_provider'),
    ...(type === 'llm' || type === 'embedding'
      ? {
          tokens: {
            input: get(metrics, 'input_tokens') ?? get(metrics, 'prompt_tokens'),
            output: get(metrics, 'output_tokens') ?? get(metrics, 'completion_tokens'),
            cacheRead: get(metrics, 'cache_read_input_tokens'),
            cacheWrite: get(metrics, 'cache_write_input_tokens'),
            reasoning: get(metrics, 'reasoning_output_tokens'),
          },
          // Counted in nanodollars.
          cost: nanodollars(get(metrics, 'estimated_total_cost')),
        }
      : {}),
    sessionId: asText(get(span, 'session_id')) ?? asText(get(around, 'session_id')) ?? tag('session_id'),
    userId: tag('user_id') ?? tag('user.id'),
    tags,
    metadata,
    raw: span,
  });
}

/** What evaluators found of a span, by the names of their evaluations. */
function datadogScores(span: JsonObject): StoreItem[] {
  const spanId = asText(get(span, 'span_id'));
  if (spanId === null) return [];
  return Object.entries(asRecord(get(span, 'evaluation'))).map(([name, found]) =>
    platformScore({
      spanId,
      traceId: asText(get(span, 'trace_id')),
      name,
      value: get(found, 'value') ?? get(found, 'assessment'),
      explanation: get(found, 'reasoning'),
    }),
  );
}

function nanodollars(value: unknown): number | null {
  const n = asNumber(value);
  return n === null ? null : n / 1e9;
}

const datadog: TraceStore = {
  name: 'Datadog LLM Observability',
  mark: 'spans of LLM Observability',
  confidence: 0.95,
  knows: (record) => {
    const attributes = get(record, 'attributes');
    const isExported = isObject(attributes) && has(attributes, 'span_id', 'span_kind');
    const batch = Array.isArray(get(record, 'spans')) ? asArray(get(record, 'spans'))[0] : undefined;
    const first = batch ?? asArray(get(attributes, 'spans'))[0] ?? record;
    const meta = get(first, 'meta');
    const isRaw = isObject(first) && has(first, 'span_id', 'start_ns') && isObject(meta);
    return isExported || isRaw || has(record, 'span_id', 'span_kind', 'ml_app');
  },
  read: (record) => {
    const attributes = asRecord(get(record, 'attributes'));
    const [holder, key] = Array.isArray(get(record, 'spans'))
      ? [record, '/spans']
      : [attributes, '/attributes/spans'];
    const spans = get(holder, 'spans');
    if (Array.isArray(spans))
      return spans.map((span: unknown, i) => ({
        ...(isObject(span) ? datadogSpan(span, holder) : { reject: 'not an object' }),
        at: `${key}/${String(i)}`,
      }));
    const span = has(attributes, 'span_id') ? attributes : record;
    return [datadogSpan(span, record), ...datadogScores(span)];
  },
};

const POSTHOG_KINDS: Readonly<Record<string, string>> = {
  $ai_generation: 'llm',
  $ai_embedding: 'embedding',
  $ai_span: 'chain',
  $ai_trace: 'chain',
};

function posthogLabel(event: string, props: unknown, record: JsonObject): StoreItem {
  const traceId = asText(get(props, '$ai_trace_id'));
  if (traceId === null) return { skip: 'feedback that names no trace left out' };
  const isFeedback = event === '$ai_feedback';
  const name = isFeedback ? 'feedback' : asText(get(props, '$ai_metric_name'));
  const value = isFeedback ? get(props, '$ai_feedback_text') : get(props, '$ai_metric_value');
  const item = platformScore({
    spanId: asText(get(props, '$ai_span_id')) ?? traceId,
    traceId,
    name: name ?? 'metric',
    value,
    ...(isFeedback ? { source: 'human' } : {}),
    annotator: get(record, 'distinct_id'),
    id: asText(get(record, 'uuid')),
  });
  if ('label' in item && get(props, '$ai_span_id') === undefined) delete item.label.spanId;
  return item;
}

const posthog: TraceStore = {
  name: 'PostHog',
  mark: 'events named $ai_…',
  confidence: 0.95,
  knows: (record) =>
    has(record, 'event', 'properties') &&
    (get(record, 'event') === null || (asText(get(record, 'event'))?.startsWith('$ai_') ?? false)) &&
    (get(record, 'event') !== null || has(record, 'distinct_id')),
  leavesOut: (record) =>
    has(record, 'event', 'properties', 'distinct_id')
      ? 'events that are not of a language model left out'
      : null,
  read: (record) => {
    const event = asText(get(record, 'event')) ?? '';
    const props = inside(record, 'properties');
    if (event === '$ai_feedback' || event === '$ai_metric') return [posthogLabel(event, props, record)];
    if (!Object.hasOwn(POSTHOG_KINDS, event)) return [{ skip: `event "${event.slice(0, 80)}" left out` }];
    const of = (key: string): unknown => get(props, `$ai_${key}`);
    const traceId = asText(of('trace_id'));
    const isTrace = event === '$ai_trace';
    const name = asText(of('span_name'));
    const output = of('output_choices') ?? of('output_state') ?? of('output');
    const input = of('input') ?? of('input_state');
    const isTool = event === '$ai_span' && /^tool\b|[-_ ]tool$/i.test(name ?? '');
    return [
      platformSpan({
        spanId: isTrace
          ? (traceId ?? asText(get(record, 'uuid')))
          : (asText(of('span_id')) ?? asText(of('generation_id')) ?? asText(get(record, 'uuid'))),
        parentSpanId: isTrace ? null : (asText(of('parent_id')) ?? traceId),
        traceId,
        name: name ?? event.slice(1),
        type: isTool ? 'tool' : (POSTHOG_KINDS[event] ?? 'chain'),
        // Events are sent when the work is done.
        start: undefined,
        end: get(record, 'timestamp'),
        durationNs: lengthNs(of('latency'), SECOND) ?? 0,
        input: event === '$ai_generation' ? { messages: parseMaybe(input), tools: of('tools') } : input,
        output,
        isError: of('is_error') === true || of('is_error') === 'true',
        error: of('error'),
        model: of('model'),
        provider: of('provider'),
        tokens: {
          input: of('input_tokens'),
          output: of('output_tokens'),
          cacheRead: of('cache_read_input_tokens'),
          cacheWrite: of('cache_creation_input_tokens'),
          reasoning: of('reasoning_tokens'),
        },
        cost: of('total_cost_usd'),
        sessionId: asText(of('session_id')),
        userId: asText(get(record, 'distinct_id')),
        raw: record,
      }),
    ];
  },
};

export const PLATFORM_EVENTS: readonly TraceStore[] = [datadog, posthog];
