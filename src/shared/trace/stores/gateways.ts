/**
 * Calls as gateways and proxies in front of language models log them, a request with its answer each: Helicone, LiteLLM,
 * Portkey and Lunary. Owns their field names only; requests and answers are in the shapes of the providers.
 * https://docs.helicone.ai/, https://docs.litellm.ai/docs/proxy/logging_spec, https://portkey.ai/docs/
 */
import { asArray, asNumber, asText, at, get, isObject, parseMaybe, type JsonObject } from '../json';
import { either } from '../otel-value';
import { asRecord, inside, kindWord, platformScore, platformSpan, SAME_WORDS } from './platform-call';
import { has, lengthNs, mapOf, type StoreItem, type TraceStore } from './store-record';

const MS = 1_000_000;

/** An answer of a provider that is an error instead. */
function errorIn(answer: unknown): unknown {
  return get(answer, 'choices') === undefined ? (get(answer, 'error') ?? undefined) : undefined;
}

/** Message of a property whose name may be written in any case. */
function property(bag: Readonly<Record<string, unknown>>, name: string): string | null {
  const key = Object.keys(bag).find((one) => one.toLowerCase() === name);
  return key === undefined ? null : asText(bag[key]);
}

const helicone: TraceStore = {
  name: 'Helicone',
  mark: 'request_id with request and response bodies',
  confidence: 0.94,
  knows: (record) =>
    (has(record, 'request_id') || has(record, 'request_created_at')) &&
    (has(record, 'request_body') || has(record, 'response_body') || has(record, 'request_properties')),
  read: (record) => {
    const id = asText(either(record, 'request_id', 'response_id', 'id'));
    const properties = mapOf(either(record, 'request_properties', 'properties'));
    const [request, answer] = [inside(record, 'request_body'), inside(record, 'response_body')];
    const status = asNumber(either(record, 'response_status', 'status'));
    const error = errorIn(answer);
    const sessionId = property(properties, 'helicone-session-id');
    const usage = get(answer, 'usage');
    const span = platformSpan({
      spanId: id,
      traceId: id,
      name: property(properties, 'helicone-session-path') ?? 'chat',
      type: 'llm',
      start: either(record, 'request_created_at', 'created_at'),
      end: get(record, 'response_created_at'),
      durationNs: lengthNs(either(record, 'delay_ms', 'latency'), MS),
      input: request,
      output: error === undefined ? answer : undefined,
      isError: status !== null && (status >= 400 || status < 0),
      error,
      model:
        either(record, 'response_model', 'request_model', 'model', 'model_override') ?? get(request, 'model'),
      provider: get(record, 'provider'),
      tokens: {
        input: get(record, 'prompt_tokens') ?? get(usage, 'prompt_tokens') ?? get(usage, 'input_tokens'),
        output:
          get(record, 'completion_tokens') ?? get(usage, 'completion_tokens') ?? get(usage, 'output_tokens'),
        cacheRead: get(record, 'prompt_cache_read_tokens'),
        cacheWrite: get(record, 'prompt_cache_write_tokens'),
      },
      cost: either(record, 'costUSD', 'cost_usd', 'cost'),
      sessionId,
      userId: asText(either(record, 'request_user_id', 'user_id')),
      metadata: properties,
      raw: record,
    });
    if (id === null) return [span];
    const scores = Object.entries(mapOf(get(record, 'scores'))).map(([name, score]) =>
      platformScore({ spanId: id, traceId: id, name, value: get(score, 'value') ?? score }),
    );
    const rating = either(record, 'feedback_rating', 'helicone_feedback_rating');
    if (rating === undefined) return [span, ...scores];
    return [
      span,
      ...scores,
      platformScore({ spanId: id, traceId: id, name: 'user feedback', value: rating, source: 'human' }),
    ];
  },
};

const liteLlm: TraceStore = {
  name: 'LiteLLM',
  mark: 'call_type with startTime and the messages of a call',
  confidence: 0.94,
  knows: (record) =>
    has(record, 'call_type') &&
    has(record, 'startTime') &&
    (has(record, 'messages') || has(record, 'spend') || has(record, 'response_cost')),
  read: (record) => {
    const metadata = asRecord(inside(record, 'metadata'));
    const id = asText(either(record, 'id', 'request_id', 'litellm_call_id'));
    const answer = inside(record, 'response');
    const isFailed = get(record, 'status') === 'failure' || get(metadata, 'status') === 'failure';
    const isEmbedding = /embedding/.test(asText(get(record, 'call_type')) ?? '');
    const sent = inside(record, 'messages');
    const asked = isEmpty(sent) ? inside(record, 'proxy_server_request') : sent;
    const details =
      at(answer, 'usage', 'prompt_tokens_details') ?? at(metadata, 'usage_object', 'prompt_tokens_details');
    return [
      platformSpan({
        spanId: id,
        traceId: asText(get(record, 'trace_id')) ?? id,
        name: asText(get(record, 'call_type')),
        type: isEmbedding ? 'embedding' : 'llm',
        start: get(record, 'startTime'),
        end: get(record, 'endTime'),
        input: Array.isArray(asked) ? { messages: asked } : asked,
        output: isFailed ? undefined : answer,
        isError: isFailed,
        error: either(record, 'error_information', 'error_str') ?? get(metadata, 'error_information'),
        model: get(record, 'model'),
        provider: get(record, 'custom_llm_provider'),
        tokens: {
          input: get(record, 'prompt_tokens'),
          output: get(record, 'completion_tokens'),
          cacheRead: get(details, 'cached_tokens'),
        },
        cost: either(record, 'response_cost', 'spend'),
        sessionId:
          asText(get(record, 'session_id')) ??
          asText(get(metadata, 'session_id')) ??
          asText(at(metadata, 'requester_metadata', 'session_id')),
        userId:
          asText(either(record, 'end_user', 'user')) ?? asText(get(metadata, 'user_api_key_end_user_id')),
        tags: get(record, 'request_tags'),
        metadata,
        raw: record,
      }),
    ];
  },
};

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    (isObject(value) && Object.keys(value).length === 0) ||
    (Array.isArray(value) && value.length === 0)
  );
}

/** A body that may be wrapped with its headers and address. */
function bodyOf(value: unknown): unknown {
  const parsed = parseMaybe(value);
  return parseMaybe(get(parsed, 'body')) ?? parsed;
}

const portkey: TraceStore = {
  name: 'Portkey',
  mark: 'ai_model or ai_org with request and response',
  confidence: 0.94,
  knows: (record) =>
    has(record, 'request', 'response') &&
    ['ai_org', 'ai_model', 'ai_provider', 'is_proxy_call'].some((key) => has(record, key)),
  read: (record) => {
    const [request, answer] = [bodyOf(get(record, 'request')), bodyOf(get(record, 'response'))];
    const metadata = asRecord(inside(record, 'metadata'));
    const id = asText(get(record, 'id')) ?? asText(get(record, 'span_id'));
    const status = asNumber(either(record, 'response_status_code', 'status_code'));
    const error = errorIn(answer);
    const span = platformSpan({
      spanId: asText(get(record, 'span_id')) ?? id,
      parentSpanId: asText(get(record, 'parent_span_id')),
      traceId: asText(get(record, 'trace_id')) ?? id,
      name: asText(get(record, 'span_name')) ?? 'chat',
      type: 'llm',
      start: either(record, 'created_at', 'time_of_generation'),
      durationNs: lengthNs(either(record, 'response_time', 'latency'), MS),
      input: request,
      output: error === undefined ? answer : undefined,
      isError: status !== null && status >= 400,
      error,
      model: get(record, 'ai_model') ?? get(request, 'model'),
      provider: either(record, 'ai_org', 'ai_provider'),
      tokens: {
        input:
          either(record, 'req_units', 'request_units', 'prompt_tokens') ??
          at(answer, 'usage', 'prompt_tokens'),
        output:
          either(record, 'res_units', 'response_units', 'completion_tokens') ??
          at(answer, 'usage', 'completion_tokens'),
      },
      // Counted in cents.
      cost: cents(get(record, 'cost')),
      sessionId: asText(get(metadata, '_session_id')),
      userId: asText(get(metadata, '_user')),
      metadata,
      raw: record,
    });
    return [span, ...portkeyFeedback(record, id)];
  },
};

function cents(value: unknown): number | null {
  const n = asNumber(value);
  return n === null ? null : n / 100;
}

function portkeyFeedback(record: JsonObject, id: string | null): StoreItem[] {
  const given = parseMaybe(get(record, 'feedback'));
  const list = Array.isArray(given) ? asArray(given) : isObject(given) ? [given] : [];
  return id === null
    ? []
    : list.map((one, i) =>
        platformScore({
          spanId: id,
          traceId: asText(get(record, 'trace_id')),
          name: 'feedback',
          value: get(one, 'value'),
          source: 'human',
          id: `${id}:feedback:${String(i)}`,
        }),
      );
}

const LUNARY_WORDS = { ...SAME_WORDS, chat: 'chain', thread: 'chain', 'custom-event': 'event' };

const lunary: TraceStore = {
  name: 'Lunary',
  mark: 'a run of Lunary with createdAt and type',
  confidence: 0.85,
  knows: (record) =>
    has(record, 'type', 'createdAt', 'input', 'output') &&
    ['parentRunId', 'promptTokens', 'tokens', 'endedAt'].filter((key) => has(record, key)).length >= 2,
  read: (record) => {
    const id = asText(get(record, 'id'));
    const type = kindWord(get(record, 'type'), LUNARY_WORDS);
    const user = get(record, 'user');
    const tokens = get(record, 'tokens');
    const span = platformSpan({
      spanId: id,
      parentSpanId: asText(get(record, 'parentRunId')),
      // Runs name their parents, not their trace.
      traceId: asText(get(record, 'rootRunId')),
      name: asText(get(record, 'name')),
      type,
      start: get(record, 'createdAt'),
      end: get(record, 'endedAt'),
      input: get(record, 'input'),
      output: get(record, 'output'),
      isError: get(record, 'status') === 'error',
      error: get(record, 'error'),
      model: get(record, 'name'),
      tokens: {
        input: get(record, 'promptTokens') ?? get(tokens, 'prompt'),
        output: get(record, 'completionTokens') ?? get(tokens, 'completion'),
      },
      cost: get(record, 'cost'),
      sessionId: asText(get(record, 'threadId')),
      userId: asText(get(user, 'externalId')) ?? asText(get(user, 'id')),
      tags: get(record, 'tags'),
      metadata: get(record, 'metadata'),
      raw: record,
    });
    const feedback = asRecord(inside(record, 'feedback'));
    const thumb = asText(get(feedback, 'thumb')) ?? asText(get(feedback, 'thumbs'));
    if (id === null || thumb === null) return [span];
    return [
      span,
      platformScore({
        spanId: id,
        traceId: null,
        name: 'thumbs',
        value: thumb === 'up' ? 1 : thumb === 'down' ? 0 : thumb,
        source: 'human',
        explanation: get(feedback, 'comment'),
      }),
    ];
  },
};

export const GATEWAYS: readonly TraceStore[] = [helicone, liteLlm, portkey, lunary];
