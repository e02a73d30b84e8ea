/**
 * A call or a step as the platforms for language models record it: one record with what went in and out, tokens, cost and
 * an error beside it. Owns turning those into what the rest of the family reads; knows no platform.
 */
import { newBag, type AttributeBag } from '../attribute-bag';
import { annotatorKindOf, labelKindOf } from '../genai-label';
import type { GenAiLabel, SpanSource } from '../genai-span';
import { asNumber, asText, get, isObject, parseMaybe, toJsonText, type JsonObject } from '../json';
import { otelTime } from '../otel-value';
import type { StoreItem } from './store-record';

/** What a platform says of one span; times as `otelTime` reads them, tokens and cost as numbers or digits. */
export interface PlatformCall {
  spanId: string | null;
  parentSpanId?: string | null;
  traceId?: string | null;
  name?: string | null;
  /** Word for its kind: llm, tool, agent, retrieval, embedding, guardrail, chain. */
  type: string;
  start: unknown;
  end?: unknown;
  /** Length in nanoseconds, where there is only a start or an end. */
  durationNs?: number | null;
  input?: unknown;
  output?: unknown;
  isError?: boolean;
  /** A text or an object that says what went wrong. */
  error?: unknown;
  model?: unknown;
  provider?: unknown;
  tokens?: {
    input?: unknown;
    output?: unknown;
    cacheRead?: unknown;
    cacheWrite?: unknown;
    reasoning?: unknown;
  };
  cost?: unknown;
  sessionId?: string | null;
  userId?: string | null;
  tags?: unknown;
  /** What the application attached; sessions and users are looked for in it. */
  metadata?: unknown;
  raw: unknown;
}

const ERROR_NAME = /^([A-Za-z_][\w.]{0,80}(?:Error|Exception))\b/;

/** Type and message of an error, in the words of those who record one. */
function errorOf(error: unknown): { type: string | null; message: string | null } {
  const parsed = parseMaybe(error);
  if (!isObject(parsed)) {
    const text = asText(parsed);
    return { type: ERROR_NAME.exec(text ?? '')?.[1] ?? null, message: text?.slice(0, 2000) ?? null };
  }
  const inner = isObject(get(parsed, 'error')) ? get(parsed, 'error') : parsed;
  const first = (...keys: string[]): string | null => {
    for (const key of keys) {
      const text = asText(get(inner, key));
      if (text !== null) return text;
    }
    return null;
  };
  const type = first('exception_type', 'error_class', 'type', 'name', 'code');
  return {
    type,
    message: first('message', 'error_message', 'exception_message', 'error') ?? toJsonText(parsed),
  };
}

function attributesOf(call: PlatformCall): AttributeBag {
  const bag = newBag();
  const metadata = parseMaybe(call.metadata);
  if (isObject(metadata)) for (const [key, value] of Object.entries(metadata)) bag[`metadata.${key}`] = value;
  const count = (key: string, value: unknown): void => {
    const n = asNumber(value);
    if (n !== null && n >= 0) bag[key] = n;
  };
  count('gen_ai.usage.input_tokens', call.tokens?.input);
  count('gen_ai.usage.output_tokens', call.tokens?.output);
  count('gen_ai.usage.cache_read.input_tokens', call.tokens?.cacheRead);
  count('gen_ai.usage.cache_creation.input_tokens', call.tokens?.cacheWrite);
  count('gen_ai.usage.reasoning.output_tokens', call.tokens?.reasoning);
  count('gen_ai.usage.cost', call.cost);
  const tags = parseMaybe(call.tags);
  if (Array.isArray(tags) && tags.length > 0) bag['tags'] = tags;
  if (call.sessionId != null) bag['session.id'] = call.sessionId;
  if (call.type === 'tool' && call.name != null) bag['gen_ai.tool.name'] = call.name;
  return bag;
}

/** What went in or out; nothing for empty lists and objects, and for the lists of no messages. */
function contentOf(value: unknown): unknown {
  const parsed = parseMaybe(value);
  const held: unknown =
    isObject(parsed) && Object.keys(parsed).length === 1 ? Object.values(parsed)[0] : parsed;
  const isEmpty = Array.isArray(held) ? held.length === 0 : isObject(held) && Object.keys(held).length === 0;
  return parsed === null || parsed === '' || isEmpty ? undefined : parsed;
}

/** The call as a span; rejected where it has no id. */
export function platformSpan(call: PlatformCall): StoreItem {
  if (call.spanId === null) return { reject: 'record without an id' };
  const { type, message } = errorOf(call.error);
  const isError = call.isError === true || message !== null;
  const attributes = attributesOf(call);
  if (isError && type !== null) attributes['error.type'] = type;
  const length = call.durationNs == null ? null : BigInt(call.durationNs);
  const [start, end] = [otelTime(call.start, 'auto'), otelTime(call.end, 'auto')];
  const isModel = call.type === 'llm' || call.type === 'embedding';
  const stated: NonNullable<SpanSource['stated']> = {};
  if (isModel && asText(call.model) !== null) stated.model = asText(call.model);
  if (isModel && asText(call.provider) !== null) stated.provider = asText(call.provider);
  if (call.userId != null) stated.userId = call.userId;
  return {
    span: {
      spanId: call.spanId,
      parentSpanId: call.parentSpanId ?? null,
      traceId: call.traceId ?? null,
      name: call.name ?? call.type,
      startNs: start ?? (end !== null && length !== null ? end - length : null),
      endNs: end ?? (start !== null && length !== null ? start + length : null),
      status: isError ? 'error' : 'unset',
      statusMessage: message,
      attributes,
      resource: newBag(),
      scope: null,
      events: [],
      raw: call.raw,
      type: call.type,
      input: contentOf(call.input),
      output: contentOf(call.output),
      stated,
    },
  };
}

export interface PlatformScore {
  spanId: string;
  traceId: string | null;
  name: string;
  value: unknown;
  /** As `annotatorKindOf` reads it. */
  source?: unknown;
  annotator?: unknown;
  explanation?: unknown;
  id?: string | null;
}

/** A score or feedback as a label; skipped where it says nothing. */
export function platformScore(score: PlatformScore): StoreItem {
  const { value } = score;
  const number = typeof value === 'boolean' ? Number(value) : asNumber(value);
  const text = number === null ? toJsonText(value) : null;
  if (number === null && text === null) return { skip: 'score without a value left out' };
  const annotatorKind: GenAiLabel['annotatorKind'] = annotatorKindOf(score.source);
  return {
    label: {
      labelId: score.id ?? `${score.spanId}:${score.name}`,
      spanId: score.spanId,
      traceId: score.traceId,
      name: score.name,
      kind: labelKindOf(score.name, annotatorKind),
      annotatorKind,
      annotator: asText(score.annotator),
      value: number,
      text,
      explanation: asText(score.explanation),
    },
  };
}

/** The properties of a record that may be kept as JSON text. */
export function inside(record: JsonObject, key: string): unknown {
  return parseMaybe(get(record, key));
}

/** An object, or an empty one for anything else. */
export function asRecord(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** The word of this family for a platform's word; containers and what nobody knows are chains. */
export function kindWord(value: unknown, words: Readonly<Record<string, string>>): string {
  const word = asText(value)?.toLowerCase() ?? '';
  return Object.hasOwn(words, word) ? (words[word] ?? 'chain') : 'chain';
}

export const SAME_WORDS = {
  llm: 'llm',
  tool: 'tool',
  agent: 'agent',
  retrieval: 'retrieval',
  retriever: 'retrieval',
  embedding: 'embedding',
  guardrail: 'guardrail',
};
