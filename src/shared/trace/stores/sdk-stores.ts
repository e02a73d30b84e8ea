/**
 * Spans as SDKs and frameworks write them themselves: the exporter for standard output of OpenTelemetry's Go SDK, the trace files of
 * Genkit and the spans of Mastra. Owns their field names only.
 * https://pkg.go.dev/go.opentelemetry.io/otel/exporters/stdout/stdouttrace, https://genkit.dev/docs/observability/overview/ and
 * https://mastra.ai/docs/observability/tracing/overview
 */
import { newBag, type AttributeBag } from '../attribute-bag';
import { asArray, asText, at, get, isObject, parseMaybe, toJsonText, type JsonObject } from '../json';
import { asRecord, inside, kindWord, platformSpan, SAME_WORDS } from './platform-call';
import { has, storeEvent, storeSpan, type StoreItem, type TraceStore } from './store-record';

/** `[{Key, Value: {Type, Value}}]` as Go prints attributes. */
function goAttributes(list: unknown): AttributeBag {
  const bag = newBag();
  for (const item of asArray(list)) {
    const key = asText(get(item, 'Key'));
    const value = at(item, 'Value', 'Value');
    if (key !== null && value !== undefined && value !== null) bag[key] = value;
  }
  return bag;
}

const NO_ID = /^0+$/;

/** An id, and null for the zeros by which Go says that there is none. */
function goId(context: unknown, key: string): string | null {
  const id = asText(get(context, key));
  return id === null || NO_ID.test(id) ? null : id;
}

const goSdk: TraceStore = {
  name: 'OpenTelemetry’s Go SDK',
  mark: 'SpanContext and StartTime',
  confidence: 0.95,
  knows: (record) => has(record, 'SpanContext', 'StartTime') && isObject(get(record, 'SpanContext')),
  read: (record) => {
    const status = get(record, 'Status');
    return [
      storeSpan({
        spanId: goId(get(record, 'SpanContext'), 'SpanID'),
        traceId: goId(get(record, 'SpanContext'), 'TraceID'),
        parentSpanId: goId(get(record, 'Parent'), 'SpanID'),
        name: get(record, 'Name'),
        start: get(record, 'StartTime'),
        end: get(record, 'EndTime'),
        status: get(status, 'Code'),
        statusMessage: get(status, 'Description'),
        attributes: goAttributes(get(record, 'Attributes')),
        resource: goAttributes(get(record, 'Resource')),
        scope: at(record, 'InstrumentationScope', 'Name') ?? at(record, 'InstrumentationLibrary', 'Name'),
        events: asArray(get(record, 'Events')).map((event) =>
          storeEvent(get(event, 'Name'), get(event, 'Time'), goAttributes(get(event, 'Attributes'))),
        ),
        raw: record,
      }),
    ];
  },
};

const GENKIT_KINDS: Readonly<Record<string, string>> = {
  model: 'llm',
  'background-model': 'llm',
  tool: 'tool',
  'tool.v2': 'tool',
  agent: 'agent',
  retriever: 'retrieval',
  reranker: 'retrieval',
  embedder: 'embedding',
};

/** A message of Genkit, whose parts are told apart by the member they have, as chat messages. */
function genkitMessages(message: unknown): unknown[] {
  const parts = asArray(get(message, 'content'));
  const calls = parts
    .map((part) => get(part, 'toolRequest'))
    .filter(isObject)
    .map((call) => ({ id: get(call, 'ref'), name: get(call, 'name'), arguments: get(call, 'input') }));
  const results = parts
    .map((part) => get(part, 'toolResponse'))
    .filter(isObject)
    .map((result) => ({
      role: 'tool',
      tool_call_id: get(result, 'ref'),
      name: get(result, 'name'),
      content: toJsonText(get(result, 'output')),
    }));
  if (results.length > 0) return results;
  const role = asText(get(message, 'role'));
  return [
    {
      role: role === 'model' ? 'assistant' : role,
      content: parts.flatMap((part) => asText(get(part, 'text')) ?? []).join(''),
      ...(calls.length > 0 ? { tool_calls: calls } : {}),
    },
  ];
}

function genkitSpan(span: JsonObject): StoreItem {
  const attributes = asRecord(get(span, 'attributes'));
  const said = (key: string): unknown => get(attributes, `genkit:${key}`);
  const type = kindWord(said('metadata:subtype') ?? said('type'), GENKIT_KINDS);
  const [input, output] = [parseMaybe(said('input')), parseMaybe(said('output'))];
  const name = asText(said('name')) ?? asText(get(span, 'displayName'));
  const usage = get(output, 'usage');
  const answer = get(output, 'message') ?? at(output, 'candidates', 0, 'message');
  const messages = asArray(get(input, 'messages'));
  const isError = said('state') === 'error' || at(span, 'status', 'code') === 2;
  const failure = at(span, 'timeEvents', 'timeEvent', 0, 'annotation', 'attributes', 'exception.message');
  return platformSpan({
    spanId: asText(get(span, 'spanId')),
    parentSpanId: asText(get(span, 'parentSpanId')),
    traceId: asText(get(span, 'traceId')),
    name,
    type,
    start: get(span, 'startTime'),
    end: get(span, 'endTime'),
    input: type === 'llm' ? { messages: messages.flatMap(genkitMessages) } : input,
    output: type === 'llm' && answer !== undefined ? { messages: genkitMessages(answer) } : output,
    isError,
    error: isError ? (failure ?? at(span, 'status', 'message')) : undefined,
    model: name,
    ...(type === 'llm'
      ? {
          tokens: {
            input: get(usage, 'inputTokens'),
            output: get(usage, 'outputTokens'),
            cacheRead: get(usage, 'cachedContentTokens'),
            reasoning: get(usage, 'thoughtsTokens'),
          },
        }
      : {}),
    sessionId: asText(said('sessionId')) ?? asText(said('metadata:sessionId')),
    raw: span,
  });
}

const genkit: TraceStore = {
  name: 'Genkit',
  mark: 'spans by id with attributes named genkit:…',
  confidence: 0.95,
  knows: (record) => {
    const spans = get(record, 'spans');
    const first = isObject(spans) ? Object.values(spans)[0] : undefined;
    const names = Object.keys(asRecord(get(first, 'attributes')));
    return has(record, 'traceId') && names.some((name) => name.startsWith('genkit:'));
  },
  read: (record) =>
    Object.entries(asRecord(get(record, 'spans'))).map(([id, span]) => ({
      ...(isObject(span) ? genkitSpan(span) : { reject: 'not an object' }),
      at: `/spans/${id}`,
    })),
};

const MASTRA_KINDS: Readonly<Record<string, string>> = {
  ...SAME_WORDS,
  agent_run: 'agent',
  model_generation: 'llm',
  llm_generation: 'llm',
  tool_call: 'tool',
  mcp_tool_call: 'tool',
  rag_embedding: 'embedding',
};

/** What a model call of Mastra gave back, as a chat message. */
function mastraAnswer(output: unknown): unknown {
  const calls = asArray(get(output, 'toolCalls')).map((call) => {
    const held = isObject(get(call, 'payload')) ? get(call, 'payload') : call;
    return {
      id: get(held, 'toolCallId'),
      name: get(held, 'toolName'),
      arguments: get(held, 'args') ?? get(held, 'input'),
    };
  });
  const text = asText(get(output, 'text'));
  return text === null && calls.length === 0
    ? output
    : { role: 'assistant', content: text, ...(calls.length > 0 ? { tool_calls: calls } : {}) };
}

const mastra: TraceStore = {
  name: 'Mastra',
  mark: 'spanType and startedAt',
  confidence: 0.92,
  knows: (record) =>
    has(record, 'traceId', 'spanId', 'spanType') && (has(record, 'startedAt') || has(record, 'startTime')),
  read: (record) => {
    // Pieces of a stream, as events; the call has the whole.
    if (get(record, 'isEvent') === true) return [{ skip: 'events without a length left out' }];
    const word = asText(get(record, 'spanType'));
    const type = kindWord(word, MASTRA_KINDS);
    const [said, metadata] = [inside(record, 'attributes'), inside(record, 'metadata')];
    const usage = get(said, 'usage');
    const name = asText(get(record, 'entityName')) ?? asText(get(said, type === 'tool' ? 'toolId' : 'agentId'));
    const output = inside(record, 'output');
    return [
      platformSpan({
        spanId: asText(get(record, 'spanId')),
        parentSpanId: asText(get(record, 'parentSpanId')),
        traceId: asText(get(record, 'traceId')),
        name: type === 'tool' || type === 'agent' ? (name ?? quoted(get(record, 'name'))) : asText(get(record, 'name')),
        type,
        start: get(record, 'startedAt') ?? get(record, 'startTime'),
        end: get(record, 'endedAt') ?? get(record, 'endTime'),
        input: inside(record, 'input'),
        output: type === 'llm' ? mastraAnswer(output) : output,
        error: inside(record, 'error') ?? inside(record, 'errorInfo'),
        model: get(said, 'model'),
        provider: get(said, 'provider'),
        ...(type === 'llm'
          ? {
              tokens: {
                input: get(usage, 'inputTokens') ?? get(usage, 'promptTokens'),
                output: get(usage, 'outputTokens') ?? get(usage, 'completionTokens'),
                cacheRead: get(usage, 'promptCacheHitTokens') ?? at(usage, 'inputDetails', 'cacheRead'),
                reasoning: get(usage, 'reasoningTokens') ?? at(usage, 'outputDetails', 'reasoning'),
              },
            }
          : {}),
        sessionId:
          asText(get(record, 'threadId')) ??
          asText(get(metadata, 'threadId')) ??
          asText(get(said, 'conversationId')) ??
          asText(get(record, 'sessionId')),
        userId: asText(get(record, 'userId')) ?? asText(get(record, 'resourceId')) ?? asText(get(metadata, 'resourceId')),
        metadata,
        raw: record,
      }),
    ];
  },
}; // prettier-ignore

/** What `tool: 'weather'` and `agent run: 'desk'` have in quotes; else all of it. */
function quoted(name: unknown): string | null {
  const text = asText(name);
  return /: '([^']+)'/.exec(text ?? '')?.[1] ?? text;
}

export const SDK_STORES: readonly TraceStore[] = [goSdk, genkit, mastra];
