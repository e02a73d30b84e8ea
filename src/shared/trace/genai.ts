/**
 * The meaning of one GenAI span: attributes and events of any instrumentation in, a canonical span out. Looks at the
 * span alone; what depends on the other spans of its trace is in genai-trace.ts.
 */
import { countOf, firstOf, subtree, textOf, type AttributeBag } from './attribute-bag';
import { readConversation, readQuestion, spokenText } from './genai-conversation';
import { otherAttributes, readInput, readOutput, readToolCall, type Side } from './genai-content';
import { readContext, readSession, withMetadata, type SessionClaim } from './genai-context';
import { readKind, type Reading } from './genai-kind';
import { annotationLabels, evaluationLabel, evaluatorLabel } from './genai-label';
import { toolResultFailed, toolResultText, type GenAiMessage } from './genai-message';
import type { GenAiLabel, GenAiSpan, SpanEvent, SpanSource } from './genai-span';
import { asArray, asObject, asString, asText, get, parseMaybe, toJsonText } from './json';

/** A span with what its trace still needs to know of it. */
export interface Understood {
  span: GenAiSpan;
  labels: GenAiLabel[];
  session: SessionClaim | null;
  /** What a user asked, read from the input of a container; empty for other kinds. */
  question: readonly GenAiMessage[];
  /** What the container said in the end, and the messages it is known by. */
  answer: { text: string | null; messages: readonly GenAiMessage[] };
  /** Names of span events that say nothing this reader knows. */
  unknownEvents: string[];
}

const INPUT_TOKENS = [
  'gen_ai.usage.input_tokens',
  'gen_ai.usage.prompt_tokens',
  'llm.token_count.prompt',
  'llm.usage.prompt_tokens',
  'ai.usage.inputTokens',
  'ai.usage.promptTokens',
  'codex.turn.token_usage.input_tokens',
];
const OUTPUT_TOKENS = [
  'gen_ai.usage.output_tokens',
  'gen_ai.usage.completion_tokens',
  'llm.token_count.completion',
  'llm.usage.completion_tokens',
  'ai.usage.outputTokens',
  'ai.usage.completionTokens',
  'codex.turn.token_usage.output_tokens',
];
const CACHE_READ = [
  'gen_ai.usage.cache_read.input_tokens',
  'gen_ai.usage.cache_read_input_tokens',
  'gen_ai.usage.cached_tokens',
  'llm.token_count.prompt_details.cache_read',
  'ai.usage.cachedInputTokens',
  'ai.usage.inputTokenDetails.cacheReadTokens',
  'codex.turn.token_usage.cached_input_tokens',
];
const CACHE_WRITE = [
  'gen_ai.usage.cache_creation.input_tokens',
  'gen_ai.usage.cache_creation_input_tokens',
  'gen_ai.usage.cache_write_input_tokens',
  'llm.token_count.prompt_details.cache_write',
  'ai.usage.inputTokenDetails.cacheWriteTokens',
];
const REASONING = [
  'gen_ai.usage.reasoning.output_tokens',
  'gen_ai.usage.reasoning_tokens',
  'gen_ai.usage.details.reasoning_tokens',
  'gen_ai.usage.details.thoughts_tokens',
  'llm.token_count.completion_details.reasoning',
  'ai.usage.reasoningTokens',
  'ai.usage.outputTokenDetails.reasoningTokens',
  'codex.turn.token_usage.reasoning_output_tokens',
];

function whole(value: number | null): number | null {
  return value === null ? null : Math.round(value);
}

function usage(bag: AttributeBag): Partial<GenAiSpan> {
  return {
    inputTokens: whole(countOf(bag, INPUT_TOKENS)),
    outputTokens: whole(countOf(bag, OUTPUT_TOKENS)),
    cacheReadTokens: whole(countOf(bag, CACHE_READ)),
    cacheWriteTokens: whole(countOf(bag, CACHE_WRITE)),
    reasoningTokens: whole(countOf(bag, REASONING)),
    costUsd: countOf(bag, [
      'llm.cost.total',
      'gen_ai.usage.cost',
      'operation.cost',
      'gen_ai.usage.total_cost',
    ]),
  };
}

function failure(source: SpanSource): Partial<GenAiSpan> {
  const exception = source.events.find(
    (event) =>
      event.name === 'exception' ||
      event.name.endsWith('.exception') ||
      event.attributes['exception.type'] !== undefined,
  );
  const errorType =
    textOf(source.attributes, ['error.type']) ??
    textOf(exception?.attributes ?? source.attributes, ['exception.type']);
  const message =
    source.statusMessage ??
    textOf(exception?.attributes ?? source.attributes, ['exception.message']) ??
    textOf(source.attributes, ['error.message', 'exception.message']);
  // `error.type` is only ever set when the operation ended in an error.
  const failed = source.status === 'unset' && textOf(source.attributes, ['error.type']) !== null;
  return { status: failed ? 'error' : source.status, statusMessage: message, errorType };
}

function agentNameOf(source: SpanSource, kind: GenAiSpan['kind']): string | null {
  const named = textOf(source.attributes, ['gen_ai.agent.name', 'agent.name', 'agent_name']);
  if (named !== null || kind !== 'agent') return named;
  const entity = textOf(source.attributes, [
    'traceloop.entity.name',
    'graph.node.id',
    'ai.telemetry.functionId',
  ]);
  if (entity !== null) return entity;
  const inName =
    /^(?:invoke_agent|create_agent) (.+)$/.exec(source.name) ??
    /^(?:agent_run|agent run) \[?([^\]]+)\]?$/.exec(source.name) ??
    /^(.+)\.(?:agent|run)$/.exec(source.name);
  return inName?.[1] ?? null;
}

function toolNameOf(source: SpanSource): string {
  const named = textOf(source.attributes, [
    'gen_ai.tool.name',
    'tool.name',
    'ai.toolCall.name',
    'tool_name',
    'mcp.tool.name',
  ]);
  if (named !== null) return named;
  const entity = textOf(source.attributes, ['traceloop.entity.name']);
  return (
    entity ??
    source.name.replace(/^(execute_tool |running tool: |tools\/call |tool\.)/, '').replace(/\.tool$/, '')
  );
}

/** What an emitter's own events are called where every event became a span (BeeAI): `….start-12`. */
const EMITTED = /\.(start|finish|update|partial_update|new_?token|retry|error|success)-\d+$/i;

/** The events around a piece of work are no work of their own; only the one that holds its content is. */
function kindOfEmitted(reading: Reading, source: SpanSource): Reading {
  if (!EMITTED.test(source.name)) return reading;
  if (reading.kind === 'agent') return { ...reading, kind: 'event' };
  const { arguments: args, result } = readToolCall(source);
  const isEmpty =
    args === undefined &&
    result === undefined &&
    readInput(source).raw === null &&
    readOutput(source).raw === null;
  return isEmpty && (reading.kind === 'tool' || reading.kind === 'llm')
    ? { ...reading, kind: 'event' }
    : reading;
}

/** Kinds that only the content tells: a LangChain tool message or model result as a plain span's output. */
function kindOfContent(reading: Reading, source: SpanSource): Reading {
  if (reading.kind !== 'chain' || reading.isEvaluator) return reading;
  const body = source.events
    .map((event) => get(asObject(parseMaybe(event.body)), 'output'))
    .find((one) => one !== undefined);
  const result =
    source.output ??
    firstOf(source.attributes, ['output.value', 'langfuse.observation.output']) ??
    get(asArray(get(body, 'messages'))[0], 'content');
  const output = asObject(parseMaybe(result));
  if (!output) return reading;
  const message = asObject(get(output, 'kwargs')) ?? output;
  if (asText(get(message, 'tool_call_id')) !== null && get(message, 'messages') === undefined)
    return { ...reading, kind: 'tool' };
  return Array.isArray(get(output, 'generations')) ? { ...reading, kind: 'llm' } : reading;
}

function toolFields(source: SpanSource): Partial<GenAiSpan> {
  const call = readToolCall(source);
  const result = asObject(parseMaybe(call.result));
  const inner = asObject(get(result, 'kwargs')) ?? result;
  const fields: Partial<GenAiSpan> = {
    toolName: toolNameOf(source),
    toolCallId:
      textOf(source.attributes, ['gen_ai.tool.call.id', 'tool_call.id', 'ai.toolCall.id', 'tool.id']) ??
      call.id ??
      asText(get(inner, 'tool_call_id')),
    input: toJsonText(call.arguments),
    output: toJsonText(call.result),
    text: call.result === undefined ? null : toolResultText(call.result),
  };
  if (
    fields.toolName === source.name &&
    asText(get(inner, 'name')) !== null &&
    get(inner, 'tool_call_id') !== undefined
  )
    fields.toolName = asText(get(inner, 'name'));
  if (toolResultFailed(call.result) || textOf(source.attributes, ['gen_ai.tool.status']) === 'error') {
    fields.status = 'error';
    fields.statusMessage = source.statusMessage ?? fields.text?.slice(0, 500) ?? null;
  }
  return fields;
}

function retrievalFields(source: SpanSource, input: Side, output: Side): Partial<GenAiSpan> {
  const documents =
    subtree(source.attributes, 'retrieval.documents') ??
    subtree(source.attributes, 'reranker.output_documents');
  const texts = asArray(documents).flatMap((one) => {
    const document = asObject(get(one, 'document')) ?? asObject(one);
    return asText(get(document, 'content')) ?? asText(get(document, 'document.content')) ?? [];
  });
  const query = textOf(source.attributes, ['gen_ai.retrieval.query.text', 'reranker.query']);
  const fallback = output.raw === null ? null : toolResultText(output.raw);
  return {
    input: query ?? input.raw,
    output: documents === undefined ? output.raw : toJsonText(documents),
    text: texts.length > 0 ? texts.join('\n\n') : fallback,
  };
}

function worldFields(source: SpanSource, input: Side, output: Side): Partial<GenAiSpan> {
  const bag = source.attributes;
  const asked = textOf(bag, [
    'db.query.text',
    'db.statement',
    'url.full',
    'http.url',
    'process.command_line',
    'file.path',
    'rpc.method',
    'messaging.destination.name',
  ]);
  const method = textOf(bag, ['http.request.method', 'http.method']);
  return {
    input: input.raw ?? (asked === null ? null : [method, asked].filter((one) => one !== null).join(' ')),
    output: output.raw,
  };
}

const KNOWN_EVENT = /^(exception|gen_ai\.|.*\.exception$|openinference\.)/;

function unknownEvents(events: readonly SpanEvent[]): string[] {
  return events
    .filter(
      (event) =>
        !KNOWN_EVENT.test(event.name) &&
        event.attributes['exception.type'] === undefined &&
        event.body === undefined,
    )
    .map((event) => event.name.slice(0, 80));
}

function labelsOf(source: SpanSource, reading: Reading): GenAiLabel[] {
  const target = { traceId: source.traceId, spanId: source.spanId };
  const events = source.events.filter((event) => event.name === 'gen_ai.evaluation.result');
  const labels = events.flatMap((event, index) => evaluationLabel(event, target, index) ?? []);
  labels.push(...annotationLabels(source.attributes, source));
  const judged = reading.isEvaluator ? evaluatorLabel(source) : null;
  return judged ? [...labels, judged] : labels;
}

function contentFields(
  source: SpanSource,
  kind: GenAiSpan['kind'],
  input: Side,
  output: Side,
): Partial<GenAiSpan> {
  switch (kind) {
    case 'tool':
      return toolFields(source);
    case 'retrieval':
      return retrievalFields(source, input, output);
    case 'environment':
      return worldFields(source, input, output);
    case 'llm':
      return {
        input: input.raw,
        output: output.raw,
        text: spokenText(output.messages),
        history: { input: input.messages, output: output.messages },
      };
    case 'embedding':
      return {
        input: input.raw ?? toJsonText(subtree(source.attributes, 'embedding.embeddings')),
        output: null,
      };
    case 'guardrail':
    case 'event':
      return {
        input: input.raw,
        output: output.raw,
        text: output.raw === null ? null : toolResultText(output.raw),
      };
    case 'agent':
    case 'chain':
    case 'memory':
    case 'system':
    case 'user':
      return { input: input.raw, output: output.raw };
  }
}

/** What a span means by itself. Ids, times and status are taken as they are; nothing absent is made up. */
export function understand(source: SpanSource): Understood {
  const bag = withMetadata(source.attributes);
  const reading = kindOfEmitted(kindOfContent(readKind(source), source), source);
  const input = reading.kind === 'tool' ? { raw: null, messages: [] } : readInput(source);
  const output = reading.kind === 'tool' ? { raw: null, messages: [] } : readOutput(source);
  const { tags, ...context } = readContext(bag, source.resource);
  const others = otherAttributes(source.attributes);
  if (Object.keys(source.resource).length > 0) others['resource'] = source.resource;
  if (source.scope !== null) others['scope'] = source.scope;
  const span: GenAiSpan = {
    spanId: source.spanId,
    parentSpanId: source.parentSpanId,
    traceId: source.traceId,
    kind: reading.kind,
    name: source.name,
    operation: reading.operation,
    agentName: agentNameOf(source, reading.kind),
    model: textOf(bag, [
      'gen_ai.response.model',
      'llm.response.model_name',
      'gen_ai.request.model',
      'llm.model_name',
      'llm.request.model_name',
      'ai.response.model',
      'ai.model.id',
      'embedding.model_name',
      'model_name',
      'metadata.ls_model_name',
      'model',
    ]),
    provider: textOf(bag, [
      'gen_ai.provider.name',
      'gen_ai.system',
      'llm.provider',
      'llm.system',
      'ai.model.provider',
      'metadata.ls_provider',
    ]),
    startNs: source.startNs,
    endNs: source.endNs,
    ...failure(source),
    ...usage(bag),
    ...context,
    ...contentFields(source, reading.kind, input, output),
    attributes: others,
    raw: source.raw,
  };
  if (tags.length > 0) span.tags = tags;
  const isContainer = reading.kind === 'agent' || reading.kind === 'chain';
  const question = isContainer && !reading.isEvaluator ? questionOf(source, input) : [];
  return {
    span: { ...span, ...source.stated },
    labels: labelsOf(source, reading),
    session: readSession(bag),
    question,
    answer: isContainer ? answerOf(output) : { text: null, messages: [] },
    unknownEvents: unknownEvents(source.events),
  };
}

function questionOf(source: SpanSource, input: Side): readonly GenAiMessage[] {
  if (input.messages.some((message) => message.role === 'user'))
    return input.messages.filter((message) => message.role !== 'system');
  const trace = firstOf(source.attributes, ['langfuse.trace.input']);
  return readQuestion(input.raw ?? trace ?? undefined);
}

function answerOf(output: Side): Understood['answer'] {
  const spoken = spokenText(output.messages);
  const shaped = output.raw === null ? null : readConversation(output.raw, 'assistant');
  return { text: spoken ?? asString(output.raw), messages: shaped ?? [] };
}
