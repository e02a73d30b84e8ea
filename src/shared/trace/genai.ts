/**
 * The meaning of one GenAI span: attributes and events of any instrumentation in, a canonical span out. Looks at the
 * span alone; what depends on the other spans of its trace is in genai-trace.ts.
 */
import { firstOf, subtree, textOf } from './attribute-bag';
import { readAnswer, readConversation, readQuestion, spokenText } from './genai-conversation';
import { otherAttributes, readInput, readOutput, readToolCall, type Side } from './genai-content';
import { readContext, readSession, withMetadata, type SessionClaim } from './genai-context';
import { readKind, type Reading } from './genai-kind';
import { inKnownWords } from './genai-dialect';
import { annotationLabels, evaluationLabel, evaluatorLabel } from './genai-label';
import { agentNameOf, failure, retrievalFields, toolFields, usage, worldFields } from './genai-fields';
import type { GenAiMessage } from './genai-message';
import { toolResultText } from './genai-parts';
import type { GenAiLabel, GenAiSpan, SpanEvent, SpanSource } from './genai-span';
import { asArray, asObject, asText, get, parseMaybe, toJsonText } from './json';

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
export function understand(given: SpanSource): Understood {
  const source = inKnownWords(given);
  const bag = withMetadata(source.attributes);
  const reading = kindOfEmitted(kindOfContent(readKind(source), source), source);
  const input = reading.kind === 'tool' ? { raw: null, messages: [] } : readInput(source);
  const output = reading.kind === 'tool' ? { raw: null, messages: [] } : readOutput(source);
  const { tags, ...context } = readContext(bag, source.resource);
  const others = otherAttributes(source.attributes);
  if (Object.keys(source.resource).length > 0) others['resource'] = source.resource;
  if (source.scope !== null) others['scope'] = source.scope;
  const { status, statusMessage, errorType } = failure(source);
  const tokens = usage(bag);
  // Told field by field: to spread objects into one another takes longer than to read them.
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
      'langfuse.observation.model.name',
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
    status,
    statusMessage,
    errorType,
    inputTokens: tokens.inputTokens,
    outputTokens: tokens.outputTokens,
    cacheReadTokens: tokens.cacheReadTokens,
    cacheWriteTokens: tokens.cacheWriteTokens,
    reasoningTokens: tokens.reasoningTokens,
    costUsd: tokens.costUsd,
    userId: context.userId,
    feature: context.feature,
    cohort: context.cohort,
    agentVersion: context.agentVersion,
    environment: context.environment,
    attributes: others,
    raw: source.raw,
  };
  Object.assign(span, contentFields(source, reading.kind, input, output));
  if (tags.length > 0) span.tags = tags;
  const isContainer = reading.kind === 'agent' || reading.kind === 'chain';
  const question = isContainer && !reading.isEvaluator ? questionOf(source, input) : [];
  return {
    span: source.stated ? Object.assign(span, source.stated) : span,
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
  const shaped = output.raw === null ? null : readConversation(output.raw, 'assistant');
  const spoken = shaped ? spokenText(output.messages) : null;
  return { text: spoken ?? readAnswer(output.raw), messages: shaped ?? [] };
}
