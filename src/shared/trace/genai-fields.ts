/**
 * Single fields of a canonical span out of the attributes and events of one GenAI span.
 */
import type { SpanStatus } from '../model/span';
import { amountOf, subtree, textOf, type AttributeBag } from './attribute-bag';
import { readToolCall, type Side } from './genai-content';
import { toolResultFailed, toolResultText } from './genai-parts';
import type { GenAiSpan, SpanSource } from './genai-span';
import { asArray, asObject, asText, get, parseMaybe, toJsonText } from './json';
import { langfuseUsage } from './langfuse-usage';

const INPUT_TOKENS = [
  'gen_ai.usage.input_tokens',
  'gen_ai.usage.prompt_tokens',
  'gen_ai.response.prompt_tokens',
  'llm.token_count.prompt',
  'llm.usage.prompt_tokens',
  'ai.usage.inputTokens',
  'ai.usage.promptTokens',
  'codex.turn.token_usage.input_tokens',
];
const OUTPUT_TOKENS = [
  'gen_ai.usage.output_tokens',
  'gen_ai.usage.completion_tokens',
  'gen_ai.response.completion_tokens',
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

type Tokens = Record<
  'inputTokens' | 'outputTokens' | 'cacheReadTokens' | 'cacheWriteTokens' | 'reasoningTokens' | 'costUsd',
  number | null
>;

/** Tokens and cost, under any of the names in use; the Langfuse SDK keeps both in JSON of its own. */
export function usage(bag: AttributeBag): Tokens {
  const details = bag['langfuse.observation.usage_details'];
  const costs = bag['langfuse.observation.cost_details'];
  const given = details !== undefined || costs !== undefined ? langfuseUsage(details, costs) : null;
  return {
    inputTokens: whole(amountOf(bag, INPUT_TOKENS)) ?? given?.inputTokens ?? null,
    outputTokens: whole(amountOf(bag, OUTPUT_TOKENS)) ?? given?.outputTokens ?? null,
    cacheReadTokens: whole(amountOf(bag, CACHE_READ)) ?? given?.cacheReadTokens ?? null,
    cacheWriteTokens: whole(amountOf(bag, CACHE_WRITE)) ?? given?.cacheWriteTokens ?? null,
    reasoningTokens: whole(amountOf(bag, REASONING)) ?? given?.reasoningTokens ?? null,
    costUsd:
      amountOf(bag, [
        'llm.cost.total',
        'gen_ai.usage.cost',
        'operation.cost',
        'gen_ai.usage.total_cost',
        'gen_ai.cost.total_cost',
      ]) ??
      given?.costUsd ??
      null,
  };
}

/** Status, message and type of an error, from the status, `error.*` attributes and exception events. */
export function failure(source: SpanSource): {
  status: SpanStatus;
  statusMessage: string | null;
  errorType: string | null;
} {
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
    textOf(source.attributes, ['error.message', 'exception.message', 'langfuse.observation.status_message']);
  // An exception that did not leave the span was dealt with inside it.
  const escaped = exception === undefined ? null : textOf(exception.attributes, ['exception.escaped']);
  const isHandled = escaped?.toLowerCase() === 'false';
  // `error.type` is only ever set when the operation ended in an error.
  const isError =
    (exception !== undefined && !isHandled) ||
    textOf(source.attributes, ['error.type']) !== null ||
    textOf(source.attributes, ['langfuse.observation.level'])?.toUpperCase() === 'ERROR';
  const failed = source.status === 'unset' && isError;
  return { status: failed ? 'error' : source.status, statusMessage: message, errorType };
}

/** The agent a span names; for agent spans also from the span name. */
export function agentNameOf(source: SpanSource, kind: GenAiSpan['kind']): string | null {
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

/** Name, call id, arguments and result of a tool span. */
export function toolFields(source: SpanSource): Partial<GenAiSpan> {
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

/** Query and documents of a retrieval. */
export function retrievalFields(source: SpanSource, input: Side, output: Side): Partial<GenAiSpan> {
  const documents =
    parseMaybe(subtree(source.attributes, 'retrieval.documents')) ??
    parseMaybe(subtree(source.attributes, 'reranker.output_documents')) ??
    parseMaybe(source.attributes['gen_ai.retrieval.documents']);
  const texts = asArray(documents).flatMap((one) => {
    const document = asObject(get(one, 'document')) ?? asObject(one);
    const content = asText(get(document, 'content')) ?? asText(get(document, 'document.content'));
    return content ?? asText(get(document, 'text')) ?? asText(get(document, 'title')) ?? [];
  });
  const query = textOf(source.attributes, ['gen_ai.retrieval.query.text', 'reranker.query']);
  const given: unknown = documents ?? output.raw;
  const fallback = given === null || given === undefined ? null : toolResultText(given);
  return {
    input: query ?? input.raw,
    output: documents === undefined ? output.raw : toJsonText(documents),
    text: texts.length > 0 ? texts.join('\n\n') : fallback,
  };
}

/** What a span that touches the world (http, db, …) asked for. */
export function worldFields(source: SpanSource, input: Side, output: Side): Partial<GenAiSpan> {
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
