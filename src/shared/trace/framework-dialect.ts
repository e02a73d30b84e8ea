/**
 * What a dialect of messages is, and the shapes all of them are brought into. Knows no framework.
 */
import { asNumber, asText, get, toJsonText } from './json';

/** What a message says of the model call that made it. */
export interface CallFields {
  model: string | null;
  inputTokens: number | null;
  outputTokens: number | null;
}

/** One framework's way to write a message. */
export interface Dialect {
  name: string;
  knows(message: unknown): boolean;
  /** A message of several results comes as several messages. */
  chat(message: unknown): unknown[];
  fields(message: unknown): CallFields;
}

/** A call of a tool, as a chat message lists it. */
export function called(id: unknown, name: unknown, args: unknown): unknown {
  return {
    id: asText(id) ?? undefined,
    type: 'function',
    function: { name: asText(name) ?? 'tool', arguments: toJsonText(args) ?? '' },
  };
}

/** What `usage` counts, in any of the names in use, and the model. */
export function usageFields(meta: unknown, usage: unknown, model: unknown): CallFields {
  const count = (...keys: string[]): number | null =>
    keys.map((key) => asNumber(get(usage, key))).find((value) => value !== null) ?? null;
  return {
    model: asText(model) ?? asText(get(meta, 'model')),
    inputTokens: count(
      'prompt_tokens',
      'input_tokens',
      'InputTokenCount',
      'PromptTokens',
      'request_tokens',
      'promptTokenCount',
      'prompt_token_count',
    ),
    outputTokens: count(
      'completion_tokens',
      'output_tokens',
      'OutputTokenCount',
      'CompletionTokens',
      'response_tokens',
      'candidatesTokenCount',
      'candidates_token_count',
    ),
  };
}

/** A list of calls, and undefined where there are none: a message without calls does not say that it has none. */
export const orNone = (calls: unknown[]): unknown[] | undefined => (calls.length > 0 ? calls : undefined);
