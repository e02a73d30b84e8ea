/**
 * Tool calls of one trace: which call of the model a tool span ran, and ids for calls that providers leave without
 * (Gemini), so that a call repeated in later histories is one call. Spans come as genai-tree.ts left them.
 */
import type { Understood } from './genai';
import type { GenAiMessage } from './genai-message';
import type { GenAiSpan } from './genai-span';
import { canonicalJson, parseMaybe } from './json';

type Call = NonNullable<GenAiMessage['toolCalls']>[number];

/** Earlier first; spans without a time keep their place. */
export function byStart(a: Understood, b: Understood): number {
  const left = a.span.startNs ?? null;
  const right = b.span.startNs ?? null;
  if (left === null || right === null || left === right) return 0;
  return left < right ? -1 : 1;
}

function keyOf(name: string, input: string | null | undefined): string {
  return `${name}\n${canonicalJson(parseMaybe(input ?? ''))}`;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const there = map.get(key);
  if (there) there.push(value);
  else map.set(key, [value]);
}

/** Some SDKs put the tool's name where the id belongs; such an id does not tell two calls apart. */
function dropNames(spans: readonly GenAiSpan[]): void {
  for (const span of spans) {
    if (span.kind === 'tool' && span.toolCallId != null && span.toolCallId === span.toolName)
      span.toolCallId = null;
    for (const message of [...(span.history?.input ?? []), ...(span.history?.output ?? [])]) {
      for (const call of message.toolCalls ?? []) if (call.id === call.name) call.id = null;
    }
  }
}

/**
 * Tool spans without a call id take the id of the first call with the same tool and arguments, in order of time; calls
 * without an id take that of their tool span likewise.
 */
function matchSpans(spans: readonly GenAiSpan[]): void {
  const tools = spans.filter((span) => span.kind === 'tool' && span.toolName != null);
  const calls = spans.flatMap((span) =>
    (span.history?.output ?? []).flatMap((message) => message.toolCalls ?? []),
  );
  const spanned = new Set(tools.flatMap((span) => span.toolCallId ?? []));
  const called = new Set(calls.flatMap((call) => call.id ?? []));
  const unspanned = new Map<string, string[]>();
  const seen = new Set<string>();
  for (const call of calls) {
    if (call.id === null || spanned.has(call.id) || seen.has(call.id)) continue;
    seen.add(call.id);
    push(unspanned, keyOf(call.name, call.arguments), call.id);
  }
  const uncalled = new Map<string, string[]>();
  for (const span of tools) {
    const key = keyOf(span.toolName ?? '', span.input);
    if (span.toolCallId == null) span.toolCallId = unspanned.get(key)?.shift() ?? null;
    else if (!called.has(span.toolCallId)) push(uncalled, key, span.toolCallId);
  }
  for (const call of calls) {
    const empty = call.arguments === '' ? keyOf(call.name, '{}') : '';
    if (call.id === null)
      call.id = (uncalled.get(keyOf(call.name, call.arguments)) ?? uncalled.get(empty))?.shift() ?? null;
  }
}

/** Made ids: an output's call is new, an input's k-th call is the k-th known with the same tool and arguments. */
function nameCalls(spans: readonly GenAiSpan[]): void {
  const known = new Map<string, string[]>();
  const withoutId = new Set(
    spans.flatMap((span) => (span.kind === 'tool' && span.toolCallId == null ? (span.toolName ?? []) : [])),
  );
  const idFor = (call: Call, made: string): string | null => (withoutId.has(call.name) ? null : made);
  for (const span of spans) {
    const counted = new Map<string, number>();
    for (const [i, message] of (span.history?.input ?? []).entries()) {
      for (const [j, call] of (message.toolCalls ?? []).entries()) {
        const key = `${span.agentId ?? ''}\n${keyOf(call.name, call.arguments)}`;
        const k = counted.get(key) ?? 0;
        counted.set(key, k + 1);
        call.id ??= known.get(key)?.[k] ?? idFor(call, `${span.spanId}:${i}.${j}`);
        if (call.id !== null && known.get(key)?.[k] === undefined) push(known, key, call.id);
      }
    }
    for (const [i, message] of (span.history?.output ?? []).entries()) {
      for (const [j, call] of (message.toolCalls ?? []).entries()) {
        call.id ??= idFor(call, `${span.spanId}:o${i}.${j}`);
        if (call.id !== null)
          push(known, `${span.agentId ?? ''}\n${keyOf(call.name, call.arguments)}`, call.id);
      }
    }
  }
}

/** Results without the id of their call (or with the tool's name for it) answer the calls right before them. */
function linkResults(messages: readonly GenAiMessage[]): void {
  let open: Call[] = [];
  for (const message of messages) {
    if (message.toolCalls) open = message.role === 'assistant' ? [...open, ...message.toolCalls] : open;
    if (message.role === 'user') open = [];
    if (message.role !== 'tool') continue;
    const id = message.toolCallId ?? null;
    let index = open.findIndex((call) => id !== null && call.id === id);
    if (index < 0 && id !== null && !open.some((call) => call.name === id)) continue;
    if (index < 0) index = open.findIndex((call) => call.name === (id ?? message.toolName));
    if (index < 0 && id === null && message.toolName == null && open.length > 0) index = 0;
    const call = open[index];
    if (!call) continue;
    message.toolCallId = call.id;
    message.toolName ??= call.name;
    open = open.filter((one) => one !== call);
  }
}

/** Links tool spans, calls and results of a trace, in order of time. */
export function linkCalls(all: readonly Understood[]): void {
  const spans = [...all].sort(byStart).map((one) => one.span);
  dropNames(spans);
  matchSpans(spans);
  nameCalls(spans);
  for (const span of spans) if (span.history) linkResults([...span.history.input, ...span.history.output]);
}
