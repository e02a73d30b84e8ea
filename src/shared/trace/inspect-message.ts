/**
 * Messages of Inspect AI logs: long strings that are kept as attachments, messages that are kept in a pool, and the
 * message shape itself. https://inspect.aisi.org.uk/reference/inspect_ai.model.html
 */
import type { Origin } from '../model/span';
import type { GenAiMessage } from './genai-message';
import { asArray, asNumber, asObject, asText, get, isObject, toJsonText } from './json';
import { contentText } from './messages';

const ATTACHMENT = 'attachment://';
const MAX_NESTING = 32;

/** A value with its attachments put back; images and other data stay references, since they are no text. */
export function attached(value: unknown, attachments: unknown, depth = 0): unknown {
  if (typeof value === 'string') {
    if (!value.startsWith(ATTACHMENT)) return value;
    const text = asText(get(attachments, value.slice(ATTACHMENT.length)));
    return text === null || text.startsWith('data:') ? value : text;
  }
  if (depth > MAX_NESTING) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => attached(item, attachments, depth + 1));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, attached(item, attachments, depth + 1)]),
  );
}

/** The input of a model event: its own, or the parts of the pool that it refers to (`[from, to)`). */
export function pooledInput(event: unknown, pool: readonly unknown[]): readonly unknown[] {
  const refs = asArray(get(event, 'input_refs'));
  if (refs.length === 0) return asArray(get(event, 'input'));
  return refs.flatMap((ref) => {
    if (!Array.isArray(ref)) return pool[asNumber(ref) ?? -1] ?? [];
    const [from, to] = [asNumber(ref[0]), asNumber(ref[1])];
    return from === null || to === null ? [] : pool.slice(Math.max(0, from), Math.max(0, to));
  });
}

/** Who wrote a user message: an operator is a person, everything else was written for the benchmark. */
export function originOfInspect(message: unknown): Origin {
  return get(message, 'source') === 'operator' ? 'human' : 'simulated';
}

/** A message as the histories of model calls have it; null when it has no role that is known. */
export function inspectMessage(message: unknown): GenAiMessage | null {
  const role = asText(get(message, 'role')) ?? '';
  const content = get(message, 'content');
  const text = contentText(content);
  switch (role) {
    case 'system':
      return { role, text };
    case 'user':
      return { role, text, origin: originOfInspect(message) };
    case 'tool':
      return {
        role,
        text: text === '' ? (asText(get(get(message, 'error'), 'message')) ?? '') : text,
        toolCallId: asText(get(message, 'tool_call_id')),
        toolName: asText(get(message, 'function')),
        isError: asObject(get(message, 'error')) !== null,
      };
    case 'assistant': {
      const calls = asArray(get(message, 'tool_calls')).map((call) => ({
        id: asText(get(call, 'id')),
        name: asText(get(call, 'function')) ?? asText(get(get(call, 'function'), 'name')) ?? 'unknown tool',
        arguments: toJsonText(get(call, 'arguments')) ?? '',
      }));
      const reasoning = asArray(content)
        .filter((part) => get(part, 'type') === 'reasoning')
        .map((part) => asText(get(part, 'reasoning')) ?? '')
        .join('\n');
      return {
        role,
        text,
        ...(calls.length > 0 ? { toolCalls: calls } : {}),
        ...(reasoning.trim() === '' ? {} : { reasoning }),
      };
    }
    default:
      return null;
  }
}
